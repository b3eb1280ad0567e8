"""What is pushed in the place of a message, whose menu is renewed, and who did what an alert shows."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.delivery.limits import Limits
from bot.delivery.outbox import EDIT
from bot.messages.alerts import newly_at_risk
from bot.payloads import to_json
from bot.queries import Queries
from bot.replies import Reply
from store.state.records import Alert, Member
from tests.bot.application.conftest import GROUP, OWNER, RETENTION, SETTINGS, SUPPORT, built, running, until
from tests.standin import Standin

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def alerting(queries: Queries, *chats: int) -> None:
    run = queries.results.run()
    customers = queries.results.at_risk(2)
    payload = to_json(newly_at_risk(customers, run, waiting=0))
    queries.state.record_alerts(
        Alert(customer_id=each.customer_id, run_id="r", probability=0.8, value=1.0, sent_at=NOW)
        for each in customers
    )
    for chat_id in chats:
        queries.state.enqueue(f"alerts:r:{chat_id}", "alerts", chat_id, payload, NOW)


async def test_one_presses_and_the_alert_changes_for_all_who_got_it(
    standin: Standin, queries: Queries
) -> None:
    alerting(queries, SUPPORT, RETENTION, GROUP)
    async with running(built(standin, queries)):
        await until(lambda: all(standin.posts(chat) for chat in (SUPPORT, RETENTION, GROUP)))
        (alert,) = standin.posts(SUPPORT)
        assert not alert.silent
        standin.presses(SUPPORT, alert, "Saved")
        await until(lambda: all(standin.posts(chat)[0].edits for chat in (SUPPORT, RETENTION, GROUP)))
        await until(lambda: not standin.chats.pressed)

    for chat in (SUPPORT, RETENTION, GROUP):
        (post,) = standin.posts(chat)
        assert f"✔ Saved by Person {SUPPORT}" in post.text
        assert post.captions.count("Saved") == 1
    assert {row.state for row in queries.state.outbox_rows("sent")} == {"sent"}
    assert queries.state.outbox_depth() == 0


async def test_a_message_that_is_gone_is_not_written_anew(standin: Standin, queries: Queries) -> None:
    reply = replace(Reply(text="changed", edit=True), replaces=12345)
    queries.state.enqueue("e", EDIT, SUPPORT, to_json(reply), NOW)
    async with running(built(standin, queries)):
        await until(lambda: queries.state.outbox_rows("sent"))

    assert standin.posts(SUPPORT) == []


async def test_what_was_dropped_while_another_was_sent_is_not_sent(
    standin: Standin, queries: Queries
) -> None:
    for key in ("first", "second"):
        queries.state.enqueue(key, "notice", SUPPORT, to_json(Reply(text=key)), NOW)
    standin.fault("sendMessage", "late", seconds=0.1)
    async with running(built(standin, queries)):
        await until(lambda: standin.calls("sendMessage"))
        queries.state.drop_queued(SUPPORT, "revoked", NOW)
        await until(lambda: not queries.state.outbox_depth())

    assert [post.text for post in standin.posts(SUPPORT)] == ["first"]


async def test_who_asks_is_answered_before_the_digests_that_wait(standin: Standin, queries: Queries) -> None:
    for chat_id in range(1000, 1040):
        queries.state.enqueue(f"d:{chat_id}", "digest", chat_id, to_json(Reply(text="Digest")), NOW)
    async with running(built(standin, queries, limits=Limits())):
        await until(lambda: standin.chats.posts)
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.posts(SUPPORT))
        sent_before = [post.chat_id for post in standin.chats.posts].index(SUPPORT)

    assert sent_before < 20, "the burst, and what left while the question was on its way"


async def test_a_pause_that_telegram_asks_for_holds_back_that_chat_alone(
    standin: Standin, queries: Queries
) -> None:
    for number in range(4):
        for chat_id in (1000, 1001):
            key = f"d:{number}:{chat_id}"
            queries.state.enqueue(key, "digest", chat_id, to_json(Reply(text=str(number))), NOW)
    standin.fault("sendMessage", "429", chat_id=1000, retry_after=1)
    async with running(built(standin, queries)):
        await until(lambda: len(standin.posts(1001)) == 4)
        assert standin.posts(1000) == []
        await until(lambda: len(standin.posts(1000)) == 4)

    assert sorted(post.text for post in standin.posts(1000)) == list("0123"), "each once"
    assert standin.posts(1000)[0].seconds - standin.posts(1001)[-1].seconds > 0.8


async def test_who_is_shut_out_loses_his_menu_at_once(standin: Standin, queries: Queries) -> None:
    ann = Member(user_id=70, chat_id=70, role="support", name="Ann", added_at=NOW, added_by=OWNER)
    queries.state.save_member(ann)
    async with running(built(standin, queries)):
        standin.says(70, "/whoami")
        await until(lambda: "70" in standin.chats.menus)
        standin.says(OWNER, "/revoke Ann yes")
        await until(lambda: "70" not in standin.chats.menus)
        standin.says(70, "/whoami")
        standin.says(OWNER, "/whoami")
        await until(lambda: len(standin.posts(OWNER)) == 2)

    assert len(standin.posts(70)) == 1


async def test_a_new_role_brings_its_menu_at_once(standin: Standin, queries: Queries) -> None:
    no_owner = replace(SETTINGS, owners=())
    queries.state.save_member(
        Member(user_id=1, chat_id=1, role="owner", added_at=NOW, added_by=0, name="Olga")
    )
    async with running(built(standin, queries, no_owner)):
        standin.says(1, "/invite support Ann Lee")
        await until(lambda: standin.posts(1))
        link = standin.posts(1)[0].text
        assert "https://t.me/standin_bot?start=" in link
        standin.says(70, f"/start {link.rpartition('=')[2]}")
        await until(lambda: "70" in standin.chats.menus)

    assert "invite" not in [each["command"] for each in standin.chats.menus["70"]]
    member = queries.state.member(70)
    assert member is not None
    assert (member.name, member.role) == ("Ann Lee", "support")


async def test_a_customer_is_called_what_he_calls_himself(standin: Standin, queries: Queries) -> None:
    async with running(built(standin, queries)):
        standin.says(SUPPORT, "/link 42")
        await until(lambda: standin.posts(SUPPORT))
        secret = standin.posts(SUPPORT)[0].text.rpartition("=")[2]
        standin.says(71, f"/start {secret}")
        await until(lambda: standin.posts(71))
        standin.presses(71, standin.posts(71)[0], "Confirm")
        await until(lambda: len(standin.posts(71)) == 2)
        await until(lambda: "71" in standin.chats.menus)

    member = queries.state.member(71)
    assert member is not None
    assert (member.name, member.customer_id) == ("Person 71", "42")
