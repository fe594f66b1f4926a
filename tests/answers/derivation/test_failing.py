"""The reasons that an explanation gives are conditions that truly fail, and no others.

``failing.yaml``   clauses made up one at a time, with every reason that is given
the properties     every reason is necessary: while it fails the clause cannot be met, whatever else changes;
                   what is named as failing fails; and the reasons of a clause are none of them implied by another
"""

from __future__ import annotations

import random
from ast import literal_eval
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from payerlogic import KnowledgeBase
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import Lack, Need, needs
from payerlogic.diagrams.forest import FALSE
from payerlogic.semantics.settings import Settings
from tests.answers.derivation.test_explanation import explained, random_case
from tests.tiers import amounts

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "failing.yaml").read_text(encoding="utf-8"))
HEAD = """
payer(acme, "Acme"). policy(acme, acme, iort, "Acme 1", "Made up").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "made up", rule).
clause(acme, c, "The clause").
concludes(acme, c, medically_necessary).
cites(acme, c, "A1").
"""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_reasons_are_those_of_the_table(made_up: Callable[..., KnowledgeBase], row: dict[str, Any]) -> None:
    kb = made_up({"acme": HEAD + row["rules"]})
    graph = kb.explain(row["case"], "acme").graph
    assert [str(need) for need in needs(graph, "met(acme,c)")] == row["needs"]


# --- Properties -------------------------------------------------------------------------------------------


def unmet_clauses(whole: Explanation) -> list[str]:
    nodes = whole.graph.nodes(data=True)
    return [node for node, data in nodes if node.startswith("met(") and data["status"] == "unmet"]


def met(kb: KnowledgeBase, lack: Lack) -> int:
    """Where what is lacking would hold: at its positions; of a set, in its families."""
    compiler = kb.compiler
    if lack.attribute in compiler.variable:
        return compiler.forest.literal(compiler.variable[lack.attribute], lack.positions)
    return compiler.forest.disj(*(compiler.space(lack.attribute).node(literal_eval(each)) for each in lack.positions))


def reachable_without(kb: KnowledgeBase, policy: str, clause: str, need: Need, settings: Settings) -> bool:
    """Whether the clause can be met, in some case at all, while every condition of the need fails."""
    compiler, forest = kb.compiler, kb.compiler.forest
    found = compiler.named("met", policy, clause, readings=compiler.readings(settings.readings))
    for lack in need.lacks:
        found = forest.conj(found, forest.negate(met(kb, lack)))
    return found != FALSE


@pytest.mark.parametrize("count", amounts(20, 80))
def test_every_reason_is_necessary_and_fails(kb: KnowledgeBase, count: int) -> None:
    seen = 0
    for case, policy, whole, settings in explained(kb, 11, count):
        view = kb.view(kb.read(case), policy, settings)
        for node in unmet_clauses(whole):
            clause = node.removesuffix(")").partition(",")[2]
            found = needs(whole.graph, node)
            assert found, (case, node)
            for need in found:
                if any(not lack.attribute for lack in need.lacks):
                    continue  # what must not hold and does has words, and no values, of its own
                assert not reachable_without(kb, policy, clause, need, settings), (case, node, str(need))
                for lack in need.lacks:
                    assert True not in view.over(met(kb, lack)), (case, node, str(need))
                seen += 1
    assert seen > 5 * count


@pytest.mark.parametrize("count", amounts(20, 60))
def test_no_reason_is_implied_by_another(kb: KnowledgeBase, count: int) -> None:
    for case, _, whole, _ in explained(kb, 12, count):
        for node in unmet_clauses(whole):
            found = needs(whole.graph, node)
            for one in found:
                assert not any(other.implies(one) for other in found if other is not one), (case, node)


SITES = ["rectum", "colon", "breast"]
LITERALS = [
    *(f"case(primary_site, {site})" for site in SITES),
    *(f"case(margin_status, {margin})" for margin in ("negative", "close", "positive")),
    'case(t_category, "T4")',
    "case(perforation, true)",
    "at_least(age_years, 50)",
    "criterion(acme,k)",
]


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A clause of one to three rules of one to three conditions, some of them negated, and a criterion below it."""
    literal = st.builds(
        lambda text, negated: f"not {text}" if negated else text, st.sampled_from(LITERALS), st.booleans()
    )
    bodies = draw(st.lists(st.lists(literal, min_size=1, max_size=3), min_size=1, max_size=3))
    below = draw(st.lists(st.lists(st.sampled_from(LITERALS[:-1]), min_size=1, max_size=2), min_size=1, max_size=2))
    lines = [f"met(acme, c) :- {', '.join(body)}." for body in bodies]
    lines += [f"criterion(acme, k) :- {', '.join(body)}." for body in below]
    return "\n".join(["bound(age_years, at_least, 50).", 'label(criterion(acme, k), "the criterion").', *lines])


@pytest.mark.long
@hypothesis_settings(max_examples=40)
@given(text=rules(), seed=st.integers(0, 10_000))
def test_reasons_are_necessary_in_random_policies(kb_folder: Path, tmp_path_factory: Any, text: str, seed: int) -> None:
    """Whatever the clause: its reasons fail, and meeting it without meeting them is impossible."""
    kb = random_policy(kb_folder, tmp_path_factory.mktemp("kb"), text)
    rng = random.Random(seed)
    settings = kb.settings()
    for _ in range(10):
        case = random_case(kb, rng, 0.9)
        graph = kb.explain(case, "acme", settings).graph
        if "met(acme,c)" not in graph or graph.nodes["met(acme,c)"]["status"] != "unmet":
            continue
        found = needs(graph, "met(acme,c)")
        assert found
        for need in found:
            if all(lack.attribute for lack in need.lacks):
                assert not reachable_without(kb, "acme", "c", need, settings), (text, case, str(need))


def random_policy(kb_folder: Path, folder: Path, text: str) -> KnowledgeBase:
    from shutil import copytree

    copy = folder / "kb"
    copytree(kb_folder, copy, ignore=lambda _folder, _names: {"policies"})
    (copy / "policies").mkdir()
    (copy / "policies" / "acme.lp").write_text(HEAD + text, encoding="utf-8")
    return KnowledgeBase.load(copy)
