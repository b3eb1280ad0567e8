"""Who moved between segments: how many in 30 days, and by name since the run before."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from bot.messages import answers
from bot.messages.wording import clip, count, line, name_of, percent, safe
from bot.phrases.measuring import Measuring, drawn_note
from bot.question import Question
from bot.replies import Button, Chart, Document, Reply, Series
from store.records import SegmentMove
from store.results.asked import Choice, Span

MOST_NAMED, MOST_IN_FILE = 10, 5000


@dataclass(frozen=True, slots=True)
class _Mover:
    """A customer who is in another segment than he was in the run before.

    Attributes:
        way: What of that was not asked, and must be told.
    """

    customer_id: str
    source: str
    target: str
    way: str


def moves(question: Question, at: Measuring) -> tuple[Reply, tuple[str, ...]]:
    """How many moved where, and who by the stored runs; and whose names were shown."""
    meant = {value for each in question.filters if isinstance(each, Choice) for value in each.values}
    incoming = question.order == "most"
    names = _names(at)
    found = [
        move
        for move in _real(at)
        if not meant or names[move.to_segment if incoming else move.from_segment] in meant
    ]
    where = (
        f"{'into' if incoming else 'out of'} {' or '.join(sorted(meant))}" if meant else "between segments"
    )
    total = sum(move.customers for move in found)
    headline = f"{count(total, 'customer') if total else 'Nobody'} moved {where}"
    lines = [
        *_lines(found, names),
        *(["In 30 days; in brackets the share of those they left."] if found else []),
    ]
    day, movers = _movers(at, meant, incoming=incoming)
    shown, buttons, document = _named(movers, day, at, lines, as_csv=question.as_csv)
    text = answers.whole_answer(headline, at.reading(question), lines, at.notes, at.run)
    way = "from {0}" if meant and incoming else "to {1}" if len(meant) == 1 else "{0} → {1}"
    charts = (_chart(found, names, way, headline, at),) if found else ()
    return Reply(text=text, charts=charts, buttons=buttons, document=document), shown


def moved(at: Measuring, most: int) -> list[str]:
    """The largest moves of the last 30 days; escaped."""
    names = _names(at)
    return [
        f"{count(move.customers, 'customer')}: {safe(names[move.from_segment])}"
        f" → {safe(names[move.to_segment])}"
        for move in _real(at)[:most]
    ]


def _names(at: Measuring) -> dict[int, str]:
    return {segment.number: segment.name for segment in at.results.segments()}


def _real(at: Measuring) -> list[SegmentMove]:
    """Who stayed did not move."""
    return [
        move for move in at.results.segment_moves() if move.from_segment != move.to_segment and move.customers
    ]


def _lines(found: list[SegmentMove], names: Mapping[int, str]) -> list[str]:
    return [
        f"{safe(names[move.from_segment])} → {safe(names[move.to_segment])}: {move.customers:,}"
        f" ({percent(move.share)})"
        for move in found[: answers.MOST_ROWS]
    ]


def _movers(at: Measuring, meant: set[str], *, incoming: bool) -> tuple[date | None, list[_Mover]]:
    """Who is in another segment than in the run before, of most value first; and the day of that run.

    Segments keep their number from run to run, and may be renamed.
    """
    previous = at.results.previous()
    if previous is None:
        return None, []
    names = {segment.name: segment.number for segment in at.results.segments()}
    with closing(previous):
        day = previous.run().watermark
        numbers = {segment.name: segment.number for segment in previous.segments()}
        grouping, ids = previous.grouping("segment"), previous.customer_ids()
        codes = [numbers[label] for label in grouping.labels]
        then = {one: codes[code] for one, code in zip(ids, grouping.codes, strict=True) if code < len(codes)}
    shown = {number: name for name, number in names.items()}
    grouping, values = at.results.grouping("segment"), at.results.quantity("value")
    found = []
    for one, code, value in zip(at.results.customer_ids(), grouping.codes, values, strict=True):
        before = then.get(one)
        if before is None or code >= len(grouping.labels) or before not in shown:
            continue
        source, target = shown[before], grouping.labels[code]
        if source != target and (not meant or (target if incoming else source) in meant):
            found.append((-value, one, source, target))
    told = "from {0}" if incoming else "to {1}" if len(meant) == 1 else "{0} → {1}"
    return day, [
        _Mover(one, source, target, told.format(source, target)) for _, one, source, target in sorted(found)
    ]


def _named(
    movers: list[_Mover], day: date | None, at: Measuring, lines: list[str], *, as_csv: bool
) -> tuple[tuple[str, ...], tuple[tuple[Button, ...], ...], Document | None]:
    """Add the names to the lines; whose they are, buttons to their cards, and a file where there are many."""
    if day is None:
        lines += ["", "By name I can tell them once there is a run before this one."]
        return (), (), None
    since = safe(answers.span_words(Span(day, day)))
    lines += [
        "",
        f"<b>Since the run of {since}</b>: {count(len(movers), 'customer') if movers else 'nobody'}",
    ]
    buttons = []
    for mover in movers[:MOST_NAMED]:
        customer = at.results.customer(mover.customer_id)
        name = name_of(mover.customer_id, customer.name if customer else None)
        lines.append(f"{safe(name)}: {safe(mover.way)}")
        buttons.append(Button(clip(name, 20), line("/user", mover.customer_id)))
    shown = movers[:MOST_NAMED]
    document = None
    if movers and (as_csv or len(movers) > MOST_NAMED):
        shown = movers[:MOST_IN_FILE]
        rows = [(one.customer_id, one.source, one.target) for one in shown]
        document = Document(
            filename="moves.csv",
            content=answers.csv_of(("customer_id", "from", "to"), rows),
            caption=f"{len(rows):,} customers",
        )
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return tuple(one.customer_id for one in shown), pairs, document


def _chart(
    found: list[SegmentMove], names: Mapping[int, str], way: str, headline: str, at: Measuring
) -> Chart:
    shown = found[: answers.MOST_ROWS]
    return Chart(
        kind="bar",
        title=headline,
        labels=tuple(way.format(names[move.from_segment], names[move.to_segment]) for move in shown),
        series=(Series(name="customers", values=tuple(float(move.customers) for move in shown)),),
        unit="customers who moved in 30 days",
        note=drawn_note(at.run),
    )
