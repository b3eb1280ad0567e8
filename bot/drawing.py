"""Draw a chart as a PNG in the house's style; the one module of the bot that knows matplotlib.

It is imported in the worker process only, so that the process that answers stays light.
"""

import textwrap
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.style import context
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.replies import Chart

LIGHT, DARK = (str(files("store") / name) for name in ("house.mplstyle", "house_dark.mplstyle"))
MUTED = "#7B8794"
"""Legible on white and on the dark ground."""

PALE = {False: "#B8C4D0", True: "#4A5A6B"}
"""By whether the ground is dark."""

NOTE_SIZE = 11
PAD = 0.09
"""Around everything, in inches."""

WIDTH, HEIGHT = 7.2, 4.9
"""Of a line chart, in inches; bars are as high as they need."""

NO_BREAK = "\u00a0"
TITLE_WIDTH = 44
LABEL_WIDTH, MOST_LABEL_LINES = 22, 2
LEGEND_WIDTH, MOST_LEGEND_LETTERS = 24, 52
MOST_TICKS, MOST_DAY_TICKS = 5, 4
MOST_MARKED_POINTS = 12
MOST_DAYS_WITHOUT_YEAR = 330
LEAST_GAP = 0.062
"""Between two numbers at the ends of lines, as a share of the height: one line of text."""


def draw(chart: Chart, *, dark: bool = False) -> bytes:
    """The chart as a PNG, 1,152 pixels wide, readable on a phone; it brings its ground with it.

    Args:
        chart: What is to be seen.
        dark: On a dark ground, as in Telegram's night mode.

    Returns:
        The file's bytes.
    """
    with context([LIGHT, DARK] if dark else LIGHT):
        labels = _wrapped_labels(chart)
        # A number and its sign stay on one line.
        title = textwrap.wrap(_plain(chart.title).replace(" %", NO_BREAK + "%"), TITLE_WIDTH)
        layout = ConstrainedLayoutEngine(w_pad=PAD, h_pad=PAD)
        figure = Figure(figsize=(WIDTH, _height(chart, labels, len(title))), layout=layout)
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        if chart.kind == "line":
            _lines(axes, chart)
        else:
            _bars(axes, chart, labels, PALE[dark])
        figure.suptitle("\n".join(title), x=0.02, ha="left")
        figure.supxlabel(_plain(chart.note), x=0.02, ha="left", fontsize=NOTE_SIZE, color=MUTED)
        file = BytesIO()
        figure.savefig(file, format="png")
        return file.getvalue()


def _height(chart: Chart, labels: Sequence[str], title_lines: int) -> float:
    """In inches: a bar is as thick as its neighbours' labels leave it, be there one or twelve."""
    if chart.kind == "line":
        return HEIGHT
    legend = 0.35 if len(chart.series) > 1 else 0.0
    thick = max(0.42, 0.36 * len(chart.series))
    rows = sum(max(thick, 0.25 * (label.count("\n") + 1) + 0.08) for label in labels)
    return 1.35 + 0.3 * title_lines + legend + max(rows, 0.8)


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())


def _plain(text: str) -> str:
    """Text as matplotlib can draw it: without what the font lacks, and no dollar sign begins a formula."""
    drawable = "".join(character for character in text if ord(character) in _glyphs())
    return " ".join(drawable.split()).replace("$", r"\$")


def _wrapped_labels(chart: Chart) -> list[str]:
    """Names of bars in at most two lines; what is cut off is marked."""
    if chart.kind == "line":
        return []
    return [
        "\n".join(textwrap.wrap(_plain(label), LABEL_WIDTH, max_lines=MOST_LABEL_LINES, placeholder=" …"))
        or " "
        for label in chart.labels
    ]


def _lines(axes: Axes, chart: Chart) -> None:
    days = [date.fromisoformat(label).toordinal() for label in chart.labels]
    marker = "o" if len(days) <= MOST_MARKED_POINTS else ""
    colours = []
    for series in chart.series:
        cut_first, cut_last = chart.cut if len(days) > 2 else (False, False)
        whole = slice(1 if cut_first else 0, len(days) - 1 if cut_last else len(days))
        (line,) = axes.plot(days[whole], series.values[whole], marker=marker, label=_plain(series.name))
        colours.append(line.get_color())
        for cut, part in ((cut_first, slice(0, 2)), (cut_last, slice(len(days) - 2, len(days)))):
            if cut:
                axes.plot(days[part], series.values[part], color=line.get_color(), linestyle=(0, (2, 2)))
    _value_axis(axes.yaxis, chart)
    for name, value in chart.marks:
        axes.axhline(value, color=MUTED, linestyle="--", linewidth=1.4)
        axes.annotate(
            f"{_plain(name)} {_number(value, chart)}",
            (days[0], value),
            # On the side of the reference where the lines do not begin, and never under a line.
            xytext=(0, -5 if _begins_above(value, chart) else 4),
            textcoords="offset points",
            va="top" if _begins_above(value, chart) else "bottom",
            color=MUTED,
            bbox={"facecolor": axes.get_facecolor(), "edgecolor": "none", "pad": 1, "alpha": 0.85},
        )
    _ends(axes, chart, days[-1], colours)
    _legend(axes, chart)
    _day_axis(axes, days, chart)


