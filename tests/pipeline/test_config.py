"""matinee.toml, read strictly."""

import tomllib
from pathlib import Path

import pytest

from pipeline.config import pipeline_config
from pipeline.errors import ConfigError

FOLDER = Path("/business")
EVENTS = '[[sources]]\ntable = "events"\nfiles = ["a.csv"]\n'


def read(text: str, **environment: str) -> object:
    return pipeline_config(tomllib.loads(text), FOLDER, environment)


def test_reads_every_section_and_resolves_paths_from_the_file() -> None:
    config = pipeline_config(
        tomllib.loads(
            '[paths]\ndata = "drop"\n[data]\nwatermark = 2026-06-30\ncurrency = "€"\n'
            + EVENTS
            + 'rating_scale = [1, 5]\n[sources.columns]\nat = "when"\n'
            + 'name = ["first", "last"]\ntitle_id = 2\n'
            + "[churn]\nhorizon_days = 30\n"
        ),
        FOLDER,
        {},
    )

    assert config.data == FOLDER / "drop"
    assert config.output == FOLDER / "matinee-data"
    assert config.watermark == "2026-06-30"
    assert config.currency == "€"
    assert config.churn.horizon_days == 30
    assert config.sources[0].rating_scale == (1.0, 5.0)
    assert config.sources[0].columns == {"at": "when", "name": ("first", "last"), "title_id": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names no .*matinee init FOLDER"),
        (EVENTS + "[churn]\nhorizn_days = 3", r"\[churn\].*“horizn_days”. Did you mean “horizon_days”"),
        (EVENTS + "[churn]\nwhatever = 3", r"\[churn\].*“whatever”. Known are: horizon_days"),
        (EVENTS + '[churn]\nhorizon_days = "soon"', r"\[churn\].*horizon_days"),
        (EVENTS + '[churn]\nresampling = "magic"', r"\[churn\].*magic.*smote"),
        (
            EVENTS + "[sources.columns]\nat = {a = 1}",
            r"number 1.*expected str \| int \| tuple.*columns\['at'\]",
        ),
        ('[[sources]]\ntable = "events"\nfiles = 3', r"number 1.*files"),
        (
            '[[sources]]\ntable = "events"\ndatabase = "x://u:${SECRET}@h"',
            "variable SECRET, which is not set",
        ),
        ('[[sources]]\ntable = "events"\ndatabase = "x://u:$@h"', "lone"),
    ],
)
def test_says_what_cannot_be_followed_and_what_to_write_instead(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(text)


def test_one_file_needs_no_list() -> None:
    config = pipeline_config(tomllib.loads('[[sources]]\ntable = "events"\nfiles = "a.csv"'), FOLDER, {})

    assert config.sources[0].files == ("a.csv",)


def test_fills_a_password_from_the_environment() -> None:
    config = pipeline_config(
        tomllib.loads('[[sources]]\ntable = "events"\ndatabase = "x://u:${SECRET}@h"'),
        FOLDER,
        {"SECRET": "pw"},
    )

    assert config.sources[0].database == "x://u:pw@h"


def test_a_currency_known_by_its_sign_is_written_with_it() -> None:
    written = [
        pipeline_config(tomllib.loads(f"{EVENTS}[data]\ncurrency = '{code}'"), FOLDER, {})
        for code in ("eur", "CHF")
    ]

    assert [config.currency for config in written] == ["€", "CHF"]
