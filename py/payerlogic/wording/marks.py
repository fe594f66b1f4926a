"""The mark, word and color of each status and kind, the same in every format.

>>> mark_of("unmet", "fact")
'✗'
"""

from __future__ import annotations

MARKS = {"met": "✓", "unmet": "✗", "unknown": "?"}
WORDS = {"met": "met", "unmet": "not met", "unknown": "open"}
KIND_MARKS = {"reading": "§", "presumption": "~"}

# Fill and border; the borders have a contrast of at least 4.5 to 1 on white.
COLORS = {
    "met": ("#e3f4e6", "#1b6e35"),
    "unmet": ("#fbe6e4", "#a3271c"),
    "unknown": ("#fdf3d3", "#7a5a00"),
}
KIND_COLORS = {"reading": ("#e6edf9", "#2a4d8f"), "presumption": ("#efe7f7", "#5b3a86")}
# The same on a dark ground, with light text.
DARK_COLORS = {
    "met": ("#12301c", "#6fcf8b"),
    "unmet": ("#3d1b18", "#ff9c91"),
    "unknown": ("#352a08", "#e6c25a"),
    "reading": ("#17264a", "#9dbcf5"),
    "presumption": ("#2a1d3c", "#cdb2f2"),
}
KIND_WORDS = {
    "determination": "determination",
    "clause": "clause",
    "criterion": "condition",
    "fact": "fact",
    "reading": "reading",
    "presumption": "presumption",
}
ROLE_WORDS = {"all": "all of", "any": "one of", "not": "none of"}
OUTCOME_MARKS = {
    "approved": "✓",
    "denied": "✗",
    "review": "◐",
    "pended": "…",
    "not_addressed": "○",
    "contradiction": "‼",
    "open": "?",
}


def mark_of(status: str, kind: str) -> str:
    """The mark of a node: its status, with a sign of its own for what is read or presumed."""
    if kind == "reading":
        return KIND_MARKS[kind]
    mark = MARKS[status]
    return f"{mark}{KIND_MARKS[kind]}" if kind in KIND_MARKS else mark


def style_of(status: str, kind: str) -> str:
    """The key of a node's colors: its status, or its kind for what is read or presumed."""
    return kind if kind == "reading" or (kind == "presumption" and status == "met") else status


def colors_of(status: str, kind: str) -> tuple[str, str]:
    """Fill and border of a node."""
    return {**COLORS, **KIND_COLORS}[style_of(status, kind)]
