"""Where somebody is named in free text: questions that were asked, messages that were pushed."""

import json
import re
from collections.abc import Sequence
from html import escape

from store.state.database import Database

SHORT_NUMBER = 4
_OF_A_PERSON = r"(?:^|#|\b(?:customer|user|client|member|id|about|is|does|did|will|has|would|why)\s+)"


class Mentions(Database):
    """Questions about who is named in ``questions``, ``outbox`` and the notes of what was talked about."""

    def mentions(self, words: Sequence[str]) -> dict[str, int]:
        """How many rows of each table name somebody; tables without any are left out.

        Args:
            words: What he is called: his id, mail and name, each as a whole.
        """
        found = {"questions": len(self._asked_about(words)), "outbox": len(self._pushed_about(words))}
        return {table: rows for table, rows in found.items() if rows}

    def forget_mentions(self, words: Sequence[str]) -> int:
        """Delete questions that name somebody, and empty messages that do: their keys stay.

        A message that still waits is not sent, for it would tell of him.

        Returns:
            How many rows named him.
        """
        with self.transaction():
            asked, pushed = self._asked_about(words), self._pushed_about(words)
            for row_id in asked:
                self._change("DELETE FROM questions WHERE id = ?", row_id)
            for row_id in pushed:
                self._change(
                    "UPDATE outbox SET payload = '', state = iif(state = 'queued', 'failed', state)"
                    " WHERE id = ?",
                    row_id,
                )
            for row in self._all("SELECT key, value FROM notes WHERE key LIKE 'question:%'"):
                if _as_words(words).search(row["value"]):
                    self._change("DELETE FROM notes WHERE key = ?", row["key"])
            return len(asked) + len(pushed)

    def _asked_about(self, words: Sequence[str]) -> list[int]:
        named = _as_words(words)
        rows = self._all("SELECT id, text, reading FROM questions")
        return [row["id"] for row in rows if named.search(f"{row['text']}\n{row['reading'] or ''}")]

    def _pushed_about(self, words: Sequence[str]) -> list[int]:
        named = _in_messages(words)
        # What is leaving just now cannot be changed any more.
        rows = self._all("SELECT id, payload FROM outbox WHERE payload <> '' AND state <> 'sending'")
        return [row["id"] for row in rows if named.search(row["payload"])]


def _as_words(words: Sequence[str]) -> re.Pattern[str]:
    """In what people type: whole words, whatever the case.

    An id such as “10” is also a number that questions are full of; it is taken for a person where one is
    spoken of, or where it stands alone.
    """
    parts = []
    for word in words:
        before = _OF_A_PERSON if word.isdecimal() and len(word) < SHORT_NUMBER else r"(?<!\w)"
        parts.append(rf"{before}{re.escape(word)}(?!\w)")
    return re.compile("|".join(parts), re.IGNORECASE | re.MULTILINE)


def _in_messages(words: Sequence[str]) -> re.Pattern[str]:
    """In our own messages, as JSON: set in type of its own, or a word of a button's line.

    An id such as “42” is also a number that messages are full of.
    """
    parts = []
    for word in words:
        shown = re.escape(json.dumps(escape(word, quote=False), ensure_ascii=False)[1:-1])
        typed = re.escape(json.dumps(word, ensure_ascii=False)[1:-1])
        parts += [rf"<(?:code|b)>{shown}</", rf'"/[a-z]+ (?:[^"]* )?{typed}(?: [^"]*)?"']
    return re.compile("|".join(parts))
