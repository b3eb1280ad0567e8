"""What can go wrong in the pipeline, each said as what was found, what was needed, what to do.

MatineeError
├── ConfigError     the configuration cannot be followed
├── DataError       the data cannot be used
└── AlreadyRunning  another retrain holds the lock
"""


class MatineeError(Exception):
    """Anything a person can mend; its words are shown as they stand."""


class ConfigError(MatineeError):
    """The configuration names something that is not there or cannot be read."""


class DataError(MatineeError):
    """The data cannot be used; names the file, the count and the first bad row."""


class AlreadyRunning(MatineeError):  # noqa: N818  # reads as the sentence it is
    """Another retrain holds the lock."""
