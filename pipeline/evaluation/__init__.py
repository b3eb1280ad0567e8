"""Metrics, the gate and the model report."""
