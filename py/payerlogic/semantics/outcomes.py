"""How determinations relate: words that every question shares, and the relation of two classes.

>>> from payerlogic import KnowledgeBase
>>> catalog = KnowledgeBase.load().catalog
>>> relation(catalog, "medically_necessary", "investigational_not_medically_necessary")
'conflict'
>>> relation(catalog, "medically_necessary", None)
'open'
"""

from __future__ import annotations

from payerlogic.program.catalog import Catalog

OPEN = "open"
"""The outcome of a case that could still get several classes."""
APPROVED, DENIED = "approved", "denied"
NOT_ADDRESSED, CONTRADICTION = "not_addressed", "contradiction"
RELATIONS = ("conflict", "process", "basis", "silent", "agree")
DISCLAIMER = "This explains a policy. It is not a coverage decision or medical advice."


def relation(catalog: Catalog, left: str | None, right: str | None) -> str:
    """How two classes relate: the same, the same outcome, approved against denied, silence, or process (which a
    policy that contradicts itself is, too); open where either side has none yet."""
    if left is None or right is None:
        return OPEN
    outcomes = catalog.classes[left].outcome, catalog.classes[right].outcome
    if NOT_ADDRESSED in outcomes:
        return "silent"
    if left == right:
        return "agree"
    if outcomes[0] == outcomes[1]:
        return "basis"
    return "conflict" if set(outcomes) == {APPROVED, DENIED} else "process"
