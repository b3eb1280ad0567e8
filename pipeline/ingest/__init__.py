"""Reads the business's own files and databases into the partitioned data set, and says what it found."""

from pipeline.ingest.report import ColumnReport, IngestReport, TableReport
from pipeline.ingest.run import check, ingest
from pipeline.ingest.wording import report_text

__all__ = ["ColumnReport", "IngestReport", "TableReport", "check", "ingest", "report_text"]
