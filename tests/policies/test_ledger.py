"""The ledger: every statement of the two documents has an entry, and every entry has its effect somewhere.

``ledger/`` says in which lines of its document each statement stands. The documents themselves are the payers'
and are not part of this project: the tests that read them look for a folder ``seeds`` beside the checkout, or
for the one that ``PAYERLOGIC_DOCUMENTS`` names. Where there is none they are skipped, except in CI, where they fail.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ("bcbsaz", "nia")
LEDGER: dict[str, dict[str, Any]] = {
    policy: yaml.safe_load((Path(__file__).parent / "ledger" / f"{policy}.yaml").read_text(encoding="utf-8"))
    for policy in POLICIES
}
EFFECTS = {"rule", "scope", "version", "advisory", "none"}


@pytest.mark.parametrize("policy", POLICIES)
def test_every_statement_has_one_entry(kb: KnowledgeBase, policy: str) -> None:
    rows = [str(row[0]) for row in kb.ground.about("statement", 6, policy)]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(LEDGER[policy]["statements"])


# --- Against the documents ----------------------------------------------------------------------------


def lines_of(ranges: object) -> set[int]:
    """``8``, ``55-56`` or ``11-12, 16`` as the lines that it names."""
    found: set[int] = set()
    for part in str(ranges).split(","):
        first, _, last = part.strip().partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def document(policy: str) -> list[str]:
    """The lines of a payer's document, the first at index 1; the test is skipped, in CI failed, where there is none."""
    name = LEDGER[policy]["document"]
    places = [Path(os.environ["PAYERLOGIC_DOCUMENTS"])] if "PAYERLOGIC_DOCUMENTS" in os.environ else []
    places += sorted(ROOT.parent.glob("*/seeds")) + sorted(ROOT.parent.parent.glob("*/seeds"))
    text = next((place / name for place in places if (place / name).is_file()), None)
    if text is None:
        missing = f"{name} is not beside the checkout; PAYERLOGIC_DOCUMENTS can name its folder"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    found = text.read_bytes()
    assert hashlib.sha256(found).hexdigest() == LEDGER[policy]["sha256"], f"{text} is another text"
    return ["", *found.decode("utf-8").split("\n")]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_line_of_the_document_is_in_the_ledger(policy: str) -> None:
    """Each line with text belongs to as many statements as it makes, or states nothing of its own."""
    ledger, lines = LEDGER[policy], document(policy)
    stated = Counter(line for ranges in ledger["statements"].values() for line in lines_of(ranges))
    silent = {line for ranges in ledger["apparatus"].values() for line in lines_of(ranges)}
    assert not silent & stated.keys(), "a line cannot state something and nothing"
    for number, text in enumerate(lines):
        if text.strip():
            expected = 0 if number in silent else ledger["counted"].get(number, 1)
            assert stated[number] == expected, f"line {number}: {stated[number]} statements, {expected} expected"
    assert max(stated) < len(lines)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_statement_stands_in_its_section(kb: KnowledgeBase, policy: str) -> None:
    """The section that the knowledge base cites is named in the document at the statement, or somewhere above it."""
    unnamed = {"Header", "Title", "Preamble", "Footer", "After the references", "Notices"}
    lines = document(policy)
    for id_, ranges in LEDGER[policy]["statements"].items():
        section = kb.catalog.policies[policy].statements[id_].section
        if section not in unnamed:
            above = "\n".join(lines[: max(lines_of(ranges)) + 1]).casefold()
            assert section.casefold() in above, f"{id_}: no heading {section!r} above line {ranges}"


@pytest.mark.parametrize("policy", POLICIES)
def test_every_entry_is_whole(kb: KnowledgeBase, policy: str) -> None:
    """Where it stands, what it says, and what it does; "none" with a reason."""
    for statement in kb.catalog.policies[policy].statements.values():
        assert statement.section, statement
        assert statement.place, statement
        assert statement.paraphrase, statement
        assert statement.effect in EFFECTS, statement
        assert bool(statement.why) == (statement.effect in ("none", "elsewhere")), statement


