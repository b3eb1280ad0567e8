"""Findings as rows for the store: arrays of machine numbers, as narrow as the catalogue allows."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from pipeline.recommend.findings import RecommendFindings
from store.results.packing import BEST_BYTE

CodeType = Literal["h", "i"]


def code_type(titles: int) -> CodeType:
    """What a title's code fits into: int16 or int32."""
    return "h" if titles <= np.iinfo(np.int16).max else "i"


def list_rows(found: RecommendFindings, codes: CodeType) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """Customer, titles, scores and reasons; scores relative to his best, for which a byte is enough."""
    best = _best_scores(found)[:, None]
    relative = np.divide(found.scores, best, out=np.zeros_like(found.scores), where=best > 0)
    parts = np.rint(np.clip(relative, 0, 1) * BEST_BYTE).astype(np.uint8)
    lists = (found.titles.astype(codes), parts, found.because.astype(codes))
    for customer_id, titles, scores, because in zip(found.customer_ids, *lists, strict=True):
        yield customer_id, titles.tobytes(), scores.tobytes(), because.tobytes()


def history_rows(found: RecommendFindings, codes: CodeType) -> Iterator[tuple[str, bytes, float]]:
    """Customer, all he knows, and his best score; of those who know anything."""
    seen, best = found.seen, _best_scores(found).tolist()
    titles = seen.indices.astype(codes)
    for row in np.flatnonzero(np.diff(seen.indptr)):
        known = titles[seen.indptr[row] : seen.indptr[row + 1]]
        yield found.customer_ids[row], known.tobytes(), best[row]


def neighbour_rows(found: RecommendFindings) -> Iterator[tuple[int, bytes, bytes]]:
    """Title, its neighbours and their weights."""
    rows = zip(found.neighbour_codes, found.neighbour_weights, strict=True)
    for code, (titles, weights) in enumerate(rows):
        known = titles >= 0
        yield code, titles[known].tobytes(), weights[known].tobytes()


def comeback_rows(found: RecommendFindings) -> Iterator[tuple[str, int, int, int, float]]:
    """Genre, rank, title, returns and lift."""
    for group in found.comebacks:
        columns = (group.titles.tolist(), group.returns.tolist(), group.lift.tolist())
        for rank, (code, returns, lift) in enumerate(zip(*columns, strict=True), 1):
            yield group.genre, rank, code, returns, lift


def _best_scores(found: RecommendFindings) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    best: np.ndarray[tuple[int], np.dtype[np.float32]] = np.abs(found.scores).max(axis=1, initial=0.0)
    return best
