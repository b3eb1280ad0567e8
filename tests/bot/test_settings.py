"""What [bot] and the environment may say."""

import pytest

from bot.errors import SettingsError
from bot.settings import BotSettings

TOKEN = "123456:AAbb_cc-DD"


def test_nothing_said_means_no_token_nobody_let_in_and_telegrams_own_address() -> None:
    settings = BotSettings.from_mapping({}, {})

    assert settings == BotSettings(token=None, api_root="https://api.telegram.org", zone="UTC")
    assert (settings.owners, settings.retention, settings.support, settings.groups) == ((), (), (), ())


def test_reads_lists_zone_token_and_root() -> None:
    raw = {"owners": [1], "retention": [2, 3], "support": [], "groups": [-100], "zone": "Europe/Berlin"}
    environment = {
        "MATINEE_TELEGRAM_TOKEN": f" {TOKEN}\n",
        "MATINEE_TELEGRAM_API_ROOT": "http://127.0.0.1:81/",
    }

    settings = BotSettings.from_mapping(raw, environment)

    assert settings == BotSettings(
        token=TOKEN,
        api_root="http://127.0.0.1:81",
        owners=(1,),
        retention=(2, 3),
        groups=(-100,),
        zone="Europe/Berlin",
    )


def test_the_token_is_never_printed() -> None:
    settings = BotSettings.from_mapping({}, {"MATINEE_TELEGRAM_TOKEN": TOKEN})

    assert TOKEN not in repr(settings)
    assert TOKEN not in f"{settings}"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"owner": [1]}, "did you mean owners"),
        ({"colour": "red"}, "known are owners, retention, support, groups, zone"),
        ({"token": TOKEN}, "set MATINEE_TELEGRAM_TOKEN"),
        ({"owners": 1}, "found 1, needed a list"),
        ({"owners": "12"}, "needed a list"),
        ({"support": ["12"]}, "found '12', needed whole numbers"),
        ({"groups": [True]}, "found True"),
        ({"dark_charts": "yes"}, "found 'yes', needed true or false"),
        ({"zone": "Berlin"}, "IANA name like Europe/Berlin"),
        ({"zone": "../etc/passwd"}, "IANA name"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_was_needed(raw: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        BotSettings.from_mapping(raw, {})


def test_a_mistyped_token_is_refused_without_being_repeated() -> None:
    with pytest.raises(SettingsError, match="MATINEE_TELEGRAM_TOKEN: 13 characters") as caught:
        BotSettings.from_mapping({}, {"MATINEE_TELEGRAM_TOKEN": "secret secret"})

    assert "secret secret" not in str(caught.value)


def test_the_root_must_be_an_address() -> None:
    with pytest.raises(SettingsError, match="needed an address like https://api"):
        BotSettings.from_mapping({}, {"MATINEE_TELEGRAM_API_ROOT": "localhost:8081"})


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://ann:secret@proxy:3128"}, "http://ann:secret@proxy:3128"),
        ({"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "http://a:1"),
        ({"HTTP_PROXY": "http://a:1"}, None),
        ({"ALL_PROXY": "http://a:1"}, "http://a:1"),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "example.com, telegram.org"}, None),
        ({"ALL_PROXY": "http://a:1", "MATINEE_TELEGRAM_API_ROOT": "http://127.0.0.1:81"}, None),
        ({"http_proxy": "http://a:1", "MATINEE_TELEGRAM_API_ROOT": "http://api.lan:81"}, "http://a:1"),
    ],
)
def test_finds_the_proxy_as_every_program_does(environment: dict[str, str], proxy: str | None) -> None:
    settings = BotSettings.from_mapping({}, environment)

    assert settings.proxy == proxy
    assert "secret" not in repr(settings)
