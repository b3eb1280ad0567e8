"""Questions about titles and recommendations."""

import json
from collections.abc import Iterable

from store.records import Comeback, History, Neighbour, Recommendation, Title
from store.results.matching import nearest
from store.results.packing import codes_in, listed_in, narrow_codes_in, numbers_in
from store.results.reading import Reader
from store.results.rows import title_of

_LIST = (
    "SELECT titles, recommendations.scores, because, list_format.codes AS code, list_format.scores AS score,"
    " (SELECT best_score FROM histories WHERE customer_id = recommendations.customer_id) AS unit"
    " FROM recommendations, list_format WHERE customer_id = ?"
)
_POPULAR = "SELECT titles.* FROM popular JOIN titles USING (code) ORDER BY popular.rank LIMIT ?"
_POPULAR_OF_GENRE = (
    "SELECT titles.* FROM popular_by_genre AS ranked JOIN titles USING (code)"
    " WHERE ranked.genre = ? ORDER BY ranked.rank LIMIT ?"
)
_GENRES_OF = (
    "SELECT genre.value, count(*) FROM titles, json_each(titles.genres) AS genre"
    " WHERE code IN (SELECT value FROM json_each(?)) GROUP BY genre.value ORDER BY count(*) DESC, genre.value"
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
                "SELECT titles, list_format.codes AS code FROM histories, list_format WHERE customer_id = ?",
                customer_id,
            )
            if row is None:
                return History()
            codes = narrow_codes_in(row["titles"], row["code"])
            genres = self._all(_GENRES_OF, json.dumps(codes))
            ids = self._title_ids()
            return History(title_ids=frozenset(ids[code] for code in codes), genres=tuple(map(tuple, genres)))

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
            found = [codes[place] for place in nearest(text.strip().casefold(), keys, limit)]
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
            ids = self._title_ids()
            return tuple(
                Neighbour(title_id=ids[code], weight=weight)
                for code, weight in zip(codes, numbers_in(row["weights"]), strict=True)
                if code >= 0
            )

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

    def _title_ids(self) -> dict[int, str]:
        return self._once(
            "title_ids", lambda: dict(map(tuple, self._all("SELECT code, title_id FROM titles")))
        )

    def _title_keys(self) -> tuple[list[int], list[str]]:
        """Codes and casefolded names, most watched first."""
        rows = self._all("SELECT code, title FROM titles ORDER BY watchers DESC, code")
        return [row[0] for row in rows], [row[1].casefold() for row in rows]
