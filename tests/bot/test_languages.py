"""What a customer reads comes in his language, all of it; a translation is one file that fits the code."""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from bot import languages as speech
from bot.access import token_hash
from bot.commands import COMMANDS, answer
from bot.commands.searching import titles_for
from bot.languages import ENGLISH, Language, languages, speaking, tell
from bot.messages import inline, service
from bot.messages.lessons import lesson_for
from bot.messages.wording import ago, count, data_until, days, decimal, money, percent, whole
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.state.records import LinkToken, Member
from tests.bot.asking import MORNING, NEWCOMER, STRANGER, SUPPORT, VIEWER, ask, asking, shown
from tests.bot.test_message_laws import check
from tests.store.publishing import small_run

BOT = Path(speech.__file__).parents[1]
GOLDEN = Path(__file__).parents[1] / "golden" / "chat" / "viewer_de.txt"
TRANSLATIONS = {code: each for code, each in languages().items() if code != ENGLISH}
ASKED = (
    *("/start", "/help", "/help recommend", "/whoami", "/language", "/language xx yy"),
    *("/recommend", "/recommend 3 comedy after 1980", "/recommend western", "/recommend 2 page 40"),
    *("/recommend 3 like heat but not comedy", "/recommend 99", "/recommend comdy", "/recommend after"),
    *("/recommend comedy not comedy", "/recommend not", "/recommend under", "/recommend between 1990 and"),
    *("/recommend under 100 x", "/recommend comedy and drama or crime", "/recommend 8", "/recommend qqq"),
    *("/recommend 3 series since 1990 up to 2020", "/recommend 2 film between 1980 and 1999 or drama"),
    *("/recommend 2 under 200 minutes over 50 minutes", "/recommend 2 at most 2 hours at least 1 hour"),
    *("/like heat", "/dislike alien", "/seen airplane!", "/notinterested up", "/like", "/taste comedy"),
    *("/taste", "/taste comedy after 2000", "/title heat", "paddington 2", "godfahter", "the godfather pa"),
    *("/title", "xyzzyxyzzy", "/similar heat", "/similar heat western", "/similar", "/trending"),
    *("/trending 2 drama", "/trending western", "/trending 2 page 9", "/trending x y z", "/mydata"),
    *("/quiet", "/quiet 22-7", "/quiet", "/quiet at night", "/quiet off", "/zone", "/zone Berlin"),
    *("/zone Europe/Berlin", "/zone nowhere", "/forget", "/forget me", "/forget me yes", "/forget me yes"),
    *(
        "Was soll ich heute schauen?",
        "hallo",
        "/mydata",
        "/user 42",
        "/recomend",
        "/nosuch",
        "/help nosuch",
        "/mydata please",
        "hello",
    ),
)
"""What a customer may type or tap, to see every kind of answer."""


