"""Pictures of a model, drawn once per run: PNG, wide enough to be read on a phone."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Concatenate, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

import store
from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation.metrics import bins_of, rank

HOUSE_STYLE = Path(store.__file__).with_name("house.mplstyle")
INK, MUTED, ACCENT, WARM, GOOD, SAND = "#1F2933", "#7B8794", "#2563EB", "#E4572E", "#2A9D8F", "#F4A261"
PALE = "#E4E7EB"
CURVE_COLOURS = (ACCENT, WARM, GOOD, SAND, MUTED, "#8B5CF6")
MOST_POINTS, LEAST_CALLED = 400, 0.01

P = ParamSpec("P")


def picture(draw: Callable[Concatenate[Axes, P], None]) -> Callable[P, bytes]:
    """Turn a function that draws on axes into one that returns a PNG in the house style."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> bytes:
        # Not pyplot: its list of open figures would be shared by everything in the process.
        with mpl.rc_context(fname=str(HOUSE_STYLE)):
            figure = Figure(layout="constrained")
            draw(figure.add_subplot(), *args, **kwargs)
            buffer = BytesIO()
            # Without software and date the same picture is the same bytes.
            figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    return drawn


@picture
def confusion_matrix(axes: Axes, table: tuple[int, int, int, int], threshold: float) -> None:
    """Who was called and who left: four counts, shaded by share.

    Args:
        axes: To draw on.
        table: True negatives, false positives, false negatives, true positives.
        threshold: From this probability on "will leave" was called.
    """
    counts = np.array(table, dtype=np.float64).reshape(2, 2)
    shares = counts / max(1.0, counts.sum())
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=max(0.6, float(shares.max())), aspect="auto")
    for row in range(2):
        for place in range(2):
            share = shares[row, place]
            axes.text(
                place,
                row,
                f"{counts[row, place]:,.0f}\n{share:.0%}",
                ha="center",
                va="center",
                fontsize=18,
                color="white" if share > 0.33 else INK,
            )
    axes.set_xticks((0, 1), ("called “stays”", "called “leaves”"))
    axes.set_yticks((0, 1), ("stayed", "left"))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    right = counts[0, 0] + counts[1, 1]
    axes.set_title(f"{right / max(1.0, counts.sum()):.0%} called rightly, from a risk of {threshold:.0%} on")


@picture
def bars(axes: Axes, values: Mapping[str, float], title: str, unit: str) -> None:
    """Horizontal bars, largest on top; at most twelve."""
    names = list(values)[:12][::-1]
    sizes = [values[name] for name in names]
    axes.barh(names, sizes, color=[WARM if size < 0 else ACCENT for size in sizes], height=0.65)
    for place, size in enumerate(sizes):
        words = f" {size:.3f}" if abs(size) >= 0.0005 else " 0"
        axes.text(max(size, 0), place, words, va="center", fontsize=11, color=INK)
    axes.set_xlim(min(0.0, *sizes), 1.15 * max(0.01, *sizes))
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_xlabel(unit)
    axes.set_title(title)


@picture
def calibration(axes: Axes, left: BoolArray, probability: FloatArray, ece: float) -> None:
    """What was said against what happened, in ten groups of equal size, with 95 % bars."""
    number = bins_of(probability)
    groups = np.unique(number)
    said = np.array([probability[number == group].mean() for group in groups])
    happened = np.array([left[number == group].mean() for group in groups])
    sizes = np.array([(number == group).sum() for group in groups])
    spread = 1.96 * np.sqrt(np.maximum(happened * (1 - happened), 1e-4) / sizes)
    axes.plot((0, 1), (0, 1), color=MUTED, linestyle="--", linewidth=1.4, label="perfect")
    axes.errorbar(said, happened, yerr=spread, fmt="o-", color=ACCENT, capsize=3, label="served")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="risk that was said", ylabel="share that left")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(loc="upper left")
    axes.set_title(f"Said and happened differ by {100 * ece:.1f} points on average")


def _thinned(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).astype(np.int64))


@picture
def roc_curves(axes: Axes, left: BoolArray, scores: Mapping[str, FloatArray]) -> None:
    """How many of those who left are found, for how many false alarms, by model."""
    for colour, (name, score) in zip(CURVE_COLOURS, scores.items(), strict=False):
        ranking = rank(score)
        found = np.concatenate(([0.0], ranking.sums(left.astype(np.float64)) / max(1, left.sum())))
        false = np.concatenate(([0.0], ranking.sums((~left).astype(np.float64)) / max(1, (~left).sum())))
        shown = _thinned(len(found))
        axes.plot(false[shown], found[shown], color=colour, label=name)
    axes.plot((0, 1), (0, 1), color=MUTED, linestyle="--", linewidth=1.2)
    axes.set(xlabel="share of those who stayed, called “leaves”", ylabel="share of those who left, found")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(loc="lower right")
    axes.set_title("Found against false alarms (ROC)")


@picture
def precision_recall(axes: Axes, left: BoolArray, scores: Mapping[str, FloatArray]) -> None:
    """How many of those called did leave, for how many of them are found, by model."""
    for colour, (name, score) in zip(CURVE_COLOURS, scores.items(), strict=False):
        ranking = rank(score)
        found, called = ranking.sums(left.astype(np.float64)), ranking.sums(np.ones(len(left)))
        shown = _thinned(len(found))
        # The share of a handful says nothing and would only draw a spike.
        shown = shown[called[shown] >= min(LEAST_CALLED * len(left), called[-1])]
        axes.plot((found / max(1, left.sum()))[shown], (found / called)[shown], color=colour, label=name)
    axes.axhline(float(left.mean()), color=MUTED, linestyle="--", linewidth=1.2)
    axes.set(
        ylim=(0, 1.02), xlabel="share of those who left, found", ylabel="share of those called that left"
    )
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(loc="lower left")
    axes.set_title("Precision against recall")


@picture
def return_curve(
    axes: Axes,
    days: Sequence[float],
    returned: Sequence[float],
    horizon_days: int,
    still: float = float("nan"),
) -> None:
    """Which share of quiet customers had come back after how many days, and the horizon on it.

    Args:
        axes: To draw on.
        days: Without activity.
        returned: Share that was back by then.
        horizon_days: Nothing for this long means gone.
        still: Of those quiet for so long, the share that comes back yet; NaN where unknown.
    """
    axes.plot(days, returned, color=ACCENT, drawstyle="steps-post")
    axes.axvline(horizon_days, color=WARM, linestyle="--", linewidth=1.6)
    at_horizon = float(np.interp(horizon_days, days, returned)) if len(days) else float("nan")
    words = f" {horizon_days} days: {at_horizon:.0%} are back"
    if np.isfinite(still):
        words += f"\n of the others, {still:.0%} come later"
    axes.annotate(
        words,
        # The curve rises, so that there is room below it.
        (horizon_days, max(0.02, at_horizon - 0.16) if np.isfinite(at_horizon) else 0.5),
        color=WARM,
    )
    axes.set(ylim=(0, 1), xlabel="days without activity", ylabel="share that came back")
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_title("How soon customers come back")
