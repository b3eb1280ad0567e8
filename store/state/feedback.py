"""What customers think of titles; the next retrain reads it."""

from collections.abc import Sequence

from store.state.database import Database
from store.state.records import Feedback
from store.times import micros, moment


class FeedbackGiven(Database):
    """Questions about ``feedback``."""

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep a verdict; the last one about a title counts."""
        self._change(
            "INSERT OR REPLACE INTO feedback (customer_id, title_id, verdict, at, by_user)"
            " VALUES (?, ?, ?, ?, ?)",
            feedback.customer_id,
            feedback.title_id,
            feedback.verdict,
            micros(feedback.at),
            feedback.by,
        )

    def remove_feedback(self, customer_id: str, title_id: str) -> bool:
        """Take a verdict back; False where there was none."""
        return (
            self._change("DELETE FROM feedback WHERE customer_id = ? AND title_id = ?", customer_id, title_id)
            > 0
        )

    def feedback(self, customer_id: str) -> tuple[Feedback, ...]:
        """The customer's verdicts, newest first."""
        return self._feedback("WHERE customer_id = ? ORDER BY at DESC, title_id", customer_id)

    def all_feedback(self) -> tuple[Feedback, ...]:
        """Everybody's verdicts, by customer and title."""
        return self._feedback("ORDER BY customer_id, title_id")

    def set_tastes(self, customer_id: str, genres: Sequence[str]) -> None:
        """Keep which genres a customer says he likes, in the place of what he said before."""
        with self.transaction():
            self._change("DELETE FROM tastes WHERE customer_id = ?", customer_id)
            for place, genre in enumerate(genres, 1):
                self._change("INSERT INTO tastes VALUES (?, ?, ?)", customer_id, place, genre)

    def tastes(self, customer_id: str) -> tuple[str, ...]:
        """The genres the customer says he likes, in his order."""
        rows = self._all("SELECT genre FROM tastes WHERE customer_id = ? ORDER BY place", customer_id)
        return tuple(row["genre"] for row in rows)

    def _feedback(self, condition: str, *values: object) -> tuple[Feedback, ...]:
        return tuple(
            Feedback(
                customer_id=row["customer_id"],
                title_id=row["title_id"],
                verdict=row["verdict"],
                at=moment(row["at"]),
                by=row["by_user"],
            )
            for row in self._all(f"SELECT * FROM feedback {condition}", *values)
        )
