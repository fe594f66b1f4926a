"""Whether the determinations hold however the texts are read, and if not, which readings change them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from payerlogic.app.case.terms import abbreviation
from payerlogic.app.markup import escape, items
from payerlogic.basis import Switches
from payerlogic.decide import OPEN, Determination
from payerlogic.knowledge import KnowledgeBase


def show_robustness(
    kb: KnowledgeBase, found: Mapping[str, Determination], switches: Mapping[str, tuple[Switches, ...]]
) -> None:
    """One line for each policy; what would change it is folded away until someone asks."""
    lines = "".join(
        f"<li><strong>{escape(each.policy)}</strong>: {_robustness(kb, each, switches[policy])}</li>"
        for policy, each in found.items()
    )
    st.html(
        '<section class="pl pl-card" aria-label="However the text is read">'
        f"<h3>{abbreviation('However the text is read')}</h3><ul>{lines}</ul></section>"
    )


def _robustness(kb: KnowledgeBase, found: Determination, switches: tuple[Switches, ...]) -> str:
    if not switches:
        what = "just as open" if found.outcome == OPEN else "it holds"
        return f"{what} under every reading of the text (proved)."
    told = []
    for each in switches:
        read = "; together with: ".join(_switch(kb, id_, options) for id_, options in each.options)
        then = " or ".join(kb.catalog.classes[name].label for name in each.possible)
        told.append(f"{read}: then {then}.")
    count = f"{len(told)} other readings" if len(told) > 1 else "another reading"
    return f"<details><summary>{count} of the text would change this</summary>{items(told)}</details>"


def _switch(kb: KnowledgeBase, id_: str, options: tuple[str, ...]) -> str:
    reading = kb.catalog.readings[id_]
    return f"{reading.question} If {' or '.join(reading.meaning(option) for option in options)}"
