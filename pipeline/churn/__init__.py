"""Who will leave, and why."""

from pipeline.churn.findings import ChurnFindings, ChurnModel
from pipeline.churn.learning import learn, learn_from
from pipeline.churn.run import Effort, Run, Telling

__all__ = ["ChurnFindings", "ChurnModel", "Effort", "Run", "Telling", "learn", "learn_from"]
