"""Pictures of the segments: where they lie, and why there are that many."""

from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pipeline.dataset import FloatArray
from pipeline.segments.choosing import LEAST_STABILITY, Choice
from pipeline.segments.model import SegmentModel, nearest

HOUSE_STYLE = str(files("store") / "house.mplstyle")
COLOURS = ("#2563EB", "#E4572E", "#2A9D8F", "#F4A261", "#8B5CF6", "#7B8794")
INK, MUTED = "#1F2933", "#7B8794"
POINTS_SHOWN = 3_000
_MEANING = ("quiet for longer", "active more often", "more a month", "more each time", "rising")


def map_picture(points: FloatArray, model: SegmentModel, seed: int) -> bytes:
    """All customers on the two directions in which they differ most, coloured by segment.

    Args:
        points: Standardised, shape (n, 5).
        model: Found on these points.
        seed: Chooses the customers that are shown.

    Returns:
        A PNG, the same bytes for the same input.
    """
    assert model.scaling is not None
    assert model.centres is not None
    centres = model.scaling.scaled(model.centres)
    place = nearest(points, centres)
    directions, shares = _directions(points)
    random = np.random.default_rng(seed)
    shown = random.permutation(len(points))[:POINTS_SHOWN]
    flat, flat_centres = points[shown] @ directions, centres @ directions
    with matplotlib.style.context(HOUSE_STYLE):
        figure = Figure(figsize=(7.2, 7.0), layout="constrained")
        axes = figure.add_subplot()
        for rank, k in enumerate(np.argsort(model.numbers)):
            members = place[shown] == k
            share = float((place == k).mean())
            axes.scatter(
                flat[members, 0],
                flat[members, 1],
                s=14,
                alpha=0.55,
                linewidths=0,
                color=COLOURS[rank % len(COLOURS)],
                label=f"{model.numbers[k]} · {model.names[k]}, {100 * share:.0f} %",
            )
        _number_centres(axes, flat_centres, model.numbers)
        _frame_map(axes, flat, directions, shares)
        figure.suptitle("Where the segments lie", x=0.02, ha="left", weight="bold", size=15, color=INK)
        handles, labels = axes.get_legend_handles_labels()
        legend = figure.legend(handles, labels, loc="outside lower left", ncols=1, markerscale=2.2)
        for handle in legend.legend_handles:
            if handle is not None:
                handle.set_alpha(1.0)
        return _png(figure)


def choice_picture(choice: Choice) -> bytes:
    """Stability, silhouette and elbow over the number of segments, as a PNG."""
    tried = choice.candidates
    with matplotlib.style.context(HOUSE_STYLE):
        figure = Figure(figsize=(7.2, 7.6), layout="constrained")
        upper, middle, lower = figure.subplots(3, 1, sharex=True)
        _curve(upper, choice, [one.stability for one in tried], "Do they come back? (agreement, 0 to 1)")
        _limit(upper, LEAST_STABILITY, "needed")
        upper.set_ylim(0, 1.12)
        _curve(middle, choice, [one.silhouette for one in tried], "How well apart? (silhouette)")
        _limit(middle, choice.null_silhouette, "shuffled data")
        _curve(lower, choice, [one.inertia for one in tried], "How wide inside? (the elbow)")
        lower.set_xticks([one.count for one in tried])
        lower.set_xlabel(f"number of segments; chosen: {choice.chosen.count}, the elbow says {choice.elbow}")
        figure.suptitle("Why this many segments", x=0.02, ha="left", weight="bold", size=15, color=INK)
        return _png(figure)


def _directions(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The two main directions, shape (5, 2), and the share of all differences along each."""
    values, vectors = np.linalg.eigh(np.cov(points, rowvar=False))
    order = np.argsort(values)[::-1][:2]
    main = vectors[:, order]
    # An eigenvector's sign is arbitrary; its largest part shall point to the right and up.
    signs = np.sign(main[np.argmax(np.abs(main), axis=0), np.arange(2)])
    return main * signs, values[order] / max(float(values.sum()), 1e-12)


def _in_words(direction: FloatArray, share: float) -> str:
    largest = np.argsort(-np.abs(direction))[:2]
    parts = [("" if direction[i] > 0 else "less ") + _MEANING[i] for i in largest]
    words = (
        " and ".join(parts).replace("less quiet for longer", "seen lately").replace("less rising", "falling")
    )
    words = words.replace("less active more often", "active less often").replace("less more", "less")
    return f"{words} →  ({100 * share:.0f} % of the differences)"


def _frame_map(axes: Axes, flat: FloatArray, directions: FloatArray, shares: FloatArray) -> None:
    low, high = np.percentile(flat, [0.5, 99.5], axis=0)
    room = np.maximum(0.12 * (high - low), 0.3)
    axes.set_xlim(low[0] - room[0], high[0] + room[0])
    axes.set_ylim(low[1] - room[1], high[1] + room[1])
    axes.set_xlabel(_in_words(directions[:, 0], float(shares[0])))
    axes.set_ylabel(_in_words(directions[:, 1], float(shares[1])))
    axes.set_xticks([])
    axes.set_yticks([])


def _number_centres(axes: Axes, flat_centres: FloatArray, numbers: Sequence[int]) -> None:
    for (x, y), number in zip(flat_centres, numbers, strict=True):
        axes.text(
            x,
            y,
            str(number),
            ha="center",
            va="center",
            weight="bold",
            color=INK,
            bbox={"boxstyle": "circle,pad=0.35", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2},
        )


def _curve(axes: Axes, choice: Choice, values: Sequence[float], title: str) -> None:
    counts = [one.count for one in choice.candidates]
    chosen = counts.index(choice.chosen.count)
    axes.plot(counts, values, marker="o", color=COLOURS[0])
    axes.plot(counts[chosen], values[chosen], marker="o", markersize=13, color=COLOURS[1])
    axes.margins(x=0.06)
    axes.set_ylim(min(0.0, *values), 1.2 * max(*values, 0.1))
    axes.set_title(title, size=12)


def _limit(axes: Axes, value: float, label: str) -> None:
    axes.axhline(value, color=MUTED, linestyle="--", linewidth=1.4)
    axes.set_title(f"- - {label}: {value:.2f}", loc="right", size=11, color=MUTED, weight="normal")


def _png(figure: Figure) -> bytes:
    FigureCanvasAgg(figure)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
