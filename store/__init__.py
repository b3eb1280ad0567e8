"""The contract: two SQLite files, ``results`` (published whole) and ``state`` (what people did)."""
