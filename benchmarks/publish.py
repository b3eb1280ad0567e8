"""What publishing costs, and how fast people read meanwhile.

``python -m benchmarks.publish --customers 150000`` publishes 30 features, a score and 50 titles for each
customer, beside a bare ``executemany`` of the same values, and reads single customers all the while.
"""

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from struct import pack

from store.records import PROFILE_FEATURES, Customer, Run, Score, Segment, Title
from store.results.packing import CodeType, ScoreType, packed_days
from store.results.queries import Results
from store.results.rows import Values, customer_values, title_values
from store.results.schema import CUSTOMER_COLUMNS, FILE_NAME, INDEXES, PAGE_SIZE, TABLES
from store.results.writing import ResultsWriter

LISTED = 50
# What a list follows from: some fifteen of the titles a customer knows.
REASONS = 15
PAST_SCORES = 26
# People read for at least so long, however few there are to publish.
LEAST_SECONDS = 2.0
MOST_TITLES = 20_000
SEGMENTS = 6
WATERMARK = date(2026, 11, 22)
# What a profile holds whole (days, counts); the rest are amounts and means.
WHOLE = frozenset(
    name
    for name in PROFILE_FEATURES
    if not name.endswith(("_spend", "_value", "_mean", "_mean_days", "_share"))
) - {"spend_30", "spend_previous_30", "usual_gap_days", "session_gap_spread_days"}

Listed = tuple[str, bytes, bytes, bytes]
Known = tuple[str, bytes, float]
FORMATS: dict[bool, tuple[CodeType, ScoreType]] = {False: ("h", "B"), True: ("i", "f")}


def customer_rows(customers: int, chance: random.Random, *, real: bool) -> list[Values]:
    """Rows in the order of ``CUSTOMER_COLUMNS``; ``real``: every feature a number with a fraction."""
    place = CUSTOMER_COLUMNS.index("score_days")
    rows = (customer_values(_customer(number, chance, real=real)) for number in range(customers))
    # As the pipeline does: the days of past scores by their number; all customers share them.
    return [(*row[:place], 1, *row[place + 1 :]) for row in rows]


def _customer(number: int, chance: random.Random, *, real: bool) -> Customer:
    probability = round(chance.betavariate(2, 4), 6)
    return Customer(
        customer_id=f"user_{number:07d}",
        name=f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        email=f"user{number}@example.org",
        country="Germany",
        plan="Basic",
        profile={
            name: float(int(chance.expovariate(0.02))) if name in WHOLE and not real else chance.random() * 90
            for name in PROFILE_FEATURES
        },
        segment=number % SEGMENTS,
        status="active",
        churn_probability=probability,
        band="high" if probability > 0.5 else "low",
        value=chance.random() * 30,
        established=True,
        scores=tuple(Score(day=day, probability=probability) for day in SCORED),
    )


SCORED = tuple(WATERMARK - timedelta(days=back) for back in reversed(range(PAST_SCORES)))
FIRST = ("Ann", "Ben", "Chen", "Dora", "Eve", "Frank", "Grace", "Hugo", "Ida", "Jon", "Kim", "Lea")
LAST = tuple(
    f"{start}{end}"
    for start in ("Ander", "Berg", "Carl", "Dav", "Erik", "Fisch")
    for end in ("son", "er", "mann")
)


def list_rows(customers: int, chance: random.Random, *, wide: bool) -> list[Listed]:
    """A list of 50 titles for each customer, each title with score and reason."""
    codes, scores = FORMATS[wide]

    def sample() -> bytes:
        return pack(f"{LISTED}{codes}", *chance.sample(range(MOST_TITLES), LISTED))

    def falling() -> bytes:
        shares = sorted((chance.random() for _ in range(LISTED)), reverse=True)
        return pack(f"{LISTED}{scores}", *(round(255 * each) if scores == "B" else each for each in shares))

    def because() -> bytes:
        known = chance.sample(range(MOST_TITLES), REASONS)
        return pack(f"{LISTED}{codes}", *chance.choices(known, k=LISTED))

    pool = [(sample(), falling(), because()) for _ in range(500)]
    return [(f"user_{number:07d}", *chance.choice(pool)) for number in range(customers)]


