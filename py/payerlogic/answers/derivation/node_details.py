"""What stands behind one node of a derivation graph: the text, the rules, the facts, the readings.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> explanation = kb.explain({"primary_site": "breast", "age_years": 45}, "nia")
    >>> found = Details(kb).of(explanation, "met(nia,n10)")
    >>> found.statements[1].paraphrase
    'invasive cancer at an age of 50 or more'
    >>> [(fact.label, fact.status) for fact in found.facts if fact.attribute == "age_years"]
    [('age is 45 years, needs 50 or more', 'unmet')]
    >>> found.rules[0].text.splitlines()[0]
    'met(nia, n10) :-'

Everything is read from the program that was solved and its graph; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import networkx as nx

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.errors import QuestionError, nearest
from payerlogic.program.catalog import Interpretation
from payerlogic.program.grounding import Term, term_of
from payerlogic.program.rule_index import Heads
from payerlogic.program.source_files import ParsedStatement
from payerlogic.semantics.model import Model

OF_A_CLAUSE = ("met", "stands", "undefeated")
CLAUSE_HEADS = ("met", "concludes", "otherwise")
BOUNDS = ("at_least", "at_most")


@dataclass(frozen=True)
class Cited:
    """A statement of the document, in our words, and where it stands."""

    id: str
    paraphrase: str
    citation: str


@dataclass(frozen=True)
class SourceRule:
    """A rule or fact of the knowledge base as it is written."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class LinkedNode:
    """A node that this one rests on or serves, or that lies beneath it."""

    node: str
    label: str
    status: str
    kind: str
    attribute: str = ""


@dataclass(frozen=True)
class TakenReading:
    """A choice of meaning that bears on a node."""

    reading: Interpretation
    option: str
    citation: str

    @property
    def is_default(self) -> bool:
        return self.option == self.reading.default

    @property
    def others(self) -> tuple[str, ...]:
        """What the words could mean as well."""
        return tuple(each.meaning for each in self.reading.options if each.name != self.option)


@dataclass(frozen=True)
class NodeDetails:
    """One node, opened.

    ``statements`` are those that it cites; where it cites none, ``serves`` leads to what does. ``rules``
    conclude it; ``asked_by`` are the rules that ask for a fact. ``parts`` are the nodes right below.
    """

    part: LinkedNode
    role: str
    statements: tuple[Cited, ...]
    source: str
    parts: tuple[LinkedNode, ...]
    serves: tuple[LinkedNode, ...]
    facts: tuple[LinkedNode, ...]
    readings: tuple[TakenReading, ...]
    presumptions: tuple[LinkedNode, ...]
    rules: tuple[SourceRule, ...]
    asked_by: tuple[SourceRule, ...]
    help: str


