"""The rules every model passes, whatever it learns (STYLE 9).

A test module makes a ``Subject`` of its model and lets each of ``RULES`` look at it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Generic, TypeVar

import joblib
import numpy as np
import numpy.typing as npt

Findings = TypeVar("Findings")
Model = TypeVar("Model")


@dataclass(frozen=True, kw_only=True)
class Subject(Generic[Findings, Model]):
    """A learned model, and how to question it.

    Attributes:
        findings: What was learned.
        learn_again: The same from the same input and seed.
        told: Everything in the findings that people are shown, by name.
        model: What is kept for the next run.
        answers: What the model says of customers; one row each.
        stranger: What it says of somebody whom it has never seen.
        skill: How well it does where it has not learned; higher is better.
        naive_skill: How well the guess does that needs no model.
    """

    findings: Findings
    learn_again: Callable[[], Findings]
    told: Callable[[Findings], Mapping[str, object]]
    model: Model
    answers: Callable[[Model], npt.ArrayLike]
    stranger: Callable[[Model], npt.ArrayLike]
    skill: float
    naive_skill: float


def same_seed_same_result(subject: Subject[Findings, Model]) -> None:
    """Nothing that is shown depends on anything but the input and the seed."""
    np.testing.assert_equal(
        dict(subject.told(subject.learn_again())), dict(subject.told(subject.findings)), strict=True
    )


def saved_and_loaded_same_result(subject: Subject[Findings, Model]) -> None:
    """The next night's run gets the model that this one had."""
    file = BytesIO()
    joblib.dump(subject.model, file)
    file.seek(0)

    np.testing.assert_array_equal(
        subject.answers(joblib.load(file)), subject.answers(subject.model), strict=True
    )


def a_stranger_is_answered(subject: Subject[Findings, Model]) -> None:
    """Whoever came yesterday gets a whole answer, not a hole and not an exception."""
    answer = np.asarray(subject.stranger(subject.model))

    assert answer.size > 0
    assert np.isfinite(answer).all()


def beats_the_naive_guess(subject: Subject[Findings, Model]) -> None:
    """Learning was worth it."""
    assert subject.skill > subject.naive_skill


RULES = (same_seed_same_result, saved_and_loaded_same_result, a_stranger_is_answered, beats_the_naive_guess)


def rule_name(rule: object) -> str:
    """How a rule is called in the name of a test."""
    return str(getattr(rule, "__name__", rule))
