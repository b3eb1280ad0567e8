"""Candidates tried on time they have not seen: what would each have shown, and did people like it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.dataset import FloatArray
from pipeline.evaluation import ranking
from pipeline.recommend.catalogue import Catalogue
from pipeline.recommend.ease import EaseSetting
from pipeline.recommend.factors import FactorSetting, is_installed
from pipeline.recommend.interactions import Interactions
from pipeline.recommend.models import (
    CONTENT,
    EASE,
    FACTORS,
    HYBRID,
    NEIGHBOURS,
    POPULAR,
    RecommendModel,
    Setting,
    asked_for,
    assembled,
    co_likes_of,
    learned_kernel,
    lists_of,
)
from pipeline.recommend.popular import LATELY, Lately, Popular, popular_titles

HEAD = 10
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A cut through time: what was known before it, and what people came to like after it.

    Attributes:
        known: Before the cut, of all customers.
        rows: Customers judged: with history before and new likes after; shape (m,).
        truth: What these came to like and had not seen before; shape (m, t).
        as_of_day: The cut; days since 1970-01-01.
    """

    known: Interactions
    rows: npt.NDArray[np.int64]
    truth: sp.csr_matrix
    as_of_day: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a candidate did in a trial.

    Attributes:
        ndcg: At 10, for each customer judged; shape (m,).
        metrics: Means, by name.
    """

    setting: Setting
    ndcg: FloatArray
    metrics: Mapping[str, float]


def trial(known: Interactions, truth: sp.csr_matrix, as_of_day: int, *, most: int, seed: int) -> Trial:
    """Cut at ``as_of_day``; beyond ``most`` customers a sample of them, drawn by the seed, is judged.

    Args:
        known: Before the cut.
        truth: What customers came to like and had not seen; shape (n, t).
        as_of_day: The cut.
        most: Customers judged at most.
        seed: Fixes the sample.
    """
    rows = np.flatnonzero((np.diff(known.seen.indptr) > 0) & (np.diff(truth.indptr) > 0))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return Trial(known=known, rows=rows, truth=truth[rows], as_of_day=as_of_day)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Tries candidates in one trial; titles beyond the ``most_tried`` of a solve count as missed."""

    trial: Trial
    catalogue: Catalogue
    config: RecommendConfig
    compute: ComputeConfig
    _kernels: dict[Setting, sp.csr_matrix] = field(default_factory=dict)
    _popular: dict[Lately, Popular] = field(default_factory=dict)
    _grams: dict[tuple[float, bytes], npt.NDArray[np.float32]] = field(default_factory=dict)

    def model(self, setting: Setting, *, complete: bool = False) -> RecommendModel:
        """Learn a candidate from what was known before the cut.

        Args:
            setting: The candidate.
            complete: As ``assembled`` has it.
        """
        cut = self.trial
        learned = replace(setting, lately=Lately(window_days=30), half_life_days=None, trend=0.0)
        if learned not in self._kernels:
            self._kernels[learned] = self._kernel(learned)
        if setting.lately not in self._popular:
            self._popular[setting.lately] = popular_titles(
                cut.known, cut.as_of_day, setting.lately, self.catalogue.available
            )
        return assembled(
            setting,
            self._kernels[learned],
            cut.known,
            self._popular[setting.lately],
            self.catalogue,
            complete=complete,
        )

    def _kernel(self, setting: Setting) -> sp.csr_matrix:
        if setting.kind == CONTENT and self.catalogue.alike is not None:
            return self.catalogue.alike
        likes, features = self.trial.known.likes, self.catalogue.features
        return learned_kernel(
            setting, likes, features, self.config, self.config.most_tried, count=self._co_likes
        )

    def _co_likes(
        self, likes: sp.csr_matrix, codes: npt.NDArray[np.int64], balance: float
    ) -> npt.NDArray[np.float32]:
        """Counted once for each balance, however many settings are tried on them."""
        key = (balance, codes.tobytes())
        if key not in self._grams:
            self._grams[key] = co_likes_of(likes, codes, balance)
        return self._grams[key].copy()

    def tried(self, setting: Setting) -> Outcome:
        """What a candidate comes to while settings are chosen."""
        return self.outcome(self.model(setting, complete=True))

    def outcome(self, model: RecommendModel, *, vary: bool = False) -> Outcome:
        """Show the customers judged what the candidate has for them, and compare with what they liked."""
        cut = self.trial
        asked = asked_for(cut.known, model.setting, cut.rows)
        shown = lists_of(model, asked, self.catalogue, SHOWN, self.compute, vary=vary).titles
        return Outcome(
            setting=model.setting,
            ndcg=ranking.ndcg(ranking.hits(shown, cut.truth), ranking.relevant(cut.truth), HEAD),
            metrics=list_metrics(shown, cut),
        )


