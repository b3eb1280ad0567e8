"""How many questions of the suite are answered rightly, and how fast.

``python -m benchmarks.questions`` simulates the small service of the suite; with ``--netflix FOLDER`` the
open data set is asked too.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.question_suite import Judged, chat, judge, oracle, publish, suite


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask the suite of questions.")
    parser.add_argument("--netflix", type=Path, help="folder of the open data set netflix-2025")
    netflix: Path | None = parser.parse_args().netflix
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        files = output / "service"
        _ask("simulated", files, publish(files, output / "simulated"), output)
        if netflix is not None:
            now = datetime(2026, 6, 1, tzinfo=UTC)
            results = publish(netflix, output / "netflix", simulated=False, now=now)
            _ask("netflix", netflix, results, output / "netflix")


def _ask(service: str, files: Path, results: Path, folder: Path) -> None:
    with chat(results, folder) as queries, oracle(files, service) as numbers:
        show(service, judge(suite(service), queries, numbers))


def show(service: str, judged: Sequence[Judged]) -> None:
    """Print the verdicts, what was not right, and the times."""
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
        f"median {median(times):.1f} ms, worst {max(times):.0f} ms"
    )


if __name__ == "__main__":
    main()
