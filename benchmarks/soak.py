"""How fast and how steady the chat is, against the bare echo bot of the same library on the same stand-in.

    python -m benchmarks.soak [--rounds 5] [--updates 50000]

Both bots stand ready all the time and are asked in turn, round by round, so that other work on the machine
meets both. Prints, each as a ratio to the echo bot: throughput of /churn and processor time of an answer, 100
chats at once (the limits of Telegram lifted, for they would be all one measures), and the latency at steady
rates with Telegram's limits kept; all of it also while another process computes and swaps the results, as a
retrain does. Then the memory of the answering process over many updates. Needs Linux (reads /proc).
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
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.serving import CHATS
from tests.standin import Standin, fresh_token
from tests.store.publishing import publish_small

SETTLED_AFTER = 5000
WAVE = 1000
LATENCY_SECONDS = 8
RATES = (10, 20)
# The echo bot keeps no limits. Where 20 a second ask, more than 30 do in one second of a hundred, and some of
# them wait for their turn: by the arithmetic of the limits alone, 65 ms at the 99th percentile.
FREE_OF_WAITING = 10
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
RETRAIN = """
import os, sys
from pathlib import Path
from tests.store.publishing import publish_small
os.nice(10)
while True:
    sum(range(10**7))
    for folder in sys.argv[1:]:
        publish_small(Path(folder))
"""


@dataclass(frozen=True)
class Bot:
    """A bot at work, and the stand-in it talks to."""

    standin: Standin
    process: subprocess.Popen[bytes]

    def processor_seconds(self) -> float:
        """Processor time so far; other work on the machine disturbs it less than the clock."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Memory it holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def forget(self) -> None:
        """The stand-in shall not be what grows."""
        self.standin.chats.posts.clear()
        self.standin.requests.clear()

    def wave(self, updates: int) -> tuple[float, float]:
        """Everybody asks at once: seconds until the last answer, and of the processor."""
        self.forget()
        before, start = self.processor_seconds(), time.monotonic()
        for number in range(updates):
            self.standin.says(CHATS[number % len(CHATS)], QUESTION)
        posts = self.standin.chats.posts
        self.standin.wait(lambda: len(posts) >= updates, seconds=600, what="all answers")
        return time.monotonic() - start, self.processor_seconds() - before

    def latencies(self, rate: float, seconds: float, seed: int = 0) -> list[float]:
        """Seconds from question to answer, for people who ask independently of each other."""
        self.forget()
        fate, asked, standin = random.Random(seed), [], self.standin
        due = time.monotonic()
        for number in range(round(rate * seconds)):
            due += fate.expovariate(rate)
            time.sleep(max(0.0, due - time.monotonic()))
            chat_id = CHATS[number % len(CHATS)]
            asked.append((chat_id, time.monotonic() - standin.chats.started))
            standin.says(chat_id, QUESTION)
        return self._waited(asked)

    def at_once(self) -> list[float]:
        """The same where every chat asks at the same moment."""
        self.forget()
        asked = []
        for chat_id in CHATS:
            asked.append((chat_id, time.monotonic() - self.standin.chats.started))
            self.standin.says(chat_id, QUESTION)
        return self._waited(asked)

    def _waited(self, asked: list[tuple[int, float]]) -> list[float]:
        posts = self.standin.chats.posts
        self.standin.wait(lambda: len(posts) >= len(asked), seconds=60, what="all answers")
        answered: dict[int, list[float]] = {chat_id: [] for chat_id in CHATS}
        for post in posts:
            answered[post.chat_id].append(post.seconds)
        return [answered[chat_id].pop(0) - at for chat_id, at in asked]


@contextmanager
def running(*command: str) -> Iterator[Bot]:
    """A bot at work; the token and the stand-in's address follow the command."""
    with Standin(fresh_token()) as standin:
        words = [word.format(token=standin.token, root=standin.root) for word in command]
        with subprocess.Popen([sys.executable, *words], stderr=subprocess.DEVNULL) as process:
            standin.wait(lambda: standin.polls, seconds=30, what="the bot polls")
            yield Bot(standin, process)
            process.send_signal(signal.SIGTERM)