@pytest.mark.parametrize("policy", POLICIES)
def test_every_effect_is_somewhere(kb: KnowledgeBase, policy: str) -> None:
    """A statement with an effect is cited by something that exists; one without is cited by nothing."""
    book = kb.catalog.policies[policy]
    existing = things(kb, policy)
    cited: dict[str, set[str]] = {}
    for thing, ids in book.cites.items():
        for id_ in ids:
            cited.setdefault(id_, set()).add(thing)
    for statement in book.statements.values():
        found = cited.get(statement.id, set()) & existing
        if statement.effect == "none":
            assert not found, f"{statement.id} is said to have no effect, and is cited by {sorted(found)}"
        else:
            assert found, f"{statement.id}: nothing that exists cites it"


@pytest.mark.parametrize("policy", POLICIES)
def test_every_citation_is_of_something_that_exists(kb: KnowledgeBase, policy: str) -> None:
    assert set(kb.catalog.policies[policy].cites) - things(kb, policy) == set()


def things(kb: KnowledgeBase, policy: str) -> set[str]:
    """What a citation can belong to: clauses, remarks, readings, criteria, presumptions, vague terms, and
    the lists of versions, codes and history rows, if there are any, and each edition."""
    book = kb.catalog.policies[policy]
    found = set(book.clauses) | {reading.id for reading in kb.catalog.readings.values() if reading.policy == policy}
    found |= {presumption.id for presumption in kb.catalog.presumptions if presumption.policy == policy}
    found |= {f"vague({term})" for term in book.vague} | {f"version({first})" for first, _ in book.versions}
    found |= {
        name
        for name, rows in (("version", book.versions), ("code_list", book.codes), ("history", book.history))
        if rows
    }
    for symbol in kb.ground.symbol_of.values():
        if symbol.name in ("advisory", "limit") and str(symbol.arguments[0]) == policy:
            found.add(str(symbol.arguments[1]))
        if symbol.name in ("criterion", "at_least", "at_most"):
            found.add(str(symbol))
    return found


def test_every_clause_and_reading_is_cited(kb: KnowledgeBase) -> None:
    for policy in kb.policies:
        for clause in kb.catalog.policies[policy].clauses.values():
            assert clause.statements, clause.id
    for reading in kb.catalog.readings.values():
        assert reading.statements or reading.policy == "every_payer", reading.id


def test_readings_are_explained(kb: KnowledgeBase) -> None:
    """Each option has a meaning, each reading a question and a reason for its default, and more than one option."""
    for reading in kb.catalog.readings.values():
        assert len(reading.options) >= 2, reading.id
        assert reading.question.endswith("?"), reading.id
        assert reading.why_default, reading.id
        assert all(option.meaning for option in reading.options), reading.id
        assert len({option.name for option in reading.options}) == len(reading.options), reading.id


def test_undefined_terms_are_registered(kb: KnowledgeBase) -> None:
    """The words that the policies use without defining, each with what is missing."""
    expected = {
        "nia": {
            "negative_margin",
            "close_margin",
            "intermediate_margin",
            "positive_margin",
            "high_recurrence_risk",
            "centralized_disease",
            "recurrent_disease",
            "boost",
            "in_line_with_astro",
            "slashes",
            "closer_involved",
            "documentation_words",
        },
        "bcbsaz": {
            "positive_margin",
            "close_margin",
            "recurrent_disease",
            "final_approval",
            "established_alternatives",
            "exceptions",
        },
    }
    for policy, terms in expected.items():
        vague = kb.catalog.policies[policy].vague
        assert set(vague) == terms
        assert all(vague.values())


def test_axioms_have_a_source(kb: KnowledgeBase) -> None:
    assert set(kb.catalog.axioms) == {"in_situ_is_tis", "device_has_its_modality", "approval_is_not_lacking"}
    assert all(axiom.sentence and axiom.source for axiom in kb.catalog.axioms.values())
