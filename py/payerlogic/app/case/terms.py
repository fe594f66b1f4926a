"""The words of the page, explained: on hover where they stand, and in a list for keyboard and touch."""

from __future__ import annotations

import streamlit as st

from payerlogic.app.markup import escape

TERMS = {
    "Open": "Facts are missing, and the answer depends on them. A missing fact is never taken as a no.",
    "Rests on": "The clauses that decide, with the document, edition, section and statement to cite.",
    "Presumed": "What is nearly always so and was not stated. State it otherwise, or turn presumptions off.",
    "Limits": "What is authorized only within bounds, such as a number of fractions.",
    "Please note": "Remarks that do not change the answer.",
    "Read otherwise than by default": "Where words can bear several meanings, the one chosen here is not the default.",
    "Facts that can still decide it": "Some answer to one of these, perhaps together with others, changes the class.",
    "However the text is read": "Policies leave room. Here every way to read them was tried, alone and together.",
    "Clause": "One rule of a policy as it was encoded: met or not, and what it concludes.",
    "Reading": "A choice among the meanings that the words of a policy can bear. Each has a default, with a reason.",
    "Baseline": "A case kept to compare with: change facts and see what becomes different.",
    "Smallest change": "No part of it alone would do. Each was decided again by a second engine before it was shown.",
}


def abbreviation(title: str) -> str:
    """A heading, with what it means on hover."""
    help_ = TERMS.get(title.partition(",")[0])
    return f'<abbr title="{escape(help_, quote=True)}">{escape(title)}</abbr>' if help_ else escape(title)


def show_terms() -> None:
    """All of them."""
    with st.expander("Words used here"):
        told = "".join(f"<dt><strong>{escape(term)}</strong></dt><dd>{escape(TERMS[term])}</dd>" for term in TERMS)
        st.html(f'<dl class="pl">{told}</dl>')
