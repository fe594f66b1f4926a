"""Facts in free text: 41 made-up notes, and what makes a fact of words doubtful."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase
from payerlogic.notes import read_note
from payerlogic.program.values import Value

NOTES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8"))


def facts_of(kb: KnowledgeBase, text: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for each in read_note(kb, text):
        if each.is_fact:
            assert each.value is not None
            before = found.get(each.attribute)
            both = isinstance(each.value, frozenset) and isinstance(before, frozenset)
            found[each.attribute] = before | each.value if both else each.value  # type: ignore[operator]
    return found


@pytest.fixture(scope="module")
def services(kb: KnowledgeBase) -> dict[str, KnowledgeBase]:
    return {name: kb.of_service(name) for name in ("iort", "lung_screening")}


@pytest.mark.parametrize("each", NOTES, ids=[str(number) for number in range(1, len(NOTES) + 1)])
def test_a_note_gives_these_facts_and_no_other(services: dict[str, KnowledgeBase], each: dict[str, Any]) -> None:
    kb = services[each["service"]]
    wanted = {name: kb.vocabulary.stateable[name].read(value).value for name, value in each["facts"].items()}
    assert facts_of(kb, each["note"]) == wanted


def test_every_finding_stands_in_the_note_where_it_says(services: dict[str, KnowledgeBase]) -> None:
    for each in NOTES:
        for found in read_note(services[each["service"]], each["note"]):
            assert each["note"][found.start :].startswith(found.words), found


@pytest.mark.parametrize(
    "doubt", ["no {}", "rule out {}", "possible {}", "{}?", "family history of {}", "history of {}", "{} vs benign"]
)
def test_words_of_doubt_leave_no_fact(kb: KnowledgeBase, doubt: str) -> None:
    for words in ("rectal cancer", "T4", "positive margin", "local recurrence"):
        assert facts_of(kb, words), f"{words} alone is a fact"
        assert not facts_of(kb, doubt.format(words)), doubt.format(words)


def test_two_values_of_one_fact_are_none(kb: KnowledgeBase) -> None:
    found = read_note(kb, "T1 tumor. T2 tumor.")
    assert {each.why for each in found} == {"the note says different things of it"}


@pytest.mark.parametrize("text", ["", "\n\n", "x" * 50_000, "T4, " * 9_000, "ü\ud800 T4", ":::\t=|", "a,b\n" * 999])
def test_no_text_breaks_the_reader(kb: KnowledgeBase, text: str) -> None:
    read_note(kb, text)
