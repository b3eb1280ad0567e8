"""What people did: ``matinee.db``, never touched by a retrain."""

from store.state.queries import State

__all__ = ["State"]
