"""What owners, staff and viewers read about access, alerts and files, compared with files."""

from pathlib import Path

import pytest

from bot.commands import answer
from bot.languages import speaking
from bot.messages.alerts import newly_at_risk, resolved, together
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.state.records import Member
from tests.bot.asking import MORNING, OWNER, STRANGER, SUPPORT, VIEWER, ask, shown

GOLDEN = Path(__file__).parents[1] / "golden" / "chat"

OWNER_ASKS = {
    "who": "/who",
    "revoke": "/revoke Ann",
    "revoke_listed": "/revoke 3",
    "audit": "/audit",
    "audit_customer": "/audit 42",
    "forget": "/forget 42",
    "forget_requests": "/forget",
    "forget_done": "/forget user_00042 yes",
    "export": "/export atrisk",
    "export_what": "/export",
    "invite_whom": "/invite",
    "quiet": "/quiet 22-7",
    "quiet_mistyped": "/quiet at night",
    "zone": "/zone Europe/Berlin",
    "zone_mistyped": "/zone Berlin",
    "retrain_not_here": "/retrain",
    "resolve": "/resolve saved 42",
}
VIEWER_ASKS = {
    "viewer_forget": "/forget me",
    "viewer_forget_sure": "/forget me yes",
    "viewer_forget_another": "/forget 42",
    "viewer_quiet": "/quiet",
}


@pytest.fixture
def office(chat: Queries) -> Queries:
    state = chat.state
    state.save_member(Member(user_id=7, chat_id=7, role="support", name="Ann", added_at=MORNING, added_by=1))
    state.save_member(
        Member(
            user_id=5,
            chat_id=5,
            role="viewer",
            name="Chen",
            customer_id="user_00042",
            added_at=MORNING,
            added_by=7,
        )
    )
    queries = Queries(chat.results, state, chat.now, listed={1: "owner", 3: "support"})
    ask("/user 42", SUPPORT, queries)
    ask("/like heat", VIEWER, queries)
    return queries


def compare(name: str, reply: Reply) -> None:
    assert shown(reply) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "line"), OWNER_ASKS.items(), ids=OWNER_ASKS)
def test_an_owner_is_answered_as_written_down(name: str, line: str, office: Queries) -> None:
    compare(name, ask(line, OWNER, office))


@pytest.mark.parametrize(("name", "line"), VIEWER_ASKS.items(), ids=VIEWER_ASKS)
def test_a_viewer_is_answered_as_written_down(name: str, line: str, office: Queries) -> None:
    compare(name, ask(line, VIEWER, office))


def test_links_are_worded_as_written_down(office: Queries, monkeypatch: pytest.MonkeyPatch) -> None:
    office.state.note("bot_name", "matinee_bot")
    secrets = iter(["SECRET-FOR-ANN", "SECRET-FOR-ZOE"])
    monkeypatch.setattr("bot.access.secrets.token_urlsafe", lambda _bytes: next(secrets))
    compare("invite", ask("/invite support Ann", OWNER, office))
    compare("link", ask("/link 42", SUPPORT, office))
    asked = answer("/start SECRET-FOR-ZOE", Asker(user_id=9, chat_id=9, role="stranger"), office)
    assert asked is not None
    compare("link_asked", asked)
    assert answer("/start SECRET", STRANGER, office) is None


def test_an_alert_is_worded_as_written_down(office: Queries) -> None:
    run = office.results.run()
    alert = newly_at_risk(office.results.at_risk(3), run, waiting=2)
    compare("alert", alert)
    seen_to = resolved(alert, "42", "saved", "Sam")
    assert seen_to is not None
    compare("alert_resolved", seen_to)
    compare("alert_of_a_night", together(alert, newly_at_risk(office.results.at_risk(1), run, waiting=0)))


def test_an_alert_in_german_is_worded_as_written_down(office: Queries) -> None:
    with speaking("de"):
        alert = newly_at_risk(office.results.at_risk(6), office.results.run(), waiting=2, reminded={"42"})
        seen_to = resolved(alert, "user_00200", "snoozed", "Sam")

    assert seen_to is not None
    compare("alert_de", seen_to)
