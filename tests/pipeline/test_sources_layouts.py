import tomllib
from pathlib import Path

import pytest

from pipeline.config import SourceConfig, pipeline_config
from pipeline.ingest import check
from pipeline.sources.layouts import Recognition, config_text, recognise
from tests.pipeline.reading import NOW, read, rows_of, write

GOLDEN = Path(__file__).parents[1] / "golden"


NO_GENRES = "|".join(["0"] * 18)


FOLDERS: dict[str, dict[str, str]] = {
    "MovieLens (csv)": {
        "ratings.csv": "userId,movieId,rating,timestamp\n1,10,4.0,964982703\n2,10,3.5,964982704\n",
        "movies.csv": 'movieId,title,genres\n10,"American President, The (1995)",Comedy|Drama\n',
        "tags.csv": "userId,movieId,tag,timestamp\n1,10,witty,1445714994\n2,10,politics,1445714995\n",
        "links.csv": "movieId,imdbId,tmdbId\n10,0112346,9087\n",
        "README.txt": "about the data, in words, with commas\n",
    },
    "MovieLens (.dat)": {
        "ratings.dat": "1::10::5::978300760\n2::10::3::978302109\n",
        "movies.dat": "10::American President, The (1995)::Comedy|Drama\n",
        "users.dat": "1::F::25::10::48067\n2::M::56::16::70072\n",
        "tags.dat": "1::10::witty::1445714994\n2::10::politics::1445714995\n",
    },
    "MovieTweetings": {
        "ratings.dat": "1::10::9::1365029107\n2::10::0::1365029108\n",
        "movies.dat": "10::The American President (1995)::Comedy|Drama\n",
        "users.dat": "1::5432\n2::9876\n",
    },
    "MovieLens (u.data)": {
        "u.data": "1\t10\t5\t881250949\n2\t10\t3\t891717742\n",
        "u.item": f"10|American President, The (1995)|01-Jan-1995||http://x|0|{NO_GENRES}\n".replace(
            "|0|0|0|0|0|0|", "|0|0|0|0|0|1|", 1
        ),
        "u.user": "1|24|M|technician|85711\n2|53|F|other|94043\n",
    },
    "netflix-2025": {
        "users.csv": "user_id,email,first_name,last_name,age,gender,country,"
        "subscription_plan,subscription_start_date,is_active,monthly_spend\n"
        "1,a@x,Ann,Lee,30,F,USA,Basic,2025-01-01,True,9.99\n",
        "movies.csv": "movie_id,title,content_type,genre_primary,genre_secondary,release_year,"
        "duration_minutes,language,country_of_origin\n"
        "10,The American President,Movie,Comedy,Drama,1995,114,English,USA\n",
        "watch_history.csv": "session_id,user_id,movie_id,watch_date,watch_duration_minutes,"
        "progress_percentage,user_rating\ns1,1,10,2025-02-01,57,50,4\n",
        "reviews.csv": "review_id,user_id,movie_id,rating,review_date\nr1,1,10,5,2025-02-02\n",
        "search_logs.csv": "search_id,user_id,search_query,search_date\nq1,1,comedy,2025-02-03\n",
        "recommendation_logs.csv": "recommendation_id,user_id,movie_id\nx,1,10\n",
    },
    "Matinee": {
        "customers.csv": "customer_id,name,plan\n1,Ann Lee,Basic\n",
        "titles.csv": "title_id,title,genres\n10,The American President,Comedy|Drama\n",
        "watches.csv": "customer_id,at,title_id,minutes,progress,device\n"
        "1,2026-01-01 20:00:00,10,57,0.5,tv\n",
        "ratings.csv": "customer_id,at,title_id,rating\n1,2026-01-02 20:00:00,10,5\n",
        "orders.csv": "customer_id,at,amount,items\n1,2026-01-03 20:00:00,9.99,1\n",
    },
}


@pytest.mark.parametrize("layout", FOLDERS)
def test_recognises_the_well_known_layouts(tmp_path: Path, layout: str) -> None:
    write(tmp_path / "data", FOLDERS[layout])

    recognition = recognise(tmp_path / "data")
    report, dataset = read(tmp_path / "data", *recognition.sources)

    assert recognition.layout == layout
    title = dataset.titles().iloc[0]
    assert (title["title_id"], title["title"]) == ("10", "The American President")
    assert sorted(title["genres"])[:1] in (["Comedy"], ["Drama"])
    assert [found.rows for found in report.quarantined] == []


def test_tags_and_years_reach_the_titles(tmp_path: Path) -> None:
    write(tmp_path, FOLDERS["MovieLens (csv)"])

    recognition = recognise(tmp_path)
    _, dataset = read(tmp_path, *recognition.sources)

    title = dataset.titles().iloc[0]
    assert (title["year"], list(title["tags"])) == (1995, ["witty", "politics"])
    assert recognition.notes == ("links.csv is not used.",)


def test_ratings_are_brought_to_their_scale(tmp_path: Path) -> None:
    write(tmp_path, FOLDERS["MovieTweetings"])

    _, dataset = read(tmp_path, *recognise(tmp_path).sources)

    assert rows_of(dataset, "who", "kind", "rating", "rating_raw") == [
        ("1", "rating", 0.9, 9.0),
        ("2", "rating", 0.0, 0.0),
    ]
    assert dataset.manifest.rated_scale == (0, 10)


def test_what_was_shown_is_not_what_was_done(tmp_path: Path) -> None:
    write(tmp_path, FOLDERS["netflix-2025"])

    recognition = recognise(tmp_path)
    _, dataset = read(tmp_path, *recognition.sources)

    assert any("recommendation_logs.csv is left out" in note for note in recognition.notes)
    assert dataset.manifest.kinds == {"watch": 1, "rating": 1, "search": 1}
    assert rows_of(dataset, "kind", "minutes", "progress", "rating")[0] == ("watch", 57.0, 0.5, 0.75)


def test_the_configuration_reads_as_it_did_before(tmp_path: Path) -> None:
    write(tmp_path, FOLDERS["netflix-2025"])
    recognition = recognise(tmp_path)

    text = config_text(recognition, data="data", currency="€")

    golden = GOLDEN / "matinee_netflix.toml"
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("layout", FOLDERS)
def test_the_configuration_means_what_was_recognised(tmp_path: Path, layout: str) -> None:
    write(tmp_path, FOLDERS[layout])
    recognition = recognise(tmp_path)

    text = config_text(recognition, data=tmp_path, output=tmp_path / "out")
    config = pipeline_config(tomllib.loads(text), tmp_path, {})

    assert config.sources == recognition.sources
    assert (config.data, config.output) == (tmp_path, tmp_path / "out")
    assert check(config, now=NOW).manifest.events > 0


def test_every_setting_can_be_written_and_read() -> None:
    source = SourceConfig(
        table="events",
        files=('odd "name".csv',),
        columns={"customer_id": 1, "at": "when", "title_id": "what"},
        kind="watch",
        delimiter="\t",
        encoding="cp1252",
        header=False,
        rating_scale=(0.5, 5.0),
        progress_scale=100.0,
        zone="Europe/Berlin",
        names=("a", "b"),
        duplicates="keep",
        day_first=False,
        decimal=",",
    )

    text = config_text(Recognition(layout="x", sources=(source,)), data="d")

    assert pipeline_config(tomllib.loads(text), Path(), {}).sources == (source,)
