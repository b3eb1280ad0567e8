"""What matinee.toml sets for a whole installation."""

from pathlib import Path

import pytest

from jobs.settings import load_settings
from pipeline.errors import ConfigError

SOURCES = '[[sources]]\ntable = "events"\nfiles = ["events.csv"]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "matinee.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_all_parts_of_the_house(tmp_path: Path) -> None:
    path = written(
        tmp_path, SOURCES + '[bot]\nowners = [7]\n[jobs]\nzone = "Europe/Berlin"\nalerts_at = "08:30"\n'
    )

    settings = load_settings(path, {"MATINEE_TELEGRAM_TOKEN": "123:secret"})

    assert settings.bot.owners == (7,)
    assert settings.jobs.alerts_at == "08:30"
    assert settings.output == tmp_path / "matinee-data"
    assert settings.results_path == tmp_path / "matinee-data" / "results.db"
    assert settings.state_path == tmp_path / "matinee-data" / "matinee.db"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[sources", "not valid TOML"),
        (SOURCES + "[robot]\n", r"no section \[robot\]. Known are: paths, data, sources"),
        (SOURCES + '[jobs]\nzone = "Middle/Earth"\n', "“Middle/Earth” is no IANA time zone"),
        (
            SOURCES + '[jobs]\nalerts_at = "9 am"\n',
            r"\[jobs\] alerts_at is “9 am”; a time of day such as “09:00”",
        ),
        (SOURCES + '[jobs]\nretrain_at = "24:00"\n', "retrain_at is “24:00”"),
        (SOURCES + "[jobs]\nhold_out_share = 1.5\n", "hold_out_share is 0 to below 1"),
        (SOURCES + "[jobs]\nalert_capacity = 0\n", "alert_capacity at least 1"),
    ],
)
def test_says_what_cannot_be_followed(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_settings(written(tmp_path, text), {})


def test_without_a_file_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no .*“matinee init FOLDER”.*“matinee demo”"):
        load_settings(tmp_path / "matinee.toml", {})
