"""The criteria and clauses of a policy as three-valued columns, one for each that has a name.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.sql.columns import Fact, sum_of
    >>> from payerlogic.sql.three_valued import PartialAnswers
    >>> from payerlogic.sql.expressions import Terms
    >>> kb = KnowledgeBase.load()
    >>> answers = PartialAnswers(kb, "nia", kb.settings())
    >>> facts = {name: Fact(cells, Terms("duckdb")) for name, cells in answers.cells.items()}
    >>> criteria = Criteria(answers, facts)
    >>> criteria.columns["nia_positive_or_close_margin"].term.sql("duckdb")
    "margin_status IN ('close', 'positive')"

SQL reasons about NULL as Kleene did about the undefined: what comes out TRUE or FALSE holds whatever the unknown
facts are. It does not find everything that does ("a or not a" is NULL where a is); see ``steps`` for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from payerlogic.diagrams.forest import FALSE as NOWHERE
from payerlogic.diagrams.forest import TRUE as EVERYWHERE
from payerlogic.program.catalog import Presumption
from payerlogic.program.grounding import GroundRule
from payerlogic.sql.columns import Fact, sum_of
from payerlogic.sql.expressions import FALSE, TRUE, Term, both, case, column, either, negate, number, unknown
from payerlogic.sql.three_valued import PartialAnswers, Verdict


@dataclass(frozen=True)
class Column:
    """A named criterion: its condition, on which level it can be computed, and its comment for a reader."""

    name: str
    term: Term
    level: int
    comment: str


class Criteria:
    """The columns of one policy, built on the way down from its clauses."""

    def __init__(self, answers: PartialAnswers, facts: Mapping[str, Fact]) -> None:
        self.answers, self.facts, self.kb = answers, facts, answers.kb
        self.policy = answers.policy
        self.columns: dict[str, Column] = {}
        self._terms: dict[int, tuple[Term, int]] = {}
        self._applied: dict[int, set[str]] = {}
        self.stands: dict[str, tuple[Term, int]] = {}
        for clause in self.kb.catalog.policies[self.policy].clauses:
            self.stands[clause] = self._clause(clause)

    # --- Clauses ---------------------------------------------------------------------------------------

    def _clause(self, clause: str) -> tuple[Term, int]:
        """Whether a clause is met and no other that prevails over it is."""
        met = self._met(clause)
        if met == (FALSE, 0):
            return met
        name = f"{self.policy}_{clause}_stands"
        others = [other for other in self._prevailing(clause) if self._met(other) != (FALSE, 0)]
        if not others:
            return met
        defeated = either(self._met(other)[0] for other in others)
        level = max(self._met(each)[1] for each in (clause, *others))
        term = both([met[0], negate(defeated)])
        if term in (TRUE, FALSE):
            return term, 0
        self.columns[name] = Column(name, term, level, f"{clause} decides, as nothing that is met prevails over it")
        return column(name), level + 1

    def _met(self, clause: str) -> tuple[Term, int]:
        atom = self.kb.compiler.ground_atom("met", self.policy, clause)
        if atom is None:
            return (TRUE if self._always("met", clause) else FALSE), 0
        return self.term(atom)

    def _always(self, name: str, *arguments: str) -> bool:
        return self.kb.compiler.named(name, self.policy, *arguments, readings=self.answers.readings) == EVERYWHERE

    def _prevailing(self, clause: str) -> list[str]:
        """The clauses that prevail over this one under these readings and can be met beside it, gates first."""
        compiler, readings = self.kb.compiler, self.answers.readings
        mine = compiler.named("met", self.policy, clause, readings=readings)
        found = []
        clauses = self.kb.catalog.policies[self.policy].clauses
        for other in sorted(clauses, key=lambda name: (clauses[name].gate is None, clauses[name].gate or 0, name)):
            prevails = compiler.named("prevails", self.policy, other, clause, readings=readings)
            theirs = compiler.named("met", self.policy, other, readings=readings)
            if prevails == EVERYWHERE and compiler.forest.conj(mine, theirs) != NOWHERE:
                found.append(other)
        return found

    # --- Conditions ------------------------------------------------------------------------------------

    def term(self, atom: int) -> tuple[Term, int]:
        """The condition under which ``atom`` holds, and the level on which it can be computed."""
        if atom not in self._terms:
            term, level = self._condition(atom)
            if term not in (TRUE, FALSE):
                term = self._with_presumptions(atom, term)
            if term not in (TRUE, FALSE) and (name := self._name(atom)):
                self.columns[name] = Column(name, term, level, self._comment(atom))
                term, level = column(name), level + 1
            self._terms[atom] = term, level
        return self._terms[atom]

    def _condition(self, atom: int) -> tuple[Term, int]:
        compiler = self.kb.compiler
        diagram = compiler.diagram(atom, self.answers.readings)
        if diagram in (NOWHERE, EVERYWHERE):
            return (TRUE if diagram == EVERYWHERE else FALSE), 0
        asked = compiler.attributes_of(diagram)
        if len(asked) == 1 and not self._rests_on_named(atom):  # which of the values of an attribute
            (name,) = asked
            return self._within(name, diagram), 0
        ways = [self._body(rule) for rule in self.kb.graph.rules[atom]]
        level = max((level for way, level in ways if way != FALSE), default=0)
        return either(way for way, _ in ways), level

    def _rests_on_named(self, atom: int) -> bool:
        below = (abs(literal) for rule in self.kb.graph.rules.get(atom, ()) for literal in rule.body)
        return any(self._name(each) for each in below)

    def _body(self, rule: GroundRule) -> tuple[Term, int]:
        tested = [(literal, *self.term(abs(literal))) for literal in rule.body]
        level = max((level for _, _, level in tested), default=0)
        terms = [negate(term) if literal < 0 else term for literal, term, _ in tested]
        if rule.weights is None:
            return both(terms), level
        surely = _total(terms, rule.weights, wanted=True)
        perhaps = _total(terms, rule.weights, wanted=False)
        reached = exp.GTE(this=exp.paren(surely), expression=number(rule.bound))
        missed = exp.LT(this=exp.paren(perhaps), expression=number(rule.bound))
        return case([(reached, exp.true()), (missed, exp.false())], None), level

    def _with_presumptions(self, atom: int, term: Term) -> Term:
        """``term``, or that a presumption is made which implies it; ``term`` unless one is which excludes it."""
        diagram = self.kb.compiler.diagram(atom, self.answers.readings)
        below = {abs(literal) for rule in self.kb.graph.rules.get(atom, ()) for literal in rule.body}
        applied = set().union(*(self._applied.get(each, set()) for each in below))
        for presumption in self.answers.presumptions:
            if presumption.value is not None or presumption.id in applied:
                continue
            if (implying := self._implying(presumption, diagram)) is not None:
                term = either([term, implying])
            elif (excluding := self._implying(presumption, self.kb.compiler.forest.negate(diagram))) is not None:
                term = both([term, negate(excluding)])
            else:
                continue
            applied.add(presumption.id)
        self._applied[atom] = applied
        return term

    def _implying(self, presumption: Presumption, diagram: int) -> Term | None:
        """When ``presumption`` is made and implies ``diagram``, as far as one more attribute at most can tell."""
        answers, compiler, forest = self.answers, self.kb.compiler, self.kb.compiler.forest
        silent = answers.unknown(presumption.attribute)
        if presumption.attribute not in compiler.attributes_of(diagram):
            return None
        if not answers.same_where_possible(answers.made[presumption.id], silent):
            return None
        holds = compiler.named("presumption_holds", presumption.id, readings=answers.readings)
        variable = compiler.levels_of([presumption.attribute])
        fails = forest.exists(forest.conj(holds, forest.negate(diagram)), variable)
        open_ = forest.exists(forest.negate(diagram), variable)
        helped = forest.conj(open_, forest.negate(fails))
        asked = compiler.attributes_of(helped)
        if helped == NOWHERE or len(asked) > 1:
            return None
        condition = [unknown(self.facts[presumption.attribute].column)]
        for name in asked:
            condition.append(self._within(name, helped))
        return both(condition)

    def _within(self, name: str, diagram: int) -> Term:
        """Whether the value of one attribute is one of those at which a diagram that asks it alone holds."""
        compiler, cells = self.kb.compiler, self.answers.cells[name]
        if name not in compiler.variable:
            return self.facts[name].holds(compiler.space(name), diagram)
        children = compiler.forest.children(diagram)
        return self.facts[name].within([cell for cell, at in enumerate(cells.positions) if children[at] == EVERYWHERE])

    # --- Names -----------------------------------------------------------------------------------------

    def _name(self, atom: int) -> str | None:
        """The column of an atom that has a label or is a clause; others are written out where they are used."""
        symbol = self.kb.ground.symbol_of.get(atom)
        if symbol is None:
            return None
        if symbol.name == "met":
            return f"{self.policy}_{symbol.arguments[1]}_met"
        if str(symbol) not in self.kb.catalog.labels or self._is_said_where_used(symbol.name):
            return None
        first, *rest = map(str, symbol.arguments)
        own = [*([] if symbol.name == "criterion" else [symbol.name]), *rest] if first == self.policy else [str(symbol)]
        name = "_".join([self.policy, *re.findall(r"[a-z0-9]+", " ".join(own).lower())])
        return name if name not in self.columns else f"{name}_{atom}"

    def _is_said_where_used(self, predicate: str) -> bool:
        return predicate == "in_force" or predicate in self.kb.catalog.says_value

    def _comment(self, atom: int) -> str:
        symbol, catalog = self.kb.ground.symbol_of[atom], self.kb.catalog
        policy = catalog.policies[self.policy]
        if symbol.name == "met":
            clause = policy.clauses[str(symbol.arguments[1])]
            return f"{clause.title}: {catalog.citation(self.policy, clause.statements)}"
        cited = policy.cites.get(str(symbol), ())
        where = f" [{', '.join(cited)}]" if cited else ""
        return f"{catalog.label(symbol)}{where}"

    # --- What is settled without more ------------------------------------------------------------------

    def settled(self, numbers: Mapping[Verdict, int]) -> list[tuple[Term, Term]]:
        """When the clauses alone settle the verdict: exactly these of one class stand, and it is known of all."""
        return [
            (condition, number(numbers[verdict]))
            for verdict, condition in self._settling()
            if verdict in numbers and condition not in (TRUE, FALSE)
        ]

    def _settling(self) -> Iterable[tuple[Verdict, Term]]:
        compiler, readings = self.kb.compiler, self.answers.readings
        clauses = self.kb.catalog.policies[self.policy].clauses
        for class_ in self.kb.catalog.classes:
            candidates = [name for name in sorted(clauses) if class_ in clauses[name].classes]
            nodes = tuple(compiler.named("stands", self.policy, name, readings=readings) for name in candidates)
            for flags in sorted(compiler.forest.image(nodes, {}), key=str, reverse=True):
                standing = [name for name, flag in zip(candidates, flags, strict=True) if flag]
                if any(self._alone(name, class_) for name in standing):
                    terms = [self._stands_or_not(name, name in standing, standing) for name in candidates]
                    yield Verdict((class_,), tuple(standing)), both(terms)

    def _alone(self, clause: str, class_: str) -> bool:
        """Whether ``class_`` is the only class wherever ``clause`` stands."""
        compiler, readings = self.kb.compiler, self.answers.readings
        stands = compiler.named("stands", self.policy, clause, readings=readings)
        for name in self.kb.catalog.classes:
            holds = compiler.named("determination", self.policy, name, readings=readings)
            wrong = compiler.forest.negate(holds) if name == class_ else holds
            if compiler.forest.conj(stands, wrong) != NOWHERE:
                return False
        return True

    def _stands_or_not(self, clause: str, wanted: bool, standing: list[str]) -> Term:
        compiler, readings = self.kb.compiler, self.answers.readings
        term = self.stands[clause][0]
        if wanted:
            return term
        together = compiler.named("stands", self.policy, clause, readings=readings)
        for other in standing:
            theirs = compiler.named("stands", self.policy, other, readings=readings)
            together = compiler.forest.conj(together, theirs)
        return TRUE if together == NOWHERE else negate(term)


def _total(terms: list[Term], weights: Iterable[int], *, wanted: bool) -> Term:
    """The weights of the terms that are true (``wanted``), or that are not known to be false."""
    points: list[Term] = []
    for term, weight in zip(terms, weights, strict=True):
        tested = exp.Is(this=exp.paren(term), expression=exp.true() if wanted else exp.false())
        points.append(case([(tested if wanted else exp.Not(this=tested), number(weight))], number(0)))
    return sum_of(points)
