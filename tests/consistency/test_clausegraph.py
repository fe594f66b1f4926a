"""The graph of the clauses that findings name.

===========================  ==========================================================================
``test_conflicts``           each conflict is an edge, told as widely as its widest finding holds
``test_precedence``          who prevails, and when, by deciding the witness with and without readings
``test_covers``              a redundant clause is covered by those that its finding names
``test_alone``               clauses that share no more than a vague term have no edge
``test_nothing``             no findings, no clauses: an empty graph and no picture to break
``test_picture``             a picture with a title, a description in sentences and a class for each group
``test_hostile``             titles that are markup are drawn as text
===========================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from payerlogic import KnowledgeBase
from payerlogic.consistency.clause_graph import ALWAYS, BY_DEFAULT, OTHERWISE, clause_graph, in_sentences
from payerlogic.consistency.finding import Finding
from payerlogic.documents.pictures.clause_graph import clauses_svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found(kb: KnowledgeBase) -> list[Finding]:
    return kb.check("nia")


def test_conflicts(kb: KnowledgeBase, found: list[Finding]) -> None:
    conflicts = [each for each in found if each.kind == "conflict"]
    graph = clause_graph(kb, "nia", conflicts)
    edges = {frozenset((a, b)) for a, b, relation in graph.edges(keys=True) if relation == "conflict"}
    assert edges == {frozenset(each.clauses) for each in conflicts}
    assert graph.edges["n08", "n33", "conflict"]["when"] == ALWAYS
    assert graph.edges["n09", "n10", "conflict"]["when"] == OTHERWISE


def test_precedence(kb: KnowledgeBase, found: list[Finding]) -> None:
    [finding] = [each for each in found if each.clauses == ("n08", "n33") and each.kind == "conflict"]
    graph = clause_graph(kb, "nia", [finding])
    assert graph.edges["n33", "n08", "prevails"]["when"] == BY_DEFAULT
    assert graph.edges["n08", "n33", "prevails"]["when"] == OTHERWISE
    witness = finding.witness
    assert witness is not None
    [clause] = kb.decide(witness, "nia").clauses
    assert clause.id == "n33"
    [clause] = kb.decide(witness, "nia", kb.settings({"nia_unlisted_sites": "case_by_case"})).clauses
    assert clause.id == "n08"


def test_covers(kb: KnowledgeBase, found: list[Finding]) -> None:
    for finding in (each for each in found if each.kind == "redundant"):
        graph = clause_graph(kb, "nia", [finding])
        covering = {a for a, b, relation in graph.edges(keys=True) if (relation, b) == ("covers", finding.clauses[0])}
        assert covering == set(finding.clauses[1:])


def test_alone(kb: KnowledgeBase, found: list[Finding]) -> None:
    shared = [each for each in found if each.kind == "vague" and len(each.clauses) > 1]
    assert shared
    graph = clause_graph(kb, "nia", shared)
    assert graph
    assert not graph.number_of_edges()


def test_nothing(kb: KnowledgeBase) -> None:
    graph = clause_graph(kb, "nia", [])
    assert not graph
    assert list(in_sentences(graph)) == []
    assert "<svg" in clauses_svg(graph)


def test_picture(kb: KnowledgeBase, found: list[Finding]) -> None:
    graph = clause_graph(kb, "nia", found)
    root = ElementTree.fromstring(clauses_svg(graph))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == f"{len(graph)} clauses and how they stand to each other"
    assert root.findtext(f"{SVG}desc") == ". ".join(in_sentences(graph))
    classes = [group.get("class", "") for group in root.iter(f"{SVG}g")]
    assert sum(name.startswith("node ") for name in classes) == len(graph)
    assert "edge conflict" in classes
    assert "edge overlap" in classes
    told = " ".join(root.itertext())
    assert all(clause in told for clause in graph)


def test_hostile(made_up: Callable[..., KnowledgeBase]) -> None:
    text = """\
payer(acme, "Acme (made up)"). policy(acme, acme, iort, "A", "T").
version(acme, 20200101, "first").
statement(acme, "A1", "S", "p", "one", rule).
clause(acme, a1, "<script>alert(1)</script> \\\\N {x|y} &amp; ]]>").
met(acme, a1) :- case(primary_site, brain).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
clause(acme, a2, "other").
met(acme, a2) :- case(primary_site, brain).
concludes(acme, a2, physician_review).
prevails(acme, a2, a1).
cites(acme, a2, "A1").
"""
    base = made_up({"acme": text})
    drawn = clauses_svg(clause_graph(base, "acme", base.check("acme")))
    assert "<script" not in drawn
    assert "alert(1)" in "".join(ElementTree.fromstring(drawn).itertext())
