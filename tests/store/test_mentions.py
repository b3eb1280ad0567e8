"""Who is named in free text, found and forgotten."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.state import State

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "matinee.db")) as opened:
        yield opened


def message(text: str, *lines: str) -> str:
    return json.dumps({"text": text, "buttons": [[["caption", line] for line in lines]]}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("what did customer 42 watch", True),
        ("why is 42 at risk", True),
        ("42", True),
        ("is ann lee active", True),
        ("ANN LEE", True),
        ("mail of ann@example.org", True),
        ("top 42 genres", False),
        ("customers of the last 42 days", False),
        ("customer 421", False),
        ("joann leeds", False),
    ],
)
def test_a_question_names_somebody_by_his_id_mail_or_name(text: str, *, named: bool, state: State) -> None:
    state.log_question(text, None, "answered", 3, NOW)
    state.log_question("revenue in May", "revenue by customer 7", "answered", 3, NOW)

    found = state.mentions(["42", "ann@example.org", "Ann Lee"])

    assert found == ({"questions": 1} if named else {})
    assert state.forget_mentions(["42", "ann@example.org", "Ann Lee"]) == int(named)
    assert [each.text for each in state.questions()] == ["revenue in May"] + ([] if named else [text])


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        (message("<b>Ann Lee</b> · <code>42</code>"), True),
        (message("1 newly at risk", "/resolve saved 42"), True),
        (message("1 newly at risk", "/user 42 now"), True),
        (message("<b>Tom &amp; “Co”</b>"), True),
        (message("42 customers at risk", "/atrisk 10"), False),
        (message("1 newly at risk", "/user 421"), False),
    ],
)
def test_a_message_names_somebody_where_he_is_shown_or_a_button_asks_for_him(
    payload: str, *, named: bool, state: State
) -> None:
    for key in ("arrived", "waits", "leaves"):
        state.enqueue(key, "alerts", 1, payload, NOW)
    (arrived, _, leaves) = state.due(NOW)
    state.sent(arrived.id, 5, NOW)
    state.sending(leaves.id, NOW)

    assert state.mentions(["42", "Tom & “Co”"]) == ({"outbox": 2} if named else {})
    state.forget_mentions(["42", "Tom & “Co”"])

    rows = {key: state.outbox_row(key) for key in ("arrived", "waits", "leaves")}
    assert {key: (row.state, row.payload == "") for key, row in rows.items() if row} == {
        "arrived": ("sent", named),
        "waits": ("failed" if named else "queued", named),
        "leaves": ("sending", False),
    }


def test_what_was_just_talked_about_is_forgotten_too(state: State) -> None:
    state.note("question:1:1", "why is customer 42 at risk")
    state.note("question:2:2", "revenue in May")
    state.note("bot_name", "customer 42")

    state.forget_mentions(["42"])

    assert [state.noted(key) for key in ("question:1:1", "question:2:2", "bot_name")] == [
        None,
        "revenue in May",
        "customer 42",
    ]