@pytest.fixture
def linked(chat: Queries) -> Queries:
    chat.state.save_member(
        Member(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", added_at=MORNING, added_by=3)
    )
    ask("/contacted user_00042", SUPPORT, chat)
    chat.state.log_question("what is new", None, "answered", 5, MORNING)
    return chat


def conversation(language: str, queries: Queries, folder: Path) -> Iterator[tuple[str, Reply]]:
    """All that a customer, one who is new, one whom nobody knows and a stranger with a link are answered."""
    viewer, newcomer = replace(VIEWER, language=language), replace(NEWCOMER, language=language)
    for line in ASKED:
        yield line, ask(line, viewer, queries)
    for line in ("/recommend", "/taste comedy", "/taste comedy drama", "/like heat", "/recommend western"):
        yield f"{line} (new here)", ask(line, newcomer, queries)
    yield "/mydata (new here)", ask("/mydata", newcomer, queries)
    gone = Asker(user_id=8, chat_id=8, role="viewer", customer_id="gone", language=language)
    yield "/mydata (not in the data)", ask("/mydata", gone, queries)
    with asking(folder / "nothing.db", folder) as before:
        yield "/start (before the first run)", ask("/start", viewer, before)
        yield "/recommend (before the first run)", ask("/recommend", viewer, before)
    for name, line in _links(queries).items():
        reply = answer(line, replace(STRANGER, language=language), queries)
        assert reply is not None
        yield name, reply


def _links(queries: Queries) -> Mapping[str, str]:
    """Links of two customers, one without a mail, and what the buttons below them ask."""
    customers = ("user_00042", "user_00042", "1007")
    for secret, customer_id in zip("ABC", customers, strict=True):
        queries.state.invite(
            LinkToken(
                token_hash=token_hash(secret),
                role="viewer",
                customer_id=customer_id,
                expires_at=MORNING.replace(year=2027),
                created_by=3,
            )
        )
    return {
        "a link": "/start A",
        "a link, not his": "/start A no",
        "a link, his": "/start B yes",
        "a link of somebody without a mail": "/start C",
        "a link of somebody without a mail, his": "/start C yes",
    }


def test_a_customer_is_answered_in_german_as_written_down(linked: Queries, tmp_path: Path) -> None:
    talk = conversation("de", linked, tmp_path)
    read = "\n".join(f"» {line}\n\n{shown(reply)}" for line, reply in talk)

    assert read == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_messages_hold_in_every_language(code: str, linked: Queries, tmp_path: Path) -> None:
    for _, reply in conversation(code, linked, tmp_path):
        check(reply)
        assert all(len(button.caption) <= 38 for row in reply.buttons for button in row)


FOREIGN = str.maketrans(dict.fromkeys(string.ascii_letters, "ж"))
KEPT = re.compile(r"\{\w+\}|</?\w+>|/\w+(?: [\w/:-]+)*|“[^”]*”")
"""What a translation leaves as it is: blanks, markup, commands, words of the grammar."""


class Strange(dict[str, str]):
    """A translation of everything into letters that are not ours, which notes what it was asked for."""

    def get(self, english: str, default: object = None) -> str:
        del default
        self.setdefault(english, "")
        kept = [match.group() for match in KEPT.finditer(english)]
        rest = KEPT.split(english)
        return "".join(
            part.translate(FOREIGN) + (kept[place] if place < len(kept) else "")
            for place, part in enumerate(rest)
        )


class StrangeForms(dict[str, tuple[str, str]]):
    """The same of what is counted."""

    def get(self, one: str, default: object = None) -> tuple[str, str]:
        del default
        return self.setdefault(one, ("ж", "ж"))


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch) -> Language:
    language = Language(name="Ж", sentences=Strange(), counted=StrangeForms(), form=languages()[ENGLISH].form)
    monkeypatch.setitem(languages(), "xx", language)
    return language


OUTSIDE = {"UTC", "English", "Deutsch", "Europe", "Berlin", "America", "New", "York", "gone"}
"""Names of zones, of languages, and of a customer who is not in the data."""


def words_of_the_data(queries: Queries) -> set[str]:
    """Every word that the business's own data puts into a message."""
    results = queries.results
    told: list[object] = [results.customer(each) for each in ("user_00042", "user_00999", "1007")]
    told += [results.title(f"t{number:02}") for number in range(1, 60)]
    return set(re.findall(r"[A-Za-z]+", " ".join(map(str, told))))


def test_nothing_a_customer_reads_bypasses_the_translation(
    linked: Queries, strange: Language, tmp_path: Path
) -> None:
    own = words_of_the_data(linked) | OUTSIDE
    missed = []
    for line, reply in conversation("xx", linked, tmp_path):
        texts = [reply.text, *(each.caption for row in reply.buttons for each in row)]
        texts += [reply.document.caption] if reply.document else []
        for text in texts:
            bare = unescape(re.sub(r"</?\w+>|/\w+(?: [\w/:.#-]+)*|“[^”]*”|\d+:\d+", " ", text))
            missed += [(line, word) for word in re.findall(r"[A-Za-z]{2,}…?", bare) if not known(word, own)]

    assert missed == []
    asked = set(strange.sentences)
    for code, language in TRANSLATIONS.items():
        assert (code, sorted(asked - set(language.sentences))) == (code, [])
        assert (code, sorted(set(strange.counted) - set(language.counted))) == (code, [])


