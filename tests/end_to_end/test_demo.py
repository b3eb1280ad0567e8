"""The command line that ``make demo`` runs, in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path


def test_the_demo_answers_and_ends_by_itself_without_a_terminal(tmp_path: Path) -> None:
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo:.*\n\t\$\(BIN\)/matinee demo$", makefile, re.MULTILINE)

    done = subprocess.run(
        [sys.executable, "-m", "jobs", "demo", "--folder", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=220,
    )

    assert done.stderr == ""
    assert done.returncode == 0
    assert "Simulating a streaming service: 2,000 customers, 400 titles, 18 months" in done.stdout
    assert "Digest for" in done.stdout
    asked = re.findall(r"^you › (/\w+)", done.stdout, re.MULTILINE)
    assert asked == ["/digest", "/churn", "/segment", "/recommend", "/trend"]
    chart = re.search(r"\[chart saved: (.+?)\]", done.stdout)
    assert chart
    assert Path(chart[1]).read_bytes().startswith(b"\x89PNG")


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "jobs", "demo", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    assert "it is left as it is" in done.stderr
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"
