"""Charts are drawn elsewhere: readable, and without weighing on the process that answers."""

import asyncio
import os
import signal
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.charts import ChartWorker
from bot.drawing import draw
from bot.replies import Chart, Series
from tests.bot.chart_gallery import CHARTS, GOLDEN, PICTURES, TOLERANCE, small, worst_tile

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
LINE = Chart(
    kind="line",
    title="Risk rose from 32% to 81% \U0001f3ac for $5 or $6, a title so long that it takes two lines",
    labels=("2026-11-08", "2026-11-15", "2026-11-22"),
    series=(Series(name="Risk", values=(0.32, 0.6, 0.81)),),
    unit="risk of leaving within 30 days",
    percent=True,
    note="42 · data up to 22 Nov 2026",
    marks=(("average", 0.32),),
)
TWO_LINES = Chart(
    kind="line",
    title="More watched in both",
    labels=tuple(f"2026-{month:02}-01" for month in range(1, 13)),
    series=(
        Series(name="Films", values=tuple(map(float, range(12)))),
        Series(name="Series", values=tuple(map(float, range(12, 24)))),
    ),
    unit="hours",
    note="Data up to 22 Nov 2026",
    marks=(("goal", 30.5),),
)
BARS = Chart(
    kind="bar",
    title="Less active than in the month before",
    labels=("60 to 31 days ago", "last 30 days"),
    series=(Series(name="Active days", values=(9.0, 2.5)),),
    unit="active days",
    note="42 · data up to 22 Nov 2026",
)
TWO_BARS = Chart(
    kind="bar",
    title="Shares",
    labels=("\U0001f3ac", "<b>"),
    series=(Series(name="before", values=(0.5, 0.0)), Series(name="now", values=(0.25, 0.125))),
    unit="share",
    percent=True,
    note="",
)
FLAT = Chart(
    kind="line",
    title="Nothing yet",
    labels=("2026-11-22",),
    series=(Series(name="Risk", values=(0.0,)),),
    unit="risk",
    note="",
)


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG_HEAD)
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("chart", [LINE, TWO_LINES, BARS, TWO_BARS, FLAT], ids=lambda chart: chart.title[:12])
def test_every_kind_is_drawn_large_enough_for_a_phone(chart: Chart) -> None:
    width, height = size_of(draw(chart))

    assert width == 1152
    assert 350 <= height <= 800


@pytest.mark.parametrize("name", PICTURES)
def test_every_chart_looks_as_it_was_approved(name: str) -> None:
    """Where one shall look otherwise: ``python -m tests.bot.chart_gallery``, and look at it."""
    chart, dark = PICTURES[name]
    with Image.open(GOLDEN / f"{name}.png") as golden:
        difference = worst_tile(small(draw(chart, dark=dark)), golden.convert("RGB"))

    assert difference < TOLERANCE


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Customers: Free is highest with 28 %"},
        {"unit": ""},
        {"note": "Data up to 29 May 2025"},
        {"series": (Series(name="Customers", values=(0.277, 0.27, 0.24, 0.193)),)},
    ],
    ids=["title", "unit", "note", "number"],
)
def test_a_changed_word_or_number_is_noticed(other: dict[str, Any]) -> None:
    share = small(draw(CHARTS["share"]))

    assert worst_tile(share, small(draw(replace(CHARTS["share"], **other)))) > TOLERANCE
    assert worst_tile(share, share.crop((0, 0, 99, 99))) == float("inf")


def test_golden_images_are_small() -> None:
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(PICTURES)
    assert max(path.stat().st_size for path in GOLDEN.glob("*.png")) <= 40_000


async def test_a_team_that_reads_at_night_gets_dark_charts() -> None:
    with ChartWorker(dark=True) as worker:
        assert await worker.draw_async(BARS) == draw(BARS, dark=True) != draw(BARS)


def test_the_same_chart_is_the_same_picture() -> None:
    assert draw(LINE) == draw(LINE)
    assert draw(LINE) != draw(BARS)


async def test_a_worker_that_was_killed_is_started_again() -> None:
    with ChartWorker() as worker:
        first = worker.draw(BARS)
        kill(worker)
        second = worker.draw(BARS)
        kill(worker)
        third = await asyncio.wait_for(worker.draw_async(BARS), timeout=60)

    assert first == second == third == draw(BARS)
    assert worker._pool is None


def kill(worker: ChartWorker) -> None:
    assert worker._pool is not None
    (process,) = (worker._pool._processes or {}).values()
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


def test_a_worker_that_drew_nothing_closes_too() -> None:
    worker = ChartWorker()

    worker.close()

    assert worker._pool is None


HEAVY = ("numpy", "pandas", "sklearn", "lightgbm", "nltk", "joblib", "matplotlib", "scipy", "sqlite_utils")
SCRIPT = """
import sys
from pathlib import Path
from bot import console
from bot.access import TERMINAL
from bot.charts import ChartWorker
from bot.queries import Queries
from store.results import Results
from store.state import State

def talk():
    folder = Path(sys.argv[1])
    results, state = Results(folder / "results.db"), State(folder / "matinee.db")
    queries = Queries(results, state)
    with ChartWorker() as charts:
        console.run(queries, lambda: TERMINAL, charts, console.ask, print, folder / "pictures")
    state.close()
    results.close()
    print("heavy:", sorted(name for name in {heavy!r} if name in sys.modules))

if __name__ == "__main__":
    talk()
"""


def test_a_process_that_answered_everything_and_showed_a_chart_stays_light(
    published: Path, tmp_path: Path
) -> None:
    (tmp_path / "results.db").write_bytes(published.read_bytes())
    script = tmp_path / "talk.py"
    script.write_text(SCRIPT.replace("{heavy!r}", repr(HEAVY)), encoding="utf-8")
    lines = (
        "/user 42\n/trend 42\n/recommend 42 3 comedy\n/segment\n/model\n/digest\n/status\ngodfahter\n/quit\n"
    )

    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        input=lines,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"},
    )

    assert done.stdout.endswith("Goodbye.\nheavy: []\n")
    assert size_of((tmp_path / "pictures" / "risk-rose-from-50-to-81.png").read_bytes())[0] == 1152
