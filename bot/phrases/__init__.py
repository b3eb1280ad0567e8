"""Questions in plain words: a closed grammar over certified metrics; nothing is guessed, nothing is dropped."""
