"""What came of an alert stands in the alert itself, for everybody who got it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.alerts import DONE, newly_at_risk, resolved, together
from bot.payloads import from_json, to_json
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer
from store.state.records import Alert, Member, OutboxRow
from tests.bot.asking import MORNING, OWNER, SUPPORT, ask, lines_of
from tests.bot.test_message_laws import check
from tests.store.publishing import small_run

SAM, RITA = 3, 2


@pytest.fixture
def alerted(chat: Queries) -> Queries:
    """Two people got an alert about two customers; a third gets it in the morning."""
    state = chat.state
    state.save_member(Member(user_id=SAM, chat_id=SAM, role="support", name="Sam <b>", added_at=MORNING))
    run = chat.results.run()
    customers = chat.results.at_risk(2)
    payload = to_json(newly_at_risk(customers, run, waiting=0))
    state.record_alerts(
        [
            Alert(
                customer_id=each.customer_id, run_id=run.run_id, probability=0.8, value=1.0, sent_at=MORNING
            )
            for each in customers
        ]
    )
    for chat_id in (SAM, RITA):
        state.enqueue(f"alerts:x:{chat_id}", "alerts", chat_id, payload, MORNING)
        row = state.outbox_row(f"alerts:x:{chat_id}")
        assert row is not None
        state.sent(row.id, 100 + chat_id, MORNING)
    state.enqueue("alerts:x:1", "alerts", 1, payload, MORNING + timedelta(hours=9))
    return chat


def edits(queries: Queries) -> dict[int, Reply]:
    rows: list[OutboxRow] = [row for row in queries.state.due(MORNING) if row.kind == "edit"]
    return {row.chat_id: from_json(row.payload) for row in rows}


def test_an_alert_has_buttons_for_what_is_done_about_each(alerted: Queries) -> None:
    row = alerted.state.outbox_row("alerts:x:1")
    assert row is not None
    rows = from_json(row.payload).buttons

    assert [[each.line for each in one] for one in rows[:2]] == [
        ["/user 42", "/resolve contacted 42", "/resolve saved 42"],
        ["/resolve lost 42", "/resolve wrong 42", "/resolve snoozed 42"],
    ]
    assert [each.caption for each in rows[1]] == ["Lost", "Wrong", "Snooze 7 d"]


@pytest.mark.parametrize(
    ("outcome", "mark"),
    [
        ("contacted", "Contacted by Sam &lt;b&gt;"),
        ("saved", "Saved by Sam &lt;b&gt;"),
        ("lost", "Lost, says Sam &lt;b&gt;"),
        ("wrong", "A wrong alarm, says Sam &lt;b&gt;"),
        ("snoozed", "Snoozed by Sam &lt;b&gt;"),
    ],
)
def test_one_presses_and_everybody_sees_it_with_who_did_it(outcome: str, mark: str, alerted: Queries) -> None:
    reply = ask(f"/resolve {outcome} 42", SUPPORT, alerted)

    assert reply.quiet
    shown = edits(alerted)
    assert set(shown) == {SAM, RITA}
    assert shown[RITA].replaces == 100 + RITA
    assert shown[RITA].text.count(f"\n{DONE} {mark}\n") == 1
    assert not [
        each for each in lines_of(shown[RITA]) if each.startswith("/resolve") and each.endswith(" 42")
    ]
    assert "/user 42" in lines_of(shown[RITA])
    assert len([each for each in lines_of(shown[RITA]) if each.startswith("/resolve")]) == 5
    waiting = alerted.state.outbox_row("alerts:x:1")
    assert waiting is not None
    assert DONE in from_json(waiting.payload).text
    (alert,) = alerted.state.alerts(customer_id="42")
    assert (alert.state, alert.by) == (outcome, SAM)
    (contact,) = alerted.state.contacts("42")
    assert (contact.until is not None) == (outcome == "snoozed")


def test_the_card_and_a_line_resolve_it_too_and_the_last_word_counts(alerted: Queries) -> None:
    ask("/contacted 42", SUPPORT, alerted)
    later = Queries(alerted.results, alerted.state, lambda: MORNING + timedelta(minutes=1))
    ask("/saved 42", OWNER, later)

    rows = [row for row in later.state.due(later.now()) if row.kind == "edit" and row.chat_id == RITA]
    assert [from_json(row.payload).text.count(DONE) for row in rows] == [1, 1]
    assert f"{DONE} Saved by Olga" in from_json(rows[-1].payload).text


def test_the_same_twice_changes_nothing(alerted: Queries) -> None:
    ask("/resolve saved 42", SUPPORT, alerted)
    ask("/resolve saved 42", SUPPORT, alerted)

    assert len([row for row in alerted.state.due(MORNING) if row.kind == "edit"]) == 2


def test_where_no_alert_can_show_it_the_card_does(alerted: Queries) -> None:
    stranger_to_it = Asker(user_id=8, chat_id=8, role="support")

    assert not ask("/resolve saved 42", stranger_to_it, alerted).quiet
    assert not ask("/resolve saved 1007", SUPPORT, alerted).quiet
    assert "by 8" in edits(alerted)[SAM].text


def test_at_the_terminal_it_is_the_terminal(alerted: Queries) -> None:
    ask("/saved 42", Asker(user_id=0, chat_id=0, role="owner"), alerted)

    assert f"{DONE} Saved by the terminal" in edits(alerted)[SAM].text


def test_an_alert_of_before_he_came_back_keeps_its_answer(alerted: Queries) -> None:
    run_id = alerted.results.run().run_id + "-later"
    alerted.state.record_alerts(
        [
            Alert(
                customer_id="42",
                run_id=run_id,
                probability=0.8,
                value=1.0,
                sent_at=MORNING + timedelta(days=20),
            )
        ]
    )

    ask("/saved 42", SUPPORT, alerted)

    assert edits(alerted) == {}


@pytest.mark.parametrize("line", ["/resolve gone 42", "/resolve 42"])
def test_an_outcome_is_one_of_five(line: str, alerted: Queries) -> None:
    assert "I can note contacted, saved, lost, wrong, snoozed" in ask(line, SUPPORT, alerted).text


def test_whoever_is_called_like_another_customers_line_is_not_taken_for_him() -> None:
    run = small_run()
    rogue = Customer(customer_id="7", name="Eve · <code>42</code>: gone", churn_probability=0.9, value=1.0)
    alert = newly_at_risk([rogue], run, waiting=0)

    assert resolved(alert, "42", "saved", "Sam") is None
    assert resolved(alert, "7", "saved", "Sam") is not None


def test_who_stands_last_is_marked_too() -> None:
    alert = Reply(text="<b>ann</b>: High risk")

    marked = resolved(alert, "ann", "lost", "Sam")

    assert marked is not None
    assert marked.text == f"<b>ann</b>: High risk\n{DONE} Lost, says Sam"
    again = resolved(marked, "ann", "saved", "Eve")
    assert again is not None
    assert again.text == f"<b>ann</b>: High risk\n{DONE} Saved by Eve"


def test_alerts_of_one_night_become_one_message_that_telegram_takes() -> None:
    run = small_run()
    people = [
        Customer(customer_id=f"customer-{number}", name="N" * 40, churn_probability=0.9, value=1.0)
        for number in range(20)
    ]
    one = newly_at_risk(people, run, waiting=3)

    night = one
    for _ in range(5):
        night = together(night, one)

    check(night)
    assert 80 <= sum(map(len, night.buttons)) <= 100
    assert [row[0].caption for row in night.buttons].count("All at risk") == 1


def test_a_pushed_edit_survives_the_outbox() -> None:
    reply = replace(Reply(text="x", edit=True), replaces=7)

    assert from_json(to_json(reply)) == reply
    old = {key: value for key, value in json.loads(to_json(reply)).items() if key != "replaces"}
    assert from_json(json.dumps(old)).replaces is None
