"""The closed lists of words that a question is made of, besides metrics and values."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


def _by_phrase(groups: Mapping[T, str]) -> dict[str, T]:
    return {phrase: meaning for meaning, text in groups.items() for phrase in _listed(text)}


# What carries no meaning of its own. A word that does must never stand here.
FILLERS = frozenset(
    _listed(
        "a, actually, again, aged, all, also, altogether, am, amount, an, and, any, "
        "app, are, "
        "as, at, based, be, been, being, btw, business, came, can, come, comes, coming, "
        "could, count, counts, currently, data, did, display, do, does, during, exactly, find, "
        "for, from, get, give, got, had, happened, has, have, having, hello, her, here, hey, "
        "hi, his, how, i, in, info, information, inside, into, is, it, its, know, let, live, "
        "living, located, look, make, many, me, much, my, need, now, number, numbers, of, ok, "
        "okay, old, on, ones, or, our, out, people, platform, please, pls, plz, present, print, "
        "question, quick, report, right, s, say, see, service, show, site, so, some, "
        "statistics, stats, tell, thanks, that, the, their, them, then, there, these, they, "
        "this, those, to, today, total, totals, us, use, using, value, want, was, we, well, "
        "were, what, which, who, will, with, within, wonder, wondering, would, year, you, your"
    )
)
NEGATIONS = frozenset(
    _listed(
        "apart from, aside from, besides, but not, except, excl, excluding, ignoring, leaving out, "
        "minus, no, non, not, other than, outside, without"
    )
)

# Phrase → what it is; more words win over fewer.
SHAPES: Mapping[str, tuple[str, str]] = _by_phrase(
    {
        ("form", "share"): (
            "share of, what share, percentage of, percent of, what percentage, what percent, "
            "proportion of, what proportion, fraction of, what fraction, which share, the share, "
            "share, percentage, proportion, how large a share, what part of, percent"
        ),
        ("form", "series"): (
            "trend, over time, time series, history of, development of, evolution of, timeline, "
            "trend of, how has, trends, line chart, developed, evolved, curve"
        ),
        ("form", "chart"): (
            "chart, graph, plot, as a chart, as chart, as a graph, bar chart, draw, diagram, "
            "visualise, visualize, picture, as a picture"
        ),
        ("form", "csv"): (
            "as csv, csv, as a csv, as a file, export, as csv file, excel, spreadsheet, download, "
            "as file, in csv"
        ),
        ("form", "list"): (
            "list, list of, names of, who are, which customers, which users, which people, what "
            "customers, which subscribers, which members, show customers, list customers, who has, "
            "who have, who is, who was, who were, who did, who, list of customers, list users, show "
            "me customers, show me users, find customers, names"
        ),
        ("form", "why"): (
            "why, how come, what caused, reason for, reasons for, what drives, what explains, "
            "explain why, explain, what is behind"
        ),
        ("form", "changes"): (
            "what changed, what has changed, what is new, anything new, what is different, what "
            "happened, what was different, changes"
        ),
        (
            "moves",
            "from",
        ): "moved out of, left segment, move out of, moves out of, dropped out of, moved from",
        ("moves", "to"): "moved into, moved to, moves into, move into, came into",
        ("moves", "all"): (
            "segment moves, moves between segments, moved between segments, changed segment, "
            "changed segments, segment changes, who moved, moved segment, moved segments, moves, "
            "switched segment, switched segments"
        ),
        ("among", "any"): "among, amongst, out of all, out of the",
        ("average", "any"): "average, mean, avg",
        ("order", "most"): (
            "most, top, highest, largest, biggest, best, greatest, maximum, leading, strongest, first"
        ),
        (
            "order",
            "least",
        ): "least, lowest, smallest, bottom, fewest, worst, weakest, minimum, the other way round",
        ("compare", "with"): (
            "vs, versus, compare, compared, against, difference between, comparison, compared to, "
            "compared with, in comparison, relative to, than, in comparison with, in comparison to, "
            "comparison of, comparing"
        ),
        ("before", "period"): (
            "the month before, month before, previous period, the period before, the week before, "
            "week before, the year before, the quarter before, period before, the previous month, "
            "the previous week, the previous period, the days before, before that, the one before, "
            "month on month, month over month, week over week, mom, wow, the preceding period"
        ),
        ("before", "year"): (
            "year over year, yoy, year on year, a year ago, same period last year, the same period "
            "last year, same month last year, the same month last year, a year earlier, the year "
            "earlier, one year ago"
        ),
        ("growth", "any"): (
            "growth, change in, growth of, growth in, growth rate, change of, the change, change, changed"
        ),
        ("direction", "up"): (
            "rise, rose, risen, rising, grow, grew, grown, growing, increase, increased, "
            "increasing, go up, gone up, went up, up, higher, improve, improved, going up, gain, "
            "gained, climb, climbed, more, better"
        ),
        ("direction", "down"): (
            "fall, fell, fallen, falling, drop, dropped, dropping, decrease, decreased, decline, "
            "declined, declining, go down, gone down, went down, down, lower, shrink, shrank, "
            "shrunk, going down, sink, sank, less, fewer, worse"
        ),
    }
)
# Verbs that only say again what a metric says, or that make viewers of customers.
WATCHED = frozenset(
    _listed("played, saw, seen, stream, streamed, view, viewed, viewing, watch, watched, watching")
)
# A metric with an order in one phrase.
RANKED: Mapping[str, tuple[str, str]] = _by_phrase(
    {
        ("average_rating", "most"): (
            "best rated, top rated, best ratings, best rating, highest ratings, highest rating, "
            "best reviews, highest rated, best reviewed, best liked"
        ),
        ("average_rating", "least"): (
            "worst rated, worst ratings, worst rating, lowest ratings, lowest rating, lowest rated, "
            "poorest rated"
        ),
        ("watches", "most"): (
            "most watched, most viewed, most played, most popular, most streamed, watched most, "
            "watch most, watch the most, watched the most, trending, hottest, popular, most seen, "
            "viewed most, viewed the most"
        ),
        ("watches", "least"): (
            "least watched, least viewed, least popular, watched least, watched the least, least "
            "played, least streamed, watch least"
        ),
        ("revenue", "most"): (
            "spent most, spent the most, spend most, spend the most, biggest spenders, top "
            "spenders, best paying, best customers, highest spending"
        ),
        ("revenue", "least"): "spent least, spent the least, spend least",
        ("likes", "most"): "most liked, liked most",
        ("ratings", "most"): "most rated, most reviewed",
        (
            "churn_risk",
            "most",
        ): "most at risk, highest risk, riskiest, most likely to leave, most likely to churn",
    }
)
YES_NO = frozenset(_listed("did, has, have, is, are, was, were, do, does"))

# Dimensions of customers and titles that every business may have, by what people call them.
DIMENSIONS: Mapping[str, str] = _by_phrase(
    {
        "segment": (
            "segment, segments, customer segment, customer segments, group of customers, customer "
            "group, customer groups"
        ),
        "band": (
            "risk band, risk bands, band, bands, risk level, risk levels, risk class, risk group, risk groups"
        ),
        "status": "status, statuses, customer status",
        "plan": (
            "plan, plans, subscription plan, subscription plans, tier, tiers, subscription, "
            "subscriptions, subscription type, package, packages"
        ),
        "country": "country, countries, market, markets, nation, nations, land",
        "gender": "gender, genders, sex",
        "age_band": (
            "age band, age bands, age group, age groups, age, ages, age range, age ranges, age "
            "bracket, age brackets, age class"
        ),
        "tenure_band": (
            "tenure band, tenure bands, tenure, tenure group, customer age, length of membership, "
            "membership length"
        ),
        "signup_month": (
            "sign up month, signup month, sign-up month, month of sign up, cohort, cohorts, signup "
            "cohort, sign up cohort, month of signup, joining month, month they joined, month of "
            "joining"
        ),
        "signup_year": "sign up year, signup year, year of sign up, year of signup, year of joining",
        "genre": "genre, genres, category, categories",
        "title": "title, titles, content, item, items",
        "kind": (
            "kind of title, kinds of title, type of title, content type, content types, title kind, "
            "title type, format, formats, kind of content, type of content, title kinds, kind, "
            "kinds"
        ),
        "language": "language, languages",
    }
)
TIME_UNITS: Mapping[str, str] = _by_phrase(
    {
        "day": "day, daily, days, date, day by day",
        "week": "week, weekly, weeks, week by week, calendar week",
        "month": "month, monthly, months, month by month, calendar month",
        "quarter": "quarter, quarterly, quarters",
        "year": "year, yearly, years, annually, annual",
        "weekday": "weekday, weekdays, day of the week, day of week, days of the week",
    }
)
SPLITTERS = _listed(
    "by, per, for each, for every, split by, broken down by, each, every, grouped by, breakdown by, "
    "by each, per each, according to, across, split per, break down by, separated by, for all"
)

# People of a country, and other names of it, to how the data may write it.
COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "usa": _listed(
        "united states, america, american, americans, u s a, united states of america, the states, "
        "us customers, us users, u s"
    ),
    "united states": _listed("usa, america, american, americans"),
    "uk": _listed("united kingdom, britain, great britain, british, brits"),
    "united kingdom": _listed("uk, britain, great britain, british"),
    "canada": _listed("canadian, canadians"),
    "germany": _listed("german, germans"),
    "france": _listed("french"),
    "spain": _listed("spanish, spaniards"),
    "italy": _listed("italian, italians"),
    "brazil": _listed("brazilian, brazilians"),
    "india": _listed("indian, indians"),
    "japan": _listed("japanese"),
    "mexico": _listed("mexican, mexicans"),
    "poland": _listed("polish, poles"),
    "sweden": _listed("swedish, swedes"),
    "norway": _listed("norwegian, norwegians"),
    "denmark": _listed("danish, danes"),
    "netherlands": _listed("dutch, holland"),
    "australia": _listed("australian, australians"),
    "austria": _listed("austrian, austrians"),
    "south korea": _listed("korea, korean, koreans"),
    "china": _listed("chinese"),
    "portugal": _listed("portuguese"),
    "turkey": _listed("turkish"),
    "ireland": _listed("irish"),
    "switzerland": _listed("swiss"),
}
VALUE_NAMES: Mapping[str, tuple[str, ...]] = {
    "female": _listed("women, woman, females, female customers, ladies, girls, female users"),
    "male": _listed("men, man, males, male customers, guys, male users"),
    "film": _listed("films, movie, movies"),
    "movie": _listed("movies, film, films"),
    "series": _listed("shows, tv shows, tv series, serials"),
    "tv series": _listed("series, tv shows, shows, tv show"),
    "science fiction": _listed("sci fi, scifi, sf"),
    "sci fi": _listed("scifi, science fiction, sf"),
    "comedy": _listed("comedies, funny"),
    "documentary": _listed("documentaries, docs, docu"),
    "tv": _listed("television, tvs"),
    "smart tv": _listed("tv, television, smart tvs"),
    "phone": _listed("phones, mobile"),
    "mobile": _listed("phone, phones, mobiles"),
    "high": _listed("high risk"),
    "medium": _listed("medium risk"),
    "low": _listed("low risk"),
}
# Words of the world that are near to values of some business; they are never “corrected” into them.
REAL_WORDS = frozenset(
    _listed(
        "annual, australia, austria, basics, basis, because, bronze, cancel, cause, chile, "
        "china, church, churches, close, clothes, comics, cost, costs, course, cuba, delete, "
        "event, events, every, family, father, female, fewer, final, finland, first, forecast, "
        "free, future, gold, holland, horror, iceland, india, indonesia, iran, iraq, ireland, "
        "kenya, korea, last, later, latest, latvia, least, lest, libya, life, list, live, "
        "lives, lost, love, loves, mail, male, mali, malta, man, men, mother, movie, movies, "
        "music, musical, musicals, never, next, niger, nigeria, older, oman, order, orders, "
        "other, others, parents, period, peru, place, plane, plans, poland, predict, premier, "
        "price, prices, prime, rank, ranks, refund, refunds, remove, return, returns, rise, "
        "risk, send, serious, silver, single, singles, slovakia, slovenia, spain, staff, stand, "
        "standards, stars, start, state, states, stats, store, stores, stories, story, student, "
        "sudan, sweden, tomorrow, trial, waiter, war, warm, wars, water, weather, whether, "
        "white, woman, women, write, wrote"
    )
)
