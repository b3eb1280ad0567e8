"""Telling people in time who is about to leave: few, once, and only what is new."""

from jobs.alerts.scanning import Scan, scan

__all__ = ["Scan", "scan"]
