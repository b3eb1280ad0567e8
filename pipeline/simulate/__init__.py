"""A streaming service in a box, with known ground truth."""

from pipeline.simulate.service import simulate
from pipeline.simulate.settings import SimulationConfig, Truth

__all__ = ["SimulationConfig", "Truth", "simulate"]
