"""What people asked lately: what they could not get, and how the owner can teach me their words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from bot.messages.wording import fit, safe
from bot.phrases.outcomes import Read
from bot.phrases.reading import read
from bot.phrases.scope import out_of_scope
from bot.phrases.synonyms import Synonyms, is_understood, synonyms_served, unknown_in, vocabulary_served
from bot.phrases.tokens import words_in
from bot.phrases.vocabulary import Vocabulary
from bot.queries import Queries
from bot.replies import Reply
from store.state.records import LoggedQuestion

LOOKED_AT = 500
"""Of the questions kept, so many of the newest are looked through."""

MOST_REFUSED, MOST_WORDS, MOST_ANSWERED = 20, 8, 10
SOON = timedelta(minutes=10)
UNKNOWN_MEANING = "words that I know"


@dataclass(frozen=True, slots=True)
class _Teacher:
    """What is needed to read a line as it would be read now."""

    vocabulary: Vocabulary
    synonyms: Synonyms
    queries: Queries

    def understands(self, line: str) -> bool:
        line = self.synonyms.put_into(line)
        values = self.queries.results.attribute_values()
        return out_of_scope(line) is None and isinstance(read(line, self.vocabulary, values, None), Read)

    def unknown(self, line: str) -> Iterator[str]:
        if out_of_scope(line) is None:
            yield from {word.casefold() for word in unknown_in(self.synonyms.put_into(line), self.vocabulary)}


def questions(queries: Queries) -> Reply:
    """What could not be answered, how often; the words I do not know; what was answered."""
    asked = queries.state.questions(LOOKED_AT)
    vocabulary = vocabulary_served(queries)
    teacher = None
    if vocabulary is not None:
        teacher = _Teacher(vocabulary, synonyms_served(queries, vocabulary), queries)
    lines = ["<b>Asked lately, and not answered</b>", *(_refused(asked, teacher) or ["nothing"])]
    if teacher is not None:
        lines += [*_words(asked, teacher), *_problems(teacher.synonyms)]
    lines += ["", "<b>Answered</b>"]
    lines += [
        f"{safe(each.text, 80)} → <i>{safe(each.reading or '', 120)}</i>"
        for each in asked
        if each.outcome == "answered"
    ][:MOST_ANSWERED]
    return Reply(text=fit(lines))


def _refused(asked: Sequence[LoggedQuestion], teacher: _Teacher | None) -> list[str]:
    """The questions without an answer, the most frequent first."""
    refused = [each for each in asked if each.outcome == "refused"]
    counts = Counter(" ".join(each.text.casefold().split()) for each in refused)
    texts = {" ".join(each.text.casefold().split()): each for each in reversed(refused)}
    lines = []
    for key, times in counts.most_common(MOST_REFUSED):
        each = texts[key]
        learnt = teacher is not None and each.reading is None and teacher.understands(each.text)
        often = f" ({times}×)" if times > 1 else ""
        lines.append(f"{safe(each.text, 100)}{often}{' ✓ understood by now' if learnt else ''}")
    return lines


def _words(asked: Sequence[LoggedQuestion], teacher: _Teacher) -> list[str]:
    """The words nobody has taught me yet, with the lines that would."""
    counts = Counter(
        word for each in asked if each.outcome == "refused" for word in teacher.unknown(each.text)
    )
    if not counts:
        return []
    common = counts.most_common(MOST_WORDS)
    told = ", ".join(f"“{safe(word)}” ({times}×)" for word, times in common)
    meant = _meant(asked, teacher)
    taught = [
        f"&quot;{safe(word)}&quot; = &quot;{safe(meant.get(word, UNKNOWN_MEANING))}&quot;"
        for word, _ in common
    ]
    return [
        "",
        "<b>Words I do not know</b>",
        told,
        "Teach me in matinee.toml what some of them mean; it holds at once:",
        "<pre>[synonyms]\n" + "\n".join(taught) + "</pre>",
    ]


def _meant(asked: Sequence[LoggedQuestion], teacher: _Teacher) -> dict[str, str]:
    """What people wrote instead of an unknown word when they asked again and were answered."""
    found: dict[str, Counter[str]] = {}
    before: dict[int, LoggedQuestion] = {}
    for each in reversed(asked):
        earlier = before.get(each.user_id)
        before[each.user_id] = each
        if earlier is None or (earlier.outcome, each.outcome) != ("refused", "answered"):
            continue
        if each.at - earlier.at <= SOON:
            for word, instead in _replaced(words_in(earlier.text), words_in(each.text)):
                if is_understood(instead, teacher.vocabulary):
                    found.setdefault(word, Counter())[instead] += 1
    return {word: instead.most_common(1)[0][0] for word, instead in found.items()}


def _replaced(earlier: Sequence[str], later: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The single words for which others stand in a line that begins, goes on or ends alike."""
    matcher = SequenceMatcher(None, earlier, later, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "replace" and last - first == 1 and len(later) > end - start:
            yield earlier[first], " ".join(later[start:end])


def _problems(synonyms: Synonyms) -> list[str]:
    if not synonyms.problems:
        return []
    return [
        "",
        "<b>Not followed in [synonyms]</b>",
        *(f"• {safe(problem, 300)}" for problem in synonyms.problems),
    ]
