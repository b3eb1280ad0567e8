import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import SourceConfig, pipeline_config
from pipeline.errors import DataError
from pipeline.ingest import check
from pipeline.sources.layouts import Recognition, config_text, recognise
from pipeline.sources.looking import cell_type
from pipeline.sources.synonyms import folded, meant
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


def mapping(folder: Path) -> dict[str, dict[str, object]]:
    return {" ".join(source.files): dict(source.columns) for source in recognise(folder).sources}


def test_maps_other_tables_by_their_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "subscribers.csv": "MSISDN;Full Name;E-Mail;Plan;Join Date\n491;Ann;a@x;Gold;01.02.2025\n",
            "payments_2025.csv": "Account No;Created At;Total\n491;2025-03-01T10:00:00Z;9,99\n",
            "payments_2026.csv": "Account No;Created At;Total\n491;2026-03-01T10:00:00Z;4,99\n",
            "films.tsv": "id\tname\tgenre\truntime\n1\tHeat\tCrime\t170\n",
            "viewing.csv": "client,started_at,film,percent_watched\n491,2026-01-01 10:00,1,90\n",
            "impressions.csv": "client,date,film\n491,2026-01-01,1\n",
            "prices.csv": "a,b\n1,2\n",
        },
    )

    recognition = recognise(tmp_path)

    assert recognition.layout == "your own"
    assert mapping(tmp_path) == {
        "subscribers.csv": {
            "customer_id": "MSISDN",
            "name": "Full Name",
            "email": "E-Mail",
            "plan": "Plan",
            "signed_up_at": "Join Date",
        },
        "films.tsv": {"title_id": "id", "title": "name", "genres": "genre", "duration_minutes": "runtime"},
        "payments_2025.csv payments_2026.csv": {
            "customer_id": "Account No",
            "at": "Created At",
            "amount": "Total",
        },
        "viewing.csv": {
            "customer_id": "client",
            "at": "started_at",
            "title_id": "film",
            "progress": "percent_watched",
        },
    }
    kinds = {source.files[0]: source.kind for source in recognition.sources}
    assert (kinds["payments_2025.csv"], kinds["viewing.csv"]) == ("order", "watch")
    assert any("impressions.csv is left out" in note for note in recognition.notes)
    assert any("prices.csv fits none" in note for note in recognition.notes)
    _, dataset = read(tmp_path, *recognition.sources)
    assert dataset.manifest.kinds == {"watch": 1, "order": 2}


def test_maps_columns_without_names_by_what_they_hold(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"CDNOW.txt": " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970113  5   77.00\n"},
    )

    _, dataset = read(tmp_path, *recognise(tmp_path).sources)

    assert rows_of(dataset, "who", "day", "kind", "items", "amount") == [
        ("00001", "1997-01-01", "order", 1, 11.77),
        ("00002", "1997-01-12", "order", 1, 12.0),
        ("00002", "1997-01-13", "order", 5, 77.0),
    ]


def test_guesses_titles_and_ratings_without_names(tmp_path: Path) -> None:
    many = "".join(
        f"u{number % 7},m{number},{number % 5 + 1}.5,{number + 1365029107}\n" for number in range(200)
    )
    numbers = "".join(
        f"{number % 7},{number * 10},{number % 5},{number + 1365029107}\n" for number in range(200)
    )
    write(tmp_path, {"a.csv": many, "b.csv": numbers})

    assert mapping(tmp_path) == {
        "a.csv": {"customer_id": 1, "title_id": 2, "rating": 3, "at": 4},
        "b.csv": {"customer_id": 1, "title_id": 2, "rating": 3, "at": 4},
    }


def test_a_column_for_the_kind_is_used(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "log.csv": "user,time,event_type,amount\nann,2026-01-01,play,\nann,2026-01-02,purchase,5\n"
            "ann,2026-01-03,refund,5\nann,2026-01-04,search,\nann,2026-01-05,wave,\nann,2026-01-06,rated,\n"
        },
    )

    _, dataset = read(tmp_path, *recognise(tmp_path).sources)

    assert rows_of(dataset, "kind", "amount")[1:3] == [("order", 5.0), ("refund", -5.0)]
    assert [kind for (kind,) in rows_of(dataset, "kind")] == [
        "watch",
        "order",
        "refund",
        "search",
        "other",
        "rating",
    ]


def test_parquet_and_databases_are_looked_at_too(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"user_id": ["a"], "ts": pa.array([0], pa.timestamp("us")), "item": ["x"]}),
        tmp_path / "plays.parquet",
    )
    write(
        tmp_path,
        {"shop.sqlite": "x", "empty.csv": "", "one.csv": "a\n1\n", "photo.jpg": "x", ".hidden.csv": "a,b\n"},
    )

    recognition = recognise(tmp_path)

    assert mapping(tmp_path) == {"plays.parquet": {"customer_id": "user_id", "at": "ts", "title_id": "item"}}
    assert "shop.sqlite looks like a database" in " ".join(recognition.notes)
    assert "empty.csv: is empty" in " ".join(recognition.notes)
    assert "one.csv has only one column" in " ".join(recognition.notes)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no CSV, TSV or Parquet file that can be read. It is empty"),
        ({"README.md": "x", "e.csv": ""}, "Left out: e.csv: is empty"),
        ({"prices.csv": "a,b\n1,2\n"}, r"no file says who did what and when\. Found: prices\.csv \(a, b\)"),
        ({"log.csv": "x,y\nann,heat\n"}, "no file says who did what"),
    ],
)
def test_says_why_a_folder_cannot_be_used(tmp_path: Path, files: dict[str, str], message: str) -> None:
    write(tmp_path, files)

    with pytest.raises(DataError, match=message):
        recognise(tmp_path)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder"):
        recognise(tmp_path / "nowhere")


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


def test_names_are_compared_without_case_and_signs() -> None:
    assert folded(" CustomerID") == "customer_id"
    assert meant(["UserId", "Watch Time", "x"], "events") == {"customer_id": "UserId", "at": "Watch Time"}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["2026-01-01", "2026-01-02"], "time"),
        (["20260101", "20260102"], "time"),
        (["1365029107", "1365029108"], "time"),
        (["1990", "2001"], "whole"),
        (["1.5", "2"], "decimal"),
        (["ann", "bob"], "text"),
        ([None, None], "empty"),
    ],
)
def test_tells_what_cells_look_like(cells: list[str | None], kind: str) -> None:
    assert cell_type(pa.array(cells, pa.string())) == kind


def test_tells_typed_cells() -> None:
    assert cell_type(pa.array([1, 2])) == "whole"
    assert cell_type(pa.array([["a"]])) == "text"
    assert cell_type(pa.array([0], pa.timestamp("s"))) == "time"
