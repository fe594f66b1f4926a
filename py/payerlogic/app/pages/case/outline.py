"""Sentences of an answer as nested lists.

>>> outline(["They disagree.", "  - denied: one fraction"])
'<p class="pl-lead">They disagree.</p><ul><li>denied: one fraction</li></ul>'
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from payerlogic.app.html import escape

_MARK = re.compile(r"^ *(?:- |\d+\. )?")


def outline(lines: Sequence[str], folded_after: int | None = None) -> str:
    """Lines as the API tells them, deeper where they are indented, as HTML; nothing in them is markup.

    Of the items right below a line, those after the first ``folded_after`` are folded away.
    """
    parsed = [(len(line) - len(line.lstrip(" ")), _MARK.sub("", line, count=1)) for line in lines if line.strip()]
    found, at = [], 0
    while at < len(parsed):
        end = at + 1
        while end < len(parsed) and parsed[end][0] > 0:
            end += 1
        lead = ' class="pl-lead"' if end > at + 1 else ""
        found.append(f"<p{lead}>{_quiet_citation(parsed[at][1])}</p>{_listed(parsed[at + 1 : end], folded_after)}")
        at = end
    return "".join(found)


def _listed(parsed: Sequence[tuple[int, str]], folded_after: int | None = None) -> str:
    """One list of the least indented, each with what is deeper below it."""
    if not parsed:
        return ""
    depth = parsed[0][0]
    starts = [index for index, (indent, _) in enumerate(parsed) if indent <= depth]
    items = [
        f"<li>{_quiet_citation(parsed[start][1])}{_listed(parsed[start + 1 : end])}</li>"
        for start, end in zip(starts, [*starts[1:], len(parsed)], strict=True)
    ]
    if folded_after is None or len(items) <= folded_after + 1:
        return f"<ul>{''.join(items)}</ul>"
    shown, hidden = items[:folded_after], items[folded_after:]
    more = f"<details><summary>{len(hidden)} more</summary><ul>{''.join(hidden)}</ul></details>"
    return f"<ul>{''.join(shown)}</ul>{more}"


def _quiet_citation(line: str) -> str:
    """A line, with the citation at its end in a quieter hand."""
    what, bracket, rest = line.partition(" [")
    if bracket and rest.rstrip(".").endswith("]"):
        return f'{escape(what)} <span class="pl-quiet">[{escape(rest)}</span>'
    return escape(line)
