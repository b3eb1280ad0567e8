"""What a small published run answers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import NoResults
from store.records import Comeback, History, Neighbour, RiskCount
from store.results import Results
from tests.store.publishing import PNG, SEGMENTS, TITLES, WATERMARK, people, publish_small, small_run


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    with closing(Results(publish_small(tmp_path_factory.mktemp("small")))) as opened:
        yield opened


def found(results: Results, text: str, limit: int = 5) -> list[str]:
    return [match.customer_id for match in results.find_customers(text, limit)]


def test_the_run_says_what_it_is(results: Results) -> None:
    assert results.run() == small_run()


def test_a_customer_is_found_by_his_exact_id_alone(results: Results) -> None:
    customer = results.customer("user_00042")

    assert customer is not None
    assert (customer.name, customer.segment_name) == ("Chen 🎬 Wei", "weekend regulars")
    assert results.customer("user_42") is None


def test_a_number_finds_the_id_itself_and_the_id_that_ends_in_it(results: Results) -> None:
    assert found(results, "42") == ["42", "user_00042"]
    assert found(results, "007") == ["user_00007"]


def test_a_name_or_mail_is_found_whatever_its_case(results: Results) -> None:
    assert found(results, "  ANN lee ") == ["1007", "user_00142"]
    assert found(results, "Dora@Example.ORG") == ["user_00100"]


def test_a_typing_error_is_forgiven_in_ids_names_and_mails(results: Results) -> None:
    assert found(results, "usr_00300", 1) == ["user_00300"]
    assert found(results, "grace hoper") == ["user_00999"]
    assert found(results, "gracee@example.org", 1) == ["user_00999"]
    assert found(results, "דוד", 1) == ["user_00200"]
    assert found(results, "ZOË") == ["42"]


def test_nothing_is_found_for_nothing(results: Results) -> None:
    assert found(results, "   ") == []
    assert found(results, "ann lee", 0) == []
    assert found(results, "@") == []
    assert found(results, "%") == []


def test_who_is_at_risk_is_ordered_by_what_is_at_stake(results: Results) -> None:
    ids = [customer.customer_id for customer in results.at_risk()]

    assert ids == ["42", "user_00200", "user_00001", "user_00007"]
    assert [customer.customer_id for customer in results.at_risk(limit=2, offset=1)] == ids[1:3]
    assert results.count_at_risk() == 4
    assert [customer.customer_id for customer in results.at_risk(segment=1)] == ["42", "user_00200"]
    assert results.count_at_risk(segment=1) == 2


def test_customers_are_counted_by_status_and_band(results: Results) -> None:
    counts = results.risk_counts()

    assert sum(count.customers for count in counts) == len(people())
    assert counts[-1] == RiskCount(status="new", band=None, customers=1, value=0)


def test_segments_have_members_of_most_value_first(results: Results) -> None:
    assert results.segments() == SEGMENTS
    members = results.segment_members(2)
    assert [customer.value for customer in members] == [31.0, 12.0, 4.5]
    assert [move.customers for move in results.segment_moves()] == [2, 1]


def test_a_list_has_ranks_matches_and_reasons(results: Results) -> None:
    listed = results.recommendations("42", limit=4)

    assert [one.rank for one in listed] == [1, 2, 3, 4]
    assert [one.title for one in listed] == list(TITLES[1:5])
    assert listed[0].match == 1
    assert [one.because for one in listed] == [TITLES[13].title, TITLES[14].title, TITLES[15].title, None]
    assert results.recommendations("user_00999") == ()


def test_titles_are_found_with_typing_errors(results: Results) -> None:
    assert [title.title for title in results.find_titles("godfahter", 2)] == [
        "The Godfather",
        "The Godfather Part II",
    ]
    assert results.find_titles("amelie", 1)[0].title == "Amélie"
    assert results.find_titles("قفص", 1)[0].title == "قفص الصمت"
    assert results.find_titles("") == ()
    assert results.title("t01") == TITLES[0]
    assert results.title("nowhere") is None


def test_titles_have_neighbours_and_likes(results: Results) -> None:
    assert results.similar("t02", 2) == (TITLES[0], TITLES[2])
    assert results.neighbours("t02")[0] == Neighbour(title_id="t01", weight=0.5)
    assert len(results.neighbours("t01")) == 8
    assert results.neighbours("nowhere") == ()
    assert results.similar("nowhere") == ()
    assert results.popular(2) == TITLES[:2]


def test_genres_come_most_watched_first(results: Results) -> None:
    genres = results.genres()

    assert genres[0] == "Comedy"
    assert set(genres) == {genre for title in TITLES for genre in title.genres}


def test_pictures_come_by_name(results: Results) -> None:
    assert results.picture("confusion") == PNG
    assert results.picture("nothing") is None


def test_activity_is_asked_for_by_days_both_included(results: Results) -> None:
    days = results.activity(WATERMARK - timedelta(days=6), WATERMARK)

    assert [day.day for day in days] == [WATERMARK - timedelta(days=back) for back in range(6, -1, -1)]
    assert [
        month.day.day for month in results.monthly_activity(WATERMARK - timedelta(days=90), WATERMARK)
    ] == [1, 1, 1]


def test_everybody_is_listed_for_the_alert_scan_and_past_scores_for_the_next_run(results: Results) -> None:
    standings = list(results.scores_of_all())

    assert [standing.customer_id for standing in standings] == [customer.customer_id for customer in people()]
    assert standings[1][1:5] == (0.81, 29.5, True, "active")
    past = list(results.score_history())
    assert len(past) == 9
    assert (len(past[0].days), len(past[0].probabilities)) == (6, 12)


def test_nobody_has_a_risk_where_the_model_is_not_served(tmp_path: Path) -> None:
    path = publish_small(tmp_path, churn_status="no_skill")
    with closing(Results(path)) as results:
        assert results.run().churn_status == "no_skill"
        assert results.at_risk() == ()
        assert results.bands() == ()
        assert not any(report.served for report in results.model_reports("churn"))


def test_before_the_first_run_every_question_says_so(tmp_path: Path) -> None:
    with closing(Results(tmp_path / "results.db")) as results:
        with pytest.raises(NoResults, match="nothing has been published yet; run “matinee retrain” first"):
            results.run()
        with pytest.raises(NoResults):
            next(results.scores_of_all())

        publish_small(tmp_path)

        assert results.run().customers == len(people())


def test_a_file_that_vanished_says_so_too(tmp_path: Path) -> None:
    path = publish_small(tmp_path)
    with closing(Results(path)) as results:
        results.run()
        path.unlink()
        with pytest.raises(NoResults):
            results.customer("42")


def test_a_folder_may_be_named_oddly(tmp_path: Path) -> None:
    with closing(Results(publish_small(tmp_path / "a #b?c%20 é"))) as results:
        assert results.customer("42") is not None


def test_names_that_look_like_sql_are_only_names(results: Results) -> None:
    assert found(results, "Eve >_< 'x'; DROP TABLE") == ["user_00300"]
    assert results.customer("' OR 1=1 --") is None


def test_popular_titles_are_told_for_each_genre(results: Results) -> None:
    assert [title.title for title in results.popular(3, "Horror")] == ["Alien", "Get Out"]
    assert results.popular(2, "Opera") == ()


def test_a_history_tells_what_must_not_come_back_and_which_genres_it_is_of(results: Results) -> None:
    history = results.history("1007")

    assert history.title_ids == {"t13", "t14", "t15", "t17", "t18", "t19"}
    assert history.genres[:3] == (("Comedy", 3), ("Drama", 3), ("Family", 2))
    assert results.history("user_00999") == results.history("nobody") == History()


def test_titles_that_brought_people_back_come_by_lift(results: Results) -> None:
    found = results.comebacks("Comedy", 2)

    assert found == (
        Comeback(title=TITLES[6], returns=9, lift=3.1),
        Comeback(title=TITLES[3], returns=6, lift=1.8),
    )
    assert results.comebacks("Horror") == ()
