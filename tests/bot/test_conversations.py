"""Whatever a person reads, compared with files he could read himself."""

from pathlib import Path

import pytest

from bot.queries import Queries
from bot.replies import Asker
from tests.bot.asking import NEWCOMER, OWNER, VIEWER, ask, asking, shown

GOLDEN = Path(__file__).parents[1] / "golden" / "chat"

STAFF_ASKS = {
    "start": "/start",
    "help": "/help",
    "help_churn": "/help churn",
    "user": "/user 42",
    "user_lapsed": "/user user_00301",
    "user_new": "/user user_00999",
    "user_mixed_signals": "/user user_00200",
    "churn": "/churn 42",
    "churn_low": "/churn 1007",
    "churn_without_argument": "/churn",
    "why": "/why 42",
    "why_low": "/why 1007",
    "trend": "/trend 42",
    "trend_lapsed": "/trend user_00301",
    "trend_new": "/trend user_00999",
    "atrisk": "/atrisk",
    "atrisk_page_2": "/atrisk 2 2",
    "atrisk_beyond": "/atrisk 10 9",
    "atrisk_all": "/atrisk all",
    "segment": "/segment",
    "segment_42": "/segment 42",
    "segment_new": "/segment user_00999",
    "members": "/members 1 3",
    "recommend": "/recommend 42",
    "recommend_wishes": "/recommend 42 3 comedy after 1980 under 100 minutes not horror",
    "recommend_nothing_fits": "/recommend 42 western",
    "recommend_long": "/recommend 42 8",
    "recommend_new": "/recommend user_00999",
    "recommend_like": "/recommend 42 3 like heat but not comedy",
    "similar_wishes": "/similar heat but not horror after 2000",
    "taste": "/taste user_00999 comedy",
    "churn_comebacks": "/churn user_00001",
    "bringback": "/bringback user_00001",
    "bringback_too_few": "/bringback 42",
    "like": "/like t05 42 5",
    "trending": "/trending 3 drama",
    "title": "/title heat",
    "title_typo": "/title godfahter",
    "similar": "/similar heat",
    "digest": "/digest",
    "model": "/model",
    "status": "/status",
    "contacted": "/contacted 42",
    "snooze": "/snooze 42 7",
    "subscribe": "/subscribe digest 08:30 Europe/Berlin",
    "unsubscribe": "/unsubscribe alerts",
    "whoami": "/whoami",
    "unknown_customer": "/user nosuch",
    "misspelled_customer": "/user Grase Hoper",
    "several_customers": "ann lee",
    "two_customers": "/churn 42 1007",
    "unknown_command": "/chrun 42",
    "unknown_wish": "/recommend 42 comdy",
}
VIEWER_ASKS = {
    "viewer_start": "/start",
    "viewer_help": "/help",
    "viewer_recommend": "/recommend",
    "viewer_like": "/like toy story",
    "viewer_mydata": "/mydata",
    "viewer_title": "paddington 2",
    "viewer_asks_for_another": "/user 42",
    "viewer_whoami": "/whoami",
}
WITHOUT_SIGNAL = {
    "no_signal_user": "/user 42",
    "no_signal_churn": "/churn 42",
    "no_signal_why": "/why 42",
    "no_signal_trend": "/trend 42",
    "no_signal_atrisk": "/atrisk",
    "no_signal_model": "/model",
}


def compare(name: str, line: str, asker: Asker, queries: Queries) -> None:
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")

    assert shown(ask(line, asker, queries)) == expected


@pytest.mark.parametrize(("name", "line"), STAFF_ASKS.items(), ids=STAFF_ASKS)
def test_staff_are_answered_as_written_down(name: str, line: str, chat: Queries) -> None:
    compare(name, line, OWNER, chat)


@pytest.mark.parametrize(("name", "line"), VIEWER_ASKS.items(), ids=VIEWER_ASKS)
def test_a_viewer_is_answered_as_written_down(name: str, line: str, chat: Queries) -> None:
    compare(name, line, VIEWER, chat)


def test_a_newcomer_is_served_and_told_how_the_list_becomes_his(chat: Queries) -> None:
    compare("newcomer_recommend", "/recommend 3", NEWCOMER, chat)
    compare("newcomer_taste", "/taste Comedy Drama", NEWCOMER, chat)
    compare("newcomer_like", "/like #t05 5", NEWCOMER, chat)


@pytest.mark.parametrize(("name", "line"), WITHOUT_SIGNAL.items(), ids=WITHOUT_SIGNAL)
def test_where_the_data_holds_no_signal_the_rest_is_served_and_it_is_said(
    name: str, line: str, published_without_signal: Path, tmp_path: Path
) -> None:
    with asking(published_without_signal, tmp_path) as queries:
        compare(name, line, OWNER, queries)


def test_before_the_first_run_everybody_is_told_what_to_do(tmp_path: Path) -> None:
    with asking(tmp_path / "results.db", tmp_path) as queries:
        compare("no_results_user", "/user 42", OWNER, queries)
        compare("no_results_status", "/status", OWNER, queries)
        compare("no_results_start", "/start", OWNER, queries)
        compare("no_results_viewer", "/recommend", VIEWER, queries)
