"""Explanations in plain text: the rationale that a reviewer would write, and the whole graph as an outline.

>>> from payerlogic.knowledge import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> print(kb.explain({"primary_site": "brain", "device": "intrabeam"}, "nia").text().splitlines()[0])
NIA_CG_226 (edition of 2023-01-01): denied, investigational and not medically necessary.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from payerlogic.decide import DecidedCase, Determination
from payerlogic.derivation import NOT
from payerlogic.explain import Explanation
from payerlogic.render.marks import OUTCOME_MARKS, WORDS, mark_of

Line = tuple[int, str]  # how deep below its heading, and the words


def rationale(explanation: Explanation) -> str:
    """The determination, what it rests on, why no other clause decides, and what was taken for granted."""
    lines = [*_verdict(explanation), ""]
    for heading, told in parts(explanation):
        lines += [f"{heading}:"] if heading else []
        lines += [f"{'  ' * depth}{line}" for depth, line in told]
        lines.append("")
    lines += _remarks(explanation)
    return "\n".join([*lines, explanation.disclaimer, ""])


def parts(explanation: Explanation) -> Iterator[tuple[str, list[Line]]]:
    """What the determination rests on, clause by clause under no heading; then the other clauses under theirs."""
    told: set[str] = set()
    for node in explanation.children(explanation.root):
        data = explanation.graph.nodes[node]
        if data["kind"] == "criterion" and not data["citation"]:  # a heading over clauses
            yield str(data["label"]).capitalize(), list(_lines_below(explanation, node, 1, told))
        else:
            yield "", list(_tree(explanation, node, 0, told))


def verdict(determination: Determination, class_labels: list[str]) -> str:
    """One sentence: the document, its edition, the outcome and the class."""
    edition = f" (edition of {determination.version})" if determination.version else ""
    words = " or ".join(class_labels)
    outcome = determination.outcome.replace("_", " ")
    return f"{determination.policy}{edition}: {outcome}, {words}."


def _verdict(explanation: Explanation) -> Iterator[str]:
    determination, graph = explanation.determination, explanation.graph
    label = str(graph.nodes[explanation.root]["label"]).partition(": ")[2]
    yield verdict(determination, [label])
    payer_presumptions = [p for p in determination.presumptions if p.id in explanation.payer_presumptions]
    if determination.outcome == "denied" and payer_presumptions:
        words = "; ".join(each.text for each in payer_presumptions)
        yield f"This denial rests on a presumption: {words}."
    if determination.deciding:
        yield f"Facts that still decide it: {', '.join(determination.deciding)}."
    name = f"Case {explanation.case_id}. " if explanation.case_id else ""
    yield f"{name}As of {determination.as_of.isoformat()}, knowledge base {determination.kb}."


def _tree(explanation: Explanation, node: str, depth: int, told: set[str]) -> Iterator[Line]:
    """A node with everything below it; what was told before is not told again."""
    data = explanation.graph.nodes[node]
    cited = f" [{data['citation'] if depth == 0 else _short(data['citation'])}]" if data["citation"] else ""
    again = " (as above)" if node in told and explanation.children(node) else ""
    mark = mark_of(data["status"], data["kind"])
    shown = cited if data["kind"] == "clause" else ""
    yield depth, f"{mark} {data['label']}{shown}{again}"
    if not again:
        told.add(node)
        yield from _lines_below(explanation, node, depth + 1, told)


def _lines_below(explanation: Explanation, node: str, depth: int, told: set[str]) -> Iterator[Line]:
    """What fails in one line each; what holds or is open, as a tree."""
    for child in explanation.children(node):
        data = explanation.graph.nodes[child]
        fails = data["status"] == "unmet" and explanation.children(child) and not data["attribute"]
        if fails and data["kind"] in ("clause", "criterion"):
            told.add(child)
            yield depth, _failure(explanation, child)
        else:
            yield from _tree(explanation, child, depth, told)


def _failure(explanation: Explanation, node: str) -> str:
    """A condition that fails, with every reason."""
    data = explanation.graph.nodes[node]
    reasons = "; ".join(dict.fromkeys(_reasons(explanation, node)))
    cited = f" [{_short(data['citation'])}]" if data["citation"] and data["kind"] == "clause" else ""
    return f"{mark_of(data['status'], data['kind'])} {data['label']}{cited}: {reasons}"


def reasons_against(explanation: Explanation, node: str) -> list[str]:
    """Every condition because of which an unmet node fails; nothing for a node that is met or open."""
    if explanation.graph.nodes[node]["status"] != "unmet":
        return []
    return list(dict.fromkeys(_reasons(explanation, node)))


def _short(citation: str) -> str:
    """Only the statement ids of a citation."""
    ids = [part.partition("]")[0] for part in citation.split("[")[1:]]
    return ", ".join(ids)


def _reasons(explanation: Explanation, node: str) -> Iterator[str]:
    """The leaves because of which an unmet node fails: every one of them."""
    graph = explanation.graph
    data = graph.nodes[node]
    children = explanation.children(node)
    if data["attribute"] or not children:
        yield str(data["label"])
    elif data["role"] == NOT:
        holding = [child for child in children if graph.nodes[child]["status"] == "met"]
        if len(children) > 1 or not holding:
            holding = [each for each in holding if graph.nodes[each]["kind"] == "clause"]
        if data["label"].startswith("not: ") and not holding:
            yield f"holds: {data['label'].removeprefix('not: ')}"
        yield from (f"holds: {graph.nodes[child]['label']}" for child in holding)
    else:
        for child in children:
            if graph.nodes[child]["status"] == "unmet":
                yield from _reasons(explanation, child)


def _remarks(explanation: Explanation) -> Iterator[str]:
    determination = explanation.determination
    if determination.readings:
        yield "Read otherwise than by default:"
        yield from (f"  {reading} = {option}" for reading, option in determination.readings.items())
    for title, remarks in (
        ("Presumed, since nothing was stated:", determination.presumptions),
        ("Limits:", determination.limits),
        ("Please note:", determination.advisories),
    ):
        if remarks:
            yield title
            yield from (f"  {each.text}" for each in remarks)
    yield ""


def outline(explanation: Explanation) -> str:
    """Every node once, nested, each with its status in words."""
    lines: list[str] = []
    told: set[str] = set()

    def tell(node: str, depth: int) -> None:
        data = explanation.graph.nodes[node]
        again = " (told above)" if node in told and explanation.children(node) else ""
        cited = f" [{data['citation']}]" if data["citation"] else ""
        lines.append(f"{'  ' * depth}- {data['label']}: {WORDS[data['status']]}{cited}{again}")
        if node not in told:
            told.add(node)
            for child in explanation.children(node):
                tell(child, depth + 1)

    tell(explanation.root, 0)
    return "\n".join(lines)


def determinations_html(decided: DecidedCase) -> str:
    """A small table of the determinations of a case, for notebooks."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(each.policy)}</th>"
        f"<td>{OUTCOME_MARKS[each.outcome]} {escape(each.outcome.replace('_', ' '))}</td>"
        f"<td>{escape(', '.join(each.possible).replace('_', ' '))}</td>"
        f"<td>{escape('; '.join(clause.citation for clause in each.clauses))}</td></tr>"
        for each in decided.determinations.values()
    )
    head = "<tr><th>Policy</th><th>Outcome</th><th>Class</th><th>Rests on</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
