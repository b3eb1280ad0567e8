"""What is told of a run, in words, and what is remembered for the next."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.churn import ChurnFindings, learn
from pipeline.config import ChurnConfig, ComputeConfig
from pipeline.dataset import Dataset, FloatArray, day_number
from pipeline.features import FeatureTable, feature_table
from pipeline.monitoring import Before, Present, Watched, calibration, watch
from pipeline.monitoring.calibration import Creeping
from pipeline.monitoring.watching import HORIZON_SINCE
from store.results.packing import packed_days, packed_numbers
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import QUICK, business
from tests.pipeline.monitoring.scenes import sums

ALONE = ComputeConfig(processes=1)
HORIZON = 30


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Present:
    """An ordinary run of 240 customers over 200 days; nothing was scored before."""
    dataset = build_dataset(tmp_path_factory.mktemp("shop"), business())
    churn = learn(dataset, ChurnConfig(horizon_days=HORIZON, most_anchors=4), ALONE, effort=QUICK)
    last = day_number(dataset.manifest.watermark)
    tables = feature_table(dataset, (last - HORIZON, last + 1), ALONE)
    days = last - day_number(dataset.manifest.first_day) + 1
    return Present(
        dataset=dataset,
        churn=churn,
        today=tables.at(last + 1),
        closed=tables.at(last - HORIZON),
        sums=replace(sums(np.full(days, 200.0)), first_day=day_number(dataset.manifest.first_day)),
        past={},
    )


def before(present: Present, **fields: object) -> Before:
    known = {"horizon_days": HORIZON, "model_name": present.churn.model_name, **fields}
    return Before(**known)  # type: ignore[arg-type]


def watched(present: Present, **fields: object) -> Watched:
    return watch(present, before(present, **fields), ALONE)


def last_day(dataset: Dataset) -> int:
    return day_number(dataset.manifest.watermark)


def scored(present: Present, scores: dict[int, float]) -> dict[str, tuple[bytes, bytes]]:
    """Everybody was scored alike on days so long before the last."""
    last = present.dataset.manifest.watermark
    days = packed_days(
        [last - (present.dataset.manifest.as_of - last) * back for back in sorted(scores)[::-1]]
    )
    values = packed_numbers([scores[back] for back in sorted(scores)[::-1]])
    return {str(name): (days, values) for name in present.churn.customer_ids}


def times(table: FeatureTable, factor: float) -> FeatureTable:
    values: FloatArray = table.values.copy()
    for name in ("days_active_30", "event_count"):
        values[:, list(table_names()).index(name)] *= factor
    return replace(table, values=values)


def table_names() -> tuple[str, ...]:
    from pipeline.features import NAMES

    return NAMES


def test_an_ordinary_run_has_nothing_to_tell(present: Present) -> None:
    found = watched(present)

    assert found.messages == ()
    assert found.metrics["monitoring.ingestion_alarm"] == 0
    assert found.metrics["monitoring.features_moved"] == 0
    assert found.metrics["monitoring.features_watched"] > 20
    assert found.reference is not None
    assert found.reference.day == last_day(present.dataset) - HORIZON


def test_drift_is_told_with_medians_and_what_to_do(present: Present) -> None:
    found = watched(replace(present, today=times(present.today, 6.0)))

    (message,) = found.messages
    assert message.startswith("Drift: 2 of ")
    assert "event count (median " in message
    assert "days active 30 (median " in message
    assert message.endswith("Check the last import; if the business changed, risks are less sure for 30 days")
    assert found.metrics["monitoring.features_moved"] == 2


def test_what_is_no_longer_known_is_said_so(present: Present) -> None:
    (message,) = watched(replace(present, today=times(present.today, np.nan))).messages

    assert "event count (no longer known)" in message


def test_a_kept_model_is_compared_with_the_customers_it_was_judged_on(present: Present) -> None:
    reference = watched(present).reference
    held = replace(present, churn=replace(present.churn, status="held"), closed=times(present.today, 6.0))

    assert watched(held, reference=reference).reference == reference
    fresh = watched(held).reference
    assert fresh is not None
    assert fresh.features["event_count"].median > reference.features["event_count"].median  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "churn",
    [
        pytest.param({"model": None}, id="nothing learned"),
        pytest.param({"status": "no_skill"}, id="nothing served"),
    ],
)
def test_without_a_served_model_drift_is_not_watched(present: Present, churn: dict[str, object]) -> None:
    findings: ChurnFindings = replace(present.churn, **churn)  # type: ignore[arg-type]

    found = watched(replace(present, churn=findings))

    assert found.reference is None
    assert "monitoring.features_watched" not in found.metrics


def test_without_a_closed_anchor_drift_is_not_watched(present: Present) -> None:
    assert watched(replace(present, closed=None)).reference is None


def test_nobody_active_today_has_not_drifted(present: Present) -> None:
    nobody = present.today.where(np.zeros(len(present.today), dtype=np.bool_))

    assert watched(replace(present, today=nobody)).metrics["monitoring.features_moved"] == 0


@pytest.mark.parametrize(
    ("share", "status", "words"),
    [
        (0.05, "served", "points too low; the level was set anew in this run, which is to be proved"),
        (0.95, "served", "points too high; the level was set anew"),
        (0.95, "held", "points too high; the model that said so still serves; read its risks accordingly"),
    ],
)
def test_scores_that_did_not_come_true_are_told(
    present: Present, share: float, status: str, words: str
) -> None:
    history = scored(present, {45: share, 40: share})
    run = replace(present, past=history, churn=replace(present.churn, status=status))  # type: ignore[arg-type]

    found = watched(run)

    (message,) = found.messages
    assert message.startswith("Calibration: scores from ")
    assert f"said {share:.0%}".replace("%", " %") in message
    assert words in message
    assert found.metrics["monitoring.calibration_alarm"] == 1
    assert found.metrics["monitoring.calibration_customers"] > 100


def test_a_single_cohort_is_told_by_its_day(present: Present) -> None:
    (message,) = watched(replace(present, past=scored(present, {45: 0.99}))).messages

    assert message.startswith("Calibration: scores on ")


def test_a_gap_that_creeps_in_is_told_with_the_day_since_when(
    present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "LEAST_GAP", 1.0)  # nothing is off at once …
    monkeypatch.setattr(Creeping, "is_off", property(lambda found: found.size > 4))  # … but over time

    found = watched(replace(present, past=scored(present, dict.fromkeys(range(120, 30, -20), 0.95))))

    (message,) = found.messages
    assert message.startswith("Calibration: since the scores of ")
    assert ", time after time about " in message
    assert message.endswith(" points too high; the level was set anew in this run, which is to be proved")
    assert found.metrics["monitoring.calibration_cusum"] > 4


def test_scores_of_another_horizon_prove_nothing(present: Present) -> None:
    run = replace(present, past=scored(present, {45: 0.99}))

    changed = watched(run, horizon_days=60)

    assert changed.messages == ()
    assert changed.metrics[HORIZON_SINCE] == last_day(present.dataset)
    later = watched(run, metrics=changed.metrics)
    assert later.messages == ()
    assert later.metrics[HORIZON_SINCE] == last_day(present.dataset)


def test_a_thin_day_is_told_and_alerts_wait(present: Present) -> None:
    days = present.sums.days.copy()
    days[-2:-1] *= 0.25
    days[-3:-2] *= 0.5

    found = watched(replace(present, sums=replace(present.sums, days=days)))

    (message,) = found.messages
    assert message.startswith("Import: 50 watches on ")
    assert "where 200 are usual (and 1 more such count); alerts wait. Check the last delivery" in message
    assert found.metrics["monitoring.ingestion_alarm"] == 1


def test_a_jump_of_all_scores_is_told_and_alerts_wait(present: Present) -> None:
    many = replace(present, past=scored(present, {back: 0.9 + back / 1000 for back in range(1, 9)}))

    found = watched(many)

    assert found.messages[0].startswith("Import: the mean risk went from 90 % to ")
    assert found.metrics["monitoring.ingestion_alarm"] == 1
    assert watched(many, model_name="another model").messages == ()
    kept = f"{present.churn.model_name} (kept from an earlier run)"
    assert watched(many, model_name=kept).messages == found.messages


def test_where_nobody_has_a_score_nothing_jumps(present: Present) -> None:
    silent = np.full(len(present.churn.probability), np.nan)
    run = replace(
        present,
        churn=replace(present.churn, probability=silent),
        past=scored(present, dict.fromkeys(range(1, 9), 0.9)),
    )

    assert watched(run).messages == ()
