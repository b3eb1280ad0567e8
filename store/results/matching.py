"""Finding what somebody meant although it is spelled differently."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

# Of 100. Below it, two words only happen to share letters.
LEAST_LIKENESS = 60.0
# Likeness as a part counts a little less than as a whole: “Heat” before “Heathers”.
PART_SHARE = 0.9
# So many keys are compared in full in some ten milliseconds; of more, those whose letters fit best.
MOST_COMPARED = 30_000
CANDIDATES = 200
LEAST_OF_MANY = 45.0
# One letter wrong, missing, too many or two swapped; words a name begins with; words within it.
ONE_SLIP, BEGINNING, WORDS = 96.0, 95.0, 92.0
# What is shorter is a part of almost everything.
SHORTEST_PART, SHORTEST_KEY = 3, 4


def same_number(customer_id: str, wanted: str) -> bool:
    """Whether an id ends in just this number: “42” means user_00042, not user_00142.

    Args:
        customer_id: Any id.
        wanted: Decimal digits.
    """
    stem = customer_id.rstrip("0123456789")
    digits = customer_id[len(stem) :]
    return digits != "" and digits.lstrip("0") == wanted.lstrip("0")


def nearest(wanted: str, keys: Sequence[str], limit: int) -> list[int]:
    """The places of those keys that are spelled most like ``wanted``, in whole or in part.

    Args:
        wanted: What somebody typed, casefolded.
        keys: Casefolded; shape (n,).
        limit: At most so many.

    Returns:
        Places in ``keys``, most alike first, then by place; at most ``limit``.
    """
    # Compared in C: the whole of every key; of not too many keys, their parts too.
    scorers = (fuzz.ratio, fuzz.WRatio, fuzz.partial_ratio) if len(keys) <= MOST_COMPARED else (fuzz.ratio,)
    least = LEAST_LIKENESS if len(keys) <= MOST_COMPARED else LEAST_OF_MANY
    places = {
        place
        for scorer in scorers
        for _, _, place in process.extract(wanted, keys, scorer=scorer, limit=CANDIDATES, score_cutoff=least)
    }
    likened = ((place, _likeness(wanted, keys[place])) for place in places)
    ordered = sorted(
        # Among names that hold the words as they are, the first in place, which is the best known.
        (-likeness, 0.0 if likeness in {BEGINNING, WORDS} else -fuzz.ratio(wanted, keys[place]), place)
        for place, likeness in likened
        if likeness >= LEAST_LIKENESS
    )
    return [place for _, _, place in ordered[:limit]]


def _likeness(wanted: str, key: str) -> float:
    if wanted == key:
        return 100.0
    if min(len(wanted), len(key)) >= SHORTEST_KEY and OSA.distance(wanted, key, score_cutoff=1) <= 1:
        return ONE_SLIP
    if key.startswith(f"{wanted} "):
        return BEGINNING
    if f" {wanted} " in f" {key} ":
        return WORDS
    if len(wanted) < SHORTEST_PART or (len(key) < SHORTEST_KEY and len(key) < len(wanted)):
        return fuzz.ratio(wanted, key)
    return min(ONE_SLIP - 1, max(fuzz.WRatio(wanted, key), PART_SHARE * fuzz.partial_ratio(wanted, key)))
