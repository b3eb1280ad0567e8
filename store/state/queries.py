"""Everything that people did, in one place: ``matinee.db``."""

from store.state.alerts import Alerts
from store.state.feedback import FeedbackGiven
from store.state.journal import Journal
from store.state.mail import Mail
from store.state.members import Members

_ABOUT_CUSTOMERS = ("alert_states", "alerts", "contacts", "feedback", "link_tokens", "audit")


class State(Members, Mail, Alerts, FeedbackGiven, Journal):
    """What people did; a retrain never opens it. Times are passed in, UTC; there is no clock inside.

    Safe to share between threads and processes.
    """

    def forget(self, customer_id: str) -> int:
        """Delete everything kept about a customer, and unlink the viewer who is him.

        Returns:
            How many rows went.
        """
        with self.transaction():
            gone = sum(
                self._change(f"DELETE FROM {table} WHERE customer_id = ?", customer_id)
                for table in _ABOUT_CUSTOMERS
            )
            return gone + self._change("DELETE FROM members WHERE customer_id = ?", customer_id)
