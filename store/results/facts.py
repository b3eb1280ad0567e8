"""Certified metrics, measured: the numbers behind questions in plain language."""

from collections.abc import Mapping, Sequence
from itertools import compress
from math import isnan

from store.results.asked import Choice, Condition, Measured, Span
from store.results.counting import (
    Scope,
    bits_counted,
    both,
    customers_by_title,
    distinct,
    met,
    summed,
    summed_by,
    summed_in,
    unpacked,
)
from store.results.dimensions import TITLE_DIMENSIONS, TitleGrouping
from store.results.metric import Active, Closed, Distinct, Joined, Metric, Part, People, Sum
from store.results.sums import Sums, is_of_devices

ALL = ""
"""The one group of a number that is not split."""

Groups = dict[str, float]


class FactQuestions(Sums):
    """Measures metrics for some customers and titles, over a period, in groups."""

    def measure(
        self, metric: Metric, conditions: Sequence[Condition], span: Span, by: str | None = None
    ) -> dict[str, Measured]:
        """A metric over a period, in all (group ``ALL``) or by a dimension of customers or titles.

        Raises:
            TooFineError: single events of that time are no longer kept.
            KeyError: there is no such dimension or quantity.
        """
        with self.one_run():
            if isinstance(metric.numerator, Closed):
                return self._closed(conditions, by)
            if is_of_devices(conditions, by):
                return self._of_devices(metric, conditions, span, by)
            scope = self.scope(conditions, span)
            top = self._part(metric.numerator, scope, span, by)
            bottom = None
            if metric.denominator is not None:
                bottom = self._part(metric.denominator, scope, span, by)
            return {
                label: _measured(metric, label, top, bottom) for label in (top if by is None else {**top})
            }

    def people(
        self, metric: Metric, conditions: Sequence[Condition], span: Span, by: str | None = None
    ) -> dict[str, int]:
        """How many customers stand behind a metric, in the same groups; empty for groups of titles."""
        if by in TITLE_DIMENSIONS or is_of_devices(conditions, by):
            return {}
        with self.one_run():
            scope = self.scope(conditions, span)
            part = metric.denominator or metric.numerator
            if isinstance(part, Closed):
                return {}
            if isinstance(part, Sum):
                counted = self._grouped(self._distinct(part.streams[0], scope, span), by)
            elif isinstance(part, People) and part.column:
                counted = self._part(People(part.column, part.where, known=True), scope, span, by)
            else:
                counted = self._part(part, scope, span, by)
            return {label: int(number) for label, number in counted.items()}

    def _of_devices(
        self, metric: Metric, conditions: Sequence[Condition], span: Span, by: str | None
    ) -> dict[str, Measured]:
        top = self._by_device(metric.numerator, conditions, span, by)
        bottom = None
        if metric.denominator is not None:
            bottom = self._by_device(metric.denominator, conditions, span, by)
        return {label: _measured(metric, label, top, bottom) for label in top}

    def members_of(self, metric: Metric, conditions: Sequence[Condition], span: Span) -> bytes:
        """For each customer 1 where a metric that counts customers counts him.

        Raises:
            KeyError: the metric counts something else.
        """
        with self.one_run():
            scope = self.scope(conditions, span)
            part = metric.numerator
            if isinstance(part, Distinct) and part.of == "customer":
                return self._distinct(part.stream, scope, span)
            everybody = b"\1" * self.customers
            if isinstance(part, Active) and metric.denominator is None:
                active = unpacked(self._bits(span), self.customers)
                return both(scope.customers, active) or active
            if isinstance(part, Joined):
                return both(scope.customers, self._signed_up_in(span)) or everybody
            if isinstance(part, People) and part.column is None:
                customers = scope.customers
                for dimension, label in part.where:
                    customers = both(customers, self.chosen(Choice(dimension, (label,))))
                return everybody if customers is None else customers
            raise KeyError(metric.name)

    def _part(self, part: Part, scope: Scope, span: Span, by: str | None) -> Groups:
        if isinstance(part, Sum):
            return self._sum(part, scope, span, by)
        if isinstance(part, People):
            return self._people(part, scope, by)
        if isinstance(part, Joined):
            return self._grouped(both(scope.customers, self._signed_up_in(span)), by)
        if isinstance(part, Distinct):
            return self._different(part, scope, span, by)
        assert isinstance(part, Active)
        return self._active(part, scope, span, by)

    def _closed(self, conditions: Sequence[Condition], by: str | None) -> dict[str, Measured]:
        """Who left in the last closed window.

        Raises:
            KeyError: it is not known by that dimension, or of those customers.
        """
        if conditions or by not in {None, "segment", "band"}:
            raise KeyError(by or "conditions")
        if by is None:
            row = self._one("SELECT base_rate FROM run")
            return {ALL: Measured(None if row is None else row[0])}
        question = {
            "segment": "SELECT name, left_share FROM segments ORDER BY number",
            "band": "SELECT band, 1.0 * left_customers / nullif(customers, 0) FROM bands ORDER BY band",
        }[by]
        return {row[0]: Measured(row[1]) for row in self._all(question)}

    def _active(self, part: Active, scope: Scope, span: Span, by: str | None) -> Groups:
        if scope.titles is not None or by in TITLE_DIMENSIONS:
            return self._different(Distinct("customer", "watch"), scope, span, by)
        before = span.before()
        bits = self._bits(before if part.before else span)
        if part.both:
            bits &= self._bits(before)
        return self._grouped(both(scope.customers, unpacked(bits, self.customers)), by)

    def _people(self, part: People, scope: Scope, by: str | None) -> Groups:
        customers = scope.customers
        for dimension, label in part.where:
            customers = both(customers, self.chosen(Choice(dimension, (label,))))
        if part.column is None:
            return self._grouped(customers, by)
        values = self.quantity(part.column)
        known = both(customers, bytes([not isnan(value) for value in values]))
        if part.known:
            return self._grouped(known, by)
        assert known is not None
        if by is None:
            return {ALL: sum(compress(values, known))}
        grouping = self.grouping(by)
        sums = self._grouped(known, by, zeros=True)
        for place, value in zip(compress(grouping.codes, known), compress(values, known), strict=True):
            if place < len(grouping.labels):
                sums[grouping.labels[place]] += value
        return sums

    def _different(self, part: Distinct, scope: Scope, span: Span, by: str | None) -> Groups:
        if part.of == "title":
            return self._different_titles(part, scope, span, by)
        if by not in TITLE_DIMENSIONS:
            return self._grouped(self._distinct(part.stream, scope, span), by)
        grouping = self.title_grouping(str(by))
        rows = list(self._rows(part.stream, span, scope, "both"))
        if by == "title":
            counts = customers_by_title(rows, scope, self.customers)
            return {label: counts[code] for code, label in enumerate(grouping.labels)}
        marks = [sum(1 << label for label in its) for its in (*grouping.of, ())]
        counted = bits_counted(met(rows, scope, "customer", self.customers, marks), len(grouping.labels))
        return dict(zip(grouping.labels, counted, strict=True))

    def _different_titles(self, part: Distinct, scope: Scope, span: Span, by: str | None) -> Groups:
        if by is None:
            need = "both" if scope.customers is not None else "title"
            return {ALL: len(distinct(self._rows(part.stream, span, scope, need), scope, "title"))}
        if by in TITLE_DIMENSIONS:
            codes = distinct(self._rows(part.stream, span, scope, "title"), scope, "title")
            return _by_title(dict.fromkeys(codes, 1.0), self.title_grouping(by))
        grouping = self.grouping(by)
        titles = len(self.title_grouping("title").labels)
        marks = [1 << code for code in grouping.codes]
        rows = self._rows(part.stream, span, scope, "both")
        counted = bits_counted(met(rows, scope, "title", titles, marks), len(grouping.labels))
        return dict(zip(grouping.labels, counted, strict=True))

    def _sum(self, part: Sum, scope: Scope, span: Span, by: str | None) -> Groups:
        groups: Groups = {}
        for stream in part.streams:
            for label, value in self._sum_of(stream, part.column, scope, span, by).items():
                groups[label] = groups.get(label, 0.0) + value
        return groups

    def _sum_of(self, stream: str, column: str, scope: Scope, span: Span, by: str | None) -> Groups:
        summed_already = self._presummed(stream, column, scope, span, by)
        found, rest = summed_already or ({}, [span])
        if by is None:
            need = "title" if scope.titles is not None and scope.customers is None else "customer"
            rows = (row for days in rest for row in self._rows(stream, days, scope, need))
            return {ALL: sum(found.values()) + summed(rows, column, scope)}
        groups: Groups = {} if by in TITLE_DIMENSIONS else self._grouped(scope.customers, by, zeros=True)
        for each in (found, *(self._counted(stream, column, scope, days, by) for days in rest)):
            for label, value in each.items():
                groups[label] = groups.get(label, 0.0) + value
        return groups

    def _counted(self, stream: str, column: str, scope: Scope, span: Span, by: str) -> Groups:
        """A column added up by its customers or titles."""
        if by in TITLE_DIMENSIONS:
            need = "title" if scope.customers is None else "both"
            rows = self._rows(stream, span, scope, need)
            return _by_title(summed_by(rows, column, scope, "title"), self.title_grouping(by))
        grouping = self.grouping(by)
        totals = summed_in(
            self._rows(stream, span, scope), column, scope, grouping.codes, len(grouping.labels)
        )
        return {label: total for label, total in zip(grouping.labels, totals, strict=True) if total}

    def _grouped(self, customers: bytes | None, by: str | None, *, zeros: bool = False) -> Groups:
        """How many customers are in each group; with ``zeros`` only the groups that anybody is in, as 0."""
        if by is None:
            return {ALL: self.customers if customers is None else customers.count(1)}
        counts = self.grouping(by).counts(customers)
        return {
            label: 0.0 if zeros else count
            for label, count in zip(self.grouping(by).labels, counts, strict=True)
            if count or not zeros
        }


def _by_title(sums: Mapping[int, float], grouping: TitleGrouping) -> Groups:
    groups: Groups = {}
    for title, value in sums.items():
        for code in grouping.of[title] if title >= 0 else ():
            label = grouping.labels[code]
            groups[label] = groups.get(label, 0.0) + value
    return groups


def _measured(metric: Metric, label: str, top: Groups, bottom: Groups | None) -> Measured:
    numerator = top[label] * metric.factor
    if bottom is None:
        return Measured(numerator, numerator)
    below = bottom.get(label, 0.0)
    return Measured(numerator / below if below else None, numerator, below)
