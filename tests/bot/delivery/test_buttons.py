"""Every line fits into a button, and comes back from it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery.buttons import Buttons
from bot.replies import Button
from store.state import State

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State(tmp_path / "matinee.db")
    yield opened
    opened.close()


@pytest.fixture
def buttons(state: State) -> Buttons:
    return Buttons(state, lambda: NOON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.text(min_size=1, max_size=200).filter(lambda text: "\x00" not in text))
def test_a_line_comes_back_from_at_most_64_bytes(state: State, line: str) -> None:
    try:
        line.encode()
    except UnicodeEncodeError:
        return
    callback = Buttons(state, lambda: NOON).callback(line)

    assert len(callback.encode()) <= 64
    assert Buttons(state, lambda: NOON).line(callback) == line


def test_a_short_line_is_readable_in_the_button(buttons: Buttons) -> None:
    assert buttons.callback("/user 42") == "v1:/user 42"


def test_a_line_that_looks_like_a_fingerprint_is_kept_like_one(buttons: Buttons) -> None:
    assert buttons.line(buttons.callback("#42")) == "#42"


@pytest.mark.parametrize("forged", ["", "v1:", "v0:/user 42", "v2:/user 42", "v1:#unknown", "rubbish"])
def test_what_no_button_of_this_version_says_means_nothing(buttons: Buttons, forged: str) -> None:
    assert buttons.line(forged) is None


def test_rows_without_buttons_are_no_keyboard(buttons: Buttons) -> None:
    assert buttons.keyboard(((),)) is None
    assert buttons.keyboard(((Button("A", "/a"), Button("B", "/b")), ())) == {
        "inline_keyboard": [
            [{"text": "A", "callback_data": "v1:/a"}, {"text": "B", "callback_data": "v1:/b"}]
        ]
    }


def test_many_long_lines_are_all_kept(buttons: Buttons, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.buttons._REMEMBERED", 2)
    lines = [f"/ask {'how many ' * 10}{number}" for number in range(5)]

    assert [buttons.line(callback) for callback in map(buttons.callback, lines)] == lines
