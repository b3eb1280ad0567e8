"""What can be set for the pipeline: frozen, with unit and reason; read from ``matinee.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from string import Template
from typing import Any, Literal, TypeVar, cast

from cattrs import ClassValidationError, Converter, transform_error

from pipeline.errors import ConfigError
from store.records import SYMBOLS


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """One table of the business and how it maps to a canonical one.

    Attributes:
        table: ``customers``, ``titles`` or ``events``.
        files: Names or glob patterns, relative to the data folder; several deliveries may overlap.
        database: SQLAlchemy URL instead of files; ``${NAME}`` is filled from the environment.
        query: A table's name or a SELECT, for ``database``.
        columns: Canonical column → column of the source (a name, or its number from 1 without a header).
        kind: For events: the kind all rows have, unless ``columns`` names a column for it.
        delimiter: One or more characters; ``whitespace`` for runs of blanks; None to find out.
        encoding: Of the files, such as ``cp1252``; None to find out.
        header: Whether the first row names the columns.
        rating_scale: Lowest and highest rating; None to take them from the data.
        zone: IANA zone of times that carry none.
        progress_scale: What a finished watch reads: 1 or 100.
        names: Names of the columns of files without a header, from the left; the rest keep their numbers.
        duplicates: Whether rows that repeat another one in every column are removed or kept.
        day_first: Whether 03/04/2026 is the third of April; None to find out from all values.
        decimal: The decimal sign of numbers; None to find out.
    """

    table: str
    files: tuple[str, ...] = ()
    database: str | None = None
    query: str | None = None
    columns: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)
    kind: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    rating_scale: tuple[float, float] | None = None
    progress_scale: float = 1.0
    zone: str = "UTC"
    names: tuple[str, ...] = ()
    duplicates: Literal["remove", "keep"] = "remove"
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None


@dataclass(frozen=True, kw_only=True)
class ComputeConfig:
    """How work is spread.

    Attributes:
        backend: Local processes, or an existing Dask cluster.
        processes: At once; each holds one partition in memory.
        partition_events: A partition is made to hold about this many, about 40 MB.
        scheduler: Address of the Dask scheduler.
    """

    backend: Literal["local", "dask"] = "local"
    processes: int = 2
    partition_events: int = 500_000
    scheduler: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChurnConfig:
    """How leaving is defined and learned.

    Attributes:
        horizon_days: Nothing for this long means gone; None to choose it from the return curve.
        most_anchors: Past moments stacked for training; more change little.
        most_rows: Training rows are capped by sampling customers; beyond, nothing is gained.
        resampling: Offered because people ask for it; it ruins probabilities, which are then recalibrated.
        seed: Fixes every random choice, so that a run can be repeated.
    """

    horizon_days: int | None = None
    most_anchors: int = 24
    most_rows: int = 30_000
    resampling: Literal["none", "oversampling", "smote"] = "none"
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class SegmentConfig:
    """How segments are found.

    Attributes:
        fewest, most: Numbers of segments tried.
        seed: Fixes every random choice.
    """

    fewest: int = 3
    most: int = 6
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class RecommendConfig:
    """How titles are recommended.

    Attributes:
        published: Titles kept per customer.
        neighbours: Kept per title; 200 costs less than 1 % of accuracy.
        like_share: A rating of at least this share of its scale, or this much of a title watched, is a like.
        dislike_share: A rating of at most this share of its scale is a dislike.
        most_solved: Titles in one EASE solve, the most liked first; memory is 4 bytes times its square.
        most_tried: The same while candidates are compared; what lies beyond counts as missed.
        most_judged: Customers the candidates are compared on; more narrow the intervals little.
        seed: Fixes every random choice.
    """

    published: int = 50
    neighbours: int = 200
    like_share: float = 0.7
    dislike_share: float = 0.3
    most_solved: int = 20_000
    most_tried: int = 4_000
    most_judged: int = 10_000
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class PipelineConfig:
    """Everything a retrain needs to know.

    Attributes:
        data: Folder of the source files.
        output: Folder of ``results.db``, ``matinee.db``, models and the data set.
        watermark: Last day fully loaded, as ISO text; None: the day of the last event.
        currency: Shown behind money.
    """

    data: Path
    output: Path
    sources: tuple[SourceConfig, ...]
    watermark: str | None = None
    currency: str = ""
    compute: ComputeConfig = ComputeConfig()
    churn: ChurnConfig = ChurnConfig()
    segments: SegmentConfig = SegmentConfig()
    recommend: RecommendConfig = RecommendConfig()


@dataclass(frozen=True, kw_only=True)
class _Paths:
    data: Path = Path()
    output: Path = Path("matinee-data")


@dataclass(frozen=True, kw_only=True)
class _About:
    watermark: str | None = None
    currency: str = ""


T = TypeVar("T")


def _as_texts(raw: object, _: object) -> tuple[str, ...]:
    # A single text is a list of one; Python would take it apart into letters.
    if isinstance(raw, str):
        return (raw,)
    if isinstance(raw, list | tuple):
        return tuple(str(text) for text in raw)
    raise TypeError(raw)


def _as_columns(raw: object, _: object) -> str | int | tuple[str, ...]:
    if isinstance(raw, str | int):
        return raw
    if isinstance(raw, list | tuple):
        return tuple(str(name) for name in raw)
    raise TypeError(raw)


_CONVERTER = Converter(forbid_extra_keys=True)
_CONVERTER.register_structure_hook(Path, lambda raw, _: Path(raw))
_CONVERTER.register_structure_hook_func(lambda kind: kind == tuple[str, ...], _as_texts)
_CONVERTER.register_structure_hook(str | int | tuple[str, ...], _as_columns)


def read_section(kind: type[T], raw: Mapping[str, object], where: str) -> T:
    """Turn one section of ``matinee.toml`` into its frozen record.

    Raises:
        ConfigError: a setting is unknown, or its value is not of the kind needed; names section and setting.
    """
    known = tuple(field.name for field in fields(cast("Any", kind)))
    for name in raw:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"Known are: {', '.join(known)}."
            raise ConfigError(f"{where}: there is no setting “{name}”. {hint}")
    try:
        return _CONVERTER.structure(raw, kind)
    except ClassValidationError as error:
        raise ConfigError(f"{where}: {'; '.join(transform_error(error, path=where))}") from None


def fill_in(text: str, environment: Mapping[str, str]) -> str:
    """Replace each ``${NAME}`` by the environment's value, so that no password stands in the file.

    Raises:
        ConfigError: the environment has no such name.
    """
    try:
        return Template(text).substitute(environment)
    except KeyError as missing:
        raise ConfigError(
            f"[[sources]] database needs the environment variable {missing.args[0]}, which is not set. "
            f"Set it, or write the address out."
        ) from None
    except ValueError:
        raise ConfigError("[[sources]] database: write a lone “$” as “$$”.") from None


SECTIONS = ("paths", "data", "sources", "compute", "churn", "segments", "recommend")


def pipeline_config(raw: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> PipelineConfig:
    """Read the pipeline's sections of ``matinee.toml``; relative paths start at ``folder``.

    Raises:
        ConfigError: something is missing, unknown or of the wrong kind.
    """
    sources = []
    for number, source in enumerate(raw.get("sources", ()), start=1):
        filled = dict(source)
        if filled.get("database"):
            filled["database"] = fill_in(str(filled["database"]), environment)
        sources.append(read_section(SourceConfig, filled, f"[[sources]] number {number}"))
    if not sources:
        raise ConfigError("The configuration names no [[sources]]. “matinee init FOLDER” writes them.")
    paths = read_section(_Paths, raw.get("paths", {}), "[paths]")
    about = read_section(_About, raw.get("data", {}), "[data]")
    return PipelineConfig(
        data=folder / paths.data,
        output=folder / paths.output,
        sources=tuple(sources),
        watermark=about.watermark,
        currency=SYMBOLS.get(about.currency.strip().upper(), about.currency.strip()),
        compute=read_section(ComputeConfig, raw.get("compute", {}), "[compute]"),
        churn=read_section(ChurnConfig, raw.get("churn", {}), "[churn]"),
        segments=read_section(SegmentConfig, raw.get("segments", {}), "[segments]"),
        recommend=read_section(RecommendConfig, raw.get("recommend", {}), "[recommend]"),
    )
