"""Where two payers disagree on one case: clause by clause, and the smallest changes that bring them together.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}
    >>> found = kb.contrast(case, "nia", "bcbsaz")
    >>> found.agree, found.left.clauses[0].counterparts[0].clause, found.left.clauses[0].counterparts[0].relation
    (True, 'b16', 'same')

A counterpart of a clause is a clause of the other policy that concludes the same outcome on some
possible case that both are met on. Which is the narrower is a fact about all possible cases under
the chosen readings, read off the diagrams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.decision import Determination
from payerlogic.answers.ending import endings
from payerlogic.answers.why_not.search import WhyNot, WhyNotSearch
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import FALSE
from payerlogic.program.catalog import Clause
from payerlogic.semantics.compiler import Readings
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings

if TYPE_CHECKING:  # loads networkx: for the search, and not for whoever knows answers of all kinds
    from payerlogic.answers.derivation.explanation import Explainer, Explanation

RELATIONS = ("same", "narrower", "wider", "overlapping")


@dataclass(frozen=True)
class Counterpart:
    """A clause of the other policy with the same outcome: the same cases, fewer (narrower), more (wider),
    or some of each; ``fails`` is why it is not met here, condition by condition, ``lacking`` for which facts."""

    clause: str
    title: str
    relation: str
    citation: str
    fails: tuple[str, ...]
    lacking: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The clause as a row of ``contrast --json``; ``fails`` are its conditions that are not met."""
        return {
            "clause": self.clause,
            "title": self.title,
            "relation": self.relation,
            "citation": self.citation,
            "fails": list(self.fails),
        }


@dataclass(frozen=True)
class ContrastedClause:
    """A clause that decides here, and what the other policy has in its place."""

    clause: str
    title: str
    citation: str
    counterparts: tuple[Counterpart, ...]

    def to_dict(self) -> dict[str, object]:
        """The clause with its counterparts, as ``contrast --json`` prints it."""
        found = {"clause": self.clause, "title": self.title, "citation": self.citation}
        return {**found, "counterparts": [each.to_dict() for each in self.counterparts]}


@dataclass(frozen=True)
class ContrastedSide:
    """One policy's determination, and its deciding clauses against the other policy."""

    policy: str
    determination: Determination
    clauses: tuple[ContrastedClause, ...]

    def to_dict(self) -> dict[str, object]:
        """One side as ``contrast --json`` prints it."""
        return {
            "policy": self.policy,
            "determination": self.determination.to_dict(),
            "clauses": [clause.to_dict() for clause in self.clauses],
        }


@dataclass(frozen=True)
class Contrast(CaseAnswer):
    """Both sides, and for each outcome the minimal changes after which both give it; where both are decided and
    disagree, the ``endings``: minimal sets of facts, fixed ones too, of which some change ends that."""

    left: ContrastedSide
    right: ContrastedSide
    unite: tuple[WhyNot, ...]
    endings: tuple[frozenset[str], ...] = ()

    @property
    def agree(self) -> bool:
        """Whether both are decided with the same outcome."""
        outcomes = {side.determination.outcome for side in (self.left, self.right)}
        return len(outcomes) == 1 and "open" not in outcomes

    def to_dict(self) -> dict[str, object]:
        """The contrast as ``contrast --json`` prints it."""
        return {
            "agree": self.agree,
            "left": self.left.to_dict(),
            "right": self.right.to_dict(),
            "unite": [each.to_dict() for each in self.unite if each.changes],
            "premises": self.premises.to_dict(),
        }


