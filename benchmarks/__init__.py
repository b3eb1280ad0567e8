"""Speed and quality against peers; never part of the tests."""
