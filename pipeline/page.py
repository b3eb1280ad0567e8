"""The model report of the run that is served, as one page."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from pipeline.evaluation.report import ReportContent, Table, report_page
from pipeline.features import CHURN_NAMES
from store.records import ModelReport, Run
from store.results import Results

EPOCH = date(1970, 1, 1)

CAPTIONS = {
    "confusion": "At the tuned threshold, on customers the model had not seen",
    "calibration": "The risk that was said against the share that left",
    "importance": "What the risk is read from: AUC lost without a family of features",
    "roc": "Leavers found against false alarms",
    "precision_recall": "How many alarms are right, for each share of leavers found",
    "return_curve": "How soon quiet customers come back: the reason for the horizon",
    "segment_map": "Where the segments lie",
    "segment_choice": "Why this many segments",
}
RIVALS = {
    "MBG/NBD, which knows when customers came": "mbg_nbd",
    "a constant rate": "constant_rate",
    "the model before": "champion",
}
FAMILIES = ("quiet now", "late versus own rhythm", "activity level", "trend", "spend", "rhythm", "tenure")
FIGURES = {"auc_lost": "AUC lost", "shap": "SHAP"}
STATUSES = {
    "served": (
        "on customers it had not seen, its log loss is surely below a constant rate’s and its AUC surely "
        "above 0.52; it ranks no worse than MBG/NBD; nothing looks as if it had seen the future"
    ),
    "held": "a new model did not pass; the one before goes on serving",
    "no_skill": "nothing: what was learned does not surely beat a constant rate",
    "too_few": "too few customers to learn from, or to prove what was learned",
    "uncalibrated": "no past window to check a score on, or nothing learned that beats MBG/NBD",
}


def model_page(results_path: Path) -> str:
    """The page as HTML that carries everything in itself.

    Raises:
        NoResults: nothing has been published yet.
    """
    with closing(Results(results_path)) as results:
        run = results.run()
        drawn = {name: picture for name in CAPTIONS if (picture := results.picture(name)) is not None}
        return report_page(
            ReportContent(
                title="Matinee: how far the numbers can be trusted",
                message=run.churn_message,
                facts=_card(run, results.model_reports("churn")),
                reports=results.model_reports("churn"),
                bands=results.bands(),
                horizon_days=run.horizon_days,
                pictures=drawn,
                captions=CAPTIONS,
                findings=run.messages,
                tables={
                    "Why it is served: what it adds to simpler rules": _added(run.metrics),
                    "What each model reads the risk from": _read_from(
                        results.model_reports("churn"), run.metrics
                    ),
                    "Who moved in 30 days": _moves(results),
                },
                sections={
                    f"Recommendations: {report.name}{' (served)' if report.served else ''}": report.metrics
                    for report in results.model_reports("recommend")
                },
            )
        )


def _card(run: Run, reports: Sequence[ModelReport]) -> dict[str, str]:
    """The card of the model: what it is, what it learned from, how the run can be repeated."""
    seed = run.configuration.get("churn")
    return {
        "data until": f"{run.watermark:%d %b %Y}",
        "run": run.run_id,
        "customers": f"{run.customers:,}",
        "events": f"{run.events:,}",
        "served for churn": run.churn_model,
        "why": STATUSES.get(run.churn_status, run.churn_message),
        "counts as left": f"no activity for {run.horizon_days} days",
        **_learned_from(run.metrics),
        **_left_out(reports),
        "segments": run.segments_message,
        "recommendations": f"{run.recommend_model}: {run.recommend_message}",
        "random seed": str(seed.get("seed", "–")) if isinstance(seed, Mapping) else "–",
        "made with": ", ".join(
            f"{name} {version}" for name, version in run.versions.items() if name != "models"
        ),
    }


def _learned_from(metrics: Mapping[str, float]) -> dict[str, str]:
    """Rows and moments of the score that was judged; empty where nothing was learned."""
    known = {name.removeprefix("churn."): value for name, value in metrics.items()}
    if "test_anchor_day" not in known:
        return {}
    oldest, newest, test = (
        f"{EPOCH + timedelta(days=known[f'{name}_anchor_day']):%d %b %Y}"
        for name in ("oldest", "newest", "test")
    )
    return {
        "learned from": (
            f"{known['training_rows']:,.0f} rows of {known['training_customers']:,.0f} customers at "
            f"{known['training_anchors']:.0f} moments from {oldest} to {newest}"
        ),
        "judged on": f"{known['test_customers']:,.0f} customers active on {test}; it knew nothing later",
        "part of MBG/NBD in the score": f"{known['served.mbg_weight']:.0%}",
    }


def _left_out(reports: Sequence[ModelReport]) -> dict[str, str]:
    """Features that said the same of everybody, so that no model uses them."""
    used = {name for report in reports for name in report.importance}
    left_out = [name.replace("_", " ") for name in CHURN_NAMES if name not in used]
    if not left_out or not used & set(CHURN_NAMES):
        return {}
    return {"left out, the same for everybody": ", ".join(left_out)}


def _added(metrics: Mapping[str, float]) -> Table:
    """Paired differences to simpler rules and to the model before, with their 95 % intervals."""
    rows = []
    for rival, name in RIVALS.items():
        cells = [
            _difference(metrics, f"churn.served.{figure}_minus_{name}") for figure in ("auc", "log_loss")
        ]
        if any(cells):
            rows.append((rival, *(cell or "–" for cell in cells)))
    return Table(
        head=("Against", "ROC AUC: more is better", "log loss: less is better"),
        rows=rows,
        note="Paired differences on the last closed window, with 95 % intervals.",
    )


def _difference(metrics: Mapping[str, float], key: str) -> str:
    if key not in metrics:
        return ""
    low, high = (metrics.get(f"{key}_{end}") for end in ("low", "high"))
    bounds = "" if low is None or high is None else f" ({low:+.3f} to {high:+.3f})"
    return f"{metrics[key]:+.3f}{bounds}"


def _read_from(reports: Sequence[ModelReport], metrics: Mapping[str, float]) -> Table:
    """Each family of features by each model and each way to say how much it matters."""
    learned = [one for one in reports if any(name.startswith("shap.") for name in one.metrics)]
    rows = []
    for family in FAMILIES:
        slug = family.replace(" ", "_")
        cells = [_three(report.metrics.get(f"{figure}.{slug}")) for report in learned for figure in FIGURES]
        if learned:
            rows.append((family, _three(metrics.get(f"churn.family.{slug}.auc_alone")), *cells))
    return Table(
        head=(
            "Family",
            "AUC of it alone",
            *(f"{report.name}: {words}" for report in learned for words in FIGURES.values()),
        ),
        rows=rows,
        note=(
            "AUC lost: when the family’s values are exchanged between customers (permutation). SHAP: mean "
            "size of its part in the log-odds. Families overlap: one may be small as another says the same."
        ),
    )


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _moves(results: Results) -> Table:
    names = {segment.number: f"{segment.number} · {segment.name}" for segment in results.segments()}
    moves = {(move.from_segment, move.to_segment): move for move in results.segment_moves()}
    starts = sorted({start for start, _ in moves if start in names})
    return Table(
        head=("From", "Customers", *names.values()),
        rows=[
            (
                names[start],
                f"{sum(move.customers for (one, _), move in moves.items() if one == start):,}",
                *(f"{moves[start, end].share:.0%}" if (start, end) in moves else "" for end in names),
            )
            for start in starts
        ],
        note="Of the segment on the left, the share in the segment above; the same model judges both days.",
    )
