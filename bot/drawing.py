"""Draw a chart as a PNG in the house's style; the one module of the bot that knows matplotlib.

It is imported in the worker process only, so that the process that answers stays light.
"""

import textwrap
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.style import context
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from bot.replies import Chart

STYLE = str(files("store") / "house.mplstyle")
MUTED = "#7B8794"
WARM = "#E4572E"
TITLE_WIDTH = 46
LABEL_WIDTH = 18
MOST_DAY_TICKS = 5
MOST_MARKED_POINTS = 12
MOST_DAYS_WITHOUT_YEAR = 330


def draw(chart: Chart) -> bytes:
    """The chart as a PNG, 1,152 pixels wide, readable on a phone.

    Args:
        chart: What is to be seen.

    Returns:
        The file's bytes.
    """
    with context(STYLE):
        figure = Figure(layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        if chart.kind == "line":
            _lines(axes, chart)
        else:
            _bars(axes, chart)
        axes.set_title("\n".join(textwrap.wrap(_plain(chart.title), TITLE_WIDTH)))
        figure.supxlabel(_plain(chart.note), x=0.01, ha="left", fontsize="small", color=MUTED)
        file = BytesIO()
        figure.savefig(file, format="png")
        return file.getvalue()


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())


def _plain(text: str) -> str:
    """Text as matplotlib can draw it: without what the font lacks, and no dollar sign begins a formula."""
    drawable = "".join(character for character in text if ord(character) in _glyphs())
    return " ".join(drawable.split()).replace("$", r"\$")


def _lines(axes: Axes, chart: Chart) -> None:
    days = [date.fromisoformat(label).toordinal() for label in chart.labels]
    marker = "o" if len(days) <= MOST_MARKED_POINTS else ""
    for series in chart.series:
        axes.plot(days, series.values, marker=marker, label=_plain(series.name))
        axes.annotate(
            _number(series.values[-1], chart),
            (days[-1], series.values[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    for name, value in chart.marks:
        axes.axhline(value, color=MUTED, linestyle="--", linewidth=1.4)
        axes.annotate(
            f"{_plain(name)} {_number(value, chart)}",
            (days[0], value),
            # On the side of the reference where the lines do not begin.
            xytext=(0, -5 if _begins_above(value, chart) else 4),
            textcoords="offset points",
            va="top" if _begins_above(value, chart) else "bottom",
            color=MUTED,
        )
    if len(chart.series) > 1:
        axes.legend()
    _day_axis(axes, days)
    _value_axis(axes, chart)


def _begins_above(mark: float, chart: Chart) -> bool:
    early = [value for series in chart.series for value in series.values[: 1 + len(series.values) // 3]]
    return sum(early) / len(early) >= mark


def _day_axis(axes: Axes, days: list[int]) -> None:
    step = max(1, -(-len(days) // MOST_DAY_TICKS))
    # Counted from the last day, which must be named: it is the one people look for.
    axes.set_xticks(days[::-1][::step][::-1])
    within_a_year = days[-1] - days[0] < MOST_DAYS_WITHOUT_YEAR
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _day(value, year=not within_a_year)))
    axes.margins(x=0.08)


def _day(value: float, *, year: bool) -> str:
    day = date.fromordinal(max(1, round(value)))
    return f"{day:%b %Y}" if year else f"{day.day} {day:%b}"


def _value_axis(axes: Axes, chart: Chart) -> None:
    highest = max([max(series.values) for series in chart.series] + [value for _, value in chart.marks])
    axes.set_ylim(0, max(highest * 1.15, 0.05 if chart.percent else 1))
    if chart.percent:
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
    else:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.set_ylabel(_plain(chart.unit))


def _bars(axes: Axes, chart: Chart) -> None:
    labels = ["\n".join(textwrap.wrap(_plain(label), LABEL_WIDTH)) or " " for label in chart.labels]
    places = list(range(len(labels)))
    # Two bars need not fill the picture.
    height = min(0.8, 0.2 * (1 + len(labels))) / len(chart.series)
    for number, series in enumerate(chart.series):
        shift = (number - (len(chart.series) - 1) / 2) * height
        bars = axes.barh(
            [place + shift for place in places], series.values, height * 0.9, label=_plain(series.name)
        )
        axes.bar_label(bars, [_number(value, chart) for value in series.values], padding=4)
    axes.set_yticks(places, labels)
    # The first label on top, as it is read.
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=not chart.percent))
    axes.margins(x=0.15)
    axes.set_xlabel(_plain(chart.unit))
    if chart.percent:
        axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
    if len(chart.series) > 1:
        axes.legend()


def _number(value: float, chart: Chart) -> str:
    if chart.percent:
        return f"{value * 100:.0f} %"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}"
