"""The data report as a terminal shows it."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.ingest.report import ColumnReport, IngestReport, TableReport
from pipeline.tables import TABLES

WIDEST = 44


def report_text(report: IngestReport, *, currency: str = "") -> str:
    """Everything a person should see before trusting the data, for a terminal.

    Args:
        report: What reading found.
        currency: The one configured; empty where none is.
    """
    parts = [
        _overview(report),
        _heading("Sources"),
        *_grid(_source_rows(report.tables)),
        *(line for table in report.tables for line in _columns(table, currency)),
    ]
    if report.quarantined:
        parts += [_heading("Set aside"), *_aside(report)]
    known = (*report.findings, *report.readings)
    if known:
        parts += [_heading("To know"), *(f"  • {finding}" for finding in known)]
    parts.append(f"\nRead in {report.wall_seconds:.1f} s ({report.cpu_seconds:.1f} s of CPU time).")
    return "\n".join(parts)


def _heading(text: str) -> str:
    return f"\n{text}"


def _overview(report: IngestReport) -> str:
    manifest = report.manifest
    kinds = ", ".join(f"{name} {count:,}" for name, count in manifest.kinds.items())
    read = sum(table.read for table in report.tables)
    kept = sum(table.kept for table in report.tables)
    aside = sum(table.quarantined for table in report.tables)
    repeated = sum(table.duplicates for table in report.tables)
    absent = _absent(report)
    lines = [
        "Data report",
        f"  period     {manifest.first_day} to {manifest.watermark} (the watermark: all is loaded up to it)",
        f"  customers  {manifest.customers:,}",
        f"  titles     {manifest.titles:,}",
        f"  events     {manifest.events:,} ({kinds})",
        f"  rows       {read:,} read, {kept:,} kept, {aside:,} set aside, {repeated:,} repetitions removed",
    ]
    return "\n".join(lines + ([f"  without    {absent}"] if absent else []))


def _absent(report: IngestReport) -> str:
    """What will be missing later because the data lacks it."""
    manifest = report.manifest
    lacking = [
        (manifest.has_amounts, "money (no spend in profiles)"),
        (manifest.has_minutes, "minutes watched"),
        (manifest.titles > 0, "titles (no recommendations)"),
        (manifest.has_titles or not manifest.titles, "names of titles"),
        (manifest.has_customers, "customers' names"),
    ]
    return ", ".join(text for there, text in lacking if not there)


def _source_rows(tables: Iterable[TableReport]) -> list[list[str]]:
    rows = [["table", "source", "read", "kept", "set aside", "repetitions"]]
    for table in tables:
        counts = (table.read, table.kept, table.quarantined, table.duplicates)
        files = f" ({len(table.files)} files)" if len(table.files) > 1 else ""
        rows.append([table.table, table.source + files, *(f"{count:,}" for count in counts)])
    return rows


def _columns(table: TableReport, currency: str) -> Iterator[str]:
    yield _heading(f"Columns of {table.source} as {table.table}")
    canonical = next(known for known in TABLES if known.name == table.table)
    rows = [
        ["column", "from", "missing", "unreadable", "impossible", "outliers", "lowest", "highest", "unit"]
    ]
    for column in table.columns:
        known = canonical.column(column.name)
        unit = known.unit if known is not None else ""
        rows.append([*_column_row(column), unit.replace("currency", currency or "currency")])
    yield from _grid(rows)


def _column_row(column: ColumnReport) -> list[str]:
    missing = f"{column.missing:,}"
    if column.missing:
        missing += f" ({100 * column.missing / max(1, column.rows):.1f} %)"
    # A year is written without a comma.
    form = ".0f" if column.name == "year" else ",.6g"
    bounds = ["" if bound is None else format(bound, form) for bound in (column.lowest, column.highest)]
    counts = [
        f"{count:,}" if count else "" for count in (column.unreadable, column.impossible, column.outliers)
    ]
    return [column.name, column.source, missing if column.missing else "", *counts, *bounds]


def _aside(report: IngestReport) -> Iterator[str]:
    for found in report.quarantined:
        yield f"  {found.source}: {found.rows:,} {'row' if found.rows == 1 else 'rows'}: {found.reason}"
        yield from (f"      {example}" for example in found.examples[:3])


def _grid(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns side by side; numbers, which all but the first two are, to the right."""
    rows = [[_clipped(cell) for cell in row] for row in rows]
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = [
            row[place].ljust(widths[place]) if place < 2 else row[place].rjust(widths[place])
            for place in kept
        ]
        yield "  " + "  ".join(cells).rstrip()


def _clipped(cell: str) -> str:
    """A long name of a source with its middle left out: its beginning and its end tell most."""
    if len(cell) <= WIDEST:
        return cell
    half = (WIDEST - 1) // 2
    return f"{cell[: WIDEST - 1 - half]}…{cell[-half:]}"
