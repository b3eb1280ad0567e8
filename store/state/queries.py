"""Everything that people did, in one place: ``matinee.db``."""

from store.state.alerts import Alerts
from store.state.feedback import FeedbackGiven
from store.state.journal import Journal
from store.state.mail import Mail
from store.state.members import Members
from store.state.mentions import Mentions
from store.state.records import ForgetRequest
from store.times import micros, moment

_ABOUT_CUSTOMERS = (
    "alert_states",
    "alerts",
    "contacts",
    "feedback",
    "tastes",
    "link_tokens",
    "forget_requests",
    "audit",
)


class State(Members, Mail, Alerts, FeedbackGiven, Journal, Mentions):
    """What people did; a retrain never opens it. Times are passed in, UTC; there is no clock inside.

    Safe to share between threads and processes.
    """

    def ask_to_forget(self, request: ForgetRequest) -> bool:
        """Keep that a customer asked to be forgotten; False where he asked before."""
        return (
            self._change(
                "INSERT INTO forget_requests (customer_id, user_id, asked_at) VALUES (?, ?, ?)"
                " ON CONFLICT (customer_id) DO NOTHING",
                request.customer_id,
                request.user_id,
                micros(request.asked_at),
            )
            == 1
        )

    def forget_requests(self) -> tuple[ForgetRequest, ...]:
        """Who asked to be forgotten and is not yet, the oldest first."""
        rows = self._all("SELECT * FROM forget_requests ORDER BY asked_at, customer_id")
        return tuple(ForgetRequest(**dict(row) | {"asked_at": moment(row["asked_at"])}) for row in rows)

    def kept_about(self, customer_id: str) -> dict[str, int]:
        """How many rows of each table are about a customer; tables without any are left out."""
        counts = {
            table: self._count(f"SELECT count(*) FROM {table} WHERE customer_id = ?", customer_id)
            for table in (*_ABOUT_CUSTOMERS, "members")
        }
        return {table: rows for table, rows in counts.items() if rows}

    def forget(self, customer_id: str) -> int:
        """Delete everything kept about a customer, and unlink the viewer who is him.

        His chat with the bot goes too: questions he asked, messages to him, his menu.

        Returns:
            How many rows about him went.
        """
        with self.transaction():
            for row in self._all("SELECT user_id, chat_id FROM members WHERE customer_id = ?", customer_id):
                self._forget_chat(row["user_id"], row["chat_id"])
            gone = sum(
                self._change(f"DELETE FROM {table} WHERE customer_id = ?", customer_id)
                for table in _ABOUT_CUSTOMERS
            )
            # Buttons are named by a hash of their line; one that is pressed later is answered kindly.
            self._change(
                "DELETE FROM button_lines WHERE instr(' ' || line || ' ', ' ' || ? || ' ')", customer_id
            )
            return gone + self._change("DELETE FROM members WHERE customer_id = ?", customer_id)

    def _forget_chat(self, user_id: int, chat_id: int) -> None:
        self._change("DELETE FROM subscriptions WHERE user_id = ?", user_id)
        self._change("DELETE FROM questions WHERE user_id = ?", user_id)
        self._change("DELETE FROM link_failures WHERE user_id = ?", user_id)
        self._change(
            "UPDATE outbox SET payload = '', state = iif(state = 'queued', 'failed', state)"
            " WHERE chat_id = ? AND state <> 'sending'",
            chat_id,
        )
