"""CSV → validated, hash-partitioned, sorted zstd Parquet, against DuckDB doing the same in two phases.

python -m benchmarks.ingest --events 5000000

Both run in a process of their own; CPU seconds include their children. DuckDB reads the types, sets aside
rows without customer or time, sets impossible numbers missing, removes exact duplicates, and sorts each
partition by customer and time. It writes ids as text; Matinee also gives customers and titles their codes.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

BATCH = 500_000
CUSTOMERS, TITLES = 150_000, 20_000
START = datetime(2023, 1, 1, tzinfo=UTC)


def write_events(path: Path, events: int, seed: int = 7) -> None:
    """A power-law service over three years: few customers and titles have most events; 1 % are repeated."""
    random = np.random.default_rng(seed)
    customers = (random.pareto(1.2, CUSTOMERS) + 1).cumsum()
    titles = (random.pareto(1.0, TITLES) + 1).cumsum()
    kinds = np.array(["watch", "rating", "order"])
    writer = None
    for start in range(0, events, BATCH):
        count = min(BATCH, events - start)
        who = np.searchsorted(customers, random.random(count) * customers[-1])
        what = np.searchsorted(titles, random.random(count) * titles[-1])
        kind = random.choice(3, count, p=[0.8, 0.15, 0.05])
        at = int(START.timestamp()) + random.integers(0, 3 * 365 * 86_400, count)
        minutes = np.round(random.gamma(2.0, 30.0, count), 1)
        table = pa.table(
            {
                "customer_id": pa.array(np.char.mod("user_%06d", who)),
                "at": pa.array(at.astype("datetime64[s]")),
                "kind": pa.array(kinds[kind]),
                "title_id": pa.array(np.char.mod("title_%05d", what)),
                "minutes": pa.array(minutes, mask=kind != 0),
                "progress": pa.array(np.round(np.clip(minutes / 100, 0, 1), 3), mask=kind != 0),
                "rating": pa.array(random.integers(1, 6, count).astype(float), mask=kind != 1),
                "amount": pa.array(np.round(random.gamma(2.0, 5.0, count), 2), mask=kind != 2),
            }
        )
        repeated = random.integers(0, count, count // 100)
        table = pa.concat_tables([table.slice(0, count - len(repeated)), table.take(pa.array(repeated))])
        if writer is None:
            options = pa_csv.WriteOptions(quoting_style="none")
            writer = pa_csv.CSVWriter(path, table.schema, write_options=options)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def run_matinee(path: Path, folder: Path) -> int:
    from pipeline.config import PipelineConfig, SourceConfig
    from pipeline.ingest import ingest

    names = ("customer_id", "at", "kind", "title_id", "minutes", "progress", "rating", "amount")
    source = SourceConfig(
        table="events", files=(path.name,), columns={name: name for name in names}, rating_scale=(1.0, 5.0)
    )
    config = PipelineConfig(data=path.parent, output=folder, sources=(source,))
    return ingest(config, folder / "dataset", now=datetime.now(UTC)).manifest.events


def run_duckdb(path: Path, folder: Path, partitions: int) -> int:
    import duckdb

    kept = 0
    with duckdb.connect() as connected:
        connected.execute("SET threads = 2")
        connected.execute("SET preserve_insertion_order = false")
        connected.execute(
            f"""
            COPY (
              SELECT customer_id, "at", kind, title_id,
                     CASE WHEN minutes BETWEEN 0 AND 1440 THEN minutes END AS minutes,
                     CASE WHEN progress BETWEEN 0 AND 1 THEN progress END AS progress,
                     CASE WHEN rating BETWEEN 1 AND 5 THEN rating END AS rating, amount,
                     hash(customer_id) % {partitions} AS part
              FROM read_csv('{path}', columns = {{'customer_id': 'VARCHAR', 'at': 'TIMESTAMP',
                'kind': 'VARCHAR', 'title_id': 'VARCHAR', 'minutes': 'DOUBLE', 'progress': 'DOUBLE',
                'rating': 'DOUBLE', 'amount': 'DOUBLE'}}, header = true, store_rejects = true)
              WHERE customer_id IS NOT NULL AND "at" IS NOT NULL AND "at" < now()::TIMESTAMP + INTERVAL 1 DAY
            ) TO '{folder}/spill' (FORMAT parquet, COMPRESSION snappy, PARTITION_BY part)
            """
        )
        (folder / "events").mkdir()
        for number in range(partitions):
            counted = connected.execute(
                f"""
                COPY (
                  SELECT DISTINCT customer_id, "at", kind, title_id, minutes, progress, rating, amount
                  FROM read_parquet('{folder}/spill/part={number}/*.parquet')
                  ORDER BY customer_id, "at", kind, title_id
                ) TO '{folder}/events/part-{number:05d}.parquet' (FORMAT parquet, COMPRESSION zstd)
                """
            ).fetchone()
            kept += int(counted[0]) if counted else 0
    return kept


def measured(*arguments: str) -> dict[str, float]:
    """Run this module as a child; its CPU seconds with its own children, and the tree's peak memory."""
    import psutil

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ingest", *arguments], stdout=subprocess.PIPE, text=True
    )
    peak = [0]
    over = threading.Event()

    def watch() -> None:
        root = psutil.Process(child.pid)
        while not over.wait(0.05):
            try:
                tree = [root, *root.children(recursive=True)]
                peak[0] = max(peak[0], sum(one.memory_info().rss for one in tree))
            except psutil.NoSuchProcess:
                continue

    thread = threading.Thread(target=watch)
    started = time.perf_counter()
    thread.start()
    text, _ = child.communicate()
    over.set()
    thread.join()
    if child.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "kept": json.loads(text.splitlines()[-1]),
        "cpu": cpu,
        "wall": time.perf_counter() - started,
        "peak_mb": peak[0] / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--one", choices=("matinee", "duckdb"))
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--partitions", type=int, default=10)
    chosen = parser.parse_args()
    if chosen.one == "matinee":
        print(run_matinee(chosen.file, chosen.folder))
        return
    if chosen.one == "duckdb":
        print(run_duckdb(chosen.file, chosen.folder, chosen.partitions))
        return
    with tempfile.TemporaryDirectory() as temporary:
        path = chosen.file or Path(temporary) / "events.csv"
        if not path.exists():
            write_events(path, chosen.events)
        partitions = max(1, chosen.events // 500_000)
        print(
            f"{chosen.events:,} events, {path.stat().st_size / 1e6:,.0f} MB of CSV, {partitions} partitions"
        )
        results = {}
        for name in ("duckdb", "matinee"):
            folder = Path(temporary) / name
            folder.mkdir()
            arguments = ("--one", name, "--file", str(path), "--folder", str(folder))
            results[name] = found = measured(*arguments, "--partitions", str(partitions))
            print(
                f"{name:8} {found['cpu']:6.1f} CPU s {found['wall']:6.1f} s wall "
                f"{found['peak_mb']:6,.0f} MB peak {found['kept']:,} events kept"
            )
        ratio = results["matinee"]["cpu"] / results["duckdb"]["cpu"]
        print(f"ingest / DuckDB = {ratio:.2f} of CPU time (goal ≤ 1.2)")


if __name__ == "__main__":
    main()
