"""The same explanation in every format, whatever the case is called."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest

from payerlogic import KnowledgeBase, QuestionError
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.documents import FORMATS, render
from payerlogic.wording.explanation import outline
from payerlogic.wording.marks import COLORS, look_of
from payerlogic.wording.outline import as_text

HOSTILE = '<script>alert(1)</script> & "quoted" \\l %s \x1b[31m ]]>'
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def explanation(kb: KnowledgeBase) -> Explanation:
    return kb.explain({"id": HOSTILE, "primary_site": "breast", "device": "intrabeam"}, "nia")


@pytest.mark.parametrize("format_", FORMATS["Explanation"])
def test_each_format_is_made(kb: KnowledgeBase, explanation: Explanation, format_: str) -> None:
    assert render(explanation, format_, kb)


def test_an_unknown_format_names_the_nearest(kb: KnowledgeBase, explanation: Explanation) -> None:
    with pytest.raises(QuestionError, match="did you mean 'svg'"):
        render(explanation, "svgg", kb)


def test_json_has_the_promised_keys(kb: KnowledgeBase, explanation: Explanation) -> None:
    told = json.loads(render(explanation, "json", kb))
    assert all(set(node) == {"id", "kind", "label", "status", "role", "citation"} for node in told["nodes"])
    assert all(set(edge) == {"from", "to"} for edge in told["edges"])
    kinds = {node["kind"] for node in told["nodes"]}
    assert kinds <= {"determination", "clause", "criterion", "fact", "reading", "presumption"}
    assert {node["status"] for node in told["nodes"]} <= {"met", "unmet", "unknown"}
    assert {node["role"] for node in told["nodes"]} <= {"all", "any", "not"}
    ids = {node["id"] for node in told["nodes"]}
    assert all(edge["from"] in ids and edge["to"] in ids for edge in told["edges"])


def test_svg_can_be_read_out_and_runs_nothing(kb: KnowledgeBase, explanation: Explanation) -> None:
    root = ElementTree.fromstring(render(explanation, "svg", kb).decode())
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert "experimental" in (title.text or "")
    assert not list(root.iter(f"{SVG}script"))
    shown = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "✓" in shown
    assert "✗" in shown
    nodes = [group for group in root.iter(f"{SVG}g") if group.get("class") == "node"]
    assert len(nodes) == len(explanation.graph)


def test_long_labels_wrap(kb: KnowledgeBase, explanation: Explanation) -> None:
    root = ElementTree.fromstring(render(explanation, "svg", kb).decode())
    nodes = [group for group in root.iter(f"{SVG}g") if group.get("class") == "node"]
    assert max(len(text.text or "") for node in nodes for text in node.iter(f"{SVG}text")) <= 40


def test_a_picture_that_leaves_the_page_says_what_it_means(kb: KnowledgeBase, explanation: Explanation) -> None:
    text = " ".join(ElementTree.fromstring(render(explanation, "svg", kb).decode()).itertext())
    for part in ("Case:", "Color: the outcome", explanation.disclaimer):
        assert part in text


def test_a_gate_that_is_passed_says_so_and_a_color_is_an_outcome(kb: KnowledgeBase) -> None:
    found = kb.explain({"primary_site": "brain", "device": "intrabeam"}, "nia")
    looks = {node: look_of(data) for node, data in found.graph.nodes(data=True)}
    assert looks["met(nia,not_in_force)"].label == "passed: edition in force"
    assert looks["met(nia,not_in_force)"].mark == "✓"
    assert looks[found.root].style == found.determination.outcome
    colored = {node for node, look in looks.items() if look.style not in COLORS}
    assert colored == {found.root, *(f"met(nia,{clause.id})" for clause in found.determination.clauses)}


def test_binary_formats_are_what_they_say(kb: KnowledgeBase, explanation: Explanation) -> None:
    png, pdf = render(explanation, "png", kb), render(explanation, "pdf", kb)
    assert isinstance(png, bytes)
    assert png.startswith(b"\x89PNG")
    assert isinstance(pdf, bytes)
    assert pdf.startswith(b"%PDF")


def test_html_shows_markup_as_text_and_fetches_nothing(kb: KnowledgeBase, explanation: Explanation) -> None:
    html = render(explanation, "html", kb).decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "default-src 'none'" in html


def test_the_outline_tells_every_node(explanation: Explanation) -> None:
    listed = as_text(outline(explanation))
    for _, data in explanation.graph.nodes(data=True):
        assert look_of(data).label in listed


def test_pictures_are_drawn_one_at_a_time(kb: KnowledgeBase, capfd: pytest.CaptureFixture[str]) -> None:
    """Graphviz keeps state of its own, and ten people may look at once."""
    cases = [{"primary_site": site, "age_years": age} for site in ("brain", "breast", "rectum") for age in (30, 70)]
    explanations = [kb.explain(case, policy) for case in cases for policy in kb.policies]
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda each: render(each, "svg", kb).decode(), explanations))
    assert drawn == [render(each, "svg", kb).decode() for each in explanations]
    print("still heard", file=sys.stderr)
    assert "still heard" in capfd.readouterr().err
