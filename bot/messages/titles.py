"""Titles: recommendations, one title, what is like it, what is watched lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.languages import tell
from bot.messages.newcomers import Tastes, first_question, genre_buttons
from bot.messages.wording import (
    clip,
    count,
    data_until,
    decimal,
    fit,
    line,
    name_of,
    percent,
    rows,
    safe,
    sentence,
    title_word,
    turn,
    whole,
)
from bot.replies import Button, Reply
from store.records import Customer, Recommendation, Run, Title

MOST_TITLE = 60
MOST_WITH_MARKS = 5
"""Above this many titles a message would be more buttons than text."""

LEGEND = "👍 like · 👎 dislike · 👁 seen it · 🚫 not interested · ≈ more like this"
MARKS = (("like", "👍"), ("dislike", "👎"), ("seen", "👁"), ("notinterested", "🚫"))
MORE_LIKE_THIS, FOR_YOU, TRENDING = "≈ More like this", "For you", "Trending"
VERDICTS: Mapping[str, tuple[str, str]] = {
    "like": ("You like {title}.", "Noted: likes {title}."),
    "dislike": (
        "You do not like {title}; it will not come back.",
        "Noted: does not like {title}; it will not come back.",
    ),
    "seen": (
        "You have seen {title}; it will not come back.",
        "Noted: has seen {title}; it will not come back.",
    ),
    "not_interested": (
        "{title} will not come back.",
        "Noted: not interested in {title}; it will not come back.",
    ),
}
"""Of a viewer himself, and of a customer by staff."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What of a list of titles is shown, and how to ask for it again.

    Attributes:
        count: Titles to a page.
        page: From 1.
        arguments: The words that ask for the same list, without the page.
        own: A viewer looks at his own list.
        wishes: The filters as they were understood.
        like: The title that all shall be like.
        tastes: Genres to ask somebody about of whom nothing is known, and whether he named them.
        note: What has just been done; escaped.
        untold: Why no title can meet the wishes: the data does not tell what they ask about.
    """

    count: int
    page: int = 1
    arguments: str = ""
    own: bool = False
    wishes: str = ""
    note: str = ""
    like: Title | None = None
    tastes: Tastes = ()
    untold: str = ""

    @property
    def start(self) -> int:
        """Index of the first title shown."""
        return (self.page - 1) * self.count


def title_words(title: Title) -> str:
    """Title and year; escaped."""
    year = f" ({title.year})" if title.year else ""
    return f"{safe(title.title or title.title_id, MOST_TITLE)}{year}"


def match_words(recommendation: Recommendation) -> str:
    """How well a title fits, in words; the score itself means nothing to a person."""
    if recommendation.because is None:
        return _watchers(recommendation.title)
    if not recommendation.title.watchers:
        return tell("new here, nobody has watched it yet")
    if recommendation.match >= 0.8:
        return tell("strong match")
    return tell("good match") if recommendation.match >= 0.5 else tell("worth a try")


def _watchers(title: Title) -> str:
    if title.watchers_lately:
        return tell("{watchers} in 30 days", watchers=count(title.watchers_lately, "watcher"))
    if title.watchers:
        return tell("{watchers} in all", watchers=count(title.watchers, "watcher"))
    return tell("not watched yet")


def _details(title: Title) -> str:
    parts = [safe(", ".join(title.genres[:3]), 50)] if title.genres else []
    if title.duration_minutes:
        parts.append(tell("{minutes} min", minutes=whole(title.duration_minutes)))
    return " · ".join(parts)


def _joined(*parts: str) -> str:
    return "    " + " · ".join(part for part in parts if part)


def _entry(number: int, recommendation: Recommendation, *, own: bool) -> list[str]:
    title = recommendation.title
    lines = [
        "",
        f"<b>{number}.</b> {title_words(title)}",
        _joined(_details(title), match_words(recommendation)),
    ]
    if recommendation.because:
        because = safe(recommendation.because, MOST_TITLE)
        they = tell("because they liked {title}", title=because)
        said = tell("because you liked {title}", title=because) if own else they
        lines.append(f"    <i>{said}</i>")
    return lines


def recommendations(customer: Customer, found: Sequence[Recommendation], run: Run, listing: Listing) -> Reply:
    """What to watch next, of all titles that fit one page, with buttons that take effect at once."""
    name = safe(name_of(customer.customer_id, customer.name))
    lines = [listing.note, ""] if listing.note else []
    whose = tell(FOR_YOU) if listing.own else tell("For {name}", name=name)
    lines.append(f"<b>{whose}</b>" + _asked(listing))
    if listing.tastes:
        lines.append(first_question(listing.tastes, own=listing.own))
    elif found and not listing.like and not any(each.because for each in found):
        lines += _not_personal(customer, run, listing)
    shown = found[listing.start : listing.start + listing.count]
    for number, each in enumerate(shown, listing.start + 1):
        lines += _entry(number, each, own=listing.own)
    if not shown:
        lines += ["", _nothing_left(listing)]
    marks = _marks([each.title for each in shown], listing)
    if marks and listing.count <= MOST_WITH_MARKS:
        lines += ["", tell(LEGEND)]
    return Reply(
        text=fit(lines, ending=data_until(run)),
        buttons=(
            *genre_buttons(listing.tastes, "" if listing.own else customer.customer_id),
            *marks,
            *pages("/recommend", len(found), listing),
            *_to_card(customer, own=listing.own),
        ),
        edit=True,
    )


def _asked(listing: Listing) -> str:
    like = tell("like {title}", title=title_words(listing.like)) if listing.like else ""
    asked = " · ".join(part for part in (like, safe(listing.wishes, 120) if listing.wishes else "") if part)
    return f": {asked}" if asked else ""


def _not_personal(customer: Customer, run: Run, listing: Listing) -> list[str]:
    if customer.status == "new":
        why = tell("Popular lately, because there is no history yet.")
        if listing.own:
            return [f"<i>{why} {tell('Tap 👍 on what you like and the list becomes yours.')}</i>"]
        return [f"<i>{why} {tell('The first 👍 makes it personal.')}</i>"]
    if listing.wishes and listing.own:
        return [tell("<i>Popular lately: none of your own titles fits.</i>")]
    if listing.wishes:
        return [tell("<i>Popular lately: none of their own titles fits.</i>")]
    if listing.own:  # by how much which model lost is no concern of a customer's
        return [tell("<i>Popular lately.</i>")]
    message = sentence(run.recommend_message)
    return [f"<i>{message}</i>"] if message else []


def _nothing_left(listing: Listing) -> str:
    if listing.page > 1:
        return tell("That was the end of the list.")
    if listing.untold:
        return listing.untold
    if listing.wishes:
        return tell("None of the titles worked out for this list fits. Leave out a wish and try again.")
    return tell("There is nothing left to recommend.")


def _marks(shown: Sequence[Title], listing: Listing) -> tuple[tuple[Button, ...], ...]:
    """A row for each title: four verdicts and "more like this"; for long lists only the titles themselves."""
    numbered = list(enumerate(shown, listing.start + 1))
    if listing.count > MOST_WITH_MARKS:
        return _opening(numbered)
    return tuple(
        (
            *(
                Button(
                    f"{mark} {number}",
                    " ".join((line(f"/{verdict}", title_word(each.title_id)), listing.arguments)).strip(),
                )
                for verdict, mark in MARKS
            ),
            Button("≈", line("/similar", title_word(each.title_id))),
        )
        for number, each in numbered
    )


def _opening(numbered: Iterable[tuple[int, Title]]) -> tuple[tuple[Button, ...], ...]:
    """A button for each title."""
    return rows(
        [
            Button(clip(f"{number} {each.title}", 20), line("/title", title_word(each.title_id)))
            for number, each in numbered
        ]
    )


def pages(command: str, total: int, listing: Listing) -> tuple[tuple[Button, ...], ...]:
    """Back and next, where there is something to go to."""
    asked = f"{command} {listing.arguments}".strip()
    last = max(1, -(-total // listing.count))
    return turn(asked, min(listing.page, last + 1), more=total > listing.start + listing.count)


def _to_card(customer: Customer, *, own: bool) -> tuple[tuple[Button, ...], ...]:
    return () if own else ((Button(tell("‹ Card"), line("/user", customer.customer_id)),),)


def noted(verdict: str, title: Title, *, own: bool) -> str:
    """What a tap on a verdict has done; escaped."""
    return tell(VERDICTS[verdict][0 if own else 1], title=f"<b>{title_words(title)}</b>")


def title_card(title: Title, run: Run, *, own: bool) -> Reply:
    """One title."""
    about = [each for each in (title.kind, ", ".join(title.genres), title.language, title.country) if each]
    lines = [f"<b>{title_words(title)}</b>", " · ".join(safe(each, 60) for each in about)]
    if title.duration_minutes:
        lines.append(count(title.duration_minutes, "minute"))
    if title.description:
        lines += ["", safe(title.description, 600)]
    watchers, lately = count(title.watchers, "watcher"), whole(title.watchers_lately)
    lines += ["", tell("{watchers} in all, {lately} in the last 30 days", watchers=watchers, lately=lately)]
    if title.rating_mean is not None:
        lines.append(tell("Rated {mark} on average", mark=_mark(title.rating_mean)))
    if not title.available:
        lines.append(tell("Not available at present, so it is not recommended."))
    buttons: tuple[tuple[Button, ...], ...] = (
        (Button(tell(MORE_LIKE_THIS), line("/similar", title_word(title.title_id))),),
    )
    if own:
        marks = tuple(
            Button(mark, line(f"/{verdict}", title_word(title.title_id))) for verdict, mark in MARKS
        )
        buttons = (marks, *buttons, (Button(tell(FOR_YOU), "/recommend"),))
    return Reply(text=fit(lines, ending=data_until(run)), buttons=buttons, edit=True)


def _mark(mean: float) -> str:
    """A mean rating: a share of the best mark, or the mark itself where the source's scale is kept."""
    return tell("{share} of the best mark", share=percent(mean)) if mean <= 1 else decimal(mean)


