"""Who will leave, and why."""
