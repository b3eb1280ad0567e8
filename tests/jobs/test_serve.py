"""What an operator reads when he starts to serve."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.serve import FIRST_STEPS, lock_path
from tests.store.publishing import publish_small

GOLDEN = Path(__file__).parents[1] / "golden"


def test_the_first_steps_are_five_lines() -> None:
    assert (GOLDEN / "first_steps.txt").read_text(encoding="utf-8").rstrip("\n") == FIRST_STEPS
    assert len(FIRST_STEPS.splitlines()) == 5


@pytest.mark.parametrize(
    ("typed", "said", "unsaid"),
    [
        ("\n/whoami\n/quit\n", "You sit at the terminal, owner", "Traceback"),
        ("n\n", "Chat here until then? [Y/n]", "matinee> "),
        ("\x04", "Chat here until then? [Y/n]", "matinee> "),
    ],
)
def test_without_a_token_the_chat_at_the_terminal_is_offered(
    typed: str, said: str, unsaid: str, tmp_path: Path
) -> None:
    (tmp_path / "matinee.toml").write_text('[[sources]]\ntable = "events"\nfiles = ["*.csv"]\n')
    publish_small(tmp_path / "matinee-data")
    ours, theirs = pty.openpty()
    # Written before anything is read: a terminal keeps what is typed ahead.
    os.write(ours, typed.encode())
    done = subprocess.run(
        [sys.executable, "-m", "jobs", "serve", "--config", str(tmp_path / "matinee.toml")],
        stdin=theirs,
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")},
    )
    os.close(ours)
    os.close(theirs)

    assert done.stdout.startswith("To answer on Telegram, Matinee needs a bot of its own")
    assert said in done.stdout
    assert unsaid not in done.stdout + done.stderr
    assert done.returncode == 2


def test_the_lock_tells_nothing_of_the_token() -> None:
    token = "123456:secret"

    assert "secret" not in str(lock_path(token))
    assert lock_path(token) == lock_path(token)
    assert lock_path(token) != lock_path("123456:another")