def list_metrics(shown: npt.NDArray[np.int32], cut: Trial) -> dict[str, float]:
    """Everything measured about the lists shown to the customers judged."""
    hit, wanted = ranking.hits(shown, cut.truth), ranking.relevant(cut.truth)
    watchers, customers = cut.known.watchers, cut.known.seen.shape[0]
    return {
        "ndcg_10": float(ranking.ndcg(hit, wanted, HEAD).mean()),
        "recall_10": float(ranking.recall(hit, wanted, HEAD).mean()),
        "recall_50": float(ranking.recall(hit, wanted, SHOWN).mean()),
        "map_10": float(ranking.average_precision(hit, wanted, HEAD).mean()),
        "hit_rate_10": float(ranking.hit_rate(hit, wanted, HEAD).mean()),
        "coverage_10": ranking.coverage(shown, len(watchers), HEAD),
        "novelty_bits": ranking.novelty_bits(shown, watchers, customers, HEAD),
        "popularity": ranking.mean_popularity(shown, watchers, customers, HEAD),
        "customers": float(len(wanted)),
    }


def best_of(outcomes: Sequence[Outcome]) -> Outcome:
    """The first of those with the highest mean nDCG@10."""
    return max(outcomes, key=lambda outcome: outcome.metrics["ndcg_10"])


REGULARISATIONS = (1.0, 3.0, 9.0)
SHAPES = ((0.0, 0.0, 0.5), (0.2, 0.0, 0.5), (0.35, 0.175, 0.5), (0.2, 0.1, 0.0))
"""Evenness, popularity, balance; beside the default they start from."""
CONTENT_WEIGHTS = (0.03, 0.1, 0.3, 1.0)
SHRINKAGES = (3.0, 30.0)
FACTOR_SETTINGS = (
    FactorSetting(),
    FactorSetting(confidence=1.0),
    FactorSetting(regularisation=3.0),
)
HALF_LIVES_DAYS = (30, 180)
TRENDS = (0.1, 0.3, 1.0, 3.0, 10.0)


def is_large(catalogue: Catalogue, config: RecommendConfig) -> bool:
    """Whether there are more titles than one solve takes; then iALS is tried, where it is installed."""
    return len(catalogue.title_ids) > config.most_solved


def untuned(catalogue: Catalogue, config: RecommendConfig) -> tuple[Setting, ...]:
    """Every kind of candidate with its usual settings, for histories too short to tune on."""
    kinds = [POPULAR, CONTENT, NEIGHBOURS, EASE, HYBRID]
    if catalogue.features is None:
        kinds = [POPULAR, NEIGHBOURS, EASE]
    if is_large(catalogue, config) and is_installed():
        kinds.append(FACTORS)
    usual = EaseSetting(content_weight=CONTENT_WEIGHTS[2])
    return tuple(Setting(kind=kind, ease=usual) for kind in kinds)


def tuned(judge: Judge) -> tuple[Setting, ...]:
    """Choose the settings of each kind of candidate in an earlier trial; popular lately comes first."""
    lately = best_of([judge.tried(Setting(kind=POPULAR, lately=each)) for each in LATELY]).setting.lately
    settings = [Setting(kind=POPULAR, lately=lately)]
    if judge.catalogue.features is not None:
        settings.append(_tuned_lists(judge, Setting(kind=CONTENT, lately=lately)))
    shrunk = [
        judge.tried(Setting(kind=NEIGHBOURS, lately=lately, shrinkage=shrinkage)) for shrinkage in SHRINKAGES
    ]
    settings.append(_tuned_lists(judge, best_of(shrunk).setting))
    solved = _tuned_ease(judge, lately)
    settings.append(_tuned_lists(judge, solved))
    if judge.catalogue.features is not None:
        start = replace(solved, kind=HYBRID)
        mixed = [judge.tried(_with_ease(start, content_weight=weight)) for weight in CONTENT_WEIGHTS]
        settings.append(_tuned_lists(judge, best_of(mixed).setting))
    if is_large(judge.catalogue, judge.config) and is_installed():
        start = Setting(kind=FACTORS, lately=lately)
        learned = [judge.tried(replace(start, factors=each)) for each in FACTOR_SETTINGS]
        settings.append(_tuned_lists(judge, best_of(learned).setting))
    return tuple(settings)


def _tuned_ease(judge: Judge, lately: Lately) -> Setting:
    """λ first, then the shape of the normalisation, then λ once more between the values tried."""
    start = Setting(kind=EASE, lately=lately)
    best = best_of([judge.tried(_with_ease(start, regularisation=strength)) for strength in REGULARISATIONS])
    shaped = [
        judge.tried(_with_ease(best.setting, evenness=evenness, popularity=popularity, balance=balance))
        for evenness, popularity, balance in SHAPES
    ]
    best = best_of([best, *shaped])
    near = [
        judge.tried(_with_ease(best.setting, regularisation=best.setting.ease.regularisation * factor))
        for factor in (1 / 3**0.5, 3**0.5)
    ]
    return best_of([best, *near]).setting


def _tuned_lists(judge: Judge, setting: Setting) -> Setting:
    """Choose how fast likes fade and how much the trend counts; the kernel stays as it is."""
    best = judge.tried(setting)
    faded = [judge.tried(replace(setting, half_life_days=days)) for days in HALF_LIVES_DAYS]
    best = best_of([best, *faded])
    return best_of([best, *(judge.tried(replace(best.setting, trend=trend)) for trend in TRENDS)]).setting


def _with_ease(setting: Setting, **changes: float) -> Setting:
    return replace(setting, ease=replace(setting.ease, **changes))
