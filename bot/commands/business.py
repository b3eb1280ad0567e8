"""The whole business: the digest, the models, whether everything runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.commands.reading import nothing_more
from bot.commands.subscribing import comes_here, digest_here
from bot.digest import digest as digest_of
from bot.languages import tell
from bot.messages import models
from bot.messages import status as status_words
from bot.messages.news import SCANS, scans_from
from bot.messages.subscribing import offered
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.errors import NoResults, ResultsOfAnotherVersion
from store.records import Quarantined, Run

LAST_POLL = "last_poll"
"""Under this key ``bot.application`` notes when Telegram was last asked."""

JOBS = ("retrain", "digest", "alerts")
LOOKED_BACK = timedelta(days=7)


def digest(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /digest: the day in numbers; with words, when it is to come here by itself."""
    if words:
        return digest_here(words, asker, queries)
    reply = digest_of(queries)
    return reply if comes_here(asker, queries) else offered(reply)


def model(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /model: which models are served, and how far they can be trusted."""
    del asker
    nothing_more(words, "/model")
    results = queries.results
    return models.model(
        results.run(),
        results.model_reports("churn"),
        results.model_reports("recommend"),
        results.bands(),
        results.picture,
    )


def status(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /status: whether everything runs; also when nothing has been published yet."""
    nothing_more(words, "/status")
    run: Run | None = None
    quarantined: tuple[Quarantined, ...] = ()
    of_another = False
    try:
        run, quarantined = queries.results.run(), queries.results.quarantined()
    except NoResults as error:
        of_another = isinstance(error, ResultsOfAnotherVersion)
    return status_words.status(
        run, quarantined, replace(_pulse(asker, queries), results_of_another_version=of_another)
    )


def _pulse(asker: Asker, queries: Queries) -> status_words.Pulse:
    state = queries.state
    polled = state.noted(LAST_POLL)
    began = ((name, state.last_job(name)) for name in JOBS)
    zone = ZoneInfo(asker.zone)
    return status_words.Pulse(
        now=queries.now(),
        # Who asks on Telegram is being answered; his own question does not wait.
        inbox=max(0, state.inbox_depth() - (asker.user_id != 0)),
        outbox=state.outbox_depth(),
        last_poll=datetime.fromisoformat(polled) if polled else None,
        scan=next(reversed(scans_from(state.noted(SCANS))), None),
        jobs=tuple((name, job.started_at.astimezone(zone), job.outcome) for name, job in began if job),
        undelivered=_undelivered(zone, queries),
        perhaps_answered=state.perhaps_answered(queries.now() - LOOKED_BACK),
    )


def _undelivered(zone: ZoneInfo, queries: Queries) -> tuple[status_words.Undelivered, ...]:
    state, since = queries.state, queries.now() - LOOKED_BACK
    found = []
    for row in (*state.outbox_rows("uncertain", 20), *state.outbox_rows("failed", 20)):
        # What was taken out of the queue is empty, and nobody misses it.
        if row.sent_at and row.sent_at >= since and row.payload:
            member = state.member(row.chat_id)
            to = member.name if member and member.name else tell("chat {id}", id=row.chat_id)
            at = row.sent_at.astimezone(zone)
            found.append(
                status_words.Undelivered(kind=row.kind, to=to, at=at, perhaps=row.state == "uncertain")
            )
    return tuple(found)
