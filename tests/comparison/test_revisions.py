"""What the text revised between two editions, whether or not an outcome shows it.

The rules are asked, not a list: what begins or ends is found again here by evaluating the ground rules on the day
before and on the first day of an edition.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase
from payerlogic.comparison.result import Comparison
from tests.comparison.cells import DAY
from tests.conftest import AS_OF
from tests.support.axes import all_axes


def between(kb: KnowledgeBase, first: str, last: str, **how: Any) -> Comparison:
    return kb.compare(first, last, kb.settings(as_of=AS_OF, **how))


def test_the_only_revision_of_criteria_shows_although_no_outcome_differs(kb: KnowledgeBase) -> None:
    found = between(kb, "bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    assert all(pair.left == pair.right for pair in found.pairs)
    assert found.revised is not None
    (revision,) = found.revised.revisions
    assert revision.day == date(2023, 9, 21)
    assert {"B24", "B27", "B28", "B29"} <= {each.id for each in revision.statements}
    begun = {each.thing for each in revision.changes if each.begins}
    assert begun == {
        "code_not_listed",
        "criterion(bcbsaz,found(insufficient_net_improvement))",
        "criterion(bcbsaz,found(insufficient_versus_alternatives))",
    }
    assert [each.thing for each in revision.changes if not each.begins] == ["earlier_code_list_unknown"]
    assert all(each.citation for each in revision.changes)


def test_the_presumption_that_hides_it_is_named_with_the_comparison_without_it(kb: KnowledgeBase) -> None:
    found = between(kb, "bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    assert found.revised is not None
    hidden = {tuple(each.id for each in h.presumptions): h.without for h in found.revised.hidden}
    without = hidden["bcbsaz_evidence_finding",]
    assert without.complete
    assert [(pair.left, pair.right) for pair in without.pairs if pair.left != pair.right] == [
        ("no_criterion", "experimental_investigational")
    ]
    assert ("bcbsaz_listed_code",) in hidden


EDITIONS = [
    ("bcbsaz@2022-09-19", "bcbsaz@2023-09-20", []),
    ("bcbsaz@2022-09-18", "bcbsaz@2022-09-19", ["2022-09-19"]),
    ("bcbsaz@2022-09-19", "bcbsaz@2023-09-21", ["2023-09-21"]),
    ("bcbsaz@2023-09-21", "bcbsaz@2022-09-19", ["2023-09-21"]),
    ("bcbsaz@2023-09-21", "bcbsaz@2024-09-03", ["2024-09-03"]),
    ("bcbsaz@2022-01-01", "bcbsaz", ["2022-09-19", "2023-09-21", "2024-09-03", "2025-10-01"]),
    ("bcbsaz@2024-09-03", "bcbsaz", ["2025-10-01"]),
    ("nia@2022-12-31", "nia", ["2023-01-01"]),
    ("nia@2023-01-01", "nia", []),
    ("nia", "nia@2019-06-01", ["2023-01-01"]),
]


@pytest.mark.parametrize(("left", "right", "days"), EDITIONS)
def test_days_of_revision(kb: KnowledgeBase, left: str, right: str, days: list[str]) -> None:
    """Days on which an edition begins, or a rule begins or ends though none does (a review that is overdue)."""
    found = between(kb, left, right)
    assert found.revised is not None
    revised = [each.day.isoformat() for each in found.revised.revisions if each.edition or each.changes]
    assert [day for day in revised if day in days] == days
    policy = kb.catalog.policies[found.left.policy]
    editions = {f"{str(first)[:4]}-{str(first)[4:6]}-{str(first)[6:]}" for first, _ in policy.versions}
    assert {each.day.isoformat() for each in found.revised.revisions if each.edition} == editions & set(days)


def test_what_begins_and_ends_is_what_the_rules_give(kb: KnowledgeBase) -> None:
    """Over random cases, a criterion, clause or remark of BCBSAZ differs between two days only if something that it
    rests on is among the changes; and each change shows on some case."""
    found = between(kb, "bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    assert found.revised is not None
    part, rng = kb.only("bcbsaz"), Random(3)
    changed = {each.thing for revision in found.revised.revisions for each in revision.changes}
    axis, readings = part.axes[DAY], part.compiler.default_readings
    shown: set[str] = set()
    for _ in range(600):
        case = {name: rng.choice(rng.choice(each.classes)) for name, each in all_axes(part).items()}
        case |= {"oncologic": "true", "service_is_iort": "true"}
        holding = []
        for day in (date(2022, 9, 19), date(2023, 9, 21)):
            seen = case | {DAY: axis.member(day)}
            true = [atom for name, member in seen.items() for atom in part.axes[name].true_atoms(member)]
            holding.append(part.graph.evaluate([*true, *readings]))
        for atom in holding[0] ^ holding[1]:
            symbol = part.ground.symbol_of.get(atom)
            if symbol is not None and symbol.name in ("criterion", "met", "advisory", "limit"):
                thing = str(symbol) if symbol.name == "criterion" else str(symbol.arguments[1])
                below = {str(part.ground.symbol_of.get(each)) for each in part.graph.cone([atom])}
                below |= {name.partition(",")[2].rstrip(")") for name in below if name.startswith("met(")}
                assert {thing} & changed or below & changed, thing
                shown.add(thing)
    assert changed <= shown


@pytest.mark.parametrize(
    ("left", "right", "how"),
    [("bcbsaz", "bcbsaz@2022-09-19", {"presumptions": False}), ("nia", "bcbsaz", {}), ("bcbsaz", "bcbsaz", {})],
)
def test_nothing_is_said_where_there_are_not_two_editions(
    kb: KnowledgeBase, left: str, right: str, how: dict[str, Any]
) -> None:
    assert between(kb, left, right, **how).revised is None


def test_nothing_is_hidden_where_every_case_differs(kb: KnowledgeBase) -> None:
    found = kb.compare("nia", "nia@2022-01-01", kb.settings(as_of=AS_OF), regions=1)
    assert found.revised is not None
    assert all(pair.left != pair.right for pair in found.pairs)
    assert not found.revised.hidden
    assert all(change.citation for each in found.revised.revisions for change in each.changes)


@pytest.mark.parametrize("left", ["bcbsaz@2022-01-01", "bcbsaz@2022-09-19"])
def test_what_is_hidden_disagrees_with_the_presumption(kb: KnowledgeBase, left: str) -> None:
    """Its pairs do not occur with the presumption, so that no example of them agrees with it."""
    found = between(kb, left, "bcbsaz@2023-09-21")
    assert found.revised is not None
    presumed = {each.id: each for each in kb.catalog.presumptions}
    for hidden in found.revised.hidden:
        assert hidden.pairs
        for pair in hidden.pairs:
            assert (pair.left, pair.right) not in {(each.left, each.right) for each in found.pairs}
            facts = pair.regions[0].witness.facts
            made = [presumed[each.id] for each in hidden.presumptions]
            assert any(facts.get(each.attribute) != each.value for each in made)


def test_today_is_named_by_the_side_that_presumes_it(kb: KnowledgeBase) -> None:
    """The other side has a day of its own, and that is said."""
    settings = kb.settings(as_of=AS_OF)
    for premises in (
        kb.compare("bcbsaz@2022-09-19", "bcbsaz", settings, regions=1).premises,
        kb.stricter("bcbsaz@2022-09-19", "bcbsaz", settings, regions=1).premises,
    ):
        [today] = [each.text for each in premises.presumptions if "is today" in each.text]
        assert today.endswith(f"({AS_OF.isoformat()})")
        assert "bcbsaz@2022-09-19 is asked on the day named so, not today." in premises.space
