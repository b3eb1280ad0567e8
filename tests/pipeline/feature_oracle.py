"""The features once more, as DuckDB SQL: from the data dictionary, sharing no code with the pipeline."""

from collections.abc import Iterable

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.dataset import Dataset
from pipeline.features import NAMES

WINDOWS = (7, 14, 30, 60, 90, 180)
TRENDS = (30, 60, 90, 180)

BASE = """
with past as (
    select *, us // 86400000000 as day, kind <> 3 as active,
           isfinite(amount) as paid, isfinite(minutes) as timed
    from events where us < $as_of * 86400000000
),
data as (
    select min(day) as first_day, bool_or(paid) as has_amount, bool_or(timed) as has_minutes,
           bool_or(isfinite(items)) as has_items, bool_or(title >= 0) as has_title,
           bool_or(title in (select title from genres)) as has_genre
    from past
),
life as (
    select who,
           min(day) filter (active) as first_active, max(day) filter (active) as last_active,
           count(*) filter (active) as event_count,
           coalesce(sum(amount) filter (paid), 0) as total_spend,
           count(*) filter (kind = 2) as total_transactions,
           avg(amount) filter (kind = 2 and paid) as average_order_value,
           first(amount order by us, seq) filter (kind = 2 and paid) as first_order_value,
           last(amount order by us, seq) filter (kind = 2 and paid) as last_order_value,
           stddev_samp(amount) filter (kind = 2 and paid) as order_value_spread,
           coalesce(sum(items) filter (active and isfinite(items)), 0) as total_items,
           count(*) filter (kind = 0) as watch_count,
           coalesce(sum(minutes) filter (timed), 0) as watch_minutes,
           avg((progress >= 0.9)::int) filter (kind = 0 and isfinite(progress)) as completion_share,
           count(distinct title) filter (kind in (0, 1, 2) and title >= 0) as titles_watched,
           count(*) filter (kind = 1 and isfinite(rating)) as rating_count,
           avg(rating) filter (kind = 1 and isfinite(rating)) as rating_mean
           {window_sums}
    from past group by who having bool_or(active)
),
days as (select distinct who, day from past where active),
gaps as (
    select who, day, day - lag(day) over (partition by who order by day) as gap,
           row_number() over (partition by who order by day desc) as newest
    from days
),
rhythm as (
    select who, count(*) as days_active, count(gap) as gaps, avg(gap) as gap_mean,
           stddev_samp(gap) as gap_spread, max(gap) as gap_max,
           max(gap) filter (newest = 1) as gap_last, avg(gap) filter (newest <= 3) as gap_last3,
           avg(ln(gap)) as log_mean, avg(ln(gap) * ln(gap)) as log_squares,
           sum(pow(2, -($as_of - day) / 14)) as activity_ewma_14,
           sum(pow(2, -($as_of - day) / 30)) as activity_ewma_30,
           sum(pow(2, -($as_of - day) / 90)) as activity_ewma_90
           {window_days}
    from gaps group by who
),
everybody as (
    select avg(log_mean) as log_mean,
           sqrt(greatest(0, avg(log_squares) - avg(log_mean) * avg(log_mean))) as spread
    from rhythm where gaps > 0
),
own as (
    select gaps.who, count(*) filter (gap > $as_of - life.last_active) as longer
    from gaps join life using (who) group by gaps.who
),
lasting as (
    select who, seq, us,
           us + case when timed then least(greatest(minutes, 0), 1440) else 0 end * 60e6 as until
    from past where active
),
spans as (
    select *, max(until) over (
        partition by who order by us, seq rows between unbounded preceding and 1 preceding
    ) as busy_until
    from lasting
),
cut as (
    select *, sum((busy_until is null or us - busy_until > 1800e6)::int) over (
        partition by who order by us, seq rows unbounded preceding
    ) as session
    from spans
),
sessions as (
    select who, session, min(us) as begins, max(until) as ends from cut group by who, session
),
idle as (
    select *, (begins - lag(ends) over (partition by who order by session)) / 86400e6 as gap from sessions
),
sittings as (
    select who, count(*) as sessions, avg((ends - begins) / 60e6) as session_minutes_mean,
           avg(gap) as session_gap_mean_days, stddev_samp(gap) as session_gap_spread_days,
           max(gap) as session_gap_longest_days
    from idle group by who
),
taste as (
    select who, count(distinct genre) as genres_watched
    from past join genres using (title) where kind in (0, 1, 2) group by who
),
joined as (
    select *, ($as_of - first_active)::double as tenure_days, ($as_of - last_active)::double as quiet,
           (gaps * coalesce(rhythm.log_mean, 0) + 2 * everybody.log_mean) / (gaps + 2) as usual,
           case when everybody.log_mean is not null then greatest(0.1, sqrt((
               greatest(0, gaps * coalesce(rhythm.log_squares - rhythm.log_mean * rhythm.log_mean, 0))
               + 2 * everybody.spread * everybody.spread
           ) / (gaps + 2))) end as log_spread
    from life join rhythm using (who) join own using (who) join sittings using (who)
    left join taste using (who), data, everybody
)
select who,
    tenure_days, quiet as days_since_last_activity, days_active, event_count,
    days_active / greatest(tenure_days, 30) * 30 as days_active_per_month,
    (first_active = first_day)::int as left_censored,
    usual_gap_days: exp(usual), usual_gap_log_spread: log_spread, overdue_ratio: quiet / exp(usual),
    overdue_z: (ln(quiet) - usual) / log_spread, own_gaps_longer_share: longer / (gaps + 1),
    quiet_to_longest_gap: quiet / gap_max, gap_mean_days: gap_mean, gap_cv: gap_spread / gap_mean,
    longest_gap_days: gap_max, last_gap_days: gap_last, last_gaps_ratio: gap_last3 / gap_mean,
    activity_ewma_14, activity_ewma_30, activity_ewma_90,
    total_transactions, case when has_items then total_items end as total_items,
    case when has_items then total_items / event_count end as items_per_event,
    case when has_amount then total_spend end as total_spend,
    case when has_amount then total_spend / greatest(tenure_days, 30) * 30 end as monthly_spend,
    average_order_value, first_order_value,
    case when average_order_value <> 0 then last_order_value / average_order_value end as last_order_ratio,
    case when average_order_value > 0 then order_value_spread / average_order_value end as order_value_cv,
    watch_count, case when has_minutes then watch_minutes end as watch_minutes, completion_share,
    sessions, session_minutes_mean, session_gap_mean_days, session_gap_spread_days, session_gap_longest_days,
    case when has_title then titles_watched end as titles_watched,
    case when has_genre then coalesce(genres_watched, 0) end as genres_watched,
    rating_count, rating_mean,
    case when $as_of - first_day >= 90 then active_90 / days_active end as recent_share_90
    {windows}
from joined order by who
"""


