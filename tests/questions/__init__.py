"""Questions in plain words, with the reading and the number that are expected."""
