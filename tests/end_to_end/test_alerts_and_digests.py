"""From files to two people's chats: two retrains, an alert and a digest over HTTP, a press that both see."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.messages.alerts import DONE
from jobs.alerts import scan
from jobs.retraining import retrain_here
from jobs.settings import Settings, load_settings
from pipeline.simulate import SimulationConfig, simulate
from pipeline.sources.layouts import recognise
from pipeline.sources.writing import config_text
from store.results import Results
from store.state import State
from store.state.records import Member, Subscription
from tests.end_to_end.service import Service
from tests.standin import Standin, fresh_token

RITA, SAM = 12, 13
LAST_DAY = date(2026, 6, 30)
SECTIONS = """
[churn]
horizon_days = 14

[compute]
processes = 1

[bot]
owners = [11]
retention = [12]
support = [13]

[jobs]
retrain_at = "{far:%H:%M}"
alerts_at = "{soon:%H:%M}"
hold_out_share = 0.0
"""


def configured(folder: Path, watermark: date, now: datetime) -> Settings:
    """The service's files as they were on a day; alerts are due within the minute."""
    known = config_text(recognise(folder / "files"), data="files", output="out", currency="€")
    text = known.replace("[data]", f"[data]\nwatermark = {watermark}", 1)
    sections = SECTIONS.format(far=now + timedelta(hours=12), soon=now + timedelta(minutes=1))
    path = folder / "matinee.toml"
    path.write_text(text + sections, encoding="utf-8")
    return load_settings(path, {})


def silent(_line: str) -> None:
    """Nobody watches."""


def learned_twice(folder: Path) -> Settings:
    """Two people are subscribed, the first run was the starting line, and the second is published."""
    service = SimulationConfig(customers=300, titles=40, months=6, last_day=LAST_DAY, dirt=False)
    simulate(folder / "files", service)
    now = datetime.now(UTC)
    settings = configured(folder, LAST_DAY - timedelta(days=3), now)
    retrain_here(settings, say=silent)
    due = now - timedelta(minutes=1)
    with closing(State(settings.state_path)) as state, closing(Results(settings.results_path)) as results:
        for person, name in ((RITA, "Rita"), (SAM, "Sam")):
            state.save_member(Member(user_id=person, chat_id=person, role="support", name=name, added_at=now))
            state.subscribe(Subscription(chat_id=person, kind="alerts", user_id=person))
        state.subscribe(
            Subscription(chat_id=SAM, kind="digest", user_id=SAM, hour=due.hour, minute=due.minute)
        )
        assert scan(results, state, settings.jobs, now).outcome == "baseline"
        assert state.outbox_depth() == 0
    settings = configured(folder, LAST_DAY, datetime.now(UTC))
    retrain_here(settings, say=silent)
    return settings


def test_one_presses_and_both_see_it_and_the_digest_comes_beside(tmp_path: Path) -> None:
    settings = learned_twice(tmp_path)

    with Standin(fresh_token()) as standin, Service(tmp_path, standin) as service:
        hers = standin.answer(RITA, seconds=30)
        standin.wait(lambda: len(standin.posts(SAM)) >= 3, seconds=30, what="alert, digest and chart")
        (his,) = [
            post for post in standin.posts(SAM) if post.text.splitlines()[0] == hers.text.splitlines()[0]
        ]
        standin.presses(RITA, hers, "Contacted")
        standin.wait(lambda: hers.edits and his.edits, what="both alerts say who did it")
        assert service.stop() == 0

    assert "newly at risk of leaving within 14 days" in hers.text.splitlines()[0]
    assert f"{DONE} Contacted by Rita" in hers.text
    assert f"{DONE} Contacted by Rita" in his.text
    (digest,) = [post for post in standin.posts(SAM) if post.text.startswith("Digest for 1 Jul 2026")]
    assert (digest.silent, his.silent) == (True, False)
    assert [post.kind for post in standin.posts(SAM)].count("photo") == 1
    assert [post.kind for post in standin.posts(RITA)] == ["text"]
    with closing(State(settings.state_path)) as state:
        (contact,) = state.contacts()
        (seen_to,) = state.alerts("contacted")
        assert (contact.by, seen_to.customer_id) == (RITA, contact.customer_id)
        assert len({one.customer_id for one in state.alerts()}) == len(state.alerts()) > 1
