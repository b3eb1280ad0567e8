"""The owner teaches the chat his house's words in matinee.toml: from the refusal to the answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.phrases.synonyms import Synonyms, synonym_problems
from bot.queries import OwnWords, Queries
from bot.settings import synonyms_from
from jobs.chat import chat_here
from jobs.settings import OwnWordsFile, load_settings
from store.results import Results
from store.state import State
from tests.bot.asking import MORNING, OWNER, SUPPORT, ask, asking


class Clock:
    """A clock that goes on a minute with every look."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "matinee.toml"
    write(path, "[bot]\nowners = [1]\n")
    return path


@pytest.fixture
def house(two_runs: Path, configuration: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(two_runs, tmp_path) as queries:
        yield Queries(queries.results, queries.state, Clock(), own_words=OwnWordsFile(configuration))


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def head(line: str, queries: Queries) -> str:
    return ask(line, SUPPORT, queries).text.splitlines()[0]


def test_a_word_is_refused_then_taught_then_answered(house: Queries, configuration: Path) -> None:
    assert head("how many punters in Germany", house) == "I do not understand “punters”."
    assert head("punters by plan", house) == "I do not understand “punters”."
    assert "customers" in head("customers by plan", house)

    hint = ask("/questions", OWNER, house).text
    assert "“punters” (2×)" in hint
    assert "<pre>[synonyms]\n&quot;punters&quot; = &quot;customers&quot;</pre>" in hint

    write(configuration, '[bot]\nowners = [1]\n[synonyms]\n"punters" = "customers"\n')

    assert head("how many punters in Germany", house) == head("how many customers in Germany", house)
    told = ask("/questions", OWNER, house).text
    assert "how many punters in Germany ✓ understood by now" in told
    assert "Words I do not know" not in told


def test_what_is_refused_often_stands_first_with_its_count(house: Queries) -> None:
    for line in ("revenue by zodiac sign", "Vibes by plan", "vibes  by plan", "the weather tomorrow"):
        ask(line, SUPPORT, house)

    lines = ask("/questions", OWNER, house).text.splitlines()
    assert lines[1] == "vibes by plan (2×)"
    # Nobody can teach what is out of scope.
    assert "weather" not in " ".join(lines[lines.index("<b>Words I do not know</b>") :])
    assert "“vibes” (2×)" in " ".join(lines)


def test_a_phrase_may_stand_for_more_than_a_word(house: Queries, configuration: Path) -> None:
    write(configuration, '[synonyms]\nvips = "premium customers"\n"big fish" = "vips"\n')

    assert head("VIPs in Italy", house) == head("premium customers in Italy", house)
    assert "big fish” shall mean “vips”, but I do not understand “vips” either" in "".join(
        synonym_problems(house)
    )


def test_a_word_with_a_meaning_keeps_it_and_the_owner_is_told(house: Queries, configuration: Path) -> None:
    before = head("watches last month", house)
    write(
        configuration,
        '[synonyms]\nwatches = "revenue"\nnot = "customers"\nseats = "blubber"\n"…" = "revenue"\n',
    )

    assert head("watches last month", house) == before
    told = ask("/questions", OWNER, house).text
    assert "• “watches” has a meaning already, which it keeps; leave the line out." in told
    assert "• “not” has a meaning already" in told
    assert "• “seats” shall mean “blubber”, but I do not understand “blubber” either." in told
    assert "• “…” holds no word." in told


def test_a_broken_file_changes_nothing_and_is_told(
    house: Queries, configuration: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(configuration, '[synonyms]\npunters = "customers"\n')
    answered = head("punters by plan", house)

    write(configuration, "[synonyms]\npunters = customers\n")

    assert head("punters by plan", house) == answered
    assert "matinee.toml: Invalid value" in ask("/questions", OWNER, house).text
    assert caplog.text.count("Own words are left as they were") == 1
    write(configuration, "[synonyms]\npunters = 7\n")
    assert "found 7, needed a line like" in ask("/questions", OWNER, house).text
    write(configuration, '[synonyms]\nguests = "customers"\n')
    assert head("guests by plan", house) == answered
    assert head("punters by plan", house) == "I do not understand “punters”."


def test_before_there_are_results_nothing_is_said(tmp_path: Path) -> None:
    state, results = State(tmp_path / "matinee.db"), Results(tmp_path / "results.db")
    words = OwnWords({"punters": "customers"})

    assert synonym_problems(Queries(results, state, own_words=lambda: words)) == ()
    state.close()


def test_quoted_names_and_parts_of_words_stay() -> None:
    synonyms = Synonyms({("vips",): "premium customers", ("big", "fish"): "vips"})

    assert synonyms.put_into("VIPs and big-fish") == "premium customers and vips"
    assert synonyms.put_into('"vips" of vipsy #vips vips@x.org') == '"vips" of vipsy #vips vips@x.org'


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("punters", r"\[synonyms\]: found 'punters', needed lines like"),
        ({"punters": 7}, r"\[synonyms\] punters: found 7, needed a line like \"ppl\" = \"customers\""),
        ({"punters": " "}, "punters: found ' '"),
        ({'say "hi"': "customers"}, "without quotation marks"),
        ({"x" * 81: "customers"}, "at most 80 letters"),
    ],
)
def test_says_which_line_cannot_be_followed(section: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        synonyms_from(section)


def test_the_chat_at_a_terminal_follows_the_file_while_it_runs(
    two_runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.db").write_bytes(two_runs.read_bytes())
    base = '[paths]\noutput = "out"\n[[sources]]\ntable = "events"\nfiles = ["*.csv"]\n[synonyms]\n'
    path = tmp_path / "matinee.toml"
    write(path, base + '"watches" = "revenue"\n')

    def typed() -> Iterator[str]:
        yield "how many punters in Germany"
        write(path, base + '"punters" = "customers"\n')
        yield "how many punters in Germany"
        yield "/quit"

    lines = typed()
    chat_here(load_settings(path, {}), read=lambda _prompt: next(lines))

    said = capsys.readouterr().out
    assert said.startswith(
        "[synonyms] “watches” has a meaning already, which it keeps; leave the line out.\n"
    )
    assert "I do not understand “punters”." in said
    assert "Customers · country Germany" in said


def test_lines_that_cannot_be_synonyms_are_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "matinee.toml"
    write(path, '[[sources]]\ntable = "events"\nfiles = ["*.csv"]\n[synonyms]\npunters = 7\n')

    with pytest.raises(SettingsError, match="punters: found 7"):
        load_settings(path, {})
