"""The tables of ``results.db``; what each column means stands in ``store/README.md``.

Days are integers since 1970-01-01, moments are integer microseconds since 1970-01-01 00:00 UTC.
"""

from store.records import PROFILE_FEATURES
from store.results.fact_schema import FACT_TABLES

# "MATR" in ASCII: tells a results file from any other database.
APPLICATION_ID = 0x4D415452
VERSION = 6
PAGE_SIZE = 16384

FILE_NAME = "results.db"

CUSTOMER_COLUMNS: tuple[str, ...] = (
    "customer_id",
    "name",
    "email",
    "country",
    "plan",
    "signed_up_day",
    "age",
    "gender",
    "monthly_fee",
    "attributes",
    "first_active_day",
    "last_active_day",
    "segment",
    "status",
    "churn_probability",
    "band",
    "value",
    "established",
    "mixed_signals",
    "reasons",
    "probability_after_visit",
    "change",
    "score_days",
    "score_values",
    *PROFILE_FEATURES,
)

TITLE_COLUMNS: tuple[str, ...] = (
    "code",
    "title_id",
    "title",
    "year",
    "kind",
    "genres",
    "description",
    "language",
    "country",
    "duration_minutes",
    "watchers",
    "watchers_lately",
    "rating_mean",
    "available",
)

_PROFILE = ",\n    ".join(f"{name} REAL" for name in PROFILE_FEATURES)

