"""Pages of titles with no more of a genre than a customer's own past gives it, and no sequels side by side.

The pipeline varies each list it publishes; this keeps it so when a like of today brings titles in.
"""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from math import ceil

from store.records import Recommendation, Title
from store.title_records import franchise_name

PAGE = 10
LEAST_OF_GENRE = 2
"""Of ten titles two may be of any genre: a new taste has to start somewhere."""
MOST_GUESTS = 3
"""Of ten titles, so many may be there for what was liked today alone; the others stay his list."""
_ROUNDING = 1e-9


def varied(
    listed: Sequence[Recommendation],
    genres: Sequence[tuple[str, int]],
    most: int,
    guests: Container[str] = (),
) -> list[Recommendation]:
    """Re-rank page by page of ten: in the order given, passing over sequels and what would overfill a genre.

    Guests beyond the third of a page are passed over too. What was passed over fills a page only where
    nothing else is left. A title of two genres counts half for each.

    Args:
        listed: Best first.
        genres: The customer's genres with how many of his titles have them.
        most: Titles wanted.
        guests: Ids of titles that are not on the list he had.
    """
    total = sum(number for _, number in genres)
    ceilings = {
        genre: max(ceil(PAGE * number / total - _ROUNDING), LEAST_OF_GENRE) for genre, number in genres
    }
    left, ordered = list(listed), list[Recommendation]()
    while left and len(ordered) < most:
        page = _page(left, ceilings, guests)
        ordered += page
        shown = {each.title.title_id for each in page}
        left = [each for each in left if each.title.title_id not in shown]
    return ordered[:most]


def _page(
    left: Sequence[Recommendation], ceilings: Mapping[str, int], guests: Container[str]
) -> list[Recommendation]:
    room: defaultdict[str, float] = defaultdict(float)
    franchises: set[str] = set()
    invited = 0
    chosen, passed_over = list[Recommendation](), list[Recommendation]()
    for each in left:
        if len(chosen) == PAGE:
            break
        franchise, is_guest = franchise_name(each.title.title), each.title.title_id in guests
        welcome = not is_guest or invited < MOST_GUESTS
        if welcome and franchise not in franchises and _fits(each.title, room, ceilings):
            chosen.append(each)
            franchises.add(franchise)
            invited += is_guest
            for genre in each.title.genres:
                room[genre] += 1 / len(each.title.genres)
        else:
            passed_over.append(each)
    chosen += passed_over[: PAGE - len(chosen)]
    return sorted(chosen, key=lambda each: (-each.score, each.rank))


def _fits(title: Title, room: Mapping[str, float], ceilings: Mapping[str, int]) -> bool:
    return all(
        room.get(genre, 0) + 1 / len(title.genres) <= ceilings.get(genre, LEAST_OF_GENRE) + _ROUNDING
        for genre in title.genres
    )
