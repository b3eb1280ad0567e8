"""Who moved between segments: from two real runs two weeks apart, against numbers counted apart."""

from pathlib import Path

from bot.phrases.moves import moves
from bot.queries import Queries
from bot.question import Question
from store.results.asked import Choice
from tests.bot.asking import SUPPORT, ask, drawn, lines_of, measuring, rows

POWER = "high-value power users"


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
