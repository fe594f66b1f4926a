"""The sections below the determinations by name, and what an address says of the open one."""

from __future__ import annotations

from payerlogic.app import url_state

WHY, WHY_NOT, ASK, PART, CHECKLIST, EXPORT = (
    "Why",
    "Why not",
    "What to ask",
    "Why the payers disagree",
    "Checklist",
    "Export",
)
SECTIONS = (WHY, WHY_NOT, ASK, PART, CHECKLIST, EXPORT)
LABELS = {WHY_NOT: "What would change it", PART: "Why they disagree"}
"""What a section is called where that is another word than in an address."""
AGREED = "Payers side by side"
"""What the section on why the payers disagree is called where they do not."""
SECTION = url_state.declare("case.section")
PAYER = url_state.declare("case.payer")


def label_of(section: str, *, agree: bool) -> str:
    """The name on the tab of a section, for payers that agree on the case or do not."""
    return AGREED if agree and section == PART else LABELS.get(section, section)
