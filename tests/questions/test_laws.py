"""Whatever is typed: no word, number or “not” vanishes, and every button asks what it says."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from benchmarks.question_suite import chat, suite
from bot.phrases.alternatives import alternatives
from bot.phrases.canonical import canonical
from bot.phrases.outcomes import Outcome, Read, Refused
from bot.phrases.reading import EXAMPLES, read
from bot.phrases.vocabulary import Vocabulary, vocabulary_of
from bot.queries import Queries
from bot.question import Question

QUESTIONS = (
    "active customers in Germany last month",
    "how many women on Premium are at risk",
    "hours watched by plan in June",
    "top 5 genres by hours watched this year",
    "share of customers on Premium",
    "revenue this month compared with the month before",
    "customers who did not watch comedy last month",
    "watches on weekends last month",
    "average revenue per month",
    "did hours watched fall last month",
    "which customers have churn risk above 60 %",
    "customers quiet for over 2 weeks",
    "new customers per month",
    "most watched films in Spain",
    "average rating of comedies by women under 30",
    "orders between 1 and 15 May",
)
STRANGE = ("zebra", "divorced", "twice", "downloads")


class Reader:
    """Reads lines about one run."""

    def __init__(self, queries: Queries) -> None:
        vocabulary = vocabulary_of(queries.results)
        assert vocabulary is not None
        self.vocabulary: Vocabulary = vocabulary
        self.attributes = queries.results.attribute_values()

    def __call__(self, line: str) -> Outcome:
        return read(line, self.vocabulary, self.attributes, None)

    def as_line(self, question: Question) -> str:
        return canonical(question, dict(self.vocabulary.dimensions))


@pytest.fixture(scope="module")
def reader(results: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with chat(results, tmp_path_factory.mktemp("laws")) as queries:
        yield Reader(queries)


def with_word(line: str, word: str) -> Iterator[str]:
    """The line with a word put into each place."""
    words = line.split()
    for place in range(len(words) + 1):
        yield " ".join([*words[:place], word, *words[place:]])


@pytest.mark.parametrize("line", QUESTIONS)
def test_the_questions_themselves_are_read(reader: Reader, line: str) -> None:
    assert isinstance(reader(line), Read)


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_strange_word_anywhere_is_refused_and_named(reader: Reader, line: str) -> None:
    for word in STRANGE:
        for asked in with_word(line, word):
            outcome = reader(asked)
            assert isinstance(outcome, Refused), asked
            assert f"“{word}”" in outcome.reason, (asked, outcome.reason)


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_not_anywhere_changes_the_reading_or_is_refused(reader: Reader, line: str) -> None:
    plain = reader(line)
    assert isinstance(plain, Read)
    for word in ("not", "never", "without", "except"):
        for asked in with_word(line, word):
            outcome = reader(asked)
            changed = not isinstance(outcome, Read) or outcome.question != plain.question
            assert changed, (asked, outcome)


@pytest.mark.parametrize("line", QUESTIONS)
@pytest.mark.parametrize("quantity", ["37", "top 37", "at least 37"])
def test_a_number_anywhere_stands_in_the_reading_or_is_refused(
    reader: Reader, line: str, quantity: str
) -> None:
    for asked in with_word(line, quantity):
        outcome = reader(asked)
        if isinstance(outcome, Read):
            again = reader.as_line(outcome.question)
            # 37 hours are 2,220 minutes; the last 37 months reach beyond the data, and that is said.
            assert "37" in again or "2220" in again or outcome.notes, (asked, again)


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_second_value_anywhere_stands_in_the_reading_or_is_refused(reader: Reader, line: str) -> None:
    for word, name in (("Italy", "Italy"), ("Basic", "Basic"), ("horror", "Horror"), ("lapsed", "lapsed")):
        for asked in with_word(line, word):
            outcome = reader(asked)
            if isinstance(outcome, Read):
                assert name in reader.as_line(outcome.question), (asked, outcome.question)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("county", "country"), ("by court", "count"), ("mouth", "month"), ("charge", "change"),
        ("visitors", "visits"), ("polished customers", "polish"), ("butter", "better"), ("shark", "share"),
        ("valve", "value"), ("context", "content"), ("table customers", "tablet"), ("where", "were"),
    ],
)  # fmt: skip
def test_a_word_of_the_world_is_no_typing_error(reader: Reader, typed: str, near: str) -> None:
    outcome = reader(f"customers {typed}")

    told = outcome.notes if isinstance(outcome, Read) else ()
    assert not any(near in note for note in told), told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("customers in Germny", "I read “Germny” as “germany”."),
        ("activ customers last month", "I read “activ” as “active”."),
        ("revnue last month", "I read “revnue” as “revenue”."),
        ("watchs in june", "I read “watchs” as “watches”."),
        ("customers on premiumm", "I read “premiumm” as “premium”."),
    ],
)
def test_a_typing_error_is_forgiven_and_said(reader: Reader, typed: str, said: str) -> None:
    outcome = reader(typed)

    assert isinstance(outcome, Read), outcome
    assert outcome.notes == (said,)


def test_every_button_of_a_reading_asks_another_question(reader: Reader) -> None:
    asked: dict[str, str] = {}
    for each in suite():
        outcome = None if each.after else reader(each.line)
        if isinstance(outcome, Read):
            rows = alternatives(outcome.question, dict(reader.vocabulary.dimensions), reader.vocabulary.data)
            own = reader.as_line(outcome.question)
            for button in (button for row in rows for button in row):
                assert button.line != own, (each.line, button)
                asked[button.line] = each.line
    refused = [(line, asked[line]) for line in asked if not isinstance(reader(line), Read)]
    assert refused == []
    assert len(asked) > 500


def test_every_example_that_is_offered_can_be_answered(reader: Reader) -> None:
    assert [line for line in EXAMPLES if not isinstance(reader(line), Read)] == []


def test_metric_and_dimension_and_period_in_any_combination(reader: Reader) -> None:
    """What makes sense is read with all three of its parts; the rest is refused, not answered in part."""
    metrics = (
        "active customers",
        "hours watched",
        "revenue",
        "orders",
        "sessions",
        "average rating",
        "watches",
    )
    dimensions = (
        "plan",
        "country",
        "gender",
        "segment",
        "age band",
        "tenure band",
        "sign-up month",
        "customer's device",
    )
    periods = ("last month", "in March 2026", "since April", "last 7 days", "on weekends")
    for metric, dimension, period in product(metrics, dimensions, periods):
        outcome = reader(f"{metric} by {dimension} {period}")
        assert isinstance(outcome, Read), (metric, dimension, period, outcome)
        question = outcome.question
        assert question.by is not None
        assert question.period is not None
        assert question.period != reader.vocabulary.data
