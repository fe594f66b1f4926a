"""What a change comes to in a population: who gets another class, at which site, and why.

>>> side = RowAnswer(None, ("medically_necessary", "not_addressed"), ())
>>> side.to_dict()["class"] is None, side.written
(True, 'open')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from payerlogic.answers.premises import Premises
from payerlogic.comparison.result import Party
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.semantics.outcomes import RELATIONS as DECIDED_RELATIONS
from payerlogic.tables.impact.missing_facts import Cost

RELATIONS = (*DECIDED_RELATIONS, OPEN)
AGREE = "agree"
NOT_STATED = "not stated"
MOST_IDS = 1000


@dataclass(frozen=True)
class RowAnswer:
    """What one side says of a row: the class or None while open, what is possible, and what it rests on."""

    class_: str | None
    possible: tuple[str, ...]
    clauses: tuple[str, ...]

    @property
    def written(self) -> str:
        return self.class_ or OPEN

    def to_dict(self) -> dict[str, object]:
        return {"class": self.class_, "possible": list(self.possible), "clauses": list(self.clauses)}


@dataclass(frozen=True)
class Group:
    """The rows with one value of the attribute that they are grouped by and the same answers at both sides.

    ``presumed`` are those of them that get another answer at either side where nothing is presumed.
    """

    by: str | None
    left: RowAnswer
    right: RowAnswer
    relation: str
    rows: int = 0
    presumed: int = 0
    ids: tuple[str, ...] = ()

    def to_dict(self, name: str) -> dict[str, object]:
        """``ids`` are of rows that get another class, at most a thousand of each group."""
        found: dict[str, object] = {
            name: self.by,
            "left": self.left.to_dict(),
            "right": self.right.to_dict(),
            "relation": self.relation,
            "rows": self.rows,
            "presumed": self.presumed,
        }
        if self.relation != AGREE:
            found |= {"ids": list(self.ids), "ids_complete": len(self.ids) == self.rows}
        return found


@dataclass(frozen=True)
class Impact:
    """The whole answer. Every row is in one group, or refused."""

    source: str
    left: Party
    right: Party
    by: str
    groups: tuple[Group, ...]
    refused: int
    costs: Mapping[str, tuple[Cost, ...]] = field(hash=False)
    unread: list[dict[str, object]] = field(hash=False)
    kb: str
    premises: Premises = field(default_factory=Premises)
    notes: tuple[str, ...] = ()

    @property
    def presumed(self) -> int:
        """The rows whose answer at either side depends on a presumption."""
        return sum(group.presumed for group in self.groups)

    def presumed_in(self, relation: str) -> int:
        """The same of the rows with one relation."""
        return sum(group.presumed for group in self.groups if group.relation == relation)

    @property
    def compared(self) -> int:
        return sum(group.rows for group in self.groups)

    @property
    def rows(self) -> int:
        return self.compared + self.refused

    def relations(self, groups: Iterable[Group] | None = None) -> dict[str, int]:
        """Rows by relation, in the order of importance."""
        found = dict.fromkeys(RELATIONS, 0)
        for group in self.groups if groups is None else groups:
            found[group.relation] += group.rows
        return found

    def by_value(self) -> dict[str | None, dict[str, int]]:
        """The same for each value that rows are grouped by."""
        values = dict.fromkeys(group.by for group in self.groups)
        return {value: self.relations(each for each in self.groups if each.by == value) for value in values}

    def pairs(self) -> list[tuple[str, str, str, int]]:
        """The classes at the two sides, their relation, and the rows, conflicts first."""
        found: dict[tuple[str, str, str], int] = {}
        for group in self.groups:
            key = group.left.written, group.right.written, group.relation
            found[key] = found.get(key, 0) + group.rows
        order = sorted(found.items(), key=lambda item: (RELATIONS.index(item[0][2]), -item[1], item[0]))
        return [(*key, rows) for key, rows in order]

    def open_at(self, side: str) -> int:
        return sum(group.rows for group in self.groups if getattr(group, side).class_ is None)

    def to_dict(self) -> dict[str, object]:
        """As ``impact --json`` prints it."""
        return {
            "left": self.left.to_dict(),
            "right": self.right.to_dict(),
            "rows": self.rows,
            "compared": self.compared,
            "refused": self.refused,
            "by": self.by,
            "relations": self.relations(),
            "presumed": {"rows": self.presumed, "relations": {name: self.presumed_in(name) for name in RELATIONS}},
            "pairs": [
                {"left": left, "right": right, "relation": relation, "rows": rows}
                for left, right, relation, rows in self.pairs()
            ],
            "groups": [group.to_dict(self.by) for group in self.groups],
            "open": {side: self.open_at(side) for side in ("left", "right")},
            "unknown": {side: [cost.to_dict() for cost in costs] for side, costs in self.costs.items()},
            "unread": self.unread,
            "premises": self.premises.to_dict(),
            "notes": list(self.notes),
            "kb": self.kb,
            "disclaimer": DISCLAIMER,
        }

    def reasons(self, kb: Model, policy: str, side: RowAnswer) -> list[str]:
        """The clauses that a side rests on, in words and with the place in the text."""
        book = kb.catalog.policies[policy].clauses
        found = []
        for name in side.clauses:
            clause = book[name]
            citation = kb.catalog.citation(policy, clause.statements)
            found.append(f"{clause.title}: {citation}" if citation else clause.title)
        return found
