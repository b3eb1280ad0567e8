"""What went wrong, in the reader's words, with what to type instead."""

from collections.abc import Sequence

from bot.errors import UserError
from bot.languages import tell
from bot.messages.lessons import Lesson
from bot.messages.wording import clip, count, line, name_of, quoted, safe, title_word
from bot.replies import Button, Reply
from store.records import CustomerMatch, Role, Segment, Title

MOST_OFFERED = 5
MOST_CHOICE = 38
MOST_GENRES = 10
ANOTHER_VERSION = "The results here were made by another version of Matinee, which this one cannot read"
MOST_TEXT = 800
"""Characters; the worst of them is escaped by five."""


def mistake(error: UserError) -> Reply:
    """Say what was not understood, and offer what may have been meant."""
    buttons = tuple((Button(caption, asked),) for caption, asked in error.choices)
    return Reply(text=safe(error.text, MOST_TEXT), buttons=buttons)


def no_results(role: Role, *, of_another_version: bool) -> Reply:
    """There is no published run yet, or none that this version can read."""
    if role == "viewer":
        return Reply(text=tell("I am still getting ready. Please try again tomorrow."))
    if of_another_version:
        return results_of_another_version(role)
    return Reply(
        text=tell(
            "There are no results yet: nothing has been learned from the data.\n"
            "Run <code>matinee retrain</code> once; I answer as soon as it is done. "
            "/status shows how far it is."
        )
    )


def results_of_another_version(role: Role) -> Reply:
    """There are results, and another version of Matinee made them."""
    if role == "owner":
        what_to_do = tell(
            "Send /retrain, or run <code>matinee retrain</code> where Matinee is installed; "
            "I answer as soon as it is done."
        )
        buttons = ((Button(tell("Learn anew"), "/retrain"),),)
        return Reply(text=f"{tell(ANOTHER_VERSION)}.\n{what_to_do}", buttons=buttons)
    what_to_do = tell(
        "An owner can send /retrain, or run <code>matinee retrain</code>; I answer as soon as it is done."
    )
    return Reply(text=f"{tell(ANOTHER_VERSION)}.\n{what_to_do}")


def explained(lesson: Lesson) -> UserError:
    """A command without what it needs explains itself."""
    summary = tell(lesson.summary)
    words = f"{summary[:1].upper()}{summary[1:]}. {tell(lesson.needs or '')}"
    return UserError(f"{words} {tell('Try {example}', example=lesson.example)}", (_choice(lesson.example),))


def verdict_needs_customer(command: str, title_id: str) -> UserError:
    """Staff say whose verdict it is."""
    example = line(f"/{command}", title_word(title_id), 42)
    return UserError(tell("I need the customer who thinks so as well. Try {example}", example=example))


def unknown_command(typed: str, near: Sequence[str]) -> UserError:
    """Nothing is called that; ``near`` holds lines that may have been meant."""
    words = tell("I know no command {typed}.", typed=quoted(typed))
    hint = tell("Did you mean {line}?", line=near[0]) if near else tell("/help shows what I can do.")
    return UserError(f"{words} {hint}", tuple(_choice(each) for each in near))


def not_yours(command: str) -> UserError:
    """The asker's role does not open this command; said only to people who are known."""
    return UserError(tell("/{command} is not open to you. /help shows what is.", command=clip(command, 20)))


def bad_count(words: Sequence[str], most: int, example: str, things: str) -> UserError:
    """A count outside its bounds, or none at all."""
    said = tell(
        "I can list 1 to {things}, but I read {typed}. Try {example}",
        things=count(most, things.removesuffix("s")),
        typed=quoted(" ".join(words)),
        example=example,
    )
    return UserError(said, (_choice(example),))


def too_many_words(words: Sequence[str], example: str) -> UserError:
    """More words than the command takes."""
    typed = quoted(" ".join(words))
    said = tell("I do not know what to do with {typed}. Try {example}", typed=typed, example=example)
    return UserError(said, (_choice(example),))


def no_such_customer(typed: str, near: Sequence[CustomerMatch], command: str) -> UserError:
    """Nobody is called that; the nearest are offered as buttons that ask the same command."""
    if not near:
        words = tell(
            "I know no customer {typed}, and nobody with a name, mail or id near it. "
            "Try an id as it stands in your data.",
            typed=quoted(typed),
        )
    elif len(near) == 1:
        words = tell("No customer is exactly {typed}. Did you mean this one?", typed=quoted(typed))
    else:
        words = tell("No customer is exactly {typed}. Did you mean one of these?", typed=quoted(typed))
    if len(near) >= MOST_OFFERED:
        words += f" {tell('There may be more: the more you type, the fewer fit.')}"
    return UserError(words, _customers(near, command))


def several_customers(typed: str, near: Sequence[CustomerMatch], command: str) -> UserError:
    """More than one customer fits."""
    found = count(len(near), "customer")
    words = tell("{customers} fit {typed}. Which one?", customers=found, typed=quoted(typed))
    return UserError(words, _customers(near, command))


def _customers(near: Sequence[CustomerMatch], command: str) -> tuple[tuple[str, str], ...]:
    return tuple((choice(each), line(f"/{command}", each.customer_id)) for each in near)


