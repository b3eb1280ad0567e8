"""Finding what somebody meant although it is spelled differently."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

# Below this, of 100, two words only happen to share letters.
LEAST_LIKENESS = 60.0


def same_number(customer_id: str, wanted: str) -> bool:
    """Whether an id ends in just this number: “42” means user_00042, not user_00142.

    Args:
        customer_id: Any id.
        wanted: Decimal digits.
    """
    stem = customer_id.rstrip("0123456789")
    digits = customer_id[len(stem) :]
    return digits.lstrip("0") == wanted.lstrip("0") and digits != ""


def nearest(wanted: str, keys: Iterable[tuple[str, str]], limit: int) -> list[str]:
    """The values of those keys that are spelled most like ``wanted``, most alike first.

    Args:
        wanted: What somebody typed.
        keys: Pairs of a key, casefolded, and what it stands for; a value may have several keys.
        limit: At most so many.

    Returns:
        Values without repetition; the order is total.
    """
    pairs = list(keys)
    found = process.extract(
        wanted.strip().casefold(),
        [key for key, _ in pairs],
        scorer=fuzz.WRatio,
        limit=4 * limit,
        score_cutoff=LEAST_LIKENESS,
    )
    ordered = sorted((-score, pairs[place][1]) for _, score, place in found)
    return list(dict.fromkeys(value for _, value in ordered))[:limit]
