"""Events added up: by customer, title and device, each by day or month."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray

Columns = dict[str, npt.NDArray[Any]]


def changes(*keys: npt.NDArray[Any]) -> BoolArray:
    """Which rows begin a run of equal keys."""
    new = np.ones(len(keys[0]), dtype=bool)
    new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def summed(rows: Columns, slot: npt.NDArray[Any], slots: int) -> Columns:
    """Rows summed into slots; every array has shape (slots,)."""
    return {
        "count": np.bincount(slot, minlength=slots),
        "amount": np.bincount(slot, rows["amount"], slots),
        "marked": np.bincount(slot[rows["marked"]], minlength=slots),
        "known": np.bincount(slot[rows["known"]], minlength=slots),
    }


def by_device(rows: Columns, device: npt.NDArray[np.int16], devices: int, days: int) -> Columns:
    """Rows summed by day and device; one more device stands for none."""
    width = devices + 1
    slot = rows["period"].astype(np.int64) * width + np.where(device < 0, devices, device)
    return summed(rows, slot, days * width)


def by_customer(rows: Columns) -> Columns:
    """Rows summed by customer and month; they are in order of customer and time, so that runs are summed."""
    new = changes(rows["period"], rows["customer"])
    run = np.cumsum(new) - 1
    sums = summed(rows, run, int(np.count_nonzero(new)))
    return {"period": rows["period"][new], "customer": rows["customer"][new], **sums}


def by_title(rows: Columns, titles: int) -> Columns:
    """Rows summed by month and title; what has no title is in no sum."""
    named = rows["title"] >= 0
    chosen = {name: values[named] for name, values in rows.items()}
    slot = chosen["period"].astype(np.int64) * max(titles, 1) + chosen["title"]
    sums = summed(chosen, slot, int(slot.max(initial=-1)) + 1)
    found = np.flatnonzero(sums["count"])
    return {"slot": found, **{name: values[found] for name, values in sums.items()}}
