"""What could be struck out of a policy without changing any determination: clauses, alternatives, conditions.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.consistency.policy_space import PolicySpace
    >>> kb = KnowledgeBase.load()
    >>> space = PolicySpace(kb.situations, kb.ground, "nia", {})
    >>> found = Redundancy(space, OwnRules(space)).findings()
    >>> next(iter(found)).kind
    'redundant'

A condition is redundant under the readings under which no possible case changes its class when the condition
is left out of its rule; where a reading makes it void there is no text to strike out, and nothing is reported. Of
a clause that is redundant as a whole its conditions are not reported too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from payerlogic.consistency.finding import Finding
from payerlogic.consistency.policy_rules import OwnRules, PolicyRule
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.diagrams.forest import FALSE
from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import Clause
from payerlogic.program.ground_copy import Omission
from payerlogic.program.records import GIVEN
from payerlogic.semantics.reading_space import Under

NO_CLAUSE = "no clause decides these cases, with it or without"


@dataclass
class _Shared:
    """One rule, with the clauses that come to it, and the readings under which striking it out could matter."""

    written: PolicyRule
    clauses: list[Clause]
    live: int


class Redundancy:
    """Finds what is redundant in one policy."""

    def __init__(self, space: PolicySpace, own: OwnRules) -> None:
        self.space = space
        self.own = own
        self.table = space.table
        self.forest = space.forest
        self._struck_out: dict[str, int] = {}
        self._fails: dict[int, int] = {}

    def findings(self) -> Iterator[Finding]:
        """Clauses first, then alternatives and conditions."""
        yield from self._clauses()
        for shared in self._rules():
            if not shared.written.alone:
                never = self.own.no_change(shared.written.atom, self.own.others(shared.written), shared.live)
                yield from self._alternative(shared, never)
                shared.live = self.forest.conj(shared.live, self.forest.negate(never))
            for literal in shared.written.rule.body:
                # That a record is there is asked for because it has to be, even where the rest implies it.
                symbol = self.space.ground.symbol_of.get(literal)
                if abs(literal) not in self.space.ground.reading_names and not (symbol and symbol.name == GIVEN):
                    yield from self._condition(shared, literal)

    # --- Clauses -------------------------------------------------------------------------------------------

    def _clauses(self) -> Iterator[Finding]:
        for clause in self.space.clauses:
            atom = self.space.compiler.ground_atom("met", self.space.policy.id, clause.id)
            alive = self.table.for_some_case(self.space.met(clause), self.space.cases)
            if atom is None or alive == FALSE:
                continue
            never = self.own.no_change(atom, FALSE, alive)
            self._struck_out[clause.id] = never
            where = self.forest.conj(self.space.met(clause), self.space.cases)
            for under in self.space.boxes_within(never):
                covering = self._deciding_without(where, under, (clause,))
                why = f"covered by {self._where(covering)}" if covering else NO_CLAUSE
                message = f"removing {clause.title!r} ({clause.id}) changes no determination; {why}"
                yield self._finding((clause, *covering), message, under, Omission(atom))

    # --- Rules ---------------------------------------------------------------------------------------------

    def _rules(self) -> Iterable[_Shared]:
        found: dict[tuple[int, int], _Shared] = {}
        for clause in self.space.clauses:
            if clause.otherwise:
                continue
            met = self.forest.conj(self.space.met(clause), self.space.cases)
            kept = self.forest.negate(self._struck_out.get(clause.id, FALSE))
            for written in self.own.of(clause):
                live = self.forest.conj(written.path, self.table.for_some_case(self.table.body(written.rule), met))
                live = self.forest.conj(live, kept)
                if live == FALSE:
                    continue
                shared = found.setdefault((written.atom, written.index), _Shared(written, [], FALSE))
                shared.clauses.append(clause)
                shared.live = self.forest.disj(shared.live, live)
        return found.values()

    def _alternative(self, shared: _Shared, never: int) -> Iterator[Finding]:
        if never == FALSE:
            return
        written = shared.written
        lost = self.forest.conj(self.table.body(written.rule), self.forest.negate(self.own.others(written)))
        said = self._rule_in_words(written)
        label, place = self.space.words(written.atom), self.own.place(written)
        for under in self.space.boxes_within(never):
            covered = self._covered(lost, under, shared.clauses, lost=True)
            where = self._where(shared.clauses)
            message = (
                f"in {where}, the alternative {said!r} of {label!r}{place} could go: "
                f"no determination changes; {covered[0]}"
            )
            omission = Omission(written.atom, written.index)
            part = f"{label}: {said}"
            yield self._finding((*shared.clauses, *covered[1]), message, under, omission, written, part=part)

    def _condition(self, shared: _Shared, literal: int) -> Iterator[Finding]:
        written = shared.written
        fails = self.table.diagram(abs(literal))
        fails = self.forest.negate(fails) if literal > 0 else fails
        # Where a reading alone makes the condition hold, there is no text to strike out.
        live = self.forest.conj(shared.live, self._somewhere(fails))
        if live == FALSE:
            return
        wider = self.table.body(written.rule, without=literal)
        instead = self.forest.disj(self.table.diagram(written.atom), wider)
        never = self.own.no_change(written.atom, instead, live)
        if never == FALSE:
            return
        place = self.own.place(written, literal)
        gained = self.forest.conj(wider, self.forest.negate(self.table.diagram(written.atom)))
        for under in self.space.boxes_within(never):
            covered = self._covered(gained, under, shared.clauses)
            said, label = self.space.words(literal), self.space.words(written.atom)
            of = "" if written.atom in self.own.met_atoms else f" of {label!r}"
            message = (
                f"in {self._where(shared.clauses)}, the condition {said!r}{of}{place} could go: "
                f"no determination changes; {covered[0]}"
            )
            omission = Omission(written.atom, written.index, literal)
            part = f"{label}: {self._rule_in_words(written)}: {said}"
            yield self._finding((*shared.clauses, *covered[1]), message, under, omission, written, part=part)

    def _somewhere(self, node: int) -> int:
        """The readings under which a condition fails for anything at all, possible or not."""
        if node not in self._fails:
            self._fails[node] = self.table.for_some_case(node)
        return self._fails[node]

    # --- Parts ---------------------------------------------------------------------------------------------

    def _covered(
        self, moved: int, under: Under, users: Sequence[Clause], *, lost: bool = False
    ) -> tuple[str, tuple[Clause, ...]]:
        """Why nothing changes: there is no such case, or other clauses decide it in the same way. ``lost`` says that
        the clauses that use what is struck out are no longer met there."""
        where = self.forest.conj(self.forest.conj(moved, self.space.cases), self.space.box(under))
        if where == FALSE:
            return "what is left already implies it", ()
        covering = self._deciding_without(where, under, users) if lost else self._standing(where, under, but=())
        if not covering:
            return "no clause decides the cases that it would move, with or without it", ()
        return f"the cases that it would move are decided in the same way by {self._where(covering)}", tuple(
            each for each in covering if each not in users
        )

    def _deciding_without(self, where: int, under: Under, struck: Sequence[Clause]) -> tuple[Clause, ...]:
        """The clauses that decide these cases once some are not met there. Where those decide: the ones that stand
        beside them; without such, the ones that are met and conclude the same; of the rest, the otherwise clause."""
        forest, clauses = self.forest, self.space.clauses
        decided = forest.conj(where, self._stands(struck))
        where = decided if forest.conj(decided, self.space.box(under)) != FALSE else where
        anyway = self._standing(where, under, but=struck)
        said = {name for each in struck for name in each.classes}
        same = [each for each in clauses if each not in struck and said.intersection(each.classes)]
        alone = forest.conj(self._stands(struck), forest.negate(self._stands(anyway)))
        alone = forest.conj(forest.conj(where, self.space.box(under)), alone)
        next_ = [each for each in same if forest.conj(alone, self.space.met(each)) != FALSE]
        left = forest.conj(alone, forest.negate(forest.disj(*map(self.space.met, next_))))
        last = [each for each in same if each.otherwise] if left != FALSE else []
        return tuple(each for each in clauses if each in (*anyway, *next_, *last))

    def _stands(self, clauses: Sequence[Clause]) -> int:
        policy = self.space.policy.id
        return self.forest.disj(*(self.table.named("stands", policy, each.id) for each in clauses))

    def _standing(self, where: int, under: Under, but: Sequence[Clause]) -> tuple[Clause, ...]:
        """The clauses that stand on some of these cases."""
        where = self.forest.conj(where, self.space.box(under))
        return tuple(
            other
            for other in self.space.clauses
            if other not in but and self.forest.conj(where, self._stands((other,))) != FALSE
        )

    def _where(self, clauses: Sequence[Clause]) -> str:
        return ", ".join(f"{each.title!r} ({each.id})" for each in clauses)

    def _rule_in_words(self, written: PolicyRule) -> str:
        names = self.space.ground.reading_names
        conditions = [self.space.words(each) for each in written.rule.body if abs(each) not in names]
        return " and ".join(conditions) or "always"

    def _finding(
        self,
        clauses: Sequence[Clause],
        message: str,
        under: Under,
        omission: Omission,
        written: PolicyRule | None = None,
        part: str = "",
    ) -> Finding:
        """The finding, confirmed by clingo on two copies of the policy, and with what it follows from."""
        if self.space.copy.without(omission, {**self.space.given, **under}):
            raise InternalDisagreement(f"not confirmed under {dict(under)}: {message}")
        proof = self.space.premises.of_striking(omission, under)
        rule = None
        if written is not None:
            rule = self.space.rule_part(omission.atom, written.rule, omission.literal or 0)
        return self.space.finding("redundant", clauses, message, None, under, proof=proof, part=part, rule=rule)
