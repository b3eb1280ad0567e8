"""Subscriptions, what is kept about a person, what staff did about a customer, and mistyped lines."""

import json
from datetime import timedelta

import pytest

from bot.commands import COMMANDS, answer
from bot.messages.lessons import LESSONS
from bot.queries import Queries
from bot.replies import Asker
from store.state.records import Alert, Member, Subscription
from tests.bot.asking import MORNING, OWNER, SUPPORT, VIEWER, ask, lines_of


def test_a_digest_comes_at_the_askers_time_in_his_zone_unless_he_says_otherwise(chat: Queries) -> None:
    tokyo = Asker(user_id=2, chat_id=2, role="retention", zone="Asia/Tokyo")
    ask("/subscribe digest", tokyo, chat)
    ask("/subscribe Digest 8.30 Europe/Berlin", OWNER, chat)

    assert chat.state.subscriptions("digest") == (
        Subscription(
            chat_id=1, kind="digest", user_id=1, zone="Europe/Berlin", hour=8, minute=30, since=MORNING
        ),
        Subscription(chat_id=2, kind="digest", user_id=2, zone="Asia/Tokyo", since=MORNING),
    )


@pytest.mark.parametrize(
    ("line", "days", "time", "notable", "words"),
    [
        ("/digest daily 09:00 Europe/Berlin", "0123456", "9:0", False, "every day at 09:00 (Europe/Berlin)"),
        ("/digest weekdays 8:15", "01234", "8:15", False, "from Monday to Friday at 08:15 (UTC)"),
        ("/digest Weekly", "0", "9:0", False, "every Monday at 09:00 (UTC)"),
        ("/digest weekly on Friday, at 17.30", "4", "17:30", False, "every Friday at 17:30 (UTC)"),
        ("/digest every mon and thu", "03", "9:0", False, "on Monday and Thursday at 09:00 (UTC)"),
        ("/digest daily 9:00, berlin", "0123456", "9:0", False, "every day at 09:00 (Europe/Berlin)"),
        ("/digest weekends notable", "56", "9:0", True, "(UTC), if something notable happened"),
        ("/subscribe digest weekly 09:00", "0", "9:0", False, "every Monday"),
    ],
)
def test_a_digest_comes_on_the_days_and_at_the_hour_that_are_said(
    line: str, days: str, time: str, notable: bool, words: str, chat: Queries
) -> None:
    reply = ask(line, OWNER, chat)

    assert words in reply.text
    (wish,) = chat.state.subscriptions("digest")
    assert (wish.weekdays, f"{wish.hour}:{wish.minute}", wish.only_notable) == (days, time, notable)


def test_what_is_not_said_of_a_digest_stays_as_it_was(chat: Queries) -> None:
    first = ask("/digest weekdays 07:45 Asia/Tokyo notable", OWNER, chat)
    assert lines_of(first) == ["/digest daily", "/digest weekly", "/digest always"]
    ask("/digest daily", OWNER, chat)
    assert "every day at 07:45 (Asia/Tokyo), if something notable" in ask("/digest notable", OWNER, chat).text
    assert "notable" not in ask("/digest always", OWNER, chat).text.partition("To end")[0]

    assert ask("/digest off", OWNER, chat).text.startswith("<b>Unsubscribed.</b>")
    assert chat.state.subscriptions("digest") == ()


def test_a_digest_is_offered_where_it_does_not_come_yet_and_not_at_the_terminal(chat: Queries) -> None:
    assert lines_of(ask("/digest", OWNER, chat))[-1] == "/digest daily"
    ask("/digest daily", OWNER, chat)
    assert lines_of(ask("/digest", OWNER, chat))[-1] == "/model"

    terminal = Asker(user_id=0, chat_id=0, role="owner")
    assert lines_of(ask("/digest", terminal, chat))[-1] == "/model"
    for line in ("/digest daily", "/subscribe alerts"):
        assert "Nothing is pushed to a terminal" in ask(line, terminal, chat).text
    assert [each.chat_id for each in chat.state.subscriptions("digest")] == [1]


def test_a_group_gets_a_digest_of_its_own(chat: Queries) -> None:
    in_group = Asker(user_id=2, chat_id=-500, role="retention", zone="Europe/Berlin")
    ask("/digest weekly 10:00", in_group, chat)
    ask("/digest daily 09:00", OWNER, chat)

    assert [(each.chat_id, each.weekdays) for each in chat.state.subscriptions("digest")] == [
        (-500, "0"),
        (1, "0123456"),
    ]


