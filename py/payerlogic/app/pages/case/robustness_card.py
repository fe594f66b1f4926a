"""Whether the determinations hold under every reading encoded here, and if not, which readings change them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from payerlogic.answers.decision import Determination
from payerlogic.answers.premises import Switches
from payerlogic.api import KnowledgeBase
from payerlogic.app.html import escape, items
from payerlogic.app.pages.case.glossary import abbreviation
from payerlogic.semantics.outcomes import OPEN


def show_robustness(
    kb: KnowledgeBase, found: Mapping[str, Determination], switches: Mapping[str, tuple[Switches, ...]]
) -> None:
    """One line for each policy, with the first reading that would change it; more are folded away."""
    lines = "".join(
        f"<li><strong>{escape(each.policy)}</strong>: {_robustness(kb, each, switches[policy])}</li>"
        for policy, each in found.items()
    )
    st.html(
        '<section class="pl pl-card" aria-label="Other readings of the text">'
        f"<h3>{abbreviation('Other readings of the text')}</h3><ul>{lines}</ul></section>"
    )


def _robustness(kb: KnowledgeBase, found: Determination, switches: tuple[Switches, ...]) -> str:
    if not switches:
        what = "stays open" if found.outcome == OPEN else "holds"
        return f"{what} under every reading encoded here (proved)."
    changes = []
    for each in switches:
        read = "; and ".join(_switch(kb, id_, options) for id_, options in each.options)
        then = kb.catalog.classes_in_words(each.possible)
        changes.append(f"{read}: {then}.")
    first, *others = changes
    more = f"<details><summary>{len(others)} more</summary>{items(others)}</details>" if others else ""
    return f"depends on a reading: {escape(first)}{more}"


def _switch(kb: KnowledgeBase, id_: str, options: tuple[str, ...]) -> str:
    reading = kb.catalog.readings[id_]
    return f"{reading.question} If “{'” or “'.join(reading.meaning(option) for option in options)}”"
