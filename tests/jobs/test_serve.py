"""What an operator reads when he starts to serve."""

from pathlib import Path

from jobs.serve import FIRST_STEPS, lock_path

GOLDEN = Path(__file__).parents[1] / "golden"


def test_the_first_steps_are_five_lines() -> None:
    assert (GOLDEN / "first_steps.txt").read_text(encoding="utf-8").rstrip("\n") == FIRST_STEPS
    assert len(FIRST_STEPS.splitlines()) == 5


def test_the_lock_tells_nothing_of_the_token() -> None:
    token = "123456:secret"

    assert "secret" not in str(lock_path(token))
    assert lock_path(token) == lock_path(token)
    assert lock_path(token) != lock_path("123456:another")
