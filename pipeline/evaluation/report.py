"""The model report: one HTML page that carries everything in itself, to be mailed or printed."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite

from store.records import BandRecord, ModelReport

COLUMNS: tuple[tuple[str, str], ...] = (
    ("auc", "ROC AUC"),
    ("pr_auc", "PR AUC"),
    ("log_loss", "log loss"),
    ("brier", "Brier"),
    ("ece", "calibration error"),
    ("lift_10", "lift, top 10 %"),
    ("recall_10", "recall, top 10 %"),
    ("precision_at_20", "precision, top 20"),
    ("precision_at_100", "precision, top 100"),
)
DECISIONS = ("accuracy", "precision", "recall", "f1")
STYLE = """
:root { color-scheme: light dark; --ink: #1F2933; --muted: #616E7C; --line: #E4E7EB; --accent: #2563EB;
  --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #E4E7EB; --muted: #9AA5B1; --line: #323F4B; --accent: #7AA2FF; --paper: #151B23; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.4rem; }
.lead { font-size: 1.15rem; } .muted { color: var(--muted); font-size: .9rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th:first-child, td:first-child { text-align: left; } tr.served td { font-weight: 600; color: var(--accent); }
td span { display: block; font-size: .78rem; color: var(--muted); font-weight: 400; white-space: nowrap; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; } img { width: 100%; border-radius: .4rem; background: #fff; }
"""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells under a head; all of it text, none of it markup.

    Attributes:
        note: Said below.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """What a page shows, top to bottom.

    Attributes:
        title: Of the page.
        message: The result in one sentence.
        facts: Name and value: data until, horizon, anchors, …
        reports: One per model, in the order of the table.
        bands: What each risk band did last time.
        horizon_days: Of the bands.
        pictures: PNG by name; shown with ``captions``.
        captions: By picture; the name where there is none.
        findings: Sentences.
        tables: Further tables by heading; one without rows is left out.
        sections: The same of figures: heading → (name, value) pairs.
    """

    title: str
    message: str
    facts: Mapping[str, str] = field(default_factory=dict)
    reports: Sequence[ModelReport] = ()
    bands: Sequence[BandRecord] = ()
    horizon_days: int | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[str] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def report_page(content: ReportContent) -> str:
    """The whole page as text; every word in it is escaped, every picture embedded."""
    title = escape(content.title)
    body = "".join(
        (
            f"<h1>{title}</h1><p class='lead'>{escape(content.message)}</p>",
            _facts(content.facts),
            _findings(content.findings),
            _bands(content.bands, content.horizon_days),
            _models(content.reports),
            _decisions(content.reports),
            _pictures(content.pictures, content.captions),
            *(_named_table(name, table) for name, table in content.tables.items() if table.rows),
            *(_section(name, rows) for name, rows in content.sections.items() if rows),
        )
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _number(value: float | None) -> str:
    if value is None or not isfinite(value):
        return "–"
    return f"{value:.3f}"


def _figure(metrics: Mapping[str, float], name: str) -> str:
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    text = _number(metrics.get(name))
    if low is None or high is None or text == "–" or not isfinite(low):
        return f"<td>{text}</td>"
    return f"<td>{text}<span>{low:.3f}–{high:.3f}</span></td>"


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(rows)
    return f"<div class='wide'><table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>"


def _facts(facts: Mapping[str, str]) -> str:
    rows = [f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in facts.items()]
    return _table(("What", "Value"), rows) if rows else ""


def _findings(findings: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in findings)
    return f"<h2>What to know</h2><ul>{items}</ul>" if items else ""


def _bands(bands: Sequence[BandRecord], horizon_days: int | None) -> str:
    if not bands:
        return ""
    rows = [
        f"<tr><td>{band.band}</td><td>{band.customers:,}</td><td>{band.left:,}</td>"
        f"<td>{f'{band.left / band.customers:.0%}' if band.customers else '–'}</td></tr>"
        for band in bands
    ]
    within = f" within {horizon_days} days" if horizon_days else ""
    table = _table(("Band", "Customers", f"Left{within}", "Share"), rows)
    return f"<h2>What each risk band did last time</h2>{table}"


def _models(reports: Sequence[ModelReport]) -> str:
    if not reports:
        return ""
    rows = [
        f"<tr{' class=served' if report.served else ''}><td>{escape(report.name)}</td>"
        + "".join(_figure(report.metrics, name) for name, _ in COLUMNS)
        + "</tr>"
        for report in reports
    ]
    note = (
        "<p class='muted'>On the last closed window, which no model had seen; below each figure its "
        "95 % interval (customers drawn again).</p>"
    )
    return f"<h2>Models compared</h2>{_table(('Model', *(words for _, words in COLUMNS)), rows)}{note}"


def _decisions(reports: Sequence[ModelReport]) -> str:
    shown = [report for report in reports if "threshold" in report.metrics]
    if not shown:
        return ""
    head = (
        "Model",
        "From",
        *DECISIONS,
        "Right stays",
        "False alarms",
        "Missed",
        "Found",
        *(f"{name} at 0.5" for name in DECISIONS),
    )
    rows = []
    for report in shown:
        table = "".join(f"<td>{count:,}</td>" for count in report.confusion or ())
        rows.append(
            f"<tr{' class=served' if report.served else ''}><td>{escape(report.name)}</td>"
            f"<td>{_number(report.metrics['threshold'])}</td>"
            + "".join(_figure(report.metrics, name) for name in DECISIONS)
            + (table or "<td>–</td>" * 4)
            + "".join(_figure(report.metrics, f"{name}_at_half") for name in DECISIONS)
            + "</tr>"
        )
    note = "<p class='muted'>The threshold gave the best F1 on held-out training customers.</p>"
    return f"<h2>Decisions</h2>{_table(head, rows)}{note}"


def _pictures(pictures: Mapping[str, bytes], captions: Mapping[str, str]) -> str:
    if not pictures:
        return ""
    figures = "".join(
        f"<figure><img alt='{escape(captions.get(name, name))}' "
        f"src='data:image/png;base64,{b64encode(png).decode()}'>"
        f"<figcaption class='muted'>{escape(captions.get(name, name))}</figcaption></figure>"
        for name, png in pictures.items()
    )
    return f"<h2>Pictures</h2><div class='pictures'>{figures}</div>"


def _named_table(heading: str, table: Table) -> str:
    rows = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows]
    note = f"<p class='muted'>{escape(table.note)}</p>" if table.note else ""
    return f"<h2>{escape(heading)}</h2>{_table(table.head, rows)}{note}"


def _section(heading: str, rows: Mapping[str, float]) -> str:
    lines = [f"<tr><td>{escape(name)}</td><td>{_number(value)}</td></tr>" for name, value in rows.items()]
    return f"<h2>{escape(heading)}</h2>{_table(('What', 'Value'), lines)}"
