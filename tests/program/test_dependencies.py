"""The condition graph: ground rules as Boolean conditions, aggregates included; cycles are refused.

Aggregates are checked on small made-up programs that clingo and the graph evaluate for every input.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.program.dependencies import ConditionGraph, fires
from payerlogic.program.files import Program
from payerlogic.program.grounding import GroundProgram, GroundRule

INPUTS = "abcde"


def ground(tmp_path: Path, rules: str) -> GroundProgram:
    """A made-up program of free inputs a to e and ``rules``."""
    (tmp_path / "small.lp").write_text(f"{{ in({';'.join(INPUTS)}) }}.\n{rules}\n", encoding="utf-8")
    return GroundProgram.of(Program.read(tmp_path))


AGGREGATES = [
    "out :- 2 { in(X) }.",
    "out :- #count { X : in(X) } >= 3.",
    "out :- #count { X : in(X) } <= 1.",
    "out :- #count { X : in(X) } = 2.",
    "out :- 2 <= #count { X : in(X) } <= 3.",
    "out :- #count { X : in(X) } != 2.",
    "out :- not 2 { in(X) }.",
    "out :- 2 { in(X) }, not in(a).",
    "weight(a,1). weight(b,2). weight(c,3). weight(d,2). weight(e,1). out :- #sum { W, X : in(X), weight(X, W) } >= 4.",
    "weight(a,1). weight(b,-2). weight(c,3). weight(d,-1). out :- #sum { W, X : in(X), weight(X, W) } >= 2.",
    "weight(a,1). weight(b,-2). weight(c,3). weight(d,-1). out :- #sum { W, X : in(X), weight(X, W) } < 1.",
    "out :- #sum { 1, x : in(a); 1, x : in(b); 1, y : in(c) } >= 2.",  # the same tuple counts once
    "level(a,1). level(b,5). level(c,9). out :- #max { L : in(X), level(X, L) } >= 5.",
    "level(a,1). level(b,5). level(c,9). out :- #min { L : in(X), level(X, L) } >= 5.",
    "out :- in(X) : X = (a; b).",  # all of
    "some :- in(a). some :- in(b). out :- some, not in(c).",
    "one(X) :- in(X). out :- 2 { one(a); one(b); not in(c) }.",
    "pair :- 2 { in(a); in(b); in(c) }. out :- 1 { pair; in(d) }, not in(e).",
]


@pytest.mark.parametrize("rules", AGGREGATES)
def test_rules_and_aggregates(tmp_path: Path, rules: str) -> None:
    """For every choice of inputs the graph computes the atoms of clingo's one stable model."""
    program = ground(tmp_path, rules)
    graph = ConditionGraph.of(program)
    named = {atom: str(symbol) for atom, symbol in program.symbol_of.items()}
    free = {name: atom for atom, name in named.items() if name.startswith("in(")}
    assert set(free.values()) == graph.inputs
    outcomes = set()
    for chosen in chain.from_iterable(combinations(free, size) for size in range(len(free) + 1)):
        assumed = [(program.symbol_of[atom], name in chosen) for name, atom in free.items()]
        with program.control.solve(assumptions=assumed, yield_=True) as handle:
            models = [{str(symbol) for symbol in model.symbols(atoms=True)} for model in handle]
        assert len(models) == 1
        computed = {named[atom] for atom in graph.evaluate(free[name] for name in chosen) if atom in named}
        always = {str(symbol) for symbols in program.true_symbols.values() for symbol in symbols}
        assert computed | always == models[0]
        outcomes.add("out" in models[0])
    assert outcomes == {True, False}


@pytest.mark.parametrize(
    "rules",
    [
        "out :- out.",
        "out :- other. other :- out, in(a).",
        "out :- not other, in(a). other :- not out, in(b).",
        "out :- 2 { in(a); in(b); other }. other :- out.",
        "out :- not out, in(a).",
    ],
)
def test_cycles_are_refused(tmp_path: Path, rules: str) -> None:
    program = ground(tmp_path, f"out :- in(c).\nother :- in(d).\n{rules}")
    with pytest.raises(KnowledgeBaseError, match="rules depend on themselves: o"):
        ConditionGraph.of(program)


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ("one ; other :- in(a).", "disjunction"),
        ("#minimize { 1, X : in(X) }.", "not allowed"),
        ("#maximize { 1, X : in(X) }.", "not allowed"),
    ],
)
def test_what_has_no_condition_is_refused(tmp_path: Path, rules: str, what: str) -> None:
    with pytest.raises(KnowledgeBaseError, match=what):
        ground(tmp_path, rules)


def test_a_rule_fires_when_its_weights_reach_its_bound() -> None:
    rule = GroundRule(9, (1, -2, 3), (2, 1, 1), 3)
    firing = [set(chosen) for size in range(4) for chosen in combinations((1, 2, 3), size) if fires(rule, set(chosen))]
    assert firing == [{1}, {1, 3}, {1, 2, 3}]


def test_what_an_atom_depends_on_comes_before_it(kb: KnowledgeBase) -> None:
    place = {atom: index for index, atom in enumerate(kb.graph.inputs_first)}
    for head, rules in kb.graph.rules.items():
        assert all(place[abs(literal)] < place[head] for rule in rules for literal in rule.body)


def test_inputs_are_facts_readings_and_presumptions(kb: KnowledgeBase) -> None:
    assert {kb.ground.symbol_of[atom].name for atom in kb.graph.inputs} == {"case", "reading", "presume"}


def test_cone_holds_all_that_something_rests_on(kb: KnowledgeBase) -> None:
    cone = kb.graph.cone([kb.compiler.ground_atom("met", "nia", "n26")])
    names = {str(kb.ground.symbol_of[atom]) for atom in cone if atom in kb.ground.symbol_of}
    assert {
        "criterion(nia,rectal_findings)",
        'case(t_category,"T4")',
        "reading(nia_rectal_scope,any_of_the_three)",
    } <= names
    assert not any("breast" in name or "age_years" in name for name in names)


def test_two_or_more_of(made_up: Callable[..., KnowledgeBase]) -> None:
    """An aggregate in a policy is a condition like any other, and clingo agrees with it."""
    text = (Path(__file__).parent / "lint" / "good" / "everything.lp").read_text(encoding="utf-8")
    kb = made_up({"acme": text})
    facts = {"age_years": 55, "intent": "boost", "margin_status": "close"}
    for more, expected in [
        ({"completely_removable": False}, ("medically_necessary",)),
        ({"completely_removable": True, "disease_status": "primary"}, ("physician_review",)),
        ({"completely_removable": True, "disease_status": "local_recurrence"}, ("medically_necessary",)),
        ({"completely_removable": True}, ("medically_necessary", "physician_review")),
    ]:
        found = kb.decide({**facts, **more}, "acme")
        assert found.possible == expected
        assert kb.solver.possible("acme", kb.situation(kb.read({**facts, **more}), "acme")) == set(expected)
