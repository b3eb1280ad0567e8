"""Whatever people and customers are called, what is said of them is short enough and no markup."""

from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import alerts, forgetting, habits, members, mydata, retraining
from bot.messages.members import Person
from bot.replies import Reply
from store.records import Customer
from store.state.records import AuditEntry, ContactOutcome, ForgetRequest, LoggedQuestion, Member
from tests.bot.asking import MORNING, NEWCOMER
from tests.bot.test_message_laws import NASTY, check, customers
from tests.store.publishing import small_run

NAMED = NASTY.filter(bool)


@settings(max_examples=40, deadline=None)
@given(NASTY, NAMED, st.integers(1, 30))
def test_people_hold_whatever_they_are_called(name: str, customer_id: str, count: int) -> None:
    member = Member(
        user_id=7, chat_id=7, role="viewer", name=name, customer_id=customer_id, added_at=MORNING, added_by=1
    )
    person = Person(user_id=7, role="viewer", member=member)
    entry = AuditEntry(user_id=7, action=name, customer_id=customer_id, at=MORNING)
    for reply in (
        members.who([person] * count, 1, {1: name}),
        members.audit([entry] * min(count, 15), {7: name}, "/audit", 1, total=count),
        members.really_revoke(person),
        members.revoked(person),
        members.invitation("support", name, f"https://t.me/{name}?start=x", MORNING),
        members.is_it_you(name, "secret"),
        members.link(f"<b>{count}</b>", name, timedelta(minutes=15)),
        forgetting.meaning(customer_id, {"audit": count}, {"watch_count": count}),
        forgetting.done(customer_id, {}, {}),
        forgetting.to_owner(customer_id),
        forgetting.requests([ForgetRequest(customer_id=customer_id, user_id=7, asked_at=MORNING)] * count, 1),
        habits.zone_set(name, name, count),
        retraining.progress([name] * count, 3.0),
        retraining.ended([name] * count, 3.0, failed=count > 15),
        retraining.answered(f"It begins. {name}"),
    ):
        check(reply)
    for error in (
        members.bad_role(name),
        members.nobody_called(name),
        members.several_called(name, [person]),
    ):
        assert len(error.text) < 800
        assert all(len(caption) <= 64 for caption, _ in error.choices)


@settings(max_examples=25, deadline=None)
@given(customers(), NASTY)
def test_what_is_stored_is_shown_whatever_it_is(customer: Customer, text: str) -> None:
    question = LoggedQuestion(text=text, reading=None, outcome=text, user_id=5, at=MORNING)
    member = Member(user_id=5, chat_id=5, role="viewer", customer_id="x", added_at=MORNING)
    kept = mydata.Kept(member=member, questions=[question], asked_to_forget_at=MORNING)

    check(mydata.my_data(customer, small_run(), kept, [("like", None, text)]))
    check(mydata.not_in_data(NEWCOMER, kept, [(text, None, text)]))


@settings(max_examples=25, deadline=None)
@given(st.lists(customers(), min_size=1, max_size=20), NASTY)
def test_an_alert_stays_sound_with_everybody_seen_to(people: list[Customer], who: str) -> None:
    run = small_run()
    alert = alerts.newly_at_risk(people, run, waiting=3)
    check(alert)
    for number, customer in enumerate(people):
        outcome: ContactOutcome = get_args(ContactOutcome)[number % 5]
        changed = alerts.resolved(alert, customer.customer_id, outcome, who)
        alert = changed or alert
        check(alert)
    check(alerts.noted("saved", people[0]))
    check(alerts.together(alert, Reply(text="x")))
