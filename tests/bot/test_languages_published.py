"""Reasons and changes, which a run writes in English, are read in every language there is."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.languages import speaking
from bot.languages.published import retold
from pipeline.churn.changes import Moment, change
from pipeline.churn.sentences import FAMILIES, Facts, sentence
from tests.bot.test_languages import TRANSLATIONS

ENGLISH_WORDS = frozenset(
    re.findall(
        r"\w+",
        "days day active last first usual usually returns returned about every ago of the all since visits "
        "pause quiet away spent spends month months years average before then more back only coming longer "
        "than "
        "today yesterday January March May October December risk fall earlier now",
    )
)
"""None of these is a German word."""

NUMBERS = st.one_of(st.integers(0, 4), st.floats(0, 2_000))
NAMES = (
    *("days_since_last_activity", "usual_gap_days", "days_active", "longest_gap_days", "last_gap_days"),
    *(f"days_active_{before}{days}" for before in ("", "previous_") for days in (30, 60, 90)),
    *("tenure_days", "recent_share_90", "spend_30", "spend_previous_30", "total_spend", "monthly_spend"),
    "own_gaps_longer_share",
)  # fmt: skip
FACTS = st.fixed_dictionaries(dict.fromkeys(NAMES, NUMBERS))


def english_in(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]+", text)) & ENGLISH_WORDS


@pytest.mark.parametrize("code", TRANSLATIONS)
@given(own=FACTS, typical=FACTS, family=st.sampled_from(FAMILIES), direction=st.sampled_from((1, -1)))
def test_every_reason_is_known_again(
    code: str, own: dict[str, float], typical: dict[str, float], family: str, direction: int
) -> None:
    own["own_gaps_longer_share"] = min(own["own_gaps_longer_share"], 1.0)
    own["recent_share_90"] = min(own["recent_share_90"], 1.0)
    said = sentence(family, Facts(of=own, typical=typical, currency="€"), direction)
    assume(said is not None)
    assert said is not None
    with speaking(code):
        told = retold(said)

    assert english_in(told) == set(), (said, told)
    assert len(re.findall(r"\d+", told)) == len(re.findall(r"\d+", said)), (said, told)


@pytest.mark.parametrize("code", TRANSLATIONS)
@given(
    before=FACTS, now=FACTS, risks=st.tuples(st.one_of(st.none(), st.floats(0, 1)), st.floats(0, 1)),
    day=st.integers(0, 364),
)  # fmt: skip
def test_every_change_is_known_again(
    code: str, before: dict[str, float], now: dict[str, float], risks: tuple[float | None, float], day: int
) -> None:
    then = date(2026, 1, 1) + timedelta(days=day)
    said = change(
        Moment(day=then, probability=risks[0], facts=before),
        Moment(day=then + timedelta(days=7), probability=risks[1], facts=now),
        "CHF",
    )
    assume(said is not None)
    assert said is not None
    with speaking(code):
        told = retold(said)

    assert english_in(told) == set(), (said, told)


def test_what_is_not_known_stays_in_english_and_english_stays_as_it_is() -> None:
    said = "Quiet for 21 days; usually returns about every 6 days"

    assert retold(said) == said
    with speaking("de"):
        assert retold(said) == "21 Tage Pause; kommt sonst etwa alle 6 Tage"
        assert retold("Quiet for 1 day") == "1 Tag Pause"
        assert retold("Spent €1,240 in all") == "Insgesamt 1.240 € ausgegeben"
        assert retold("Loves trains") == "Loves trains"