def feature_sql() -> str:
    """The query for one moment, ``$as_of`` in days since 1970, over ``events`` and ``genres``."""
    backs = sorted({*WINDOWS, *(2 * days for days in TRENDS)})
    sums = [
        f", coalesce(sum({source}) filter ({known} and day >= $as_of - {days}), 0) as {source}_{days}"
        for source, known in (("amount", "paid"), ("minutes", "timed"))
        for days in backs
    ]
    counts = [f", count(*) filter (day >= $as_of - {days}) as active_{days}" for days in backs]
    windows = []
    for name, source, known in (
        ("days_active", "active", "true"),
        ("spend", "amount", "has_amount"),
        ("watch_minutes", "minutes", "has_minutes"),
    ):
        for days in WINDOWS:
            reach = f"{known} and $as_of - first_day >= {days}"
            windows.append(f", case when {reach} then {source}_{days} end as {name}_{days}")
        for days in TRENDS:
            reach = f"{known} and $as_of - first_day >= {2 * days}"
            now, before = f"{source}_{days}", f"({source}_{2 * days} - {source}_{days})"
            windows.append(f", case when {reach} then {before} end as {name}_previous_{days}")
            trend = f"ln((greatest({now}, 0) + 0.5) / (greatest(round({before}, 9), 0) + 0.5))"
            windows.append(f", case when {reach} then {trend} end as {name}_trend_{days}")
    return BASE.format(window_sums="\n".join(sums), window_days="\n".join(counts), windows="\n".join(windows))


def connect(dataset: Dataset) -> duckdb.DuckDBPyConnection:
    """A database in memory, with one thread, that holds the events and genres of a data set."""
    connection = duckdb.connect(config={"threads": 1})
    for number in dataset.numbers:
        part = dataset.partition(number)
        ids = pa.DictionaryArray.from_arrays(
            pa.array(part.customer.astype(np.int32)), pa.array(part.customer_ids, pa.string())
        )
        rows = pa.table(
            {
                "who": ids.cast(pa.string()),
                "seq": pa.array(np.arange(len(part.at))),
                "us": pa.array(part.at),
                **{
                    name: pa.array(getattr(part, name))
                    for name in ("kind", "title", "minutes", "progress", "rating", "amount", "items")
                },
            }
        )
        connection.register("rows", rows)
        verb = "create table events as" if number == 0 else "insert into events"
        connection.execute(f"{verb} select * from rows")
    genres = [(code, genre) for code, names in enumerate(dataset.titles()["genres"]) for genre in names]
    connection.execute("create table genres (title integer, genre varchar)")
    if genres:
        connection.executemany("insert into genres values (?, ?)", genres)
    return connection


def oracle_features(dataset: Dataset, as_of_days: Iterable[int]) -> pd.DataFrame:
    """All features at some moments, indexed by (as_of_day, customer_id), in the order of ``NAMES``."""
    with connect(dataset) as connection:
        frames = [
            connection.execute(feature_sql(), {"as_of": day}).df().assign(as_of_day=day) for day in as_of_days
        ]
    whole = pd.concat(frames).rename(columns={"who": "customer_id"}).set_index(["as_of_day", "customer_id"])
    return whole[list(NAMES)].astype(np.float64)
