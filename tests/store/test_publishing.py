"""Laws of publishing: whole runs only, and a crash leaves the last good one served."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from struct import pack

import pytest

from store.errors import NoResults, UnknownRunError
from store.records import Customer
from store.results import Results, ResultsWriter, rollback, runs
from store.results.packing import packed_codes, packed_numbers
from store.results.rows import customer_values, title_values
from tests.store.publishing import SEGMENTS, TITLES, publish_small, small_run

ROOT = Path(__file__).resolve().parents[2]
ANN = Customer(customer_id="ann", status="active", churn_probability=0.5, band="high")
ONE = replace(small_run(customers=1), titles=0)


def publish_runs(place: Path, *run_ids: str) -> None:
    for run_id in run_ids:
        publish_small(place, run_id=run_id)


def served(place: Path) -> str:
    with closing(Results(place / "results.db")) as results:
        return results.run().run_id


# In each run every probability and every title says the run's number: a mixture would show.
READER = """
import sys
from pathlib import Path
from store.results import Results
folder = Path(sys.argv[1])
results, seen, looks = Results(folder / "results.db"), set(), 0
print("ready", flush=True)
while not (folder / "stop").exists():
    looks += 1
    with_run = {customer.churn_probability for customer in results.segment_members(0, 100)}
    standings = {standing.probability for standing in results.scores_of_all()}
    assert len(with_run) == 1, with_run
    assert len({one.title.title[:6] for one in results.recommendations("c000")}) == 1
    assert len({title.title[:6] for title in results.find_titles("run title", 20)}) == 1
    with results.one_run():
        assert results.run().run_id == results.popular(1)[0].title[:6]
    assert len(standings) == 1, standings
    seen |= standings
print(len(seen), looks)
"""


def publish_alike(place: Path, number: int) -> None:
    customers = [
        replace(ANN, customer_id=f"c{customer:03d}", churn_probability=number / 100, segment=0)
        for customer in range(60)
    ]
    # Of another length in each run, so that a list of one points at titles that another does not have.
    titles = [replace(title, title=f"run{number:03d} title") for title in TITLES[: 1 + number % 20]]
    codes = packed_codes(range(len(titles)))
    with ResultsWriter(place) as writer:
        writer.run(replace(ONE, run_id=f"run{number:03d}", customers=len(customers), titles=len(titles)))
        writer.segments(SEGMENTS[:1])
        writer.titles(title_values(code, title) for code, title in enumerate(titles))
        writer.customers(map(customer_values, customers))
        writer.recommendations([("c000", codes, packed_numbers(range(len(titles))), codes)])
        writer.popular(range(len(titles)))
        writer.publish()


def test_a_reader_in_another_process_sees_only_whole_runs_during_50_publishes(tmp_path: Path) -> None:
    publish_alike(tmp_path, 0)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(1, 51):
            publish_alike(tmp_path, number)
        (tmp_path / "stop").touch()
        seen, looks = map(int, reader.communicate()[0].split())

    assert reader.returncode == 0
    assert seen > 1
    assert looks >= seen


KILLED = """
import os, signal, sys
from pathlib import Path
from store.results import ResultsWriter, writing
from tests.store.publishing import publish_small
place, moment = Path(sys.argv[1]), sys.argv[2]
def die(*rest, **named):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "while writing customers":
    ResultsWriter.recommendations = die
elif moment == "before the check":
    writing.check = die
elif moment == "before the swap":
    writing.put_in_place = die
else:
    Path.replace = die
publish_small(place, run_id="new")
"""


@pytest.mark.parametrize(
    "moment",
    ["while writing customers", "before the check", "before the swap", "between keeping and swapping"],
)
def test_a_run_killed_while_publishing_leaves_the_old_one_served(tmp_path: Path, moment: str) -> None:
    publish_runs(tmp_path, "old")

    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), moment], cwd=ROOT, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert served(tmp_path) == "old"
    publish_runs(tmp_path, "then")  # what the dead left behind is in nobody's way
    assert served(tmp_path) == "then"
    assert [run.run_id for run in runs(tmp_path)] == ["then", "old"]


OPENED = """
import sys
from pathlib import Path
opened = []
def note(event, values):
    if event in ("open", "sqlite3.connect"):
        opened.append(str(values[0]))
