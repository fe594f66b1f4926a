"""The words of the page, explained: on hover where they stand, and in a list for keyboard and touch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import streamlit as st

from payerlogic.app.html import escape

Term: TypeAlias = Literal[
    "Open",
    "Contradiction",
    "Based on",
    "Assumed",
    "Limits",
    "Please note",
    "Readings changed from their defaults",
    "Missing information",
    "Other readings of the text",
    "Clause",
    "Reading",
    "Baseline",
    "Smallest change",
]
TERMS: Mapping[Term, str] = {
    "Open": "Facts are missing, and the answer depends on them. A missing fact never counts as a no.",
    "Contradiction": "The policy reaches two answers on this case and does not say which of its clauses prevails.",
    "Based on": "The clauses that decide, with the document, edition, section and statement to cite.",
    "Assumed": "Nearly always true, and not stated. State it if it differs, or turn the assumptions off.",
    "Limits": "What is authorized only up to a number, such as fractions.",
    "Please note": "Remarks that do not change the answer.",
    "Readings changed from their defaults": "Ambiguous sentences for which another interpretation was chosen here.",
    "Missing information": "An answer to one of these, alone or with others, changes the class.",
    "Other readings of the text": "Every reading encoded here was tried, alone and together with the others.",
    "Clause": "One rule of a policy as it is encoded here: met or not, and what it concludes.",
    "Reading": "One interpretation of an ambiguous sentence. Each has a default, with a reason.",
    "Baseline": "A case kept for comparison: change facts and see what differs.",
    "Smallest change": "No part of it is enough alone. Each was decided again by a second engine before it was shown.",
}


def abbreviation(term: Term, more: str = "") -> str:
    """A heading that begins with one of the words, with what that means on hover."""
    return f'<abbr title="{escape(TERMS[term], quote=True)}">{escape(term + more)}</abbr>'


def show_terms() -> None:
    """All of them."""
    with st.expander("Words used here"):
        terms = "".join(f"<dt><strong>{escape(term)}</strong></dt><dd>{escape(TERMS[term])}</dd>" for term in TERMS)
        st.html(f'<dl class="pl">{terms}</dl>')
