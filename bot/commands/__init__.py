"""The commands: words in, reply out."""
