"""What staff read comes in their language; numbers asked for in words and what a run says stay English."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.languages import Language
from bot.messages.alerts import OUTCOMES
from bot.messages.people import WISH
from bot.queries import Queries
from bot.replies import Asker, Chart, Reply
from store.state.records import Member
from tests.bot.asking import MORNING, OWNER, SUPPORT, ask, asking, lines_of, shown
from tests.bot.test_languages import OUTSIDE, TRANSLATIONS, known, strange
from tests.bot.test_message_laws import check

__all__ = ["strange"]  # a fixture
GOLDEN = Path(__file__).parents[1] / "golden" / "chat" / "staff_de.txt"
ASKED = (
    *("/start", "/help", "/help churn", "/help nosuch", "/whoami", "/nosuch", "/churn", "hello"),
    *("/user 42", "/user 999", "/user 1007", "/user nobody", "/user user_0004", "/user 42 1007"),
    *(
        "/churn 42",
        "/churn 999",
        "/churn 1007",
        "/why 42",
        "/why 999",
        "/why 1007",
        "/trend 42",
        "/trend 999",
    ),
    *("/atrisk", "/atrisk 1", "/atrisk 5 9", "/atrisk x", "/newcomers", "/newcomers 5 9", "/atrisk 0"),
    *("/segment", "/segment 42", "/segment 999", "/members", "/members 1 5", "/members 1 5 9", "/members 77"),
    *("/recommend 42", "/recommend 999", "/recommend 42 3 comedy", "/recommend 42 qqq", "/bringback 42"),
    *("/taste 999", "/taste 999 comedy", "/trending", "/title heat", "/similar heat", "/like 42 heat"),
    *("/contacted 42", "/user 42", "/saved 42", "/wrong 42", "/snooze 42 7", "/snooze 42 900", "/atrisk 5"),
    *("/resolve saved 42", "/resolve what 42", "/lost 42", "/user 42"),
    *("/digest", "/digest daily 09:00 Europe/Berlin", "/digest weekdays 8:00 notable", "/digest at noon"),
    *(
        "/subscribe",
        "/subscribe alerts",
        "/subscribe digest 09:00",
        "/unsubscribe digest",
        "/unsubscribe alerts",
    ),
    *("/unsubscribe what", "/quiet 22-7", "/quiet", "/quiet off", "/zone Europe/Berlin", "/zone Berlin"),
    *(
        "/export",
        "/export atrisk",
        "/export newcomers",
        "/export segment 1",
        "/export segment 77",
        "/link 42",
    ),
    *("/model", "/status", "/language", "/mydata", "/invite support Ann", "/user 42 please"),
)
OWNER_ASKED = (
    *("/invite", "/invite support Zoe", "/invite chief", "/who", "/revoke", "/revoke Ann", "/revoke nobody"),
    *(
        "/audit",
        "/audit 42",
        "/audit 999",
        "/forget",
        "/forget 42",
        "/forget user_00042 yes",
        "/retrain",
        "/status",
    ),
    *("/questions", "/help"),
)
RETENTION = Asker(user_id=8, chat_id=8, role="retention", name="Rita")
LEFT_ALONE = ("/language", "/revoke", "/forget")
"""Buttons that would end the conversation, or its language."""
PRESSES = 3
IN_ENGLISH = ("/questions",)
"""Answers about questions in words, which are asked in English."""


def texts_of(results: Path) -> Iterator[str]:
    """Every text that the run has published: names, reasons, messages."""
    with closing(sqlite3.connect(results)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            for row in connection.execute(f"SELECT * FROM {table}"):
                yield from (value for value in row if isinstance(value, str))


@pytest.fixture
def office(chat: Queries) -> Queries:
    for user_id, role, name in ((7, "support", "Ann"), (3, "support", "Sam"), (1, "owner", "Olga")):
        chat.state.save_member(
            Member(user_id=user_id, chat_id=user_id, role=role, name=name, added_at=MORNING, added_by=1)  # type: ignore[arg-type]
        )
    return replace(chat, listed={8: "retention"})


def conversation(language: str, queries: Queries, folder: Path) -> Iterator[tuple[str, Reply]]:
    """What support and the owner are answered to every command, and before the first run."""
    for asker, lines in ((SUPPORT, ASKED), (OWNER, OWNER_ASKED)):
        speaking = replace(asker, language=language)
        for line in lines:
            yield line, ask(line, speaking, queries)
    with asking(folder / "nothing.db", folder) as before:
        for line in ("/start", "/user 42", "/status", "/digest"):
            yield f"{line} (before the first run)", ask(line, replace(OWNER, language=language), before)


def pressed(language: str, queries: Queries) -> Iterator[tuple[str, Reply]]:
    """What support, retention and the owner are answered behind the buttons, ``PRESSES`` presses deep."""
    for asker, lines in ((SUPPORT, ASKED), (RETENTION, ASKED), (OWNER, OWNER_ASKED)):
        speaking = replace(asker, language=language)
        waiting, seen = [(line, 0) for line in lines], set[str]()
        for line, depth in waiting:
            if line in seen:
                continue
            seen.add(line)
            reply = ask(line, speaking, queries)
            yield f"{line} ({asker.role})", reply
            if depth < PRESSES:
                waiting += [(each, depth + 1) for each in lines_of(reply) if not each.startswith(LEFT_ALONE)]


def said_by(reply: Reply) -> Iterator[str]:
    """Every text of a reply: message, buttons, file, charts."""
    yield reply.text
    yield from (button.caption for row in reply.buttons for button in row)
    if reply.document:
        yield reply.document.caption
    for each in reply.charts:
        if isinstance(each, Chart):
            yield from (each.title, each.unit, each.note, *each.labels, *(one.name for one in each.series))
            yield from (name for name, _ in each.marks)
        else:
            yield each.caption


def test_every_command_of_staff_is_asked() -> None:
    asked = {line.split()[0][1:] for line in (*ASKED, *OWNER_ASKED) if line.startswith("/")}
    staff = {each.name for each in COMMANDS if each.roles & {"support", "owner"}}

    assert staff - asked == {"metrics", "dislike", "seen", "notinterested"}  # definitions; and as /like


def test_nothing_staff_read_bypasses_the_translation(
    office: Queries, strange: Language, published: Path, tmp_path: Path
) -> None:
    own = set(re.findall(r"[A-Za-z]+", " ".join(texts_of(published)))) | OUTSIDE
    own |= {*WISH.split(), *OUTCOMES, *(each.name for each in COMMANDS)}  # grammar, and the audit
    own |= {
        "Ann",
        "Sam",
        "Zoe",
        "Olga",
        "Rita",
        "Matinee",
        "Telegram",
        "AUC",
        "nDCG",
        "matinee",
        "toml",
        "bot",
        "db",
    }
    missed = []
    for line, reply in (*conversation("xx", office, tmp_path), *pressed("xx", office)):
        if line.startswith(IN_ENGLISH):
            continue
        for text in said_by(reply):
            bare = unescape(re.sub(r"</?\w+>|/\w+(?: [\w/:.#-]+)*|“[^”]*”|\d+:\d+", " ", text))
            missed += [(line, word) for word in re.findall(r"[A-Za-z]{2,}…?", bare) if not known(word, own)]

    assert missed == []
    for code, language in TRANSLATIONS.items():
        assert (code, sorted(set(strange.sentences) - set(language.sentences))) == (code, [])
        assert (code, sorted(set(strange.counted) - set(language.counted))) == (code, [])


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_messages_to_staff_hold_in_every_language(code: str, office: Queries, tmp_path: Path) -> None:
    for _, reply in conversation(code, office, tmp_path):
        if reply.text or not reply.document:  # a file has a caption alone
            check(reply)


def test_staff_are_answered_in_german_as_written_down(office: Queries, tmp_path: Path) -> None:
    office.state.note("bot_name", "matinee_bot")
    talk = conversation("de", office, tmp_path)
    read = "\n".join(f"» {line}\n\n{shown(reply)}" for line, reply in talk)

    assert re.sub(r"start=[\w-]+|/start [\w-]+", "start=SECRET", read) == GOLDEN.read_text(encoding="utf-8")
