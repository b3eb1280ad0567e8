"""What is rare: data without titles, money, bands or intervals, twins, and customers seen once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import answer, token_hash
from bot.messages import lists, models, segments, titles, wording
from bot.messages.cards import Facts, card
from bot.queries import Queries
from store.records import BandRecord, Customer, ModelReport, Recommendation, Segment, Title
from store.results.rows import customer_values, title_values
from store.results.writing import ResultsWriter
from store.state.records import LinkToken
from tests.bot.asking import MORNING, OWNER, STRANGER, VIEWER, ask, asking
from tests.store.publishing import WATERMARK, publish_small, small_run

SEEN_ONCE = Customer(
    customer_id="7",
    name="Twin",
    profile={"days_since_last_activity": 21.4, "days_active": 1},
    status="active",
    churn_probability=0.5,
    value=3,
)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Queries]:
    """A run over a source that has neither titles nor segments nor money."""
    with ResultsWriter(tmp_path) as writer:
        writer.run(replace(small_run(), titles=0, customers=2, has_money=False, quarantined=0))
        writer.segments(())
        writer.titles(())
        writer.customers(customer_values(replace(SEEN_ONCE, customer_id=each)) for each in ("7", "8"))
        writer.publish()
    with asking(tmp_path / "results.db", tmp_path) as queries:
        yield queries


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Queries]:
    """Two films of one name, one of them not available."""
    films = [Title(title_id=each, title="Heat", year=year) for each, year in (("1", 1972), ("1986", 1995))]
    films.append(Title(title_id="3", title="1986", year=2020, available=False, watchers=4))
    with ResultsWriter(tmp_path) as writer:
        writer.run(replace(small_run(), titles=3, customers=0))
        writer.titles(title_values(code, title) for code, title in enumerate(films))
        writer.popular((0, 1, 2))
        writer.publish()
    with asking(tmp_path / "results.db", tmp_path) as queries:
        yield queries


def test_without_titles_it_is_said_that_there_are_none(bare: Queries) -> None:
    for line in ("/recommend 7", "/trending"):
        assert ask(line, OWNER, bare).text.startswith("The data has no titles")


def test_without_segments_it_is_said_that_there_are_none(bare: Queries) -> None:
    assert ask("/segment", OWNER, bare).text.startswith("<b>No segments</b>: ")
    assert "<b>In no segment</b>: Three segments, stable" in ask("/segment 7", OWNER, bare).text
    assert ask("/members 1", OWNER, bare).text == "There are no segments in this run. /segment says why."


def test_without_money_a_customers_value_is_in_active_days(bare: Queries) -> None:
    assert "Value: 3 active days a month" in ask("/user 7", OWNER, bare).text


def test_nobody_at_risk_is_good_news(bare: Queries) -> None:
    assert ask("/atrisk", OWNER, bare).text.startswith("<b>Nobody is at high risk</b> right now.")


def test_an_answer_comes_from_one_run_even_if_another_is_published_while_it_is_put_together(
    tmp_path: Path,
) -> None:
    publish_small(tmp_path)
    later = WATERMARK + timedelta(days=1)

    def now_another_is_published() -> datetime:
        publish_small(tmp_path, watermark=later, churn_status="no_skill")
        return MORNING

    with asking(tmp_path / "results.db", tmp_path) as queries:
        swapped = Queries(queries.results, queries.state, now_another_is_published)
        during, after = ask("/user 42", OWNER, swapped).text, ask("/user 42", OWNER, queries).text

    assert "High risk" in during
    assert "Data up to 22 Nov 2026" in during
    assert "Not scored" in after
    assert "Data up to 23 Nov 2026" in after


def test_nothing_set_aside_is_said(bare: Queries) -> None:
    assert "No rows were set aside." in ask("/status", OWNER, bare).text


def test_films_of_one_name_are_told_apart_by_their_years(twins: Queries) -> None:
    reply = ask("/title heat", OWNER, twins)

    assert reply.text == "2 titles fit “heat”. Which one?"
    assert [(each.caption, each.line) for (each,) in reply.buttons] == [
        ("Heat (1972)", "/title #1"),
        ("Heat (1995)", "/title #1986"),
    ]
    assert "Heat (1972)" in ask("/title heat 1972", OWNER, twins).text


def test_a_number_is_a_name_before_it_is_an_id_unless_it_is_marked(twins: Queries) -> None:
    assert "<b>1986 (2020)</b>" in ask("/title 1986", OWNER, twins).text
    assert "<b>Heat (1995)</b>" in ask("/title #1986", OWNER, twins).text
    assert "<b>Heat (1972)</b>" in ask("/title 1", OWNER, twins).text


def test_what_is_not_available_is_named_but_never_recommended(twins: Queries) -> None:
    assert "Not available at present" in ask("/title #3", OWNER, twins).text
    assert "1986 (2020)" not in ask("/trending", OWNER, twins).text
    assert "1986 (2020)" not in ask("/recommend", VIEWER, twins).text


def test_a_title_nothing_is_known_of_has_nothing_like_it(twins: Queries) -> None:
    assert "Nothing is near enough to name" in ask("/similar #1", OWNER, twins).text


def test_an_invitation_works_before_the_first_run(tmp_path: Path) -> None:
    with asking(tmp_path / "results.db", tmp_path) as queries:
        queries.state.invite(
            LinkToken(
                token_hash=token_hash("secret"),
                role="viewer",
                customer_id="7",
                expires_at=MORNING + timedelta(minutes=15),
                created_by=None,
            )
        )
        reply = answer("/start secret yes", STRANGER, queries)

    assert reply is not None
    assert reply.text == "<b>You are linked.</b> I know what to watch next."


def test_a_wish_that_nothing_meets_is_said(chat: Queries) -> None:
    assert (
        "None of the titles worked out for this list fits."
        in ask("/recommend 42 after 2030", OWNER, chat).text
    )
    assert "None of the titles" in ask("/trending after 2030", OWNER, chat).text


def test_when_everything_is_settled_it_is_said(bare: Queries) -> None:
    listing = titles.Listing(count=5)

    text = titles.recommendations(SEEN_ONCE, (), small_run(), listing).text

    assert "There is nothing left to recommend." in text


def test_what_was_not_measured_is_left_out_of_the_models() -> None:
    bare_report = ModelReport(task="churn", name="served", served=True, metrics={"auc": float("nan")})
    known = replace(bare_report, metrics={"auc": 0.8})
    recommender = ModelReport(task="recommend", name="hybrid", served=True, metrics={"hit_rate_10": 0.25})
    bands = (BandRecord(band="high", customers=0, left=0),)

    run = replace(small_run(), base_rate=None, recommend_message="")
    text = models.model(run, (bare_report,), (recommender,), bands, lambda _: None).text

    assert "nan" not in text
    assert "High risk: nobody" in text
    assert "▸ hybrid: hits in 10 25 %" in text
    assert "<b>AUC 0.80</b>\n" in models.model(small_run(), (known,), (), (), lambda _: None).text


def test_segments_without_a_past_or_a_picture_are_shown() -> None:
    segment = Segment(
        number=1, name="new", description="New.", customers=1, share=1, medians={"days_active_30": 1.5}
    )
    reply = segments.overview((segment,), (), small_run(), None)

    assert reply.text.startswith("<b>1 segment</b>")
    assert reply.charts == ()
    customer = replace(SEEN_ONCE, profile={"days_active_30": 2})
    assert "active days in 30: 2 (segment: 1.5)" in segments.of_customer(customer, segment, small_run()).text


def test_an_empty_page_of_members_is_said() -> None:
    segment = Segment(number=1, name="new", description="New.", customers=3, share=1)
    page = lists.Page(asked="/members 1", size=10, number=4, total=3)

    reply = lists.members((), segment, small_run(), page)

    assert "There is nobody on this page." in reply.text
    assert reply.buttons[0][0].line == "/members 1 10 1"


def test_a_title_without_watchers_or_details_is_a_line_all_the_same() -> None:
    plain = Title(title_id="1", title="")

    assert titles.title_words(plain) == "1"
    assert "not watched yet" in titles.trending((plain,), small_run(), titles.Listing(count=5)).text
    once = titles.trending((replace(plain, watchers=1),), small_run(), titles.Listing(count=5))
    assert "1 watcher in all" in once.text


def test_a_rating_on_the_sources_own_scale_is_shown_as_it_is() -> None:
    film = Title(title_id="1", title="Heat", rating_mean=4.25)

    assert "Rated 4.2 on average" in titles.title_card(film, small_run(), own=False).text
    assert (
        "Rated 85 % of the best mark"
        in titles.title_card(replace(film, rating_mean=0.85), small_run(), own=False).text
    )


def test_a_value_without_money_is_said_in_days() -> None:
    assert wording.value_of(1, replace(small_run(), has_money=False)) == "1 active day a month"


def test_a_segment_that_is_not_named_is_asked_for_with_a_button_for_each(chat: Queries) -> None:
    for line in ("/members", "/export segment"):
        reply = ask(line, OWNER, chat)
        assert reply.text == f"Which segment? Try {line} 0"
        assert [button.line for row in reply.buttons for button in row] == [
            f"{line} {number}" for number in range(3)
        ]
    assert "but I read “nine”" in ask("/members nine", OWNER, chat).text


def test_where_there_are_no_titles_no_button_leads_to_them(chat: Queries) -> None:
    customer = chat.results.customer("42")
    assert customer is not None

    bare = card(Facts(customer=customer, run=replace(chat.results.run(), titles=0), bands=()))

    captions = [[button.caption for button in row] for row in bare.buttons]
    assert captions == [["Why", "Trend"], ["Contacted", "Snooze 7 d", "Not now"]]


@pytest.mark.parametrize(
    ("own", "wishes", "said"),
    [
        (True, "", "<i>Popular lately.</i>"),
        (True, "Drama", "<i>Popular lately: none of your own titles fits.</i>"),
        (False, "Drama", "<i>Popular lately: none of their own titles fits.</i>"),
        (False, "", "<i>0.31 against 0.22 nDCG@10.</i>"),
    ],
)
def test_a_customer_is_not_told_by_how_much_which_model_lost(own: bool, wishes: str, said: str) -> None:
    run = replace(small_run(), recommend_message="0.31 against 0.22 nDCG@10")
    found = [Recommendation(rank=1, title=Title(title_id="1", title="Heat"), score=1.0, match=0.5)]

    text = titles.recommendations(SEEN_ONCE, found, run, titles.Listing(count=5, own=own, wishes=wishes)).text

    assert said in text
    assert text.count("nDCG") == ("nDCG" in said)
