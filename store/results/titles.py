"""Questions about titles and recommendations."""

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from store.records import Comeback, History, Neighbour, Recommendation, Title
from store.results.matching import nearest
from store.results.packing import codes_in, listed_in, narrow_codes_in, numbers_in
from store.results.reading import Reader
from store.results.rows import title_of
from store.title_records import plain_spelling, spellings

MOST_SPELLINGS = 4
_LIST = (
    "SELECT titles, recommendations.scores, because, list_format.codes AS code, list_format.scores AS score,"
    " (SELECT best_score FROM histories WHERE histories.number = recommendations.number) AS unit"
    " FROM recommendations, list_format"
    " WHERE number = (SELECT number FROM customers WHERE customer_id = ?)"
)
_POPULAR = "SELECT titles.* FROM popular JOIN titles USING (code) ORDER BY popular.rank LIMIT ?"
_POPULAR_OF_GENRE = (
    "SELECT titles.* FROM popular_by_genre AS ranked JOIN titles USING (code)"
    " WHERE ranked.genre = ? ORDER BY ranked.rank LIMIT ?"
)
_KERNEL_ROWS = (
    "SELECT titles.title_id, near.titles AS codes, near.weights FROM title_neighbours AS near"
    " JOIN titles USING (code) WHERE titles.title_id IN (SELECT value FROM json_each(?)) ORDER BY code"
)


