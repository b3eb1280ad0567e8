"""Phrases that give a question its shape: a share, a list, a ranking, a comparison."""

from collections.abc import Mapping

from bot.phrases.words import by_phrase

# Phrase → what it is; more words win over fewer.
SHAPES: Mapping[str, tuple[str, str]] = by_phrase(
    {
        ("form", "share"): (
            "share of, what share, percentage of, percent of, what percentage, what percent, "
            "proportion of, what proportion, fraction of, what fraction, which share, the share, share, "
            "percentage, proportion, how large a share, what part of, which part of, percent, portion, "
            "portion of, what portion, how many percent of, how many percent"
        ),
        ("form", "series"): (
            "trend, over time, time series, history of, development of, evolution of, timeline, "
            "trend of, how has, trends, line chart, developed, evolved, curve, develop, developing, "
            "evolve"
        ),
        ("form", "chart"): (
            "chart, graph, plot, as a chart, as chart, as a graph, bar chart, draw, diagram, visualise, "
            "visualize, picture, as a picture, pie chart, as a pie chart, pie"
        ),
        ("form", "table"): ("as a table, as table, table, in a table"),
        ("form", "csv"): (
            "as csv, csv, as a csv, as a file, export, as csv file, excel, spreadsheet, download, "
            "as file, in csv"
        ),
        ("form", "list"): (
            "which ones, list them, list, list of, names of, who are, which customers, which users, "
            "which people, what customers, which subscribers, which members, show customers, "
            "list customers, who has, who have, who is, who was, who were, who did, who, "
            "list of customers, list users, show me customers, show me users, find customers, names"
        ),
        ("form", "why"): (
            "why, how come, what caused, reason for, reasons for, what drives, what explains, "
            "explain why, explain, what is behind"
        ),
        ("form", "changes"): (
            "what changed, what has changed, what is new, anything new, what is different, "
            "what happened, what was different, changes"
        ),
        (
            "moves",
            "from",
        ): (
            "moved out of, left segment, move out of, moves out of, dropped out of, moved from, "
            "who moved out of, who moved from, who dropped out of, who moved out, who left segment"
        ),
        ("moves", "to"): (
            "moved into, moved to, moves into, move into, came into, who moved into, who moved to, "
            "who came into, who joined segment"
        ),
        ("size", "any"): "size, sizes, how big, how large, big, large",
        ("moves", "all"): (
            "segment moves, moves between segments, moved between segments, who moved between segments, "
            "customers moved between segments, who changed segment, who switched segments, changed segment, "
            "changed segments, segment changes, who moved, moved segment, moved segments, moves, "
            "switched segment, switched segments"
        ),
        ("among", "any"): ("among, amongst, out of all, out of the"),
        ("average", "any"): ("average, on average, typical, typically"),
        ("order", "most"): (
            "most, top, highest, largest, biggest, best, greatest, maximum, leading, strongest, peak, "
            "ranked, rank, ranked by, ranking, ranking of, sorted by, in descending order, "
            "sort by, sort them by, order them by, rank them by, sort descending, descending, from the top, "
            "highest first, best first, biggest first, largest first, most first"
        ),
        (
            "order",
            "least",
        ): (
            "least, lowest, slowest, smallest, bottom, fewest, worst, weakest, minimum, the other way round, "
            "ascending, sort ascending, in ascending order, lowest first, worst first, "
            "smallest first, fewest first, from the bottom"
        ),
        ("compare", "with"): (
            "vs, versus, compare, compared, against, difference between, comparison, compared to, "
            "compared with, in comparison, relative to, than, in comparison with, in comparison to, "
            "comparison of, comparing"
        ),
        ("before", "period"): (
            "the month before, the day before, day before, month before, previous period, "
            "the period before, the week before, week before, the year before, the quarter before, "
            "period before, the previous month, the previous week, the previous period, the days before, "
            "before that, the one before, month on month, month over month, week over week, mom, wow, "
            "the preceding period"
        ),
        ("before", "year"): (
            "year over year, yoy, year on year, a year ago, same period last year, "
            "the same period last year, same month last year, the same month last year, a year earlier, "
            "the year earlier, one year ago"
        ),
        ("also", "any"): "and also, as well as, and then",
        ("growth", "any"): (
            "growth, percentage growth, percentage growth of, percentage growth in, "
            "percentage change in, percentage change, percent change in, percent change, change in, "
            "growth of, growth in, growth rate, change of, the change, change, changed, "
            "difference, difference in, the increase in, the decrease in, the drop in, the rise in, "
            "the decline in"
        ),
        ("direction", "up"): (
            "rise, rose, risen, rising, grow, grew, grown, growing, increase, increased, increasing, "
            "go up, gone up, went up, up, higher, improve, improved, going up, gain, gained, climb, "
            "climbed, jump, jumped, jumping, spike, spiked, surge, surged, soar, soared, more, better, "
            "bigger, larger, greater"
        ),
        ("direction", "down"): (
            "fall, fell, fallen, falling, drop, dropped, dropping, decrease, decreased, decline, "
            "declined, declining, go down, gone down, went down, down, lower, shrink, shrank, shrunk, "
            "going down, plunge, plunged, slump, slumped, dip, dipped, tumbled, sink, sank, less, "
            "fewer, worse, smaller"
        ),
    }
)
# A metric with an order in one phrase.
RANKED: Mapping[str, tuple[str, str]] = by_phrase(
    {
        ("completion_rate", "most"): (
            "finished most often, most often finished, most finished, completed most often, most completed, "
            "finished the most, best completion"
        ),
        ("completion_rate", "least"): (
            "finished least often, least often finished, least finished, most often abandoned, "
            "most abandoned, abandoned most often, least completed, abandon most, abandon the most, "
            "abandon most often, give up most, give up on most"
        ),
        ("average_rating", "most"): (
            "best rated, top rated, best ratings, best rating, highest ratings, highest rating, "
            "best reviews, highest rated, best reviewed, best liked"
        ),
        ("average_rating", "least"): (
            "worst rated, worst ratings, worst rating, lowest ratings, lowest rating, lowest rated, "
            "poorest rated"
        ),
        ("watches", "most"): (
            "most watched, most viewed, most binged, most binge watched, most played, most popular, "
            "most streamed, watched most, "
            "watch most, watch the most, watched the most, trending, hottest, popular, most seen, "
            "viewed most, viewed the most, busiest, hot, favourite, favorite, prefer, preferred, prefers, "
            "prefer most, blockbusters, bestsellers, hits"
        ),
        ("watches", "least"): (
            "least watched, least viewed, least popular, watched least, watched the least, least played, "
            "least streamed, watch least, quietest, flops, flop"
        ),
        ("revenue", "most"): (
            "top customers by spend, best spenders, spenders, best selling, spends most, spends the most, "
            "spent most, spent the most, spend most, spend the most, biggest spenders, top spenders, "
            "best paying, best customers, highest spending, most valuable, most valuable customers, "
            "biggest customers, most lucrative, pays most, pay most, paid most, paid the most"
        ),
        ("revenue", "least"): (
            "spent least, spent the least, spend least, lowest spending, smallest spenders"
        ),
        ("likes", "least"): "least liked, least loved, liked least",
        ("likes", "most"): ("most liked, liked most, most loved, best loved"),
        ("ratings", "most"): (
            "most rated, most reviewed, rated the most titles, rated most titles, rated the most, rates most"
        ),
        (
            "churn_risk",
            "most",
        ): ("most at risk, highest risk, riskiest, most likely to leave, most likely to churn"),
    }
)
