"""Reads the business's own files and databases into the partitioned data set, and says what it found."""

from pipeline.ingest.report import ColumnReport, IngestReport, TableReport
from pipeline.ingest.run import check, ingest

__all__ = ["ColumnReport", "IngestReport", "TableReport", "check", "ingest"]
