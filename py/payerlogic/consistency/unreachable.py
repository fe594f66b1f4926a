"""What no possible case can meet: a clause, or one alternative among its conditions.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.consistency.policy_space import PolicySpace
>>> kb = KnowledgeBase.load()
>>> space = PolicySpace(kb.situations, kb.ground, "nia", {})
>>> [finding] = dead(space, OwnRules(space))
>>> finding.clauses, finding.axioms
(('n10',), ('in_situ_is_tis',))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from payerlogic.consistency.finding import Finding
from payerlogic.consistency.policy_rules import OwnRules
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.diagrams.forest import FALSE
from payerlogic.program.catalog import Clause
from payerlogic.semantics.reading_space import Under


def dead(space: PolicySpace, own: OwnRules) -> Iterator[Finding]:
    """A finding for each clause or alternative, and each maximal box of readings under which it is dead."""
    for clause in space.clauses:
        met = space.forest.conj(space.met(clause), space.cases)
        never = space.forest.conj(space.written(clause), space.forest.negate(space.table.for_some_case(met)))
        for under in space.boxes_within(never):
            message = f"{clause.title!r} ({clause.id}) can never be met"
            yield _finding(space, clause, message, (), under, "")
        if met != FALSE:
            yield from _alternatives(space, own, clause, met)


def _alternatives(space: PolicySpace, own: OwnRules, clause: Clause, met: int) -> Iterator[Finding]:
    """Alternatives among the conditions of a clause that no case that meets the clause can take."""
    alive = space.table.for_some_case(met)
    for written in own.of(clause):
        if written.alone:
            continue
        never = space.forest.negate(space.table.for_some_case(space.table.body(written.rule), met))
        never = space.forest.conj(never, space.forest.conj(written.path, alive))
        for under in space.boxes_within(never):
            names = space.ground.reading_names
            said = " and ".join(space.words(each) for each in written.rule.body if abs(each) not in names)
            label, place = space.words(written.atom), own.place(written)
            where = f"in {clause.title!r} ({clause.id})"
            message = f"{where}, the alternative {said!r} of {label!r}{place} can never be taken"
            found = _finding(space, clause, message, written.rule.body, under, f"{label}: {said}")
            yield replace(found, rule=space.rule_part(written.atom, written.rule))


def _finding(
    space: PolicySpace, clause: Clause, message: str, body: tuple[int, ...], under: Under, part: str
) -> Finding:
    space.confirm_never(clause, body, under)
    atom = space.compiler.ground_atom("met", space.policy.id, clause.id)
    assert atom is not None, "a clause that no input moves is refused at load"
    proof = space.premises.of_never([atom, *body], under)
    return space.finding("dead", (clause,), message, None, under, proof=proof, part=part)
