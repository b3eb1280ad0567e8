"""What the demo asks of its own results, and whose folder it takes."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobs.demo import converse, prepared
from jobs.settings import Settings, load_settings
from pipeline.errors import ConfigError
from store.results.writing import ResultsWriter
from tests.store.publishing import publish_small, small_run

CONFIGURATION = """
[paths]
output = "out"

[[sources]]
table = "events"
files = ["*.csv"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "matinee.toml").write_text(CONFIGURATION, encoding="utf-8")
    found = load_settings(tmp_path / "matinee.toml", {})
    found.output.mkdir()
    return found


def asked(settings: Settings) -> tuple[list[str], str]:
    """The questions, and everything that was said."""
    said: list[str] = []
    converse(settings, say=said.append)
    questions = [line.removeprefix("you › ").strip() for line in said if line.startswith("you › ")]
    return questions, "\n".join(said)


def test_it_asks_about_whoever_is_to_be_called_first(settings: Settings) -> None:
    publish_small(settings.output)

    questions, said = asked(settings)

    assert questions == ["/digest", "/churn 42", "/segment 42", "/recommend 42 5", "/trend 42"]
    assert "O’Brien" in said
    assert said.count("[chart saved: ") >= 1


def test_where_nobody_is_at_risk_any_customer_serves_for_an_answer(settings: Settings) -> None:
    publish_small(settings.output, churn_status="no_skill")

    questions, said = asked(settings)

    assert [question.split()[0] for question in questions] == [
        "/digest",
        "/churn",
        "/segment",
        "/recommend",
        "/trend",
    ]
    assert "Not scored" in said


def test_without_customers_there_is_nobody_to_ask_about(settings: Settings) -> None:
    with ResultsWriter(settings.output) as writer:
        writer.run(replace(small_run(), titles=0, customers=0, churn_status="no_eligible_users"))
        writer.publish()

    assert asked(settings)[0] == ["/digest"]


def test_a_folder_that_is_not_a_demos_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="no earlier demo; it is left as it is"):
        prepared(tmp_path, {}, say=print)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
