"""Which candidate is served: the one that beats popular lately on time it has not seen, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.evaluation.ranking import Interval, interval
from pipeline.recommend.catalogue import Catalogue
from pipeline.recommend.interactions import Interactions
from pipeline.recommend.models import POPULAR, Setting
from pipeline.recommend.trials import Judge, Outcome, Trial, best_of, trial, tuned, untuned

HIDDEN_SHARE = 0.2
"""Of the period, at its end, hidden from the candidates; and of what is left, for choosing their settings."""
FEWEST_JUDGED = 50
MOST_TUNED_ON = 5_000
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
    """

    served: Setting
    outcomes: tuple[Outcome, ...] = ()
    contender: Outcome | None = None
    gain: Interval | None = None
    unvaried: Outcome | None = None
    judged: int = 0


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
    few = min(MOST_TUNED_ON, config.most_judged)
    earlier = trial(known[0], known[1], days[0], most=few, seed=config.seed)
    last = trial(known[1], known[2], days[1], most=config.most_judged, seed=config.seed)
    if len(last.rows) < FEWEST_JUDGED or (catalogue.features is None and not known[1].likes.nnz):
        return Choice(served=Setting(kind=POPULAR), judged=len(last.rows))
    settings = _settings(earlier, catalogue, config, compute)
    judge = Judge(trial=last, catalogue=catalogue, config=config, compute=compute)
    models = [judge.model(setting) for setting in settings]
    outcomes = tuple(judge.outcome(model, vary=model.name != POPULAR) for model in models)
    contender = best_of(outcomes[1:])
    gain = interval(
        contender.ndcg - outcomes[0].ndcg,
        confidence=1 - (1 - CONFIDENCE) / len(outcomes[1:]),
        seed=config.seed,
    )
    winner = models[outcomes.index(contender)]
    return Choice(
        served=contender.setting if gain.low > 0 else outcomes[0].setting,
        outcomes=outcomes,
        contender=contender,
        gain=gain,
        unvaried=judge.outcome(winner),
        judged=len(last.rows),
    )


def _settings(
    earlier: Trial, catalogue: Catalogue, config: RecommendConfig, compute: ComputeConfig
) -> tuple[Setting, ...]:
    if len(earlier.rows) >= FEWEST_JUDGED:
        return tuned(Judge(trial=earlier, catalogue=catalogue, config=config, compute=compute))
    return untuned(catalogue)
