"""How sure a figure is: customers drawn again with replacement, the same draws for every model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.dataset import BoolArray, FloatArray, IntArray
from pipeline.evaluation import metrics

DRAWS = 300


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A figure with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one model reached, as a figure and in every draw.

    Attributes:
        values: Figure by name.
        draws: The same figure of each bootstrap draw; shape (draws,). Draws of two models measured
            by the same ``Bootstrap`` are paired.
    """

    values: Mapping[str, float]
    draws: Mapping[str, FloatArray] = field(default_factory=dict)

    def interval(self, name: str) -> Interval:
        """The figure and its 95 % interval; NaN bounds where no draw had a value."""
        return _interval(self.values[name], self.draws[name])

    def minus(self, other: "Measured", name: str) -> Interval:
        """The paired difference to another model, with its 95 % interval."""
        return _interval(self.values[name] - other.values[name], self.draws[name] - other.draws[name])

    def flat(self) -> dict[str, float]:
        """All figures, with ``_low`` and ``_high`` where there are draws."""
        flat = dict(self.values)
        for name in self.draws:
            bounds = self.interval(name)
            flat |= {f"{name}_low": bounds.low, f"{name}_high": bounds.high}
        return flat


def _interval(value: float, draws: FloatArray) -> Interval:
    known = draws[np.isfinite(draws)]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (np.nan, np.nan)
    return Interval(value=value, low=float(low), high=float(high))


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Draws customers again; each of them with all his rows.

    Attributes:
        left: What happened; shape (n,).
        customer: Number of each row's customer; None where each row is another customer.
        draws: How often.
        seed: Two bootstraps of the same seed and customers draw the same.
    """

    left: BoolArray
    customer: IntArray | None = None
    draws: int = DRAWS
    seed: int = 7

    def weights(self) -> Iterator[FloatArray]:
        """How often each row counts in each draw; shape (n,)."""
        random = np.random.default_rng(self.seed)
        customers = len(self.left) if self.customer is None else int(self.customer.max(initial=-1)) + 1
        for _ in range(self.draws if customers else 0):
            times = np.bincount(random.integers(0, customers, customers), minlength=customers)
            yield (times if self.customer is None else times[self.customer]).astype(np.float64)

    def measure(self, probability: FloatArray, threshold: float | None = None) -> Measured:
        """Every metric of a score on these rows, with draws.

        Args:
            probability: shape (n,).
            threshold: From where on "will leave" is called; None leaves the decision metrics out.
        """
        left, ranking = self.left, metrics.rank(probability)
        bins, top = metrics.bins_of(probability), metrics.top_share(probability, 0.1)
        losses = metrics.surprises(left, probability)
        errors = metrics.squared_errors(left, probability)

        def all_of(weights: FloatArray) -> dict[str, float]:
            rate = float(np.average(left, weights=weights))
            found = float(np.average(left, weights=weights * top)) if (weights * top).any() else np.nan
            return {
                "auc": metrics.auc_of(ranking, left, weights),
                "pr_auc": metrics.pr_auc_of(ranking, left, weights),
                "brier": float(np.average(errors, weights=weights)),
                "log_loss": float(np.average(losses, weights=weights)),
                "ece": metrics.ece_of(bins, left, probability, weights),
                "lift_10": found / rate if rate else float("nan"),
                "recall_10": float((weights * top) @ left / (weights @ left)) if rate else float("nan"),
            } | (
                {}
                if threshold is None
                else metrics.decisions(metrics.confusion(left, probability, threshold, weights))
            )

        if not len(left):
            return Measured(values={})
        drawn = [all_of(weights) for weights in self.weights()]
        values = all_of(np.ones(len(left)))
        draws = {name: np.array([draw[name] for draw in drawn]) for name in values}
        return Measured(values=values | self._further(probability, threshold), draws=draws)

    def _further(self, probability: FloatArray, threshold: float | None) -> dict[str, float]:
        """What is shown as a figure only."""
        left = self.left
        slope, intercept = metrics.calibration_slope(left, probability)
        further = {
            "base_rate": float(left.mean()),
            "mean_probability": float(probability.mean()),
            "calibration_slope": slope,
            "calibration_intercept": intercept,
            "precision_at_20": metrics.precision_at(left, probability, 20),
            "precision_at_100": metrics.precision_at(left, probability, 100),
        }
        at_half = metrics.decisions(metrics.confusion(left, probability, 0.5))
        further |= {f"{name}_at_half": value for name, value in at_half.items()}
        return further if threshold is None else further | {"threshold": threshold}
