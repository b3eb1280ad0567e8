"""What can be set for the chat: ``[bot]`` of ``matinee.toml``, and the secrets of the environment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.errors import SettingsError

TOKEN_VARIABLE = "MATINEE_TELEGRAM_TOKEN"  # noqa: S105  # the name of the secret, not the secret
API_ROOT_VARIABLE = "MATINEE_TELEGRAM_API_ROOT"
TELEGRAM = "https://api.telegram.org"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ID_LISTS = ("owners", "retention", "support", "groups")
SYNONYM = '"ppl" = "customers"'
LONGEST_SYNONYM = 80
# The bot's own number, a colon, a secret: what BotFather hands out.
TOKEN = re.compile(r"\d+:[\w-]+")


@dataclass(frozen=True, kw_only=True)
class BotSettings:
    """Who may use the bot and where it is reached.

    Attributes:
        token: From BotFather, out of the environment only, never printed; None when there is none.
        api_root: Telegram's, or that of an own Bot API server.
        proxy: Address of an HTTP proxy on the way there, password included, so never printed; None for none.
        owners: Telegram ids of people who may do everything.
        retention: Telegram ids of those who work through the customers at risk.
        support: Telegram ids of those who look customers up.
        groups: Chat ids of the staff's groups; elsewhere than there and in private, staff are strangers.
        zone: IANA time zone of people who named none.
        dark_charts: Draw charts on a dark ground, for teams that read at night.
        webhook_url: Public address, https, at which Telegram reaches us; None to ask Telegram for updates,
            which needs no open port and is as quick.
        webhook_listen: Host and port behind the proxy that serves ``webhook_url``.
    """

    token: str | None = field(default=None, repr=False)
    api_root: str = TELEGRAM
    proxy: str | None = field(default=None, repr=False)
    owners: tuple[int, ...] = ()
    retention: tuple[int, ...] = ()
    support: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    zone: str = "UTC"
    dark_charts: bool = False
    webhook_url: str | None = None
    webhook_listen: tuple[str, int] = ("127.0.0.1", 8443)

    @classmethod
    def from_mapping(cls, raw: Mapping[str, object], environment: Mapping[str, str]) -> "BotSettings":
        """Read the ``[bot]`` section and the environment.

        Args:
            raw: The section as TOML gave it.
            environment: For the token, the API's root and the proxy, which are no business of a file.

        Raises:
            SettingsError: names the key, what was found and what was needed.
        """
        _refuse_unknown(raw)
        root = _api_root(environment.get(API_ROOT_VARIABLE) or TELEGRAM)
        lists = {name: _ids(name, raw.get(name, ())) for name in ID_LISTS}
        return cls(
            token=_token(environment.get(TOKEN_VARIABLE, "")),
            api_root=root,
            proxy=_proxy(root, environment),
            zone=_zone(raw.get("zone", "UTC")),
            dark_charts=_yes_or_no("dark_charts", raw.get("dark_charts", False)),
            webhook_url=_webhook_url(raw.get("webhook_url", "")),
            webhook_listen=_host_and_port(raw.get("webhook_listen", "127.0.0.1:8443")),
            **lists,
        )


def synonyms_from(raw: object) -> Mapping[str, str]:
    """Read the ``[synonyms]`` section: the owner's phrase, and what it means in words that the chat knows.

    Raises:
        SettingsError: names the line, what was found and what was needed.
    """
    if not isinstance(raw, Mapping):
        raise SettingsError(f"[synonyms]: found {raw!r}, needed lines like {SYNONYM}")
    for phrase, meaning in raw.items():
        if not isinstance(meaning, str) or not meaning.strip() or not phrase.strip():
            raise SettingsError(f"[synonyms] {phrase}: found {meaning!r}, needed a line like {SYNONYM}")
        if '"' in phrase or len(phrase) > LONGEST_SYNONYM or len(meaning) > LONGEST_SYNONYM:
            raise SettingsError(
                f"[synonyms] {phrase[:LONGEST_SYNONYM]}: needed two phrases of at most "
                f"{LONGEST_SYNONYM} letters without quotation marks inside, like {SYNONYM}"
            )
    return dict(raw)


def _refuse_unknown(raw: Mapping[str, object]) -> None:
    known = (*ID_LISTS, "zone", "dark_charts", "webhook_url", "webhook_listen")
    for key in raw:
        if key == "token":
            raise SettingsError(
                f"[bot] token: a token in a file is soon a token in a repository; set {TOKEN_VARIABLE} "
                "in the environment instead and delete the line"
            )
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise SettingsError(f"[bot] {key}: there is no such setting; {hint}")


def _ids(name: str, found: object) -> tuple[int, ...]:
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise SettingsError(f"[bot] {name}: found {found!r}, needed a list of Telegram ids, e.g. [123456789]")
    for each in found:
        if not isinstance(each, int) or isinstance(each, bool):
            raise SettingsError(
                f"[bot] {name}: found {each!r}, needed whole numbers; "
                "a person sees his own id with /whoami or from @userinfobot"
            )
    return tuple(found)


def _token(found: str) -> str | None:
    token = found.strip()
    if token and not TOKEN.fullmatch(token):
        # Never echoed: a mistyped token is most of a token.
        raise SettingsError(
            f"{TOKEN_VARIABLE}: {len(token)} characters that are not a bot token; needed digits, a colon "
            "and a secret, as @BotFather gives it"
        )
    return token or None


def _api_root(found: str) -> str:
    root = found.strip().rstrip("/")
    if not re.match(r"https?://[^/\s]+", root):
        raise SettingsError(f"{API_ROOT_VARIABLE}: found {found!r}, needed an address like {TELEGRAM}")
    return root


def _proxy(root: str, environment: Mapping[str, str]) -> str | None:
    """As every program finds its proxy; what runs on this machine needs none."""
    server = urlsplit(root)
    host = server.hostname or ""
    names = (f"{server.scheme}_proxy", "all_proxy")
    found = (environment.get(either) for name in names for either in (name, name.upper()))
    exempt = (environment.get("no_proxy") or environment.get("NO_PROXY") or "").replace(" ", "").split(",")
    if host in LOOPBACK or any(
        end == "*" or f".{host}".endswith(f".{end.lstrip('.')}") for end in exempt if end
    ):
        return None
    return next((address for address in found if address), None)


def _zone(found: object) -> str:
    try:
        return ZoneInfo(str(found)).key
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"[bot] zone: found {found!r}, needed an IANA name like Europe/Berlin or UTC"
        ) from error


def _yes_or_no(name: str, found: object) -> bool:
    if not isinstance(found, bool):
        raise SettingsError(f"[bot] {name}: found {found!r}, needed true or false")
    return found


def _webhook_url(found: object) -> str | None:
    address = str(found).strip().rstrip("/")
    if address and not re.fullmatch(r"https?://[^/\s]+(/\S*)?", address):
        raise SettingsError(
            f"[bot] webhook_url: found {found!r}, needed the public address of your proxy, "
            "like https://bot.example.org, or nothing"
        )
    return address or None


def _host_and_port(found: object) -> tuple[str, int]:
    host, _, port = str(found).rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) < 65536:
        raise SettingsError(
            f"[bot] webhook_listen: found {found!r}, needed host and port, like 127.0.0.1:8443"
        )
    return host, int(port)
