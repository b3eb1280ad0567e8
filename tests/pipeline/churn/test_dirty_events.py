"""Dirt in the files of a business: repeated rows, refunds, impossible amounts, clocks that are wrong."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.churn import ChurnFindings, learn
from pipeline.ingest import IngestReport
from tests.pipeline.churn.customers import ALONE, CONFIG, FIRST, QUICK, business, iso
from tests.pipeline.reading import HEADER, read, source, write

LAST = 199


def line(who: str, day: int, amount: str) -> str:
    return f"{who},{iso(day)},,,{amount}"


def rows() -> list[str]:
    """One order a visit."""
    events = business()
    days = events["at"] // 86_400_000_000 - (FIRST.toordinal() - 719_163)
    return [
        line(who, day, f"{amount:.2f}" if np.isfinite(amount) else "")
        for who, day, amount in zip(events["who"], days, events["amount"], strict=True)
    ]


def learned(folder: Path, lines: list[str]) -> tuple[ChurnFindings, IngestReport]:
    write(folder, {"events.csv": "\n".join([HEADER, *lines, ""])})
    report, dataset = read(
        folder,
        source("events", "events.csv", kind="order"),
        watermark=str(FIRST + timedelta(days=LAST)),
    )
    return learn(dataset, CONFIG, ALONE, effort=replace(QUICK, forest_trees=0)), report


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> ChurnFindings:
    return learned(tmp_path_factory.mktemp("clean"), rows())[0]


def test_repeated_rows_and_wrong_clocks_change_no_score(clean: ChurnFindings, tmp_path: Path) -> None:
    wrong = [line("c0001", 5_000, "9"), line("c0002", LAST + 40, "9")]

    found, report = learned(tmp_path, [*rows(), *rows()[:300], *wrong])

    assert report.tables[0].duplicates == 300
    assert sum(each.rows for each in report.quarantined) == 1, "a clock of years ahead is counted"
    assert np.array_equal(found.probability, clean.probability, equal_nan=True)


def test_infinite_and_missing_amounts_break_nothing(clean: ChurnFindings, tmp_path: Path) -> None:
    lines = [row.rsplit(",", 1)[0] + (",inf" if place % 3 else ",NaN") for place, row in enumerate(rows())]

    found, _ = learned(tmp_path, lines)

    assert found.status == "served"
    assert np.array_equal(np.isfinite(found.probability), np.isfinite(clean.probability))


def test_a_refund_counts_for_money_and_not_for_activity(clean: ChurnFindings, tmp_path: Path) -> None:
    lapsed = clean.customer_ids[clean.status_of == "lapsed"][:20]

    found, _ = learned(tmp_path, [*rows(), *(line(str(who), LAST, "-5.00") for who in lapsed)])

    assert list(found.status_of) == list(clean.status_of), "nobody comes back by being paid back"
    assert np.array_equal(np.isfinite(found.probability), np.isfinite(clean.probability))