def test_alerts_are_subscribed_to_and_ended(chat: Queries) -> None:
    assert "newly at risk" in ask("/subscribe alert", OWNER, chat).text
    assert ask("/unsubscribe alerts", OWNER, chat).text.startswith("<b>Unsubscribed.</b>")
    assert chat.state.subscriptions("alerts") == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/subscribe", "I can send the digest or the alerts. Try /subscribe digest 09:00"),
        ("/subscribe weather", "but I read “weather”"),
        ("/subscribe digest 25:00", "I read “25:00”, but needed a time like 09:00"),
        ("/unsubscribe digest now", "I do not know what to do with “now”. Try /unsubscribe digest"),
        ("/digest now", "Try /digest"),
        ("/model x", "Try /model"),
        ("/status x", "Try /status"),
        ("/whoami x", "Try /whoami"),
        ("/atrisk 0", "I can list 1 to 20 customers, but I read “0”"),
        ("/atrisk 21", "I can list 1 to 20 customers"),
        ("/atrisk 10 0", "I can list 1 to 20 customers"),
        ("/atrisk 1 2 3", "but I read “1 2 3”"),
        ("/atrisk -1", "but I read “-1”"),
        ("/atrisk ٣", "but I read “٣”"),
        ("/members", "Which segment? Try /members 0"),
        ("/members 9", "but I read “9”. Try /members 0"),
        ("/members 1 x", "Try /members 1 10"),
        ("/snooze 42 0", "I can snooze for 1 to 90 days, but I read “0”"),
        ("/snooze 42 91", "I can snooze for 1 to 90 days"),
        ("/trending 99", "I can list 1 to 50 titles"),
        ("/title nothing like it zzz", "I know no title “nothing like it zzz”"),
        ("/help nosuch", "I know no command “nosuch”"),
        ("/nosuchthing", "/help shows what I can do"),
        ("/user " + "x" * 5000, "I know no customer “xxx"),
    ],
)
def test_a_mistyped_line_is_answered_with_what_was_read_and_what_works(
    line: str, words: str, chat: Queries
) -> None:
    reply = ask(line, OWNER, chat)

    assert words in reply.text
    assert len(reply.text) < 600


@pytest.mark.parametrize("name", [name for name, lesson in LESSONS.items() if lesson.needs])
def test_a_command_without_its_words_explains_itself_with_an_example_that_works(
    name: str, chat: Queries
) -> None:
    reply = ask(f"/{name}", OWNER, chat)

    assert f"Try {LESSONS[name].example}" in reply.text
    assert lines_of(reply) == [LESSONS[name].example]
    assert "Try" not in ask(LESSONS[name].example, OWNER, chat).text


@pytest.mark.parametrize("role", ["owner", "retention", "support", "viewer"])
def test_help_teaches_exactly_what_is_open_and_every_example_works(role: str, chat: Queries) -> None:
    asker = VIEWER if role == "viewer" else Asker(user_id=7, chat_id=7, role=role)  # type: ignore[arg-type]
    text = ask("/help", asker, chat).text

    examples = [line for line in text.split("\n") if line.startswith("/")]
    for command in COMMANDS:
        taught = any(example.split()[0] == f"/{command.name}" for example in examples)
        assert taught == (command.menu and role in command.roles)
    for example in examples:
        assert "I know no" not in ask(example, asker, chat).text


def test_a_menus_summary_fits_what_telegram_takes() -> None:
    for command in COMMANDS:
        assert 1 <= len(command.summary) <= 256
        assert command.name.islower()
        assert len(command.name) <= 32
        assert command.example.startswith(f"/{command.name}")


def test_nothing_typed_is_help(chat: Queries) -> None:
    assert ask("  ", OWNER, chat).text.startswith("<b>What I can do for you</b>")


def test_a_command_may_be_addressed_and_shouted(chat: Queries) -> None:
    assert ask("/USER@matinee_bot 42", OWNER, chat) == ask("/user 42", OWNER, chat)


def test_a_mail_opens_the_card(chat: Queries) -> None:
    assert ask("Zoe@Example.org", OWNER, chat).text == ask("/user 42", OWNER, chat).text


@pytest.mark.parametrize("outcome", ["contacted", "saved", "lost", "wrong"])
def test_what_staff_did_is_kept_with_who_did_it_and_shown_on_the_card(outcome: str, chat: Queries) -> None:
    chat.state.save_member(Member(user_id=3, chat_id=3, role="support", added_at=MORNING, name="Sam <b>"))

    reply = ask(f"/{outcome} 42", SUPPORT, chat)

    (contact,) = chat.state.contacts("42")
    assert (contact.outcome, contact.by, contact.at, contact.until) == (outcome, 3, MORNING, None)
    assert "(just now, by Sam &lt;b&gt;)" in reply.text
    assert reply.edit


