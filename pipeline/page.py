"""The model report of the run that is served, as one page."""

from contextlib import closing
from pathlib import Path

from pipeline.evaluation.report import ReportContent, report_page
from store.records import ModelReport
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
                    f"Recommendations: {report.name}{' (served)' if report.served else ''}": report.metrics
                    for report in results.model_reports("recommend")
                    if _measured(report)
                },
            )
        )


def _measured(report: ModelReport) -> bool:
    return bool(report.metrics)
