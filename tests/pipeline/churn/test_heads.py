"""Who gets reasons: everybody in a small business, the first in line in a large one."""

from dataclasses import replace

import numpy as np

from pipeline.churn import ChurnFindings, Telling
from pipeline.churn import heads as reading
from pipeline.churn.material import Material
from pipeline.churn.run import Limits
from pipeline.features import column


def test_ties_are_ordered_by_customer(material: Material, served: ChurnFindings) -> None:
    alike = material.now.where(np.zeros(40, dtype=np.int64))
    names = np.array([f"c{number:02d}" for number in range(40)], dtype=object)
    same = replace(material, now=replace(alike, customer_ids=names))
    limits = Limits(for_all=20, first_in_line=10, high=0)

    chosen = reading.head(same, np.full(40, 0.5), np.zeros(40, dtype=np.bool_), limits=limits)

    assert list(chosen) == list(range(10))


def test_in_a_large_business_the_first_in_line_get_reasons(material: Material, served: ChurnFindings) -> None:
    limits = Limits(for_all=50, first_in_line=10, high=5)
    high = served.band == "high"
    lowest = np.nanargmin(served.probability)
    asked = str(served.customer_ids[lowest])

    chosen = reading.head(material, served.probability, high, (asked, "nobody"), limits)

    worth = np.nan_to_num(served.probability) * reading.value_of(material)
    assert set(np.argsort(-worth, kind="stable")[:10]) <= set(chosen)
    assert lowest in chosen
    assert 11 <= len(chosen) <= 16
    assert list(chosen) == sorted(chosen)


def test_value_is_monthly_spend_or_active_days_where_there_is_no_money(material: Material) -> None:
    poor = material.now.where(np.arange(len(material.now)))
    poor.values[:, column("monthly_spend")] = np.nan  # not a frame

    with_money, without = reading.value_of(material), reading.value_of(replace(material, now=poor))

    assert (with_money == np.maximum(np.nan_to_num(material.now.column("monthly_spend")), 0)).all()
    assert (without == material.now.column("days_active_per_month")).all()


def test_nobody_chosen_is_told_nothing(material: Material, served: ChurnFindings) -> None:
    assert served.model is not None
    nobody = np.zeros(0, dtype=np.int64)

    assert reading.tell(served.model, material, served.probability, nobody, Telling()) == reading.Told()
