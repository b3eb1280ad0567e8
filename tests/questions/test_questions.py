"""Every question of the suite is read as expected and answered with the number that DuckDB finds."""

from dataclasses import replace
from pathlib import Path

from benchmarks.question_suite import chat, judge, oracle, suite
from bot.phrases.canonical import canonical
from bot.phrases.outcomes import Read
from bot.phrases.reading import read
from bot.phrases.vocabulary import vocabulary_of
from bot.question import Question


def test_there_are_enough_questions() -> None:
    assert len(suite()) + len(suite("netflix")) >= 250


def test_questions_are_answered_rightly_or_refused(files: Path, results: Path, tmp_path: Path) -> None:
    with chat(results, tmp_path) as queries, oracle(files) as numbers:
        judged = judge(suite(), queries, numbers)

    wrong = [(each.asked.line, each.said) for each in judged if each.verdict == "wrong"]
    refused = [(each.asked.line, each.said) for each in judged if each.verdict == "refused"]
    assert wrong == []
    assert len(refused) <= 0.05 * len(judged), refused


def test_a_button_asks_the_question_it_says(files: Path, results: Path, tmp_path: Path) -> None:
    """What a question is remembered by, and what its buttons ask, reads as the same question again."""
    with chat(results, tmp_path) as queries:
        vocabulary = vocabulary_of(queries.results)
        assert vocabulary is not None
        attributes = queries.results.attribute_values()
        answered = [
            outcome.question
            for each in suite()
            if not each.after and isinstance(outcome := read(each.line, vocabulary, attributes, None), Read)
        ]
        lines = [canonical(question, dict(vocabulary.dimensions)) for question in answered]
        again = [read(line, vocabulary, attributes, None) for line in lines]

    changed = [
        (line, question, outcome)
        for line, question, outcome in zip(lines, answered, again, strict=True)
        if not isinstance(outcome, Read) or not alike(outcome.question, question)
    ]
    assert changed == []


def alike(first: Question, second: Question) -> bool:
    """The same question, in whatever order its conditions stand, its period asked for or assumed."""
    same_filters = set(first.filters) == set(second.filters)
    return same_filters and replace(first, filters=(), period_given=False) == replace(
        second, filters=(), period_given=False
    )
