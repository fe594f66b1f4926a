"""Explanations in plain text: the rationale that a reviewer would write, and the whole graph as an outline.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> print(rationale(kb.explain({"primary_site": "brain", "device": "intrabeam"}, "nia"))[0])
NIA_CG_226 (edition of 2023-01-01): denied, investigational and not medically necessary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from payerlogic.answers.decision import Determination
from payerlogic.answers.derivation.builder import ALL, ANY, MET, NOT, UNMET
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import needs, qualifies
from payerlogic.text.phrases import edition_in_words, joined
from payerlogic.text.printable import printable
from payerlogic.wording.marks import WORDS, look_of, mark_of
from payerlogic.wording.outline import Line

NOT_NEEDED = " (not needed)"
SKIP = Line("")


def rationale(explanation: Explanation) -> list[Line]:
    """What a reviewer would write: the reasoning, and that it explains a policy and is no coverage decision."""
    return [*reasoning(explanation), SKIP, Line(explanation.disclaimer)]


def reasoning(explanation: Explanation) -> list[Line]:
    """The determination with its premises, what it rests on, why no other clause decides, and remarks."""
    lines = [*_verdict(explanation), SKIP]
    if not explanation.determination.clauses and explanation.determination.class_ is not None:
        lines += [Line("No clause decides this case: each fails as listed below."), SKIP]
    for heading, shown in reasons_by_heading(explanation):
        lines += [Line(f"{heading}:")] if heading else []
        lines += shown
        lines.append(SKIP)
    return [*lines, *_remarks(explanation)]


def reasons_by_heading(explanation: Explanation) -> Iterator[tuple[str, list[Line]]]:
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
    edition = f" ({edition_in_words(determination.version)})" if determination.version else ""
    words = " or ".join(class_labels)
    outcome = determination.outcome.replace("_", " ") + determination.extent
    return f"{determination.policy}{edition}: {outcome}, {words}."


def _verdict(explanation: Explanation) -> Iterator[Line]:
    """The status, then what it rests on: what the payer is presumed to find in the first line."""
    determination = explanation.determination
    premises = determination.premises
    own = [line for line in (premises.payers_own_sentence,) if line]
    yield Line(" ".join([verdict(determination, [explanation.graph.graph["classes"]]), *own]), is_status=True)
    yield from map(Line, explanation.contradiction)
    yield from (Line(f"Limit: {each.cited}.") for each in determination.limits)
    if determination.deciding:
        yield Line(f"Missing information that decides {determination.what_is_open}: {'; '.join(explanation.missing)}.")
    yield from map(Line, premises.usual_sentences)
    yield from map(Line, premises.reading_sentences())
    name = f"Case {printable(explanation.case_id)}. " if explanation.case_id else ""
    yield Line(f"{name}As of {determination.as_of.isoformat()}, knowledge base {determination.kb}.")


def _tree(explanation: Explanation, node: str, depth: int, shown: set[str]) -> Iterator[Line]:
    """A node with everything below it; what was shown before is not shown again."""
    data = explanation.graph.nodes[node]
    cites = data["citation"] and data["kind"] == "clause"
    citation = (data["citation"] if depth == 0 else _short(data)) if cites else ""
    again = node in shown and bool(explanation.children(node))
    end = " (as above)" if again else _how(explanation, node)
    yield Line(str(data["label"]), depth, mark_of(data["status"], data["kind"]), citation, end)
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
    """What fails in one line each, where one can say it; what holds or is open, as a tree."""
    data = explanation.graph.nodes[node]
    enough = data["role"] == ANY and data["status"] == MET and not data["attribute"] and not data.get("counts")
    for child in explanation.children(node):
        below = explanation.graph.nodes[child]
        spare = enough and below["status"] != MET
        fails = below["status"] == UNMET and explanation.children(child) and not below["attribute"]
        if fails and below["kind"] in ("clause", "criterion"):
            lines = list(_failure(explanation, child, depth, shown))
        else:
            lines = list(_tree(explanation, child, depth, shown))
        only = spare and len(lines) == 1
        yield from [replace(lines[0], end=lines[0].end + NOT_NEEDED)] if only else lines


def _failure(explanation: Explanation, node: str, depth: int, shown: set[str]) -> Iterator[Line]:
    """A condition that fails, with every reason; where these rest on each other, what fails below it as a tree; of a
    gate that the request passed only what it is about."""
    data = explanation.graph.nodes[node]
    if data.get("passed"):
        yield _passed(explanation, node, depth)
        return
    names_clause = data["kind"] == "clause" or "overridden" in data
    cited = f" [{_short(data)}]" if data["citation"] and names_clause else ""
    mark = mark_of(data["status"], data["kind"])
    lacking = needs(explanation.graph, node)
    again = node in shown
    shown.add(node)
    if all(need.is_plain for need in lacking):
        beaten = "met, but " if data.get("overridden") else ""
        label = "" if data.get("is_way") else f"{data['label']}{cited}: "  # a way has no words but its conditions
        yield Line(f"{label}{beaten}{_listed([*map(str, lacking)])}", depth, mark)
    elif again:
        yield Line(f"{data['label']}{cited}", depth, mark, end=" (as above)")
    else:
        statuses = (UNMET, MET) if data.get("counts") else (UNMET,)
        parts = [each for each in explanation.children(node) if explanation.graph.nodes[each]["status"] in statuses]
        yield Line(f"{data['label']}{cited}", depth, mark, end=_how(explanation, node) if len(parts) > 1 else ":")
        for child in parts:
            yield from _part(explanation, node, child, depth + 1, shown)


def _passed(explanation: Explanation, node: str, depth: int) -> Line:
    """A gate that the request passed, by what is in order, and by the facts that are so."""
    data = explanation.graph.nodes[node]
    facts = dict.fromkeys(lack.fact for need in needs(explanation.graph, node) for lack in need.lacks if lack.fact)
    cited = f" [{_short(data)}]" if data["citation"] else ""
    look, also = look_of(data), f": {joined(facts, 'and')}" if facts else ""
    return Line(f"{look.label}{cited}{also}", depth, look.mark)


def _part(explanation: Explanation, node: str, child: str, depth: int, shown: set[str]) -> Iterator[Line]:
    """What is below a condition that fails: of a count a line for each member, also for those that hold."""
    data, below = explanation.graph.nodes[node], explanation.graph.nodes[child]
    if data.get("counts") and not all(need.is_plain for need in needs(explanation.graph, child)):
        yield Line(str(below["label"]), depth, mark_of(below["status"], below["kind"]))
    elif below["attribute"] or below["status"] == MET:
        more = "one more: " if below["attribute"] and below["record"] and not below["record"][1] else ""
        own = more if data["role"] == ANY and not data.get("counts") else ""
        yield Line(f"{own}{below['label']}", depth, mark_of(below["status"], below["kind"]))
    else:
        yield from _failure(explanation, child, depth, shown)


def _listed(reasons: list[str]) -> str:
    """Requirements one after the other: each of them has to be met."""
    return reasons[0] if len(reasons) == 1 else f"{'; '.join(reasons[:-1])}; and {reasons[-1]}"


def _short(data: Mapping[str, Any]) -> str:
    """Only the statement ids."""
    return ", ".join(data["statements"])


def _remarks(explanation: Explanation) -> Iterator[Line]:
    determination = explanation.determination
    if determination.readings:
        yield Line("Readings that are not the default:")
        yield from (Line(f"{reading} = {option}", 1) for reading, option in determination.readings.items())
    if determination.advisories:
        yield Line("Please note:")
        yield from (Line(each.cited, 1) for each in determination.advisories)


def outline(explanation: Explanation) -> list[Line]:
    """Every node once, nested, each with its status in words: the text alternative of the picture."""
    lines: list[Line] = []
    shown: set[str] = set()

    def add(node: str, depth: int) -> None:
        data = explanation.graph.nodes[node]
        again = " (as above)" if node in shown and explanation.children(node) else ""
        look = look_of(data)
        words = WORDS[data["status"]] if not data.get("passed") else ""
        lines.append(Line(f"{look.label}{words and f': {words}'}", depth, "-", data["citation"], again))
        if node not in shown:
            shown.add(node)
            for child in explanation.children(node):
                add(child, depth + 1)

    add(explanation.root, 0)
    return lines
