"""Questions in plain words: a closed grammar over certified metrics, which never guesses."""
