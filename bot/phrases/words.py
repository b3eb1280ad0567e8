"""The closed lists of words that a question is made of, besides metrics and values."""

from collections.abc import Mapping

# What carries no meaning of its own. A word that does must never stand here.
FILLERS = frozenset(
    (
        "a an the of in on at from for with to is are was were be been being am do does did has have had having "
        "we our us i me my you your it its they them their there these those that this what how many much give "
        "show tell me please pls plz can could would will hi hello hey thanks want need know see let number count "
        "counts data so currently now right today present as well also and or which all any some within "
        "inside during using use make altogether ones got get come comes came coming here business service "
        "platform site app into again ok okay then actually quick question exactly both his her live living based "
        "located old year aged numbers people value total totals amount who report info information be us btw "
        "statistics stats happened s wonder wondering say find out look display print"
    ).split()
)

NEGATIONS = frozenset(
    {"not", "except", "excluding", "without", "outside", "non", "but not", "other than", "no", "apart from",
     "besides", "minus", "aside from", "excl", "leaving out", "ignoring"}
)  # fmt: skip

# Phrase → what it is; more words win over fewer.
SHAPES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("share of", "what share", "percentage of", "percent of", "what percentage", "what percent", "proportion of",
         "what proportion", "fraction of", "what fraction", "which share", "the share", "share", "percentage",
         "proportion", "how large a share", "what part of", "percent"),
        ("form", "share"),
    ),
    **dict.fromkeys(
        ("trend", "over time", "time series", "history of", "development of", "evolution of", "timeline", "trend of",
         "how has", "trends", "line chart", "developed", "evolved", "curve"),
        ("form", "series"),
    ),
    **dict.fromkeys(("chart", "graph", "plot", "as a chart", "as chart", "as a graph", "bar chart", "draw", "diagram",
                     "visualise", "visualize", "picture", "as a picture"), ("form", "chart")),
    **dict.fromkeys(("as csv", "csv", "as a csv", "as a file", "export", "as csv file", "excel", "spreadsheet",
                     "download", "as file", "in csv"), ("form", "csv")),
    **dict.fromkeys(("list", "list of", "names of", "who are", "which customers", "which users", "which people",
                     "what customers", "which subscribers", "which members", "show customers", "list customers",
                     "who has", "who have", "who is", "who was", "who were", "who did", "who", "list of customers",
                     "list users", "show me customers", "show me users", "find customers", "names"),
                    ("form", "list")),
    **dict.fromkeys(("why", "how come", "what caused", "reason for", "reasons for", "what drives", "what explains",
                     "explain why", "explain", "what is behind"), ("form", "why")),
    **dict.fromkeys(("what changed", "what has changed", "what is new", "anything new", "what is different",
                     "what happened", "what was different", "changes"), ("form", "changes")),
    **dict.fromkeys(("moved out of", "left segment", "move out of", "moves out of", "dropped out of", "moved from"),
                    ("moves", "from")),
    **dict.fromkeys(("moved into", "moved to", "moves into", "move into", "came into"), ("moves", "to")),
    **dict.fromkeys(("segment moves", "moves between segments", "moved between segments", "changed segment",
                     "changed segments", "segment changes", "who moved", "moved segment", "moved segments",
                     "moves", "switched segment", "switched segments"), ("moves", "all")),
    **dict.fromkeys(("most", "top", "highest", "largest", "biggest", "best", "greatest", "maximum",
                     "leading", "strongest", "first"), ("order", "most")),
    **dict.fromkeys(("least", "lowest", "smallest", "bottom", "fewest", "worst", "weakest", "minimum",
                     "the other way round"), ("order", "least")),
    **dict.fromkeys(("vs", "versus", "compare", "compared", "against", "difference between", "comparison",
                     "compared to", "compared with", "in comparison", "relative to", "than", "in comparison with",
                     "in comparison to", "comparison of", "comparing"), ("compare", "with")),
    **dict.fromkeys(("the month before", "month before", "previous period", "the period before", "the week before",
                     "week before", "the year before", "the quarter before", "period before", "the previous month",
                     "the previous week", "the previous period", "the days before", "before that", "the one before",
                     "month on month", "month over month", "week over week", "mom", "wow", "the preceding period"),
                    ("before", "period")),
    **dict.fromkeys(("year over year", "yoy", "year on year", "a year ago", "same period last year",
                     "the same period last year", "same month last year", "the same month last year",
                     "a year earlier", "the year earlier", "one year ago"), ("before", "year")),
    **dict.fromkeys(("growth", "change in", "growth of", "growth in", "growth rate", "change of", "the change",
                     "change", "changed"), ("growth", "any")),
    **dict.fromkeys(("rise", "rose", "risen", "rising", "grow", "grew", "grown", "growing", "increase", "increased",
                     "increasing", "go up", "gone up", "went up", "up", "higher", "improve", "improved", "going up",
                     "gain", "gained", "climb", "climbed", "more", "better"), ("direction", "up")),
    **dict.fromkeys(("fall", "fell", "fallen", "falling", "drop", "dropped", "dropping", "decrease", "decreased",
                     "decline", "declined", "declining", "go down", "gone down", "went down", "down", "lower",
                     "shrink", "shrank", "shrunk", "going down", "sink", "sank", "less", "fewer", "worse"),
                    ("direction", "down")),
}  # fmt: skip
# Verbs that only say again what a metric says, or that make viewers of customers.
WATCHED = frozenset(
    (
        "watch",
        "watched",
        "watching",
        "viewed",
        "view",
        "streamed",
        "stream",
        "played",
        "seen",
        "saw",
        "viewing",
    )
)
# A metric with an order in one phrase.
RANKED: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("best rated", "top rated", "highest rated", "best reviewed", "best liked"), ("average_rating", "most")),
    **dict.fromkeys(("worst rated", "lowest rated", "poorest rated"), ("average_rating", "least")),
    **dict.fromkeys(("most watched", "most viewed", "most played", "most popular", "most streamed", "watched most",
                     "watch most", "watch the most", "watched the most", "trending", "hottest", "popular",
                     "most seen", "viewed most", "viewed the most"), ("watches", "most")),
    **dict.fromkeys(("least watched", "least viewed", "least popular", "watched least", "watched the least",
                     "least played", "least streamed", "watch least"), ("watches", "least")),
    **dict.fromkeys(("spent most", "spent the most", "spend most", "spend the most", "biggest spenders",
                     "top spenders", "best paying", "best customers", "highest spending"), ("revenue", "most")),
    **dict.fromkeys(("spent least", "spent the least", "spend least"), ("revenue", "least")),
    **dict.fromkeys(("most liked", "liked most"), ("likes", "most")),
    **dict.fromkeys(("most rated", "most reviewed"), ("ratings", "most")),
    **dict.fromkeys(("most at risk", "highest risk", "riskiest", "most likely to leave", "most likely to churn"),
                    ("churn_risk", "most")),
}  # fmt: skip
YES_NO = frozenset({"did", "has", "have", "is", "are", "was", "were", "do", "does"})

