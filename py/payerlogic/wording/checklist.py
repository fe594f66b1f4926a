"""The criteria in play for a case, fact by fact and policy by policy: met, not met or open, with what is needed.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"primary_site": "rectum", "t_category": "T3", "margin_status": "close"})
>>> rows = checklist(kb, {policy: kb.explain(case, policy) for policy in kb.policies})
>>> [(row.about, row.now) for row in rows][:2]
[('a mandate bars investigational findings', 'no, presumed'), ('T category', 'T3')]
>>> found = rows[1].checks["nia"][0]
>>> found.status, found.needed, found.clause, found.alternative
('unmet', 'T4', 'Rectal cancer with a positive or close margin', True)
>>> found.clause_id, found.node
('n26', 'case(t_category,"T4")')

A clause is in play if no stated fact that nobody can change, other than a number, stands against it: nobody checks the
criteria of another organ. What is asked before the criteria (gates) is not of the list, nor is what only an edition
asks that is not in force on the day. What one alternative asks of a number stands together: "50 to 77".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from payerlogic.answers.derivation.builder import ALL, ANY, MET, UNKNOWN, UNMET
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import qualifies
from payerlogic.answers.derivation.leaves import combine
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.model import Model
from payerlogic.semantics.phrases import needs_in_words
from payerlogic.text.phrases import joined

NOT_STATED = "not stated"
_ORDER = (UNMET, UNKNOWN, MET)


@dataclass(frozen=True)
class Check:
    """What one clause needs of a fact.

    An ``alternative`` is one of several of which the clause needs one; with ``beside``, only together with these. Where
    it is ``spare``, another one of them is met. What is ``counted`` is one of those of which a number is needed.
    ``node`` is where the derivation of its policy asks for it.
    """

    status: str
    needed: str
    clause: str
    alternative: bool
    clause_id: str
    node: str
    beside: tuple[str, ...] = ()
    spare: bool = False
    counted: str = ""

    @property
    def how(self) -> str:
        """How the clause needs it, before its title: "for", "an alternative in"."""
        if not self.alternative:
            return "for"
        together = f"together with {joined(self.beside, 'and')}, " if self.beside else ""
        what = f"one of those counted ({self.counted}) in" if self.counted else "an alternative in"
        return f"{'not needed any more: ' if self.spare else ''}{together}{what}"


@dataclass
class ChecklistRow:
    """One fact: what it is about, what it is, and what each policy needs of it."""

    attribute: str
    about: str
    now: str
    checks: dict[str, list[Check]] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """What is not met stands first, then what is open, and last what is met or not needed any more."""
        asked = (check for checks in self.checks.values() for check in checks)
        return min(_ORDER.index(MET if check.spare else check.status) for check in asked)


@dataclass(frozen=True)
class _AskedFact:
    """A leaf of a derivation, and how its clause needs it."""

    leaf: str
    status: str
    needed: str
    alternative: bool = False
    beside: tuple[str, ...] = ()
    spare: bool = False
    counted: str = ""


def checklist(kb: Model, explanations: Mapping[str, Explanation]) -> list[ChecklistRow]:
    """The rows, what is not met first."""
    rows: dict[str, ChecklistRow] = {}
    for policy, explanation in explanations.items():
        for clause in kb.catalog.policies[policy].clauses.values():
            node = f"met({policy},{clause.id})"
            if clause.gate is not None or node not in explanation.graph:
                continue
            for each in _CriteriaOf(kb, explanation).of_clause(node):
                data = explanation.graph.nodes[each.leaf]
                about, now = str(data["about"]), str(data["now"]) or NOT_STATED
                row = rows.setdefault(data["attribute"], ChecklistRow(data["attribute"], about, now))
                how = (each.beside, each.spare, each.counted)
                check = Check(each.status, each.needed, clause.title, each.alternative, clause.id, each.leaf, *how)
                checks = row.checks.setdefault(policy, [])
                if check not in checks:
                    checks.append(check)
    rank = {name: place for place, name in enumerate(kb.vocabulary)}
    return sorted(rows.values(), key=lambda row: (row.rank, rank[row.attribute]))


@dataclass
class _Conjunction:
    """What has to hold together: facts, groups of which one or some have to hold, and what no single fact settles."""

    node: str
    leaves: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def add(self, more: _Conjunction) -> None:
        self.leaves += more.leaves
        self.groups += more.groups
        self.others += more.others


class _CriteriaOf:
    """What one policy asks of single facts, as its derivation has it."""

    def __init__(self, kb: Model, explanation: Explanation) -> None:
        self.kb = kb
        self.explanation = explanation
        self.nodes = explanation.graph.nodes

    def of_clause(self, node: str) -> Iterator[_AskedFact]:
        """What a clause asks; nothing if the day or a fact that nobody can change stands against it."""
        way = self._together(node)
        if way is not None and not any(map(self._rules_out, way.leaves)):
            yield from self._of_way(way, _AskedFact("", MET, ""))

    # --- What has to hold together, and what is one of several -----------------------------------------------

    def _together(self, node: str) -> _Conjunction | None:
        """What has to hold for all below a node; None where the day rules it out."""
        parts = self._parts(node)
        way = _Conjunction(node, others=[] if parts else [node])
        for child in parts:
            part = self._part(child)
            if part is None:
                return None
            way.add(part)
        return way

    def _part(self, node: str) -> _Conjunction | None:
        data = self.nodes[node]
        if data["attribute"] and data.get("needed"):
            if data["attribute"] != self.kb.catalog.version_day or data["status"] == UNKNOWN:
                return _Conjunction(node, [node])
            return _Conjunction(node) if data["status"] == MET else None
        if data["kind"] == "clause" or data["role"] not in (ALL, ANY):
            return _Conjunction(node, others=[node])
        if data["role"] == ALL:
            return self._together(node)
        if not self._parts(node):
            return _Conjunction(node, others=[node])
        return _Conjunction(node, groups=[node]) if data.get("counts") else self._one_of(node)

    def _one_of(self, node: str) -> _Conjunction | None:
        """A group of alternatives; of one that is left, what that asks; nothing where the edition alone meets it."""
        ways = self._ways(node)
        if not ways:
            return None
        if any(not (way.leaves or way.groups or way.others) for way in ways):
            return _Conjunction(node)
        return _Conjunction(node, groups=[node]) if len(ways) > 1 else ways[0]

    def _ways(self, node: str) -> list[_Conjunction]:
        """The alternatives, or members of a count, that the day leaves."""
        return [replace(way, node=child) for child in self._parts(node) if (way := self._part(child)) is not None]

    def _parts(self, node: str) -> list[str]:
        children = self.explanation.children(node)
        return [each for each in children if not qualifies(self.explanation.graph, each)]

    # --- What is asked of each fact --------------------------------------------------------------------------

    def _of_way(self, way: _Conjunction, how: _AskedFact) -> Iterator[_AskedFact]:
        """What is asked of the facts of one way, in which all has to hold; ``how`` says what the way itself is for."""
        facts = self._joined(way.leaves, how)
        for each in facts:
            beside = self._words(way, facts, each.leaf) if how.alternative else ()
            yield replace(each, beside=(*how.beside, *beside))
        for group in way.groups:
            beside = self._words(way, facts, group) if how.alternative else ()
            yield from self._of_group(group, replace(how, beside=(*how.beside, *beside)))

    def _of_group(self, node: str, how: _AskedFact) -> Iterator[_AskedFact]:
        """What is asked of the facts of alternatives, or of what is counted."""
        data, ways = self.nodes[node], self._ways(node)
        met = [way for way in ways if self.nodes[way.node]["status"] == MET]
        counted = str(data["label"]) if data.get("counts") else ""
        for way in ways:
            enough = data["status"] == MET or (bool(met) and not counted)  # met: by one of them, whichever that is
            spare = how.spare or (enough and way not in met)
            yield from self._of_way(way, replace(how, alternative=True, spare=spare, counted=counted or how.counted))

    def _joined(self, leaves: Sequence[str], how: _AskedFact) -> list[_AskedFact]:
        """One line for what is asked of one fact together: from a lower and an upper bound, the range."""
        by_fact: dict[str, list[str]] = {}
        for leaf in leaves:
            by_fact.setdefault(self.nodes[leaf]["attribute"], []).append(leaf)
        return [each for name, group in by_fact.items() for each in self._of_fact(name, group, how)]

    def _of_fact(self, name: str, leaves: Sequence[str], how: _AskedFact) -> Iterator[_AskedFact]:
        axis, asked = self.kb.axes[name], [self.nodes[leaf] for leaf in leaves]
        both = frozenset.intersection(*(data["positions"] for data in asked))
        if len(asked) == 1 or not isinstance(axis, ValueAxis) or not both:
            for leaf, data in zip(leaves, asked, strict=True):
                yield replace(how, leaf=leaf, status=data["status"], needed=str(data["needed"]))
            return
        status = combine([data["status"] for data in asked], ALL)
        deciding = next(leaf for leaf in leaves if self.nodes[leaf]["status"] == status)
        yield replace(how, leaf=deciding, status=status, needed=needs_in_words(axis, sorted(both)))

    def _words(self, way: _Conjunction, facts: Sequence[_AskedFact], without: str) -> tuple[str, ...]:
        """What else has to hold in a way."""
        said = [f"{self.nodes[each.leaf]['about']}: {each.needed}" for each in facts if each.leaf != without]
        return (*said, *(str(self.nodes[each]["label"]) for each in (*way.groups, *way.others) if each != without))

    def _rules_out(self, leaf: str) -> bool:
        """Whether a fact that nobody can change stands against a clause; a threshold that is missed is worth a line."""
        data = self.nodes[leaf]
        attribute = self.kb.vocabulary[data["attribute"]]
        return data["status"] == UNMET and data["kind"] == "fact" and attribute.fixed and not attribute.is_ordered
