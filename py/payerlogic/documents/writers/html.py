"""A document as one self-contained page, fit to be sent and printed. No script, nothing fetched.

>>> page(Document("<T4>", "Not advice.", (Section("Summary", (Paragraph("Denied."),), name="summary"),)))[:15]
'<!DOCTYPE html>'
>>> cell_html((Span("<T4>", "strong"), Span("region 1", link="r1")))
'<b>&lt;T4&gt;</b> <a href="#r1">region 1</a>'
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from payerlogic.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Lines,
    Named,
    Paragraph,
    Picture,
    Section,
    Span,
    Table,
    Text,
    spans,
)
from payerlogic.documents.writers.style import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
TAGS = {"strong": "b", "quiet": "small"}


def page(document: Document) -> str:
    """The whole page as text."""
    title = escape(document.title)
    named = [(each.name or f"section-{count}", each) for count, each in enumerate(document.sections, 1)]
    links = "".join(f'<li><a href="#{name}">{cell_html(each.heading)}</a></li>' for name, each in named)
    body = "".join(
        f'<section id="{name}" aria-labelledby="{name}-h"><h2 id="{name}-h">{cell_html(each.heading)}</h2>'
        f"{_inside(each, 3)}</section>"
        for name, each in named
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><header><h1>{title}</h1>"
        f"{f'<p>{escape(document.subtitle)}</p>' if document.subtitle else ''}"
        f"<p><small>{escape(document.disclaimer)}</small></p></header>"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>{body}</main></body></html>\n'
    )


def _inside(section: Section, level: int) -> str:
    """What is under a heading; the sections in it have headings of ``level``."""
    below = "".join(
        f"<article{f' id={quoted(each.name)}' if each.name else ''}{_class(each.look)}>"
        f"<h{level}>{cell_html(each.heading)}</h{level}>{_inside(each, min(level + 1, 6))}</article>"
        for each in section.sections
    )
    return "".join(map(_block, section.blocks)) + below


def quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _class(names: str) -> str:
    return f" class={quoted(names)}" if names else ""


# --- Blocks --------------------------------------------------------------------------------------------------


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, strong):
            return f"<p><strong>{cell_html(text)}</strong></p>" if strong else f"<p>{cell_html(text)}</p>"
        case Bullets():
            return _list(block.items)
        case Named():
            rows = "".join(f"<dt>{escape(name)}</dt><dd>{cell_html(cell)}</dd>" for name, cell in block.rows)
            return f"<dl>{rows}</dl>"
        case Table():
            return table(block)
        case Picture():
            label = quoted(f"{block.caption}, scrollable")
            return f'<figure tabindex="0" role="group" aria-label={label}>{block.draw("svg").decode()}</figure>'


def _list(items: Iterable[tuple[int, Text]]) -> str:
    """Items below each other; one that is deeper opens a list in the item before."""
    html, open_ = "", 0
    for depth, text in items:
        wanted = min(depth + 1, open_ + 1)
        if wanted > open_:
            html += "<ul>"
        else:
            html += "</li></ul>" * (open_ - wanted) + "</li>"
        html, open_ = f"{html}<li>{cell_html(text)}", wanted
    return html + "</li></ul>" * open_


def table(block: Table) -> str:
    """The table; on a narrow screen each row becomes a list of cells, each with the name of its column."""
    head = "".join(f'<th scope="col" role="columnheader">{escape(each)}</th>' for each in block.header)
    rows = []
    for first, *others in block.rows:
        cells = "".join(
            f'<td role="cell" data-of={quoted(column)}>{cell_html(cell)}</td>'
            for column, cell in zip(block.header[1:], others, strict=True)
        )
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{cell_html(first)}</th>{cells}</tr>')
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    return (
        f'<table{_class(f"stack {block.look}".strip())} role="table">{caption}'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def cell_html(cell: Cell) -> str:
    """A text with its spans, or several as a list."""
    if isinstance(cell, Lines):
        texts = [cell_html(each) for each in cell.texts]
        return texts[0] if len(texts) == 1 else f"<ul>{''.join(f'<li>{each}</li>' for each in texts)}</ul>"
    return " ".join(map(_span, spans(cell)))


def _span(span: Span) -> str:
    text = escape(span.text)
    if span.mark:
        return f'<span class="badge {span.style}"><span aria-hidden="true">{span.mark}</span> {text}</span>'
    tag = TAGS.get(span.style)
    text = f"<{tag}>{text}</{tag}>" if tag else text
    return f"<a href={quoted(f'#{span.link}')}>{text}</a>" if span.link else text
