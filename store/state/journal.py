"""What was asked, looked at and run, and small notes that outlive a restart."""

from datetime import date, datetime
from sqlite3 import Row

from store.state.database import Database
from store.state.records import AuditEntry, JobRun, LoggedQuestion
from store.times import day_number, day_of, micros, moment, optional_moment


class Journal(Database):
    """Questions about ``audit``, ``questions``, ``job_runs``, ``notes`` and ``button_lines``."""

    def write_audit(self, user_id: int, action: str, customer_id: str | None, at: datetime) -> None:
        """Keep who did or looked at what."""
        self._change(
            "INSERT INTO audit (user_id, action, customer_id, at) VALUES (?, ?, ?, ?)",
            user_id,
            action,
            customer_id,
            micros(at),
        )

    def audit(
        self, customer_id: str | None = None, limit: int = 20, offset: int = 0
    ) -> tuple[AuditEntry, ...]:
        """Who did what about a customer (None: about all), newest first."""
        rows = self._all(
            "SELECT user_id, action, customer_id, at FROM audit WHERE ?1 IS NULL OR customer_id = ?1"
            " ORDER BY id DESC LIMIT ?2 OFFSET ?3",
            customer_id,
            limit,
            offset,
        )
        return tuple(AuditEntry(**dict(row) | {"at": moment(row["at"])}) for row in rows)

    def looked_at(self, user_id: int, since: datetime) -> AuditEntry | None:
        """The last look of somebody at one customer alone; None where there was none.

        Those of a list were looked at in one moment.

        Args:
            user_id: Who looked.
            since: Nothing before is meant.
        """
        row = self._one(
            # Among the newest entries only, for nobody's last look of half an hour lies deeper.
            "SELECT user_id, action, customer_id, at FROM audit"
            " WHERE id > (SELECT ifnull(max(id), 0) FROM audit) - 1000"
            " AND user_id = ? AND at >= ? AND customer_id IS NOT NULL"
            " GROUP BY at HAVING count(*) = 1 ORDER BY at DESC LIMIT 1",
            user_id,
            micros(since),
        )
        return None if row is None else AuditEntry(**dict(row) | {"at": moment(row["at"])})

    def count_audit(self, customer_id: str | None = None) -> int:
        """How much there is in the audit about a customer (None: about all)."""
        return self._count("SELECT count(*) FROM audit WHERE ?1 IS NULL OR customer_id = ?1", customer_id)

    def log_question(self, text: str, reading: str | None, outcome: str, user_id: int, at: datetime) -> None:
        """Keep a question in words and what came of it."""
        self._change(
            "INSERT INTO questions (text, reading, outcome, user_id, at) VALUES (?, ?, ?, ?, ?)",
            text,
            reading,
            outcome,
            user_id,
            micros(at),
        )

    def questions(self, limit: int = 20, user_id: int | None = None) -> tuple[LoggedQuestion, ...]:
        """What was asked by somebody (None: by all), newest first."""
        rows = self._all(
            "SELECT text, reading, outcome, user_id, at FROM questions WHERE ?2 IS NULL OR user_id = ?2"
            " ORDER BY id DESC LIMIT ?1",
            limit,
            user_id,
        )
        return tuple(LoggedQuestion(**dict(row) | {"at": moment(row["at"])}) for row in rows)

    def start_job(self, kind: str, day: date, chat_id: int = 0, *, at: datetime) -> bool:
        """Begin a job that runs once for a day and chat; False where it was begun before."""
        return (
            self._change(
                "INSERT INTO job_runs (kind, day, chat_id, started_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, day, chat_id) DO NOTHING",
                kind,
                day_number(day),
                chat_id,
                micros(at),
            )
            == 1
        )

    def finish_job(self, kind: str, day: date, chat_id: int = 0, *, outcome: str, at: datetime) -> None:
        """Say how a job ended."""
        self._change(
            "UPDATE job_runs SET finished_at = ?, outcome = ? WHERE kind = ? AND day = ? AND chat_id = ?",
            micros(at),
            outcome,
            kind,
            day_number(day),
            chat_id,
        )

    def reopen_job(self, kind: str, day: date, chat_id: int = 0) -> bool:
        """Let a job that was cut off begin again; False where it finished or never began."""
        return (
            self._change(
                "DELETE FROM job_runs WHERE kind = ? AND day = ? AND chat_id = ? AND finished_at IS NULL",
                kind,
                day_number(day),
                chat_id,
            )
            == 1
        )

    def last_job(self, kind: str) -> JobRun | None:
        """The job of that kind begun last."""
        row = self._one(
            "SELECT * FROM job_runs WHERE kind = ? ORDER BY started_at DESC, day DESC, chat_id DESC LIMIT 1",
            kind,
        )
        return None if row is None else _job_run(row)

    def job(self, kind: str, day: date, chat_id: int = 0) -> JobRun | None:
        """What is known of one job."""
        row = self._one(
            "SELECT * FROM job_runs WHERE kind = ? AND day = ? AND chat_id = ?",
            kind,
            day_number(day),
            chat_id,
        )
        return None if row is None else _job_run(row)

    def note(self, key: str, value: str) -> None:
        """Keep a small value, e.g. the time of the last poll."""
        self._change("INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)", key, value)

    def noted(self, key: str) -> str | None:
        """The value kept under a key."""
        row = self._one("SELECT value FROM notes WHERE key = ?", key)
        return None if row is None else row["value"]

    def keep_line(self, key: str, line: str, at: datetime) -> None:
        """Keep a button's line that is too long for Telegram, under a short key."""
        self._change(
            "INSERT OR REPLACE INTO button_lines (key, line, kept_at) VALUES (?, ?, ?)", key, line, micros(at)
        )

    def kept_line(self, key: str) -> str | None:
        """The line kept under a key."""
        row = self._one("SELECT line FROM button_lines WHERE key = ?", key)
        return None if row is None else row["line"]

    def forget_lines(self, before: datetime) -> int:
        """Drop lines kept before; returns how many."""
        return self._change("DELETE FROM button_lines WHERE kept_at < ?", micros(before))


def _job_run(row: Row) -> JobRun:
    return JobRun(
        kind=row["kind"],
        day=day_of(row["day"]),
        chat_id=row["chat_id"],
        started_at=moment(row["started_at"]),
        finished_at=optional_moment(row["finished_at"]),
        outcome=row["outcome"],
    )