class TitleQuestions(Reader):
    """What there is to watch, and for whom."""

    def recommendations(self, customer_id: str, limit: int = 50) -> tuple[Recommendation, ...]:
        """The customer's list, best first; empty where he has none (then ``popular`` serves)."""
        with self.one_run():
            row = self._one(_LIST, customer_id)
            if row is None:
                return ()
            listed = listed_in(row["titles"], row["scores"], row["because"], row["code"], row["score"])[
                :limit
            ]
            titles = self._titles(code for code, _, because in listed for code in (code, because))
            best = max((score for _, score, _ in listed), default=0.0)
            unit = 1.0 if row["unit"] is None else row["unit"]
            return tuple(
                Recommendation(
                    rank=rank,
                    title=titles[code],
                    score=score * unit,
                    match=min(1.0, max(0.0, score / best)) if best > 0 else 0.0,
                    because=titles[because].title if because in titles else None,
                )
                for rank, (code, score, because) in enumerate(listed, 1)
            )

    def history(self, customer_id: str) -> History:
        """What the customer knows already; empty where nothing is known of him."""
        with self.one_run():
            row = self._one(
                "SELECT titles, list_format.codes AS code FROM histories, list_format"
                " WHERE number = (SELECT number FROM customers WHERE customer_id = ?)",
                customer_id,
            )
            if row is None:
                return History()
            known = self._known_titles()
            titles = [known[code] for code in narrow_codes_in(row["titles"], row["code"])]
            genres = Counter(genre for _, its in titles for genre in its)
            return History(
                title_ids=frozenset(title_id for title_id, _ in titles),
                genres=tuple(sorted(genres.items(), key=lambda entry: (-entry[1], entry[0]))),
            )

    def comebacks(self, genre: str, limit: int = 50) -> tuple[Comeback, ...]:
        """Titles with which customers of a favourite genre came back, by lift; "" for all customers."""
        rows = self._all(
            "SELECT titles.*, ranked.returns, ranked.lift FROM comebacks AS ranked JOIN titles USING (code)"
            " WHERE ranked.genre = ? ORDER BY ranked.rank LIMIT ?",
            genre,
            limit,
        )
        return tuple(
            Comeback(title=title_of(row[:-2]), returns=row["returns"], lift=row["lift"]) for row in rows
        )

    def popular(self, limit: int = 50, genre: str | None = None) -> tuple[Title, ...]:
        """What most people watched lately, best first; of one genre, where one is named."""
        rows = self._all(_POPULAR, limit) if genre is None else self._all(_POPULAR_OF_GENRE, genre, limit)
        return tuple(map(title_of, rows))

    def title(self, title_id: str) -> Title | None:
        """The title of exactly this id."""
        row = self._one("SELECT * FROM titles WHERE title_id = ?", title_id)
        return None if row is None else title_of(row)

    def find_titles(self, text: str, limit: int = 5) -> tuple[Title, ...]:
        """Titles that may be meant, typing errors forgiven; the nearest first, then the most watched."""
        if not text.strip() or limit < 1:
            return ()
        with self.one_run():
            codes, keys = self._once("title_keys", self._title_keys)
            places = nearest(plain_spelling(text), keys, MOST_SPELLINGS * limit)
            found = list(dict.fromkeys(codes[place] for place in places))[:limit]
            titles = self._titles(found)
            return tuple(titles[code] for code in found)

    def similar(self, title_id: str, limit: int = 10) -> tuple[Title, ...]:
        """“More like this”, most similar first; empty where nothing is known of it."""
        with self.one_run():
            row = self._one(
                "SELECT similar_titles.titles FROM similar_titles JOIN titles USING (code)"
                " WHERE title_id = ?",
                title_id,
            )
            codes = [] if row is None else [code for code in codes_in(row["titles"]) if code >= 0][:limit]
            titles = self._titles(codes)
            return tuple(titles[code] for code in codes)

    def neighbours(self, title_id: str) -> tuple[Neighbour, ...]:
        """The recommender's own neighbours of a title, by falling weight, for fold-in."""
        with self.one_run():
            row = self._one(
                "SELECT title_neighbours.* FROM title_neighbours JOIN titles USING (code) WHERE title_id = ?",
                title_id,
            )
            if row is None:
                return ()
            codes = codes_in(row["titles"])
            known = self._known_titles()
            return tuple(
                Neighbour(title_id=known[code][0], weight=weight)
                for code, weight in zip(codes, numbers_in(row["weights"]), strict=True)
                if code >= 0
            )

    def pull_of(
        self, title_ids: Iterable[str], without: Container[str], limit: int = 200
    ) -> dict[str, tuple[float, str]]:
        """What some liked titles speak for, all of them together: the fold-in of a customer's fresh likes.

        Args:
            title_ids: Of the liked titles.
            without: Titles that must not come back.
            limit: Of the titles returned; those of most weight.

        Returns:
            By title: the sum of the weights, above 0, and which liked title gave most; the weightiest first.
        """
        with self.one_run():
            known = self._known_titles()
            rows = [
                (row["title_id"], dict(zip(codes_in(row["codes"]), numbers_in(row["weights"]), strict=True)))
                for row in self._all(_KERNEL_ROWS, json.dumps(list(title_ids)))
            ]
            open_ones = (each for each in _by_weight(rows, limit) if known[each[0]][0] not in without)
            best = dict(islice(open_ones, limit))
            strongest: dict[int, tuple[float, str]] = {}
            for liked, weights in rows:
                for code in best.keys() & weights.keys():
                    if code not in strongest or weights[code] > strongest[code][0]:
                        strongest[code] = (weights[code], liked)
            return {known[code][0]: (weight, strongest[code][1]) for code, weight in best.items()}

    def titles_of(self, title_ids: Iterable[str]) -> dict[str, Title]:
        """Several titles by id; those the run does not know are left out."""
        wanted = json.dumps(list(title_ids))
        rows = self._all(
            "SELECT * FROM titles WHERE title_id IN (SELECT value FROM json_each(?)) ORDER BY code", wanted
        )
        return {row["title_id"]: title_of(row) for row in rows}

    def genres(self) -> tuple[str, ...]:
        """Every genre, most watched first."""
        return self._once("genres", self._genres)

    def _genres(self) -> tuple[str, ...]:
        rows = self._all(
            "SELECT genre.value FROM titles, json_each(titles.genres) AS genre"
            " GROUP BY genre.value ORDER BY sum(watchers) DESC, genre.value"
        )
        return tuple(row[0] for row in rows)

    def _titles(self, codes: Iterable[int]) -> dict[int, Title]:
        # One bound value whatever their number, so that the statement is compiled once.
        wanted = json.dumps(sorted(set(codes)))
        rows = self._all("SELECT * FROM titles WHERE code IN (SELECT value FROM json_each(?))", wanted)
        return {row["code"]: title_of(row) for row in rows}

    def _known_titles(self) -> dict[int, tuple[str, tuple[str, ...]]]:
        """Id and genres of every title by code."""
        return self._once("known_titles", self._read_known_titles)

    def _read_known_titles(self) -> dict[int, tuple[str, tuple[str, ...]]]:
        rows = self._all("SELECT code, title_id, genres FROM titles")
        # Few different lists of genres: each is read once.
        lists = {text: tuple(json.loads(text)) if text else () for text in {row[2] for row in rows}}
        return {code: (title_id, lists[text]) for code, title_id, text in rows}

    def _title_keys(self) -> tuple[list[int], list[str]]:
        """Codes and what each may be called, most watched first."""
        rows = self._all("SELECT code, title FROM titles ORDER BY watchers DESC, code")
        keys = [(row[0], name) for row in rows for name in spellings(row[1])[:MOST_SPELLINGS]]
        return [code for code, _ in keys], [name for _, name in keys]


def _by_weight(rows: Sequence[tuple[str, Mapping[int, float]]], few: int) -> Iterator[tuple[int, float]]:
    """The sums of the rows' weights above 0 by code, the largest first, then by code; ``few`` are quick."""
    total: dict[int, float] = {}
    sum_of = total.get
    for _, weights in rows:
        for code, weight in weights.items():
            total[code] = sum_of(code, 0.0) + weight
    total.pop(-1, None)
    # Nobody looks far behind the first: numbers alone are sorted, and then only the largest with their codes.
    largest = sorted(total.values(), reverse=True)[: 2 * few]
    least = max(largest[-1], 0.0) if largest else 0.0
    yield from _sorted((code, weight) for code, weight in total.items() if weight >= least and weight > 0)
    yield from _sorted((code, weight) for code, weight in total.items() if 0 < weight < least)


def _sorted(entries: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    return sorted(entries, key=lambda entry: (-entry[1], entry[0]))