# Dimensions of customers and titles that every business may have, by what people call them.
DIMENSIONS: Mapping[str, str] = {
    **dict.fromkeys(("segment", "segments", "customer segment", "customer segments", "group of customers",
                     "customer group", "customer groups"), "segment"),
    **dict.fromkeys(("risk band", "risk bands", "band", "bands", "risk level", "risk levels", "risk class",
                     "risk group", "risk groups"), "band"),
    **dict.fromkeys(("status", "statuses", "customer status"), "status"),
    **dict.fromkeys(("plan", "plans", "subscription plan", "subscription plans", "tier", "tiers", "subscription",
                     "subscriptions", "subscription type", "package", "packages"), "plan"),
    **dict.fromkeys(("country", "countries", "market", "markets", "nation", "nations", "land"), "country"),
    **dict.fromkeys(("gender", "genders", "sex"), "gender"),
    **dict.fromkeys(("age band", "age bands", "age group", "age groups", "age", "ages", "age range", "age ranges",
                     "age bracket", "age brackets", "age class"), "age_band"),
    **dict.fromkeys(("tenure band", "tenure bands", "tenure", "tenure group", "customer age", "length of membership",
                     "membership length"), "tenure_band"),
    **dict.fromkeys(("sign up month", "signup month", "sign-up month", "month of sign up", "cohort", "cohorts",
                     "signup cohort", "sign up cohort", "month of signup", "joining month", "month they joined",
                     "month of joining"), "signup_month"),
    **dict.fromkeys(("sign up year", "signup year", "year of sign up", "year of signup", "year of joining"),
                    "signup_year"),
    **dict.fromkeys(("genre", "genres", "category", "categories"), "genre"),
    **dict.fromkeys(("title", "titles", "content", "item", "items"), "title"),
    **dict.fromkeys(("kind of title", "kinds of title", "type of title", "content type", "content types",
                     "title kind", "title type", "format", "formats", "kind of content", "type of content",
                     "title kinds", "kind", "kinds"), "kind"),
    **dict.fromkeys(("language", "languages"), "language"),
}  # fmt: skip
TIME_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("day", "daily", "days", "date", "day by day"), "day"),
    **dict.fromkeys(("week", "weekly", "weeks", "week by week", "calendar week"), "week"),
    **dict.fromkeys(("month", "monthly", "months", "month by month", "calendar month"), "month"),
    **dict.fromkeys(("quarter", "quarterly", "quarters"), "quarter"),
    **dict.fromkeys(("year", "yearly", "years", "annually", "annual"), "year"),
    **dict.fromkeys(("weekday", "weekdays", "day of the week", "day of week", "days of the week"), "weekday"),
}
SPLITTERS = ("by", "per", "for each", "for every", "split by", "broken down by", "each", "every", "grouped by",
             "breakdown by", "by each", "per each", "according to", "across", "split per", "break down by",
             "separated by", "for all")  # fmt: skip

