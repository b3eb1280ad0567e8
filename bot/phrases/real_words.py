"""Words that are never taken for mistyped ones."""

from bot.phrases.words import listed

# Words of the world that are near to values of some business; they are never “corrected” into them.
REAL_WORDS = frozenset(
    listed(
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
