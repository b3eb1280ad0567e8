"""Who was alerted about, what came of it, and what people did about customers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from sqlite3 import Row

from store.state.database import Database
from store.state.records import Alert, AlertOutcome, AlertState, Contact, ContactOutcome
from store.times import (
    day_number,
    day_of,
    micros,
    moment,
    optional_day,
    optional_day_number,
    optional_micros,
    optional_moment,
)


class Alerts(Database):
    """Questions about ``alert_states``, ``alert_scans``, ``alerts`` and ``contacts``."""

    def alert_states(self, since: date | None = None) -> Mapping[str, AlertState]:
        """Where everybody stood at the last scan, by customer; with a day, whose state is no older."""
        return {
            row["customer_id"]: AlertState(
                customer_id=row["customer_id"],
                state=row["state"],
                since=day_of(row["since"]),
                above=row["above"],
                alerted_at=optional_day(row["alerted_day"]),
                held_out=bool(row["held_out"]),
            )
            for row in self._all(
                "SELECT * FROM alert_states WHERE ?1 IS NULL OR since >= ?1 ORDER BY customer_id",
                optional_day_number(since),
            )
        }

    def save_alert_states(self, states: Iterable[AlertState], run_id: str, at: datetime) -> None:
        """Keep where the given customers stand now, and that this run was scanned; all or nothing."""
        with self.transaction():
            self._change(
                "INSERT INTO alert_scans (run_id, scanned_at) VALUES (?, ?) ON CONFLICT (run_id) DO NOTHING",
                run_id,
                micros(at),
            )
            for state in states:
                self._change(
                    "INSERT OR REPLACE INTO alert_states (customer_id, state, since, above, alerted_day,"
                    " held_out) VALUES (?, ?, ?, ?, ?, ?)",
                    state.customer_id,
                    state.state,
                    day_number(state.since),
                    state.above,
                    optional_day_number(state.alerted_at),
                    int(state.held_out),
                )

    def alert_scan(self, run_id: str) -> bool:
        """Whether this run was scanned already."""
        return self._one("SELECT 1 FROM alert_scans WHERE run_id = ?", run_id) is not None

    def record_alerts(self, alerts: Iterable[Alert]) -> tuple[int, ...]:
        """Keep new alerts, one for a customer and run; returns their ids, in order."""
        with self.transaction():
            return tuple(map(self._record_alert, alerts))

    def _record_alert(self, alert: Alert) -> int:
        self._change(
            "INSERT INTO alerts (customer_id, run_id, probability, value, sent_at, held_out, state,"
            " by_user, resolved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (customer_id, run_id) DO NOTHING",
            alert.customer_id,
            alert.run_id,
            alert.probability,
            alert.value,
            micros(alert.sent_at),
            int(alert.held_out),
            alert.state,
            alert.by,
            optional_micros(alert.resolved_at),
        )
        return self._count(
            "SELECT id FROM alerts WHERE customer_id = ? AND run_id = ?", alert.customer_id, alert.run_id
        )

    def alert(self, alert_id: int) -> Alert | None:
        """One alert."""
        row = self._one("SELECT * FROM alerts WHERE id = ?", alert_id)
        return None if row is None else _alert(row)

    def alerts(self, state: AlertOutcome | None = None, customer_id: str | None = None) -> tuple[Alert, ...]:
        """Alerts in a state (None: in any) about a customer (None: about all), newest first."""
        rows = self._all(
            "SELECT * FROM alerts WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR customer_id = ?2)"
            " ORDER BY id DESC",
            state,
            customer_id,
        )
        return tuple(map(_alert, rows))

    def resolve_alert(self, alert_id: int, state: AlertOutcome, by: int, at: datetime) -> bool:
        """Say what came of an alert; False where it is unknown or already in that state."""
        return (
            self._change(
                "UPDATE alerts SET state = ?1, by_user = ?2, resolved_at = ?3 WHERE id = ?4 AND state <> ?1",
                state,
                by,
                micros(at),
                alert_id,
            )
            == 1
        )

    def add_contact(
        self, customer_id: str, outcome: ContactOutcome, by: int, at: datetime, until: datetime | None = None
    ) -> None:
        """Keep what somebody did about a customer; ``until`` ends a snooze."""
        self._change(
            "INSERT INTO contacts (customer_id, outcome, by_user, at, until) VALUES (?, ?, ?, ?, ?)",
            customer_id,
            outcome,
            by,
            micros(at),
            optional_micros(until),
        )

    def contacts(self, customer_id: str | None = None) -> tuple[Contact, ...]:
        """What was done about a customer (None: about all), newest first."""
        rows = self._all(
            "SELECT * FROM contacts WHERE ?1 IS NULL OR customer_id = ?1 ORDER BY at DESC, id DESC",
            customer_id,
        )
        return tuple(
            Contact(
                customer_id=row["customer_id"],
                outcome=row["outcome"],
                by=row["by_user"],
                at=moment(row["at"]),
                until=optional_moment(row["until"]),
            )
            for row in rows
        )

    def snoozed(self, at: datetime) -> Mapping[str, datetime]:
        """Customers nobody wants to hear of for now, with the end of it."""
        rows = self._all(
            "SELECT customer_id, max(until) AS until FROM contacts"
            " WHERE outcome = 'snoozed' AND until > ? GROUP BY customer_id ORDER BY customer_id",
            micros(at),
        )
        return {row["customer_id"]: moment(row["until"]) for row in rows}

    def awake_again(self, at: datetime) -> Mapping[str, datetime]:
        """Whose snooze is over, with its end, and about whom nothing was said or done since."""
        rows = self._all(
            "SELECT customer_id, until FROM contacts AS last WHERE outcome = 'snoozed' AND until <= ?1"
            " AND NOT EXISTS (SELECT 1 FROM contacts WHERE customer_id = last.customer_id"
            " AND (at, id) > (last.at, last.id))"
            " AND NOT EXISTS (SELECT 1 FROM alerts WHERE customer_id = last.customer_id"
            " AND sent_at >= last.until) ORDER BY customer_id",
            micros(at),
        )
        return {row["customer_id"]: moment(row["until"]) for row in rows}


def _alert(row: Row) -> Alert:
    return Alert(
        id=row["id"],
        customer_id=row["customer_id"],
        run_id=row["run_id"],
        probability=row["probability"],
        value=row["value"],
        sent_at=moment(row["sent_at"]),
        held_out=bool(row["held_out"]),
        state=row["state"],
        by=row["by_user"],
        resolved_at=optional_moment(row["resolved_at"]),
    )
