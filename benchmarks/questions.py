"""How many questions of the suite are answered rightly, and how fast.

``python -m benchmarks.questions`` asks the suite of the small service that it is written for (right, refused,
wrong beside DuckDB), then for time and memory of a service of 150,000 customers and 25 million events, in a
process that answers and does nothing else. ``--customers 3000 --events 300000`` makes a small one,
``--customers 0`` none; ``--results results.db`` takes one that is published already. With ``--netflix``
and a folder the open data set is asked too. Cold: nothing is remembered, as for the first question after a
publish. Times are those of the processor.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.question_suite import NOW, Judged, chat, judge, oracle, publish, suite
from benchmarks.retrain import simulated
from pipeline.retrain import retrain

GOAL_MEDIAN, GOAL_WORST, GOAL_MEGABYTES = 100, 500, 150
SLOWEST = 10


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--netflix", type=Path, help="folder of the open data set netflix-2025")
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=25_000_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--results", type=Path, help="published already: nothing is simulated")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        files = output / "service"
        _ask("simulated", files, publish(files, output / "simulated"), output)
        if asked.netflix is not None:
            now = datetime(2026, 6, 1, tzinfo=UTC)
            results = publish(asked.netflix, output / "netflix", simulated=False, now=now)
            _ask("netflix", asked.netflix, results, output / "netflix")
        if asked.results is not None:
            return show_times(answered(asked.results))
        if not asked.customers:
            return 0
        config = simulated(output / "large", asked.customers, asked.titles, asked.events, asked.months)
        run = retrain(config, now=NOW, progress=lambda line: print(line, flush=True))
        print(f"{run.customers:,} customers, {run.titles:,} titles, {run.events:,} events")
        return show_times(answered(config.output / "results.db"))


def _ask(service: str, files: Path, results: Path, folder: Path) -> None:
    with chat(results, folder) as queries, oracle(files, service) as numbers:
        show(service, judge(suite(service), queries, numbers))


def show(service: str, judged: Sequence[Judged]) -> None:
    """Print the verdicts, and what was not right."""
    counts = Counter(each.verdict for each in judged)
    for each in judged:
        if each.verdict != "right":
            print(
                f"  {each.verdict:8}{each.asked.line}\n          → {' / '.join(each.said.splitlines()[:2])}"
            )
    times = [each.milliseconds for each in judged]
    inside = [each for each in judged if not each.asked.refused]
    beyond = [each for each in judged if each.asked.refused]
    share = sum(each.verdict == "right" for each in inside) / max(len(inside), 1)
    print(
        f"{service}: {len(judged)} questions: {counts['right']} right, {counts['refused']} refused, "
        f"{counts['wrong']} wrong; in scope {share:.1%} right, "
        f"{sum(each.verdict == 'right' for each in beyond)} of {len(beyond)} out of scope refused; "
        f"median {median(times):.1f} ms, worst {max(times):.0f} ms",
        flush=True,
    )


def answered(results: Path) -> Mapping[str, Any]:
    """What a process of its own took to answer the suite, as ``benchmarks.answering`` tells it."""
    lines = [(each.line, list(each.after)) for each in suite()]
    command = [sys.executable, "-m", "benchmarks.answering", str(results), NOW.isoformat()]
    told = subprocess.run(command, input=json.dumps(lines), stdout=subprocess.PIPE, text=True, check=True)
    return {"lines": [line for line, _ in lines], **json.loads(told.stdout)}


def show_times(found: Mapping[str, Any]) -> int:
    """Print times and memory beside the goals; 1 where one is missed."""
    print(f"first question of the process {found['first']:>8.0f} ms")
    for name in ("warm", "cold"):
        times = sorted(found[name])
        print(
            f"{name}: median {median(times):6.1f} ms   p95 {times[len(times) * 95 // 100]:6.0f} ms   "
            f"worst {times[-1]:6.0f} ms"
        )
    slowest = sorted(zip(found["cold"], found["lines"], strict=True), reverse=True)[:SLOWEST]
    print("slowest, cold:", *(f"  {time:6.0f} ms  {line}" for time, line in slowest), sep="\n")
    checks = (
        (
            median(found["cold"]) <= GOAL_MEDIAN,
            f"median {median(found['cold']):.0f} ms (goal ≤ {GOAL_MEDIAN})",
        ),
        (max(found["cold"]) <= GOAL_WORST, f"worst {max(found['cold']):.0f} ms (goal ≤ {GOAL_WORST})"),
        (found["peak"] <= GOAL_MEGABYTES, f"{found['peak']:.0f} MB at most (goal ≤ {GOAL_MEGABYTES})"),
        (not found["loaded"], f"learning modules loaded: {', '.join(found['loaded']) or 'none'}"),
    )
    for passed, words in checks:
        print(f"{'reached' if passed else 'MISSED '}  {words}")
    return 0 if all(passed for passed, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
