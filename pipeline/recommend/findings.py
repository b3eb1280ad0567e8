"""What a run found out about recommendations, for the store and in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.config import RecommendConfig
from pipeline.dataset import CodeArray
from pipeline.evaluation.ranking import interval
from pipeline.recommend.catalogue import Catalogue
from pipeline.recommend.choose import FEWEST_JUDGED, Choice
from pipeline.recommend.comebacks import Comebacks
from pipeline.recommend.factors import is_installed
from pipeline.recommend.models import POPULAR, RecommendModel
from pipeline.recommend.trials import Outcome, is_large
from store.records import ModelReport

MOST_POPULAR = 200
MOST_OF_GENRE = 50
VISIBLE = 0.015
"""A smaller difference needs a third digit to be seen."""


@dataclass(frozen=True, kw_only=True)
class RecommendFindings:
    """Everything the run publishes about recommendations.

    Attributes:
        model_name: What is served.
        message: By how much it beat popular lately, or why popular lately is served; one sentence.
        customer_ids: Every customer, sorted; shape (n,).
        titles: Codes, best first, -1 behind the end; shape (n, k).
        scores: Of the same; float32; shape (n, k).
        because: Code of the liked title that gave most; -1 where none did; shape (n, k).
        seen: 1.0 where a customer must not be shown a title, as far as the run knows; shape (n, t).
        neighbour_codes: For fold-in: row i is what liking title i speaks for, -1 behind; shape (t, m).
        neighbour_weights: By how much, of either sign; shape (t, m).
        similar: "More like this", -1 behind the end; shape (t, 20).
        popular: Codes, best first.
        popular_by_genre: The same for each genre.
        comebacks: With which titles people came back after they had gone quiet.
        metrics: By dotted name, like ``recommend.hybrid.ndcg_10``.
        findings: Sentences people should know.
    """

    model_name: str
    message: str
    customer_ids: npt.NDArray[np.object_]
    titles: CodeArray
    scores: npt.NDArray[np.float32]
    because: CodeArray
    seen: sp.csr_matrix
    neighbour_codes: CodeArray
    neighbour_weights: npt.NDArray[np.float32]
    similar: CodeArray
    popular: CodeArray
    popular_by_genre: Mapping[str, CodeArray]
    comebacks: tuple[Comebacks, ...]
    reports: tuple[ModelReport, ...]
    metrics: Mapping[str, float]
    findings: tuple[str, ...]
    model: RecommendModel


def message_of(choice: Choice, titles: int) -> str:
    """One sentence: what is served and how much better it is."""
    if not titles:
        return "no titles in this data, so nothing can be recommended"
    if choice.contender is None or choice.gain is None:
        return (
            f"too few customers came back for something new to compare recommenders "
            f"({choice.judged:,}; {FEWEST_JUDGED} are needed), so popular titles are served"
        )
    name = choice.contender.setting.kind
    own, popular = choice.contender.metrics["ndcg_10"], choice.outcomes[0].metrics["ndcg_10"]
    digits = 2 if abs(own - popular) >= VISIBLE else 3
    numbers = f"{own:.{digits}f} against {popular:.{digits}f} nDCG@10 on {choice.judged:,} customers"
    span = _span(choice.gain.low, choice.gain.high, digits)
    if choice.served.kind == name:
        return f"{name} beats popular titles: {numbers} (difference {span})"
    return (
        f"no better than popular titles: the best candidate, {name}, reaches {numbers} "
        f"(difference {span}), so popular titles are served"
    )


def _span(low: float, high: float, digits: int) -> str:
    joint = "–" if low >= 0 else " to "
    return f"{low:.{digits}f}{joint}{high:.{digits}f}".replace("-", "−")


def _slug(name: str) -> str:
    return name.casefold().replace(" ", "_")


def _report(outcome: Outcome, *, served: bool) -> ModelReport:
    sure = interval(outcome.ndcg)
    bounds = {"ndcg_10_low": sure.low, "ndcg_10_high": sure.high}
    return ModelReport(
        task="recommend", name=outcome.setting.kind, served=served, metrics={**outcome.metrics, **bounds}
    )


def reports_of(choice: Choice) -> tuple[ModelReport, ...]:
    """Every candidate of the last trial, the served one marked."""
    return tuple(_report(outcome, served=outcome.setting == choice.served) for outcome in choice.outcomes)


def metrics_of(choice: Choice) -> dict[str, float]:
    """Everything measured, by dotted name."""
    found = {
        f"recommend.{_slug(outcome.setting.kind)}.{name}": value
        for outcome in choice.outcomes
        for name, value in outcome.metrics.items()
    }
    found["recommend.judged"] = float(choice.judged)
    found |= {f"recommend.{_slug(kind)}.last_like_hr_10": value for kind, value in choice.last_like.items()}
    if choice.unvaried is not None:
        found["recommend.unvaried.ndcg_10"] = choice.unvaried.metrics["ndcg_10"]
    if choice.gain is not None:
        found |= {
            "recommend.gain.ndcg_10": choice.gain.mean,
            "recommend.gain.ndcg_10_low": choice.gain.low,
            "recommend.gain.ndcg_10_high": choice.gain.high,
        }
    return found


def _left_out(catalogue: Catalogue, config: RecommendConfig) -> Iterator[str]:
    """Of a catalogue that is too large for some models: which, and why."""
    if not is_large(catalogue, config):
        return
    models, others = "EASE and neighbours", "they leave the others out"
    if catalogue.features is not None:
        models, others = "EASE, neighbours and the hybrid", "the hybrid finds the others by content"
    yield (
        f"{models} learn from the {config.most_solved:,} most liked of {len(catalogue.title_ids):,} titles, "
        f"as memory allows; {others}"
    )
    if not is_installed():
        yield (
            "iALS, which learns from all titles, was left out: its library is not installed "
            "(pip install “matinee-bot[als]”)"
        )


def sentences_of(
    choice: Choice,
    catalogue: Catalogue,
    config: RecommendConfig,
    *,
    without_history: int,
    unwatched: tuple[int, int],
) -> tuple[str, ...]:
    """What people should know beside the message.

    Args:
        choice: What is served and why.
        catalogue: The titles.
        config: Settings.
        without_history: Customers of whom nothing is known.
        unwatched: Titles that may be shown and nobody has watched, and customers who are shown any of them.
    """
    if not catalogue.title_ids:
        return ()
    found = list(_left_out(catalogue, config))
    if catalogue.features is None:
        found.append(
            "titles are only ids in this data: recommendations go by who watched what, not by content"
        )
    if choice.contender is not None and choice.served.kind != POPULAR:
        own, popular = choice.contender.metrics, choice.outcomes[0].metrics
        found.append(
            f"the first ten of all lists show {own['coverage_10']:.0%} of the titles; "
            f"popular titles would show {popular['coverage_10']:.0%}"
        )
    if not choice.by_time:
        found.append(
            "too few customers came back after one day for all, so recommenders were compared on each "
            "customer's own last likes"
        )
    new, shown_to = unwatched
    if new:
        shown = (
            "while popular titles are served nobody is shown them"
            if choice.served.kind == POPULAR
            else f"they are shown to {shown_to:,} customers whose taste they fit"
        )
        found.append(f"{new:,} titles have not been watched by anybody yet; {shown}")
    if without_history:
        found.append(
            f"{without_history:,} customers have no history yet and are shown what is popular lately"
        )
    return tuple(found)
