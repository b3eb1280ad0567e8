"""What the digest speaks of, in numbers: how the business stands, how it stood, what scans found."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from store.records import Activity, Customer, Run, Segment, SegmentMove

# Notes in ``matinee.db``: what the alert scans leave for the digest, and what a chat was told last.
SCANS, ALERT_RECORD, TOLD = "alerts.scans", "alerts.record", "digest.told"
SCANS_KEPT = 60
# A metric of the run: 1 where the import looked so odd that nobody should be alerted by it.
INGESTION_ALARM = "monitoring.ingestion_alarm"
# Findings that begin so are of what is watched; whatever stands behind changes from night to night.
WATCHED = frozenset({"Import", "Calibration", "Drift", "Churn"})
STALE_AFTER_DAYS = 3
KINDS_KEPT = 100
CLEAR_AUC = 0.01

_NUMBERS = re.compile(r"\d[\d.,]*")
# A share in brackets stands only where it is large enough.
_SHARE = re.compile(r" \([\d.,]+ ?%\)")
_SINGULAR = {"are": "is", "were": "was", "have": "has", "they": "it"}


def _known(record: type, note: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a note that this program knows; a newer one may have written more."""
    names = {field.name for field in fields(record)}
    return {name: value for name, value in note.items() if name in names}


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanNote:
    """What an alert scan found; counts of customers.

    Attributes:
        day: ``as_of`` of its run, ISO.
    """

    run_id: str = ""
    day: str = ""
    outcome: str = ""
    at_risk: int = 0
    entered: int = 0
    alerted: int = 0
    held_out: int = 0
    waiting: int = 0


def scans_from(note: str | None) -> tuple[ScanNote, ...]:
    """The scans that are remembered, oldest first; None is none yet."""
    return tuple(ScanNote(**_known(ScanNote, one)) for one in json.loads(note or "[]"))


