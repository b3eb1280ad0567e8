"""All that ``matinee.toml`` sets, read once at the start of a process."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import SettingsError
from bot.queries import OwnWords
from bot.settings import BotSettings, synonyms_from
from pipeline.config import SECTIONS, PipelineConfig, pipeline_config, read_section
from pipeline.errors import ConfigError

FILE_NAME = "matinee.toml"
SYNONYMS = "synonyms"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class JobSettings:
    """When what happens by itself happens, and how much of it.

    Attributes:
        zone: IANA zone of the times below; a subscription has a zone of its own.
        retrain_at: "HH:MM", when the business's files have arrived.
        alerts_at: "HH:MM"; hours after the retrain, so that no alert speaks of yesterday's model.
        alert_capacity: Customers in one alert; as many as the staff can look after in a day.
        hold_out_share: Of those who would be alerted, left out at random, so that the effect can be measured.
        digest_grace_hours: A digest this late is still sent; later it is skipped, and the next one says so.
    """

    zone: str = "UTC"
    retrain_at: str = "03:00"
    alerts_at: str = "07:00"
    alert_capacity: int = 20
    hold_out_share: float = 0.08
    digest_grace_hours: int = 6


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation.

    Attributes:
        path: The configuration file itself.
        pipeline: What a retrain needs.
        bot: What the chat needs.
        jobs: The timetable's times.
    """

    path: Path
    pipeline: PipelineConfig
    bot: BotSettings
    jobs: JobSettings

    @property
    def output(self) -> Path:
        """Folder of everything Matinee writes."""
        return self.pipeline.output

    @property
    def results_path(self) -> Path:
        """What the pipeline found."""
        return self.output / "results.db"

    @property
    def state_path(self) -> Path:
        """What people did."""
        return self.output / "matinee.db"


def load_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read a configuration file; ``environment`` fills in secrets.

    Raises:
        ConfigError: there is no such file, it is not TOML, or a setting cannot be followed.
    """
    if not path.exists():
        raise ConfigError(
            f"There is no {path}. “matinee init FOLDER” looks at your files and writes one; "
            f"“matinee demo” shows everything on a simulated service first."
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    known = (*SECTIONS, "bot", SYNONYMS, "jobs")
    unknown = set(raw) - set(known)
    if unknown:
        raise ConfigError(f"{path}: there is no section [{min(unknown)}]. Known are: {', '.join(known)}.")
    synonyms_from(raw.get(SYNONYMS, {}))  # they are read again whenever the file changes
    return Settings(
        path=path,
        pipeline=pipeline_config(raw, path.parent, environment),
        bot=BotSettings.from_mapping(raw.get("bot", {}), environment),
        jobs=_checked(read_section(JobSettings, raw.get("jobs", {}), "[jobs]")),
    )


class OwnWordsFile:
    """``[synonyms]`` of one file, read again whenever it changes, so that nobody restarts for a word.

    A change that cannot be read is told, and the words before it stay.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._known = OwnWords()

    def __call__(self) -> OwnWords:
        """The words as they are now."""
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._known = OwnWords(self._read())
                self._seen = seen
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, SettingsError) as error:
            problem = f"{self._path.name}: {error}"
            if problem != self._known.problem:
                LOG.warning("Own words are left as they were: %s", problem)
            self._known = OwnWords(self._known.phrases, problem)
        return self._known

    def _read(self) -> Mapping[str, str]:
        raw = tomllib.loads(self._path.read_text(encoding="utf-8"))
        return synonyms_from(raw.get(SYNONYMS, {}))


def _checked(jobs: JobSettings) -> JobSettings:
    try:
        ZoneInfo(jobs.zone)
    except (KeyError, ValueError):
        raise ConfigError(f"[jobs] zone “{jobs.zone}” is no IANA time zone. Try “Europe/Berlin”.") from None
    for name in ("retrain_at", "alerts_at"):
        clock_time(getattr(jobs, name), f"[jobs] {name}")
    if not 0 <= jobs.hold_out_share < 1 or jobs.alert_capacity < 1:
        raise ConfigError("[jobs] hold_out_share is 0 to below 1, and alert_capacity at least 1.")
    return jobs


def clock_time(text: str, where: str) -> tuple[int, int]:
    """Hour and minute of "HH:MM".

    Raises:
        ConfigError: it is not a time of day.
    """
    hour, _, minute = text.partition(":")
    if hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60:
        return int(hour), int(minute)
    raise ConfigError(f"{where} is “{text}”; a time of day such as “09:00” was needed.")
