"""How sure a figure is: customers drawn again with replacement, the same draws for every model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.dataset import BoolArray, FloatArray, IntArray
from pipeline.evaluation import metrics

DRAWS = 300
PRECISION_AT = (20, 100)
AT_HALF = "_at_half"


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
        if not len(self.left):
            return Measured(values={})
        figures = _Figures.of(self.left, probability, threshold)
        drawn = [figures.of_weights(weights) for weights in self.weights()]
        values = figures.of_weights(np.ones(len(self.left)))
        draws = {name: np.array([draw[name] for draw in drawn]) for name in values}
        return Measured(values=values | self._further(probability, threshold), draws=draws)

    def _further(self, probability: FloatArray, threshold: float | None) -> dict[str, float]:
        """What is shown as a figure only."""
        slope, intercept = metrics.calibration_slope(self.left, probability)
        further = {"calibration_slope": slope, "calibration_intercept": intercept}
        return further if threshold is None else further | {"threshold": threshold}


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """All that is measured of one score, prepared so that a draw costs one product.

    Attributes:
        sums: What a weighted sum over the rows is needed of, by name.
        columns: The same; shape (n, len(sums)).
    """

    left: BoolArray
    probability: FloatArray
    ranking: metrics.Ranking
    bins: IntArray
    sums: tuple[str, ...]
    columns: FloatArray

    @classmethod
    def of(cls, left: BoolArray, probability: FloatArray, threshold: float | None) -> "_Figures":
        """Prepare a score of shape (n,), n ≥ 1."""
        columns: dict[str, FloatArray] = {
            "rows": np.ones(len(left)),
            "left": left.astype(np.float64),
            "probability": probability,
            "loss": metrics.surprises(left, probability),
            "error": metrics.squared_errors(left, probability),
        }
        tops = {"10": 0.1} | {
            f"at_{count}": count / len(left) for count in PRECISION_AT if count <= len(left)
        }
        for name, share in tops.items():
            part = metrics.top_share(probability, share)
            columns |= {f"top_{name}": part, f"found_{name}": part * left}
        for name, cut in (({} if threshold is None else {"": threshold}) | {AT_HALF: 0.5}).items():
            called = probability >= cut
            tables = (~called & ~left, called & ~left, ~called & left, called & left)
            columns |= {f"{place}{name}": cells.astype(np.float64) for place, cells in enumerate(tables)}
        return cls(
            left=left,
            probability=probability,
            ranking=metrics.rank(probability),
            bins=metrics.bins_of(probability),
            sums=tuple(columns),
            columns=np.column_stack(list(columns.values())),
        )

    def of_weights(self, weights: FloatArray) -> dict[str, float]:
        """Every figure where rows count ``weights`` times; NaN where it cannot be known."""
        sums = dict(zip(self.sums, (weights @ self.columns).tolist(), strict=True))
        rate = sums["left"] / sums["rows"]
        found = {
            "auc": metrics.auc_of(self.ranking, self.left, weights),
            "pr_auc": metrics.pr_auc_of(self.ranking, self.left, weights),
            "brier": sums["error"] / sums["rows"],
            "log_loss": sums["loss"] / sums["rows"],
            "ece": metrics.ece_of(self.bins, self.left, self.probability, weights),
            "lift_10": _share(sums["found_10"], sums["top_10"]) / rate if rate else float("nan"),
            "recall_10": _share(sums["found_10"], sums["left"]),
            "base_rate": rate,
            "mean_probability": sums["probability"] / sums["rows"],
        }
        for count in PRECISION_AT:
            top = sums.get(f"top_at_{count}", 0.0)
            found[f"precision_at_{count}"] = _share(sums.get(f"found_at_{count}", 0.0), top)
        for name in ("", AT_HALF):
            if f"0{name}" in sums:
                negatives, false_alarms, missed, hits = (sums[f"{place}{name}"] for place in range(4))
                table = metrics.decisions((negatives, false_alarms, missed, hits))
                found |= {f"{figure}{name}": value for figure, value in table.items()}
        return found


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