def test_an_open_alert_is_resolved_by_what_was_done(chat: Queries) -> None:
    run = chat.results.run()
    chat.state.record_alerts(
        [Alert(customer_id="42", run_id=run.run_id, probability=0.8, value=29.5, sent_at=MORNING)]
    )

    ask("/saved 42", SUPPORT, chat)

    (alert,) = chat.state.alerts(customer_id="42")
    assert (alert.state, alert.by, alert.resolved_at) == ("saved", 3, MORNING)


def test_a_snooze_ends_on_its_day_and_is_marked_in_the_list(chat: Queries) -> None:
    ask("/snooze 42", SUPPORT, chat)

    assert chat.state.snoozed(MORNING) == {"42": MORNING + timedelta(days=7)}
    assert "snoozed until 30 Nov 2026" in ask("/atrisk", OWNER, chat).text


def test_somebody_without_a_name_is_shown_by_his_number(chat: Queries) -> None:
    assert "by 3)" in ask("/contacted 42", SUPPORT, chat).text


def test_a_viewer_gets_everything_kept_about_him_as_a_file(chat: Queries) -> None:
    ask("/like toy story", VIEWER, chat)
    ask("/taste comedy", VIEWER, chat)

    reply = ask("/mydata", VIEWER, chat)

    assert "Genres you named: Comedy" in reply.text

    assert reply.document is not None
    everything = json.loads(reply.document.content)
    assert (everything["customer_id"], everything["email"]) == ("user_00042", "chen@example.org")
    assert everything["profile"]["days_since_last_activity"] == 9
    assert everything["titles"] == [{"title_id": "t03", "verdict": "like"}]
    assert everything["titles_known"] == ["t01", "t02", "t03", "t17", "t18", "t19"]
    assert everything["genres_named"] == ["Comedy"]


def test_status_tells_of_the_last_poll_the_queues_and_the_jobs(chat: Queries) -> None:
    state = chat.state
    state.note("last_poll", (MORNING - timedelta(seconds=5)).isoformat())
    for update_id in (1, 2):  # the second is this question itself
        state.receive(update_id, "{}", MORNING)
    state.enqueue("digest:1", "digest", 1, "{}", MORNING)
    state.start_job("retrain", MORNING.date(), at=MORNING - timedelta(hours=6))
    state.finish_job("retrain", MORNING.date(), outcome="published <b>", at=MORNING)
    state.start_job("digest", MORNING.date(), at=MORNING)

    text = ask("/status", Asker(user_id=1, chat_id=1, role="owner", zone="Asia/Tokyo"), chat).text

    assert "Telegram last asked: just now" in text
    assert "Waiting: 1 question, 1 message to send" in text
    assert "Retrain: 23 Nov 2026, 12:00, published &lt;b&gt;" in text
    assert "Digest: 23 Nov 2026, 18:00, not finished" in text


def test_status_tells_what_may_or_may_not_have_arrived(chat: Queries) -> None:
    state = chat.state
    state.save_member(Member(user_id=7, chat_id=7, role="support", name="Ann", added_at=MORNING, added_by=1))
    for number, (chat_id, last) in enumerate(((7, "uncertain"), (-8, "failed"), (9, "uncertain"))):
        state.enqueue(f"digest:{chat_id}", "digest", chat_id, "{}", MORNING)
        long_ago = timedelta(days=8 if chat_id == 9 else 0)
        state.settle(number + 1, last, "TimedOut", MORNING - long_ago)  # type: ignore[arg-type]
    state.enqueue("dropped", "digest", 10, "{}", MORNING)
    state.drop_queued(10, "no longer staff", MORNING)
    for update_id in (1, 2):
        state.receive(update_id, "{}", MORNING)
    state.begin_answer(1, MORNING)
    state.interrupted_answers(MORNING)

    text = ask("/status", OWNER, chat).text

    assert "⚠ Perhaps arrived, so not sent again: 1 answer, digest to Ann (23 Nov 2026, 09:00)\n" in text
    assert "⚠ Could not be sent: digest to chat -8 (23 Nov 2026, 09:00)\n" in text


def test_old_data_is_pointed_out(chat: Queries) -> None:
    later = Queries(chat.results, chat.state, lambda: MORNING + timedelta(days=9))

    assert "⚠ The data is 10 days old: it ends on 22 Nov 2026." in ask("/status", OWNER, later).text


def test_the_clock_is_utc() -> None:
    from bot.queries import utc_now

    assert utc_now().utcoffset() == timedelta(0)


def test_a_line_that_is_too_long_is_cut_before_it_is_searched_for(chat: Queries) -> None:
    assert answer("x" * 10_000_000, OWNER, chat) is not None
