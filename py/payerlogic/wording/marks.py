"""The mark, word and color of each status and kind, the same in every format.

>>> mark_of("unmet", "fact")
'✗'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MARKS = {"met": "✓", "unmet": "✗", "unknown": "?"}
WORDS = {"met": "met", "unmet": "not met", "unknown": "open"}
SHAPES = {"met": "rounded", "unmet": "diagonals", "unknown": "dashed"}
"""The outline of a node in a picture, as Graphviz calls it."""
KIND_MARKS = {"reading": "§", "presumption": "~"}

# Fill and border. Color means an outcome and nothing else: how a condition stands is its mark, its word and its shape.
# The borders have a contrast of at least 4.5 to 1 on white.
_PLAIN, _SHADED = ("#ffffff", "#50535e"), ("#f1f2f5", "#6a6e79")
COLORS = {"met": _PLAIN, "unmet": _SHADED, "unknown": _PLAIN, "reading": _PLAIN, "presumption": _PLAIN}
OUTCOME_COLORS = {
    "approved": ("#e3f4e6", "#1b6e35"),
    "denied": ("#fbe6e4", "#a3271c"),
    "review": ("#e6edf9", "#2a4d8f"),
    "pended": ("#efe7f7", "#5b3a86"),
    "not_addressed": ("#e7e8ec", "#50535e"),
    "contradiction": ("#fbe4f0", "#8a1c5b"),
    "open": ("#fdf3d3", "#7a5a00"),
}
# The same on a dark ground, with light text.
_DARK_PLAIN, _DARK_SHADED = ("#1c1f26", "#c3c6cf"), ("#2a2d35", "#a9adb8")
DARK_COLORS = {
    "met": _DARK_PLAIN,
    "unmet": _DARK_SHADED,
    "unknown": _DARK_PLAIN,
    "reading": _DARK_PLAIN,
    "presumption": _DARK_PLAIN,
    "approved": ("#12301c", "#6fcf8b"),
    "denied": ("#3d1b18", "#ff9c91"),
    "review": ("#17264a", "#9dbcf5"),
    "pended": ("#2a1d3c", "#cdb2f2"),
    "not_addressed": ("#2a2d35", "#c3c6cf"),
    "contradiction": ("#3c1229", "#f5a3cf"),
    "open": ("#352a08", "#e6c25a"),
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


@dataclass(frozen=True)
class Look:
    """How a picture shows a node: its words, its mark, how it stands in a word, the key of its colors, its shape."""

    label: str
    mark: str
    word: str
    style: str
    shape: str

    @property
    def colors(self) -> tuple[str, str]:
        """Fill and border on a light ground."""
        return {**COLORS, **OUTCOME_COLORS}.get(self.style, _PLAIN)


def look_of(data: Mapping[str, Any]) -> Look:
    """The look of a node of a derivation: a gate that the request passed reads as passed, and what decides has the
    color of its outcome.

    >>> look_of({"label": "No edition", "status": "unmet", "kind": "clause", "passed": "edition in force"}).label
    'passed: edition in force'
    """
    status, kind = data["status"], data["kind"]
    word = KIND_WORDS["reading"] if kind == "reading" else WORDS[status]
    if passed := data.get("passed"):
        return Look(f"passed: {passed}", MARKS["met"], "passed", "met", SHAPES["met"])
    style = data.get("outcome") or style_of(status, kind)
    return Look(data["label"], mark_of(status, kind), word, style, SHAPES[status])