TABLES = f"""
CREATE TABLE run (
    run_id TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    watermark INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    churn_status TEXT NOT NULL,
    churn_message TEXT NOT NULL,
    churn_model TEXT NOT NULL,
    horizon_days INTEGER,
    base_rate REAL CHECK (base_rate BETWEEN 0 AND 1),
    segments_message TEXT NOT NULL,
    recommend_model TEXT NOT NULL,
    recommend_message TEXT NOT NULL,
    currency TEXT NOT NULL,
    customers INTEGER NOT NULL,
    titles INTEGER NOT NULL,
    events INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    has_money INTEGER NOT NULL,
    configuration TEXT NOT NULL,
    versions TEXT NOT NULL,
    metrics TEXT NOT NULL,
    messages TEXT NOT NULL,
    previous_runs TEXT NOT NULL
) STRICT;

CREATE TABLE segments (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    customers INTEGER NOT NULL,
    share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),
    left_share REAL CHECK (left_share BETWEEN 0 AND 1),
    medians TEXT NOT NULL
) STRICT;

CREATE TABLE segment_moves (
    from_segment INTEGER NOT NULL REFERENCES segments (number),
    to_segment INTEGER NOT NULL REFERENCES segments (number),
    customers INTEGER NOT NULL,
    share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),
    PRIMARY KEY (from_segment, to_segment)
) STRICT, WITHOUT ROWID;

-- Wide and long tables keep their rowid (a tree of wide keys is deep), and their ranges are checked in
-- one go before the swap: a CHECK on each row costs a third of the writing.
CREATE TABLE customers (
    number INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL UNIQUE,
    name TEXT,
    email TEXT,
    country TEXT,
    plan TEXT,
    signed_up_day INTEGER,
    age REAL,
    gender TEXT,
    monthly_fee REAL,
    attributes TEXT,
    first_active_day INTEGER,
    last_active_day INTEGER,
    segment INTEGER REFERENCES segments (number),
    status TEXT NOT NULL,
    churn_probability REAL,
    band TEXT,
    value REAL NOT NULL,
    established INTEGER NOT NULL,
    mixed_signals INTEGER NOT NULL,
    reasons TEXT,
    probability_after_visit REAL,
    change TEXT,
    score_days INTEGER,
    score_values BLOB,
    {_PROFILE}
) STRICT;

CREATE TABLE score_days (
    number INTEGER PRIMARY KEY,
    days BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE titles (
    code INTEGER PRIMARY KEY,
    title_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    year INTEGER,
    kind TEXT,
    genres TEXT,
    description TEXT,
    language TEXT,
    country TEXT,
    duration_minutes REAL,
    watchers INTEGER NOT NULL,
    watchers_lately INTEGER NOT NULL,
    rating_mean REAL,
    available INTEGER NOT NULL CHECK (available IN (0, 1))
) STRICT;

CREATE TABLE recommendations (
    number INTEGER PRIMARY KEY REFERENCES customers (number),
    titles BLOB NOT NULL,
    scores BLOB NOT NULL,
    because BLOB NOT NULL
) STRICT;

CREATE TABLE histories (
    number INTEGER PRIMARY KEY REFERENCES customers (number),
    titles BLOB NOT NULL,
    best_score REAL NOT NULL
) STRICT;

CREATE TABLE list_format (
    codes TEXT NOT NULL CHECK (codes IN ('i', 'h')),
    scores TEXT NOT NULL CHECK (scores IN ('f', 'B'))
) STRICT;

CREATE TABLE title_neighbours (
    code INTEGER PRIMARY KEY REFERENCES titles (code),
    titles BLOB NOT NULL,
    weights BLOB NOT NULL
) STRICT;

CREATE TABLE similar_titles (
    code INTEGER PRIMARY KEY REFERENCES titles (code),
    titles BLOB NOT NULL
) STRICT;

CREATE TABLE popular (
    rank INTEGER PRIMARY KEY,
    code INTEGER NOT NULL UNIQUE REFERENCES titles (code)
) STRICT;

CREATE TABLE popular_by_genre (
    genre TEXT NOT NULL,
    rank INTEGER NOT NULL,
    code INTEGER NOT NULL REFERENCES titles (code),
    PRIMARY KEY (genre, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE comebacks (
    genre TEXT NOT NULL,
    rank INTEGER NOT NULL,
    code INTEGER NOT NULL REFERENCES titles (code),
    returns INTEGER NOT NULL CHECK (returns > 0),
    lift REAL NOT NULL CHECK (lift > 0),
    PRIMARY KEY (genre, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_reports (
    place INTEGER PRIMARY KEY,
    task TEXT NOT NULL,
    name TEXT NOT NULL,
    served INTEGER NOT NULL CHECK (served IN (0, 1)),
    metrics TEXT NOT NULL,
    confusion TEXT,
    importance TEXT NOT NULL
) STRICT;

CREATE TABLE bands (
    band TEXT PRIMARY KEY CHECK (band IN ('low', 'medium', 'high')),
    customers INTEGER NOT NULL,
    left_customers INTEGER NOT NULL CHECK (left_customers BETWEEN 0 AND customers)
) STRICT, WITHOUT ROWID;

CREATE TABLE pictures (
    name TEXT PRIMARY KEY,
    png BLOB NOT NULL
) STRICT;

CREATE TABLE activity (
    span TEXT NOT NULL CHECK (span IN ('day', 'month')),
    day INTEGER NOT NULL,
    active_customers INTEGER NOT NULL,
    new_customers INTEGER NOT NULL,
    watches INTEGER NOT NULL,
    watch_minutes REAL NOT NULL,
    ratings INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    revenue REAL NOT NULL,
    PRIMARY KEY (span, day)
) STRICT, WITHOUT ROWID;
{FACT_TABLES}
CREATE TABLE quarantine (
    place INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    source_table TEXT NOT NULL,
    reason TEXT NOT NULL,
    rows INTEGER NOT NULL,
    examples TEXT NOT NULL
) STRICT;
"""

# Built after the rows: sorting once is cheaper than keeping a tree in order.
INDEXES = """
CREATE INDEX customers_by_name ON customers (name COLLATE NOCASE) WHERE name IS NOT NULL;
CREATE INDEX customers_by_email ON customers (email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE INDEX customers_by_segment ON customers (segment, value DESC);
CREATE INDEX customers_by_risk ON customers (churn_probability * value DESC, customer_id)
    WHERE status = 'active' AND established = 1 AND band = 'high';
CREATE INDEX newcomers_by_day
    ON customers (first_active_day DESC, churn_probability * value DESC, customer_id)
    WHERE status = 'active' AND established = 0 AND band = 'high';
"""
