"""The tables of ``matinee.db`` as a chain of migrations; append only, never edit one that was released.

Days are integers since 1970-01-01, moments are integer microseconds since 1970-01-01 00:00 UTC;
what each column means stands in ``store/README.md``.
"""

# "MATS" in ASCII: tells a state file from any other database.
APPLICATION_ID = 0x4D415453

FILE_NAME = "matinee.db"

_FIRST = """
CREATE TABLE members (
    user_id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    name TEXT,
    role TEXT NOT NULL CHECK (role IN ('owner', 'retention', 'support', 'viewer')),
    customer_id TEXT,
    zone TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by INTEGER
) STRICT;

CREATE TABLE link_tokens (
    token_hash TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('owner', 'retention', 'support', 'viewer')),
    customer_id TEXT,
    expires_at INTEGER NOT NULL,
    created_by INTEGER,
    used_at INTEGER
) STRICT;

CREATE TABLE subscriptions (
    chat_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('digest', 'alerts')),
    user_id INTEGER NOT NULL,
    zone TEXT NOT NULL,
    hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    minute INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 59),
    weekdays TEXT NOT NULL,
    only_notable INTEGER NOT NULL CHECK (only_notable IN (0, 1)),
    PRIMARY KEY (chat_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    finished_at INTEGER,
    buried TEXT
) STRICT;
CREATE INDEX inbox_unfinished ON inbox (update_id) WHERE finished_at IS NULL;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'uncertain', 'failed', 'blocked')),
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    sent_at INTEGER,
    message_id INTEGER,
    error TEXT
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, due_at, id);

CREATE TABLE alert_states (
    customer_id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('ok', 'at_risk')),
    since INTEGER NOT NULL,
    above INTEGER NOT NULL CHECK (above >= 0),
    alerted_day INTEGER,
    held_out INTEGER NOT NULL CHECK (held_out IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_scans (
    run_id TEXT PRIMARY KEY,
    scanned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
    value REAL NOT NULL,
    sent_at INTEGER NOT NULL,
    held_out INTEGER NOT NULL CHECK (held_out IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open', 'contacted', 'saved', 'lost', 'wrong', 'snoozed')),
    by_user INTEGER,
    resolved_at INTEGER,
    UNIQUE (customer_id, run_id)
) STRICT;

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('contacted', 'saved', 'lost', 'wrong', 'snoozed')),
    by_user INTEGER NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER
) STRICT;
CREATE INDEX contacts_by_customer ON contacts (customer_id, at);

CREATE TABLE feedback (
    customer_id TEXT NOT NULL,
    title_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('like', 'dislike', 'seen', 'not_interested')),
    at INTEGER NOT NULL,
    by_user INTEGER NOT NULL,
    PRIMARY KEY (customer_id, title_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    reading TEXT,
    outcome TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    customer_id TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_customer ON audit (customer_id, id);

CREATE TABLE job_runs (
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT,
    PRIMARY KEY (kind, day, chat_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# People can choose a language and hours in which nothing is pushed; long button lines are kept.
_SECOND = """
ALTER TABLE members ADD COLUMN language TEXT;
ALTER TABLE members ADD COLUMN quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 23);
ALTER TABLE members ADD COLUMN quiet_until INTEGER CHECK (quiet_until BETWEEN 0 AND 23);
ALTER TABLE inbox ADD COLUMN answer_begun_at INTEGER;

CREATE TABLE button_lines (
    key TEXT PRIMARY KEY,
    line TEXT NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Guessed invitations are counted, invitations name their guest, and customers can ask to be forgotten.
_THIRD = """
ALTER TABLE link_tokens ADD COLUMN name TEXT;

CREATE TABLE link_failures (
    user_id INTEGER PRIMARY KEY,
    failures INTEGER NOT NULL CHECK (failures > 0),
    last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE forget_requests (
    customer_id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Whoever has no history yet says which genres he likes.
_FOURTH = """
CREATE TABLE tastes (
    customer_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    genre TEXT NOT NULL,
    PRIMARY KEY (customer_id, place)
) STRICT, WITHOUT ROWID;
"""

# What was due before somebody subscribed was not missed.
_FIFTH = """
ALTER TABLE subscriptions ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
