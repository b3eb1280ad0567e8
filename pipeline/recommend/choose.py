"""Which candidate is served: the one that beats popular lately on time it has not seen, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.evaluation.ranking import Interval, interval
from pipeline.recommend.catalogue import Catalogue
from pipeline.recommend.interactions import Interactions, set_aside, without
from pipeline.recommend.models import HYBRID, POPULAR, Setting
from pipeline.recommend.trials import Judge, Outcome, Trial, best_of, trial, tuned, untuned

HIDDEN_SHARE = 0.2
"""Of the period, at its end, hidden from the candidates; and of what is left, for choosing their settings."""
FEWEST_JUDGED = 50
FEWEST_LIKES = 5
"""A customer whose own last likes are hidden must have this many."""
SHORT_HISTORY = 10
"""Half of all customers with likes have fewer than this many: histories are short."""
MOST_TUNED_ON = 3_000
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is served and the evidence for it.

    Attributes:
        served: The setting to learn on everything.
        outcomes: Of all candidates in the last trial, popular lately first; empty where too few were judged.
        contender: The best but for popular lately; None where nothing was compared.
        gain: nDCG@10 of the contender less that of popular lately, on the same customers; the interval is
            widened for the number of candidates it was picked from.
        unvaried: Outcome of the contender without re-ranking.
        judged: Customers compared.
        by_time: One cut through time for all; else each customer's own last likes were hidden, because too
            few came back after such a cut.
        last_like: For the served candidate and for popular lately, where histories are short: share of
            customers whose last like, hidden, was among the first ten shown.
    """

    served: Setting
    outcomes: tuple[Outcome, ...] = ()
    contender: Outcome | None = None
    gain: Interval | None = None
    unvaried: Outcome | None = None
    judged: int = 0
    by_time: bool = True
    last_like: Mapping[str, float] = field(default_factory=dict)


def cut_days(first_day: int, as_of_day: int) -> tuple[int, int]:
    """Days of the two cuts: for choosing settings, and for the last trial."""
    last = as_of_day - max(1, round(HIDDEN_SHARE * (as_of_day - first_day)))
    return last - max(1, round(HIDDEN_SHARE * (last - first_day))), last


def choose(
    known: Sequence[Interactions],
    days: Sequence[int],
    catalogue: Catalogue,
    config: RecommendConfig,
    compute: ComputeConfig,
) -> Choice:
    """Tune the candidates in an earlier trial, compare them in the last one.

    Args:
        known: What was known at the first cut, at the second, and is known now.
        days: Of the same: the two cuts and ``as_of``.
        catalogue: The titles.
        config: Settings.
        compute: How work is spread.
    """
    earlier, last, by_time = _trials(known, days, config)
    if len(last.rows) < FEWEST_JUDGED:
        return Choice(served=Setting(kind=POPULAR), judged=len(last.rows))
    if len(earlier.rows) >= FEWEST_JUDGED:
        settings = tuned(Judge(trial=earlier, catalogue=catalogue, config=config, compute=compute))
    else:
        settings = untuned(catalogue, config)
    choice = replace(
        _compared(settings, Judge(trial=last, catalogue=catalogue, config=config, compute=compute)),
        by_time=by_time,
    )
    return replace(choice, last_like=_last_like(choice, known[-1], days[-1], catalogue, config, compute))


def _trials(
    known: Sequence[Interactions], days: Sequence[int], config: RecommendConfig
) -> tuple[Trial, Trial, bool]:
    few, seed = min(MOST_TUNED_ON, config.most_judged), config.seed
    truth = without(known[2].likes, known[1].seen)
    last = trial(known[1], truth, days[1], most=config.most_judged, seed=seed)
    if len(last.rows) >= FEWEST_JUDGED:
        truth = without(known[1].likes, known[0].seen)
        return trial(known[0], truth, days[0], most=few, seed=seed), last, True
    left, aside = set_aside(known[2], HIDDEN_SHARE, fewest=FEWEST_LIKES, seed=seed)
    own = trial(left, aside, days[2], most=config.most_judged, seed=seed)
    if len(own.rows) < FEWEST_JUDGED:
        return last, last, True
    left, aside = set_aside(left, HIDDEN_SHARE, fewest=FEWEST_LIKES, seed=seed)
    return trial(left, aside, days[2], most=few, seed=seed), own, False


def _compared(settings: Sequence[Setting], judge: Judge) -> Choice:
    models = [judge.model(setting) for setting in settings]
    outcomes = tuple(judge.outcome(model, vary=model.name != POPULAR) for model in models)
    contender = _contender(outcomes[1:], judge.config.seed)
    gain = interval(
        contender.ndcg - outcomes[0].ndcg,
        confidence=1 - (1 - CONFIDENCE) / len(outcomes[1:]),
        seed=judge.config.seed,
    )
    winner = models[outcomes.index(contender)]
    return Choice(
        served=contender.setting if gain.low > 0 else outcomes[0].setting,
        outcomes=outcomes,
        contender=contender,
        gain=gain,
        unvaried=judge.outcome(winner),
        judged=len(judge.trial.rows),
    )


def _contender(outcomes: Sequence[Outcome], seed: int) -> Outcome:
    """The best; or the hybrid where it is not surely worse: it also knows titles nobody watched yet."""
    best = best_of(outcomes)
    for outcome in outcomes:
        if outcome.setting.kind == HYBRID and interval(best.ndcg - outcome.ndcg, seed=seed).low <= 0:
            return outcome
    return best


def _last_like(
    choice: Choice,
    known: Interactions,
    as_of_day: int,
    catalogue: Catalogue,
    config: RecommendConfig,
    compute: ComputeConfig,
) -> Mapping[str, float]:
    counts = np.diff(known.likes.indptr)
    if not counts.any() or np.median(counts[counts > 0]) >= SHORT_HISTORY or choice.contender is None:
        return {}
    left, aside = set_aside(known, 0.0, fewest=2, seed=config.seed)
    cut = trial(left, aside, as_of_day, most=config.most_judged, seed=config.seed)
    if len(cut.rows) < FEWEST_JUDGED:
        return {}
    judge = Judge(trial=cut, catalogue=catalogue, config=config, compute=compute)
    compared = (choice.outcomes[0].setting, choice.contender.setting)
    return {setting.kind: judge.outcome(judge.model(setting)).metrics["hit_rate_10"] for setting in compared}
