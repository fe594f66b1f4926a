"""The facts of a row: what an attribute's column can be asked.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.sql.three_valued import cells_of
>>> kb = KnowledgeBase.load()
>>> fact = Fact(cells_of(kb.axes["age_years"], ()), Terms("duckdb"))
>>> fact.within({1}).sql("duckdb")
'age_years >= 50'
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

from sqlglot import exp

from payerlogic.program.attribute import DIGITS
from payerlogic.semantics.case_space import Member
from payerlogic.semantics.families import Family, SetSpace
from payerlogic.semantics.gathered import SetClasses
from payerlogic.sql.expressions import (
    FALSE,
    TRUE,
    Term,
    Terms,
    both,
    case,
    column,
    decimal,
    either,
    known,
    negate,
    number,
    text,
    unknown,
)
from payerlogic.sql.three_valued import Cells
from payerlogic.text.days import first_day_from

_FEW = 3
"""Of more members than this, "at least 2 of these" is asked as a count."""


@dataclass(frozen=True)
class Fact:
    """One attribute as a column."""

    cells: Cells
    terms: Terms

    @property
    def attribute_type(self) -> str:
        return self.cells.axis.attribute.type

    @property
    def column(self) -> Term:
        return column(self.cells.axis.attribute.name)

    @cached_property
    def cell_of(self) -> dict[Member, int]:
        return {member: cell for cell, members in enumerate(self.cells.members) for member in members}

    def read(self, table: str, *, recorded: bool) -> Term:
        """The column as the table has it, or the unknown of its type if the table does not have it."""
        attribute = self.cells.axis.attribute
        value = column(attribute.name, table)
        if not recorded:
            return exp.cast(exp.null(), self.terms.type_of(attribute.type, attribute.places))
        if attribute.type == "set" and self.terms.dialect == "postgres":  # which compares no VARCHAR[] with a TEXT[]
            return exp.cast(value, self.terms.type_of("set"))
        if attribute.type == "set" and self.terms.dialect == "bigquery":
            # BigQuery stores an array that is NULL as an empty one: there, empty means unknown.
            return case([(negate(self.terms.is_empty(value)), value)], None)
        return value

    # --- Tests -----------------------------------------------------------------------------------------

    def within(self, cells: Collection[int]) -> Term:
        """Whether the value is in one of ``cells``; NULL if it is not known."""
        wanted = frozenset(cells)
        if not wanted:
            return FALSE
        if len(wanted) == len(self.cells.members):
            return TRUE
        if self.attribute_type == "set":
            return self._set_within(wanted)
        if self.cells.axis.attribute.is_ordered:
            return self._range_within(wanted)
        words = [str(member) for cell in sorted(wanted) for member in self.cells.members[cell]]
        if self.attribute_type == "boolean":
            return self.column if words == ["true"] else exp.not_(self.column)
        others = [str(member) for cell, each in enumerate(self.cells.members) if cell not in wanted for member in each]
        if len(others) < len(words):
            return negate(self.terms.one_of(self.column, others))
        return self.terms.one_of(self.column, words)

    def _range_within(self, wanted: frozenset[int]) -> Term:
        starts = sorted(self.cell_of, key=lambda member: int(str(member)))
        inside = [self.cell_of[start] in wanted for start in starts]
        ranges: list[Term] = []
        for index, start in enumerate(starts):
            if not inside[index] or (index and inside[index - 1]):
                continue
            stop = next((later for later in range(index, len(starts)) if not inside[later]), None)
            low = [exp.GTE(this=self.column, expression=self._bound(start))] if index else []
            high = [exp.LT(this=self.column, expression=self._bound(starts[stop]))] if stop is not None else []
            ranges.append(both([*low, *high]))
        return either(ranges)

    def _bound(self, start: Member) -> Term:
        if self.attribute_type in ("integer", "decimal"):
            return self._number(int(str(start)))
        day = first_day_from(int(str(start)))
        assert day is not None, "the first period has no first day"
        return exp.cast(text(day.isoformat()), "DATE")

    def _number(self, counted: int) -> Term:
        """A number of the program as the column has it."""
        attribute = self.cells.axis.attribute
        if attribute.type == "decimal":
            return decimal(attribute.written_number(counted), DIGITS, attribute.places)
        return number(counted)

    @property
    def beyond(self) -> Term:
        """A number that is none of the attribute's."""
        return self._number(self.cells.axis.attribute.greatest + 1)

    def _set_within(self, wanted: frozenset[int]) -> Term:
        axis = self.cells.axis
        assert isinstance(axis, SetClasses), "only sets have members"
        return self.holds(axis.sets, axis.union(self.cells.positions[cell] for cell in wanted))

    def holds(self, sets: SetSpace, node: int) -> Term:
        """Whether the list is one of some sets: one member after the other, as far as they matter; a count as one."""
        forest = sets.forest
        wide = forest.disj(node, forest.negate(sets.domain))  # what is never empty need not be asked whether it is
        node = min(node, wide, key=lambda each: len(forest.support(each)))
        families = sets.families(node) if len(forest.support(node)) > _FEW else []
        if len(families) == 1:
            inside = families[0].get("not", families[0])
            if "of" in inside or "points" in inside:
                return negate(self._counted(inside)) if "not" in families[0] else self._counted(inside)
        word = dict(zip(sets.levels, sets.axis.asked, strict=True))

        def build(at: int) -> Term:
            if not forest.children(at):
                return TRUE if forest.value(at) else FALSE
            without, with_it = (build(child) for child in forest.children(at))
            has = self._has(word[forest.level(at)])
            if with_it == TRUE:
                return either([has, without])
            if without == FALSE:
                return both([has, with_it])
            if with_it == FALSE:
                return both([negate(has), without])
            return either([both([has, with_it]), both([negate(has), without])])

        return build(node)

    def _counted(self, family: Family) -> Term:
        """Whether so many members, or members with so many points, are on the list; NULL if it is not known."""
        points = family.get("points") or dict.fromkeys(family["of"], 1)
        total = exp.paren(sum_of(case([(self._has(word), number(each))], number(0)) for word, each in points.items()))
        parts = [negate(self._has(word)) for word in family.get("none_of", ())]
        parts += [self._has(word) for word in family.get("all_of", ())]
        least = family.get("at_least", family.get("points_at_least"))
        if least is not None:
            parts.append(exp.GTE(this=total, expression=number(least)))
        if "at_most" in family:
            parts.append(exp.LTE(this=total, expression=number(family["at_most"])))
        return case([(known(self.column), both(parts))], None)

    def _has(self, word: str) -> Term:
        attribute = self.cells.axis.attribute
        if word == attribute.open_value:
            return self.terms.has_other(self.column, attribute.spelled)
        return self.terms.contains(self.column, word)

    # --- Codes -----------------------------------------------------------------------------------------

    def code(self, codes: Sequence[int]) -> Term:
        """The number in ``codes`` of the cell in which the value is; the last one if it is not known."""
        *stated, silent = codes
        if self.attribute_type == "choice" and len(set(stated)) > 2:
            numbers = {str(member): stated[cell] for member, cell in self.cell_of.items()}
            return self.terms.coded(self.column, numbers, silent)
        branches = [
            (self.within([cell for cell, each in enumerate(stated) if each == code]), code)
            for code in dict.fromkeys(stated)
        ]
        if silent in stated:  # what is not stated is then among the rest
            tests, last = [branch for branch in branches if branch[1] != silent], silent
        else:  # the last of the conditions, which is the longest, need not be tested
            branches.sort(key=lambda branch: (len(list(branch[0].walk())), branch[1]))
            tests, last = [(unknown(self.column), silent), *branches[:-1]], branches[-1][1]
        return case([(condition, number(code)) for condition, code in tests], number(last))

    def invalid(self) -> Term:
        """Whether the column holds what is no value of the attribute."""
        attribute = self.cells.axis.attribute
        if attribute.type == "choice":
            if self.terms.dialect == "duckdb":
                place = exp.Anonymous(
                    this="LIST_POSITION",
                    expressions=[exp.Array(expressions=[text(word) for word in attribute.spelled]), self.column],
                )
                return both([unknown(place), known(self.column)])
            return negate(self.terms.one_of(self.column, attribute.spelled))
        if attribute.type in ("integer", "decimal"):
            low = exp.LT(this=self.column, expression=self._number(attribute.least))
            high = exp.GT(this=self.column, expression=self._number(attribute.greatest))
            if attribute.type == "integer":
                return either([low, high])
            rounded = exp.Round(this=self.column, decimals=number(attribute.places))
            return either([low, high, exp.NEQ(this=self.column, expression=rounded)])
        if attribute.type == "set":
            strange = self.terms.any_word(self.column, self._is_strange)
            empty = attribute.nonempty and self.terms.dialect != "bigquery"
            return either([strange, self.terms.is_empty(self.column) if empty else FALSE])
        return FALSE

    def _is_strange(self, word: Term) -> Term:
        """Whether a word is none that the list can have."""
        attribute = self.cells.axis.attribute
        known_words = self.terms.one_of(word, attribute.spelled)
        if attribute.open_pattern is not None:
            known_words = either([known_words, self.terms.fits(word, attribute.open_pattern.text)])
        return either([unknown(word), exp.not_(exp.paren(known_words))])


def sum_of(points: Iterable[Term]) -> Term:
    """The sum of some numbers."""
    return reduce(lambda total, part: exp.Add(this=total, expression=part), points)
