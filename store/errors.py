"""The errors of the store.

- StoreError
    - NoResults
        - ResultsOfAnotherVersion
    - BrokenResultsError
    - UnknownRunError
    - NewerFileError
    - NaiveTimeError
"""


class StoreError(Exception):
    """Something about one of the two database files; the message says what was found and what to do."""


class NoResults(StoreError):  # noqa: N818 - said as people say it: “no results”
    """No run has been published yet."""


class ResultsOfAnotherVersion(NoResults):
    """A run was published, by another version of Matinee, in a format that this one cannot read."""


class BrokenResultsError(StoreError):
    """A run that was built does not hold what it must; it was not published."""


class UnknownRunError(StoreError):
    """A run to go back to is not kept."""


class NewerFileError(StoreError):
    """A newer program wrote the file; this one might spoil it."""


class NaiveTimeError(StoreError):
    """A time without a zone; everything stored is UTC."""
