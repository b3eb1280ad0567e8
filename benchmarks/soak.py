"""How fast and how steady the chat is, against the bare echo bot of the same library on the same stand-in.

    python -m benchmarks.soak [--updates 50000]

Prints the throughput of /churn (the limits of Telegram lifted, for they would be all one measures), the
latency at a steady rate with Telegram's limits kept, both while results are swapped and another process
computes, and the memory of the answering process over many updates. Needs Linux (reads /proc).
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

from benchmarks.serving import CHATS
from tests.standin import Standin, fresh_token
from tests.store.publishing import publish_small

THROUGHPUT_UPDATES = 3000
# Well below Telegram's limit: near it, what one measures is waiting for one's turn.
LATENCY_PER_SECOND = 10
LATENCY_SECONDS = 40
SETTLED_AFTER = 5000
WAVE = 1000
QUESTION = "/churn 42"

ECHO = """
import sys
from telegram.ext import Application, MessageHandler, filters
async def echo(update, context):
    await update.message.reply_text(update.message.text)
application = Application.builder().token(sys.argv[1]).base_url(sys.argv[2] + "/bot").build()
application.add_handler(MessageHandler(filters.ALL, echo))
application.run_polling()
"""
COMPUTE = "import os; os.nice(10)\nwhile True: sum(range(10**6))"


@contextmanager
def running(standin: Standin, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A bot at work."""
    polls = standin.polls
    with subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL) as process:
        standin.wait(lambda: standin.polls > polls, seconds=30, what="the bot polls")
        yield process
        process.send_signal(signal.SIGTERM)


@contextmanager
def busy(folder: Path) -> Iterator[None]:
    """A retrain: a process that computes, and results that are swapped."""
    with subprocess.Popen([sys.executable, "-c", COMPUTE]) as process:
        publish_small(folder)
        yield
        publish_small(folder)
        process.kill()


def throughput(standin: Standin, updates: int) -> float:
    """Answers a second when everybody asks at once."""
    before, start = len(standin.chats.posts), time.monotonic()
    for number in range(updates):
        standin.says(CHATS[number % len(CHATS)], QUESTION)
    standin.wait(lambda: len(standin.chats.posts) >= before + updates, seconds=600, what="all answers")
    return updates / (time.monotonic() - start)


def processor_milliseconds(process: subprocess.Popen[bytes], updates: int, standin: Standin) -> float:
    """Processor time of one answer, which other work on the machine disturbs less than the clock."""
    before = _processor_seconds(process)
    throughput(standin, updates)
    return 1000 * (_processor_seconds(process) - before) / updates


def _processor_seconds(process: subprocess.Popen[bytes]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latencies(standin: Standin, folder: Path | None) -> list[float]:
    """Seconds from question to answer at a steady rate, in order of size."""
    fate, asked, before = random.Random(1), [], len(standin.chats.posts)
    due = time.monotonic()
    for number in range(LATENCY_PER_SECOND * LATENCY_SECONDS):
        due += fate.expovariate(LATENCY_PER_SECOND)
        time.sleep(max(0.0, due - time.monotonic()))
        if folder is not None and number % LATENCY_PER_SECOND == 0:
            publish_small(folder)
        chat_id = CHATS[number % len(CHATS)]
        asked.append((chat_id, time.monotonic() - standin.chats.started))
        standin.says(chat_id, QUESTION)
    standin.wait(lambda: len(standin.chats.posts) >= before + len(asked), seconds=60, what="all answers")
    answered: dict[int, list[float]] = {chat_id: [] for chat_id in CHATS}
    for post in standin.chats.posts[before:]:
        answered[post.chat_id].append(post.seconds)
    return sorted(answered[chat_id].pop(0) - at for chat_id, at in asked)


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds."""
    cuts = quantiles(seconds, n=100)
    return 1000 * cuts[49], 1000 * cuts[98]


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def echo_figures() -> tuple[float, float, float]:
    """Throughput, median and 99th percentile of the bare echo bot, beside the same computing process."""
    with (
        Standin(fresh_token()) as standin,
        tempfile.TemporaryDirectory() as spare,
        running(standin, "-c", ECHO, standin.token, standin.root) as process,
        busy(Path(spare)),
    ):
        throughput(standin, 200)
        print(f"processor, echo         {processor_milliseconds(process, WAVE, standin):8.2f} ms an answer")
        rate = throughput(standin, THROUGHPUT_UPDATES)
        return rate, *percentiles(latencies(standin, None))


def our_figures(updates: int) -> tuple[float, float, float]:
    """The same of ours; prints the memory."""
    with tempfile.TemporaryDirectory() as name, Standin(fresh_token()) as standin:
        folder = Path(name)
        publish_small(folder)
        command = ("-m", "benchmarks.serving", name, standin.token, standin.root)
        with running(standin, *command, "lifted") as process:
            print(f"memory at rest          {resident_megabytes(process):8.1f} MB")
            throughput(standin, 200)
            print(
                f"processor, ours         {processor_milliseconds(process, WAVE, standin):8.2f} ms an answer"
            )
            with busy(folder):
                rate = throughput(standin, THROUGHPUT_UPDATES)
            soak(standin, process, updates)
        with running(standin, *command, "kept"), busy(folder):
            return rate, *percentiles(latencies(standin, folder))


def soak(standin: Standin, process: subprocess.Popen[bytes], updates: int) -> None:
    """Many updates, and the memory they leave behind."""
    throughput(standin, SETTLED_AFTER)
    settled = resident_megabytes(process)
    for _ in range(0, updates - SETTLED_AFTER, WAVE):
        throughput(standin, WAVE)
        # The stand-in shall not be what grows.
        standin.chats.posts.clear()
        standin.requests.clear()
    after = resident_megabytes(process)
    print(f"memory after {SETTLED_AFTER:6d}     {settled:8.1f} MB")
    print(
        f"memory after {updates:6d}     {after:8.1f} MB   growth {after / settled - 1:+.1%} (at most +10 %)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=50_000)
    options = parser.parse_args()
    echo = echo_figures()
    ours = our_figures(options.updates)
    ratio = ours[0] / echo[0]
    print(f"throughput              {ours[0]:8.0f} /s   echo {echo[0]:6.0f} /s   {ratio:5.2f}x (≥ 0.7)")
    for name, mine, bare, most in zip(("median", "p99"), ours[1:], echo[1:], (1.5, 3.0), strict=True):
        ratio = mine / bare
        print(f"latency {name:6s}          {mine:8.1f} ms   echo {bare:6.1f} ms   {ratio:5.2f}x (≤ {most})")


if __name__ == "__main__":
    main()
