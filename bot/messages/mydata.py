"""Everything that is stored about a viewer, said to himself."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.languages import tell
from bot.messages.forgetting import recorded
from bot.messages.titles import title_words
from bot.messages.wording import code, count, data_until, day, fit, percent, safe
from bot.replies import Asker, Button, Document, Reply
from store.records import Customer, Run, Title
from store.state.records import Alert, AuditEntry, Contact, LoggedQuestion, Member

VERDICT_NAMES = {"like": "liked", "dislike": "disliked", "seen": "seen", "not_interested": "not interested"}

Verdicts = Sequence[tuple[str, Title | None, str]]
"""For each: what he said, the title (None where it is gone), its id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What the bot keeps about a viewer, beside what was learned from the business's data.

    Attributes:
        contacts: What staff noted about him, newest first.
        alerts: Those that staff got about him.
        looks: When staff looked him up, newest first; who did is theirs.
        questions: What he asked in words.
        asked_to_forget_at: When he asked to be forgotten; None: he did not.
        genres: Those he named while nothing else was known of him.
        titles_known: Ids of the titles the run knows he has watched, rated, bought or refused.
    """

    member: Member | None = None
    contacts: Sequence[Contact] = ()
    alerts: Sequence[Alert] = ()
    looks: Sequence[AuditEntry] = ()
    questions: Sequence[LoggedQuestion] = ()
    asked_to_forget_at: datetime | None = None
    genres: Sequence[str] = ()
    titles_known: Sequence[str] = ()


def my_data(customer: Customer, run: Run, kept: Kept, verdicts: Verdicts) -> Reply:
    """What is stored, and what was worked out from it; all of it as a file too.

    Args:
        customer: The viewer himself.
        run: The run that found it.
        kept: What the bot keeps.
        verdicts: On titles.
    """
    lines = [tell("<b>What is stored about you</b>"), ""]
    lines.append(tell("Customer id: {id}", id=code(customer.customer_id)))
    lines += _told_us(customer)
    lines += [f"{safe(name)}: {safe(value)}" for name, value in customer.attributes.items()]
    if customer.first_active_on and customer.last_active_on:
        first, last = day(customer.first_active_on), day(customer.last_active_on)
        lines.append(tell("Active from {first} to {last}", first=first, last=last))
    lines += _events(customer)
    lines += ["", *_worked_out(customer)]
    lines += [*_by_the_bot(kept), *_about_titles(verdicts)]
    return Reply(
        text=fit(lines, ending=data_until(run)),
        buttons=_forget(),
        document=_as_file(asdict(customer), kept, verdicts),
    )


def not_in_data(asker: Asker, kept: Kept, verdicts: Verdicts) -> Reply:
    """A viewer whose customer the data no longer holds, or does not hold yet."""
    lines = [tell("Nothing is stored about you in the present data. /trending is open to everybody.")]
    if asker.customer_id:
        lines.append(tell("Customer id: {id}", id=code(asker.customer_id)))
    lines += [*_by_the_bot(kept), *_about_titles(verdicts)]
    return Reply(
        text=fit(lines),
        buttons=_forget() if asker.customer_id else (),
        document=_as_file({"customer_id": asker.customer_id}, kept, verdicts),
    )


def _forget() -> tuple[tuple[Button, ...], ...]:
    return ((Button(tell("Ask to be forgotten"), "/forget me"),),)


def _worked_out(customer: Customer) -> list[str]:
    lines = [tell("<b>Worked out from it</b>"), tell("Your list of titles: /recommend")]
    if customer.segment_name:
        lines.append(tell("Group of customers you resemble: {group}", group=safe(customer.segment_name)))
    if customer.churn_probability is not None:
        share = percent(customer.churn_probability)
        lines.append(tell("Estimate that you will pause or leave: {share}", share=share))
    if customer.profile:
        numbers = count(len(customer.profile), "number")
        lines.append(tell("{numbers} on how much and how often you watch: in the file", numbers=numbers))
    return lines


def _events(customer: Customer) -> list[str]:
    counted = (
        ("watch_count", "watch", "watches"),
        ("rating_count", "rating", "ratings"),
        ("total_transactions", "order", "orders"),
    )
    found = [
        count(customer.profile[key], one, many) for key, one, many in counted if customer.profile.get(key)
    ]
    return [tell("What you did: {events}", events=", ".join(found))] if found else []


def _by_the_bot(kept: Kept) -> list[str]:
    lines = []
    if kept.member is not None:
        who, since = code(kept.member.user_id), day(kept.member.added_at)
        lines.append(tell("Linked to your Telegram id {id} since {day}", id=who, day=since))
    if kept.looks:
        times, last = count(len(kept.looks), "time"), day(kept.looks[0].at)
        lines.append(tell("Looked up by the staff {times}, last on {day}", times=times, day=last))
    for found, one, many in (
        (kept.contacts, "note of the staff", "notes of the staff"),
        (kept.alerts, "alert to the staff", "alerts to the staff"),
        (kept.questions, "question you asked in words", "questions you asked in words"),
    ):
        if found:
            lines.append(tell("{things}: in the file", things=count(len(found), one, many)))
    if kept.genres:
        lines.append(tell("Genres you named: {genres}", genres=safe(", ".join(kept.genres), 120)))
    if kept.asked_to_forget_at is not None:
        lines.append(recorded(kept.asked_to_forget_at))
    return ["", tell("<b>Kept by this bot</b>"), *lines] if lines else []


def _about_titles(verdicts: Verdicts) -> list[str]:
    lines = []
    for verdict, title, title_id in verdicts:
        said = tell(VERDICT_NAMES.get(verdict, verdict))
        lines.append(f"{safe(said)}: {title_words(title) if title else safe(title_id)}")
    return ["", tell("<b>What you told me about titles</b>"), *lines] if lines else []


def _as_file(customer: dict[str, object], kept: Kept, verdicts: Verdicts) -> Document:
    everything = customer | {
        "titles": [{"title_id": title_id, "verdict": verdict} for verdict, _, title_id in verdicts],
        "titles_known": list(kept.titles_known),
        "genres_named": list(kept.genres),
        "link": kept.member and asdict(kept.member),
        "notes_of_the_staff": [{"outcome": each.outcome, "at": each.at} for each in kept.contacts],
        "alerts_to_the_staff": [
            {"at": each.sent_at, "probability": each.probability, "outcome": each.state}
            for each in kept.alerts
        ],
        "looked_up_by_the_staff": [{"at": each.at, "how": each.action} for each in kept.looks],
        "questions": [{"at": each.at, "text": each.text} for each in kept.questions],
        "asked_to_be_forgotten_at": kept.asked_to_forget_at,
    }
    content = json.dumps(everything, ensure_ascii=False, indent=1, default=str)
    return Document(
        filename="my-data.json",
        content=content.encode("utf-8", "replace"),
        caption=tell("Everything, as a file"),
    )


def _told_us(customer: Customer) -> list[str]:
    known: tuple[tuple[str, object], ...] = (
        ("Name", customer.name),
        ("Mail", customer.email),
        ("Country", customer.country),
        ("Plan", customer.plan),
        ("Monthly fee", customer.monthly_fee),
        ("Age", customer.age and f"{customer.age:.0f}"),
        ("Gender", customer.gender),
        ("Signed up", customer.signed_up_on and day(customer.signed_up_on)),
    )
    return [f"{tell(label)}: {safe(value)}" for label, value in known if value]