def one_at_a_time(found: Sequence[str], command: str) -> UserError:
    """Several ids where one is expected."""
    return UserError(
        tell(
            "I read {customers}; I answer about one at a time. Which one?",
            customers=count(len(found), "customer"),
        ),
        tuple((clip(each, MOST_CHOICE), line(f"/{command}", each)) for each in found),
    )


def no_such_title(typed: str, near: Sequence[Title], asking: str, behind: str = "") -> UserError:
    """No title is called that; the nearest are offered, with the words that stood around the name."""
    if not near:
        words = tell(
            "I know no title {typed}. Try a few words of its name, or /trending.", typed=quoted(typed)
        )
        return UserError(words)
    if len(near) == 1:
        words = tell("No title is exactly {typed}. Did you mean this one?", typed=quoted(typed))
    else:
        words = tell("No title is exactly {typed}. Did you mean one of these?", typed=quoted(typed))
    return UserError(words, _titles(near, asking, behind))


def several_titles(typed: str, near: Sequence[Title], asking: str, behind: str = "") -> UserError:
    """More than one title fits."""
    words = tell("{titles} fit {typed}. Which one?", titles=count(len(near), "title"), typed=quoted(typed))
    return UserError(words, _titles(near, asking, behind))


def _titles(near: Sequence[Title], asking: str, behind: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (titled(each), f"{asking} {line(title_word(each.title_id))} {behind}".strip()) for each in near
    )


def no_such_segment(typed: str, known: Sequence[Segment], command: str) -> UserError:
    """Segments are asked for by number; each is a button that asks the same command."""
    if not known:
        return UserError(tell("There are no segments in this run. /segment says why."))
    found = tell("Which segment?")
    if typed:
        numbers = ", ".join(str(each.number) for each in known)
        found = tell(
            "I know the segments {numbers}, but I read {typed}.", numbers=numbers, typed=quoted(typed)
        )
    return UserError(
        f"{found} {tell('Try {example}', example=f'{command} {known[0].number}')}",
        tuple(
            (clip(f"{each.number} {each.name}", MOST_CHOICE), f"{command} {each.number}") for each in known
        ),
    )


def unknown_filter(word: str, near: Sequence[str], genres: Sequence[str]) -> UserError:
    """A word among the wishes that is neither a genre nor anything else; never dropped silently."""
    known = clip(", ".join(genres[:MOST_GENRES]), 160)
    words = [tell("I do not understand {typed} as a wish.", typed=quoted(word))]
    if near:
        words.append(tell("Did you mean {line}?", line=", ".join(near)))
    elif known:
        words.append(tell("Genres here are {genres}.", genres=known))
    words.append(
        tell("I understand genres, “not horror”, “after 2000”, “before 1990”, “90s” and “under 100 minutes”.")
    )
    return UserError(" ".join(words))


def no_such_genre(word: str, genres: Sequence[str]) -> UserError:
    """A genre that there is, and that no title here has."""
    known = clip(", ".join(genres[:MOST_GENRES]), 160)
    words = [tell("No title here has the genre {typed}.", typed=quoted(word))]
    if known:
        words.append(tell("Genres here are {genres}.", genres=known))
    return UserError(" ".join(words))


def unclear_wish(words: str, needed: str) -> UserError:
    """A wish that begins well and ends badly."""
    return UserError(tell("I read {typed}, but needed {needed}.", typed=quoted(words), needed=needed))


def contradiction(words: str) -> UserError:
    """Wishes that no title can meet."""
    said = tell("No title can be both: {wishes}. Leave one of them out.", wishes=clip(words, 120))
    return UserError(said)


def no_titles() -> UserError:
    """The data knows no titles."""
    return UserError(tell("The data has no titles, so there is nothing to recommend."))


def which_subscription(words: Sequence[str]) -> UserError:
    """Something else than digest or alerts."""
    read = tell(", but I read {typed}", typed=quoted(" ".join(words))) if words else ""
    return UserError(
        tell("I can send the digest or the alerts{read}. Try /subscribe digest 09:00", read=read),
        ((tell("Digest"), "/subscribe digest"), (tell("Alerts"), "/subscribe alerts")),
    )


def bad_days(typed: str, most: int) -> UserError:
    """A snooze that is too long or not a number."""
    return UserError(
        tell(
            "I can snooze for 1 to {days}, but I read {typed}. Try /snooze 42 7",
            days=count(most, "day"),
            typed=quoted(typed),
        )
    )


def choice(match: CustomerMatch) -> str:
    """A customer as a button's caption."""
    name = name_of(match.customer_id, match.name)
    if name == clip(match.customer_id):
        return clip(name, MOST_CHOICE)
    return clip(f"{clip(name, 22)} · {match.customer_id}", MOST_CHOICE)


def titled(title: Title) -> str:
    """A title as a button's caption."""
    year = f" ({title.year})" if title.year else ""
    return clip(title.title, MOST_CHOICE - len(year)) + year


def _choice(example: str) -> tuple[str, str]:
    return clip(example, MOST_CHOICE), example
