"""Pictures: PNG, wide enough for a phone, the same for the same figures."""

import struct
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pytest

from pipeline.evaluation import metrics, plots

RANDOM = np.random.default_rng(2)
P = RANDOM.random(300)
LEFT = RANDOM.random(300) < P

DRAWN: dict[str, Callable[[], bytes]] = {
    "confusion": lambda: plots.confusion_matrix((40, 9, 7, 44), 0.45),
    "empty confusion": lambda: plots.confusion_matrix((0, 0, 0, 0), 0.5),
    "bars": lambda: plots.bars({"quiet now": 0.12, "trend": -0.01}, "What the risk is read from", "AUC lost"),
    "calibration": lambda: plots.calibration(LEFT, P, metrics.ece(LEFT, P)),
    "roc": lambda: plots.roc_curves(LEFT, {"served": P, "MBG/NBD": 1 - P}),
    "precision": lambda: plots.precision_recall(LEFT, {"served": P}),
    "curve": lambda: plots.return_curve([0, 10, 20, 40], [0, 0.4, 0.6, 0.7], 30),
    "no curve": lambda: plots.return_curve([], [], 30),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_a_wide_png(name: str) -> None:
    png = DRAWN[name]()

    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG")
    assert width >= 1_000
    assert height >= 600


def test_the_same_figures_give_the_same_picture_and_leave_no_style_behind() -> None:
    before = dict(mpl.rcParams)

    assert DRAWN["bars"]() == DRAWN["bars"]()
    assert dict(mpl.rcParams) == before
