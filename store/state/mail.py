"""Updates that came in and messages that go out: both survive a crash."""

from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Row

from store.state.database import Database
from store.state.records import InboxRow, OutboxRow, OutboxState
from store.times import micros, moment, optional_moment


class Mail(Database):
    """Questions about ``inbox`` and ``outbox``."""

    def receive(self, update_id: int, payload: str, at: datetime) -> bool:
        """Keep an update; False where it was received before."""
        return self.receive_all([(update_id, payload)], at) == 1

    def receive_all(self, updates: Iterable[tuple[int, str]], at: datetime) -> int:
        """Keep a batch of updates in one transaction; returns how many are new."""
        received_at = micros(at)
        with self.transaction():
            return sum(
                self._change(
                    "INSERT INTO inbox (update_id, payload, received_at) VALUES (?, ?, ?)"
                    " ON CONFLICT (update_id) DO NOTHING",
                    update_id,
                    payload,
                    received_at,
                )
                for update_id, payload in updates
            )

    def unfinished(self) -> tuple[InboxRow, ...]:
        """Updates neither finished nor buried, by ``update_id``."""
        rows = self._all(
            "SELECT update_id, payload, received_at FROM inbox WHERE finished_at IS NULL ORDER BY update_id"
        )
        return tuple(
            InboxRow(
                update_id=row["update_id"], payload=row["payload"], received_at=moment(row["received_at"])
            )
            for row in rows
        )

    def finish(self, update_id: int, at: datetime) -> None:
        """Say that an update was answered; its text is no longer kept."""
        self._change(
            "UPDATE inbox SET finished_at = ?, payload = '' WHERE update_id = ?", micros(at), update_id
        )

    def begin_answer(self, update_id: int, at: datetime) -> None:
        """Say that an answer leaves now: from here on it may have arrived, whatever happens to us."""
        self._change("UPDATE inbox SET answer_begun_at = ? WHERE update_id = ?", micros(at), update_id)

    def no_answer_yet(self, update_id: int) -> None:
        """Take ``begin_answer`` back: certainly nothing was sent."""
        self._change("UPDATE inbox SET answer_begun_at = NULL WHERE update_id = ?", update_id)

    def interrupted_answers(self, at: datetime) -> int:
        """At start: finish updates whose answer was leaving at the crash, so that none is answered twice.

        Returns:
            How many.
        """
        return self._change(
            "UPDATE inbox SET finished_at = ?, payload = '', buried = 'stopped while answering'"
            " WHERE finished_at IS NULL AND answer_begun_at IS NOT NULL",
            micros(at),
        )

    def empty_inbox(self) -> int:
        """Drop everything: another bot counts its updates anew."""
        return self._change("DELETE FROM inbox")

    def bury(self, update_id: int, reason: str, at: datetime) -> None:
        """Give an update up that cannot be handled; it is kept for whoever looks for the fault."""
        self._change(
            "UPDATE inbox SET finished_at = ?, buried = ? WHERE update_id = ?", micros(at), reason, update_id
        )

    def perhaps_answered(self, since: datetime) -> int:
        """How many updates were finished since then without knowing whether their answer arrived."""
        return self._count(
            "SELECT count(*) FROM inbox WHERE finished_at >= ? AND buried IS NOT NULL"
            " AND answer_begun_at IS NOT NULL",
            micros(since),
        )

    def inbox_depth(self) -> int:
        """How many updates are not finished, those being answered included."""
        return self._count("SELECT count(*) FROM inbox WHERE finished_at IS NULL")

    def last_update_id(self) -> int | None:
        """The highest update ever received; None before the first."""
        row = self._one("SELECT max(update_id) FROM inbox")
        return None if row is None else row[0]

    def forget_inbox(self, before: datetime) -> int:
        """Drop what was finished before; the last update stays, so that its repetition is recognised."""
        return self._change(
            "DELETE FROM inbox WHERE finished_at < ? AND update_id < (SELECT max(update_id) FROM inbox)",
            micros(before),
        )

    def enqueue(self, key: str, kind: str, chat_id: int, payload: str, due_at: datetime) -> bool:
        """Queue a message; False where one of that key was queued before, whatever became of it."""
        return (
            self._change(
                "INSERT INTO outbox (key, kind, chat_id, payload, state, attempts, due_at)"
                " VALUES (?, ?, ?, ?, 'queued', 0, ?) ON CONFLICT (key) DO NOTHING",
                key,
                kind,
                chat_id,
                payload,
                micros(due_at),
            )
            == 1
        )

    def due(self, at: datetime, limit: int = 100) -> tuple[OutboxRow, ...]:
        """Queued messages whose time has come, the longest due first."""
        rows = self._all(
            "SELECT * FROM outbox WHERE state = 'queued' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            micros(at),
            limit,
        )
        return tuple(map(_outbox_row, rows))

    def sending(self, row_id: int, at: datetime) -> bool:
        """Claim a queued message just before it is sent; False where somebody else has it."""
        return (
            self._change(
                "UPDATE outbox SET state = 'sending', attempts = attempts + 1, started_at = ?"
                " WHERE id = ? AND state = 'queued'",
                micros(at),
                row_id,
            )
            == 1
        )

    def sent(self, row_id: int, message_id: int | None, at: datetime) -> None:
        """Say that Telegram confirmed it."""
        self._change(
            "UPDATE outbox SET state = 'sent', message_id = ?, sent_at = ?, error = NULL WHERE id = ?",
            message_id,
            micros(at),
            row_id,
        )

    def retry(self, row_id: int, due_at: datetime, error: str) -> None:
        """Queue it again: certainly nothing was sent."""
        self._change(
            "UPDATE outbox SET state = 'queued', due_at = ?, error = ? WHERE id = ?",
            micros(due_at),
            error,
            row_id,
        )

    def settle(self, row_id: int, state: OutboxState, error: str, at: datetime) -> None:
        """Give it its last state: ``uncertain``, ``failed`` or ``blocked``."""
        self._change(
            "UPDATE outbox SET state = ?, error = ?, sent_at = ? WHERE id = ?",
            state,
            error,
            micros(at),
            row_id,
        )

    def interrupted(self, at: datetime) -> int:
        """At start: what a crash left half-sent may have arrived, so it becomes ``uncertain``.

        Returns:
            How many.
        """
        return self._change(
            "UPDATE outbox SET state = 'uncertain', error = 'stopped while sending', sent_at = ?"
            " WHERE state = 'sending'",
            micros(at),
        )

    def outbox_depth(self) -> int:
        """How many messages wait to be sent."""
        return self._count("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')")

    def outbox_rows(self, state: OutboxState, limit: int = 100) -> tuple[OutboxRow, ...]:
        """Messages in a state, newest first."""
        rows = self._all("SELECT * FROM outbox WHERE state = ? ORDER BY id DESC LIMIT ?", state, limit)
        return tuple(map(_outbox_row, rows))

    def forget_outbox(self, before: datetime) -> int:
        """Empty what was settled before; its key stays, so that it is not queued again.

        Returns:
            How many messages were emptied.
        """
        return self._change(
            "UPDATE outbox SET payload = '' WHERE sent_at < ? AND payload <> ''"
            " AND state NOT IN ('queued', 'sending')",
            micros(before),
        )

    def outbox_row(self, key: str) -> OutboxRow | None:
        """The message queued under a key."""
        row = self._one("SELECT * FROM outbox WHERE key = ?", key)
        return None if row is None else _outbox_row(row)

    def pushed(self, kind: str, chat_id: int | None = None, limit: int = 500) -> tuple[OutboxRow, ...]:
        """Messages of a kind (for a chat; None: for any) that wait or arrived, newest first.

        What was emptied since is left out.
        """
        rows = self._all(
            "SELECT * FROM outbox WHERE kind = ?1 AND (?2 IS NULL OR chat_id = ?2) AND payload <> ''"
            " AND state IN ('queued', 'sent') ORDER BY id DESC LIMIT ?3",
            kind,
            chat_id,
            limit,
        )
        return tuple(map(_outbox_row, rows))

    def amend(self, row_id: int, payload: str) -> bool:
        """Let a message say something else; False where it is leaving or was given up.

        One that arrived is not sent again by it; what stands in the chat is changed by another message.
        """
        return (
            self._change(
                "UPDATE outbox SET payload = ? WHERE id = ? AND state IN ('queued', 'sent')", payload, row_id
            )
            == 1
        )

    def drop_queued(self, chat_id: int, reason: str, at: datetime) -> int:
        """Send a chat nothing of what still waits for it; returns how much that was."""
        return self._change(
            "UPDATE outbox SET state = 'failed', payload = '', error = ?, sent_at = ?"
            " WHERE chat_id = ? AND state = 'queued'",
            reason,
            micros(at),
            chat_id,
        )

    def move_chat(self, old: int, new: int) -> None:
        """Follow a group that got another id: what waits for it, its subscriptions, its members, what it got.

        Else the digest of a day would come to the old and to the new one. Messages have other numbers there,
        so that those of before are not changed any more.
        """
        with self.transaction():
            self._change(
                "UPDATE outbox SET chat_id = ? WHERE chat_id = ? AND state IN ('queued', 'sending')", new, old
            )
            self._change("UPDATE outbox SET message_id = NULL WHERE chat_id = ?", old)
            self._change("UPDATE OR REPLACE subscriptions SET chat_id = ? WHERE chat_id = ?", new, old)
            self._change("UPDATE members SET chat_id = ? WHERE chat_id = ?", new, old)
            self._change("UPDATE OR REPLACE job_runs SET chat_id = ? WHERE chat_id = ?", new, old)
            # Notes about a chat end with its id.
            self._change(
                "UPDATE OR REPLACE notes SET key = replace(key, ?1, ?2) WHERE substr(key, -length(?1)) = ?1"
                " AND key NOT LIKE 'moved:%'",
                f":{old}",
                f":{new}",
            )
            self._change("INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)", f"moved:{new}", str(old))

    def moved_from(self, chat_id: int) -> int | None:
        """The id that a group had before; None where it always had this one."""
        row = self._one("SELECT value FROM notes WHERE key = ?", f"moved:{chat_id}")
        return None if row is None else int(row["value"])


def _outbox_row(row: Row) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        chat_id=row["chat_id"],
        payload=row["payload"],
        state=row["state"],
        attempts=row["attempts"],
        due_at=moment(row["due_at"]),
        sent_at=optional_moment(row["sent_at"]),
        message_id=row["message_id"],
        error=row["error"],
    )