@contextmanager
def retraining(*folders: str) -> Iterator[None]:
    """A process that computes, and swaps the results some times a second."""
    with subprocess.Popen([sys.executable, "-c", RETRAIN, *folders]) as process:
        time.sleep(2.0)
        yield
        process.kill()


def compare(name: str, unit: str, ours: float, echo: float, goal: str) -> None:
    """One line of the outcome."""
    ratio = ours / echo
    print(f"{name:34s}{ours:9.2f} {unit:3s} echo {echo:8.2f} {unit:3s} {ratio:6.2f}x  {goal}", flush=True)


def percentile(seconds: list[float], hundredth: int) -> float:
    """In milliseconds."""
    return 1000 * quantiles(seconds, n=100)[hundredth - 1]


def throughput(ours: Bot, echo: Bot, rounds: int, when: str) -> None:
    """Answers a second when everybody asks at once, and what one costs: medians of the rounds."""
    ran = [[bot.wave(WAVE) for bot in (ours, echo)] for _ in range(rounds)]
    (mine, mine_worked), (bare, bare_worked) = (
        [1000 * median(figures) / WAVE for figures in zip(*bot, strict=True)]
        for bot in zip(*ran, strict=True)
    )
    compare(f"throughput{when}", "/s", 1000 / mine, 1000 / bare, "(≥ 0.7)")
    compare(f"processor an answer{when}", "ms", mine_worked, bare_worked, "")


def latency(ours: Bot, echo: Bot, rounds: int, when: str, rate: float | None) -> None:
    """How long one waits: all rounds together."""
    waits: dict[Bot, list[float]] = {ours: [], echo: []}
    for seed in range(rounds):
        for bot, waited in waits.items():
            waited.extend(bot.latencies(rate, LATENCY_SECONDS, seed) if rate else bot.at_once())
    name = f"{rate:.0f}/s" if rate else f"{len(CHATS)} chats at once"
    last = "(≤ 3)" if rate is None or rate <= FREE_OF_WAITING else "(some wait for their turn)"
    for hundredth, goal in ((50, "(≤ 1.5)"), (99, last)):
        mine, bare = (percentile(waited, hundredth) for waited in waits.values())
        compare(f"p{hundredth}, {name}{when}", "ms", mine, bare, goal)


def soak(bot: Bot, updates: int) -> None:
    """Many updates, and the memory they leave behind."""
    for _ in range(0, SETTLED_AFTER, WAVE):
        bot.wave(WAVE)
    settled = bot.megabytes()
    for _ in range(0, updates - SETTLED_AFTER, WAVE):
        bot.wave(WAVE)
    after = bot.megabytes()
    print(f"memory after {SETTLED_AFTER} updates: {settled:.1f} MB; after {updates}: {after:.1f} MB")
    print(f"growth {after / settled - 1:+.1%} (at most +10 %)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--updates", type=int, default=50_000)
    options = parser.parse_args()
    # A bot has a folder of its own; two would take each other's updates for known.
    with tempfile.TemporaryDirectory() as fast, tempfile.TemporaryDirectory() as limited:
        for folder in (fast, limited):
            publish_small(Path(folder))
        with (
            running("-c", ECHO, "{token}", "{root}") as echo,
            running("-m", "benchmarks.serving", fast, "{token}", "{root}", "lifted") as lifted,
            running("-m", "benchmarks.serving", limited, "{token}", "{root}", "kept") as kept,
        ):
            print(f"memory at rest: {lifted.megabytes():.1f} MB (at most 60)")
            for bot in (echo, lifted):
                bot.wave(len(CHATS))
            kept.latencies(20, 2)
            measure(lifted, kept, echo, options.rounds, "")
            with retraining(fast, limited):
                measure(lifted, kept, echo, options.rounds, ", retraining")
            soak(lifted, options.updates)


def measure(lifted: Bot, kept: Bot, echo: Bot, rounds: int, when: str) -> None:
    """Everything but the memory."""
    throughput(lifted, echo, rounds, when)
    latency(lifted, echo, rounds, when, None)
    for rate in RATES:
        latency(kept, echo, rounds, when, rate)


if __name__ == "__main__":
    main()
