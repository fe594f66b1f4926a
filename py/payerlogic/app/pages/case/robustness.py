"""Whether a determination holds under every reading encoded here, and if not, which readings change it."""

from __future__ import annotations

from payerlogic.answers.decision import Determination
from payerlogic.answers.premises import Switches
from payerlogic.api import KnowledgeBase
from payerlogic.app.html import escape, items
from payerlogic.semantics.outcomes import OPEN


def robustness(kb: KnowledgeBase, found: Determination, switches: tuple[Switches, ...]) -> str:
    """One sentence, with the first reading that would change it; more are folded away."""
    if not switches:
        what = "Stays open" if found.outcome == OPEN else "Holds"
        return f"{what} under every reading encoded here (proved)."
    changes = []
    for each in switches:
        read = "; and ".join(_switch(kb, id_, options) for id_, options in each.options)
        then = kb.catalog.classes_in_words(each.possible)
        changes.append(f"{read}: {then}.")
    first, *others = changes
    more = f"<details><summary>{len(others)} more</summary>{items(others)}</details>" if others else ""
    return f"It depends on a reading: {escape(first)}{more}"


def _switch(kb: KnowledgeBase, id_: str, options: tuple[str, ...]) -> str:
    reading = kb.catalog.readings[id_]
    return f"{reading.question} If “{'” or “'.join(reading.meaning(option) for option in options)}”"
