"""The models: which is served and why, how good it was, what it got wrong."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import isfinite

from bot.languages import tell
from bot.messages.risk import within
from bot.messages.wording import (
    BANDS,
    clip,
    count,
    data_until,
    decimal,
    fit,
    out_of,
    percent,
    safe,
    sentence,
    whole,
)
from bot.replies import Picture, Reply
from store.records import BandRecord, ModelReport, Run

PICTURES = ("confusion", "importance", "calibration")
CAPTIONS: Mapping[str, str] = {
    "confusion": "Who was called a leaver, and who left",
    "importance": "What the scores rest on",
    "calibration": "Of those given a risk, how many left",
}
NAME_WIDTH = 20
RECOMMENDER_METRICS: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("ndcg_10", "nDCG@10", lambda value: decimal(value, 3)),
    ("hit_rate_10", "hits in 10", percent),
    ("coverage_10", "titles shown", percent),
)


def model(
    run: Run,
    churn: Sequence[ModelReport],
    recommend: Sequence[ModelReport],
    bands: Sequence[BandRecord],
    picture: Callable[[str], bytes | None],
) -> Reply:
    """All that is known about how far the numbers can be trusted."""
    served = next((each for each in churn if each.served), None)
    lines = [tell("<b>Churn</b>"), *_verdict(run)]
    if served is not None:
        lines += _quality(served) + _at_threshold(served) + _confusion(served)
    if bands:
        lines += [
            "",
            tell("<b>What each band did last time</b> ({span})", span=within(run)),
            *map(_band, bands),
        ]
    if len(churn) > 1:
        lines += ["", tell("<b>Compared</b>, on customers none had seen"), _table(churn)]
    lines += ["", tell("<b>Recommendations</b>")]
    lines += [tell("Served: {model}", model=safe(run.recommend_model, 60))] if run.titles else []
    lines += [sentence(run.recommend_message)] if run.recommend_message else []
    lines += [_recommender(each) for each in recommend]
    drawn = ((name, picture(name)) for name in PICTURES)
    pictures = tuple(
        Picture(name=name, png=png, caption=f"{tell(CAPTIONS[name])}. {data_until(run)}")
        for name, png in drawn
        if png
    )
    return Reply(text=fit(lines, ending=data_until(run)), charts=pictures)


def _verdict(run: Run) -> list[str]:
    lines = []
    if run.churn_status in {"served", "held", "uncalibrated"}:
        lines.append(tell("Served: {model}", model=safe(run.churn_model, 80)))
    elif run.churn_status == "too_few":
        # A simple rule gives the risk; nothing learned here does.
        lines.append(tell("Served: {model}, unproven", model=safe(run.churn_model, 80)))
    else:
        lines.append(tell("No model is served."))
    lines.append(sentence(run.churn_message))
    if run.base_rate is not None:
        said = "Of all active customers, {share} left {span}."
        lines.append(tell(said, share=percent(run.base_rate), span=within(run)))
    return lines


def _known(report: ModelReport, name: str) -> float | None:
    """A metric; None where it was not measured or could not be."""
    value = report.metrics.get(name)
    return value if value is not None and isfinite(value) else None


def _quality(report: ModelReport) -> list[str]:
    auc, low, high = (_known(report, name) for name in ("auc", "auc_low", "auc_high"))
    if auc is None:
        return []
    certain = ""
    if low is not None and high is not None:
        said = "(95 % certain between {low} and {high})"
        certain = " " + tell(said, low=decimal(low, 2), high=decimal(high, 2))
    meaning = "Of a leaver and a stayer, the leaver had the higher score {times} times of 100."
    return ["", f"<b>AUC {decimal(auc, 2)}</b>{certain}", tell(meaning, times=round(auc * 100))]


def _at_threshold(report: ModelReport) -> list[str]:
    threshold = _known(report, "threshold")
    if threshold is None or _known(report, "f1") is None:
        return []
    names = (
        ("accuracy", tell("accuracy")),
        ("precision", tell("precision")),
        ("recall", tell("recall")),
        ("f1", "F1"),
    )
    rows = [f"{'':<11}{_cell(threshold)}  {_cell(0.5)}"]
    rows += [
        f"{label:<11}{_cell(_known(report, name))}  {_cell(_known(report, f'{name}_at_half'))}"
        for name, label in names
    ]
    table = "\n".join(rows)
    return ["", tell("Called a leaver from a risk of"), f"<pre>{table}</pre>"]


def _cell(value: float | None) -> str:
    return f"{'–' if value is None else percent(value):>6}"


def _confusion(report: ModelReport) -> list[str]:
    if report.confusion is None:
        return []
    stayed, alarmed, missed, caught = report.confusion
    rows = (
        f"{'':<13}{tell('stayed'):>9}{tell('left'):>9}",
        f"{tell('said stay'):<13}{whole(stayed):>9}{whole(missed):>9}",
        f"{tell('said leave'):<13}{whole(alarmed):>9}{whole(caught):>9}",
    )
    table = "\n".join(rows)
    return ["", f"<pre>{table}</pre>"]


def _band(record: BandRecord) -> str:
    if not record.customers:
        return tell("{band}: nobody", band=tell(BANDS[record.band]))
    size = f" ({count(record.customers, 'customer')})" if record.customers >= 100 else ""
    share = out_of(record.left, record.customers)
    return tell("{band}: {share} left", band=tell(BANDS[record.band]), share=share) + size


def _table(reports: Sequence[ModelReport]) -> str:
    rows = [f"{'':<{NAME_WIDTH}}{'AUC':>6}{'F1':>6}"]
    for each in reports:
        name = clip(f"{'▸ ' if each.served else ''}{each.name}", NAME_WIDTH)
        rows.append(f"{name:<{NAME_WIDTH}}{_two(each, 'auc')}{_two(each, 'f1')}")
    # Escaped as a whole: the blanks of a row are what makes it a table.
    table = escape("\n".join(rows), quote=False)
    return f"<pre>{table}</pre>"


def _two(report: ModelReport, name: str) -> str:
    value = _known(report, name)
    return f"{'–' if value is None else decimal(value, 2):>6}"


def _recommender(report: ModelReport) -> str:
    shown = [
        f"{tell(label)} {write(value)}"
        for name, label, write in RECOMMENDER_METRICS
        if (value := _known(report, name)) is not None
    ]
    return (
        f"{'▸ ' if report.served else ''}{safe(report.name, 30)}: {', '.join(shown) or tell('not measured')}"
    )
