"""Every command there is, and who may ask it; menus, /help, the README and access all read this table."""

from collections.abc import Sequence

from bot.access import EVERYBODY, OWNER, STAFF, VIEWER, allowed
from bot.commands import (
    asking,
    business,
    contact,
    customers,
    exporting,
    forgetting,
    habits,
    linking,
    members,
    newcomers,
    people,
    retraining,
    returning,
    subscribing,
    titles,
)
from bot.commands.command import Answer, Command
from bot.messages import mistakes
from bot.messages import people as words_for
from bot.messages.lessons import LESSONS, lesson_for
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.errors import NoResults
from store.records import Role, Run


def start(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /start; to somebody who is in already, a link is one to another account or role, or nothing."""
    return linking.known(words, asker, queries) or words_for.start(asker, _run(queries))


def help_(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /help [command]: teach what the role may ask."""
    if words:
        name = words[0].removeprefix("/").casefold()
        if not any(each.name == name and allowed(asker, each.roles) for each in COMMANDS):
            raise mistakes.unknown_command(words[0], ())
        return words_for.one_lesson(lesson_for(name, asker.role))
    lessons = [
        lesson_for(each.name, asker.role) for each in COMMANDS if each.menu and allowed(asker, each.roles)
    ]
    return words_for.help_(asker, lessons, _run(queries))


def _run(queries: Queries) -> Run | None:
    try:
        return queries.results.run()
    except NoResults:
        return None


def _command(name: str, answer: Answer, roles: frozenset[Role], *, menu: bool = True) -> Command:
    lesson = LESSONS[name]
    return Command(
        name=name, summary=lesson.summary, example=lesson.example, roles=roles, answer=answer, menu=menu
    )


COMMANDS: tuple[Command, ...] = (
    _command("user", customers.user, STAFF),
    _command("churn", customers.churn, STAFF),
    _command("atrisk", customers.at_risk, STAFF),
    _command("newcomers", customers.newcomers, STAFF),
    _command("recommend", titles.recommend, EVERYBODY),
    _command("taste", newcomers.taste, EVERYBODY, menu=False),
    _command("bringback", returning.bring_back, STAFF, menu=False),
    _command("segment", customers.segment, STAFF),
    _command("members", customers.members, STAFF, menu=False),
    _command("why", customers.why, STAFF, menu=False),
    _command("trend", customers.trend, STAFF),
    _command("digest", business.digest, STAFF),
    _command("trending", titles.trending, EVERYBODY),
    _command("title", titles.title, EVERYBODY),
    _command("similar", titles.similar, EVERYBODY),
    _command("like", titles.saying("like", "like"), EVERYBODY, menu=False),
    _command("dislike", titles.saying("dislike", "dislike"), EVERYBODY, menu=False),
    _command("seen", titles.saying("seen", "seen"), EVERYBODY, menu=False),
    _command("notinterested", titles.saying("not_interested", "notinterested"), EVERYBODY, menu=False),
    _command("contacted", contact.noting("contacted"), STAFF, menu=False),
    _command("saved", contact.noting("saved"), STAFF, menu=False),
    _command("lost", contact.noting("lost"), STAFF, menu=False),
    _command("wrong", contact.noting("wrong"), STAFF, menu=False),
    _command("snooze", contact.snooze, STAFF, menu=False),
    _command("resolve", contact.resolve, STAFF, menu=False),
    _command("subscribe", subscribing.subscribe, STAFF),
    _command("unsubscribe", subscribing.unsubscribe, STAFF, menu=False),
    _command("quiet", habits.quiet, EVERYBODY),
    _command("zone", habits.zone, EVERYBODY),
    _command("language", habits.language, EVERYBODY),
    _command("export", exporting.export, STAFF),
    _command("link", members.link, STAFF),
    _command("invite", members.invite, OWNER),
    _command("who", members.who, OWNER),
    _command("revoke", members.revoke, OWNER, menu=False),
    _command("audit", members.audit, OWNER),
    _command("forget", forgetting.forget, OWNER | VIEWER),
    _command("retrain", retraining.retrain, OWNER),
    _command("metrics", asking.metrics, STAFF, menu=False),
    _command("questions", asking.questions, OWNER, menu=False),
    _command("model", business.model, STAFF),
    _command("status", business.status, STAFF),
    _command("mydata", people.my_data, VIEWER),
    _command("whoami", people.who_am_i, EVERYBODY),
    _command("start", start, EVERYBODY, menu=False),
    _command("help", help_, EVERYBODY),
)
BY_NAME = {command.name: command for command in COMMANDS}