class Details:
    """Opens nodes of the derivation graphs of one knowledge base."""

    def __init__(self, kb: Model) -> None:
        self.catalog = kb.catalog
        self.vocabulary = kb.vocabulary
        self.ground = kb.ground
        self.heads = Heads(kb.program)

    def of(self, explanation: Explanation, node: str) -> NodeDetails:
        """What stands behind ``node`` of a whole explanation. QuestionError for a node that it does not have."""
        graph = explanation.graph
        if node not in graph:
            raise QuestionError(f"there is no node {node!r} in this graph; {nearest(node, tuple(graph))}")
        data = graph.nodes[node]
        beneath = [_part(explanation, each) for each in _beneath(explanation, node)]
        statements = tuple(self._statements(explanation, node))
        rules = tuple(dict.fromkeys(map(_source, self._rules(explanation, node))))
        asked_by = tuple(dict.fromkeys(map(_source, self._asking(explanation, node))) if data["attribute"] else ())
        return NodeDetails(
            _part(explanation, node),
            str(data["role"]),
            statements,
            "" if statements else str(data["citation"]),
            tuple(_part(explanation, each) for each in explanation.children(node)),
            tuple(_part(explanation, each) for each in graph.predecessors(node)),
            tuple(each for each in beneath if each.attribute),
            tuple(self._reading(explanation, each.node) for each in beneath if each.kind == "reading"),
            tuple(each for each in beneath if each.kind == "presumption"),
            rules,
            tuple(each for each in asked_by if each not in rules),
            self.vocabulary[data["attribute"]].help if data["attribute"] else "",
        )

    # --- The document --------------------------------------------------------------------------------

    def _statements(self, explanation: Explanation, node: str) -> Iterator[Cited]:
        policy = self.catalog.policies[explanation.policy_id]
        version = explanation.determination.version
        for id_ in dict.fromkeys(_cited(explanation, node)):
            paraphrase = policy.statements[id_].paraphrase
            yield Cited(id_, paraphrase, self.catalog.citation(policy.id, (id_,), version))

    def _reading(self, explanation: Explanation, node: str) -> TakenReading:
        id_, option = map(str, _symbol(explanation, node).arguments)  # type: ignore[union-attr]
        return TakenReading(self.catalog.readings[id_], option, str(explanation.graph.nodes[node]["citation"]))

    # --- The rules -----------------------------------------------------------------------------------

    def _rules(self, explanation: Explanation, node: str) -> Iterator[ParsedStatement]:
        """The rules and facts that conclude what a node says."""
        symbol = _symbol(explanation, node)
        if symbol is None:
            return
        name, arguments = symbol.name, symbol.arguments
        if node == explanation.root:
            yield from self.heads.of("determination", explanation.policy_id)
        elif name in OF_A_CLAUSE and len(arguments) == 2:
            for head in CLAUSE_HEADS if name != "undefeated" else ():
                yield from self._about(head, *arguments)
            if name != "met":
                yield from self._precedence(explanation, f"undefeated({arguments[0]},{arguments[1]})")
        elif name == "reading":
            yield from self.heads.of("ambiguity", None, arguments[0])
            yield from self.heads.of("option", arguments[0])
        elif name == "presume":
            yield from self.heads.of("presumption", None, arguments[0])
            for head in ("presumed_value", "presumption_holds"):
                yield from self.heads.of(head, arguments[0])
        elif name == "axiom":
            yield from self.heads.of("axiom", arguments[0])
            yield from self.heads.of("impossible", arguments[0])
        elif name in BOUNDS and len(arguments) == 2:
            own = self.heads.naming("bound", arguments[0])  # the shared rules that bound every record say nothing here
            yield from (each for each in self.heads.of("bound", arguments[0], name, arguments[1]) if each in own)
        elif name != "case":  # what a case states is no rule
            yield from self.heads.concluding(str(symbol))

    def _precedence(self, explanation: Explanation, node: str) -> Iterator[ParsedStatement]:
        """Why the clauses under ``node`` prevail."""
        if node not in explanation.graph or (beaten := _symbol(explanation, node)) is None:
            return
        for child in explanation.children(node):
            clause = _symbol(explanation, child)
            if clause is not None and clause.name == "met":
                yield from self._about("prevails", *clause.arguments, beaten.arguments[1])

    def _asking(self, explanation: Explanation, node: str) -> Iterator[ParsedStatement]:
        for parent in explanation.graph.predecessors(node):
            symbol = _symbol(explanation, parent)
            if symbol is not None and symbol.name not in ("stands", "undefeated"):
                is_clause = symbol.name == "met"
                yield from self._about("met", *symbol.arguments) if is_clause else self._rules(explanation, parent)

    def _about(self, head: str, *arguments: Term) -> Iterator[ParsedStatement]:
        """The statements with this head that name these arguments; where none does, the general ones that give an
        atom with them."""
        named = self.heads.naming(head, *arguments)
        yield from named
        for symbol in self.ground.atoms_of(head) if not named else ():
            if symbol.arguments[: len(arguments)] == list(arguments):
                yield from self.heads.concluding(str(symbol))


def _part(explanation: Explanation, node: str) -> LinkedNode:
    data = explanation.graph.nodes[node]
    return LinkedNode(node, str(data["label"]), str(data["status"]), str(data["kind"]), str(data["attribute"]))


def _cited(explanation: Explanation, node: str) -> Iterator[str]:
    """The statements of a node; of the determination, those of what it rests on."""
    for each in explanation.children(node) if node == explanation.root else (node,):
        yield from explanation.graph.nodes[each]["statements"]


def _beneath(explanation: Explanation, node: str) -> Iterable[str]:
    """The node and all beneath it, in the order of the graph; of the determination, what it rests on."""
    graph = explanation.graph
    tops = [node]
    if node == explanation.root:
        tops = [child for child in explanation.children(node) if graph.nodes[child]["citation"]]
    below = {each for top in tops for each in (top, *nx.descendants(graph, top))}
    return (each for each in graph if each in below)


def _symbol(explanation: Explanation, node: str) -> Term | None:
    """The atom that a node is about; None for a node that stands for no atom, such as a heading."""
    return term_of(explanation.graph.nodes[node]["atom"])


def _source(statement: ParsedStatement) -> SourceRule:
    return SourceRule(statement.file.name, statement.line, statement.text)
