"""The real serving process, as an operator starts it."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.standin import Standin
from tests.store.publishing import publish_small

OWNER, RETENTION, SUPPORT, STRANGER, GROUP = 11, 12, 13, 99, -500
# Half a day away, so that no test is there when the nightly retrain is due.
FAR_AWAY = f"{(datetime.now(UTC) + timedelta(hours=12)):%H:%M}"
CONFIGURATION = f"""
[paths]
data = "files"
output = "out"

[[sources]]
table = "events"
files = ["*.csv"]

[bot]
owners = [{OWNER}]
retention = [{RETENTION}, {", ".join(str(number) for number in range(100, 140))}]
support = [{SUPPORT}]
groups = [{GROUP}]

[jobs]
retrain_at = "{FAR_AWAY}"
"""
# Serves like the command, and tells at the end what it imported.
SPYING = (
    "import atexit, sys; atexit.register(lambda: print('MODULES', *sorted(sys.modules), flush=True));"
    "from jobs.__main__ import main; main(sys.argv[1:])"
)


class Service:
    """``matinee serve`` in a folder with a small published run."""

    def __init__(self, folder: Path, standin: Standin, *, token: str | None = None) -> None:
        self.folder = folder
        self.standin = standin
        self.log = folder / "serve.log"
        self.token = standin.token if token is None else token
        self.output = folder / "out"
        if not self.output.exists():
            publish_small(self.output)
            (folder / "matinee.toml").write_text(CONFIGURATION, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        assert self._process is not None
        return self._process

    def start(self, *, wait: bool = True) -> Self:
        """Start it, and wait until it polls."""
        environment = dict(os.environ)
        environment.pop("MATINEE_TELEGRAM_TOKEN", None)
        if self.token:
            environment["MATINEE_TELEGRAM_TOKEN"] = self.token
        environment["MATINEE_TELEGRAM_API_ROOT"] = self.standin.root
        command = [sys.executable, "-P", "-c", SPYING, "serve", "--config", str(self.folder / "matinee.toml")]
        polls = self.standin.polls
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        if wait:
            self.standin.wait(
                lambda: self.standin.polls > polls or self.process.poll() is not None,
                seconds=20,
                what="the bot polls",
            )
            assert self.process.poll() is None, self.words()
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def kill(self) -> None:
        """Let it die in the middle of whatever it does."""
        self.process.kill()
        self.process.wait(10)

    def wait(self, seconds: float = 30.0) -> int:
        """The exit code, once it ended by itself."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not stop: {self.words()}") from None

    def words(self) -> str:
        """Everything it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def resident_megabytes(self) -> float:
        """Memory it holds now; Linux."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.kill()


def until(true: object, seconds: float = 10.0) -> None:
    """Wait for what no request announces."""
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
