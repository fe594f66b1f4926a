"""Words in a list are kept apart, whatever commas they have, and members stand in the order of the vocabulary."""

from __future__ import annotations

import re

import pytest

from payerlogic import KnowledgeBase
from payerlogic.semantics.phrases import needs_in_words
from payerlogic.text.phrases import joined, listed

A, B, C = "counseling on screening, illness, and treatment", "a decision aid", "tobacco"


@pytest.mark.parametrize(
    ("words", "alone", "said"),
    [
        ([], "", None),
        ([B], B, B),
        ([A], A, A),
        ([B, C], f"{B}, {C}", f"{B} or {C}"),
        ([B, C, "x"], f"{B}, {C}, x", f"{B}, {C} or x"),
        ([A, B], f"{A}; {B}", f"{A}; or {B}"),
        ([B, A, C], f"{B}; {A}; {C}", f"{B}; {A}; or {C}"),
        (["codes (CPT, HCPCS)", B], f"codes (CPT, HCPCS), {B}", f"codes (CPT, HCPCS) or {B}"),
        (["“this, and that”", "'one, two'"], "“this, and that”, 'one, two'", "“this, and that” or 'one, two'"),
        (["the payer's, or a plan's", B], f"the payer's, or a plan's; {B}", f"the payer's, or a plan's; or {B}"),
    ],
)
def test_a_comma_within_a_word_keeps_words_apart_by_semicolons(words: list[str], alone: str, said: str | None) -> None:
    assert listed(words) == alone
    if said is not None:
        assert joined(iter(words), "or") == said


@pytest.mark.parametrize("service", ["iort", "lung_screening"])
def test_every_set_and_every_choice_can_be_read_back(service: str) -> None:
    """What is said of all values of an attribute has each label once, whole, in their order."""
    kb = KnowledgeBase.load().of_service(service)
    for attribute in kb.vocabulary.values():
        labels = [each.label for each in attribute.choices if each.value != attribute.open_value]
        if attribute.type == "set" and attribute.open_value is None:
            words = attribute.in_words(frozenset(attribute.spelled))
            apart = "; " if any("," in re.sub(r"\([^)]*\)", "", each) for each in labels) else ", "
            assert words.split(apart) == labels
        elif attribute.type == "choice" and len(labels) < 4:
            axis = kb.axes[attribute.name]
            assert needs_in_words(axis, range(len(axis.classes))) == joined(labels, "or")


def test_the_elements_of_a_visit_stand_apart() -> None:
    visit = KnowledgeBase.load().of_service("lung_screening").vocabulary["visit_elements"]
    assert visit.in_words(frozenset({"tobacco_counseled", "adherence_counseled", "decision_aid_used"})) == (
        "shared decision-making with a decision aid; counseling on yearly screening, other illness, and diagnosis and "
        "treatment; counseling on tobacco"
    )
