"""A rationale as PDF, set by reportlab in the DejaVu fonts that lie beside this module.

>>> from datetime import datetime, timezone
>>> from payerlogic.documents.blocks import Document
>>> made = datetime(2026, 1, 31, tzinfo=timezone.utc)
>>> pdf(Document("A case", "Not advice.", (), made=made))[:5]
b'%PDF-'
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from payerlogic.documents.blocks import Block, Bullets, Document, Named, Paragraph, Table, plain

FONTS = Path(__file__).resolve().parent / "fonts"
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MARGIN, FOOT = 0.9 * inch, 0.6 * inch
WIDTH, HEIGHT = LETTER[0] - 2 * MARGIN, LETTER[1] - 2 * MARGIN
INK, ACCENT, LINE, HEAD = HexColor("#1a1a1a"), HexColor("#2a4d8f"), HexColor("#8a8d96"), HexColor("#e9edf5")
SIZES = {0: 17, 1: 14, 2: 11.5, 3: 10}
STEP = 11
LEAST = inch
TOGETHER = 12
"""A table of so many rows stays on one page; of a longer one, no page gets a single row."""
# How wide the columns of a table are, by their number.
COLUMNS = {2: (3, 7), 3: (3, 4, 3), 5: (3, 2, 3, 3, 5)}


def pdf(document: Document) -> bytes:
    """The whole file."""
    _load_fonts()
    out = BytesIO()
    pages = _Pages(out, document)
    pages.build(list(_flow(document)), canvasmaker=_numbered(document))
    return out.getvalue()


@lru_cache(maxsize=1)
def _load_fonts() -> dict[str, Any]:
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return {name: pdfmetrics.getFont(name).face.charToGlyph for name in (PLAIN, BOLD)}


class _Pages(BaseDocTemplate):  # type: ignore[misc]
    """Letter pages; headings become the document's outline."""

    def __init__(self, out: BytesIO, document: Document) -> None:
        super().__init__(
            out,
            pagesize=LETTER,
            title=document.title,
            author="payerlogic",
            subject=f"Coverage document. {document.disclaimer}",
            creator="payerlogic",
            lang="en-US",
            invariant=True,
        )
        frame = Frame(MARGIN, MARGIN, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates(PageTemplate("page", [frame]))
        self._headings = 0

    def afterFlowable(self, flowable: Flowable) -> None:
        level = getattr(flowable, "level", None)
        if level is None:
            return
        self._headings += 1
        name = f"heading-{self._headings}"
        self.canv.bookmarkPage(name)
        self.canv.addOutlineEntry(flowable.words, name, level=level, closed=level > 0)


def _numbered(document: Document) -> type[Canvas]:
    """A canvas that knows, when it writes "page 1 of 3", how many there are."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []
            self.setViewerPreference("DisplayDocTitle", "true")

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self.setFont(PLAIN, 7.5)
                self.setFillColor(INK)
                self.drawString(MARGIN, FOOT, document.disclaimer)
                self.drawRightString(LETTER[0] - MARGIN, FOOT, f"Page {number} of {len(self._pages)}")
                super().showPage()
            super().save()

    return Numbered


# --- What flows ------------------------------------------------------------------------------------------


def _flow(document: Document) -> Iterator[Flowable]:
    yield _heading(document.title, 0)
    yield _text(document.disclaimer, bold=True)
    for level, section in document.walk():
        yield CondPageBreak(LEAST)  # a heading does not stay behind at the foot of a page
        yield _heading(plain(section.heading), level)
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[Flowable]:
    if isinstance(block, Named):
        block = block.bullets
    if isinstance(block, Paragraph):
        yield _text(plain(block.text), bold=block.strong)
    elif isinstance(block, Bullets):
        for depth, line in block.items:
            yield Text(_marked(plain(line)), _style(PLAIN, 9, indent=STEP * (depth + 1)), bulletText="•")
        yield Spacer(0, 4)
    elif isinstance(block, Table):
        table = [_text(block.caption, size=8.5), _grid(block)]
        if len(block.rows) <= TOGETHER:
            yield KeepTogether(table)
        else:
            yield from (CondPageBreak(LEAST), *table)
        yield Spacer(0, 8)
    else:
        yield KeepTogether([_image(block.draw("png")), _text(block.caption, size=8.5)])


def _heading(words: str, level: int) -> Flowable:
    size = SIZES.get(level, SIZES[3])
    style = _style(BOLD, size, color=ACCENT, before=size * 0.7, after=4)
    heading = Text(_marked(words, BOLD), style)
    heading.level, heading.words = max(0, level - 1) if level else 0, words
    return heading


def _text(words: str, *, bold: bool = False, size: float = 9) -> Flowable:
    font = BOLD if bold else PLAIN
    return Text(_marked(words, font), _style(font, size))


def _style(
    font: str,
    size: float,
    *,
    indent: float = 0,
    color: Any = INK,
    before: float = 0,
    after: float = 3,
) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=color,
        leftIndent=indent,
        bulletIndent=max(0, indent - STEP),
        bulletFontName=PLAIN,
        bulletFontSize=size,
        spaceBefore=before,
        spaceAfter=after,
        splitLongWords=True,
        embeddedHyphenation=0,
    )


def _grid(block: Table) -> Flowable:
    shares = COLUMNS.get(len(block.header), (1,) * len(block.header))
    widths = [WIDTH * share / sum(shares) for share in shares]
    head = [_text(word, bold=True, size=8) for word in block.header]
    rows = [[_text(plain(cell), bold=index == 0, size=8) for index, cell in enumerate(row)] for row in block.rows]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *(("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4)),
        *(("NOSPLIT", rows, (-1, end)) for rows, end in (((0, 0), 2), ((0, -3), -1)) if len(block.rows) > TOGETHER),
        *(("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)),
    ]
    return Grid([head, *rows], colWidths=widths, repeatRows=1, splitInRow=1, style=look, hAlign="LEFT")


def _image(png: bytes) -> Flowable:
    width, height = ImageReader(BytesIO(png)).getSize()
    points = 72 / 110  # it is drawn at 110 dots to the inch
    scale = min(WIDTH / width, (HEIGHT - 40) / height, points)
    return Image(BytesIO(png), width * scale, height * scale, hAlign="LEFT")


# --- Letters -----------------------------------------------------------------------------------------------


def _marked(words: str, font: str = PLAIN) -> str:
    """Text for reportlab, whose paragraphs read XML; a letter that the font lacks is named by its number."""
    known = _load_fonts()[font]
    return escape("".join(char if ord(char) in known else f"[U+{ord(char):04X}]" for char in words))
