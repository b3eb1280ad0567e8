"""What the pipeline found: ``results.db``, built aside, checked, and put in place whole."""

from store.results.folder import rollback, runs
from store.results.queries import Results
from store.results.writing import ResultsWriter

__all__ = ["Results", "ResultsWriter", "rollback", "runs"]
