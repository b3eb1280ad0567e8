"""When a customer counts as at risk, and when that is worth an alert."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.alerts.risk import (
    Rules,
    Sight,
    advanced,
    first_seen,
    is_held_out,
    may_alert,
    rose_lately,
)
from store.state.records import AlertState

RULES = Rules.of(base_rate=0.4, horizon_days=30)
START = date(2026, 9, 1)
LONG_AGO = date(2026, 8, 1)


def days(number: int) -> date:
    return START + timedelta(days=number)


def seen(p: float | None, last: date | None = LONG_AGO) -> Sight:
    return Sight(customer_id="ann", probability=p, last_active_on=last)


def after(*probabilities: float | None, rose: bool = False) -> AlertState | None:
    """Where Ann stands after these scans, one a day."""
    state: AlertState | None = None
    for number, p in enumerate(probabilities):
        state = advanced(state, seen(p), RULES, days(number), rose=lambda _: rose)
    return state


def test_the_line_is_one_and_a_half_times_the_usual_but_never_out_of_reach() -> None:
    assert Rules(enter=1.5 * 0.4, cool_down_days=15) == RULES
    assert Rules.of(base_rate=0.8, horizon_days=7) == Rules(enter=0.9, cool_down_days=4)


def test_two_scans_in_a_row_above_the_line_enter() -> None:
    assert after(0.7) == AlertState(customer_id="ann", state="ok", since=days(0), above=1)
    assert after(0.7, 0.65) == AlertState(customer_id="ann", state="at_risk", since=days(1), above=2)
    assert after(0.7, 0.5, 0.7) == AlertState(customer_id="ann", state="ok", since=days(0), above=1)


def test_a_steep_rise_enters_at_once_but_only_above_the_line() -> None:
    assert after(0.7, rose=True) == AlertState(customer_id="ann", state="at_risk", since=days(0), above=1)
    assert after(0.5, rose=True) is None


def test_a_calm_customer_is_not_remembered() -> None:
    assert after(0.1, 0.2, None) is None


def test_leaves_below_four_fifths_of_the_line() -> None:
    at_risk = after(0.7, 0.7, 0.55, 0.49)
    assert at_risk is not None
    assert (at_risk.state, at_risk.since) == ("at_risk", days(1))
    assert after(0.7, 0.7, 0.47) == AlertState(customer_id="ann", state="ok", since=days(2), above=0)


def test_whoever_cannot_be_scored_stays_where_he_is() -> None:
    stays = after(0.7, 0.7, None)
    assert stays is not None
    assert stays.state == "at_risk"
    assert after(0.7, None) == AlertState(customer_id="ann", state="ok", since=days(0), above=0)


def test_any_activity_leaves() -> None:
    at_risk = after(0.7, 0.7)
    visited = seen(0.9, days(1))
    assert advanced(at_risk, visited, RULES, days(2), rose=lambda _: False) == AlertState(
        customer_id="ann", state="ok", since=days(2), above=0
    )


def test_a_baseline_takes_those_above_the_line_as_they_are() -> None:
    assert first_seen(seen(0.61), RULES, START) == AlertState(
        customer_id="ann", state="at_risk", since=START, above=1
    )
    assert first_seen(seen(0.59), RULES, START) is None
    assert first_seen(seen(None), RULES, START) is None


def test_a_second_alert_needs_a_return_and_the_cool_down() -> None:
    alerted = AlertState(customer_id="ann", state="ok", since=START, alerted_at=START)

    assert may_alert(None, seen(0.9), RULES, START)
    assert not may_alert(alerted, seen(0.9, days(3)), RULES, days(14))
    assert may_alert(alerted, seen(0.9, days(3)), RULES, days(15))
    assert not may_alert(alerted, seen(0.9, LONG_AGO), RULES, days(40))


def test_a_rise_is_measured_against_the_lowest_of_the_week_before() -> None:
    week = {days(0): 0.1, days(4): 0.5, days(5): 0.4, days(9): 0.56}

    assert rose_lately(week, days(10))
    assert not rose_lately(week, days(13))
    assert not rose_lately({days(9): 0.9}, days(10))


@given(probabilities=st.lists(st.none() | st.floats(0, 1), max_size=30))
def test_nobody_enters_twice_without_leaving_and_each_entry_is_above_the_line(
    probabilities: list[float | None],
) -> None:
    state: AlertState | None = None
    for number, p in enumerate(probabilities):
        before = state
        state = advanced(before, seen(p), RULES, days(number), rose=lambda _: False)
        if state is not None and state.state == "at_risk" and (before is None or before.state == "ok"):
            assert p is not None
            assert p >= RULES.enter
            assert state.above == 2
        if before is not None and before.state == "at_risk":
            assert state is not None
            assert (state.state == "ok") == (p is not None and p < 0.8 * RULES.enter)


def test_the_hold_out_is_a_fixed_draw_of_about_its_share() -> None:
    drawn = [is_held_out(f"customer {number}", "run-1", 0.08) for number in range(5_000)]

    assert drawn == [is_held_out(f"customer {number}", "run-1", 0.08) for number in range(5_000)]
    assert 0.065 < sum(drawn) / 5_000 < 0.095
    assert not any(is_held_out(f"customer {number}", "run-1", 0.0) for number in range(100))
