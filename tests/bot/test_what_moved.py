"""Why, and what changed: from two real runs two weeks apart, against numbers counted apart."""

import json
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.phrases.changes import changes, period_before
from bot.phrases.why import why
from bot.queries import Queries
from bot.question import Question
from store.results import Results
from store.results.asked import Choice, Span
from store.results.metrics import METRIC_BY_NAME
from tests.bot.asking import OWNER, ask, drawn, lines_of, measuring, rows

JUNE = Span(date(2026, 6, 1), date(2026, 6, 30))
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))
POWER = "high-value power users"


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


def test_the_run_before_is_chosen_by_the_day(two_runs: Path) -> None:
    with closing(Results(two_runs)) as results:
        for until in (None, date(2026, 6, 20), date(2020, 1, 1)):
            before = results.previous(until)
            assert before is not None
            with closing(before):
                assert before.run().watermark == date(2026, 6, 16)
                assert before.previous() is None