# People of a country, and other names of it, to how the data may write it.
COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "usa": ("united states", "america", "american", "americans", "u s a", "united states of america", "the states",
            "us customers", "us users", "u s"),
    "united states": ("usa", "america", "american", "americans"),
    "uk": ("united kingdom", "britain", "great britain", "british", "brits"),
    "united kingdom": ("uk", "britain", "great britain", "british"),
    "canada": ("canadian", "canadians"), "germany": ("german", "germans"), "france": ("french",),
    "spain": ("spanish", "spaniards"), "italy": ("italian", "italians"), "brazil": ("brazilian", "brazilians"),
    "india": ("indian", "indians"), "japan": ("japanese",), "mexico": ("mexican", "mexicans"),
    "poland": ("polish", "poles"), "sweden": ("swedish", "swedes"), "norway": ("norwegian", "norwegians"),
    "denmark": ("danish", "danes"), "netherlands": ("dutch", "holland"), "australia": ("australian", "australians"),
    "austria": ("austrian", "austrians"), "south korea": ("korea", "korean", "koreans"), "china": ("chinese",),
    "portugal": ("portuguese",), "turkey": ("turkish",), "ireland": ("irish",), "switzerland": ("swiss",),
}  # fmt: skip
VALUE_NAMES: Mapping[str, tuple[str, ...]] = {
    "female": ("women", "woman", "females", "female customers", "ladies", "girls", "female users"),
    "male": ("men", "man", "males", "male customers", "guys", "male users"),
    "film": ("films", "movie", "movies"), "movie": ("movies", "film", "films"),
    "series": ("shows", "tv shows", "tv series", "show", "serials"),
    "tv series": ("series", "tv shows", "shows", "tv show"),
    "science fiction": ("sci fi", "scifi", "sf"), "sci fi": ("scifi", "science fiction", "sf"),
    "comedy": ("comedies", "funny"), "documentary": ("documentaries", "docs", "docu"),
    "tv": ("television", "tvs"), "smart tv": ("tv", "television", "smart tvs"), "phone": ("phones", "mobile"),
    "mobile": ("phone", "phones", "mobiles"), "high": ("high risk",), "medium": ("medium risk",),
    "low": ("low risk",),
}  # fmt: skip
# Words of the world that are near to values of some business; they are never “corrected” into them.
REAL_WORDS = frozenset(
    (
        "austria australia iran iraq niger nigeria mali malta oman china chile ireland iceland finland poland "
        "holland sweden sudan slovakia slovenia latvia libya korea kenya spain peru cuba india indonesia gold "
        "silver bronze free trial student family annual weather whether war wars warm basis basics standards "
        "prime premier movie movies lives live loves love life comics music musical musicals horror mail male "
        "female man men women woman plane plans place price prices rank ranks risk rise churches church cause "
        "because course lost last least lest list order older orders other others water waiter later latest "
        "refunds refund return returns staff tomorrow next future forecast predict cancel delete remove send "
        "stand store stores story stories state states start stars stats single singles serious period parents "
        "costs cost close clothes event events every never fewer father mother white write wrote first final"
    ).split()
)
