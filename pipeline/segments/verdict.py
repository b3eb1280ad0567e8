"""What a segmentation is worth, in numbers and in plain words."""

from pipeline.segments.behaviour import Behaviour
from pipeline.segments.choosing import LEAST_STABILITY, Choice
from pipeline.segments.continuity import structure_changes
from pipeline.segments.model import SegmentModel


def message_of(choice: Choice) -> str:
    """In one sentence, whether there are segments and whether they are steady."""
    chosen = choice.chosen
    if not choice.natural:
        return (
            f"No natural segments: shuffled data groups as well as yours ({choice.null_silhouette:.2f} "
            f"against {chosen.silhouette:.2f}). The {chosen.count} below are a convenient cut, "
            "not kinds of customers."
        )
    if choice.admissible:
        steady = "and come back when customers are drawn anew"
    elif chosen.stability >= LEAST_STABILITY:
        steady = f"and come back when customers are drawn anew, though one has only {chosen.smallest} of them"
    else:
        steady = "but they are not steady: with other customers they would look different"
    return f"{chosen.count} segments stand out from chance {steady} (agreement {chosen.stability:.2f} of 1)."


def metrics_of(choice: Choice) -> dict[str, float]:
    """Everything measured, by dotted name."""
    metrics = {
        "segments.count": float(choice.chosen.count),
        "segments.silhouette": choice.chosen.silhouette,
        "segments.stability": choice.chosen.stability,
        "segments.null_silhouette": choice.null_silhouette,
        "segments.elbow": float(choice.elbow),
        "segments.natural": float(choice.natural),
    }
    for one in choice.candidates:
        metrics[f"segments.stability_{one.count}"] = one.stability
        metrics[f"segments.silhouette_{one.count}"] = one.silhouette
        metrics[f"segments.inertia_{one.count}"] = one.inertia
    return metrics


def findings_of(
    model: SegmentModel, previous: SegmentModel | None, behaviour: Behaviour, choice: Choice
) -> tuple[str, ...]:
    """Sentences people should know."""
    findings = list(structure_changes(model.numbers, model.names, previous))
    if not choice.natural:
        findings.append("No natural segments were found; they are served as a convenient cut.")
    if behaviour.measure.trend_days == 0:
        findings.append("The history is too short for trends, so segments do without.")
    return (*findings, *constants_of(model))


def constants_of(model: SegmentModel) -> tuple[str, ...]:
    """That a feature tells nobody apart, in a sentence; empty when all do."""
    constant = () if model.scaling is None else model.scaling.constant()
    names = [model.measure.names[i].replace("_", " ") for i in constant]
    return (f"Everybody has the same {', '.join(names)}; segments leave it out.",) if names else ()
