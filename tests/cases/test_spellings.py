"""Each spelling of ``spellings.yaml`` is read as the file says, alone and in a case; nothing is read around.

``test_reads``     a spelling gives its value, and what it says of other attributes besides
``test_unknown``   a spelling leaves its attribute unknown, and the spelling is kept for people
``test_refused``   a spelling is an error with the advice; the same in every way of writing it
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from payerlogic import CaseError, KnowledgeBase

FILE = Path(__file__).with_name("spellings.yaml")


def of(part: str) -> list[Any]:
    return [
        pytest.param(attribute, str(spelling), expected, id=f"{attribute}: {spelling}")
        for attribute, parts in yaml.safe_load(FILE.read_text(encoding="utf-8")).items()
        for spelling, expected in parts[part].items()
    ]


def ways(spelling: str) -> list[str]:
    return [spelling, spelling.upper(), spelling.lower(), f" {spelling}\t"]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase.load()


@pytest.mark.parametrize(("attribute", "spelling", "expected"), of("reads"))
def test_reads(kb: KnowledgeBase, attribute: str, spelling: str, expected: Any) -> None:
    value, besides = next(iter(expected.items())) if isinstance(expected, dict) else (expected, {})
    value = frozenset(value) if isinstance(value, list) else value
    for written in ways(spelling):
        case = kb.read({attribute: written})
        assert case.facts == {attribute: value, **besides}, written
        assert case.written.get(attribute, str(value)).lower() == (
            spelling.lower() if attribute in case.written else str(value).lower()
        )
        again = kb.read(case.to_dict(kb.vocabulary))
        assert again.facts == case.facts, "what is read is read again as itself"
        assert not again.written


@pytest.mark.parametrize(("attribute", "spelling", "besides"), of("unknown"))
def test_unknown(kb: KnowledgeBase, attribute: str, spelling: str, besides: dict[str, Any]) -> None:
    for written in ways(spelling):
        case = kb.read({attribute: written})
        assert case.facts == besides, written
        assert case.written == {attribute: written.strip()}


@pytest.mark.parametrize(("attribute", "spelling", "words"), of("refused"))
def test_refused(kb: KnowledgeBase, attribute: str, spelling: str, words: str) -> None:
    for written in ways(spelling):
        with pytest.raises(CaseError) as refused:
            kb.read({attribute: written})
        (problem,) = refused.value.problems
        assert words.lower() in str(problem).lower(), written
        assert problem.where == attribute


# --- What two facts say together ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"t_category": "ypT3", "t_category_basis": "clinical"}, "'ypT3' says that t_category_basis is post_treatment"),
        ({"t_category": "pT2", "t_category_basis": "clinical"}, "'pT2' says that t_category_basis is pathological"),
        ({"primary_site": "D05.12", "tumor_behavior": "invasive"}, "'D05.12' says that tumor_behavior is in_situ"),
        ({"primary_site": "D05.12", "t_category": "T2"}, "cannot go together"),
        ({"t_category": "Tis(Paget)", "tumor_behavior": "invasive"}, "Paget disease of the breast, ICD-O 8540/3"),
    ],
)
def test_a_spelling_never_contradicts_a_stated_fact_in_silence(
    kb: KnowledgeBase, facts: dict[str, str], words: str
) -> None:
    with pytest.raises(CaseError, match=re.escape(words)) as refused:
        kb.read(facts)
    assert refused.value.problems


def test_a_category_stated_to_be_found_after_treatment_is_unknown(kb: KnowledgeBase) -> None:
    case = kb.read({"t_category": "T3", "t_category_basis": "post_treatment"})
    assert (case.facts, case.written) == ({"t_category_basis": "post_treatment"}, {"t_category": "T3"})


def test_a_category_after_treatment_decides_nothing(kb: KnowledgeBase) -> None:
    case = {"primary_site": "rectum", "t_category": "ypT3", "margin_status": "close", "intent": "sole_modality"}
    settings = kb.settings(as_of=date(2026, 1, 31))
    for found in kb.decide(case, None, settings).determinations.values():
        assert found.outcome == "open"
        assert "t_category" in found.deciding
        assert "t_category_after_treatment" in {each.id for each in found.advisories}


def test_a_change_forgets_what_was_written(kb: KnowledgeBase) -> None:
    case = kb.read({"t_category": "cT4b", "primary_site": "C20"})
    assert case.changed({"t_category": "T2"}).written == {"primary_site": "C20"}
    assert case == kb.read({"t_category": "cT4", "primary_site": "rectum"}), "the same facts are the same case"


def test_every_attribute_but_the_date_has_a_typical_value(kb: KnowledgeBase) -> None:
    typical = {name: each.typical for name, each in kb.vocabulary.items() if each.typical is not None}
    assert set(kb.vocabulary) - set(typical) == {"date_of_service"}
    case = kb.read({name: kb.vocabulary[name].to_dict(value) for name, value in typical.items()})
    assert case.facts == typical, "they are values of the vocabulary, and can go together"
