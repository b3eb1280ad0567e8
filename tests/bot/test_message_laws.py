"""Whatever stands in the data, a message is short enough, its tags are closed, and no value is markup."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.messages import (
    cards,
    lists,
    mistakes,
    models,
    mydata,
    people,
    segments,
    status,
    subscribing,
    titles,
    trends,
)
from bot.messages.wording import units
from bot.replies import Chart, Reply
from store.records import (
    BandRecord,
    Customer,
    CustomerMatch,
    ModelReport,
    Quarantined,
    Reason,
    Recommendation,
    Score,
    Segment,
    SegmentMove,
    Title,
)
from tests.bot.asking import OWNER, VIEWER
from tests.store.publishing import small_run

ALLOWED = {"b", "i", "code", "pre"}
MARKED = "<i>marked</i>"
NASTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [MARKED, "</b>", "&amp;", "<script>", "🎬" * 900, "&" * 900, "\u202egnp.exe", "a\nb", '"', ""]
    ),
)
NUMBER = st.floats(min_value=0, max_value=1e12)
SHARE = st.floats(min_value=0, max_value=1)


class Markup(HTMLParser):
    """Collects what Telegram would take as markup."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in ALLOWED or attrs:
            self.wrong.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def check(reply: Reply) -> None:
    assert units(reply.text) <= 4096
    assert reply.text.encode("utf-8")
    markup = Markup()
    markup.feed(reply.text)
    markup.close()
    assert (markup.open, markup.wrong) == ([], [])
    assert "\u202e" not in reply.text
    assert MARKED not in reply.text
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", re.sub(r"</?(?:b|i|code|pre)>", "", reply.text))
    for row in reply.buttons:
        for button in row:
            assert 0 < len(button.caption) <= 64
            assert "\n" not in button.caption
    for chart in reply.charts:
        captions = chart.title if isinstance(chart, Chart) else chart.caption
        assert units(captions) <= 1024


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    known = draw(st.booleans())
    probability = draw(st.none() | SHARE)
    names = (
        "days_since_last_activity",
        "days_active",
        "usual_gap_days",
        "days_active_30",
        "days_active_previous_30",
    )
    return Customer(
        customer_id=draw(NASTY.filter(bool)),
        name=draw(st.none() | NASTY),
        email=draw(st.none() | NASTY),
        plan=draw(st.none() | NASTY),
        country=draw(st.none() | NASTY),
        attributes=draw(st.dictionaries(NASTY, NASTY, max_size=30)),
        profile={name: draw(NUMBER) for name in names} if known else {},
        segment=1,
        segment_name=draw(st.none() | NASTY),
        status=draw(st.sampled_from(["active", "lapsed", "new"])),
        churn_probability=probability,
        band=draw(st.none() | st.sampled_from(["low", "medium", "high"])),
        value=draw(NUMBER),
        mixed_signals=draw(st.booleans()),
        reasons=tuple(
            Reason(family="trend", text=text, points=points)
            for text, points in draw(st.lists(st.tuples(NASTY, st.floats(-99, 99)), max_size=7))
        ),
        probability_after_visit=draw(st.none() | SHARE),
        scores=tuple(
            Score(day=date(2026, 1, 1 + number), probability=share)
            for number, share in enumerate(draw(st.lists(SHARE, max_size=26)))
        ),
    )


@st.composite
def some_titles(draw: st.DrawFn) -> Title:
    return Title(
        title_id=draw(NASTY.filter(bool)),
        title=draw(NASTY),
        year=draw(st.none() | st.integers(1870, 2100)),
        kind=draw(st.none() | NASTY),
        genres=tuple(draw(st.lists(NASTY, max_size=8))),
        description=draw(st.none() | NASTY),
        language=draw(st.none() | NASTY),
        country=draw(st.none() | NASTY),
        duration_minutes=draw(st.none() | NUMBER),
        watchers=draw(st.integers(0, 10**9)),
        watchers_lately=draw(st.integers(0, 10**9)),
        rating_mean=draw(st.none() | st.floats(0, 10)),
        available=draw(st.booleans()),
    )


def runs(message: str) -> Iterator[tuple[str, str]]:
    for state in ("served", "held", "uncalibrated", "no_skill"):
        yield state, message


@settings(max_examples=25)
@given(customers(), NASTY, st.lists(some_titles(), max_size=4))
def test_a_customers_views_hold_whatever_he_is_called(
    customer: Customer, message: str, liked: list[Title]
) -> None:
    found = tuple(
        Recommendation(rank=rank, title=each, score=1.0, match=0.6, because=message or None)
        for rank, each in enumerate(liked, 1)
    )
    for state, words in runs(message):
        run = replace(
            small_run(),
            churn_status=state,
            churn_message=words,
            churn_model=words,
            segments_message=words,
            recommend_message=words,
            currency=words,
        )
        bands = (BandRecord(band="high", customers=60, left=47),)
        contact = cards.contact_line("contacted", "just now", message, None)
        facts = cards.Facts(customer=customer, run=run, bands=bands, titles=found, contact=contact)
        for view in (cards.card, cards.churn, cards.why, trends.trend):
            check(view(facts))
        segment = Segment(number=1, name=message, description=message, customers=3, share=0.2)
        check(segments.of_customer(customer, segment, run))
        check(mydata.my_data(customer, run, mydata.Kept(), [("like", None, message)]))
        listing = titles.Listing(count=5, arguments=customer.customer_id, wishes=message)
        check(titles.recommendations(customer, found, run, listing))


