r"""A rationale as Markdown (GitHub's flavor, for the tables). Its lists say what the pictures show.

>>> text("1. *a* | <b>")
'1\\. \\*a\\* \\| &lt;b&gt;'
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from payerlogic.documents.blocks import Bullets, Paragraph, Picture, Rationale, Table
from payerlogic.documents.writers.markdown import plain

# What begins a list or a rule only at the start of a line.
BEGINS = re.compile(r"^([-+=]|\d+(?=[.)]))")


def text(line: str) -> str:
    """Text that stands for itself, at the beginning of a line too."""
    escaped = plain(line)
    return BEGINS.sub(lambda found: f"\\{found[0]}" if not found[0].isdigit() else f"{found[0]}\\", escaped)


def markdown(rationale: Rationale) -> str:
    """The whole text."""
    return "\n".join(_lines(rationale)) + "\n"


def _lines(rationale: Rationale) -> Iterator[str]:
    yield from (f"# {text(rationale.title)}", "", f"**{text(rationale.disclaimer)}**")
    for level, section in rationale.walk():
        yield from ("", f"{'#' * (level + 1)} {text(section.heading)}")
        for block in section.blocks:
            if not isinstance(block, Picture):
                yield from ("", *_block(block))


def _block(block: Paragraph | Bullets | Table) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield f"**{text(block.text)}**" if block.strong else text(block.text)
    elif isinstance(block, Bullets):
        yield from (f"{'  ' * depth}- {text(line)}" for depth, line in _without_gaps(block.items))
    else:
        yield from (f"*{text(block.caption)}*", "")
        yield f"| {' | '.join(map(plain, block.header))} |"
        yield f"|{' --- |' * len(block.header)}"
        yield from (f"| {' | '.join(map(plain, row))} |" for row in block.rows)


def _without_gaps(items: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str]]:
    """An item that is more than one step below the one before would become code."""
    last = -1
    for depth, line in items:
        last = min(depth, last + 1)
        yield last, line
