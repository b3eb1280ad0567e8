"""The chat at a terminal, as somebody at a keyboard or a pipe sees it."""

import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot import console
from bot.access import at_terminal
from bot.charts import ChartWorker
from bot.queries import Queries
from bot.replies import Button, Document, Picture, Reply
from tests.bot.asking import STRANGER


class DrawsNothing(ChartWorker):
    """Stands where a chart would cost a second; the drawing itself has tests of its own."""

    def draw(self, chart: object) -> bytes:
        return b"png"


@pytest.fixture
def talk(chat: Queries, tmp_path: Path) -> Callable[..., str]:
    def talking(*lines: str) -> str:
        typed = iter(lines)
        written: list[str] = []

        def read(prompt: str) -> str:
            try:
                line = next(typed)
            except StopIteration:
                raise EOFError from None
            written.append(f"{prompt}{line}")
            return line

        console.run(
            chat,
            partial(at_terminal, chat.state),
            DrawsNothing(),
            read,
            written.append,
            tmp_path / "pictures",
        )
        return "\n".join(written)

    return talking


def test_answers_until_the_input_ends(talk: Callable[..., str]) -> None:
    said = talk("/churn 42")

    assert "matinee> /churn 42\nZoë <b>O’Brien</b> & Söhne · 42" in said
    assert said.endswith("Goodbye.")


def test_speaks_the_language_that_was_chosen_there(talk: Callable[..., str]) -> None:
    talk("/language Deutsch")

    said = talk("/export atrisk")

    assert said.startswith("Matinee am Terminal: dieselben Befehle wie in Telegram.")
    assert "\nGespeichert: " in said
    assert said.endswith("Auf Wiedersehen.")


def test_leaves_on_quit_and_answers_nothing_more(talk: Callable[..., str]) -> None:
    said = talk("/QUIT", "/churn 42")

    assert "Zoë" not in said
    assert said.endswith("matinee> /QUIT\nGoodbye.")


def test_a_number_presses_the_button_of_that_number(talk: Callable[..., str]) -> None:
    said = talk("/user 42", "1")

    assert "[1] Why  [2] Trend  [3] Recommend\n[4] Contacted  [5] Snooze 7 d" in said
    assert "matinee> 1\n› /why 42\nWhy: Zoë" in said


def test_a_number_beyond_the_buttons_is_a_customer(talk: Callable[..., str]) -> None:
    said = talk("/user 42", "1007")

    assert "Ann Lee · 1007" in said


def test_an_empty_line_is_passed_over(talk: Callable[..., str]) -> None:
    assert talk("", "  ").count("matinee> ") == 2


def test_saves_charts_and_pictures_and_says_where(talk: Callable[..., str], tmp_path: Path) -> None:
    said = talk("/trend 42", "/segment")

    assert f"Saved: {tmp_path / 'pictures' / 'risk-rose-from-50-to-81.png'}" in said
    assert f"Saved: {tmp_path / 'pictures' / 'segment-map.png'}" in said
    assert (tmp_path / "pictures" / "risk-rose-from-50-to-81.png").read_bytes() == b"png"


def test_a_name_that_is_taken_by_something_else_is_numbered(tmp_path: Path) -> None:
    def saved(content: bytes) -> str:
        reply = Reply(
            text="",
            charts=(Picture(name="map", png=content, caption=""),),
            document=Document(filename="../list.csv", content=content, caption=""),
        )
        return " ".join(path.name for path in console.save(reply, DrawsNothing(), tmp_path))

    assert saved(b"one") == "map.png list.csv"
    assert saved(b"one") == "map.png list.csv"
    assert saved(b"two") == "map-2.png list-2.csv"
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["list-2.csv", "list.csv"]


def test_tags_become_bold_at_a_terminal_and_nothing_elsewhere() -> None:
    text = "<b>Ann</b> &lt;b&gt; <code>42</code> <pre>a  b</pre> 1 &lt; 2"

    assert console.plain(text, bold=False) == "Ann <b> 42 a  b 1 < 2"
    assert console.plain(text, bold=True) == "\033[1mAnn\033[0m <b> 42 a  b 1 < 2"


def test_buttons_are_numbered_through_all_rows() -> None:
    reply = Reply(text="", buttons=((Button("a", "/a"), Button("b", "/b")), (Button("c", "/c"),)))

    assert console.choices(reply) == "[1] a  [2] b\n[3] c"


def test_who_may_ask_nothing_is_told_nothing(chat: Queries, tmp_path: Path) -> None:
    lines = iter(["/user 42", "/quit"])
    written: list[str] = []

    console.run(chat, lambda: STRANGER, DrawsNothing(), lambda _: next(lines), written.append, tmp_path)

    assert len(written) == 2


def test_a_piped_line_is_shown_as_if_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("/help\n"))

    assert console.ask("matinee> ") == "/help"
    assert capsys.readouterr().out == "matinee> /help\n"
    with pytest.raises(EOFError):
        console.ask("matinee> ")


def test_at_a_keyboard_the_line_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard = io.StringIO("/help\n")
    keyboard.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", keyboard)

    assert console.ask("matinee> ") == "/help"
    assert capsys.readouterr().out == "matinee> "