def history_rows(customers: int, chance: random.Random, seen: float, *, wide: bool) -> list[Known]:
    """What customers know already: ``seen`` titles each on average, a few of them twenty times as many."""
    codes, _ = FORMATS[wide]
    shape = 1.5

    def sample() -> bytes:
        count = min(int(chance.paretovariate(shape) * seen * (shape - 1) / shape), MOST_TITLES)
        return pack(f"{count}{codes}", *chance.sample(range(MOST_TITLES), count))

    pool = [sample() for _ in range(2_000)]
    return [(f"user_{number:07d}", chance.choice(pool), 1.0) for number in range(customers)]


def publish(
    folder: Path,
    customers: list[Values],
    lists: list[Listed],
    run_id: str,
    *,
    histories: Sequence[Known] = (),
    wide: bool = False,
) -> float:
    """Publish one run; returns CPU seconds."""
    started = time.process_time()
    with ResultsWriter(folder) as writer:
        writer.run(result_run(run_id, len(customers)))
        writer.segments(
            Segment(number=number, name=f"segment {number}", description="", customers=0, share=0)
            for number in range(SEGMENTS)
        )
        writer.titles(TITLE_ROWS)
        writer.number_of_days(packed_days(SCORED))
        writer.customers(customers)
        codes, scores = FORMATS[wide]
        writer.recommendations(lists, codes=codes, scores=scores)
        writer.histories(histories)
        writer.publish()
    return time.process_time() - started


TITLE_ROWS = [
    title_values(code, Title(title_id=f"t{code:05d}", title=f"Title {code}", genres=("Drama",)))
    for code in range(MOST_TITLES)
]


def as_stored(customers: list[Values], lists: list[Listed]) -> tuple[list[Values], list[Values]]:
    """The same rows as they lie in the tables: by number."""
    rows = [(number, *row) for number, row in enumerate(customers, 1)]
    return rows, [(number, *row[1:]) for number, row in enumerate(lists, 1)]


def bare(folder: Path, customers: list[Values], lists: list[Values]) -> float:
    """The same values by one ``executemany`` each, unchecked; returns CPU seconds."""
    (folder / "bare.db").unlink(missing_ok=True)
    started = time.process_time()
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"page_size = {PAGE_SIZE}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(TABLES)
        connection.execute("BEGIN")
        places = ", ".join("?" * (1 + len(CUSTOMER_COLUMNS)))
        connection.executemany(f"INSERT INTO customers VALUES ({places})", customers)
        connection.executemany(f"INSERT INTO titles VALUES ({', '.join('?' * 14)})", TITLE_ROWS)
        connection.executemany("INSERT INTO recommendations VALUES (?, ?, ?, ?)", lists)
        connection.execute("COMMIT")
        connection.executescript(INDEXES)
    return time.process_time() - started


def result_run(run_id: str, customers: int) -> Run:
    moment = datetime(2026, 11, 23, 3, tzinfo=UTC)
    return Run(
        run_id=run_id,
        started_at=moment,
        finished_at=moment,
        watermark=WATERMARK,
        as_of=WATERMARK + timedelta(days=1),
        churn_status="served",
        horizon_days=30,
        base_rate=0.3,
        currency="EUR",
        customers=customers,
        titles=MOST_TITLES,
        events=0,
        quarantined=0,
        has_money=True,
        fingerprint="",
        churn_message="",
        churn_model="",
        segments_message="",
        recommend_model="",
        recommend_message="",
    )


