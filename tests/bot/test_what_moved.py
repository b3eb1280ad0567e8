"""Why, what changed, who moved: from two real runs two weeks apart, against numbers counted apart."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.messages import findings
from bot.phrases.changes import changes, period_before
from bot.phrases.measuring import Measuring
from bot.phrases.moves import moves
from bot.phrases.synonyms import vocabulary_served
from bot.phrases.why import why
from bot.queries import Queries
from bot.question import Question
from bot.replies import Chart, Reply
from store.results import Results
from store.results.asked import Choice, Span
from store.results.metrics import METRIC_BY_NAME
from tests.bot.asking import OWNER, SUPPORT, ask, asking, lines_of

JUNE = Span(date(2026, 6, 1), date(2026, 6, 30))
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))
POWER = "high-value power users"


@pytest.fixture
def house(two_runs: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(two_runs, tmp_path) as queries:
        yield queries


@pytest.fixture
def alone(two_runs: Path, tmp_path: Path) -> Iterator[Queries]:
    """The same results where no run before is kept."""
    (tmp_path / "results.db").write_bytes(two_runs.read_bytes())
    with asking(tmp_path / "results.db", tmp_path) as queries:
        yield queries


def measuring(queries: Queries) -> Measuring:
    vocabulary = vocabulary_served(queries)
    assert vocabulary is not None
    return Measuring(queries.results, vocabulary, queries.results.run())


def rows(two_runs: Path, question: str, *, before: bool = False) -> list[Any]:
    """What a plain query says of a published file."""
    path = next(two_runs.parent.glob("results-*.db")) if before else two_runs
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def drawn(reply: Reply) -> Chart:
    (chart,) = reply.charts
    assert isinstance(chart, Chart)
    assert chart.note.startswith("Data up to 30 Jun 2026")
    return chart


def test_why_risk_moved_compares_with_the_run_before_by_segment_and_reason(
    house: Queries, two_runs: Path
) -> None:
    mean = "SELECT avg(churn_probability) FROM customers"
    ((now,),), ((then,),) = rows(two_runs, mean), rows(two_runs, mean, before=True)
    by_segment = (
        "SELECT s.name, avg(churn_probability) FROM customers JOIN segments AS s ON s.number = segment"
        " GROUP BY 1"
    )
    before, after = dict(rows(two_runs, by_segment, before=True)), dict(rows(two_runs, by_segment))

    reply = ask("why is risk up?", OWNER, house)

    direction = "" if now > then else "It fell: "
    changed = f"{abs(now - then) * 100:.1f} points {'more' if now > then else 'less'}"
    assert reply.text.startswith(f"<b>{direction}{now * 100:.1f} %, {changed} than on 16 Jun 2026</b>")
    for name, value in before.items():
        assert f"{value * 100:.1f} % → {after[name] * 100:.1f} %" in reply.text
    chart = drawn(reply)
    assert [each.name for each in chart.series] == ["16 Jun 2026", "30 Jun 2026"]
    assert dict(zip(chart.labels, chart.series[1].values, strict=True)) == pytest.approx(after)
    most = max(after, key=lambda name: abs(after[name] - before[name]))
    assert chart.title == (
        f"Average churn risk {'rose' if after[most] > before[most] else 'fell'} most: {most}"
    )


def test_why_risk_moved_says_whose_moved_and_what_speaks_for_leaving(house: Queries, two_runs: Path) -> None:
    risks = "SELECT customer_id, churn_probability FROM customers WHERE churn_probability IS NOT NULL"
    now, then = dict(rows(two_runs, risks)), dict(rows(two_runs, risks, before=True))
    both = [now[one] - then[one] for one in now if one in then]
    reasons = "SELECT reasons FROM customers WHERE band = 'high'"
    counted = [
        Counter(family for (text,) in found for family, _, points in json.loads(text) if points > 0)
        for found in (rows(two_runs, reasons, before=True), rows(two_runs, reasons))
    ]

    text = ask("why is risk up?", OWNER, house).text

    up, down = sum(each >= 0.05 for each in both), sum(each <= -0.05 for each in both)
    assert (
        f"Of {len(both)} customers with a risk in both runs, it rose by 5 points or more for {up} and" in text
    )
    assert f"fell as much for {down}." in text
    assert f"{len(set(now) - set(then))} customers are new to it" in text
    assert f"{len(set(then) - set(now))} customers have lapsed since and count no more" in text
    family, often = counted[1].most_common(1)[0]
    assert f"{counted[0][family]} → {often}" in next(line for line in text.splitlines() if family in line)


def test_why_risk_moved_keeps_to_the_customers_meant(house: Queries, two_runs: Path) -> None:
    mean = "SELECT avg(churn_probability), count(churn_probability) FROM customers WHERE country = 'Germany'"
    ((now, _),) = rows(two_runs, mean)
    ((high,),) = rows(two_runs, "SELECT count(*) FROM customers WHERE country = 'Germany' AND band = 'high'")

    text = ask("why did churn risk rise in Germany", OWNER, house).text

    assert f"{now * 100:.1f} %, " in text.splitlines()[0]
    assert "Average churn risk · country Germany · why · compared with 16 Jun 2026" in text
    assert f"{high} now):" in text


def test_a_run_of_a_day_that_is_not_kept_is_replaced_by_the_nearest_and_that_is_said(house: Queries) -> None:
    text = ask("why did risk rise since june", OWNER, house).text

    assert "compared with 16 Jun 2026" in text
    assert "No run of 31 May 2026 is kept; this is the nearest." in text


def test_without_a_run_before_the_reasons_still_stand(alone: Queries, two_runs: Path) -> None:
    ((high,),) = rows(two_runs, "SELECT count(*) FROM customers WHERE band = 'high'")

    reply = ask("why is risk up?", OWNER, alone)

    assert "There is no run before to compare with." in reply.text
    assert f"What speaks for leaving, of {high} at risk: " in reply.text
    assert drawn(reply).title.startswith("What speaks most often for leaving: ")


def test_few_people_are_marked_and_none_at_risk_need_no_chart(house: Queries) -> None:
    few = (Choice("country", ("Atlantis",)),)
    reply = why(Question(metric="churn_risk", form="why", filters=few), measuring(house))

    assert reply.text.startswith("<b>not known, not comparable with 16 Jun 2026</b>")
    assert "Fewer than 5 customers: do not rely on it." in reply.text
    assert reply.charts == ()


def test_why_a_number_moved_names_the_groups_that_moved_it(house: Queries) -> None:
    reply = ask("why did hours watched fall in june", OWNER, house)
    measured = {
        span: house.results.measure(METRIC_BY_NAME["hours_watched"], (), span, "plan") for span in (JUNE, MAY)
    }
    sizes = {plan: each.numerator - measured[MAY][plan].numerator for plan, each in measured[JUNE].items()}
    worst = min(sizes, key=lambda plan: sizes[plan])

    assert f"plan {worst}: −{-sizes[worst]:,.1f} hours" in reply.text
    assert "Active customers: " in reply.text
    assert "; hours watched of each: " in reply.text
    assert "the data does not show why people did it" in reply.text
    chart = drawn(reply)
    assert chart.signed
    assert f"plan {worst}" in chart.labels
    assert chart.series[0].values[0] == min(chart.series[0].values)
    assert chart.title == f"Hours watched fell most for {chart.labels[0]}"


def test_of_shares_the_points_are_told_and_groups_of_few_are_left_out(house: Queries) -> None:
    question = Question(metric="retention", form="why", period=JUNE, compare=MAY, direction="down")
    reply = why(question, measuring(house))

    assert reply.text.startswith("<b>It rose: ")
    assert " % → " in reply.text
    assert drawn(reply).unit == "retention, points"
    assert "of each" not in reply.text


def test_of_one_plan_the_plan_explains_nothing(house: Queries) -> None:
    premium = (Choice("plan", ("Premium",)),)
    question = Question(metric="revenue", form="why", filters=premium, period=JUNE, compare=MAY)

    assert "plan Premium:" not in why(question, measuring(house)).text


def test_where_nothing_moved_nothing_is_drawn(house: Queries) -> None:
    nobody = (Choice("country", ("Atlantis",)),)
    question = Question(metric="watches", form="why", filters=nobody, period=JUNE, compare=MAY)

    reply = why(question, measuring(house))

    assert reply.text.startswith("<b>0 watches, none in 1–31 May 2026 either</b>")
    assert reply.charts == ()


def test_what_changed_tells_the_largest_first_then_risk_and_moves(house: Queries, two_runs: Path) -> None:
    ((now,),) = rows(two_runs, "SELECT count(*) FROM customers WHERE band = 'high'")
    ((then,),) = rows(two_runs, "SELECT count(*) FROM customers WHERE band = 'high'", before=True)

    reply = ask("what changed this month", OWNER, house)

    chart = drawn(reply)
    assert chart.percent
    assert chart.signed
    largest = max(zip(chart.labels, chart.series[0].values, strict=True), key=lambda pair: abs(pair[1]))
    assert chart.title.startswith(f"{largest[0]} {'rose' if largest[1] > 0 else 'fell'} most: ")
    assert "What changed · 1–30 Jun 2026" in reply.text
    assert "Compared with 1–31 May 2026" in reply.text
    assert "Risk, compared with the run of 16 Jun 2026" in reply.text
    risk = next(line for line in reply.text.splitlines() if "Customers at risk" in line)
    assert risk.split()[3] == str(now)
    assert f"{abs(now / then - 1) * 100:.1f} % {'more' if now > then else 'less'}" in risk
    assert f"→ {POWER} in 30 days" in reply.text
    assert lines_of(reply) == ["why churn risk", "moves between segments"]


def test_without_a_run_before_the_risk_is_left_out_of_what_changed(alone: Queries) -> None:
    assert "Risk, compared" not in ask("what changed this month", OWNER, alone).text


def test_a_time_in_which_nothing_happened_is_said(house: Queries) -> None:
    long_ago = Span(date(2020, 1, 1), date(2020, 1, 31))

    reply = changes(
        Question(metric="customers", form="changes", period=long_ago, compare=MAY), measuring(house)
    )

    assert reply.text.startswith("<b>Nothing happened</b>")
    assert reply.charts == ()


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (JUNE, MAY),
        (Span(date(2026, 6, 1), date(2026, 6, 15)), Span(date(2026, 5, 1), date(2026, 5, 15))),
        (Span(date(2026, 3, 1), date(2026, 3, 30)), Span(date(2026, 2, 1), date(2026, 2, 28))),
        (Span(date(2026, 6, 29), date(2026, 6, 30)), Span(date(2026, 6, 22), date(2026, 6, 23))),
        (Span(date(2026, 6, 24), date(2026, 6, 30)), Span(date(2026, 6, 17), date(2026, 6, 23))),
    ],
    ids=["whole months", "half a month", "into February", "two days of a week", "seven days"],
)
def test_part_of_a_week_or_month_is_compared_with_the_same_days(period: Span, before: Span) -> None:
    assert period_before(period) == before


def moved_by_name(two_runs: Path) -> dict[str, tuple[str, str]]:
    question = "SELECT customer_id, segment FROM customers WHERE segment IS NOT NULL"
    names = dict(rows(two_runs, "SELECT number, name FROM segments"))
    then, now = dict(rows(two_runs, question, before=True)), dict(rows(two_runs, question))
    return {one: (names[then[one]], names[now[one]]) for one in now if one in then and now[one] != then[one]}


def test_who_moved_out_is_counted_and_named_and_each_look_is_written_down(
    house: Queries, two_runs: Path
) -> None:
    gone = [one for one, (source, _) in moved_by_name(two_runs).items() if source == POWER]
    ((moved,),) = rows(
        two_runs,
        "SELECT sum(m.customers) FROM segment_moves AS m JOIN segments ON number = from_segment"
        f" WHERE name = '{POWER}' AND from_segment <> to_segment",
    )

    reply = ask("who moved out of power users?", SUPPORT, house)

    assert reply.text.startswith(f"<b>{moved} customers moved out of {POWER}</b>")
    assert f"<b>Since the run of 16 Jun 2026</b>: {len(gone)} customers" in reply.text
    shown = [line.removeprefix("/user ") for line in lines_of(reply) if line.startswith("/user ")]
    assert len(shown) == min(10, len(gone))
    assert set(shown) <= set(gone)
    looked = {entry.customer_id for entry in house.state.audit(limit=500)}
    assert looked >= set(gone if reply.document else shown)
    chart = drawn(reply)
    assert sum(chart.series[0].values) == moved
    assert all(label.startswith("to ") for label in chart.labels)


def test_who_moved_in_is_another_question(house: Queries, two_runs: Path) -> None:
    come = [one for one, (_, target) in moved_by_name(two_runs).items() if target == POWER]

    reply = ask("who moved into power users?", SUPPORT, house)

    assert f"moved into {POWER}</b>" in reply.text
    assert f"Since the run of 16 Jun 2026</b>: {len(come)} customer" in reply.text


def test_all_moves_come_with_a_file_where_they_are_many(house: Queries, two_runs: Path) -> None:
    everybody = moved_by_name(two_runs)

    reply = ask("moves between segments", SUPPORT, house)

    assert reply.document is not None
    table = reply.document.content.decode("utf-8-sig").splitlines()
    assert table[0] == "customer_id,from,to"
    assert {tuple(line.split(",")) for line in table[1:]} == {(one, *way) for one, way in everybody.items()}


def test_a_few_come_as_a_file_when_asked(house: Queries) -> None:
    rare = (Choice("segment", (POWER,)),)
    question = Question(metric="customers", form="moves", filters=rare, order="most", as_csv=True)

    reply, shown = moves(question, measuring(house))

    assert reply.document is not None
    assert len(shown) == reply.document.content.decode("utf-8-sig").count("\n") - 1


def test_without_a_run_before_moves_have_no_names(alone: Queries) -> None:
    reply = ask("who moved out of power users", SUPPORT, alone)

    assert "By name I can tell them once there is a run before this one." in reply.text
    assert lines_of(reply) == []


def test_nobody_moved_into_a_segment_that_is_not_there(house: Queries) -> None:
    nowhere = (Choice("segment", ("nowhere",)),)
    reply, shown = moves(
        Question(metric="customers", form="moves", filters=nowhere, order="most"), measuring(house)
    )

    assert reply.text.startswith("<b>Nobody moved into nowhere</b>")
    assert (reply.charts, shown) == ((), ())


def test_the_run_before_is_chosen_by_the_day(two_runs: Path) -> None:
    with closing(Results(two_runs)) as results:
        for until in (None, date(2026, 6, 20), date(2020, 1, 1)):
            before = results.previous(until)
            assert before is not None
            with closing(before):
                assert before.run().watermark == date(2026, 6, 16)
                assert before.previous() is None


def test_titles_of_charts_say_what_is_seen(house: Queries) -> None:
    metric, run = METRIC_BY_NAME["revenue"], house.results.run()

    assert findings.of_time(metric, run, "month", []) == "Revenue"
    assert findings.of_time(metric, run, "month", [12.5]) == "Revenue a month: €12.50"
    assert findings.of_time(metric, run, "week", [400.2, 1500.4]) == "Revenue a week rose from €400 to €1,500"
    assert findings.of_time(metric, run, "week", [100.0, 104.0]) == "Revenue a week stayed at €104"
    many = [float(100 - day) for day in range(40)]
    assert findings.of_time(metric, run, "day", many) == "Revenue a day fell from about €96 to about €66"
    watches = METRIC_BY_NAME["watches"]
    lines = findings.of_lines(watches, run, "week", [("Free", 3.0), ("Basic", 1234.0)])
    assert lines == "Watches a week: Basic is highest with 1,234"
    assert findings.of_groups(watches, run, [("a", 5.0), ("b", 2.0)], lowest=True) == (
        "Watches: b is lowest with 2"
    )
    assert findings.of_groups(watches, run, [("a", 0.7), ("b", 0.3)], shares=True) == (
        "Watches: a is highest with 70 %"
    )


def test_a_week_that_is_not_over_is_dashed_and_no_finding(house: Queries) -> None:
    chart = drawn(ask("hours watched per week this year", OWNER, house))
    whole = drawn(ask("hours watched per week from 5 january to 28 june 2026", OWNER, house))

    assert chart.cut == (True, True)  # Thursday, 1 January, to Tuesday, 30 June
    assert chart.note.endswith("dashed: part of a week")
    assert chart.title == whole.title
    assert whole.cut == (False, False)


def test_of_sign_up_months_the_last_are_shown(house: Queries) -> None:
    chart = drawn(ask("customers by sign-up month", OWNER, house))

    assert chart.labels[-1] == "2026-06"


def test_shares_are_drawn_as_shares_and_what_was_before_stands_behind(house: Queries) -> None:
    shares = drawn(ask("share of customers by plan", OWNER, house))
    assert shares.percent
    assert sum(shares.series[0].values) == pytest.approx(1.0)

    both = drawn(ask("revenue by plan in june compared with may", OWNER, house))
    assert [each.name for each in both.series] == ["1–31 May 2026", "1–30 Jun 2026"]


def test_an_unfinished_week_is_told_as_so_far_and_of_weekdays_the_highest(house: Queries) -> None:
    assert ask("watches per week", OWNER, house).text.splitlines()[0].endswith(" watches so far</b>")
    assert "so far" not in ask("watches per month", OWNER, house).text

    days = ask("watches by weekday", OWNER, house)
    values = dict(zip(drawn(days).labels, drawn(days).series[0].values, strict=True))
    best = max(values, key=lambda day: values[day])
    assert days.text.startswith(f"<b>{best}: {values[best]:,.0f} watches</b>")
