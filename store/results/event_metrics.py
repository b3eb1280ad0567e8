"""Certified metrics about viewing and taste."""

from store.results.metric import TIMED, Active, Distinct, Metric, Sum, per_active

VIEWING = (
    Metric(
        name="viewers",
        label="Viewers",
        unit="customers",
        group="viewing",
        numerator=Distinct("customer", "watch"),
        meaning="different customers who watched something in the period",
        synonyms=(
            "viewers, watchers, active viewers, customers watched, users watched, people watched, "
            "unique viewers, distinct viewers, audience, people watching, customers watching, "
            "subscribers watched, members watched, users watching, people saw, customers saw, people "
            "viewed, customers viewed, people streamed"
        ),
    ),
    Metric(
        name="watches",
        label="Watches",
        unit="count",
        group="viewing",
        numerator=Sum("count", ("watch",)),
        meaning="times something was watched",
        synonyms=(
            "watches, views, plays, streams, viewings, number of watches, view count, times watched, "
            "number of views, titles played, number of plays, how often, how many times"
        ),
    ),
    Metric(
        name="hours_watched",
        label="Hours watched",
        unit="hours",
        group="viewing",
        numerator=Sum("amount", ("watch",)),
        factor=1 / 60,
        meaning="minutes watched ÷ 60",
        synonyms=(
            "screen time, screentime, "
            "hours watched, watch hours, hours, hours viewed, viewing hours, watch time, watchtime, "
            "viewing time, time watched, watching time, hours of watching, hours streamed, streaming "
            "hours, time spent watching, hours of viewing, total hours, total watch time, hours were "
            "watched, hours did people watch, hours did customers watch, hours did users watch, hours "
            "did they watch"
        ),
    ),
    Metric(
        name="minutes_watched",
        label="Minutes watched",
        unit="minutes",
        group="viewing",
        numerator=Sum("amount", ("watch",)),
        meaning="minutes watched",
        synonyms=(
            "minutes watched, watch minutes, minutes, minutes viewed, viewing minutes, minutes "
            "streamed, total minutes, minutes were watched"
        ),
    ),
    Metric(
        name="minutes_per_active_customer",
        label="Minutes per active customer",
        unit="minutes",
        group="viewing",
        numerator=Sum("amount", ("watch",)),
        denominator=Active(),
        meaning="minutes watched ÷ active customers",
        synonyms=per_active("minutes", "minutes watched", "watch time", "viewing time")
        + ", average minutes watched, average watch time, average viewing time, average minutes",
    ),
    Metric(
        name="sessions",
        label="Sessions",
        unit="count",
        group="viewing",
        numerator=Sum("count", ("session",)),
        dimensions=TIMED,
        meaning="sittings, cut where 30 minutes pass idle; counted on the day they begin",
        synonyms=("sessions, session, sittings, visits, number of sessions, session count"),
    ),
    Metric(
        name="session_minutes",
        label="Average session length",
        unit="minutes",
        group="viewing",
        numerator=Sum("amount", ("session",)),
        denominator=Sum("count", ("session",)),
        dimensions=TIMED,
        meaning="from the start of a session to its end, on average",
        synonyms=(
            "minutes per session, average minutes per session, long do people watch per session, "
            "average session length, how long is a session, how long are sessions, how long is the "
            "average session, session length, average session, session duration, average session "
            "duration, mean session length, length of a session, session time, average session time, "
            "length of sessions, avg session length, visit length, visit duration, average visit length, "
            "average visit duration, average visit time, sitting length, average sitting"
        ),
    ),
    Metric(
        name="completion_rate",
        label="Completion rate",
        unit="share",
        group="viewing",
        numerator=Sum("marked", ("watch",)),
        denominator=Sum("known", ("watch",)),
        meaning="watches that reached 90 % ÷ watches whose progress is known",
        synonyms=(
            "completion rate, completion, completion share, finish rate, watched to the end, "
            "share finished, finished share, completed share, share of watches completed, "
            "completions rate, share of completed watches, percent of watches were finished, "
            "percent of watches finished, how many percent of watches were finished, "
            "share of watches finished, share of watches were finished, finishing rate, finished often, "
            "completed often"
        ),
    ),
    Metric(
        name="titles_watched",
        label="Titles watched",
        unit="count",
        group="viewing",
        numerator=Distinct("title", "watch"),
        meaning="different titles watched in the period",
        synonyms=(
            "variety of titles, "
            "titles watched, different titles, distinct titles, titles were watched, unique titles, "
            "different titles watched"
        ),
    ),
    Metric(
        name="watches_per_active_customer",
        label="Watches per active customer",
        unit="each",
        group="viewing",
        numerator=Sum("count", ("watch",)),
        denominator=Active(),
        meaning="watches ÷ active customers",
        synonyms=per_active("watches", "views", "plays", "number of watches", "streams"),
    ),
    Metric(
        name="hours_per_active_customer",
        label="Hours per active customer",
        unit="hours",
        group="viewing",
        numerator=Sum("amount", ("watch",)),
        denominator=Active(),
        factor=1 / 60,
        meaning="hours watched ÷ active customers",
        synonyms=per_active("hours", "hours watched", "viewing hours"),
    ),
    Metric(
        name="sessions_per_active_customer",
        label="Sessions per active customer",
        unit="each",
        group="viewing",
        numerator=Sum("count", ("session",)),
        denominator=Active(),
        dimensions=TIMED,
        meaning="sessions ÷ active customers",
        synonyms=per_active("sessions", "number of sessions", "visits"),
    ),
)
TASTE = (
    Metric(
        name="ratings",
        label="Ratings",
        unit="count",
        group="taste",
        numerator=Sum("count", ("rating",)),
        meaning="ratings given",
        synonyms=(
            "times did people rate, "
            "ratings, reviews, number of ratings, ratings given, rating count, votes, ratings count, "
            "number of reviews"
        ),
    ),
    Metric(
        name="average_rating",
        label="Average rating",
        unit="stars",
        group="taste",
        numerator=Sum("amount", ("rating",)),
        denominator=Sum("count", ("rating",)),
        least=5,
        meaning="mean rating on the source's own scale; nothing is ranked by fewer than 5 ratings",
        synonyms=(
            "star average, star rating, review score, "
            "average rating, mean rating, rating, average score, avg rating, stars, average stars, "
            "average review, satisfaction, rate on average, rated on average, ratings on average"
        ),
    ),
    Metric(
        name="likes",
        label="Likes",
        unit="count",
        group="taste",
        numerator=Sum("marked", ("rating",)),
        meaning="ratings of at least the share of their scale that counts as a like (70 % unless configured)",
        synonyms=("likes, like count, number of likes, positive ratings, thumbs up, good ratings"),
    ),
    Metric(
        name="ratings_per_active_customer",
        label="Ratings per active customer",
        unit="each",
        group="taste",
        numerator=Sum("count", ("rating",)),
        denominator=Active(),
        meaning="ratings ÷ active customers",
        synonyms=per_active("ratings", "reviews", "number of ratings"),
    ),
)
