"""A cell is one code: one with several codes, or with words behind a code, is never read by its beginning."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerlogic import KnowledgeBase
from payerlogic.tables.codes import Codes, SeveralCodes
from tests.tables.test_mapping import meaning

PREFIXES = "{prefixes: {C18: colon, C20: rectum, C5: breast, C53: cervix_uteri}, column: S%s}"
PATTERNS = "{patterns: {'C20.*': rectum, 'C18.*': colon, 'T(.*)': other}, column: S%s}"
BOTH = {"prefixes": PREFIXES, "patterns": PATTERNS}
SEVERAL = "has more than one code"
NOT_MAPPED = "is not mapped"

# The rule, the cell, and the value, or what is said of it.
CELLS: list[tuple[str, Any, Any]] = [
    ("prefixes", "C20.9", "rectum"),
    ("prefixes", "c20", "rectum"),
    ("prefixes", "C20;", "rectum"),
    ("prefixes", " C20.9 ", "rectum"),
    ("prefixes", "C18.9*", "colon"),
    ("prefixes", "C18/3", "colon"),
    ("prefixes", "C18.-", "colon"),
    ("prefixes", "C20;C20.9", "rectum"),
    ("prefixes", ["C20"], "rectum"),
    ("prefixes", "C20;C18.7", SEVERAL),
    ("prefixes", "C20, C18.7", SEVERAL),
    ("prefixes", "C20 C18.7", SEVERAL),
    ("prefixes", "C20|C18.7", SEVERAL),
    ("prefixes", "C20\nC18.7", SEVERAL),
    ("prefixes", "C20/C18.7", SEVERAL),
    ("prefixes", "C20+C18.7", SEVERAL),
    ("prefixes", "C20 & C18.7", SEVERAL),
    ("prefixes", "C20C18.7", SEVERAL),
    ("prefixes", "C20;D12.8", SEVERAL),
    ("prefixes", "D12.8;C20", SEVERAL),
    ("prefixes", "C20;secondary", SEVERAL),
    ("prefixes", ["C20", "C18.7"], SEVERAL),
    ("prefixes", "C20 ruled out", NOT_MAPPED),
    ("prefixes", "C20 (ruled out)", NOT_MAPPED),
    ("prefixes", "C20-C18", SEVERAL),
    ("prefixes", "C20?", NOT_MAPPED),
    ("prefixes", "not C20", NOT_MAPPED),
    ("patterns", "C20.9", "rectum"),
    ("patterns", "C20 rectum, lower third", "rectum"),
    ("patterns", "C20;C18.7", SEVERAL),
    ("patterns", "C18.7;C20", SEVERAL),
    ("patterns", "C20 C18.7", SEVERAL),
    ("patterns", "C20, C18.7", SEVERAL),
    ("patterns", "C20, D12.8", SEVERAL),
    ("patterns", "C20;D12.8", SEVERAL),
    ("patterns", "C20;C20.1", "rectum"),
    ("patterns", f"C20{'x' * 2000}", NOT_MAPPED),
]


@pytest.mark.parametrize(("kind", "cell", "expected"), CELLS)
def test_a_cell_with_one_code_or_several(kb: KnowledgeBase, kind: str, cell: Any, expected: str) -> None:
    for unmapped in ("error", "unknown", "read"):
        found = meaning(kb, f"columns: {{primary_site: {BOTH[kind] % f', unmapped: {unmapped}'}}}", S=cell)
        if expected not in (SEVERAL, NOT_MAPPED):
            assert found == expected
        elif unmapped == "unknown":
            assert found is None
        elif unmapped == "error" or expected == SEVERAL:
            assert expected in found
        else:
            assert "unknown value" in found


@pytest.mark.parametrize(
    ("rule", "cell", "expected"),
    [
        ("{column: S, values: {C20;C18.7: rectum}, prefixes: {C20: rectum}}", "C20;C18.7", "rectum"),
        ("{column: S, patterns: {'C20(;C18.*)?': rectum}}", "C20;C18.7", "rectum"),
        ("{column: S, patterns: {'C20(, C18.*)?': rectum}}", "C20, C18.7", "rectum"),
    ],
)  # fmt: skip
def test_a_mapping_can_say_what_several_codes_mean(kb: KnowledgeBase, rule: str, cell: str, expected: str) -> None:
    assert meaning(kb, f"columns: {{primary_site: {rule}}}", S=cell) == expected


CODE = st.sampled_from(["C18", "C20", "C20.9", "C18.7", "D12", "C5", "X1", "rectum", "3"])


@given(st.lists(CODE, min_size=2, max_size=4), st.sampled_from([";", "; ", " ;", "|", "\n", ";;"]))
def test_a_list_has_a_value_only_if_all_its_codes_have_that_value(items: list[str], between: str) -> None:
    for maps in (({}, {"C18": "colon", "C20": "rectum"}, {}), ({}, {}, {"C20.*": "rectum", "C18.*": "colon"})):
        codes = Codes.of(*maps)
        singles = {codes.find(item) for item in items}
        try:
            found = codes.find(between.join(items))
        except SeveralCodes:
            assert len(singles) > 1 or singles == {None}
        else:
            assert {found} == singles