def read_until_told(path: Path, customers: int, stop: Path) -> None:
    """Read one random customer after the other until ``stop`` exists; prints microseconds."""
    chance = random.Random(7)
    results = Results(path)
    walls: list[int] = []
    errors = 0
    results.customer("")
    print("ready", flush=True)
    over = False
    while not over:
        # Looked at first, so that there are reads however short the publishing was.
        over = stop.exists()
        for _ in range(200):
            wanted = f"user_{chance.randrange(customers):07d}"
            started = time.perf_counter_ns()
            found = results.customer(wanted)
            walls.append(time.perf_counter_ns() - started)
            errors += found is None
    results.close()
    walls.sort()
    p50, p99 = (walls[int(len(walls) * share)] / 1000 for share in (0.5, 0.99))
    print(f"{len(walls)} {p50:.1f} {p99:.1f} {walls[-1] / 1000:.0f} {errors}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seen", type=float, default=50, help="titles a customer knows, on average")
    parser.add_argument("--real", action="store_true", help="no feature is a whole number")
    parser.add_argument("--wide", action="store_true", help="titles and scores of four bytes, not two")
    parser.add_argument("--read", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_until_told(options.read[0], options.customers, options.read[1])
        return
    chance = random.Random(1)
    customers = customer_rows(options.customers, chance, real=options.real)
    lists = list_rows(options.customers, chance, wide=options.wide)
    histories = history_rows(options.customers, chance, options.seen, wide=options.wide)
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), customers, lists, options.rounds, wide=options.wide)
    with tempfile.TemporaryDirectory() as name:
        _measure_histories(Path(name), customers, lists, histories, wide=options.wide)


def _measure_histories(
    folder: Path, customers: list[Values], lists: list[Listed], histories: Sequence[Known], *, wide: bool
) -> None:
    publish(folder, customers, lists, "without", wide=wide)
    without = (folder / FILE_NAME).stat().st_size / 1e6
    cost = publish(folder, customers, lists, "histories", histories=histories, wide=wide)
    size = (folder / FILE_NAME).stat().st_size / 1e6
    known = sum(len(titles) for _, titles, _ in histories) / (4 if wide else 2) / len(histories)
    print(f"and what each customer knows, {known:.0f} titles on average:")
    print(f"publish                       {cost:>10.2f} CPU s   goal 2")
    print(f"results.db                    {size:>10.0f} MB      {size - without:.0f} more than without")


def _measure(folder: Path, customers: list[Values], lists: list[Listed], rounds: int, *, wide: bool) -> None:
    costs, peers = [], []
    stored = as_stored(customers, lists)
    for number in range(rounds):
        peers.append(bare(folder, *stored))
        costs.append(publish(folder, customers, lists, f"run{number:03d}", wide=wide))
    size, peer_size = ((folder / name).stat().st_size / 1e6 for name in (FILE_NAME, "bare.db"))
    cost, peer = min(costs), min(peers)
    print(f"customers                     {len(customers):>12,}")
    print(f"publish                       {cost:>10.2f} CPU s   goal 2")
    print(f"bare executemany, same tables {peer:>10.2f} CPU s")
    print(f"ratio                         {cost / peer:>10.2f}         goal 1.2")
    print(f"results.db                    {size:>10.0f} MB      goal 120  (bare {peer_size:.0f})")
    _measure_reads(folder, customers, lists, rounds, wide=wide)


def _measure_reads(
    folder: Path, customers: list[Values], lists: list[Listed], rounds: int, *, wide: bool
) -> None:
    stop = folder / "stop"
    command = [sys.executable, "-m", "benchmarks.publish", "--customers", str(len(customers))]
    command += ["--read", str(folder / FILE_NAME), str(stop)]
    published, started = 0, time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        while published < rounds or time.perf_counter() - started < LEAST_SECONDS:
            publish(folder, customers, lists, f"run1{published:05d}", wide=wide)
            published += 1
        stop.touch()
        reads, p50, p99, worst, errors = reader.communicate()[0].split()
    print(f"reads while publishing        {int(reads):>12,}   in {published} publishes")
    print(f"p50                           {p50:>10} µs      goal 20")
    print(f"p99                           {p99:>10} µs      goal 1000 (worst {worst})")
    print(f"errors                        {errors:>10}         goal 0")


if __name__ == "__main__":
    main()
