"""What the score lives on: what is lost without a family, and what a family alone would know."""

from collections.abc import Mapping

import numpy as np

from pipeline.churn.blend import Blend, telling
from pipeline.churn.models import fit_linear
from pipeline.churn.reasons import contributions, typical_history
from pipeline.churn.rows import Rows
from pipeline.churn.sentences import FAMILIES
from pipeline.evaluation.metrics import auc

MOST_ROWS = 5_000
SHAP_ROWS = 1_000


def _places(names: tuple[str, ...], family_of: Mapping[str, str], family: str) -> list[int]:
    return [place for place, name in enumerate(names) if family_of.get(name) == family]


def lost_without(blend: Blend, test: Rows, family_of: Mapping[str, str], seed: int) -> dict[str, float]:
    """AUC lost when a family's features are exchanged between customers, largest first.

    Families overlap, so that one may be small because another says the same.
    """
    random = np.random.default_rng(seed)
    if len(test) > MOST_ROWS:
        test = test.where(np.sort(random.choice(len(test), MOST_ROWS, replace=False)))
    whole = auc(test.left, blend.raw_score(test.values))
    lost = {}
    for family in FAMILIES:
        places = _places(test.names, family_of, family)
        if places:
            exchanged = test.values.copy()
            exchanged[:, places] = exchanged[random.permutation(len(test))][:, places]
            lost[family] = whole - auc(test.left, blend.raw_score(exchanged))
    return dict(sorted(lost.items(), key=lambda item: -item[1]))


def shap(blend: Blend, test: Rows, family_of: Mapping[str, str], seed: int) -> dict[str, float]:
    """Mean size of what each family adds to a customer's log-odds, largest first.

    Exact SHAP values of the trees and the line, summed by family before their size is taken: features that
    speak against each other do not count twice.
    """
    if len(test) > SHAP_ROWS:
        chosen = np.random.default_rng(seed).choice(len(test), SHAP_ROWS, replace=False)
        test = test.where(np.sort(chosen))
    typical = typical_history(test.values, test.names)
    sizes = np.abs(contributions(blend, test.values, family_of, typical)).mean(axis=0)
    found = zip(FAMILIES, sizes.tolist(), strict=True)
    return dict(sorted(found, key=lambda item: -item[1]))


def alone(rows: Rows, test: Rows, family_of: Mapping[str, str]) -> dict[str, float]:
    """AUC on the test anchor of a logistic regression on one family only, largest first."""
    reached = {}
    for family in FAMILIES:
        places = np.array(_places(rows.names, family_of, family), dtype=np.int64)
        used = places[telling(rows.values[:, places])]
        if len(used):
            model = fit_linear(rows.values[:, used], rows.left)
            reached[family] = auc(test.left, model.score(test.values[:, used]))
    return dict(sorted(reached.items(), key=lambda item: -item[1]))


def by_name(names: tuple[str, ...], sizes: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, float]:
    """Sizes by feature, largest first, as shares of their sum."""
    whole = max(float(sizes.sum()), 1e-300)
    order = np.argsort(-sizes, kind="stable")
    return {names[place]: float(sizes[place] / whole) for place in order}
