"""Segments: all of them, or the one a customer is in."""

from collections.abc import Mapping, Sequence

from bot.languages import tell
from bot.messages.cards import CARD, heading
from bot.messages.wording import (
    clip,
    count,
    data_until,
    decimal,
    fit,
    line,
    money,
    percent,
    safe,
    sentence,
    whole,
)
from bot.replies import Button, Picture, Reply
from store.records import Customer, Run, Segment, SegmentMove

MOST_MOVES = 3
# Features that segments are made from, in words a person knows; others are left out.
FEATURES: Mapping[str, str] = {
    "days_since_last_activity": "days quiet",
    "days_active_30": "active days in 30",
    "days_active_90": "active days in 90",
    "days_active_per_month": "active days a month",
    "session_minutes_mean": "minutes at a sitting",
    "usual_gap_days": "days between visits",
    "monthly_spend": "spent a month",
    "average_order_value": "spent at a time",
    "watch_minutes_30": "minutes watched in 30 days",
}
MONEY = frozenset({"monthly_spend", "average_order_value"})


def overview(
    segments: Sequence[Segment], moves: Sequence[SegmentMove], run: Run, segment_map: bytes | None
) -> Reply:
    """All segments: how many, who they are, how many of them left."""
    if not segments:
        text = tell("<b>No segments</b>: {why}", why=sentence(run.segments_message))
        return Reply(text=fit([text], ending=data_until(run)))
    lines = [f"<b>{count(len(segments), 'segment')}</b>", f"<i>{sentence(run.segments_message)}</i>"]
    for each in segments:
        lines += ["", *_segment(each)]
    names = {each.number: each.name for each in segments}
    told = [each for each in moves if each.from_segment != each.to_segment and each.customers]
    if told:
        lines += ["", tell("<b>Moved in 30 days</b>"), *(_move(each, names) for each in told[:MOST_MOVES])]
    buttons = tuple(
        (Button(clip(f"{each.name} ({whole(each.customers)})", 38), f"/members {each.number}"),)
        for each in segments
    )
    charts = _map(segment_map, run)
    return Reply(text=fit(lines, ending=data_until(run)), buttons=buttons, charts=charts)


def _map(png: bytes | None, run: Run) -> tuple[Picture, ...]:
    if png is None:
        return ()
    caption = f"{tell('Each dot is a customer.')} {data_until(run)}"
    return (Picture(name="segment_map", png=png, caption=caption),)


def _segment(segment: Segment) -> list[str]:
    customers = count(segment.customers, "customer")
    size = tell("{customers}, {share} of all", customers=customers, share=percent(segment.share))
    lines = [f"<b>{safe(segment.name)}</b> ({size})", safe(segment.description, 240)]
    if segment.left_share is not None:
        lines.append(tell("{share} of them left last time", share=percent(segment.left_share)))
    return lines


def _move(move: SegmentMove, names: Mapping[int, str]) -> str:
    source = names.get(move.from_segment, str(move.from_segment))
    target = names.get(move.to_segment, str(move.to_segment))
    return f"{count(move.customers, 'customer')}: {safe(source, 30)} → {safe(target, 30)}"


def of_customer(customer: Customer, segment: Segment | None, run: Run) -> Reply:
    """Which segment a customer is in, and how he compares with it."""
    lines = [heading(customer), ""]
    buttons = [
        Button(tell(CARD), line("/user", customer.customer_id)),
        Button(tell("All segments"), "/segment"),
    ]
    if segment is None:
        why = tell("there is no history yet") if customer.status == "new" else run.segments_message
        lines.append(tell("<b>In no segment</b>: {why}", why=sentence(why)))
    else:
        lines += _segment(segment) + _compared(customer, segment, run)
        buttons.insert(1, Button(tell("Who else"), f"/members {segment.number}"))
    return Reply(text=fit(lines, ending=data_until(run)), buttons=(tuple(buttons),), edit=True)


def _compared(customer: Customer, segment: Segment, run: Run) -> list[str]:
    his = customer.profile
    rows = [
        tell(
            "• {feature}: {value} (segment: {usual})",
            feature=tell(FEATURES[name]),
            value=_value(name, his[name], run),
            usual=_value(name, usual, run),
        )
        for name, usual in segment.medians.items()
        if name in FEATURES and name in his and (run.has_money or name not in MONEY)
    ]
    return ["", tell("<b>Compared with the middle of the segment</b>"), *rows] if rows else []


def _value(name: str, value: float, run: Run) -> str:
    if name in MONEY:
        return safe(money(value, run.currency))
    return whole(value) if value >= 10 or value == int(value) else decimal(value)
