"""What people call dimensions and values, whatever the data calls them."""

from collections.abc import Mapping, Sequence

from bot.phrases.words import by_phrase, listed

# Dimensions of customers and titles that every business may have, by what people call them.
DIMENSIONS: Mapping[str, str] = by_phrase(
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
        "country": "country, countries, market, markets, nation, nations, land, where",
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
# People of a country, and other names of it, to how the data may write it.
COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "usa": listed(
        "united states, america, american, americans, u s a, united states of america, the states, "
        "us customers, us users, u s"
    ),
    "united states": listed("usa, america, american, americans"),
    "uk": listed("united kingdom, britain, great britain, british, brits"),
    "united kingdom": listed("uk, britain, great britain, british"),
    "canada": listed("canadian, canadians"),
    "germany": listed("german, germans"),
    "france": listed("french"),
    "spain": listed("spanish, spaniards"),
    "italy": listed("italian, italians"),
    "brazil": listed("brazilian, brazilians"),
    "india": listed("indian, indians"),
    "japan": listed("japanese"),
    "mexico": listed("mexican, mexicans"),
    "poland": listed("polish, poles"),
    "sweden": listed("swedish, swedes"),
    "norway": listed("norwegian, norwegians"),
    "denmark": listed("danish, danes"),
    "netherlands": listed("dutch, holland"),
    "australia": listed("australian, australians"),
    "austria": listed("austrian, austrians"),
    "south korea": listed("korea, korean, koreans"),
    "china": listed("chinese"),
    "portugal": listed("portuguese"),
    "turkey": listed("turkish"),
    "ireland": listed("irish"),
    "switzerland": listed("swiss"),
}
_COUNTRY_NAMES = frozenset(name for country, others in COUNTRIES.items() for name in (country, *others))


def is_country(words: Sequence[str], line: str) -> bool:
    """Whether words of a line name countries or their people, wherever the business has customers or not."""
    text = line.casefold()
    named = {word for name in _COUNTRY_NAMES if name in text for word in name.split()}
    return all(word.casefold() in named or word == "US" for word in words)


VALUE_NAMES: Mapping[str, tuple[str, ...]] = {
    "female": listed("women, woman, females, female customers, ladies, girls, female users"),
    "male": listed("men, man, males, male customers, guys, male users"),
    "film": listed("films, movie, movies"),
    "movie": listed("movies, film, films"),
    "series": listed("shows, tv shows, tv series, serials"),
    "tv series": listed("series, tv shows, shows, tv show"),
    "science fiction": listed("sci fi, scifi, sf"),
    "sci fi": listed("scifi, science fiction, sf"),
    "comedy": listed("comedies, funny"),
    "documentary": listed("documentaries, docs, docu"),
    "tv": listed("television, tvs"),
    "smart tv": listed("tv, television, smart tvs"),
    "phone": listed("phones, mobile"),
    "mobile": listed("phone, phones, mobiles"),
    "high": listed("high risk"),
    "medium": listed("medium risk"),
    "low": listed("low risk"),
}
