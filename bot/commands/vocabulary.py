"""The words of which wishes for titles are made."""

from collections.abc import Mapping, Sequence

from bot.messages.wishes import Kind, Sign

FILLERS = frozenset({"a", "an", "some", "the", "with", "but", "please", "me", "titles", "only", "also"})
JOINERS = frozenset({"and", "or", ",", "nor", "&"})
LIKE = "like"
"""Begins a title that others shall be like."""
NEGATIONS = frozenset({"not", "no", "without", "except", "excluding", "non"})
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("film", "films", "movie", "movies"), "film"),
    **dict.fromkeys(("series", "show", "shows", "tv"), "series"),
}
SERIES_WORDS = ("series", "show", "tv", "season", "episode")
YEAR_SIGNS: Mapping[str, Sign] = {
    "after": ">",
    "newer than": ">",
    "later than": ">",
    "since": "≥",
    "from": "≥",
    "before": "<",
    "older than": "<",
    "earlier than": "<",
    "in": "=",
}
LENGTH_SIGNS: Mapping[str, Sign] = {
    **dict.fromkeys(("under", "below", "shorter than", "less than", "<"), "<"),
    **dict.fromkeys(("at most", "up to", "max", "maximum"), "≤"),
    **dict.fromkeys(("at least", "min", "minimum"), "≥"),
    **dict.fromkeys(("over", "above", "longer than", "more than", ">"), ">"),
}
UNITS: Mapping[str, int] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 60),
}
ALIASES: Mapping[str, str] = {
    "sciencefiction": "scifi",
    "sf": "scifi",
    "romantic": "romance",
    "animated": "animation",
    "scary": "horror",
    "funny": "comedy",
    "thrilling": "thriller",
    "docu": "documentary",
    "kid": "children",
}
GENRES_ELSEWHERE = frozenset(
    {
        *(
            "action",
            "adventure",
            "animation",
            "anime",
            "biography",
            "children",
            "comedy",
            "crime",
            "documentary",
        ),
        *("drama", "family", "fantasy", "filmnoir", "history", "horror", "music", "musical", "mystery"),
        *("noir", "reality", "romance", "romcom", "scifi", "sitcom", "sport", "talkshow", "thriller"),
        *("war", "western"),
    }
)
"""Keys of genres that a data set may lack: asked for, they are understood and said not to be there."""
FIRST_YEAR, LAST_YEAR = 1870, 2100
MOST_GENRE_WORDS = 6
# Words of the grammar that are people's names too.
NAMES = frozenset({"max", "min", "no", "non"})


def genre_key(text: str) -> str:
    """A genre without case, marks and plural: "Sci-Fi", "scifi" and "Science Fiction" are one."""
    key = "".join(character for character in text.casefold() if character.isalnum())
    if key.endswith("ies") and len(key) > 4 and key != "series":
        key = key[:-3] + "y"
    elif key.endswith("s") and not key.endswith("ss") and len(key) > 3:
        key = key[:-1]
    return ALIASES.get(key, key)


def is_year(word: str) -> bool:
    """Whether a number is a year in which films were made."""
    return word.isdecimal() and len(word) == 4 and FIRST_YEAR <= int(word) <= LAST_YEAR


def begins_wish(word: str, genres: Sequence[str]) -> bool:
    """Whether a word that stands behind a customer's name is no part of the name any more."""
    key = word.casefold()
    phrases = (*YEAR_SIGNS, *LENGTH_SIGNS)
    vocabulary = {"between", LIKE, *NEGATIONS, *KINDS, *(phrase.split()[0] for phrase in phrases)} - NAMES
    return key in vocabulary or key[:1].isdecimal() or genre_key(key) in map(genre_key, genres)