sys.addaudithook(note)
from tests.store.publishing import publish_small
publish_small(Path(sys.argv[1]))
print(*(path for path in opened if ".db" in path), sep="\\n")
"""


def test_publishing_never_opens_what_people_did(tmp_path: Path) -> None:
    (tmp_path / "matinee.db").write_bytes(b"what people did")

    opened = subprocess.run(
        [sys.executable, "-c", OPENED, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout

    assert "results.db.new" in opened
    assert "matinee.db" not in opened
    assert (tmp_path / "matinee.db").read_bytes() == b"what people did"


def test_five_earlier_runs_are_kept(tmp_path: Path) -> None:
    publish_runs(tmp_path, *(f"run{number}" for number in range(8)))

    assert [run.run_id for run in runs(tmp_path)] == ["run7", "run6", "run5", "run4", "run3", "run2"]


def test_rolling_back_serves_the_run_before_and_keeps_the_one_served(tmp_path: Path) -> None:
    publish_runs(tmp_path, "a", "b", "c")
    with closing(Results(tmp_path / "results.db")) as results:
        assert results.run().run_id == "c"

        assert rollback(tmp_path).run_id == "b"

        assert results.run().run_id == "b"
        assert rollback(tmp_path, "c").run_id == "c"
        assert results.run().run_id == "c"
        assert rollback(tmp_path, "a").run_id == "a"
        assert results.run().run_id == "a"
    assert [run.run_id for run in runs(tmp_path)] == ["c", "b", "a"]


def test_a_run_that_is_not_kept_cannot_be_served_again(tmp_path: Path) -> None:
    with pytest.raises(NoResults):
        rollback(tmp_path)
    publish_runs(tmp_path, "a")
    with pytest.raises(UnknownRunError, match="go back to an earlier run: served is a, kept are none"):
        rollback(tmp_path)
    publish_runs(tmp_path, "b")
    with pytest.raises(UnknownRunError, match="go back to x: served is b, kept are a"):
        rollback(tmp_path, "x")
    assert served(tmp_path) == "b"


def test_the_run_before_is_there_for_comparison(tmp_path: Path) -> None:
    publish_small(tmp_path, run_id="a", probabilities={"42": 0.25})
    with closing(Results(tmp_path / "results.db")) as results:
        assert results.previous() is None
        publish_small(tmp_path, run_id="b")
        before = results.previous()
        assert before is not None
        with closing(before):
            customer = before.customer("42")
            assert customer is not None
            assert customer.churn_probability == 0.25


def test_a_run_before_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    publish_runs(tmp_path, "a", "b")
    (tmp_path / "results-a.db").unlink()
    (tmp_path / "results-a.db").write_bytes(b"of another time" * 400)
    with closing(Results(tmp_path / "results.db")) as results:
        assert results.previous() is None


def test_questions_that_belong_together_are_answered_from_one_run(tmp_path: Path) -> None:
    publish_runs(tmp_path, "a")
    with closing(Results(tmp_path / "results.db")) as results:
        with results.one_run():
            publish_runs(tmp_path, "b")
            with results.one_run():
                assert results.run().run_id == "a"
            assert results.run().run_id == "a"
        assert results.run().run_id == "b"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no results of Matinee"),
        (
            b"not a database, but long enough to be looked at" * 99,
            r"cannot be read \(file is not a database\)",
        ),
    ],
)
def test_a_file_that_is_no_results_file_is_refused_and_replaced(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "results.db").write_bytes(content)
    (tmp_path / "results-old.db").write_bytes(content)
    with closing(Results(tmp_path / "results.db")) as results:
        with pytest.raises(NoResults, match=message):
            results.run()
        assert runs(tmp_path) == ()

        publish_runs(tmp_path, "new")

        assert results.run().run_id == "new"
        assert [run.run_id for run in runs(tmp_path)] == ["new"]


def test_where_a_file_system_has_no_links_the_run_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    publish_runs(tmp_path, "a", "b")
    assert rollback(tmp_path).run_id == "a"
    assert served(tmp_path) == "a"
    assert [run.run_id for run in runs(tmp_path)] == ["b", "a"]


def test_what_is_built_but_not_published_is_thrown_away(tmp_path: Path) -> None:
    publish_runs(tmp_path, "old")
    with ResultsWriter(tmp_path) as writer:
        writer.run(ONE)

    assert served(tmp_path) == "old"
    assert not list(tmp_path.glob("*.new"))
    assert runs(tmp_path / "nowhere") == ()


def test_narrow_lists_are_read_as_wide_ones_are(tmp_path: Path) -> None:
    codes, scores, because = [3, 1, -1], [255, 51, 0], [0, -1, -1]
    with ResultsWriter(tmp_path) as writer:
        writer.run(replace(ONE, titles=len(TITLES)))
        writer.titles(title_values(code, title) for code, title in enumerate(TITLES))
        writer.customers([customer_values(ANN)])
        row = ("ann", pack("3h", *codes), bytes(scores), pack("3h", *because))
        writer.recommendations([row], codes="h", scores="B")
        writer.histories([("ann", pack("2h", 0, 4), 2.0)])
        writer.publish()
    with closing(Results(tmp_path / "results.db")) as results:
        listed = results.recommendations("ann")

    assert [(one.title, one.score, one.match, one.because) for one in listed] == [
        (TITLES[3], 2.0, 1.0, "The Godfather"),
        (TITLES[1], 0.4, 0.2, None),
    ]


def test_scores_at_or_below_nothing_match_nothing(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.run(replace(ONE, titles=len(TITLES)))
        writer.titles(title_values(code, title) for code, title in enumerate(TITLES))
        writer.customers([customer_values(ANN)])
        writer.recommendations([("ann", packed_codes([0]), packed_numbers([-1]), packed_codes([-1]))])
        writer.publish()
    with closing(Results(tmp_path / "results.db")) as results:
        assert [one.match for one in results.recommendations("ann")] == [0.0]
