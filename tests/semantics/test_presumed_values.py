"""A presumption may wait for, or give way to, a value that no rule tells apart from others.

Remembered answers must not mix such values up: whatever the order of the records, each gets the answer that
plain clingo gives it. Every row of the table is a policy whose presumption names values that nothing else names.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from shutil import copytree

import clingo
import pytest

from payerlogic import KnowledgeBase, StatedCase
from payerlogic.cli.decide import _Answers
from payerlogic.errors import CaseError, KnowledgeBaseError
from payerlogic.text.days import number_of
from tests.conftest import AS_OF
from tests.support.axes import all_axes
from tests.support.folders import load_plainly

NEEDS, GIVES_WAY = "presumption_needs(acme_healthy, {}).", "gives_way(acme_healthy, {})."
ROWS = {
    "a site": NEEDS.format("primary_site, stomach"),
    "two sites": NEEDS.format("primary_site, (stomach; lung)"),
    "the last site": NEEDS.format("primary_site, other"),
    "sites or a device": NEEDS.format("primary_site, uterus") + NEEDS.format("device, papillon"),
    "a boolean that is true": NEEDS.format("penetration, true"),
    "a boolean that is false": NEEDS.format("perforation, false"),
    "a member of a set": NEEDS.format("ei_conditions, insufficient_net_improvement"),
    "a listed code": NEEDS.format('cpt_codes, "77469"'),
    "any other code": NEEDS.format('cpt_codes, "other"'),
    "a category in quotes": NEEDS.format('t_category, "T2"'),
    "gives way to a site and a behavior": GIVES_WAY.format("primary_site, kidney, tumor_behavior, invasive"),
    "gives way to two members of sets": GIVES_WAY.format('cpt_codes, "0735T", ei_conditions, lack_of_final_approval'),
    "gives way to booleans": GIVES_WAY.format("penetration, false, perforation, true"),
    "needs one and gives way to others": NEEDS.format("primary_site, (brain; ovary)")
    + GIVES_WAY.format("primary_site, ovary, device, other"),
}
POLICY = """\
payer(acme, "Acme Mutual"). policy(acme, acme, iort, "ACME-7", "A made-up policy").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "adults are covered", rule).
clause(acme, a1, "Adults").
met(acme, a1) :- at_least(age_years, 18).
bound(age_years, at_least, 18).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
presumption(20, acme_healthy, acme, age_years).
presumption_holds(acme_healthy) :- at_least(age_years, 18).
label(acme_healthy, "the patient is an adult").
"""
NAMES = ("primary_site", "device", "penetration", "perforation", "ei_conditions", "cpt_codes", "t_category",
         "tumor_behavior", "age_years")  # fmt: skip


def cases(kb: KnowledgeBase, count: int, rng: Random) -> list[StatedCase]:
    """Made-up cases of the attributes that the table names; those that break an axiom are left out."""
    found: list[StatedCase] = []
    while len(found) < count:
        record: dict[str, object] = {}
        for name in NAMES:
            attribute = kb.vocabulary[name]
            if rng.random() < 0.5:
                continue
            if attribute.type == "set":
                words = [*attribute.spelled, *(["99213"] if attribute.open_value else [])]
                record[name] = rng.sample(words, rng.randint(1, 2))
            elif attribute.type == "integer":
                record[name] = rng.choice([17, 18])
            else:
                record[name] = rng.choice(["true", "false"] if attribute.type == "boolean" else attribute.spelled)
        try:
            found.append(kb.read(record))
        except CaseError:
            continue
    return found


def by_plain_clingo(kb: KnowledgeBase, case: StatedCase) -> set[str]:
    """The classes that the files and kb/run/defaults.lp give, without any of this package's Python."""
    control = clingo.Control(["0", "--warn=none", f"-ctoday={number_of(AS_OF)}"])
    load_plainly(control, kb.program)
    control.load(str(kb.program.folder / "run" / "defaults.lp"))
    facts = []
    for name, value in case.facts.items():
        attribute = kb.vocabulary[name]
        for each in value if isinstance(value, frozenset) else (value,):
            word = str(each).lower() if isinstance(each, bool | int) else attribute.in_program(str(each))
            atom = (
                str(kb.ground.symbol_of[all_axes(kb)[name].atoms[word]].arguments[1])
                if word in all_axes(kb)[name].atoms
                else word
            )
            facts.append(f"stated({name},{atom}).")
    control.add("base", [], " ".join(facts))
    control.ground()
    control.configuration.solve.project = "show"  # type: ignore[union-attr]
    found: set[str] = set()
    with control.solve(yield_=True) as handle:
        for model in handle:
            found |= {str(s.arguments[1]) for s in model.symbols(shown=True) if str(s.arguments[0]) == "acme"}
    return found


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_the_order_of_records_never_matters(made_up: Callable[..., KnowledgeBase], rows: str) -> None:
    kb = made_up({"acme": POLICY + rows}, only=True)
    rng, settings = Random(rows), kb.settings(as_of=AS_OF)
    some = cases(kb, 60, rng)
    expected = [by_plain_clingo(kb, case) for case in some]
    assert len({frozenset(each) for each in expected}) > 1, "the presumption has to matter"
    for _ in range(3):
        order = rng.sample(range(len(some)), len(some))
        answers = _Answers(kb, ["acme"], settings, with_readings=False, verified=True)
        for index in order:
            assert set(answers.of(some[index]).determinations["acme"].possible) == expected[index], some[index].facts


REFUSED = {
    "a number": (NEEDS.format("age_years, 50"), "a number cannot be waited for"),
    "a day": (NEEDS.format("date_of_service, 20240101"), "a number cannot be waited for"),
    "a misspelled site": (NEEDS.format("primary_site, stomack"), "stomach"),
    "a code that no value names": (NEEDS.format('cpt_codes, "99213"'), "acme_healthy"),
    "an unknown attribute": (NEEDS.format("site, stomach"), "site"),
    "a misspelled device in gives_way": (GIVES_WAY.format("primary_site, kidney, device, papilon"), "papillon"),
}


@pytest.mark.parametrize(("rows", "told"), REFUSED.values(), ids=REFUSED)
def test_a_value_that_cannot_be_waited_for_is_refused(kb_folder: Path, tmp_path: Path, rows: str, told: str) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(POLICY + rows, encoding="utf-8")
    with pytest.raises(KnowledgeBaseError) as refused:
        KnowledgeBase.load(folder)
    assert told in str(refused.value)
