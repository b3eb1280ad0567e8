"""What is stored about a viewer, his wish to be forgotten, and what comes of it."""

import json

import pytest

from bot.payloads import from_json, to_json
from bot.queries import Queries
from bot.replies import Asker
from store.state.records import Alert, Feedback, Member
from tests.bot.asking import MORNING, NEWCOMER, OWNER, SUPPORT, VIEWER, ask, lines_of

CHEN = Member(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", added_at=MORNING, added_by=0)


@pytest.fixture
def linked(chat: Queries) -> Queries:
    chat.state.save_member(CHEN)
    return Queries(chat.results, chat.state, chat.now, listed={1: "owner"})


def test_the_owner_hears_of_it_in_the_language_he_chose(linked: Queries) -> None:
    olga = Member(user_id=1, chat_id=1, role="owner", added_at=MORNING, language="de")
    linked.state.save_member(olga)
    ask("/forget me yes", VIEWER, linked)

    (row,) = [each for each in linked.state.due(MORNING) if each.kind == "notice"]
    assert from_json(row.payload).text == "Kunde <code>user_00042</code> bittet darum, vergessen zu werden."


def test_a_viewer_sees_everything_that_is_kept_about_him(linked: Queries) -> None:
    ask("/contacted user_00042", SUPPORT, linked)
    run_id = linked.results.run().run_id
    linked.state.record_alerts(
        [
            Alert(customer_id="user_00042", run_id=run_id, probability=0.8, value=29.5, sent_at=MORNING),
            Alert(
                customer_id="user_00042",
                run_id="x",
                probability=0.8,
                value=29.5,
                sent_at=MORNING,
                held_out=True,
            ),
        ]
    )
    linked.state.log_question("what is new", None, "answered", 5, MORNING)
    ask("/forget me yes", VIEWER, linked)

    reply = ask("/mydata", VIEWER, linked)

    kept = reply.text.partition("<b>Kept by this bot</b>\n")[2].partition("\n\n")[0]
    assert kept.split("\n") == [
        "Linked to your Telegram id <code>5</code> since 23 Nov 2026",
        "Looked up by the staff 1 time, last on 23 Nov 2026",
        "1 note of the staff: in the file",
        "1 alert to the staff: in the file",
        "1 question you asked in words: in the file",
        "You asked to be forgotten on 23 Nov 2026; it is not done yet.",
    ]
    assert reply.document is not None
    everything = json.loads(reply.document.content)
    assert everything["link"]["user_id"] == 5
    assert everything["notes_of_the_staff"] == [{"outcome": "contacted", "at": "2026-11-23 09:00:00+00:00"}]
    assert [
        len(everything[key]) for key in ("alerts_to_the_staff", "looked_up_by_the_staff", "questions")
    ] == [1, 1, 1]
    assert "Sam" not in reply.document.content.decode()


def test_whom_the_data_does_not_hold_sees_what_the_bot_keeps(linked: Queries) -> None:
    gone = Asker(user_id=5, chat_id=5, role="viewer", customer_id="nobody")
    linked.state.add_feedback(
        Feedback(customer_id="nobody", title_id="t03", verdict="like", at=MORNING, by=5)
    )

    reply = ask("/mydata", gone, linked)

    assert reply.text.startswith("Nothing is stored about you in the present data.")
    assert "Customer id: <code>nobody</code>" in reply.text
    assert "Linked to your Telegram id" in reply.text
    assert "liked: " in reply.text
    assert ask("/mydata", Asker(user_id=6, chat_id=6, role="viewer"), linked).buttons == ()


def test_a_viewer_asks_and_the_owners_hear_of_it_once(linked: Queries) -> None:
    claimed = Member(user_id=2, chat_id=2, role="owner", added_at=MORNING, added_by=0)
    linked.state.save_member(claimed)
    asked = ask("/forget me", VIEWER, linked)
    assert "Shall you be forgotten?" in asked.text
    assert linked.state.forget_requests() == ()

    assert "I passed it on" in ask(lines_of(asked)[0], VIEWER, linked).text
    assert "asked for it already" in ask("/forget me yes", VIEWER, linked).text

    rows = linked.state.due(MORNING)
    assert [(row.kind, row.chat_id) for row in rows] == [("notice", 1), ("notice", 2)]
    told = from_json(rows[0].payload)
    assert told.text == "Customer <code>user_00042</code> asks to be forgotten."
    assert lines_of(told) == ["/forget user_00042"]
    assert "1 customer asked to be forgotten" in ask("/forget", OWNER, linked).text


@pytest.mark.parametrize("line", ["/forget", "/forget 42", "/forget 42 yes", "/forget me 42 yes"])
def test_a_viewer_can_ask_for_himself_only(line: str, linked: Queries) -> None:
    assert "Try /forget me" in ask(line, VIEWER, linked).text
    assert linked.state.kept_about("42") == {}


def test_an_owner_sees_what_it_means_and_does_it(linked: Queries) -> None:
    ask("/like heat", VIEWER, linked)
    ask("/forget me yes", VIEWER, linked)

    meaning = ask("/forget user_00042", OWNER, linked)
    assert (
        "1 link to Telegram, 1 verdict on titles, 1 request to be forgotten, 1 entry in the audit"
        in meaning.text
    )
    assert "watches" in meaning.text
    assert linked.state.member(5) == CHEN

    done = ask(lines_of(meaning)[0], OWNER, linked)

    assert done.text.startswith("<b>Forgotten here</b>: <code>user_00042</code>.")
    assert "Delete him from your own files or database" in done.text
    assert "results-….db" in done.text
    state = linked.state
    assert (state.member(5), state.kept_about("user_00042"), state.forget_requests()) == (None, {}, ())
    assert [(entry.action, entry.customer_id) for entry in state.audit()] == [("forgot a customer", None)]
    mine = [row for row in state.due(MORNING) if row.chat_id == 5]
    assert [row.kind for row in mine] == ["notice", "menu"]
    assert from_json(mine[0].payload).text.startswith("It is done")


def test_who_is_gone_from_the_data_already_can_be_forgotten_here(linked: Queries) -> None:
    linked.state.add_contact("gone for good", "lost", 3, MORNING)

    assert "1 note of the staff" in ask("/forget gone for good", OWNER, linked).text
    assert "Deleted: 1 note of the staff." in ask("/forget gone for good yes", OWNER, linked).text
    assert "I know no customer" in ask("/forget gone for good", OWNER, linked).text


def test_nobody_waits_and_nothing_is_kept(chat: Queries) -> None:
    assert "Nobody waits" in ask("/forget", OWNER, chat).text
    assert "Deleted here at once: nothing is kept here." in ask("/forget 1007", OWNER, chat).text
    assert "Deleted: nothing was kept." in ask("/forget 1007 yes", OWNER, chat).text


class TestQuietHours:
    """When nothing is pushed."""

    @pytest.mark.parametrize(
        ("typed", "hours"),
        [
            ("22-7", (22, 7)),
            ("22:00 - 07:00", (22, 7)),
            ("0–6", (0, 6)),
            ("22 to 24", (22, 0)),
            ("22 7", (22, 7)),
        ],
    )
    def test_are_kept(self, typed: str, hours: tuple[int, int], chat: Queries) -> None:
        assert ask(f"/quiet {typed}", VIEWER, chat).text.startswith(f"<b>Quiet from {hours[0]:02}:00 to ")

        member = chat.state.member(5)
        assert member is not None
        assert (member.quiet_from, member.quiet_until) == hours

    def test_are_shown_and_ended(self, chat: Queries) -> None:
        assert ask("/quiet", SUPPORT, chat).text.startswith("You have no quiet hours.")
        ask("/quiet 22-7", SUPPORT, chat)
        assert "Nothing is pushed to you from 22:00 to 07:00 (UTC)." in ask("/quiet", SUPPORT, chat).text
        assert ask("/quiet off", SUPPORT, chat).text.startswith("<b>No quiet hours.</b>")

    @pytest.mark.parametrize("typed", ["22", "7-7", "25-7", "22-99", "0-24", "at night", "22-7-8"])
    def test_need_two_hours(self, typed: str, chat: Queries) -> None:
        assert "I need two hours" in ask(f"/quiet {typed}", SUPPORT, chat).text


def test_a_zone_is_kept_and_subscriptions_here_follow(chat: Queries) -> None:
    ask("/subscribe digest 08:30", SUPPORT, chat)
    ask("/subscribe digest 08:30", OWNER, chat)

    assert ask("/zone europe berlin", SUPPORT, chat).text.startswith("I know no time zone")
    reply = ask("/zone America/New York", SUPPORT, chat)

    assert reply.text == "<b>America/New_York</b>, where it is 04:00 now. Your subscriptions here follow."
    assert [each.zone for each in chat.state.subscriptions("digest")] == ["UTC", "America/New_York"]
    assert "Your time zone is UTC" in ask("/zone", NEWCOMER, chat).text
    assert "follow" not in ask("/zone Asia/Tokyo", NEWCOMER, chat).text


def test_questions_and_messages_that_name_him_go_too(linked: Queries) -> None:
    state = linked.state
    state.log_question("is Chen 🎬 Wei at risk", None, "answered", 3, MORNING)
    state.log_question("mail to chen@example.org", None, "refused", 3, MORNING)
    state.log_question("revenue in May", None, "answered", 3, MORNING)
    state.enqueue("told", "alerts", 3, to_json(ask("/user user_00042", SUPPORT, linked)), MORNING)

    meaning = ask("/forget user_00042", OWNER, linked).text
    assert "2 questions that name him, 1 message to staff that names him" in meaning

    ask("/forget user_00042 yes", OWNER, linked)

    assert [each.text for each in state.questions()] == ["revenue in May"]
    row = state.outbox_row("told")
    assert row is not None
    assert (row.state, row.payload) == ("failed", "")
