"""The order of rows that all tables of customers and moments share."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.dataset import CodeArray, IntArray


def row_order(ids: npt.NDArray[np.object_], as_of_day: CodeArray) -> IntArray:
    """The order by (as_of_day, customer_id); ids are compared by code points, as Python does."""
    if not len(ids):
        return np.zeros(0, dtype=np.int64)
    # Few names, many moments: the names are told apart by hash and only then sorted.
    rank, unique = pd.factorize(ids, sort=True)
    key = as_of_day.astype(np.int64) * len(unique) + rank
    order: IntArray = np.argsort(key, kind="stable")
    return order
