"""The rules let a proper model pass and stop one that breaks them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
import pytest

from tests.model_rules import (
    RULES,
    Subject,
    a_stranger_is_answered,
    beats_the_naive_guess,
    rule_name,
    same_seed_same_result,
    saved_and_loaded_same_result,
)

Mean = Subject[float, "Kept"]
Rule = Callable[[Mean], None]


@dataclass
class Kept:
    """A mean that can forget itself when it is saved."""

    mean: float
    forgets: bool = False

    def __getstate__(self) -> Mapping[str, object]:
        return {"mean": 0.0 if self.forgets else self.mean, "forgets": self.forgets}


PROPER = Mean(
    findings=4.0,
    learn_again=lambda: 4.0,
    told=lambda mean: {"mean": mean},
    model=Kept(4.0),
    answers=lambda kept: np.array([kept.mean, np.nan]),
    stranger=lambda kept: np.array([kept.mean]),
    skill=0.7,
    naive_skill=0.5,
)
NEXT = count(5)


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_a_proper_model_passes(rule: Rule) -> None:
    rule(PROPER)


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        (same_seed_same_result, replace(PROPER, learn_again=lambda: float(next(NEXT)))),
        (saved_and_loaded_same_result, replace(PROPER, model=Kept(4.0, forgets=True))),
        (a_stranger_is_answered, replace(PROPER, stranger=lambda kept: np.array([np.nan]))),
        (a_stranger_is_answered, replace(PROPER, stranger=lambda kept: np.array([]))),
        (beats_the_naive_guess, replace(PROPER, skill=0.5)),
    ],
    ids=["other each time", "changed by saving", "no number", "no answer", "no better"],
)
def test_a_model_that_breaks_a_rule_is_stopped(rule: Rule, broken: Mean) -> None:
    with pytest.raises(AssertionError):
        rule(broken)