class ContrastSearch:
    """Contrasts two policies on one case."""

    @classmethod
    def of(cls, model: Model) -> ContrastSearch:
        from payerlogic.answers.derivation.explanation import Explainer

        return model.kept(cls, lambda: cls(Explainer.of(model), WhyNotSearch.of(model)))

    def __init__(self, explainer: Explainer, search: WhyNotSearch) -> None:
        self.explainer = explainer
        self.search = search
        self.compiler = search.compiler
        self.catalog = search.catalog

    def find(self, case: StatedCase, left: str, right: str, settings: Settings) -> Contrast:
        """Both explanations clause by clause, and how the two outcomes could become one."""
        explained = {policy: self._explained(case, policy, settings) for policy in (left, right)}
        sides = [self._side(explained[a], explained[b], settings) for a, b in ((left, right), (right, left))]
        here, there = (side.determination.premises for side in sides)
        found = Contrast(sides[0], sides[1], (), case=case, settings=settings, premises=here.together(there))
        if found.agree:
            return found
        unite = []
        for outcome in self.catalog.outcomes:
            classes = self.search.wanted_classes(outcome)
            unite.append(self.search.ask_all(case, {left: classes, right: classes}, outcome, settings))
        return replace(found, unite=tuple(unite), endings=self._endings(found, explained, settings))

    def _endings(
        self, contrast: Contrast, explained: Mapping[str, Explanation], settings: Settings
    ) -> tuple[frozenset[str], ...]:
        """What the disagreement is about: facts for which clauses with the outcome of the other side fail, or else
        what the clauses that decide ask."""
        sides = (contrast.left, contrast.right)
        if contrast.case is None or any(side.determination.deciding for side in sides):
            return ()
        lacking = {
            name
            for side in sides
            for clause in side.clauses
            for counterpart in clause.counterparts
            for name in counterpart.lacking
        }
        asked = set(lacking)
        for side in sides:
            graph = explained[side.policy]
            nodes = (f"met({side.policy},{clause.clause})" for clause in side.clauses)
            below = (each for node in nodes if node in graph.graph for each in graph.below(node))
            asked |= {str(graph.graph.nodes[each]["attribute"]) for each in below} - {""}
        within = (frozenset(lacking), frozenset(asked) - {self.catalog.version_day})
        return endings(self.search.situations, contrast.case, [side.policy for side in sides], settings, within)

    def _explained(self, case: StatedCase, policy: str, settings: Settings) -> Explanation:
        found = self.explainer.explain(case, policy, settings)
        premises = self.explainer.decider.premises.of_case(case, policy, settings)
        return replace(found, determination=replace(found.determination, premises=premises))

    def _side(self, here: Explanation, there: Explanation, settings: Settings) -> ContrastedSide:
        clauses = []
        for cited in here.determination.clauses:
            clause = self.catalog.policies[here.policy_id].clauses[cited.id]
            counterparts = self._counterparts(here.policy_id, clause, there, settings)
            clauses.append(ContrastedClause(cited.id, cited.title, cited.citation, tuple(counterparts)))
        return ContrastedSide(here.policy_id, here.determination, tuple(clauses))

    def _counterparts(self, policy: str, clause: Clause, there: Explanation, settings: Settings) -> list[Counterpart]:
        from payerlogic.answers.derivation.failing import needs

        readings = self.compiler.readings(settings.readings)
        outcomes = self._outcomes(policy, clause, readings)
        found = []
        for other in self.catalog.policies[there.policy_id].clauses.values():
            if outcomes.isdisjoint(self._outcomes(there.policy_id, other, readings)):
                continue
            relation = self._relation((policy, clause.id), (there.policy_id, other.id), readings)
            if relation is None:
                continue
            node = f"met({there.policy_id},{other.id})"
            found_needs = needs(there.graph, node) if node in there.graph else []
            fails = tuple(map(str, found_needs))
            lacking = tuple(
                dict.fromkeys(lack.attribute for need in found_needs for lack in need.lacks if lack.attribute)
            )
            citation = self.catalog.citation(there.policy_id, other.statements, there.determination.version)
            found.append(Counterpart(other.id, other.title, relation, citation, fails, lacking))
        return sorted(found, key=lambda each: (RELATIONS.index(each.relation), each.clause))

    def _outcomes(self, policy: str, clause: Clause, readings: Readings) -> set[str]:
        """The outcomes that a clause can conclude under the chosen readings."""
        return {
            self.catalog.classes[name].outcome
            for name in clause.classes
            if self.compiler.named("concludes", policy, clause.id, name, readings=readings) != FALSE
        }

    def _relation(self, mine: tuple[str, str], other: tuple[str, str], readings: Readings) -> str | None:
        """How the possible cases on which the other clause is met lie to those on which mine is."""
        forest, compiler = self.compiler.forest, self.compiler
        here, there = (compiler.named("met", *each, readings=readings) for each in (mine, other))
        asked = compiler.attributes_of(here) | compiler.attributes_of(there)
        for group, diagram in compiler.constraints((), readings):
            if group & asked:
                here, there = forest.conj(here, diagram), forest.conj(there, diagram)
        common = forest.conj(here, there)
        if common == FALSE:
            return None
        if here == there:
            return "same"
        return "narrower" if common == there else "wider" if common == here else "overlapping"
