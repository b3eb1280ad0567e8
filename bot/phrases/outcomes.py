"""What reading a line may come to."""

from dataclasses import dataclass, field

from bot.question import Question


@dataclass(frozen=True, slots=True)
class Read:
    """It was understood.

    Attributes:
        notes: What was assumed or corrected; said in the answer.
    """

    question: Question
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not.

    Attributes:
        reason: In words for people.
        choices: Captions and lines that can be asked instead.
        is_foreign: Nothing in the line was understood: it may be a name.
    """

    reason: str
    choices: tuple[tuple[str, str], ...] = field(default=())
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """It is a command in other words."""

    line: str


Outcome = Read | Refused | Command
