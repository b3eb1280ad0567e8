"""What a churn run hands on: the findings, and the model that can be kept and scored with again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.churn.bands import BandLimits
from pipeline.churn.blend import Blend
from pipeline.dataset import FloatArray
from pipeline.evaluation.metrics import sigmoid
from store.records import BandRecord, ModelReport, Reason

ChurnStatus = Literal["served", "no_skill", "too_few", "uncalibrated", "no_eligible_users", "held"]


@dataclass(frozen=True, kw_only=True)
class ChurnModel:
    """A served model and all that its successor will be compared by.

    Attributes:
        served: Learned from every closed anchor; scores today's customers.
        examined: The same without the newest anchor: what is compared with a challenger, because neither
            has seen the labels it is compared on.
        folds: Learned from two thirds of the customers each.
        limits: Of the risk bands.
        base_rate: Share that left at its test anchor.
        threshold: For "will leave", by best F1 out of fold.
        missing: Share of missing values by feature, at its test anchor.
        active: Customers at its test anchor.
        as_of_day: When it was trained, as days since 1970-01-01.
        anchor_days: Training anchors of ``served``.
        card: Everything measured, for the model card.
        level: Log-odds added since, because the level of what was said had become wrong.
    """

    served: Blend
    examined: Blend
    folds: tuple[Blend, ...]
    horizon_days: int
    limits: BandLimits
    base_rate: float
    threshold: float
    missing: Mapping[str, float]
    active: int
    as_of_day: int
    anchor_days: tuple[int, ...]
    seed: int
    card: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """The features it must be given, in order."""
        return self.served.names

    def probability(self, values: FloatArray) -> FloatArray:
        """Chance that active customers do nothing within the horizon.

        Args:
            values: Columns ``names``; shape (n, len(names)).
        """
        return sigmoid(self.served.score(values) + self.level)


@dataclass(frozen=True, kw_only=True)
class ChurnFindings:
    """Everything found about who will leave.

    Attributes:
        status: ``served``; ``no_skill``: nothing may be shown; ``held``: the model before goes on serving,
            or nothing where there is none; ``too_few``, ``uncalibrated``: a simple rule without a check;
            ``no_eligible_users``: nobody is active.
        message: The same in one plain sentence.
        model_name: What serves, in words.
        horizon_days: Nothing for this long means gone.
        base_rate: Share of active customers who left in the last closed window; None where unknown.
        customer_ids: Everybody with a history, sorted; shape (n,).
        probability: NaN where unknown; shape (n,).
        band: None, "low", "medium" or "high"; shape (n,).
        status_of: "active" or "lapsed"; shape (n,).
        reasons: By customer, for those people look at.
        mixed_signals: Customers whose leading reason depends on which others were learned from.
        after_visit: Probability of customers who look like this one after one more visit.
        changes: What moved the risk since the run before, in one sentence, where it moved.
        reports: One per model, on the test anchor that none has seen.
        bands: What each band did there.
        metrics: By dotted name, e.g. ``churn.served.auc``.
        pictures: PNG by name.
        findings: Sentences people should know, most important first.
        model: To be kept for the next run; None where nothing was learned.
    """

    status: ChurnStatus
    message: str
    model_name: str
    horizon_days: int
    base_rate: float | None
    customer_ids: npt.NDArray[np.object_]
    probability: FloatArray
    band: npt.NDArray[np.object_]
    status_of: npt.NDArray[np.object_]
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    mixed_signals: frozenset[str] = frozenset()
    after_visit: Mapping[str, float] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    reports: tuple[ModelReport, ...] = ()
    bands: tuple[BandRecord, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    model: ChurnModel | None = None
