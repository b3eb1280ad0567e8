"""Every question that ``results.db`` answers."""

from datetime import date

from store.errors import NoResults
from store.records import Activity, BandRecord, ModelReport, Quarantined, Run
from store.results.customers import CustomerQuestions
from store.results.facts import FactQuestions
from store.results.folder import kept_path
from store.results.rows import activity_of, quarantined_of, report_of, run_of
from store.results.titles import TitleQuestions
from store.times import day_number

_ACTIVITY = "SELECT * FROM activity WHERE span = ? AND day BETWEEN ? AND ? ORDER BY day"


class Results(CustomerQuestions, TitleQuestions, FactQuestions):
    """The published results, read-only; always those of the run served at that moment.

    Each method raises ``NoResults`` while nothing has been published.
    """

    def run(self) -> Run:
        """The run served."""
        row = self._one("SELECT * FROM run")
        assert row is not None
        return run_of(row)

    def previous(self, until: date | None = None) -> "Results | None":
        """A run before the one served, for comparison; None where none can be read. Close it.

        A file of an earlier version of Matinee is no reason to leave a question about today unanswered.

        Args:
            until: The newest whose data end on that day or before, or else the oldest there is; None: the
                newest of all.
        """
        served = self.run().run_id
        kept = (path.stem.removeprefix("results-") for path in self._path.parent.glob("results-*.db"))
        oldest: Results | None = None
        for run_id in sorted((run_id for run_id in kept if run_id < served), reverse=True):
            before = Results(kept_path(self._path.parent, run_id))
            try:
                watermark = before.run().watermark
            except NoResults:
                before.close()
                continue
            if oldest is not None:
                oldest.close()
            if until is None or watermark <= until:
                return before
            oldest = before
        return oldest

    def model_reports(self, task: str) -> tuple[ModelReport, ...]:
        """How the models for ``churn`` or ``recommend`` did, in the pipeline's order."""
        rows = self._all("SELECT * FROM model_reports WHERE task = ? ORDER BY place", task)
        return tuple(map(report_of, rows))

    def bands(self) -> tuple[BandRecord, ...]:
        """What each band did last time: high, medium, low."""
        rows = self._all(
            "SELECT * FROM bands ORDER BY CASE band WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END"
        )
        return tuple(
            BandRecord(band=row["band"], customers=row["customers"], left=row["left_customers"])
            for row in rows
        )

    def picture(self, name: str) -> bytes | None:
        """A PNG that belongs to the run, e.g. ``confusion``; None where there is none of that name."""
        row = self._one("SELECT png FROM pictures WHERE name = ?", name)
        return None if row is None else bytes(row["png"])

    def activity(self, first: date, last: date) -> tuple[Activity, ...]:
        """What happened on each day from ``first`` to ``last``, both included."""
        rows = self._all(_ACTIVITY, "day", day_number(first), day_number(last))
        return tuple(map(activity_of, rows))

    def monthly_activity(self, first: date, last: date) -> tuple[Activity, ...]:
        """What happened in each month that starts between ``first`` and ``last``, both included."""
        rows = self._all(_ACTIVITY, "month", day_number(first), day_number(last))
        return tuple(map(activity_of, rows))

    def quarantined(self) -> tuple[Quarantined, ...]:
        """What was set aside while reading, in the pipeline's order."""
        return tuple(map(quarantined_of, self._all("SELECT * FROM quarantine ORDER BY place")))