@settings(max_examples=25)
@given(st.lists(customers(), min_size=1, max_size=4), NASTY)
def test_a_list_of_twenty_fits(few: list[Customer], message: str) -> None:
    listed = (few * 20)[:20]
    run = replace(small_run(), churn_message=message, currency=message)
    page = lists.Page(asked="/atrisk", size=20, number=1, total=200)
    snoozed = {listed[0].customer_id: datetime(2026, 12, 1, tzinfo=UTC)}

    risk = lists.RiskList(run=run, snoozed=snoozed, newcomers=7)
    segment = Segment(number=1, name=message, description="", customers=9, share=1)
    check(lists.at_risk(listed, risk, page))
    check(lists.at_risk((), risk, page))
    check(lists.newcomers(listed, risk, replace(page, asked="/newcomers")))
    check(lists.members(listed, segment, run, page))


@settings(max_examples=25)
@given(st.lists(some_titles(), min_size=1, max_size=4), NASTY)
def test_lists_of_titles_fit(few: list[Title], wishes: str) -> None:
    listed = (few * 50)[:50]
    listing = titles.Listing(count=50, arguments="50", wishes=wishes)

    check(titles.trending(listed, small_run(), listing))
    check(titles.similar(listed[0], listed, small_run()))
    check(titles.title_card(listed[0], small_run(), own=True))


@settings(max_examples=25)
@given(NASTY, st.lists(NASTY, max_size=12))
def test_what_the_run_says_of_itself_fits(words: str, more: list[str]) -> None:
    run = replace(
        small_run(),
        run_id=words,
        churn_model=words,
        churn_message=words,
        recommend_model=words,
        messages=tuple(more),
    )
    reports = tuple(
        ModelReport(task="churn", name=name, served=False, metrics={"auc": 0.5}, confusion=(1, 2, 3, 4))
        for name in more
    )
    groups = tuple(
        Segment(number=number, name=name, description=name, customers=1, share=0.1, left_share=0.5)
        for number, name in enumerate(more)
    )
    moves = (SegmentMove(from_segment=0, to_segment=1, customers=1, share=1),)
    aside = tuple(Quarantined(source=words, table=words, reason=each, rows=1) for each in more)
    pulse = status.Pulse(
        now=datetime(2026, 12, 1, tzinfo=UTC),
        inbox=1,
        outbox=0,
        last_poll=None,
        jobs=((words, datetime(2026, 12, 1, tzinfo=UTC), words),),
    )

    check(models.model(run, reports, reports, (), lambda _: None))
    check(segments.overview(groups, moves, run, b"png"))
    check(status.status(run, aside, pulse))


@settings(max_examples=50)
@given(NASTY, NASTY)
def test_mistakes_fit_whatever_was_typed(typed: str, name: str) -> None:
    near = [CustomerMatch(customer_id=typed or "x", name=name, email=name)] * 5
    title = [Title(title_id=typed or "x", title=name, year=1999)] * 5
    segment = Segment(number=2, name=name, description=name, customers=3, share=0.2)
    errors: list[UserError] = [
        mistakes.no_such_customer(typed, near, "user"),
        mistakes.no_such_customer(typed, (), "user"),
        mistakes.several_customers(typed, near, "user"),
        mistakes.no_such_title(typed, title, "/title"),
        mistakes.no_such_title(typed, (), "/title"),
        mistakes.several_titles(typed, title, "/title"),
        mistakes.unknown_command(typed, [f"/churn {typed}"]),
        mistakes.unknown_filter(typed, [name], [name] * 30),
        subscribing.unclear_wish(typed),
        mistakes.no_such_segment(typed, [segment] * 3, "/members"),
        mistakes.no_such_segment(typed, (), "/members"),
    ]

    for error in errors:
        check(mistakes.mistake(error))


@given(NASTY)
def test_people_are_greeted_whatever_they_are_called(name: str) -> None:
    check(people.who_am_i(replace(OWNER, name=name)))
    check(people.linked(replace(VIEWER, name=name), name))


@pytest.mark.parametrize(
    ("mail", "masked"), [("maria@example.org", "m***@example.org"), ("maria", "m***"), ("", "***")]
)
def test_of_a_mail_only_enough_is_shown_to_recognise_it(mail: str, masked: str) -> None:
    assert people.masked(mail) == masked


@pytest.mark.parametrize("line", ["38 characters at most", ""])
def test_tables_are_narrow_enough_for_a_phone(line: str) -> None:
    report = ModelReport(
        task="churn",
        name=f"a model with a very long name {line}",
        served=True,
        metrics={"auc": 0.8, "f1": 0.5, "threshold": 0.3, "accuracy": 0.7},
        confusion=(1_234_567, 12, 3, 4),
    )
    text = models.model(small_run(), (report, report), (), (), lambda _: None).text

    rows = [row for block in text.split("<pre>")[1:] for row in block.split("</pre>")[0].split("\n")]
    assert rows
    assert max(map(len, rows)) <= 38
