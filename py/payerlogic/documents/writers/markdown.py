r"""A document as Markdown (GitHub's flavor, for the tables). Its lists say what the pictures show.

>>> text("1. *a* | <b>")
'1\\. \\*a\\* \\| &lt;b&gt;'
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from payerlogic.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Lines,
    Named,
    Paragraph,
    Picture,
    Span,
    Table,
    Text,
    spans,
)

SPECIAL = re.compile(r"([\\`*_\[\]|#~])")
# What begins a list or a rule only at the start of a line.
BEGINS = re.compile(r"^([-+=]|\d+(?=[.)]))")


def escaped(words: str) -> str:
    """Words that Markdown shows as they are."""
    line = SPECIAL.sub(r"\\\1", words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?i)\b(https?|ftp|mailto)(:)", r"\1&#58;", line)


def cell(words: Cell) -> str:
    """A text with its spans, or several in one cell."""
    if isinstance(words, Lines):
        return "; ".join(map(cell, words.texts))
    return " ".join(map(_span, spans(words)))


def _span(span: Span) -> str:
    words = escaped(f"{span.mark} {span.text}".strip())
    return f"**{words}**" if span.mark or span.style == "strong" else words


def text(words: Text) -> str:
    """A text that stands for itself at the beginning of a line too."""
    return BEGINS.sub(lambda found: f"\\{found[0]}" if not found[0].isdigit() else f"{found[0]}\\", cell(words))


def markdown(document: Document) -> str:
    """The whole text."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield from (f"# {text(document.title)}", "", f"**{text(document.disclaimer)}**")
    if document.subtitle:
        yield from ("", text(document.subtitle))
    for level, section in document.walk():
        yield from ("", f"{'#' * min(level + 1, 6)} {text(section.heading)}")
        for block in section.blocks:
            if not isinstance(block, Picture):
                yield from ("", *_block(block))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(words, strong):
            yield f"**{text(words)}**" if strong else text(words)
        case Named():
            yield from _block(block.bullets)
        case Bullets():
            last = -1  # an item that is more than one step below the one before would become code
            for depth, words in block.items:
                last = min(depth, last + 1)
                yield f"{'  ' * last}- {text(words)}"
        case Table():
            yield from (f"*{text(block.caption)}*", "") if block.caption else ()
            yield f"| {' | '.join(map(cell, block.header))} |"
            yield f"|{' --- |' * len(block.header)}"
            yield from (f"| {' | '.join(map(cell, row))} |" for row in block.rows)
