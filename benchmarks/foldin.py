"""How long a fresh like takes to change a list in the chat.

``python -m benchmarks.foldin --titles 20000`` publishes a catalogue whose titles have 200 neighbours each,
and a customer who has seen a thousand of them; then his list is made after one like and more.
Nothing is learned, and numpy is not imported.
"""

import argparse
import random
import sys
import tempfile
import time
from array import array
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.publish import result_run
from bot.commands.taste import listed_for
from bot.queries import Queries
from store.records import Customer, Title
from store.results.packing import packed_codes, packed_numbers
from store.results.queries import Results
from store.results.rows import customer_values, title_values
from store.results.writing import ResultsWriter
from store.state import State
from store.state.records import Feedback

NEIGHBOURS = 200
LISTED = 50
GENRES = ("Action", "Comedy", "Crime", "Drama", "Horror", "Romance", "Thriller", "War")
ANN, NEW = Customer(customer_id="ann", status="active"), Customer(customer_id="new")
MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
GOAL_MS = 5


def publish(folder: Path, titles: int, seen: int) -> None:
    """A run of many titles and two customers: one who has seen much, one who has seen nothing."""
    chance = random.Random(3)
    with ResultsWriter(folder) as writer:
        writer.run(replace(result_run("foldin", 2), titles=titles))
        writer.titles(
            title_values(
                code,
                Title(title_id=f"t{code:05d}", title=f"Title {code}", genres=tuple(chance.sample(GENRES, 2))),
            )
            for code in range(titles)
        )
        writer.customers([customer_values(ANN), customer_values(NEW)])
        known = chance.sample(range(titles), seen + LISTED)
        falling = packed_numbers(1 - place / LISTED for place in range(LISTED))
        writer.recommendations([("ann", packed_codes(known[seen:]), falling, packed_codes(known[:LISTED]))])
        writer.histories([("ann", packed_codes(known[:seen]), 2.0)])
        weights = packed_numbers(0.5 / (1 + place) for place in range(NEIGHBOURS))
        writer.title_neighbours(
            (code, array("i", chance.sample(range(titles), NEIGHBOURS)).tobytes(), weights)
            for code in range(titles)
        )
        writer.popular(range(200))
        writer.publish()


def milliseconds(customer: Customer, queries: Queries, rounds: int) -> float:
    """Processor time, the median of several lists."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        listed_for(customer, queries)
        spent.append(time.process_time() - started)
    return median(spent) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--seen", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish(folder, options.titles, options.seen)
        with closing(Results(folder / "results.db")) as results, closing(State(folder / "m.db")) as state:
            queries = Queries(results, state, lambda: MORNING)
            print(f"{options.titles:,} titles, {NEIGHBOURS} neighbours each; {options.seen:,} seen")
            for likes in (0, 1, 5, 20):
                for customer in (ANN, NEW):
                    for number in range(likes):
                        state.add_feedback(_like(customer, f"t{number:05d}"))
                first = milliseconds(ANN, queries, 1)
                usual, fresh = (milliseconds(each, queries, options.rounds) for each in (ANN, NEW))
                print(
                    f"  {likes:>2} fresh likes: {usual:5.2f} CPU ms with a history, {fresh:5.2f} ms without"
                    f"   goal {GOAL_MS}" + (f"   (the very first {first:.0f} ms)" if not likes else "")
                )
    print(f"numpy imported: {'numpy' in sys.modules}")


def _like(customer: Customer, title_id: str) -> Feedback:
    return Feedback(customer_id=customer.customer_id, title_id=title_id, verdict="like", at=MORNING, by=1)


if __name__ == "__main__":
    main()
