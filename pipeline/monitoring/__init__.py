"""Whether the world is still the one that the models learned from, in words that say what to do."""

from pipeline.monitoring.drift import Reference
from pipeline.monitoring.history import ScoreHistory, kept_scores
from pipeline.monitoring.watching import Before, Present, Watched, watch

__all__ = ["Before", "Present", "Reference", "ScoreHistory", "Watched", "kept_scores", "watch"]
