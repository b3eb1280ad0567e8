"""MBG/NBD: how often customers come and when they silently stop, from three numbers each; needs no labels.

Coming is a Poisson process of gamma-distributed rate; after every visit, the first included, a customer stops
for good with a beta-distributed chance.

References:
    Batislam, Denizel and Filiztekin (2007), "Empirical validation and comparison of models for customer base
    analysis", IJRM 24(3). Hoppe and Wagner (2007), "Customer base analysis: the case for a central variant of
    the Betageometric/NBD model", Marketing JRM 3(2).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from pipeline.dataset import FloatArray

MOST_CUSTOMERS = 4_000
# Keeps the four logarithms finite where the data say nothing; too small to be seen otherwise.
RIDGE = 1e-4
# The model's time runs from 0 to 10, so that one pair of starting points suits days and years.
LONGEST = 10.0
STARTS = ((1.0, 1.0, 1.0, 1.0), (0.3, 3.0, 0.5, 3.0))


@dataclass(frozen=True, kw_only=True)
class Histories:
    """Each customer in three numbers; all of shape (n,).

    Attributes:
        repeats: Active days after the first.
        span_days: From the first to the last active day.
        observed_days: From the first active day to the anchor, ≥ ``span_days``.
    """

    repeats: FloatArray
    span_days: FloatArray
    observed_days: FloatArray

    def __len__(self) -> int:
        return len(self.repeats)


@dataclass(frozen=True, kw_only=True)
class MbgNbd:
    """The fitted model; ``alpha`` counts in days."""

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, histories: Histories) -> FloatArray:
        """Chance that he has not stopped for good; shape (n,)."""
        x, t, whole = histories.repeats, histories.span_days, histories.observed_days
        log_odds = np.log(self.a / (self.b + x)) + (self.r + x) * np.log(
            (self.alpha + whole) / (self.alpha + t)
        )
        chance: FloatArray = 0.5 * (1 - np.tanh(log_odds / 2))
        return chance

    def leaves(self, histories: Histories, horizon_days: float) -> FloatArray:
        """Chance of no visit in the next ``horizon_days``; not 1 − P(alive), who may just be slow."""
        whole = self.alpha + histories.observed_days
        silent = np.exp((self.r + histories.repeats) * np.log(whole / (whole + horizon_days)))
        chance: FloatArray = 1 - self.alive(histories) * (1 - silent)
        return chance


def _sampled(histories: Histories, seed: int) -> Histories:
    if len(histories) <= MOST_CUSTOMERS:
        return histories
    chosen = np.sort(np.random.default_rng(seed).choice(len(histories), MOST_CUSTOMERS, replace=False))
    return Histories(
        repeats=histories.repeats[chosen],
        span_days=histories.span_days[chosen],
        observed_days=histories.observed_days[chosen],
    )


def fit(histories: Histories, *, seed: int = 7) -> MbgNbd:
    """Fit by maximum likelihood; deterministic.

    Args:
        histories: Everybody with a history before the anchor, lapsed customers too; at least one.
        seed: Chooses the 4,000 used where there are more.
    """
    used = _sampled(histories, seed)
    scale = LONGEST / max(1.0, float(used.observed_days.max()))
    x, t, whole = used.repeats, used.span_days * scale, used.observed_days * scale

    def loss(logs: FloatArray) -> float:
        r, alpha, a, b = np.exp(logs)
        still = betaln(a, b + x + 1) - (r + x) * np.log(alpha + whole)
        stopped = betaln(a + 1, b + x) - (r + x) * np.log(alpha + t)
        likelihood = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(still, stopped) - betaln(a, b)
        )
        return float(-likelihood.mean() + RIDGE * (logs @ logs))

    bounds = [(-7.0, 7.0)] * 4
    fits = [minimize(loss, np.log(start), method="L-BFGS-B", bounds=bounds) for start in STARTS]
    r, alpha, a, b = np.exp(min(fits, key=lambda found: float(found.fun)).x)
    return MbgNbd(r=float(r), alpha=float(alpha / scale), a=float(a), b=float(b))
