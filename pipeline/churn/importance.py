"""What each model lives on: what is lost without a family, what a family adds, what it would know alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.churn.blend import telling
from pipeline.churn.examination import FOREST, LINEAR, SERVED, TREES, Examined
from pipeline.churn.models import fit_linear
from pipeline.churn.reasons import contributions, family_matrix, typical_history
from pipeline.churn.rows import Rows
from pipeline.churn.sentences import FAMILIES
from pipeline.churn.training import Trained
from pipeline.dataset import FloatArray, IntArray
from pipeline.evaluation.metrics import auc, logit

MOST_ROWS = 5_000
SHAP_ROWS = 1_000
# A forest has no exact values at a bearable price; so many customers in so many orders are near enough.
SAMPLED_ROWS, SAMPLED_ORDERS = 200, 20

Score = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, kw_only=True)
class FamilyImportance:
    """What the families of features are worth to one model on the test anchor, largest first.

    Attributes:
        lost: AUC lost when a family says nothing.
        shap: Mean size of its part in the log-odds (SHAP values, summed by family before their size is taken:
            features that speak against each other do not count twice).
    """

    lost: Mapping[str, float]
    shap: Mapping[str, float]


def of_models(
    trained: Trained, examined: Examined, family_of: Mapping[str, str], seed: int
) -> dict[str, FamilyImportance]:
    """By learned model; empty where the test anchor knows one class only."""
    test, blend = examined.test, trained.blend
    if not test.rarer:
        return {}
    random = np.random.default_rng(seed)
    many, some = _sampled(test, MOST_ROWS, random), _sampled(test, SHAP_ROWS, random)
    used, families = some.values[:, blend.kept], family_matrix(blend.used, family_of)
    scores: dict[str, Score] = {
        SERVED: blend.raw_score,
        LINEAR: lambda values: blend.linear.score(values[:, blend.kept]),
    }
    typical = typical_history(some.values, some.names)
    parts = {
        SERVED: contributions(blend, some.values, family_of, typical),
        LINEAR: blend.linear.contributions(used) @ families,
    }
    if (trees := blend.trees) is not None:
        scores[TREES] = lambda values: trees.score(values[:, blend.kept])
        parts[TREES] = trees.contributions(used) @ families
    if (forest := examined.forest) is not None:
        scores[FOREST] = lambda values: logit(forest.probability(values[:, blend.kept]))
        few = _sampled(some, SAMPLED_ROWS, random)
        parts[FOREST] = sampled_contributions(scores[FOREST], few, family_of, random)
    return {
        name: FamilyImportance(
            lost=lost_without(score, many, family_of, seed),
            shap=_largest_first(dict(zip(FAMILIES, np.abs(parts[name]).mean(axis=0).tolist(), strict=True))),
        )
        for name, score in scores.items()
    }


def _sampled(rows: Rows, most: int, random: np.random.Generator) -> Rows:
    if len(rows) <= most:
        return rows
    return rows.where(np.sort(random.choice(len(rows), most, replace=False)))


def _largest_first(sizes: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _places(names: tuple[str, ...], family_of: Mapping[str, str], family: str) -> IntArray:
    return np.array([p for p, name in enumerate(names) if family_of.get(name) == family], dtype=np.int64)


def lost_without(score: Score, test: Rows, family_of: Mapping[str, str], seed: int) -> dict[str, float]:
    """AUC lost when a family's features are exchanged between customers, largest first.

    Families overlap, so that one may be small because another says the same.
    """
    random = np.random.default_rng(seed)
    whole = auc(test.left, score(test.values))
    lost = {}
    for family in FAMILIES:
        places = _places(test.names, family_of, family)
        if len(places):
            exchanged = test.values.copy()
            exchanged[:, places] = exchanged[random.permutation(len(test))][:, places]
            lost[family] = whole - auc(test.left, score(exchanged))
    return _largest_first(lost)


def sampled_contributions(
    score: Score, rows: Rows, family_of: Mapping[str, str], random: np.random.Generator
) -> FloatArray:
    """Shapley values of the families against other customers, by sampling; shape (len(rows), 7).

    Another customer turns into this one family by family, in a random order; what the score moves at a
    family's turn is its part.

    References:
        Štrumbelj and Kononenko (2014), "Explaining prediction models and individual predictions with feature
        contributions", Knowledge and Information Systems 41.
    """
    own = np.tile(rows.values, (SAMPLED_ORDERS, 1))
    present = own[random.permutation(len(own))]
    orders = np.argsort(random.random((len(own), len(FAMILIES))), axis=1)
    places = [_places(rows.names, family_of, family) for family in FAMILIES]
    parts, before = np.zeros((len(own), len(FAMILIES))), score(present)
    for turn in range(len(FAMILIES)):
        for family, columns in enumerate(places):
            now = np.flatnonzero(orders[:, turn] == family)
            present[np.ix_(now, columns)] = own[np.ix_(now, columns)]
        after = score(present)
        parts[np.arange(len(own)), orders[:, turn]] = after - before
        before = after
    mean: FloatArray = parts.reshape(SAMPLED_ORDERS, len(rows), len(FAMILIES)).mean(axis=0)
    return mean


def alone(rows: Rows, test: Rows, family_of: Mapping[str, str]) -> dict[str, float]:
    """AUC on the test anchor of a logistic regression on one family only, largest first."""
    reached = {}
    for family in FAMILIES:
        places = _places(rows.names, family_of, family)
        used = places[telling(rows.values[:, places])]
        if len(used):
            model = fit_linear(rows.values[:, used], rows.left)
            reached[family] = auc(test.left, model.score(test.values[:, used]))
    return _largest_first(reached)


def by_name(names: tuple[str, ...], sizes: FloatArray) -> dict[str, float]:
    """Sizes by feature, largest first, as shares of their sum."""
    whole = max(float(sizes.sum()), 1e-300)
    order = np.argsort(-sizes, kind="stable")
    return {names[place]: float(sizes[place] / whole) for place in order}