def _ends(axes: Axes, chart: Chart, day: int, colours: Sequence[object]) -> None:
    """The last number of each line beside it, moved apart where they would overlap."""
    top = axes.get_ylim()[1]
    ends = sorted((series.values[-1], place) for place, series in enumerate(chart.series))
    at = float("-inf")
    for value, place in ends:
        at = max(value, at + LEAST_GAP * top)
        axes.annotate(
            _number(value, chart),
            (day, at),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
            color=str(colours[place]) if len(ends) > 1 else None,
        )


def _begins_above(mark: float, chart: Chart) -> bool:
    early = [value for series in chart.series for value in series.values[: 1 + len(series.values) // 3]]
    return sum(early) / len(early) >= mark


def _day_axis(axes: Axes, days: list[int], chart: Chart) -> None:
    whole = days[1:] if chart.cut[0] and len(days) > 2 else days
    step = max(1, -(-len(whole) // MOST_DAY_TICKS))
    # Counted from the last day, which must be named: it is the one people look for.
    axes.set_xticks(whole[::-1][::step][::-1])
    months = len(whole) > 1 and all(date.fromordinal(day).day == 1 for day in whole)
    by_month = months or days[-1] - days[0] >= MOST_DAYS_WITHOUT_YEAR
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _day(value, by_month=by_month)))
    axes.margins(x=0.1)


def _day(value: float, *, by_month: bool) -> str:
    day = date.fromordinal(max(1, round(value)))
    return f"{day:%b %Y}" if by_month else f"{day.day} {day:%b}"


def _value_axis(axis: Axis, chart: Chart) -> None:
    """From nought, with few round numbers and the unit beside them."""
    values = [value for series in chart.series for value in series.values] + [0.0]
    highest = max([*values, *(value for _, value in chart.marks)])
    lowest = min(values)
    least = 0.05 if chart.percent else 1.0
    room = max(highest - lowest, least if highest == lowest else 0.0)
    if chart.kind == "line":
        axis.axes.set_ylim(0, max(highest * 1.15, least))
    else:
        left = lowest - 0.18 * room if lowest < 0 else 0.0
        axis.axes.set_xlim(left, highest + 0.18 * room if highest > 0 else 0.0 if left else least)
    whole = all(value == round(value) for value in values) and not chart.percent
    axis.set_major_locator(MaxNLocator(MOST_TICKS, steps=[1, 2, 5, 10], integer=whole))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, chart)))
    axis.set_label_text(_plain(chart.unit))


def _tick(value: float, chart: Chart) -> str:
    shown = round(value * 100, 6) if chart.percent else round(value, 6)
    return f"{'−' if shown < 0 else ''}{abs(shown):,.10g}{' %' if chart.percent else ''}"


def _bars(axes: Axes, chart: Chart, labels: Sequence[str], pale: str) -> None:
    places = list(range(len(labels)))
    of = len(chart.series)
    height = 0.76 / of
    for number, series in enumerate(chart.series):
        shift = (number - (of - 1) / 2) * height
        bars = axes.barh(
            [place + shift for place in places],
            series.values,
            height * 0.92,
            label=_plain(series.name),
            # What was before stands behind what is now.
            # What was before stands pale behind what is now.
            color=pale if (of, number) == (2, 0) else f"C{number - (of == 2)}",
        )
        axes.bar_label(bars, [_number(value, chart) for value in series.values], padding=4)
    axes.set_yticks(places, labels)
    # The first label on top, as it is read.
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    if any(value < 0 for series in chart.series for value in series.values):
        axes.axvline(0, color=MUTED, linewidth=1)
        axes.spines["left"].set_visible(False)
    _value_axis(axes.xaxis, chart)
    _legend(axes, chart)


def _legend(axes: Axes, chart: Chart) -> None:
    """Above the chart, where no line can be under it; as many names in a row as there is room for."""
    if len(chart.series) < 2:
        return
    handles, names = axes.get_legend_handles_labels()
    short = [textwrap.shorten(name, LEGEND_WIDTH, placeholder=" …") or " " for name in names]
    widest = max(map(len, short)) + 4
    columns = max(1, min(len(names), MOST_LEGEND_LETTERS // widest))
    axes.legend(
        handles, short, ncols=columns, loc="lower left", bbox_to_anchor=(-0.02, 1.0), borderaxespad=0.2,
        columnspacing=1.2, handlelength=1.2,
    )  # fmt: skip


def _number(value: float, chart: Chart) -> str:
    sign = "−" if value < 0 else "+" if chart.signed and value > 0 else ""
    values = [abs(each) for series in chart.series for each in series.values]
    if chart.percent:
        return f"{sign}{abs(value) * 100:.{1 if 0 < max(values) < 0.05 else 0}f} %"
    digits = 0 if max(values) >= 100 or all(each == round(each) for each in values) else _digits(values)
    return f"{sign}{abs(value):,.{digits}f}"


def _digits(values: Sequence[float]) -> int:
    """One, or two where one would show different numbers as the same."""
    different = {round(value, 2) for value in values}
    return 1 if len({round(value, 1) for value in values}) == len(different) else 2
