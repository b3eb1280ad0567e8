"""What people did; a retrain never touches it."""