def similar(title: Title, near: Sequence[Title], run: Run, wishes: str = "") -> Reply:
    """What is like one title; the wishes are said as they were understood."""
    lines = [tell("<b>Like {title}</b>", title=title_words(title))]
    lines[0] += f": {safe(wishes, 120)}" if wishes else ""
    for number, each in enumerate(near, 1):
        lines += [f"<b>{number}.</b> {title_words(each)}", _joined(_details(each))]
    if not near:
        none_fits = tell("None of what is near it fits.")
        unknown = tell("Nothing is near enough to name; too little is known about this title.")
        lines += ["", none_fits if wishes else unknown]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=_opening(enumerate(near, 1)), edit=True)


def trending(found: Sequence[Title], run: Run, listing: Listing) -> Reply:
    """What is watched most lately."""
    lines = [f"<b>{tell(TRENDING)}</b>" + (f": {safe(listing.wishes, 120)}" if listing.wishes else "")]
    shown = found[listing.start : listing.start + listing.count]
    for number, each in enumerate(shown, listing.start + 1):
        lines += [f"<b>{number}.</b> {title_words(each)}", _joined(_details(each), _watchers(each))]
    if not shown:
        lines += ["", _nothing_left(listing)]
    buttons = _opening(enumerate(shown, listing.start + 1))
    return Reply(
        text=fit(lines, ending=data_until(run)),
        buttons=buttons + pages("/trending", len(found), listing),
        edit=True,
    )
