"""What each clause comes to at the other policy, by sheer enumeration of small policies, and for the shipped ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.answers.decision import Decider
from payerlogic.comparison.clause_differences import ClauseDifference, DifferenceSearch
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.result import Comparison
from payerlogic.errors import InternalDisagreement
from payerlogic.semantics.settings import Settings

from .cells import Cells, asked
from .test_partition import AS_OF, random_base

SIDES = ("left", "right")


class ClauseCells:
    """The cells of a comparison, and those on which each clause stands and concludes an outcome."""

    def __init__(self, kb: KnowledgeBase, found: Comparison) -> None:
        rng = Random(4)
        self.kb, self.found = kb, found
        self.cells = Cells(kb, found, asked(kb, found), random_base(kb, rng), rng)
        self.outcome = {name: each.outcome for name, each in kb.catalog.classes.items()}
        self.policies = [party.policy for party in self.cells.parties]

    def having(self, side: int, outcome: str) -> int:
        return self._union(where for key, where in self.cells.pairs.items() if self.outcome[key[side]] == outcome)

    def decided(self, side: int, clause: str, outcome: str) -> int:
        here = self.cells.sides[side]
        stands = here.of("stands", self.policies[side], clause) & self.cells.possible
        classes = self.kb.catalog.policies[self.policies[side]].clauses[clause].classes
        wanted = {name for name in classes if self.outcome[name] == outcome}
        return stands & self._union(where for key, where in self.cells.pairs.items() if key[side] in wanted)

    def _union(self, parts: object) -> int:
        result = 0
        for part in parts:  # type: ignore[attr-defined]
            result |= part
        return result


def expected(small: ClauseCells) -> dict[tuple[str, str, str], str]:
    """The relation of each clause, by definition."""
    kb, found = small.kb, {}
    decided = {
        (side, clause.id, outcome): where
        for side in (0, 1)
        for clause in kb.catalog.policies[small.policies[side]].clauses.values()
        for outcome in {small.outcome[name] for name in clause.classes}
        if clause.gate is None and (where := small.decided(side, clause.id, outcome))
    }
    for (side, clause, outcome), where in decided.items():
        if kb.catalog.policies[small.policies[side]].clauses[clause].otherwise:
            continue
        alike = small.having(1 - side, outcome)
        others = 0
        for (other, _, having), there in decided.items():
            if other != side and having == outcome and there & where:
                others |= there
        relation = "narrower"
        if where & alike == 0:
            relation = "nothing"
        elif where & ~alike == 0:
            relation = "same" if others == where else "wider"
        found[SIDES[side], clause, outcome] = relation
    return found


@pytest.mark.parametrize(
    ("left", "right", "readings", "presumptions"),
    [
        ("alder", "rowan", {}, True),
        ("rowan", "alder", {"alder_lacking": "status_only"}, True),
        ("alder", "rowan@2023-06-01", {}, True),
        ("rowan@2023-06-01", "rowan@2024-06-01", {}, True),
        ("alder@2025-01-01", "rowan@2022-06-01", {}, False),
        ("alder", "alder", {}, True),
    ],
)
def test_small(small: KnowledgeBase, left: str, right: str, readings: dict[str, str], presumptions: bool) -> None:
    settings = small.settings(readings, as_of=AS_OF, presumptions=presumptions)
    compared = small.compare(left, right, settings)
    part = small.only(compared.left.policy, compared.right.policy)
    cells, found = ClauseCells(part, compared), small.clause_differences(compared)
    assert {(each.side, each.clause, each.outcome): each.relation for each in found} == expected(cells)
    for each in found:
        check(cells, each)


def check(small: ClauseCells, each: ClauseDifference) -> None:
    """Conditions, shares and witness of one row."""
    side = SIDES.index(each.side)
    where, alike = small.decided(side, each.clause, each.outcome), small.having(1 - side, each.outcome)
    assert (each.differs == 0) == (where & ~alike == 0)
    assert each.differs <= each.share
    assert sum((share for _, share in each.instead), Fraction(0)) == each.differs
    covered = 0
    for condition in each.only_where:
        box = small.cells.of_region(condition)
        assert box & where & ~alike == 0
        assert box & where
        covered |= box
    if each.relation == "narrower":
        assert (covered & where == where & alike) == each.all_listed
    parties = small.cells.parties
    decided = [
        small.kb.decide(party.case(each.witness, small.kb.catalog), party.policy, party.on_its_day) for party in parties
    ]
    assert decided[side].outcome == each.outcome
    assert each.clause in [clause.id for clause in decided[side].clauses]
    assert (decided[1 - side].outcome == each.outcome) == (each.differs == 0)


def test_the_conflicts_of_the_shipped_are_five_clauses(kb: KnowledgeBase, settings: Settings) -> None:
    compared = kb.compare("nia", "bcbsaz", settings)
    found = kb.clause_differences(compared)
    rows = {each.clause: each for each in found if each.side == "left" and each.outcome == "approved"}
    relations = {name: row.relation for name, row in rows.items()}
    assert relations == {
        "n10": "nothing",
        "n17": "nothing",
        "n19": "nothing",
        "n20": "nothing",
        "n26": "same",
        "n28": "narrower",
    }
    (conflict,) = compared.with_relation("conflict")
    assert all(row.differs <= conflict.share for row in rows.values())
    assert sum(row.differs for row in rows.values()) >= conflict.share  # clauses may decide a case together
    deciding = {clause.id for region in conflict.regions for clause in region.left}
    # An example shows the clauses that decide it; here every clause that decides a conflict has its row.
    assert deciding < {name for name, row in rows.items() if row.differs}


def test_wrong_rows_are_not_confirmed(small: KnowledgeBase) -> None:
    compared = small.compare("alder", "rowan", small.settings(as_of=AS_OF))
    part = small.only("alder", "rowan")
    search = DifferenceSearch(Comparer(part.situations, Decider.of(part)), part.program, compared)
    found = list(search.find())
    narrower = next(each for each in found if each.relation == "narrower")
    for relation in ("nothing", "wider", "same"):
        with pytest.raises(InternalDisagreement):
            search._prove([replace(narrower, relation=relation, only_where=())])
    with pytest.raises(InternalDisagreement):
        search._prove([replace(narrower, only_where=narrower.only_where[1:])])
    with pytest.raises(InternalDisagreement):
        search._prove([replace(narrower, differs=Fraction(0))])
