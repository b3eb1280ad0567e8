"""The people, titles and segments of a small streaming service, with the names that break things."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from store.records import PROFILE_FEATURES, Customer, Reason, RiskBand, Score, Segment, Title

WATERMARK = date(2026, 11, 22)
HORIZON_DAYS = 30

# customer_id, name, mail, probability, days quiet, value; None as probability: lapsed or new
PEOPLE: tuple[tuple[str, str | None, str | None, float | None, int | None, float], ...] = (
    ("1007", "Ann Lee", "ann.lee@example.org", 0.12, 2, 14.99),
    ("42", "Zoë <b>O’Brien</b> & Söhne", "zoe@example.org", 0.81, 21, 29.5),
    ("user_00001", "Ben “Bo” Carter", "ben@example.org", 0.78, 19, 12.0),
    ("user_00007", "أحمد بن علي", "ahmad@example.org", 0.74, 18, 9.99),
    ("user_00042", "Chen 🎬 Wei", "chen@example.org", 0.55, 9, 19.99),
    ("user_00100", "Dora Maar", "dora@example.org", 0.35, 6, 4.5),
    ("user_00142", "Ann Lee", "ann.lee2@example.org", 0.08, 1, 22.0),
    ("user_00200", "דוד כהן", "david@example.org", 0.66, 16, 17.25),
    ("user_00201", None, None, 0.05, 0, 31.0),
    ("user_00300", "Eve >_< 'x'; DROP TABLE", "eve@example.org", None, 48, 3.0),
    ("user_00301", "Frank 👨‍👩‍👧‍👦 Family", "frank@example.org", None, 75, 0.0),
    ("user_00999", "Grace Hopper", "grace@example.org", None, None, 0.0),
)

CHANGES = {"42": "Risk 61 % → 81 % since 15 November: quiet for 21 days, 14 then"}

TITLES: tuple[Title, ...] = tuple(
    Title(
        title_id=f"t{number:02d}",
        title=name,
        year=year,
        kind="film",
        genres=tuple(genres.split("|")),
        description=f"About {name}.",
        language="English",
        duration_minutes=minutes,
        watchers=220 - 10 * number,
        watchers_lately=max(0, 40 - 2 * number),
        rating_mean=4.6 - number / 20,
    )
    for number, (name, year, genres, minutes) in enumerate(
        (
            ("The Godfather", 1972, "Crime|Drama", 175.0),
            ("Heat", 1995, "Action|Crime|Thriller", 170.0),
            ("Toy Story", 1995, "Animation|Comedy|Family", 81.0),
            ("Amélie", 2001, "Comedy|Romance", 122.0),
            ("Spirited Away", 2001, "Animation|Fantasy", 125.0),
            ("Alien", 1979, "Horror|Sci-Fi", 117.0),
            ("Airplane!", 1980, "Comedy", 88.0),
            ("Tom & Jerry <The Movie>", 1992, "Animation|Comedy", 84.0),
            ("The Godfather Part II", 1974, "Crime|Drama", 202.0),
            ("Parasite", 2019, "Drama|Thriller", 132.0),
            ("Interstellar", 2014, "Drama|Sci-Fi", 169.0),
            ("Inception", 2010, "Action|Sci-Fi", 148.0),
            ("Seven Samurai", 1954, "Action|Drama", 207.0),
            ("Casablanca", 1942, "Drama|Romance", 102.0),
            ("Up", 2009, "Animation|Comedy|Family", 96.0),
            ("Mad Max: Fury Road", 2015, "Action|Sci-Fi", 120.0),
            ("Paddington 2", 2017, "Comedy|Family", 103.0),
            ("Get Out", 2017, "Horror|Thriller", 104.0),
            ("La La Land", 2016, "Comedy|Drama|Romance", 128.0),
            ("قفص الصمت", 2022, "Drama", 94.0),
        ),
        1,
    )
)

SEGMENTS: tuple[Segment, ...] = (
    Segment(
        number=0,
        name="high-value power users",
        description="Watch most days and spend most.",
        customers=4,
        share=0.36,
        left_share=0.11,
        medians={"days_active_30": 18.0, "monthly_spend": 24.0},
    ),
    Segment(
        number=1,
        name="weekend regulars",
        description="Come about once a week, mostly at weekends.",
        customers=4,
        share=0.36,
        left_share=0.32,
        medians={"days_active_30": 5.0, "monthly_spend": 12.0},
    ),
    Segment(
        number=2,
        name="fading away",
        description="Came often once, rarely now.",
        customers=3,
        share=0.28,
        left_share=0.74,
        medians={"days_active_30": 1.0, "monthly_spend": 3.0},
    ),
)


def band_of(probability: float) -> RiskBand:
    return "high" if probability >= 0.6 else "medium" if probability >= 0.3 else "low"


def people(
    watermark: date = WATERMARK, probabilities: Mapping[str, float] | None = None
) -> tuple[Customer, ...]:
    """The customers of a small run, by id; ``probabilities`` replaces some of theirs, and the bands."""
    return tuple(_customer(number, watermark, dict(probabilities or {})) for number in range(len(PEOPLE)))


def _customer(number: int, watermark: date, probabilities: Mapping[str, float]) -> Customer:
    customer_id, name, email, probability, quiet, value = PEOPLE[number]
    probability = probabilities.get(customer_id, probability)
    last = None if quiet is None else watermark - timedelta(days=quiet)
    status: Literal["active", "lapsed", "new"] = (
        "new" if quiet is None else "active" if quiet <= HORIZON_DAYS else "lapsed"
    )
    earlier = () if probability is None else (abs(probability - 0.31), abs(probability - 0.2), probability)
    return Customer(
        customer_id=customer_id,
        name=name,
        email=email,
        country=("Germany", "Egypt", "Brazil")[number % 3],
        plan=("Basic", "Premium")[number % 2],
        signed_up_on=watermark - timedelta(days=400 + number),
        age=24.0 + 3 * number,
        gender=("female", "male", None)[number % 3],
        monthly_fee=9.99,
        attributes={"device": "TV <4K> & phone"} if number % 2 else {},
        profile={} if quiet is None else _profile(number, quiet, value),
        first_active_on=None if quiet is None else watermark - timedelta(days=390 + number),
        last_active_on=last,
        segment=None if quiet is None else number % 3,
        segment_name=None if quiet is None else SEGMENTS[number % 3].name,
        status=status,
        churn_probability=probability,
        band=None if probability is None else band_of(probability),
        value=value,
        established=quiet is not None and customer_id != "user_00201",
        mixed_signals=customer_id == "user_00200",
        reasons=_reasons(probability, quiet),
        probability_after_visit=None if probability is None else probability / 2,
        change=None if probability is None else CHANGES.get(customer_id),
        scores=tuple(
            Score(day=watermark - timedelta(days=7 * weeks), probability=score)
            for weeks, score in zip((2, 1, 0), earlier, strict=False)
        ),
    )


def _profile(number: int, quiet: int, value: float) -> dict[str, float]:
    profile = {name: float(place + number) for place, name in enumerate(PROFILE_FEATURES)}
    known = {
        "days_since_last_activity": float(quiet),
        "monthly_spend": value,
        "usual_gap_days": 6.0,
        "tenure_days": 391.0 + number,
        "days_active": 60.0,
        "days_active_180": 30.0,
        "days_active_90": 15.0,
        "days_active_previous_30": 9.0,
        "days_active_30": max(0.0, 5.0 - quiet // 6),
        "days_active_7": max(0.0, 2.0 - quiet // 3),
        "completion_share": 0.75,
        "rating_mean": 0.8,
        "total_spend": 12 * value,
    }
    return profile | known


def _reasons(probability: float | None, quiet: int | None) -> tuple[Reason, ...]:
    if probability is None or probability < 0.3:
        return ()
    return (
        Reason(family="quiet now", text=f"quiet for {quiet} days, usually back after 6", points=23.5),
        Reason(family="trend", text="2 active days in the last 30, before that 9", points=11.0),
        Reason(family="tenure", text="with us for over a year", points=-6.25),
    )
