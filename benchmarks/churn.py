"""Churn on the open data sets: every model with 95 % intervals, paired differences, balancing, and the bars.

``python -m benchmarks.churn [cdnow|movietweetings|movietweetings-july|netflix-2025 …] [--data FOLDER]``

Nothing is tuned on a test anchor: each model knows only windows that closed by then. Exits with 1 where a bar
is missed.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.balancing import Bench, difference, figure, print_balancing
from pipeline.churn.examination import MODELS, PATTERN, SERVED, Examined, examine
from pipeline.churn.fallbacks import situation_of
from pipeline.churn.judgement import gain_shares, judge
from pipeline.churn.material import Material, gather
from pipeline.churn.run import Effort, Run, Telling
from pipeline.churn.training import capped, train
from pipeline.config import ChurnConfig, ComputeConfig, PipelineConfig
from pipeline.dataset import Dataset, day_from_number
from pipeline.ingest import ingest
from pipeline.labels import anchors
from pipeline.sources.layouts import recognise

HERE = Path(__file__).resolve().parents[1]
DATA = HERE.parent / "shared" / "data"
COMPUTE = ComputeConfig(processes=1)


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """One data set at one test anchor, and what must be reached there.

    Attributes:
        only: The one file to use of a folder; None for all.
        watermark: The last full day; the test anchor lies ``horizon_days`` before it.
        mbg: AUC of MBG/NBD to be reproduced within .002.
        least_auc: None where the gate must say that there is no skill.
    """

    folder: str
    horizon_days: int
    watermark: date
    mbg: float
    only: str | None = None
    least_auc: float | None = None
    most_log_loss: float = 1.0
    most_ece: float = 1.0


PROTOCOLS: Mapping[str, Protocol] = {
    "cdnow": Protocol(
        folder="cdnow",
        horizon_days=90,
        watermark=date(1998, 6, 30),
        mbg=0.721,
        least_auc=0.724,
        most_log_loss=0.607,
        most_ece=0.04,
    ),
    "movietweetings": Protocol(
        folder="movietweetings",
        horizon_days=30,
        watermark=date(2013, 9, 1),
        mbg=0.818,
        least_auc=0.820,
        most_log_loss=0.520,
        most_ece=0.04,
    ),
    "movietweetings-july": Protocol(
        folder="movietweetings",
        horizon_days=30,
        watermark=date(2013, 8, 2),
        mbg=0.814,
        least_auc=0.810,
        most_log_loss=0.532,
        most_ece=0.05,
    ),
    "netflix-2025": Protocol(
        folder="netflix-2025",
        horizon_days=30,
        watermark=date(2025, 12, 31),
        mbg=0.508,
        only="watch_history.csv",
    ),
}


def opened(protocol: Protocol, data: Path, scratch: Path) -> Dataset:
    """Ingest a folder, and let its data end where the protocol says."""
    sources = recognise(data / protocol.folder).sources
    if protocol.only is not None:
        sources = tuple(source for source in sources if protocol.only in source.files)
    config = PipelineConfig(data=data / protocol.folder, output=scratch, sources=sources, compute=COMPUTE)
    ingest(config, scratch / "dataset", now=datetime.now(UTC))
    dataset = Dataset.open(scratch / "dataset")
    return replace(dataset, manifest=replace(dataset.manifest, watermark=protocol.watermark))


def prepared(protocol: Protocol, dataset: Dataset) -> Run:
    config = ChurnConfig(horizon_days=protocol.horizon_days)
    moments = anchors(dataset.manifest, protocol.horizon_days, config.most_anchors)
    material: Material = gather(dataset, moments, protocol.horizon_days, config, COMPUTE)
    return Run(
        material=material,
        situation=situation_of(material),
        config=config,
        compute=COMPUTE,
        telling=Telling(),
        effort=Effort(),
    )


def print_models(examined: Examined) -> None:
    print(
        f"  {'model':<20}{'AUC':<23}{'log loss':<23}{'ECE':>6}{'PR AUC':>8}{'Brier':>7}{'lift':>6}"
        f"{'F1':>7}{'F1 .5':>7}"
    )
    for name in sorted(examined.measured, key=MODELS.index):
        found = examined.measured[name]
        value = found.values
        print(
            f"  {name:<20}{figure(found, 'auc'):<23}{figure(found, 'log_loss'):<23}{value['ece']:>6.3f}"
            f"{value['pr_auc']:>8.3f}{value['brier']:>7.3f}{value['lift_10']:>6.2f}{value['f1']:>7.3f}"
            f"{value['f1_at_half']:>7.3f}"
        )
    for rival in (SERVED, PATTERN):
        print(f"  paired differences, {rival} minus …")
        for name in sorted(set(examined.measured) - {rival}, key=MODELS.index):
            one, other = examined.measured[rival], examined.measured[name]
            print(
                f"    {name:<22}AUC {difference(one, other, 'auc')}   "
                f"log loss {difference(one, other, 'log_loss')}"
            )


def verdicts(protocol: Protocol, examined: Examined, status: str) -> list[tuple[bool, str]]:
    """Each bar, whether it was reached."""
    served, pattern = examined.measured[SERVED].values, examined.measured[PATTERN].values
    checks = [
        (
            abs(pattern["auc"] - protocol.mbg) <= 0.002,
            f"MBG/NBD AUC {pattern['auc']:.4f}, published {protocol.mbg:.3f} ± .002",
        )
    ]
    if protocol.least_auc is None:
        return [*checks, (status == "no_skill", f"the gate says {status}, must say no_skill")]
    return [
        *checks,
        (status == "served", f"the gate says {status}"),
        (served["auc"] >= protocol.least_auc, f"AUC {served['auc']:.4f} ≥ {protocol.least_auc:.3f}"),
        (
            served["log_loss"] <= protocol.most_log_loss,
            f"log loss {served['log_loss']:.4f} ≤ {protocol.most_log_loss:.3f}",
        ),
        (served["ece"] <= protocol.most_ece, f"ECE {served['ece']:.4f} ≤ {protocol.most_ece:.2f}"),
    ]


def measured_on(name: str, data: Path) -> bool:
    """Print everything of one protocol; whether all bars were reached."""
    protocol = PROTOCOLS[name]
    with tempfile.TemporaryDirectory() as scratch:
        dataset = opened(protocol, data, Path(scratch))
        start = time.process_time()
        run = prepared(protocol, dataset)
        material = run.material
        training, test, everybody = material.training, material.test, material.everybody
        assert training is not None
        assert test is not None
        assert everybody is not None
        recipe = run.recipe(everybody.histories)
        trained = train(capped(training, run.config.most_rows), material.season_before_test, recipe, COMPUTE)
        examined = examine(trained, test, recipe)
        judgement = judge(trained, examined, None, recipe.draws)
        seconds = time.process_time() - start
        shares = gain_shares(trained)
        heaviest = next(iter(shares))
        print(
            f"\n{name}: {protocol.horizon_days} days from {day_from_number(int(test.as_of_day[0]))}, "
            f"n = {len(test):,}, base rate {test.left.mean():.3f}\n"
            f"  {len(trained.rows):,} training rows of {trained.rows.customers:,} customers, "
            f"w = {trained.blend.weight:.3f}, shift {trained.blend.shift:+.3f}, "
            f"{seconds:.1f} CPU s; largest gain share {shares[heaviest]:.2f} ({heaviest})"
        )
        print_models(examined)
        print_balancing(
            Bench(
                training=trained.rows,
                test=test,
                season=material.season_before_test,
                recipe=recipe,
                measured=dict(examined.measured),
            )
        )
        checks = verdicts(protocol, examined, judgement.status)
        for passed, words in checks:
            print(f"  {'reached' if passed else 'MISSED '}  {words}")
        return all(passed for passed, _ in checks)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help=", ".join(PROTOCOLS))
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - set(PROTOCOLS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(PROTOCOLS)}")
    reached = [measured_on(name, chosen.data) for name in chosen.names or PROTOCOLS]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
