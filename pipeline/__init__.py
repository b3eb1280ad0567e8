"""Data to results: learns from a business's files and publishes what it found."""
