"""What all answers to questions share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.messages import answers
from bot.phrases.alternatives import alternatives
from bot.phrases.vocabulary import Vocabulary
from bot.question import Question
from bot.replies import Button, Chart, Document, Reply
from store.records import Run
from store.results import Results
from store.results.asked import Measured, Span
from store.results.dimensions import DEVICE, TITLE_DIMENSIONS
from store.results.facts import ALL
from store.results.metric import Metric

Row = tuple[str, Measured]


@dataclass(frozen=True)
class Measuring:
    """What an answer is made with.

    Attributes:
        notes: Said below it.
    """

    results: Results
    vocabulary: Vocabulary
    run: Run
    notes: tuple[str, ...] = ()

    @property
    def dimensions(self) -> dict[str, str]:
        """Names of dimensions."""
        return dict(self.vocabulary.dimensions)

    def reading(self, question: Question) -> str:
        """The question in words."""
        return answers.reading_of(question, self.dimensions, self.results.title_names())

    def span(self, question: Question) -> Span:
        """The days a question is about."""
        return question.period or self.vocabulary.data

    def value(self, question: Question, metric: Metric, span: Span) -> Measured:
        """One number, with the people behind it."""
        measured = self.results.measure(metric, question.filters, span)[ALL]
        people = self.results.people(metric, question.filters, span).get(ALL)
        return replace(measured, people=people)

    def groups(self, question: Question, metric: Metric, span: Span) -> list[Row]:
        """Groups with their numbers, in the order of showing."""
        by = question.by
        assert by is not None
        found = self.results.measure(metric, question.filters, span, by)
        people = self.results.people(metric, question.filters, span, by) if metric.is_ratio else {}
        rows = list(found.items())
        if people:
            rows = [(label, replace(each, people=people.get(label))) for label, each in rows]
        chosen = [each for each in question.filters if getattr(each, "dimension", "") == by]
        for condition in chosen:
            values = getattr(condition, "values", ())
            rows = [row for row in rows if (row[0] in values) != getattr(condition, "negated", False)]
        if metric.least:
            rows = [row for row in rows if (row[1].denominator or 0) >= metric.least]
        rows = [row for row in rows if row[1].value is not None and (by != "title" or row[1].value)]
        ordered = by not in {*TITLE_DIMENSIONS, DEVICE} and self.results.grouping(by).ordered
        if ordered and question.order is None:
            return rows
        sign = 1 if question.order == "least" else -1
        return sorted(rows, key=lambda row: (sign * (row[1].value or 0.0), row[0]))


def is_small(metric: Metric, measured: Measured) -> bool:
    """Whether a share or average rests on too few people."""
    return metric.is_ratio and measured.people is not None and measured.people < answers.LEAST_PEOPLE


def unit_of(metric: Metric, run: Run) -> str:
    """The unit of a metric on an axis."""
    return {"money": run.currency or "money", "count": metric.label.casefold(), "number": "customers"}.get(
        metric.unit, metric.unit
    )


def drawn_note(run: Run) -> str:
    """What stands below each chart."""
    return f"Data up to {answers.span_words(Span(run.watermark, run.watermark))}"


def document_of(header: Sequence[str], rows: Sequence[Sequence[object]], question: Question) -> Document:
    """Rows as a CSV file."""
    content = answers.csv_of(header, rows)
    return Document(filename=f"{question.metric}.csv", content=content, caption=f"{len(rows)} rows")


def reply_with(  # noqa: PLR0913 - the parts of an answer, each by name
    question: Question,
    headline: str,
    lines: Sequence[str],
    at: Measuring,
    *,
    small: bool = False,
    charts: tuple[Chart, ...] = (),
    document: Document | None = None,
) -> Reply:
    """The reply, with what must be said below it."""
    notes = list(at.notes)
    for dimension, unknown in at.results.unknown(question.filters).items():
        notes.append(
            f"{unknown} customers whose {at.dimensions.get(dimension, dimension)} is not known are left out."
        )
    if small:
        notes.append(f"Fewer than {answers.LEAST_PEOPLE} customers: do not rely on it.")
    text = answers.whole_answer(headline, at.reading(question), lines, notes, at.run)
    return Reply(text=text, charts=charts, document=document, buttons=buttons_of(question, at))


def buttons_of(question: Question, at: Measuring) -> tuple[tuple[Button, ...], ...]:
    """The parts of the reading, one tap away from another one."""
    return alternatives(question, at.dimensions, at.vocabulary.data)