def known(word: str, own: set[str]) -> bool:
    """Whether the data says so, or began to before it was clipped."""
    return word in own or (word[-1] == "…" and any(each.startswith(word[:-1]) for each in own))


def constants(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in (BOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def told() -> Iterator[str]:
    """Every sentence that stands in a call of ``tell``."""
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_translation_is_whole_and_holds_nothing_else(code: str) -> None:
    language = TRANSLATIONS[code]
    lessons = [lesson_for(each.name, role) for each in COMMANDS for role in each.roles]
    taught = {text for each in lessons for text in (each.summary, each.needs) if text}
    said = {*told(), *taught, service.WHOLE_ANSWER, inline.TO_STRANGERS}
    ours = set(constants("messages", "commands", "application", "delivery", "phrases"))

    assert sorted(said - set(language.sentences)) == []
    assert sorted(set(language.sentences) - ours) == []
    # What a run counts stands in its own sentences, which are known again.
    counted_by_a_run = set(constants("../pipeline/churn"))
    assert sorted(set(language.counted) - ours - counted_by_a_run) == []


def blanks(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_translation_keeps_blanks_markup_and_commands(code: str) -> None:
    for english, sentence in TRANSLATIONS[code].sentences.items():
        assert set(blanks(sentence)) == set(blanks(english)), english
        for kept in (r"</?\w+>", r"(?<![\w<])/[a-z]+"):
            assert sorted(re.findall(kept, sentence)) == sorted(re.findall(kept, english)), english
        assert sentence.strip() == sentence
        assert sentence


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_what_is_counted_has_a_form_for_every_number(code: str) -> None:
    language = TRANSLATIONS[code]
    needed = {language.form(number) for number in range(1000)}

    for one, forms in language.counted.items():
        assert needed == set(range(len(forms))), one
        assert {blank for form in forms for blank in blanks(form)} <= {"number"} | set(blanks(one)), one


def test_titles_found_from_any_chat_are_described_in_it(chat: Queries) -> None:
    (heat, *_) = titles_for("heat", replace(VIEWER, language="de"), chat) or ()

    assert heat.details == "Action, Crime, Thriller · 170 Min."


def test_numbers_and_days_follow_the_language() -> None:
    with speaking("de"):
        assert whole(1_234_567) == "1.234.567"
        assert decimal(3.5) == "3,5"
        assert (count(1, "title"), count(1200, "title")) == ("1 Titel", "1.200 Titel")
        assert (count(1, "order"), count(2, "order")) == ("1 Bestellung", "2 Bestellungen")
        assert days(2.5) == "2,5 Tage"
        assert (ago(90_000), ago(180_000), ago(7_300)) == ("vor 1 Tag", "vor 2 Tagen", "vor 2 Stunden")
        assert (money(1234.5, "EUR"), money(-29.5, "USD")) == ("1.234 €", "−29,50 $")
        assert percent(0.001) == "unter 1 %"
        assert data_until(small_run()) == "<i>Daten bis 22. Nov. 2026</i>"
        assert count(2, "wombat") == "2 wombats"
    assert tell("<b>No quiet hours.</b>") == "<b>No quiet hours.</b>"


def test_what_a_translation_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = speech.language_from('name = "Dansk"\nplural = "n != 1"\n')
    monkeypatch.setattr(speech, "languages", lambda: {"da": bare})

    with speaking("da"):
        assert tell("Try {example}", example="/help") == "Try /help"
