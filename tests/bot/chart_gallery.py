"""Every kind of chart that the chat shows, and the golden image of each.

``python -m tests.bot.chart_gallery`` draws the golden images anew; look at them before you commit them.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from bot.drawing import draw
from bot.replies import Chart, Series

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "charts"
WIDTH = 390
"""Of a golden image: about what a phone shows it at."""

TILES = 12
"""Images are compared in so many rows and columns, so that one changed word is not lost in the whole."""

TOLERANCE = 8.0
"""Mean difference of a tile, of 255: fonts are smoothed a little differently from machine to machine."""

NOTE = "Data up to 30 Jun 2026"
WEEKS = tuple(
    f"2026-{day}" for day in ("04-06", "04-13", "04-20", "04-27", "05-04", "05-11", "05-18", "05-25")
)
MONTHS = tuple(f"2026-0{month}-01" for month in range(1, 7))
SEGMENTS = ("high-value power users", "big rare buyers", "low-engagement at-risk")
TITLES = (
    "The Bitter Shadow and the Frontier of the North 2", "A Machine in the Alps",
    "Restless Harbour of Trieste", "Stolen Letter",
    "The Extraordinarily Long Adventures of a Film With No End", "Verdict of Jaipur",
)  # fmt: skip


def _bars(
    title: str,
    labels: tuple[str, ...],
    unit: str,
    *series: Series,
    percent: bool = False,
    signed: bool = False,
) -> Chart:
    return Chart(
        kind="bar", title=title, labels=labels, series=series, unit=unit, note=NOTE,
        percent=percent, signed=signed,
    )  # fmt: skip


CHARTS = {
    "customer": Chart(
        kind="line", title="Risk rose from 12 % to 61 %", labels=WEEKS,
        series=(Series(name="Risk", values=(0.12, 0.1, 0.14, 0.2, 0.19, 0.34, 0.5, 0.61)),),
        unit="risk of leaving within 30 days", note=f"user_00042 · {NOTE}", percent=True,
        marks=(("average", 0.19),),
    ),
    "series": Chart(
        kind="line", title="Hours watched a week rose from 215 to 417", labels=(*WEEKS, "2026-06-01"),
        series=(Series(name="Hours", values=(120.0, 215, 280, 310, 342, 330, 390, 417, 95)),),
        unit="hours", note=f"{NOTE} · dashed: part of a week", cut=(True, True),
    ),
    "lines": Chart(
        kind="line", title="Revenue a month: Basic is highest with €1,520", labels=MONTHS,
        series=(
            Series(name="Basic", values=(700.0, 810, 930, 1100, 1400, 1520)),
            Series(name="Premium for the whole family", values=(600.0, 650, 790, 1000, 1010, 1020)),
            Series(name="Standard", values=(300.0, 420, 640, 800, 930, 1000)),
            Series(name="Free", values=(0.0, 0, 12, 3, 1, 0)),
        ),
        unit="€", note=NOTE,
    ),
    "ranking": _bars(
        "Watches: The Bitter Shadow and the Frontier of the North 2 is highest with 695", TITLES, "watches",
        Series(name="Watches", values=(695.0, 608, 520, 476, 321, 1)),
    ),
    "comparison": _bars(
        "Active customers: Poland is highest with 26", ("Poland", "Brazil", "France"), "customers",
        Series(name="1–31 May 2026", values=(29.0, 20, 21)),
        Series(name="1–30 Jun 2026", values=(26.0, 24, 20)),
    ),
    "share": _bars(
        "Customers: Standard is highest with 28 %", ("Standard", "Free", "Basic", "Premium"),
        "share of customers", Series(name="Customers", values=(0.277, 0.27, 0.24, 0.213)), percent=True,
    ),
    "digest": Chart(
        kind="line", title="35 active customers a day last week, 8 % fewer than the week before",
        labels=tuple(f"2026-06-{day:02}" for day in range(3, 31)),
        series=(Series(name="Active", values=tuple(float(20 + day * 37 % 26) for day in range(28))),),
        unit="active customers a day", note=NOTE, marks=(("average", 33.0),),
    ),
    "why": _bars(
        "Hours watched fell most for plan Free", ("plan Free", f"segment {SEGMENTS[2]}", "genre Thriller"),
        "change in hours", Series(name="change", values=(-118.1, -116.8, -86.9)), signed=True,
    ),
    "risk": _bars(
        f"Average churn risk fell most: {SEGMENTS[1]}", SEGMENTS, "average churn risk",
        Series(name="16 Jun 2026", values=(0.154, 0.382, 0.231)),
        Series(name="30 Jun 2026", values=(0.126, 0.323, 0.172)), percent=True,
    ),
    "changes": _bars(
        "Orders fell most: 28.8 % less", ("Active customers", "Watches", "Orders", "Revenue"),
        "change from 17–23 Jun 2026", Series(name="change", values=(0.04, 0.051, -0.288, -0.02)),
        percent=True, signed=True,
    ),
    "moves": _bars(
        "18 customers moved out of high-value power users", ("to big rare buyers",),
        "customers who moved in 30 days", Series(name="customers", values=(18.0,)),
    ),
}  # fmt: skip
PICTURES = {name: (chart, False) for name, chart in CHARTS.items()}
PICTURES |= {f"{name}_dark": (CHARTS[name], True) for name in ("customer", "lines", "comparison")}


def small(png: bytes) -> Image.Image:
    """A picture as a phone shows it."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)


def worst_tile(first: Image.Image, second: Image.Image) -> float:
    """The largest mean difference of any tile, of 255; infinite where the sizes differ."""
    if first.size != second.size:
        return float("inf")
    difference = ImageChops.difference(first, second).convert("L")
    wide, high = difference.width / TILES, difference.height / TILES
    return max(
        ImageStat.Stat(
            difference.crop((round(x * wide), round(y * high), round((x + 1) * wide), round((y + 1) * high)))
        ).mean[0]
        for x in range(TILES)
        for y in range(TILES)
    )


def main() -> None:
    """Draw the golden images anew."""
    for name, (chart, dark) in PICTURES.items():
        picture = small(draw(chart, dark=dark)).quantize(64, dither=Image.Dither.NONE)
        picture.save(GOLDEN / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
