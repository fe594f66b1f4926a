"""Sentences of an answer as nested lists.

>>> from payerlogic.api import KnowledgeBase
>>> from payerlogic.wording.outline import Line
>>> outline(KnowledgeBase.load(), [Line("They disagree."), Line("denied: one fraction", 1, "-")])
'<p class="pl-lead">They disagree.</p><ul><li>denied: one fraction</li></ul>'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from payerlogic.app.citations import link
from payerlogic.app.html import escape
from payerlogic.semantics.model import Model
from payerlogic.wording.outline import Line


def show_outline(kb: Model, lines: Iterable[Line], folded_after: int | None = None) -> None:
    """Lines on a page; see ``outline``."""
    st.html(f'<div class="pl pl-outline">{outline(kb, list(lines), folded_after)}</div>')


def outline(kb: Model, lines: Sequence[Line], folded_after: int | None = None) -> str:
    """Lines, each below the last one that is less deep, as HTML; nothing in them is markup.

    Of the items right below a line, those after the first ``folded_after`` are folded away.
    """
    shown = [line for line in lines if line.text]
    parts, at = [], 0
    while at < len(shown):
        end = at + 1
        while end < len(shown) and shown[end].depth > 0:
            end += 1
        lead = ' class="pl-lead"' if end > at + 1 else ""
        parts.append(f"<p{lead}>{_quiet_citation(kb, shown[at])}</p>{_listed(kb, shown[at + 1 : end], folded_after)}")
        at = end
    return "".join(parts)


def _listed(kb: Model, lines: Sequence[Line], folded_after: int | None = None) -> str:
    """One list of the least deep, each with what is deeper below it."""
    if not lines:
        return ""
    depth = lines[0].depth
    starts = [index for index, line in enumerate(lines) if line.depth <= depth]
    items = [
        f"<li>{_quiet_citation(kb, lines[start])}{_listed(kb, lines[start + 1 : end])}</li>"
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]
    if folded_after is None or len(items) <= folded_after + 1:
        return f"<ul>{''.join(items)}</ul>"
    shown, hidden = items[:folded_after], items[folded_after:]
    more = f"<details><summary>{len(hidden)} more</summary><ul>{''.join(hidden)}</ul></details>"
    return f"<ul>{''.join(shown)}</ul>{more}"


def _quiet_citation(kb: Model, line: Line) -> str:
    """A line with its citation in a quieter hand. A number in front is the list's own; a mark of a status stays."""
    mark = f"{line.mark} " if line.mark and line.mark != "-" else ""
    quiet = f' <span class="pl-quiet">[{link(kb, line.citation)}]</span>' if line.citation else ""
    return f"{escape(mark + line.text)}{quiet}{escape(line.end)}"
