"""What the README promises is what there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.settings import BotSettings
from jobs.__main__ import COMMANDS as COMMAND_LINE
from jobs.settings import JobSettings
from pipeline.config import ChurnConfig, ComputeConfig, RecommendConfig, SegmentConfig, SourceConfig

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Secrets and addresses come from the environment and have no place in the file.
NOT_IN_THE_FILE = {"token", "api_root", "proxy"}


def test_the_chat_has_the_commands_that_the_readme_lists() -> None:
    listed = re.findall(r"^\| `/(\w+)` \| (.+?) \| `(.+?)` \|$", README, re.MULTILINE)

    assert listed == [(command.name, command.summary, command.example) for command in COMMANDS]


def test_the_command_line_has_the_commands_that_the_readme_lists() -> None:
    listed = set(re.findall(r"^\| `matinee (\w+)", README, re.MULTILINE))

    assert listed == set(COMMAND_LINE)


@pytest.mark.parametrize(
    ("section", "record"),
    [
        ("[[sources]]", SourceConfig),
        ("[compute]", ComputeConfig),
        ("[churn]", ChurnConfig),
        ("[segments]", SegmentConfig),
        ("[recommend]", RecommendConfig),
        ("[bot]", BotSettings),
        ("[jobs]", JobSettings),
    ],
)
def test_every_setting_is_explained(section: str, record: type) -> None:
    listed = re.findall(rf"^\| `{re.escape(section)}` \| `(\w+)` \|", README, re.MULTILINE)

    assert set(listed) == {field.name for field in fields(record)} - NOT_IN_THE_FILE


def test_every_link_and_picture_is_there() -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert [path for path in linked if not (ROOT / path).exists()] == []
