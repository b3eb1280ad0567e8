"""A watch's device, and the one that a customer is said to have, are never taken for each other."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.phrases.outcomes import Read, Refused
from bot.phrases.reading import read
from bot.phrases.vocabulary import Vocabulary, vocabulary_of
from store.results import Results
from store.results.asked import Bound, Choice
from store.results.dimensions import DEVICE
from store.results.metrics import METRIC_BY_NAME

ON_TV = Choice(DEVICE, ("tv",))


def without_devices(vocabulary: Vocabulary) -> Vocabulary:
    """As it is where the source tells the customers' devices alone."""
    phrases = {
        words: kept
        for words, meanings in vocabulary.phrases.items()
        if (kept := tuple(meaning for meaning in meanings if meaning.name != DEVICE))
    }
    names = {key: name for key, name in vocabulary.dimensions.items() if key != DEVICE}
    return replace(vocabulary, phrases=phrases, dimensions=names)


@pytest.mark.parametrize(
    "line",
    [
        "hours watched by device",
        "watches on a phone last month",
        "which device is used most",
        "viewers on tv",
    ],
)
def test_where_devices_of_watches_are_not_known_it_is_asked_back(results: Path, line: str) -> None:
    with closing(Results(results)) as published:
        vocabulary = vocabulary_of(published)
        assert vocabulary is not None
        known, attributes = without_devices(vocabulary), published.attribute_values()
        outcome = read(line, known, attributes, None)
        assert isinstance(outcome, Refused)
        assert "is not kept" in outcome.reason
        ((caption, button),) = outcome.choices
        again = read(button, known, attributes, None)
    assert "customer's device" in caption
    assert isinstance(again, Read)


def test_follow_ups_keep_whose_device_was_meant(results: Path) -> None:
    with closing(Results(results)) as published:
        vocabulary, attributes = vocabulary_of(published), published.attribute_values()
        assert vocabulary is not None
        for line, by in (("watches by device", DEVICE), ("watches by customer's device", "attribute:device")):
            first = read(line, vocabulary, attributes, None)
            assert isinstance(first, Read)
            then = read("and last month?", vocabulary, attributes, first.question)
            assert isinstance(then, Read)
            assert then.question.by == by
        either = read("watches of phone users", vocabulary, attributes, None)
        assert isinstance(either, Refused)
        assert len(either.choices) == 2


def test_what_the_sums_by_device_do_not_hold_is_never_measured(results: Path) -> None:
    with closing(Results(results)) as published:
        span = published.facts_until()
        assert span is not None
        watches, sessions = METRIC_BY_NAME["watches"], METRIC_BY_NAME["sessions"]
        for metric, conditions, by in (
            (sessions, (), DEVICE),
            (watches, (ON_TV,), "country"),
            (watches, (ON_TV, Choice("plan", ("Basic",))), None),
            (watches, (ON_TV, Bound("age", low=30)), None),
        ):
            with pytest.raises(KeyError):
                published.measure(metric, conditions, span, by)
        assert published.people(watches, (ON_TV,), span) == {}
        rest = replace(ON_TV, negated=True)
        assert published.unknown((rest,)) == {}
        total = sum(published.measure(watches, (each,), span)[""].value or 0 for each in (ON_TV, rest))
        assert total == published.measure(watches, (), span)[""].value
