r"""A rationale as a document: titled sections of paragraphs, lists, tables and pictures, whatever the file format.

    >>> shown("a\u202eb\x00  c")
    'a�b� c'
    >>> Bullets.of("Clauses", ["first", (1, "below it")]).items
    ((0, 'first'), (1, 'below it'))

Every text of a block has gone through ``shown``: one line, and no control character in it. How a format keeps
text from being read as its markup is that format's own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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


Item = str | tuple[int, str]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a ``strong`` one is not to be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list whose items say how deep they are, with what it lists."""

    what: str
    items: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, what: str, items: Iterable[Item]) -> Bullets:
        deep = ((0, each) if isinstance(each, str) else each for each in items)
        return cls(shown(what), tuple((depth, shown(text)) for depth, text in deep))


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first cell of a row names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
        return cls(shown(caption), tuple(map(shown, header)), tuple(tuple(map(shown, row)) for row in rows))


@dataclass(frozen=True)
class Picture:
    """A picture, drawn as PNG only when it is wanted, its caption, and the same in words, line by line."""

    caption: str
    alternative: str
    draw: Callable[[], bytes] = field(repr=False, compare=False)


Block = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading with what is under it."""

    heading: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Rationale:
    """The whole document. ``made`` is when, with its time zone; ``kb`` the hash of the knowledge base."""

    title: str
    made: datetime
    kb: str
    disclaimer: str
    sections: tuple[Section, ...]

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
            "made": self.made.isoformat(timespec="seconds"),
            "kb": self.kb,
            "disclaimer": self.disclaimer,
            "sections": [_section(each) for each in self.sections],
        }


def _section(section: Section) -> dict[str, object]:
    return {
        "heading": section.heading,
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(each) for each in section.sections],
    }


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Paragraph):
        return {"paragraph": block.text}
    if isinstance(block, Bullets):
        return {"list": block.what, "items": [{"depth": depth, "text": text} for depth, text in block.items]}
    if isinstance(block, Table):
        return {"table": block.caption, "header": list(block.header), "rows": [list(row) for row in block.rows]}
    return {"picture": block.caption, "alternative": block.alternative}
