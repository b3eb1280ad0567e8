"""What a person should know about the data, in sentences, most important first."""

from collections.abc import Iterator, Sequence

from pipeline.dataset import DAY_US, Manifest, day_from_number
from pipeline.ingest.converting import WITH_OUTLIERS
from pipeline.ingest.opening import OpenSource
from pipeline.ingest.report import ColumnTally
from pipeline.ingest.sorting import PartitionSummary, Shared
from pipeline.ingest.summing import Titles
from pipeline.tables import Column, Table


def findings_of(
    sources: Sequence[OpenSource], total: PartitionSummary, titles: Titles, manifest: Manifest, shared: Shared
) -> tuple[str, ...]:
    """Everything found that is not simply a count."""
    found = [
        *_aside(sources),
        *_watermark(sources, total, manifest),
        *_relations(total, shared),
        *_contradictions("customers", total.contradictions, total.examples),
        *_contradictions("titles", titles.merged.contradictions, titles.merged.examples),
        *_repetitions(sources),
        *(sentence for source in sources for sentence in _columns(source, total)),
        *_clocks(sources),
    ]
    return tuple(dict.fromkeys(found))


def _share(part: int, whole: int) -> str:
    share = 100 * part / max(1, whole)
    return f"{part:,} of {whole:,} ({share:.0f} %)" if share >= 1 else f"{part:,} of {whole:,}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _aside(sources: Sequence[OpenSource]) -> Iterator[str]:
    for source in sources:
        rows = sum(source.tally.aside.values())
        if rows:
            reason = max(source.tally.aside, key=lambda reason: source.tally.aside[reason])
            yield (
                f"{source.tally.label}: {_share(rows, source.tally.read)} rows are set aside, "
                f"chiefly for this: {reason}."
            )


def _watermark(sources: Sequence[OpenSource], total: PartitionSummary, manifest: Manifest) -> Iterator[str]:
    assert total.last_at is not None
    last = day_from_number(max(total.last_at, *(source.tally.last_at for source in sources)) // DAY_US)
    if last > manifest.watermark:
        yield f"Events reach to {last}, but the watermark is {manifest.watermark}: later ones are not used."
    if last < manifest.watermark:
        days = (manifest.watermark - last).days
        yield (
            f"The last event is of {last}, {_count(days, 'day')} before the watermark {manifest.watermark}. "
            f"Is a delivery missing?"
        )


def _relations(total: PartitionSummary, shared: Shared) -> Iterator[str]:
    counts = total.counts
    if counts["before sign-up"]:
        whole = counts["with sign-up"]
        yield (
            f"{_share(counts['before sign-up'], whole)} events lie before the day their customer signed up. "
            f"They are kept. Are the sign-up dates right?"
        )
    if counts["unknown customers"]:
        yield (
            f"{_count(counts['unknown customers'], 'customer')} with "
            f"{_count(counts['of unknown customers'], 'event')} in no customers file; kept by their id."
        )
    if shared.has_titles and counts["of unknown titles"]:
        yield (
            f"{_share(counts['of unknown titles'], counts['with title'])} events name a title that no titles "
            f"file describes. They are kept."
        )
    if counts["longer than title"]:
        watches = _share(counts["longer than title"], counts["with duration"])
        yield f"{watches} watches are longer than their title. They are kept."
    if counts["off the scale"]:
        yield f"{_count(counts['off the scale'], 'rating')} outside rating_scale; counted as missing."


def _contradictions(table: str, counts: dict[str, int], examples: dict[str, str]) -> Iterator[str]:
    for name, keys in sorted(counts.items(), key=lambda pair: -pair[1]):
        yield (
            f"{_count(keys, table.removesuffix('s'))} with different values of {name}; the last counts. "
            f"For example {examples[name]}."
        )


def _repetitions(sources: Sequence[OpenSource]) -> Iterator[str]:
    for source in sources:
        if source.tally.duplicates:
            hint = ""
            if source.config.table == "events" and not any(mapping.further for _, mapping in source.readings):
                hint = ' If two such events can be two events, set duplicates = "keep".'
            yield (
                f"{source.tally.label}: {_share(source.tally.duplicates, source.tally.read)} rows repeat "
                f"another one in every column; they are removed.{hint}"
            )


def _columns(source: OpenSource, total: PartitionSummary) -> Iterator[str]:
    table = source.readings[0][1].table
    for name, tally in source.tally.columns.items():
        where = f"{source.tally.label}: {name}"
        if tally.unreadable and not _needed(table, name):
            yield (
                f"{where}: {_count(tally.unreadable, 'unreadable value')}, counted as missing "
                f"({'; '.join(tally.examples[:2])})."
            )
        if tally.impossible:
            yield (
                f"{where}: {_count(tally.impossible, 'impossible value')} ({_bounds(table, name)}), "
                f"counted as missing."
            )
        outliers = total.outliers[source.number, name]
        if name in WITH_OUTLIERS and outliers:
            yield _unusual(where, tally, outliers)


def _unusual(where: str, tally: ColumnTally, outliers: int) -> str:
    assert tally.usual is not None
    low, high = tally.usual
    lowest, highest = tally.lowest or 0.0, tally.highest or 0.0
    parts = []
    if 0 <= lowest < low:
        parts.append(f"below {low:,.6g} (the smallest is {lowest:,.6g})")
    if max(-lowest, highest) > high:
        parts.append(f"above {high:,.6g} (the largest is {max(-lowest, highest):,.6g})")
    return f"{where}: {_count(outliers, 'value')} far from the others, {' or '.join(parts)}; kept."


def _needed(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.needed


def _bounds(table: Table, name: str) -> str:
    column: Column | None = table.column(name)
    low = None if column is None else column.lowest
    high = None if column is None else column.highest
    parts = [f"below {low:g}"] if low is not None else []
    parts += [f"above {high:g}"] if high is not None else []
    return " or ".join(parts)


def _clocks(sources: Sequence[OpenSource]) -> Iterator[str]:
    for source in sources:
        shifted = source.converter.times.shifted
        if shifted:
            yield (
                f"{source.tally.label}: {_count(shifted, 'time')} unknown to {source.config.zone}, where "
                f"clocks were put forward just then; moved to the end of the gap."
            )
