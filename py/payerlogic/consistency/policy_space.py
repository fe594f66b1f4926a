"""One policy over all complete cases past its gates, under all readings: where to look for findings.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> space = PolicySpace(kb.situations, kb.ground, "bcbsaz", {})
>>> [clause.id for clause in space.clauses]
['b12', 'b16', 'b18']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from payerlogic.cases.case import StatedCase
from payerlogic.consistency.finding import Finding, Gap
from payerlogic.consistency.policy_copy import PolicyCopy
from payerlogic.consistency.rule_part import RulePart
from payerlogic.consistency.unsat_premises import PremiseFinder, Proof
from payerlogic.diagrams.covers import first_cell
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import Clause
from payerlogic.program.checks.ownership import Owners
from payerlogic.program.ground_copy import Omission
from payerlogic.program.grounding import GroundProgram, GroundRule
from payerlogic.program.rule_index import Heads
from payerlogic.semantics.case_space import SetAxis, ValueAxis
from payerlogic.semantics.phrases import needs_in_words, value_needed
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.reading_space import ReadingSpace, Under
from payerlogic.semantics.typical_values import fitting


class PolicySpace:
    """The space, its diagrams, and the solver that confirms what is found there."""

    def __init__(self, situations: Situations, ground: GroundProgram, policy: str, fixed: Mapping[str, str]) -> None:
        self.situations = situations
        self.catalog = situations.catalog
        self.compiler = situations.compiler
        self.policy = self.catalog.policies[policy]
        self.ground = ground
        # What is fixed is a constant from the start, so that no diagram asks for it: a third of the time.
        names = ground.reading_names.items()
        constants = {atom: TRUE if fixed[name] == option else FALSE for atom, (name, option) in names if name in fixed}
        table = ReadingSpace(self.compiler, policy, {}).supposing(constants)
        self.forest = table.forest
        gates = (clause.id for clause in self.policy.clauses.values() if clause.gate is not None)
        self.past_gates = self.forest.conj(*(self.forest.negate(table.named("met", policy, gate)) for gate in gates))
        self.given: dict[str, tuple[str, ...]] = {
            reading: (option,) for reading, option in fixed.items() if reading in table.reading_level
        }
        self.whole = table
        self.table = table.supposing(dict.fromkeys(self.compiler.gates(policy), FALSE))
        self.possible = table.possible()
        cases = self.forest.conj(self.possible, self.past_gates)
        self.cases = self.forest.conj(cases, self.box(self.given))
        self.clauses = [clause for clause in self.policy.clauses.values() if clause.gate is None]

    @cached_property
    def copy(self) -> PolicyCopy:
        """The policy twice, on a control of its own: without a clause, a rule of its own, or a condition of one."""
        met = (self.compiler.ground_atom("met", self.policy.id, clause) for clause in self.policy.clauses)
        omissions = [Omission(atom) for atom in met if atom is not None]
        cone = self.compiler.graph.cone(self.compiler.determinations(self.policy.id).values())
        for atom in filter(self.is_own, sorted(cone)):
            for index, rule in enumerate(self.compiler.graph.rules.get(atom, ())):
                if rule.weights is None:
                    omissions += [Omission(atom, index, literal) for literal in (None, *rule.body)]
        return PolicyCopy(self.ground, self.compiler, self.policy.id, omissions, list(self.compiler.axes.values()))

    @cached_property
    def premises(self) -> PremiseFinder:
        """What universal claims follow from."""
        return PremiseFinder(self.ground, self.compiler, self.policy, self.given)

    @cached_property
    def odd(self) -> list[int]:
        """What an example avoids where it can."""
        return [self.table.named("advisory", self.policy.id, name) for name in self.catalog.incoherent]

    def is_own(self, atom: int) -> bool:
        """Whether the policy itself writes the rules of an atom: how its clauses are met, and its criteria."""
        symbol = self.ground.symbol_of.get(atom)
        if symbol is None:
            return False
        return self._owners.writes(self.policy.id, symbol) or (
            symbol.name == "met" and str(symbol.arguments[0]) == self.policy.id
        )

    @cached_property
    def _owners(self) -> Owners:
        return Owners(self.ground.program)

    def rule_part(self, atom: int, rule: GroundRule, literal: int = 0) -> RulePart:
        """A rule of the policy in its text, or one condition of it."""
        names = self.ground.text_of
        texts = [f"{'' if each > 0 else 'not '}{names.get(abs(each), '')}" for each in (*rule.body, literal)]
        body = [text for each, text in zip(rule.body, texts, strict=False) if abs(each) in names]
        return RulePart.of(self._heads, names.get(atom, ""), body, texts[-1] if abs(literal) in names else "")

    @cached_property
    def _heads(self) -> Heads:
        return Heads(self.ground.program)

    def words(self, literal: int) -> str:
        """A condition in words: a fact by its attribute and value, a criterion by its label."""
        for axis in self.compiler.axes.values():
            for value, atom in axis.atoms.items():
                if atom == abs(literal):
                    needs = value_needed(axis, value)
                    return f"{axis.attribute.label} {'is' if literal > 0 else 'is not'} {needs}"
        text = self.ground.text_of.get(abs(literal), "a count")
        if text not in self.catalog.labels and (found := self._compared(abs(literal))):
            name, needs = found
            return f"{name} {'is' if literal > 0 else 'is not'} {needs}"
        symbol = self.ground.symbol_of.get(abs(literal))
        if symbol is not None and symbol.name == "met":
            label = self.policy.clauses[str(symbol.arguments[1])].title
        else:
            label = self.catalog.labels.get(text, text)
        return label if literal > 0 else f"not: {label}"

    def _compared(self, atom: int) -> tuple[str, str] | None:
        """The attribute that an atom alone asks, and the values that it needs; None where it asks more or a set."""
        asked = self.compiler.graph.support[atom]
        for name, axis in self.compiler.axes.items():
            if asked and isinstance(axis, ValueAxis) and asked <= frozenset(axis.atoms.values()):
                node, level = self.table.diagram(atom), self.table.level_of(name)
                holds = [at for at in range(len(axis.classes)) if self.forest.follow(node, {level: at}) == TRUE]
                return axis.attribute.label, needs_in_words(axis, holds)
        return None

    # --- Diagrams ------------------------------------------------------------------------------------------

    def box(self, under: Under) -> int:
        """The readings in a box."""
        table = self.table
        indexes = {
            reading: [table.options[reading].index(each) for each in options] for reading, options in under.items()
        }
        return self.forest.box({table.reading_level[reading]: values for reading, values in indexes.items()})

    def boxes_within(self, node: int) -> list[dict[str, tuple[str, ...]]]:
        """Where a condition on readings holds, as maximal boxes; within the given readings, without naming these."""
        if node == FALSE:
            return []
        given = self.box(self.given)
        inside = self.forest.conj(node, given)
        if inside == FALSE:
            return []
        widened = self.forest.disj(inside, self.forest.negate(given))
        # A box that lies beside the given readings says nothing of them, and without their names would seem to.
        real = [box for box in self.table.boxes(widened) if self.forest.conj(self.box(box), inside) != FALSE]
        found = [{k: v for k, v in box.items() if k not in self.given} for box in real]
        return [dict(items) for items in dict.fromkeys(tuple(sorted(box.items())) for box in found)]

    def met(self, clause: Clause) -> int:
        return self.table.named("met", self.policy.id, clause.id)

    def concludes(self, clause: Clause, class_: str) -> int:
        return self.table.named("concludes", self.policy.id, clause.id, class_)

    def prevails(self, clause: Clause, other: Clause) -> int:
        return self.table.named("prevails", self.policy.id, clause.id, other.id)

    def written(self, clause: Clause) -> int:
        """The readings under which a clause has a rule at all."""
        atom = self.compiler.ground_atom("met", self.policy.id, clause.id)
        names = self.ground.reading_names
        result = FALSE
        for rule in self.compiler.graph.rules.get(atom, ()) if atom is not None else ():
            taken = TRUE
            for literal in rule.body:
                if abs(literal) in names:
                    taken = self.forest.conj(taken, self.table.diagram(abs(literal)))
            result = self.forest.disj(result, taken)
        return result

    # --- Witnesses and proofs --------------------------------------------------------------------------------

    def witness(self, where: int, under: Under) -> tuple[StatedCase, dict[str, tuple[str, ...]]]:
        """A case on which a diagram holds, with the facts that it turns on, and the readings that it needs.

        One case for all readings of the box if there is one; else one for some of them.
        """
        inside = self.forest.conj(where, self.box({**self.given, **under}))
        fails = self.forest.conj(self.box({**self.given, **under}), self.forest.negate(where))
        for_all = self.forest.negate(self.forest.exists(fails, frozenset(self.table.reading_level.values())))
        by_reading = {level: name for name, level in self.table.reading_level.items()}
        variables = self.table.variables
        usual = {at: self.compiler.usual[variable] for at, variable in enumerate(variables)}
        holding = for_all if for_all != FALSE else inside
        cell = self._fewest(first_cell(self.forest, fitting(self.forest, holding, self.odd), usual), holding)
        facts = self.compiler.facts_at({variables[v]: at for v, at in cell.items() if v in self.table.case_variables})
        case = StatedCase(None, facts)
        needed: dict[str, tuple[str, ...]] = {
            by_reading[v]: (self.table.options[by_reading[v]][at],) for v, at in cell.items() if v in by_reading
        }
        return case, needed

    def _fewest(self, cell: dict[int, int], where: int) -> dict[int, int]:
        """The cell with no fact that is not needed: whatever else is possible, the finding holds on the case."""
        real = self.possible
        kept = dict(cell)
        order, variables = self.compiler.order, self.table.variables
        stated = dict.fromkeys(
            order[variables[v]] for v in sorted(cell, reverse=True) if v in self.table.case_variables
        )
        for name in stated:
            own = self.compiler.levels_of([name])
            fewer = {v: at for v, at in kept.items() if v not in self.table.case_variables or variables[v] not in own}
            inside = self.forest.box({variable: {at} for variable, at in fewer.items()})
            if self.forest.conj(self.forest.conj(inside, real), self.forest.negate(where)) == FALSE:
                kept = fewer
        return kept

    def confirm_witness(self, case: StatedCase, under: Under, atoms: Sequence[tuple[str, str]]) -> None:
        """On the witness, past the gates, each atom has to hold in every completion and for every such reading."""
        base = [*self._stated(case), *self.copy.under({**self.given, **under}), *self.copy.past_gates()]
        if not self.copy.satisfiable(base):
            raise InternalDisagreement(f"the witness {dict(case.facts)} is not possible")
        for name, argument in atoms:
            atom = self.compiler.ground_atom(name, self.policy.id, argument)
            if atom is not None and self.copy.satisfiable([*base, -atom]):
                raise InternalDisagreement(f"{name}({argument}) does not hold on the witness {dict(case.facts)}")

    def _stated(self, case: StatedCase) -> list[int]:
        literals = []
        for name, value in case.facts.items():
            axis = self.compiler.axes[name]
            true = axis.true_atoms(axis.member(value))
            literals += true
            if isinstance(axis, SetAxis):
                literals += [-atom for atom in axis.atoms.values() if atom not in true]
        return literals

    def confirm_never(self, clause: Clause, body: Sequence[int], under: Under) -> None:
        """That no case past the gates meets the clause together with ``body`` has to be UNSAT."""
        atom = self.compiler.ground_atom("met", self.policy.id, clause.id)
        base = [*self.copy.under({**self.given, **under}), *self.copy.past_gates(), *body]
        if atom is not None and self.copy.satisfiable([*base, atom]):
            raise InternalDisagreement(f"{clause.id} can be met under {dict(under)}")

    def finding(
        self,
        kind: str,
        clauses: Sequence[Clause],
        message: str,
        witness: StatedCase | None,
        under: Under,
        *,
        proof: Proof | None = None,
        witness_readings: Under | None = None,
        regions: tuple[Gap, ...] = (),
        all_listed: bool = True,
        part: str = "",
        rule: RulePart | None = None,
    ) -> Finding:
        """A finding with the statements and the citation of its clauses."""
        statements = tuple(dict.fromkeys(each for clause in clauses for each in clause.statements))
        citation = self.catalog.citation(self.policy.id, statements)
        names = tuple(clause.id for clause in clauses)
        return Finding(
            kind,
            self.policy.id,
            names,
            statements,
            message,
            witness,
            dict(under),
            citation,
            proof=proof,
            witness_readings=dict(witness_readings or {}),
            regions=regions,
            all_listed=all_listed,
            part=part,
            rule=rule,
        )
