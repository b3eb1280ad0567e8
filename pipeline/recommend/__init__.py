"""What to watch next, and why."""
