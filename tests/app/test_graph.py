"""The derivation graph without a browser: what the component is given, and that nothing in it is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from payerlogic.answers.derivation.node_details import Details
from payerlogic.app.derivation_graph.content import content
from payerlogic.documents.pictures.views import IN_CONTEXT, MET_ONLY, VIEWS, in_view
from tests.app.conftest import APP, SECONDS
from tests.documents.test_graph_views import BREAST

HOSTILE = '<img src=x onerror="window.owned=1">'
POLICY = f"""\
% A made-up payer whose texts try to be markup.
payer(acme, "Acme {HOSTILE.replace('"', "'")}"). policy(acme, acme, iort, "ACME-7", "A made-up policy").
version(acme, 20200101, "first edition").
statement(acme, "A1", "<b>Criteria</b>", "sentence 1", "tumors </li><script>window.owned=1</script>", rule).
clause(acme, a1, "Tumors of the brain <svg onload=alert(1)>").
met(acme, a1) :- case(primary_site, brain), criterion(acme, grown_up).
criterion(acme, grown_up) :- at_least(age_years, 18).  % </code><script>window.owned=1</script>
label(criterion(acme, grown_up), "a grown-up <i>person</i>").
bound(age_years, at_least, 18).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
"""


def opened(app: AppTest) -> dict[str, Any]:
    """What the component was given."""
    assert not app.exception, app.exception
    (component,) = (each for each in app.get("bidi_component") if each.proto.component_name == "payerlogic.derivation")
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def visit(kb_folder: object, monkeypatch: pytest.MonkeyPatch, **parameters: str | list[str]) -> AppTest:
    """The Case page at an address."""
    monkeypatch.setenv("PAYERLOGIC_KB", str(kb_folder))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    facts = {f"f.{name}": str(value) for name, value in BREAST.items()}
    for name, value in {**facts, "case.payer": "nia", **parameters}.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def visiting(kb_folder: object, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    return lambda **parameters: visit(kb_folder, monkeypatch, **parameters)


def test_the_graph_is_shown_in_context_and_no_rule_is_opened(visiting: Callable[..., AppTest]) -> None:
    given = opened(visiting())
    assert given["open"] is None
    assert "Choose a node in the picture" in given["rule"]
    assert given["nodes"][0]["spoken"] == "NIA_CG_226: medically necessary. Determination, met. One of 3 below."
    folded = next(node for node in given["nodes"] if node["id"] == "met(nia,n26)")
    assert folded["spoken"] == (
        "Rectal cancer with a positive or close margin. Clause, not met. Because primary site is breast, needs "
        "rectosigmoid junction or rectum; surgical margin is negative, needs close or positive. 9 folded."
    )
    assert folded["foldable"]
    assert folded["folded"]


def test_every_node_has_a_shape_in_the_picture(visiting: Callable[..., AppTest]) -> None:
    given = opened(visiting(**{"case.view": "all"}))
    assert len(given["nodes"]) > 80
    for node in given["nodes"]:
        assert f'id="{node["shape"]}"' in given["svg"]
        assert set(node["children"]) <= {each["id"] for each in given["nodes"]}


def test_a_view_is_chosen(visiting: Callable[..., AppTest]) -> None:
    app = visiting()
    sizes = {}
    for view in VIEWS:
        app.radio(key="choice.case.view").set_value(view).run()
        sizes[view] = len(opened(app)["nodes"])
    assert sizes["met"] < sizes["context"] < sizes["all"]


def test_an_address_opens_a_rule(visiting: Callable[..., AppTest]) -> None:
    given = opened(visiting(**{"case.node": "met(nia,n10)"}))
    assert given["open"] == "met(nia,n10)"
    assert "Breast Cancer: first bullet, criterion 1 [N11]" in given["rule"]
    assert re.search(r"nia\.lp, line \d+", given["rule"])


def test_a_rule_of_another_payer_stays_closed(visiting: Callable[..., AppTest]) -> None:
    assert opened(visiting(**{"case.node": "met(bcbsaz,b16)"}))["open"] is None


@pytest.mark.parametrize("written", [HOSTILE, "met(nia", "'; drop", "", "\x00", "x" * 900])
def test_a_hostile_address_opens_and_folds_nothing(visiting: Callable[..., AppTest], written: str) -> None:
    given = opened(visiting(**{"case.node": written, "case.folds": [f"+{written}", written]}))
    assert given == opened(visiting())


def test_a_view_without_a_node_says_where_to_look(kb: KnowledgeBase) -> None:
    whole = kb.explain({"primary_site": "stomach", "ei_conditions": [], "fda_status": "approved"}, "bcbsaz")
    shown = in_view(whole, MET_ONLY)
    assert len(shown.graph) == 1
    assert content(kb, whole, shown, "BCBSAZ", MET_ONLY, None)["note"] == (
        "No clause is met or can still be met. 'In context' shows the nearest reasons; 'All' everything."
    )


def test_whatever_is_written_is_shown_as_text(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": POLICY})
    whole = kb.explain({"id": HOSTILE, "primary_site": "brain", "age_years": 30}, "acme")
    details = Details(kb)
    for node in whole.graph:
        given = content(kb, whole, in_view(whole), HOSTILE, IN_CONTEXT, details.of(whole, node))
        for markup in (given["rule"], given["svg"]):
            assert not re.search(r"<(script|img|i|b|svg onload)\b", markup)
    rule = content(kb, whole, in_view(whole), HOSTILE, IN_CONTEXT, details.of(whole, "met(acme,a1)"))["rule"]
    assert "&lt;script&gt;window.owned=1&lt;/script&gt;" in rule
    assert "Tumors of the brain &lt;svg onload=alert(1)&gt;" in rule


def test_what_is_exported_is_what_is_shown(kb_folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def page() -> None:
        from datetime import date

        import streamlit as st

        from payerlogic.app.cache import knowledge_base
        from payerlogic.app.derivation_graph import explanation_in_view, show_graph

        kb = knowledge_base()
        asked = kb.read({"primary_site": "brain"}), kb.settings(as_of=date(2026, 1, 31))
        show_graph(kb, *asked, "nia")
        st.session_state["exported"] = list(explanation_in_view(kb, *asked, "nia").graph)

    monkeypatch.setenv("PAYERLOGIC_KB", str(kb_folder))
    app = AppTest.from_function(page, default_timeout=SECONDS)
    app.session_state["choice.case.folds"] = ["+met(nia,n26)", "-other clauses of nia"]
    app.run()
    for view in VIEWS:
        app.radio(key="choice.case.view").set_value(view).run()
        assert app.session_state["exported"] == [node["id"] for node in opened(app)["nodes"]]
