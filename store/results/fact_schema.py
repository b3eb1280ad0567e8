"""The tables that questions in plain language are answered from."""

FACT_TABLES = """
CREATE TABLE facts (
    stream TEXT NOT NULL CHECK (stream IN ('watch', 'rating', 'session', 'order', 'refund')),
    grain TEXT NOT NULL CHECK (grain IN ('event', 'customer', 'customer ever', 'title', 'title ever')),
    day INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    customers BLOB,
    titles BLOB,
    counts BLOB,
    amounts BLOB,
    marked BLOB,
    unknown BLOB,
    PRIMARY KEY (stream, grain, day)
) STRICT;

CREATE TABLE sums (
    stream TEXT NOT NULL,
    dimension TEXT NOT NULL,
    width INTEGER NOT NULL,
    counts BLOB,
    amounts BLOB,
    marked BLOB,
    unknown BLOB,
    PRIMARY KEY (stream, dimension)
) STRICT;

CREATE TABLE active (
    span TEXT NOT NULL CHECK (span IN ('day', 'month')),
    day INTEGER NOT NULL,
    customers BLOB NOT NULL,
    PRIMARY KEY (span, day)
) STRICT;

CREATE TABLE groupings (
    name TEXT PRIMARY KEY,
    labels TEXT NOT NULL,
    ordered INTEGER NOT NULL CHECK (ordered IN (0, 1)),
    codes BLOB
) STRICT;

CREATE TABLE fact_range (
    first_day INTEGER NOT NULL,
    first_single_day INTEGER NOT NULL
) STRICT;
"""
