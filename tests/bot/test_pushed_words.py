"""No word that is pushed to staff bypasses the translation, but what the data and the run say themselves."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from typing import get_args

import pytest

from bot.digest import news
from bot.languages import Language, speaking
from bot.messages import forgetting, retraining, service
from bot.messages.alerts import newly_at_risk, resolved
from bot.messages.digest import told
from bot.messages.news import AlertRecord, News, ScanNote
from bot.queries import Queries
from bot.replies import Chart, Reply
from store.state.records import ContactOutcome
from tests.bot.test_languages import TRANSLATIONS, strange
from tests.bot.test_message_laws import check

__all__ = ["strange"]

PUBLISHED = re.compile(r"^(?:[▲▼•] .*|Risk 61 .*)$", re.MULTILINE)
"""Reasons, what moved a score and what a run says of itself: published in English."""

NAMES = {"Sam", "AUC", "MBG", "NBD", "LightGBM"}


def mornings(facts: News) -> Iterator[News]:
    """A digest for each thing that it can say."""
    before, run = facts.now, replace(facts.run, messages=())
    quiet = replace(facts, run=run, before=replace(before, run_id="r0"), lately=(), moves=())
    yield facts
    yield quiet
    yield replace(quiet, before=before, stale_days=900)
    yield replace(quiet, stale_days=9, skipped=tuple(date(2026, 11, number) for number in range(1, 7)))
    yield replace(facts, entered=9, newly_at_risk=(), returned=2, now=replace(before, newcomers=3))
    for at_risk in (0, 1, 5):
        yield replace(quiet, scans=(ScanNote(outcome="baseline", at_risk=at_risk),))
    yield replace(quiet, scans=(ScanNote(outcome="blocked", day="2026-11-20"),))
    for held_out_left in (2, 20, 38):
        record = AlertRecord(
            alerted=40, alerted_left=20, held_out=40, held_out_left=held_out_left, value_reached=600
        )
        yield replace(quiet, record=record)
    yield replace(quiet, record=AlertRecord(alerted=40, alerted_left=40, held_out=4, held_out_left=3))
    for auc in (0.6, 0.9):
        then = replace(before, run_id="r0", auc=auc, churn_model="MBG/NBD")
        served = replace(run, churn_model="LightGBM")
        yield replace(
            quiet, run=served, now=replace(before, auc=0.75, auc_low=0.7, auc_high=0.8), before=then
        )
    for active in (1, 9):
        day = replace(facts.lately[0], active_customers=active)
        yield replace(facts, run=run, lately=(day,) * 7)


def pushed(queries: Queries) -> Iterator[Reply]:
    run, customers = queries.results.run(), queries.results.at_risk(9)
    yield from map(told, mornings(news(queries)))
    for reminded in ({"42"}, {each.customer_id for each in customers}):
        yield newly_at_risk(customers, run, waiting=2, reminded=reminded)
    for outcome in get_args(ContactOutcome):
        seen_to = resolved(newly_at_risk(customers[:1], run, waiting=0), "42", outcome, "Sam")
        assert seen_to is not None
        yield seen_to
    yield forgetting.to_owner("42")
    yield service.chat_blocked(7, ("digest", "alerts"))
    yield retraining.progress((), 100)
    yield retraining.ended((), 4000, failed=False)
    yield retraining.ended((), 4000, failed=True)


def test_nothing_that_is_pushed_bypasses_the_translation(chat: Queries, strange: Language) -> None:
    results = chat.results
    own: list[object] = [results.at_risk(9), results.segments()]
    known = set(re.findall(r"[A-Za-z]+", " ".join(map(str, own)))) | NAMES
    missed = []
    with speaking("xx"):
        for reply in pushed(chat):
            texts = [reply.text, *(each.caption for row in reply.buttons for each in row)]
            charts = [each for each in reply.charts if isinstance(each, Chart)]
            texts += [
                text for each in charts for text in (each.title, each.unit, each.note, each.series[0].name)
            ]
            for text in texts:
                bare = unescape(re.sub(r"</?\w+>|/\w+(?: [\w/:.#-]+)*", " ", PUBLISHED.sub("", text)))
                missed += [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in known]

    assert missed == []
    for code, language in TRANSLATIONS.items():
        assert (code, sorted(set(strange.sentences) - set(language.sentences))) == (code, [])
        assert (code, sorted(set(strange.counted) - set(language.counted))) == (code, [])


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_what_is_pushed_holds_in_every_language(code: str, chat: Queries) -> None:
    with speaking(code):
        for reply in pushed(chat):
            check(reply)
