"""The model report of the run that is served, as one page."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from pipeline.evaluation.report import ReportContent, report_page
from store.results import Results

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
SIMPLER = {"MBG/NBD": "mbg_nbd", "a constant rate": "constant_rate"}
FAMILY_FIGURES = {
    "auc_lost": "AUC lost without it",
    "auc_alone": "AUC of it alone",
    "shap": "mean size of its part in the log-odds (SHAP)",
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
                facts={
                    "data until": f"{run.watermark:%d %b %Y}",
                    "run": run.run_id,
                    "customers": f"{run.customers:,}",
                    "events": f"{run.events:,}",
                    "served for churn": run.churn_model,
                    "counts as left": f"no activity for {run.horizon_days} days",
                    "segments": run.segments_message,
                    "recommendations": f"{run.recommend_model}: {run.recommend_message}",
                },
                reports=results.model_reports("churn"),
                bands=results.bands(),
                horizon_days=run.horizon_days,
                pictures=drawn,
                captions=CAPTIONS,
                findings=run.messages,
                sections={
                    "Why it is served: what it adds to simpler rules": _added(run.metrics),
                    "What the risk is read from": _read_from(run.metrics),
                    "Who moved in 30 days, as a share of the segment left": _moves(results),
                }
                | {
                    f"Recommendations: {report.name}{' (served)' if report.served else ''}": report.metrics
                    for report in results.model_reports("recommend")
                },
            )
        )


def _added(metrics: Mapping[str, float]) -> dict[str, float]:
    """Paired differences to the simpler rules, with the ends of their 95 % intervals."""
    rows = {}
    for rule, name in SIMPLER.items():
        for figure, words in (("auc", "ROC AUC"), ("log_loss", "log loss")):
            key = f"churn.served.{figure}_minus_{name}"
            for ending, end in (("", ""), ("_low", ", at least"), ("_high", ", at most")):
                if f"{key}{ending}" in metrics:
                    rows[f"{words} less that of {rule}{end}"] = metrics[f"{key}{ending}"]
    return rows


def _read_from(metrics: Mapping[str, float]) -> dict[str, float]:
    """Each family of features by each way to say how much it matters."""
    rows = {}
    for name, value in metrics.items():
        family, _, figure = name.removeprefix("churn.family.").rpartition(".")
        if name.startswith("churn.family.") and figure in FAMILY_FIGURES:
            rows[f"{family.replace('_', ' ')}: {FAMILY_FIGURES[figure]}"] = value
    return rows


def _moves(results: Results) -> dict[str, float]:
    names = {segment.number: segment.name for segment in results.segments()}
    return {
        f"{names[move.from_segment]} → {names[move.to_segment]} ({move.customers:,} customers)": move.share
        for move in results.segment_moves()
    }
