r"""A document as titled sections of paragraphs, lists, tables and pictures, whatever the file format.

    >>> shown("a\u202eb\x00  c")
    'a�b� c'
    >>> plain((Span("conflict", "conflict", mark="✗"), Span("denied", "strong")))
    '✗ conflict denied'

INVARIANT: every text of a block has gone through ``shown``: one line, and no control character in it. How a format
keeps text from being read as its markup is that format's own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

NOT_SHOWN = "\N{REPLACEMENT CHARACTER}"
# What a person wrote is cut where a page could not hold it; the case file keeps the whole.
LONGEST_NAME, LONGEST_TEXT = 120, 3000


def shown(text: object, longest: int = LONGEST_TEXT) -> str:
    """``text`` on one line, with a sign for what would steer a printer, a screen or the direction of writing."""
    line = " ".join(str(text).split())
    if len(line) > longest:
        line = f"{line[:longest]}… ({len(line):,} characters)"
    return line if line.isprintable() else "".join(char if char.isprintable() else NOT_SHOWN for char in line)


# --- Texts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A stretch of text that stands out: ``strong``, ``quiet``, or a badge, whose style is a relation and whose
    ``mark`` says the same without color. ``link`` names the section it leads to."""

    text: str
    style: str = ""
    mark: str = ""
    link: str = ""


Text = str | tuple[str | Span, ...]
"""Spans stand a space apart."""


@dataclass(frozen=True)
class Lines:
    """Several texts in one cell of a table, or under one name."""

    texts: tuple[Text, ...]


Cell = Text | Lines
Item = Text | tuple[int, Text]


def spans(text: Text) -> Iterator[Span]:
    """The stretches of a text, those that do not stand out included."""
    yield from (each if isinstance(each, Span) else Span(each) for each in ((text,) if isinstance(text, str) else text))


def plain(cell: Cell) -> str:
    """The words of a text or cell without what makes them stand out."""
    if isinstance(cell, Lines):
        return "; ".join(map(plain, cell.texts))
    return " ".join(f"{each.mark} {each.text}".strip() for each in spans(cell))


def _text(text: Text) -> Text:
    if isinstance(text, str):
        return shown(text)
    return tuple(shown(each) if isinstance(each, str) else replace(each, text=shown(each.text)) for each in text)


def _item(item: Item) -> tuple[int, Text]:
    if isinstance(item, tuple) and isinstance(item[0], int):
        return item[0], _text(item[1])
    return 0, _text(item)


def _cell(cell: Cell) -> Cell:
    return Lines(tuple(map(_text, cell.texts))) if isinstance(cell, Lines) else _text(cell)


# --- Blocks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a ``strong`` one is not to be overlooked."""

    text: Text
    strong: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _text(self.text))


@dataclass(frozen=True)
class Bullets:
    """A list whose items say how deep they are, with what it lists."""

    what: str
    items: tuple[tuple[int, Text], ...]

    @classmethod
    def of(cls, what: str, items: Iterable[Item]) -> Bullets:
        """Items without a depth stand at the top."""
        return cls(shown(what), tuple(map(_item, items)))


@dataclass(frozen=True)
class Named:
    """Names, each with what there is to say of it: an example, a side, readings."""

    rows: tuple[tuple[str, Cell], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple((shown(name), _cell(cell)) for name, cell in self.rows))

    @property
    def bullets(self) -> Bullets:
        """The same as a list, for formats that have no other way to say it."""
        items: list[tuple[int, Text]] = []
        for name, cell in self.rows:
            if isinstance(cell, Lines) and len(cell.texts) > 1:
                items += [(0, f"{name}:"), *((1, text) for text in cell.texts)]
            else:
                items.append((0, f"{name}: {plain(cell)}"))
        return Bullets("", tuple(items))


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first cell of a row names the row. ``look`` is a style sheet's name for it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    look: str = ""

    @classmethod
    def of(cls, caption: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], look: str = "") -> Table:
        cells = tuple(tuple(map(_cell, row)) for row in rows)
        return cls(shown(caption), tuple(map(shown, header)), cells, look)


@dataclass(frozen=True)
class Picture:
    """A picture, drawn as ``svg`` or ``png`` only when it is wanted, its caption, and the same in words."""

    caption: str
    alternative: str
    draw: Callable[[str], bytes] = field(repr=False, compare=False)


Block = Paragraph | Bullets | Named | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading with what is under it. ``name`` is what a link to it says; ``look`` a style sheet's name for it."""

    heading: Text
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    name: str = ""
    look: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading", _text(self.heading))


@dataclass(frozen=True)
class Document:
    """The whole document. ``made`` is when, with its time zone; ``kb`` the hash of the knowledge base."""

    title: str
    disclaimer: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    made: datetime | None = None
    kb: str = ""

    def walk(self) -> Iterator[tuple[int, Section]]:
        """Every section with its level, from 1, in the order of reading."""

        def below(level: int, sections: Sequence[Section]) -> Iterator[tuple[int, Section]]:
            for section in sections:
                yield level, section
                yield from below(level + 1, section.sections)

        return below(1, self.sections)

    def to_dict(self) -> dict[str, object]:
        """The document for programs, without its pictures."""
        return {
            "title": self.title,
            "made": self.made.isoformat(timespec="seconds") if self.made else None,
            "kb": self.kb,
            "disclaimer": self.disclaimer,
            "sections": [_section(each) for each in self.sections],
        }


def _section(section: Section) -> dict[str, object]:
    return {
        "heading": plain(section.heading),
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(each) for each in section.sections],
    }


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Paragraph):
        return {"paragraph": plain(block.text)}
    if isinstance(block, Named):
        block = block.bullets
    if isinstance(block, Bullets):
        return {"list": block.what, "items": [{"depth": depth, "text": plain(text)} for depth, text in block.items]}
    if isinstance(block, Table):
        rows = [[plain(cell) for cell in row] for row in block.rows]
        return {"table": block.caption, "header": list(block.header), "rows": rows}
    return {"picture": block.caption, "alternative": block.alternative}
