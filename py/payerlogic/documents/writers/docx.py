"""A rationale as a Word document, with real headings, lists and table headers, and words for every picture.

>>> from datetime import datetime, timezone
>>> from payerlogic.documents.blocks import Document
>>> made = datetime(2026, 1, 31, tzinfo=timezone.utc)
>>> docx(Document("A case", "Not advice.", (), made=made))[:2]
b'PK'
"""

from __future__ import annotations

from io import BytesIO

from docx import Document as new_document
from docx.document import Document as Writing
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Inches, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from payerlogic.documents.blocks import Block, Bullets, Document, Named, Paragraph, Picture, Table, plain

LANGUAGE = "en-US"
INK = RGBColor(0x1A, 0x1A, 0x1A)
ACCENT = RGBColor(0x2A, 0x4D, 0x8F)
TOGETHER = 12
WIDTH, HEIGHT = 6.5, 8.0  # inches that a picture may take of a letter page
LEVELS = 3  # that Word's own list styles have
STEP = 0.25


def docx(document: Document) -> bytes:
    """The whole file."""
    return _DocxWriter(document).whole()


class _DocxWriter:
    """Writes one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.writing: Writing = new_document()
        self._describe()
        self._style()

    def whole(self) -> bytes:
        document, writing = self.document, self.writing
        writing.add_heading(document.title, 0)
        writing.add_paragraph().add_run(document.disclaimer).bold = True
        for level, section in document.walk():
            writing.add_heading(plain(section.heading), level)
            for block in section.blocks:
                self._block(block)
        self._footer()
        out = BytesIO()
        writing.save(out)
        return out.getvalue()

    def _describe(self) -> None:
        about = self.writing.core_properties
        about.title = self.document.title[:255]
        about.subject = "Coverage rationale"
        about.author = about.last_modified_by = "payerlogic"
        about.comments = self.document.disclaimer
        about.language = LANGUAGE
        if self.document.made is not None:
            about.created = about.modified = self.document.made

    def _style(self) -> None:
        styles = self.writing.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(10)
        normal.paragraph_format.space_after = Pt(6)
        language = normal.element.get_or_add_rPr().makeelement(
            qn("w:lang"), {qn("w:val"): LANGUAGE, qn("w:eastAsia"): LANGUAGE}
        )
        normal.element.get_or_add_rPr().append(language)
        for style in styles:
            if style.type == WD_STYLE_TYPE.PARAGRAPH and style.name.startswith(("Heading", "Title", "Caption")):
                style.font.name = "Arial"
                style.font.color.rgb = INK if style.name == "Caption" else ACCENT
                fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
                for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # they would go before the name
                    if fonts is not None:
                        fonts.attrib.pop(qn(f"w:{theme}"), None)
        styles["Title"].font.size = Pt(20)
        for section in self.writing.sections:
            section.page_width, section.page_height = Inches(8.5), Inches(11)
            section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(1)

    # --- Blocks ----------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        if isinstance(block, Named):
            block = block.bullets
        if isinstance(block, Paragraph):
            self.writing.add_paragraph().add_run(plain(block.text)).bold = block.strong
        elif isinstance(block, Bullets):
            for depth, line in block.items:
                self._item(depth, plain(line))
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._picture(block)

    def _item(self, depth: int, line: str) -> None:
        level = min(depth, LEVELS - 1)
        item = self.writing.add_paragraph(line, "List Bullet" if level == 0 else f"List Bullet {level + 1}")
        item.paragraph_format.space_after = Pt(2)
        if depth > level:
            item.paragraph_format.left_indent = Inches(STEP * (depth + 1))

    def _caption(self, text: str, above: bool) -> None:
        caption = self.writing.add_paragraph(text, "Caption")
        caption.paragraph_format.keep_with_next = above

    def _table(self, block: Table) -> None:
        self._caption(block.caption, above=True)
        table = self.writing.add_table(1, len(block.header), "Table Grid")
        _describe_table(table, block)
        for cell, word in zip(table.rows[0].cells, block.header, strict=True):
            _small(cell.paragraphs[0]).add_run(word).bold = True
        _repeat(table.rows[0]._tr)
        for row in block.rows:
            for index, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
                run = _small(cell.paragraphs[0]).add_run(plain(text))
                run.bold = index == 0
                run.font.size = Pt(9)
        _hold_together(table)
        self.writing.add_paragraph()

    def _picture(self, block: Picture) -> None:
        shape = self.writing.add_picture(BytesIO(block.draw("png")))
        ratio = min(Inches(WIDTH) / shape.width, Inches(HEIGHT) / shape.height, 1)
        shape.width, shape.height = int(shape.width * ratio), int(shape.height * ratio)
        described = shape._inline.docPr
        described.set("title", block.caption)
        described.set("descr", f"{block.caption}. In words: {block.alternative}")
        self._caption(block.caption, above=False)

    def _footer(self) -> None:
        footer = self.writing.sections[0].footer.paragraphs[0]
        footer.add_run(f"{self.document.disclaimer}  Page ")
        _field(footer.add_run(), "PAGE")
        footer.add_run(" of ")
        _field(footer.add_run(), "NUMPAGES")
        for run in footer.runs:
            run.font.size = Pt(8)


def _small(paragraph: WordParagraph) -> WordParagraph:
    paragraph.paragraph_format.space_after = Pt(2)
    return paragraph


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    made: BaseOxmlElement = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _describe_table(table: WordTable, block: Table) -> None:
    """What a screen reader says of the table: its caption, and that its first row and column are headings."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    properties.append(
        _element("w:tblLook", val="00A0", firstRow="1", lastRow="0", firstColumn="1", lastColumn="0", noHBand="1")
    )
    properties.append(_element("w:tblCaption", val=block.caption))
    properties.append(_element("w:tblDescription", val=f"Columns: {', '.join(block.header)}"))


def _repeat(row: BaseOxmlElement) -> None:
    """The first row is a heading that every page of the table repeats."""
    properties = row.get_or_add_trPr()
    properties.append(_element("w:tblHeader", val="true"))


def _hold_together(table: WordTable) -> None:
    """No row is broken over two pages, and none stands alone on one: a short table stays whole, a long one keeps its
    first and last rows with their neighbors."""
    rows = list(table.rows)
    for number, row in enumerate(rows[:-1]):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))
        if len(rows) <= TOGETHER or number < 2 or number >= len(rows) - 3:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True


def _field(run: Run, name: str) -> None:
    for part in (
        _element("w:fldChar", fldCharType="begin"),
        _element("w:instrText"),
        _element("w:fldChar", fldCharType="end"),
    ):
        if part.tag == qn("w:instrText"):
            part.text = name
        run._r.append(part)
