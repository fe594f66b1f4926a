"""Whatever an address says, the page shows what can be used of it, and says what cannot."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

import payerlogic.app  # noqa: F401 (the pages declare their choices when they are imported)
from payerlogic.app.url_state import _declared
from tests.app.conftest import open_page, text_of
from tests.app.visiting import HOSTILE, PAGES

COMMON = ("id", "b", "presumptions", "as_of", "f.primary_site", "f.cpt_codes", "f.age_years", "b.primary_site",
          "r.nia_fractions", "f.none", "r.none", "none", "none.none", "f.", "r.", "b.", ".", "")  # fmt: skip
VALUES = {
    "repeated": ["on", "off"],
    "repeated and the same": ["approved", "approved"],
    "empty": [""],
    "two empty": ["", ""],
    "controls": ["a\x00b\x1b[31m\u202ec"],
    "an address": ["http://example.org/x"],
    "long": ["x" * 5000],
    "markup": [HOSTILE["script"], HOSTILE["markdown image"]],
    "a number": ["-1", "1e999"],
}


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "case")
def test_no_address_breaks_a_page(app: AppTest, page: str, values: list[str]) -> None:
    own = page or "case"
    if page:
        open_page(app, page)
    for name in (*COMMON, *(each for each in _declared if each.partition(".")[0] == own)):
        app.query_params[name] = values
    app.run()
    found = text_of(app)
    assert not app.exception
    assert re.findall("For the developers: [^<]*", found) == []
    assert "Not everything in the address could be used" in found[:2000]


PASTED = {
    "half of a surrogate pair in the name": ('{"id": "a\\ud800", "primary_site": "rectum"}', "a\ufffd"),
    "two halves": ('{"id": "\\udfff\\ud800", "primary_site": "rectum"}', "\ufffd\ufffd"),
    "half of a pair in a fact": ('{"id": "A", "primary_site": "rect\\ud800um"}', "primary_site"),
    "half of a pair in an attribute": ('{"id": "A", "\\ud800": "rectum"}', "unknown attribute"),
    "controls in the name": ('{"id": "a\\u0000b\\u001b[31m", "primary_site": "rectum"}', "a\ufffdb\ufffd[31m"),
    "a name that turns the direction": ('{"id": "a\\u202eb", "primary_site": "rectum"}', "a\ufffdb"),
    "separators of lines": ('{"id": "a\\u2028b", "primary_site": "rectum"}', "a\ufffdb"),
    "no character": ('{"id": "a\\uffffb", "primary_site": "rectum"}', "a\ufffdb"),
    "an address": ('{"id": "http://example.org/x", "primary_site": "rectum"}', "http://example.org/x"),
}


@pytest.mark.parametrize(("text", "told"), PASTED.values(), ids=PASTED)
def test_no_pasted_text_breaks_the_page(app: AppTest, text: str, told: str) -> None:
    app.session_state["load.text"] = text
    next(each for each in app.button if each.label == "Read the text").click()
    app.run()
    found = text_of(app)
    assert not app.exception
    assert re.findall("For the developers: [^<]*", found) == []
    assert told in found
