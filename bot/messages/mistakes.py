"""What went wrong, in the reader's words, with what to type instead."""

from collections.abc import Sequence

from bot.errors import UserError
from bot.messages.lessons import Lesson
from bot.messages.wording import clip, count, line, name_of, quoted, safe, title_word
from bot.replies import Button, Reply
from store.records import CustomerMatch, Role, Title

MOST_CHOICE = 38
MOST_GENRES = 10
MOST_TEXT = 800
"""Characters; the worst of them is escaped by five."""


def mistake(error: UserError) -> Reply:
    """Say what was not understood, and offer what may have been meant."""
    buttons = tuple((Button(caption, asked),) for caption, asked in error.choices)
    return Reply(text=safe(error.text, MOST_TEXT), buttons=buttons)


def no_results(role: Role) -> Reply:
    """There is no published run yet."""
    if role == "viewer":
        return Reply(text="I am still getting ready. Please try again tomorrow.")
    return Reply(
        text="There are no results yet: nothing has been learned from the data.\n"
        "Run <code>matinee retrain</code> once; I answer as soon as it is done. /status shows how far it is."
    )


def explained(lesson: Lesson) -> UserError:
    """A command without what it needs explains itself."""
    summary = lesson.summary[:1].upper() + lesson.summary[1:]
    return UserError(f"{summary}. {lesson.needs} Try {lesson.example}", (_choice(lesson.example),))


def verdict_needs_customer(command: str, title_id: str) -> UserError:
    """Staff say whose verdict it is."""
    return UserError(
        f"I need the customer who thinks so as well. Try {line(f'/{command}', title_word(title_id), 42)}"
    )


def unknown_command(typed: str, near: Sequence[str]) -> UserError:
    """Nothing is called that; ``near`` holds lines that may have been meant."""
    hint = f" Did you mean {near[0]}?" if near else " /help shows what I can do."
    return UserError(f"I know no command {quoted(typed)}.{hint}", tuple(_choice(each) for each in near))


def not_yours(command: str) -> UserError:
    """The asker's role does not open this command; said only to people who are known."""
    return UserError(f"/{clip(command, 20)} is not open to you. /help shows what is.")


def bad_count(words: Sequence[str], most: int, example: str, things: str) -> UserError:
    """A count outside its bounds, or none at all."""
    return UserError(
        f"I can list 1 to {most} {things}, but I read {quoted(' '.join(words))}. Try {example}",
        (_choice(example),),
    )


def too_many_words(words: Sequence[str], example: str) -> UserError:
    """More words than the command takes."""
    return UserError(
        f"I do not know what to do with {quoted(' '.join(words))}. Try {example}", (_choice(example),)
    )


def no_such_customer(typed: str, near: Sequence[CustomerMatch], command: str) -> UserError:
    """Nobody is called that; the nearest are offered as buttons that ask the same command."""
    if not near:
        return UserError(
            f"I know no customer {quoted(typed)}, and nobody with a name, mail or id near it. "
            f"Try an id as it stands in your data."
        )
    return UserError(
        f"No customer is exactly {quoted(typed)}. Did you mean {_one_of(near)}?",
        tuple((choice(each), line(f"/{command}", each.customer_id)) for each in near),
    )


def several_customers(typed: str, near: Sequence[CustomerMatch], command: str) -> UserError:
    """More than one customer fits."""
    return UserError(
        f"{count(len(near), 'customer')} fit {quoted(typed)}. Which one?",
        tuple((choice(each), line(f"/{command}", each.customer_id)) for each in near),
    )


def one_at_a_time(found: Sequence[str], command: str) -> UserError:
    """Several ids where one is expected."""
    return UserError(
        f"I read {len(found)} customers; I answer about one at a time. Which one?",
        tuple((clip(each, MOST_CHOICE), line(f"/{command}", each)) for each in found),
    )


def no_such_title(typed: str, near: Sequence[Title], command: str) -> UserError:
    """No title is called that; the nearest are offered."""
    if not near:
        return UserError(f"I know no title {quoted(typed)}. Try a few words of its name, or /trending.")
    return UserError(
        f"No title is exactly {quoted(typed)}. Did you mean {_one_of(near)}?",
        tuple((titled(each), line(f"/{command}", title_word(each.title_id))) for each in near),
    )


def several_titles(typed: str, near: Sequence[Title], command: str) -> UserError:
    """More than one title fits."""
    return UserError(
        f"{count(len(near), 'title')} fit {quoted(typed)}. Which one?",
        tuple((titled(each), line(f"/{command}", title_word(each.title_id))) for each in near),
    )


def no_such_segment(typed: str, numbers: Sequence[int]) -> UserError:
    """Segments are asked for by number."""
    known = ", ".join(map(str, numbers))
    if not known:
        return UserError("There are no segments in this run. /segment says why.")
    return UserError(f"I know the segments {known}, but I read {quoted(typed)}. Try /members {numbers[0]}")


def unknown_filter(word: str, near: Sequence[str], genres: Sequence[str]) -> UserError:
    """A word among the wishes that is neither a genre nor anything else; never dropped silently."""
    known = clip(", ".join(genres[:MOST_GENRES]), 160)
    hint = f" Did you mean {', '.join(near)}?" if near else f" Genres here are {known}." if known else ""
    return UserError(
        f"I do not understand {quoted(word)} as a wish.{hint} I understand genres, “not horror”, "
        "“after 2000”, “before 1990”, “90s” and “under 100 minutes”."
    )


def unclear_wish(words: str, needed: str) -> UserError:
    """A wish that begins well and ends badly."""
    return UserError(f"I read {quoted(words)}, but needed {needed}.")


def contradiction(words: str) -> UserError:
    """Wishes that no title can meet."""
    return UserError(f"No title can be both: {clip(words, 120)}. Leave one of them out.")


def no_titles() -> UserError:
    """The data knows no titles."""
    return UserError(
        "Your data has no titles, so there is nothing to recommend. Add a titles table and retrain."
    )


def which_subscription(words: Sequence[str]) -> UserError:
    """Something else than digest or alerts."""
    read = f", but I read {quoted(' '.join(words))}" if words else ""
    return UserError(
        f"I can send the digest or the alerts{read}. Try /subscribe digest 09:00",
        (("Digest", "/subscribe digest"), ("Alerts", "/subscribe alerts")),
    )


def bad_time(typed: str) -> UserError:
    """Neither a time of day nor a time zone."""
    return UserError(
        f"I read {quoted(typed)}, but needed a time like 09:00 or a zone like Europe/Berlin. "
        "Try /subscribe digest 09:00 Europe/Berlin"
    )


def bad_days(typed: str, most: int) -> UserError:
    """A snooze that is too long or not a number."""
    return UserError(f"I can snooze for 1 to {most} days, but I read {quoted(typed)}. Try /snooze 42 7")


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


def _one_of(near: Sequence[object]) -> str:
    return "this one" if len(near) == 1 else "one of these"


def _choice(example: str) -> tuple[str, str]:
    return clip(example, MOST_CHOICE), example
