"""What the pipeline found, published whole."""
