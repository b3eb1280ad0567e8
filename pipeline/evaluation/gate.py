"""Whether a score may be shown to people, and whether a new model may follow the one that serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.dataset import FloatArray
from pipeline.evaluation.intervals import Measured

LEAST_AUC_LOW = 0.52
LEAK_AUC = 0.97
LEAK_GAIN_SHARE = 0.60
WORSE_AUC, NOT_WORSE = 0.005, 0.01


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Passed or not, and every reason why not, in words.

    Attributes:
        remark: What must be known of a pass; empty where there is nothing.
    """

    passed: bool
    reasons: tuple[str, ...] = ()
    remark: str = ""


def _verdict(checks: Sequence[tuple[bool, str]]) -> Verdict:
    failed = tuple(reason for passed, reason in checks if not passed)
    return Verdict(passed=not failed, reasons=failed)


def skill(measured: Measured, constant: Measured) -> Verdict:
    """Whether a score knows more than the base rate, beyond doubt, on the closed test anchor.

    Args:
        measured: The score to be served.
        constant: The constant base rate, measured with the same draws.
    """
    gain = measured.minus(constant, "log_loss")
    area = measured.interval("auc")
    return _verdict(
        (
            (
                bool(gain.high < 0),
                (
                    f"its log loss is not surely below the base rate’s (difference {gain.value:+.4f}, "
                    f"95 % {gain.low:+.4f} to {gain.high:+.4f})"
                ),
            ),
            (
                bool(area.low > LEAST_AUC_LOW),
                (
                    f"its AUC is not surely above {LEAST_AUC_LOW} ({area.value:.2f}, "
                    f"95 % {area.low:.2f}–{area.high:.2f})"
                ),
            ),
        )
    )


def leak(auc: float, gain_shares: Mapping[str, float]) -> Verdict:
    """The canary: a score too good to be true, or one feature that knows it all, has seen the future.

    On healthy data the largest share of one feature was 0.52 (MovieTweetings; CDNOW 0.45, simulated services
    0.20 to 0.36, one that is watched every day 0.52).

    Args:
        auc: Of the score on the test anchor.
        gain_shares: Share of the trees' gain by feature.
    """
    name = max(gain_shares, key=lambda feature: gain_shares[feature], default="")
    share = gain_shares.get(name, 0.0)
    return _verdict(
        (
            (
                not auc > LEAK_AUC,
                f"an AUC of {auc:.3f} is too good to be true: a feature has probably seen the future",
            ),
            (
                share <= LEAK_GAIN_SHARE,
                f"“{name}” alone carries {share:.0%} of what the model knows: it may have seen the future",
            ),
        )
    )


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Champion and challenger on the same newest closed anchor, the same customers, the same draws.

    Attributes:
        probability: The challenger's; shape (n,).
        challenger, champion, baseline: Measured with the same bootstrap; the baseline is MBG/NBD.
        missing, missing_before: Share of missing values by feature, now and when the champion learned.
        rows, rows_before: How many customers were eligible then and now.
    """

    probability: FloatArray
    challenger: Measured
    champion: Measured
    baseline: Measured
    missing: Mapping[str, float]
    missing_before: Mapping[str, float]
    rows: int
    rows_before: int


def successor(contest: Contest) -> Verdict:
    """Whether the challenger may replace the champion: not worse, and fed as the champion was.

    Not worse is: the upper 90 % bound of the paired difference in log loss lies below 1 % of the champion's.
    Among some hundred customers the interval is wider than that even for an equal model, and models would
    grow old; only there the figure itself decides, and the verdict says so.
    """
    new, old = contest.challenger, contest.champion
    extra = new.draws["log_loss"] - old.draws["log_loss"]
    allowed, more = NOT_WORSE * old.values["log_loss"], new.values["log_loss"] - old.values["log_loss"]
    upper = float(np.quantile(extra, 0.9))
    shown = upper < allowed
    too_few = upper - float(extra.mean()) >= allowed
    no_worse = shown or (too_few and more <= 0)
    remark = (
        f"{contest.rows:,} customers are too few to tell models within 1 % apart; it was measured as no worse"
    )
    p = contest.probability
    bias, bias_before = (abs(one.values["mean_probability"] - one.values["base_rate"]) for one in (new, old))
    # Or a level that moves would hold the better model: on MovieTweetings one 3.6 points off for one 7.9 off.
    most_bias = max(0.02, 3 * float(np.sqrt((p * (1 - p)).sum())) / max(1, len(p)), bias_before)
    most_ece = max(0.05, old.values["ece"] + 0.01)
    verdict = _verdict(
        (
            (
                no_worse,
                (
                    f"its log loss {'may be' if more <= allowed else 'is'} more than 1 % worse "
                    f"({new.values['log_loss']:.4f} against {old.values['log_loss']:.4f})"
                ),
            ),
            (
                not ranks_worse(new, old),
                f"it ranks worse (AUC {new.values['auc']:.3f} against {old.values['auc']:.3f})",
            ),
            (
                not ranks_worse(new, contest.baseline),
                (
                    f"it ranks worse than MBG/NBD (AUC {new.values['auc']:.3f} against "
                    f"{contest.baseline.values['auc']:.3f})"
                ),
            ),
            (
                bias <= most_bias,
                (
                    f"its mean risk of {new.values['mean_probability']:.1%} is far from the "
                    f"{new.values['base_rate']:.1%} that left"
                ),
            ),
            (new.values["ece"] <= most_ece, f"its calibration error is {new.values['ece']:.3f}"),
            *_fed_alike(contest),
        )
    )
    return verdict if shown or not verdict.passed else replace(verdict, remark=remark)


def ranks_worse(new: Measured, old: Measured) -> bool:
    """An AUC lower by more than half a point; among few customers, only one that is surely lower.

    Where chance alone moves the difference by more than that, half of all equal models would fail.
    """
    difference = new.minus(old, "auc")
    too_few = (difference.high - difference.low) / 2 > WORSE_AUC
    return difference.value < -WORSE_AUC and (not too_few or difference.high < 0)


def _fed_alike(contest: Contest) -> list[tuple[bool, str]]:
    worse = [
        name
        for name, share in contest.missing.items()
        if share > contest.missing_before.get(name, share) + 0.20
    ]
    ratio = contest.rows / max(1, contest.rows_before)
    return [
        (not worse, f"values are missing that were there before: {', '.join(worse)}"),
        (
            0.5 <= ratio <= 1.5,
            f"{contest.rows:,} active customers, but {contest.rows_before:,} when the served model learned",
        ),
    ]
