"""Reads a note: lines of a label and a value, tables of two lines, and running text.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> for each in read_note(kb, "62-year-old, rectal cancer, cT4bN0. Margins were close. No prior radiation."):
...     print(each.attribute, each.words, "->", each.written)
age_years 62-year-old -> 62
primary_site rectal cancer -> rectum
t_category cT4b -> cT4b
clinical_n_category N0 -> N0
margin_status Margins were close -> close
prior_radiation No prior radiation -> none
>>> [(each.words, each.why) for each in read_note(kb, "Rule out T4 tumor. Family history of breast cancer.")]
[('T4', 'doubtful: “Rule out”'), ('breast cancer', 'doubtful: “Family history”')]

INVARIANT: a finding is a fact only if its words state the value by a pattern of the knowledge base or stand beside the
attribute's label, no word of doubt reaches them, and the note says nothing else of the attribute. What fails one of
these is shown with the reason, and is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from payerlogic.notes.phrases import ANY, LIST, SENTENCE, NoteWords
from payerlogic.program.attribute import Attribute
from payerlogic.program.values import ParsedValue, Value
from payerlogic.semantics.model import Model

LONGEST = 20_000
"""A longer note is cut off."""
LONGEST_LINE = 600
_SENTENCE = re.compile(r"(?:[^;!.?\n]|[.!](?![\s]|$))+(?:[.!?]|$)?")
_PART = re.compile(r"(?:[^,]|,(?=\d))+")
_ALTERNATIVE = re.compile(r"\bn?or\b", re.IGNORECASE)
_LABELED = re.compile(r"\s*[-*•]?\s*([^:=\t|]{2,60}?)\s*[:=\t|]\s*(\S.*?)\s*")
_CELLS = re.compile(r"\t|,")
MIXED = "the note says different things of it"


@dataclass(frozen=True)
class NoteFinding:
    """Words of a note that may state a fact: where they stand, what they say; ``why`` is empty if it is a fact."""

    attribute: str
    words: str
    start: int
    written: str
    value: Value | None
    why: str = ""

    @property
    def is_fact(self) -> bool:
        return not self.why


def read_note(model: Model, text: str) -> tuple[NoteFinding, ...]:
    """What a note says, in the order of its words."""
    reader = _Reader(model)
    found = sorted(reader.findings(text[:LONGEST]), key=lambda each: (each.start, -len(each.words)))
    return tuple(_without_mixed(model, _outermost(found)))


def _outermost(found: Sequence[NoteFinding]) -> Iterator[NoteFinding]:
    """Of findings of one attribute that lie within each other, the longest; of equal ones, the first."""
    ends: dict[str, int] = {}
    said: set[tuple[str, str, str]] = set()
    for each in found:
        end = each.start + len(each.words)
        again = (each.attribute, str(each.value), each.why) in said
        if end > ends.get(each.attribute, -1) and not again:
            ends[each.attribute] = end
            said.add((each.attribute, str(each.value), each.why))
            yield each


def _without_mixed(model: Model, found: Iterator[NoteFinding]) -> Iterator[NoteFinding]:
    """Two facts that differ are none. Members of a set add up."""
    findings = list(found)
    values: dict[str, set[Value | None]] = {}
    for each in findings:
        if each.is_fact:
            values.setdefault(each.attribute, set()).add(each.value)
    for each in findings:
        is_set = model.vocabulary.stateable[each.attribute].type == "set"
        mixed = each.is_fact and not is_set and len(values[each.attribute]) > 1
        yield replace(each, why=MIXED) if mixed else each


class _Reader:
    """Reads one note."""

    def __init__(self, model: Model) -> None:
        self.words = NoteWords.of(model)
        self.stateable = model.vocabulary.stateable

    def findings(self, text: str) -> Iterator[NoteFinding]:
        start = 0
        header: list[str] = []
        for line in text.split("\n"):
            if header and (cells := _CELLS.split(line)) and len(cells) == len(header):
                yield from self._row(header, cells, start)
            elif labeled := self._labeled(line, start):
                yield labeled
            else:
                yield from self._running(line, start)
            header = self._header(line)
            start += len(line) + 1

    def _header(self, line: str) -> list[str]:
        """The attributes that a line of column heads names; none where a head is no attribute."""
        cells = [cell.strip().lower() for cell in _CELLS.split(line)]
        return (
            [self.words.keys[cell] for cell in cells] if cells[1:] and all(c in self.words.keys for c in cells) else []
        )

    def _row(self, header: list[str], cells: list[str], start: int) -> Iterator[NoteFinding]:
        for name, cell in zip(header, cells, strict=True):
            if cell.strip():
                yield self._stated(name, cell.strip(), cell.strip(), start + cell.index(cell.strip()))
            start += len(cell) + 1

    def _labeled(self, line: str, start: int) -> NoteFinding | None:
        """A line of a label and a value that can be read; any other line is running text."""
        found = _LABELED.fullmatch(line[:LONGEST_LINE])
        name = self.words.keys.get(found[1].lower()) if found else None
        if found is None or name is None:
            return None
        finding = self._stated(name, found[2].rstrip(".,"), found[0].strip(), start + line.index(found[0].strip()))
        return finding if finding.is_fact else None

    def _running(self, line: str, start: int) -> Iterator[NoteFinding]:
        for sentence in _SENTENCE.finditer(line):
            parts = [(match.start(), match[0]) for match in _PART.finditer(sentence[0])]
            for place, part in parts:
                for phrase in self.words.phrases:
                    for begin, end, group in phrase.pattern.spans(part[:LONGEST_LINE]):
                        written = phrase.value if phrase.value is not None else group or ""
                        if phrase.value is None and not written.isdigit():  # the words are the value itself
                            begin = part.index(written, begin)
                            end = begin + len(written)
                        at = start + sentence.start() + place + begin
                        finding = self._stated(phrase.attribute, written, part[begin:end], at)
                        doubt = self._doubt(phrase.attribute, sentence[0], (place, part), (place + begin, place + end))
                        yield replace(finding, why=f"doubtful: “{doubt}”") if doubt else finding

    def _stated(self, name: str, written: str, words: str, start: int) -> NoteFinding:
        attribute = self.stateable[name]
        reading = self._read(attribute, written)
        why = ""
        if reading.problem is not None:
            why = (
                reading.problem.what if not reading.problem.hint else f"{reading.problem.what}; {reading.problem.hint}"
            )
        elif reading.value is None:
            why = "it is read as unknown"
        return NoteFinding(name, words, start, written, reading.value, why)

    def _read(self, attribute: Attribute, written: str) -> ParsedValue:
        """A value as a case file may write it, or by its label."""
        reading = attribute.read(written)
        label = self.words.labels[attribute.name].get(written.lower())
        return attribute.read(label) if reading.problem is not None and label is not None else reading

    def _doubt(self, name: str, sentence: str, part: tuple[int, str], span: tuple[int, int]) -> str:
        """The word of doubt that reaches what stands at ``span`` of a sentence, in one part; empty where none does."""
        start, end = part[0], part[0] + len(part[1])
        for doubt in self.words.doubts:
            if doubt.attribute not in (ANY, name):
                continue
            for at, to, _ in doubt.pattern.spans(sentence[:LONGEST_LINE]):
                if span[0] <= at and to <= span[1]:
                    continue  # the words themselves
                within = start <= at < end
                listed = doubt.reach == LIST and at < start and _ALTERNATIVE.search(sentence, at) is not None
                if doubt.reach == SENTENCE or within or listed:
                    return sentence[at:to].strip()
        return ""
