"""What viewers say in plain words leads to the command they mean."""

import pytest

from bot.commands.wanting import trend, wanted
from bot.errors import UserError
from bot.queries import Queries
from tests.bot.asking import VIEWER, ask


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("what shall I watch?", "/recommend"),
        ("something funny for tonight under 90 minutes", "/recommend funny under 90 minutes"),
        ("What comedy should I watch tonight", "/recommend comedy"),
        ("can you recommend a horror movie from the 90s?", "/recommend a horror movie from the 90s"),
        ("show me thrillers after 2000", "/recommend me thrillers after 2000"),
        ("i'm in the mood for a romantic comedy", "/recommend the a romantic comedy"),
        ("something like alien but not horror", "/recommend like alien but not horror"),
        ("more like toy story", "/recommend like toy story"),
        ("I’ve already seen Heat!", "/seen Heat"),
        ("seen heat already", "/seen heat"),
        ("I loved Toy Story", "/like Toy Story"),
        ("i didn't like alien", "/dislike alien"),
        ("not interested in up", "/notinterested up"),
        ("i love comedies", "/recommend comedies"),
        ("I don't like horror", "/recommend not horror"),
    ],
)
def test_a_wish_or_a_verdict_is_read(line: str, command: str, chat: Queries) -> None:
    assert wanted(line, chat) == tuple(command.split())


@pytest.mark.parametrize("line", ["heat", "toy story", "how many people work here", "blue sky thinking"])
def test_titles_and_other_lines_are_none(line: str, chat: Queries) -> None:
    assert wanted(line, chat) == ()


def test_an_unknown_word_of_a_wish_is_named_and_never_dropped(chat: Queries) -> None:
    with pytest.raises(UserError, match="“zombie”"):
        wanted("recommend me a zombie film", chat)
    assert "“zombie”" in ask("recommend me a zombie film", VIEWER, chat).text


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("trending horror", "/trending horror"),
        ("What's popular in comedy right now", ""),
        ("popular", "/trending"),
    ],
)
def test_what_is_trending_of_a_genre(line: str, command: str, chat: Queries) -> None:
    assert trend(line, chat) == tuple(command.split())
