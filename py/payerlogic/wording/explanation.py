"""Explanations in plain text: the rationale that a reviewer would write, and the whole graph as an outline.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> print(kb.explain({"primary_site": "brain", "device": "intrabeam"}, "nia").text().splitlines()[0])
NIA_CG_226 (edition of 2023-01-01): denied, investigational and not medically necessary.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from payerlogic.answers.decision import DecidedCase, Determination
from payerlogic.answers.derivation.builder import ALL, ANY, MET, NOT, UNMET
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import needs, qualifies
from payerlogic.text.printable import printable
from payerlogic.wording.marks import OUTCOME_MARKS, WORDS, mark_of

NOT_NEEDED = " (not needed)"
CLAUSES = ("met(", "stands(")
Line = tuple[int, str]  # how deep below its heading, and the words


def rationale(explanation: Explanation) -> str:
    """The determination with its premises, what it rests on, why no other clause decides, and remarks."""
    lines = [*_verdict(explanation), ""]
    if not explanation.determination.clauses and explanation.determination.class_ is not None:
        lines += ["No clause decides this case: each fails as listed below.", ""]
    for heading, shown in parts(explanation):
        lines += [f"{heading}:"] if heading else []
        lines += [f"{'  ' * depth}{line}" for depth, line in shown]
        lines.append("")
    lines += _remarks(explanation)
    return "\n".join([*lines, explanation.disclaimer, ""])


def parts(explanation: Explanation) -> Iterator[tuple[str, list[Line]]]:
    """What the determination rests on, clause by clause under no heading; then the other clauses under theirs."""
    shown: set[str] = set()
    for node in explanation.children(explanation.root):
        data = explanation.graph.nodes[node]
        if data["kind"] == "criterion" and not data["citation"]:  # a heading over clauses
            yield str(data["label"]).capitalize(), list(_lines_below(explanation, node, 1, shown))
        else:
            yield "", list(_tree(explanation, node, 0, shown))


def verdict(determination: Determination, class_labels: list[str]) -> str:
    """One sentence: the document, its edition, the outcome and the class."""
    edition = f" (edition of {determination.version})" if determination.version else ""
    words = " or ".join(class_labels)
    outcome = determination.outcome.replace("_", " ") + determination.extent
    return f"{determination.policy}{edition}: {outcome}, {words}."


def _verdict(explanation: Explanation) -> Iterator[str]:
    """The status, then what it rests on: what the payer is presumed to find in the first line."""
    determination = explanation.determination
    premises = determination.premises
    own = [line for line in (premises.payers_own_sentence,) if line]
    yield " ".join([verdict(determination, [explanation.graph.graph["classes"]]), *own])
    yield from explanation.contradiction
    yield from (f"Limit: {each.cited}." for each in determination.limits)
    if determination.deciding:
        yield f"Missing information that decides it: {'; '.join(explanation.missing)}."
    yield from premises.usual_sentences
    yield from premises.reading_sentences()
    name = f"Case {printable(explanation.case_id)}. " if explanation.case_id else ""
    yield f"{name}As of {determination.as_of.isoformat()}, knowledge base {determination.kb}."


def _tree(explanation: Explanation, node: str, depth: int, shown: set[str]) -> Iterator[Line]:
    """A node with everything below it; what was shown before is not shown again."""
    data = explanation.graph.nodes[node]
    citation = data["citation"] if depth == 0 else _short(data["citation"])
    cited = f" [{citation}]" if data["citation"] and data["kind"] == "clause" else ""
    again = node in shown and bool(explanation.children(node))
    end = " (as above)" if again else _how(explanation, node)
    yield depth, f"{mark_of(data['status'], data['kind'])} {data['label']}{cited}{end}"
    if not again:
        shown.add(node)
        yield from _lines_below(explanation, node, depth + 1, shown)


def _how(explanation: Explanation, node: str) -> str:
    """How what is below a node combines, where it is more than one condition: requirements or alternatives."""
    data = explanation.graph.nodes[node]
    counted = [child for child in explanation.children(node) if not qualifies(explanation.graph, child)]
    if data["attribute"] or not counted:
        return ""
    if data.get("counts") or data["role"] == NOT:
        return ":"
    needed = "" if data["status"] == MET else "needs "
    return f", {needed}{'all' if data['role'] == ALL else 'one'} of:" if len(counted) > 1 else ""


def _lines_below(explanation: Explanation, node: str, depth: int, shown: set[str]) -> Iterator[Line]:
    """What fails in one line each; what holds or is open, as a tree."""
    data = explanation.graph.nodes[node]
    enough = data["role"] == ANY and data["status"] == MET and not data["attribute"] and not data.get("counts")
    for child in explanation.children(node):
        below = explanation.graph.nodes[child]
        spare = enough and below["status"] != MET
        fails = below["status"] == UNMET and explanation.children(child) and not below["attribute"]
        if fails and below["kind"] in ("clause", "criterion"):
            shown.add(child)
            yield depth, _failure(explanation, child) + (NOT_NEEDED if spare else "")
        else:
            lines = list(_tree(explanation, child, depth, shown))
            yield from [(depth, lines[0][1] + NOT_NEEDED), *lines[1:]] if spare and len(lines) == 1 else lines


def _failure(explanation: Explanation, node: str) -> str:
    """A condition that fails, with every reason."""
    data = explanation.graph.nodes[node]
    cited = f" [{_short(data['citation'])}]" if data["citation"] and node.startswith(CLAUSES) else ""
    reasons = reasons_against(explanation, node)
    beaten = "met, but " if node.startswith("stands(") and explanation.graph.nodes[_met(node)]["status"] == MET else ""
    label = "" if " by " in node else f"{data['label']}{cited}: "  # one of several ways has no words but its conditions
    return f"{mark_of(data['status'], data['kind'])} {label}{beaten}{_listed(reasons)}"


def _met(node: str) -> str:
    return node.replace("stands(", "met(", 1)


def _listed(reasons: list[str]) -> str:
    """Requirements one after the other: each of them has to be met."""
    return reasons[0] if len(reasons) == 1 else f"{'; '.join(reasons[:-1])}; and {reasons[-1]}"


def reasons_against(explanation: Explanation, node: str) -> list[str]:
    """The fewest conditions because of which an unmet node fails; nothing for a node that is met or open."""
    return [str(need) for need in needs(explanation.graph, node)]


def _short(citation: str) -> str:
    """Only the statement ids of a citation."""
    ids = [part.partition("]")[0] for part in citation.split("[")[1:]]
    return ", ".join(ids)


def _remarks(explanation: Explanation) -> Iterator[str]:
    determination = explanation.determination
    if determination.readings:
        yield "Readings that are not the default:"
        yield from (f"  {reading} = {option}" for reading, option in determination.readings.items())
    if determination.advisories:
        yield "Please note:"
        yield from (f"  {each.cited}" for each in determination.advisories)
    yield ""


def outline(explanation: Explanation) -> str:
    """Every node once, nested, each with its status in words."""
    lines: list[str] = []
    shown: set[str] = set()

    def tell(node: str, depth: int) -> None:
        data = explanation.graph.nodes[node]
        again = " (as above)" if node in shown and explanation.children(node) else ""
        cited = f" [{data['citation']}]" if data["citation"] else ""
        lines.append(f"{'  ' * depth}- {data['label']}: {WORDS[data['status']]}{cited}{again}")
        if node not in shown:
            shown.add(node)
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
