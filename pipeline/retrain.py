"""The whole run, from files to a published answer; read it from top to bottom."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from pipeline.activity import ActivitySums, activity
from pipeline.artifacts import load_model, save_models, versions
from pipeline.churn import ChurnFindings, ChurnModel, Telling, learn
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset, day_number
from pipeline.errors import AlreadyRunning
from pipeline.facts import facts
from pipeline.features import FeatureTable, feature_table
from pipeline.ingest import IngestReport, ingest
from pipeline.labels import label_table
from pipeline.monitoring import Before, Present, Reference, Watched, watch
from pipeline.publish import publish
from pipeline.recommend import Feedback, RecommendFindings, recommend
from pipeline.run_results import RunResults
from pipeline.segments import ClosedWindow, Segmentation, SegmentModel, find_segments
from store.errors import NoResults, ResultsOfAnotherVersion
from store.records import Run
from store.results import Results

# Segments are compared with where the same customers stood this long ago.
MOVES_DAYS = 30
RUNS_REMEMBERED = 30
BEGINS_ANEW = (
    "The results before were made by another version of Matinee and cannot be read: the baseline begins anew;"
    " risks, segments and drift are compared from this run on."
)
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class _Before:
    """What the last published run left to go on from."""

    run: Run | None = None
    churn: ChurnModel | None = None
    segments: SegmentModel | None = None
    reference: Reference | None = None
    past: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    remark: str = ""


@contextmanager
def _stage(say: Say, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    say(f"  {name:<34}{time.perf_counter() - start:7.1f} s")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the one right to retrain in this folder.

    Raises:
        AlreadyRunning: somebody else holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "retrain.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(
            f"Another retrain is at work in {folder}. Wait for it; its results replace the present ones."
        ) from None
    try:
        yield
    finally:
        lock.release()


def retrain(
    config: PipelineConfig,
    *,
    now: datetime,
    feedback: Sequence[Feedback] = (),
    progress: Say = lambda _: None,
) -> Run:
    """Read the data, learn, and publish; the results before stay served until the moment the new ones are.

    Args:
        config: Where the data is and how to learn from it.
        now: The moment, UTC; later events are set aside as impossible.
        feedback: What people said in the chat; one more source.
        progress: Told each stage as it ends, with its seconds.

    Raises:
        AlreadyRunning: another retrain holds the lock.
        DataError: the data cannot be used at all.
    """
    start = time.perf_counter()
    with locked(config.output):
        with _stage(progress, "reading the files"):
            report = ingest(config, config.output / "dataset", now=now)
        dataset = Dataset.open(config.output / "dataset")
        before = _before(config)
        if before.remark:
            progress(f"  {before.remark}")
        with _stage(progress, "who left, and who will"):
            churn = learn(
                dataset,
                config.churn,
                config.compute,
                before.churn,
                telling=Telling(
                    currency=config.currency,
                    run_before=None if before.run is None else day_number(before.run.as_of),
                ),
            )
        with _stage(progress, "profiles and segments"):
            tables, segmentation = _segment(config, dataset, churn, before)
        with _stage(progress, "watching for drift"):
            sums = activity(dataset, config.compute)
            watched = _watch(config, dataset, churn, (tables, sums), before)
            today = tables.at(day_number(dataset.manifest.as_of))
            # Large, and in the way of what needs most memory.
            del tables
        with _stage(progress, "what to watch next"):
            recommendations = recommend(dataset, config.recommend, config.compute, feedback)
        with _stage(progress, "publishing"):
            period = (now, now + timedelta(seconds=time.perf_counter() - start))
            run = _described(config, report, (churn, segmentation, recommendations, watched), period, before)
            found = RunResults(
                run=run,
                dataset=dataset,
                table=today,
                churn=churn,
                segmentation=segmentation,
                recommendations=recommendations,
                sums=sums,
                facts=facts(dataset, sums, config.compute, like_share=config.recommend.like_share),
                quarantined=report.quarantined,
                past=before.past,
            )
            publish(config.output, found)
        return run


def _segment(
    config: PipelineConfig, dataset: Dataset, churn: ChurnFindings, before: _Before
) -> tuple[FeatureTable, Segmentation]:
    """Segments with who moved in 30 days and who left since the last closed anchor, and the profiles then."""
    manifest = dataset.manifest
    today = day_number(manifest.as_of)
    earlier, closed = today - MOVES_DAYS, day_number(manifest.watermark) - churn.horizon_days
    first = day_number(manifest.first_day)
    days = sorted({day for day in (today, earlier, closed) if day > first} | {today})
    tables = feature_table(dataset, days, config.compute)
    window = None
    if closed > first:
        labels = label_table(dataset, [closed], churn.horizon_days, config.compute)
        left = np.where(labels.eligible, labels.left.astype(float), np.nan)
        window = ClosedWindow(table=tables.at(closed), left=left)
    return tables, find_segments(
        tables.at(today),
        config.segments,
        previous=before.segments,
        earlier=tables.at(earlier) if earlier > first else None,
        closed=window,
        currency=config.currency,
    )


def _watch(
    config: PipelineConfig,
    dataset: Dataset,
    churn: ChurnFindings,
    known: tuple[FeatureTable, ActivitySums],
    before: _Before,
) -> Watched:
    """Drift since the served score was judged, past scores that did not come true, odd imports."""
    tables, sums = known
    manifest = dataset.manifest
    closed = tables.at(day_number(manifest.watermark) - churn.horizon_days)
    present = Present(
        dataset=dataset,
        churn=churn,
        today=tables.at(day_number(manifest.as_of)),
        closed=closed if len(closed) else None,
        sums=sums,
        past=before.past,
    )
    if before.run is None:
        return watch(present, Before(), config.compute)
    left = Before(
        reference=before.reference,
        horizon_days=before.run.horizon_days,
        model_name=before.run.churn_model,
        metrics=before.run.metrics,
    )
    return watch(present, left, config.compute)


def _before(config: PipelineConfig) -> _Before:
    try:
        run = _served(config)
    except ResultsOfAnotherVersion:
        return _Before(remark=BEGINS_ANEW)
    except NoResults:
        return _Before()
    models = {
        name: load_model(
            config.output / "models", run.run_id, name, manifest_sha256=run.versions.get("models", "")
        )
        for name in ("churn", "segments", "monitoring")
    }
    churn, segments, reference = (models[name] for name in ("churn", "segments", "monitoring"))
    return _Before(
        run=run,
        churn=churn if isinstance(churn, ChurnModel) else None,
        segments=segments if isinstance(segments, SegmentModel) else None,
        reference=reference if isinstance(reference, Reference) else None,
        past=_past_scores(config),
    )


def _served(config: PipelineConfig) -> Run:
    results = Results(config.output / "results.db")
    try:
        return results.run()
    finally:
        results.close()


def _past_scores(config: PipelineConfig) -> dict[str, tuple[bytes, bytes]]:
    results = Results(config.output / "results.db")
    try:
        return {past.customer_id: (past.days, past.probabilities) for past in results.score_history()}
    except NoResults:
        return {}
    finally:
        results.close()


def _described(
    config: PipelineConfig,
    report: IngestReport,
    found: tuple[ChurnFindings, Segmentation, RecommendFindings, Watched],
    period: tuple[datetime, datetime],
    before: _Before,
) -> Run:
    churn, segmentation, recommendations, watched = found
    manifest = report.manifest
    configuration = json.loads(json.dumps(asdict(config), default=str))
    for source in configuration["sources"]:
        # An address may hold a password, which has no place in a file that people copy about.
        source["database"] = source["database"] and "(set)"
    learning = json.dumps({**configuration, "data": "", "output": ""}, sort_keys=True)
    fingerprint = hashlib.sha256(f"{manifest.fingerprint}{learning}".encode()).hexdigest()
    run_id = f"{period[0].astimezone(UTC):%Y%m%dT%H%M%SZ}-{fingerprint[:6]}"
    models = {"churn": churn.model, "segments": segmentation.model, "monitoring": watched.reference}
    earlier = () if before.run is None else (before.run.run_id, *before.run.previous_runs)
    return Run(
        run_id=run_id,
        started_at=period[0],
        finished_at=period[1],
        fingerprint=fingerprint,
        watermark=manifest.watermark,
        as_of=manifest.as_of,
        churn_status=churn.status,
        churn_message=churn.message,
        churn_model=churn.model_name,
        horizon_days=churn.horizon_days,
        base_rate=churn.base_rate,
        segments_message=segmentation.message,
        recommend_model=recommendations.model_name,
        recommend_message=recommendations.message,
        currency=config.currency,
        customers=manifest.customers,
        titles=manifest.titles,
        events=manifest.events,
        quarantined=sum(rows.rows for rows in report.quarantined),
        has_money=manifest.has_amounts,
        configuration=configuration,
        versions=versions() | {"models": save_models(config.output / "models", run_id, models)},
        metrics={**churn.metrics, **segmentation.metrics, **recommendations.metrics, **watched.metrics},
        messages=(
            # What is wrong now first, then what is wrong with the data, then what is odd about it.
            *((before.remark,) if before.remark else ()),
            *watched.messages,
            *report.findings,
            *segmentation.findings,
            *churn.findings,
            *recommendations.findings,
        ),
        previous_runs=earlier[:RUNS_REMEMBERED],
    )