def with_scan(note: str | None, scan: ScanNote) -> str:
    """The note with one more scan; the oldest are forgotten."""
    return json.dumps([asdict(one) for one in (*scans_from(note), scan)][-SCANS_KEPT:])


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRecord:
    """What became of customers once the horizon after their alert was over.

    Attributes:
        alerted, alerted_left: Alerted about, and of those who then did nothing for the horizon.
        held_out, held_out_left: The same of those drawn to get no alert.
        value_reached: Of those alerted about who left: what was at stake, a month.
    """

    alerted: int = 0
    alerted_left: int = 0
    held_out: int = 0
    held_out_left: int = 0
    value_reached: float = 0.0

    @classmethod
    def read(cls, note: str | None) -> Self:
        """From its JSON; None is nothing yet."""
        return cls(**_known(cls, json.loads(note or "{}")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the business stood when somebody was told.

    Attributes:
        as_of: Of the run, ISO.
        scanned: Day of the last alert scan told of, ISO.
        at_risk: Established customers at high risk.
        newcomers: The others at high risk; None where an earlier version noted it.
        auc: Of the served score, with its 95 % interval; None where there is none.
        set_aside: Rows.
        kinds: Of findings, told then or before.
        stale: Whether the data had ended too long ago.
    """

    run_id: str
    as_of: str
    scanned: str
    customers: int = 0
    active: int = 0
    at_risk: int = 0
    newcomers: int | None = None
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    churn_model: str = ""
    churn_message: str = ""
    set_aside: int = 0
    kinds: tuple[str, ...] = ()
    stale: bool = False

    @classmethod
    def read(cls, note: str | None) -> "Standing | None":
        """From its JSON; None is nothing yet."""
        if note is None:
            return None
        known = _known(cls, json.loads(note))
        return cls(**known | {"kinds": tuple(known.get("kinds", ()))})

    def to_json(self) -> str:
        """As a note."""
        return json.dumps(asdict(self), ensure_ascii=False)


def kind_of(finding: str) -> str:
    """A finding without its numbers: the same remark on another night is no other remark."""
    subject = finding.partition(":")[0]
    if subject in WATCHED:
        return subject
    words = _NUMBERS.sub("#", _SHARE.sub("", finding.casefold())).split()
    return " ".join(_SINGULAR.get(word, word).rstrip("s.") for word in words)


def kinds_told(findings: Iterable[str], before: Standing | None) -> tuple[str, ...]:
    """Kinds of findings that are no news any more; what is watched is news again when it comes back."""
    earlier = () if before is None else before.kinds
    kept = (kind for kind in earlier if kind not in WATCHED)
    return tuple(dict.fromkeys((*map(kind_of, findings), *kept)))[:KINDS_KEPT]


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Everything the digest speaks of.

    Attributes:
        now: How the business stands.
        before: How it stood at the digest before, or at the run before; None where that is not known.
        scans: Alert scans since then, oldest first.
        entered: Customers who became at risk since then, and still are.
        newly_at_risk: The first few of them, most at stake first; without those held out.
        returned: How many came back since then.
        lately, week_before: Days of activity, the last seven known and the seven before.
        weeks: Days of activity of the last four weeks.
        stale_days: Since the data end, at the moment of asking.
        skipped: Days whose digest could not be sent in time.
    """

    run: Run
    now: Standing
    before: Standing | None
    scans: tuple[ScanNote, ...]
    entered: int
    newly_at_risk: tuple[Customer, ...]
    returned: int
    segments: tuple[Segment, ...]
    moves: tuple[SegmentMove, ...]
    lately: tuple[Activity, ...]
    week_before: tuple[Activity, ...]
    weeks: tuple[Activity, ...]
    record: AlertRecord
    stale_days: int
    skipped: tuple[date, ...] = ()

    @property
    def scan(self) -> ScanNote | None:
        """The newest scan since the digest before."""
        return self.scans[-1] if self.scans else None

    @property
    def new_findings(self) -> tuple[str, ...]:
        """Findings of a kind that was not told before."""
        told = () if self.before is None else self.before.kinds
        return tuple(one for one in self.run.messages if kind_of(one) not in told)

    @property
    def is_stale(self) -> bool:
        """Whether the data ended too long ago."""
        return self.stale_days > STALE_AFTER_DAYS

    @property
    def nothing_new(self) -> bool:
        """Whether the results are still those of the digest before."""
        return self.before is not None and self.before.run_id == self.run.run_id

    @property
    def other_model(self) -> bool:
        """Whether another kind of model gives the scores now."""
        if self.before is None or self.run.churn_status == "held":
            return False
        # A model that was kept has the old name with a remark behind.
        names = {each.partition(" (")[0] for each in (self.before.churn_model, self.run.churn_model)}
        return len(names) > 1

    @property
    def churn_is_news(self) -> bool:
        """Whether what became of the score was not told before."""
        if self.before is None:
            return self.run.churn_status != "served"
        told = kind_of(self.before.churn_message) == kind_of(self.run.churn_message)
        return self.run.churn_status != "served" and not told

    @property
    def auc_moved(self) -> bool:
        """Whether the score tells leavers from stayers better or worse by more than chance."""
        if self.before is None or self.now.auc is None or self.before.auc is None:
            return False
        low, high = self.now.auc_low or self.now.auc, self.now.auc_high or self.now.auc
        clear = abs(self.now.auc - self.before.auc) >= CLEAR_AUC
        return clear and not low <= self.before.auc <= high

    @property
    def notable(self) -> bool:
        """Whether somebody who wants to hear of news only should hear this."""
        scanned = self.scan is not None and self.scan.outcome in {"baseline", "blocked"}
        went_stale = self.is_stale and not (self.before is not None and self.before.stale)
        model = self.churn_is_news or self.other_model or self.auc_moved
        people = self.entered > 0 or self.returned > 0
        return bool(people or scanned or self.new_findings or went_stale or model or self.skipped)
