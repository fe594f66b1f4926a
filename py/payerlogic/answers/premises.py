"""What an answer rests on, said beside it: presumptions, readings, editions, and of which cases it speaks.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> found = kb.decide({"primary_site": "brain"}, "bcbsaz", with_readings=True)
>>> print(found.premises.given)
Given that the payer finds one of its evidence conditions for this use and the usual assumptions below
>>> found.premises.reading_sentences()
['No single reading encoded here, read differently, would change it.']

Two things are said only as far as they were tried. A presumption is named if the answer would not hold without it.
A reading is named if another of its options, encoded here, would change the answer: ``tried`` says whether no
reading was switched, each alone, or all together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from payerlogic.program.catalog import Catalog
from payerlogic.text.days import UNKNOWN
from payerlogic.text.phrases import joined, lowered

Tried = Literal["none", "single", "every"]
ONE_CASE = "Speaks of this case, with every possible value of the facts that it does not state."


@dataclass(frozen=True)
class Remark:
    """A presumption, limit or advisory: its name, and in words.

    ``payers_own`` marks a presumption about what the payer itself finds; the other presumptions are the usual ones.
    ``statements`` are those of the policy from which it follows.
    """

    id: str
    text: str
    payers_own: bool = False
    statements: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.id}: {self.cited}"

    @property
    def cited(self) -> str:
        """In words, with the statements of the policy that it rests on.

        >>> Remark("one_fraction", "one fraction is authorized", statements=("N31",)).cited
        'one fraction is authorized [N31]'
        """
        return f"{self.text} [{', '.join(self.statements)}]" if self.statements else self.text


@dataclass(frozen=True)
class Switch:
    """One reading with another option, and the class that follows; None where the case is then open."""

    reading: str
    option: str
    class_: str | None

    def to_dict(self) -> dict[str, object]:
        """The switch as a row of ``sensitive_readings``."""
        return {"reading": self.reading, "option": self.option, "class": self.class_}


@dataclass(frozen=True)
class Switches:
    """Readings switched together, the options that do it, and what is then possible; ``text`` says it in words."""

    options: tuple[tuple[str, tuple[str, ...]], ...]
    possible: tuple[str, ...]
    text: str = ""

    def to_dict(self) -> dict[str, object]:
        """The switches with what is then possible, as every answer prints them."""
        return {
            "switches": {reading: list(options) for reading, options in self.options},
            "possible": list(self.possible),
        }

    @property
    def in_ids(self) -> str:
        """As they are given on the command line: ``reading=option``, the first of the options that do it."""
        return " ".join(f"{reading}={options[0]}" for reading, options in self.options)

    @property
    def single(self) -> Iterator[Switch]:
        """Where only one reading is switched: one switch for each option."""
        if len(self.options) == 1:
            reading, options = self.options[0]
            class_ = self.possible[0] if len(self.possible) == 1 else None
            yield from (Switch(reading, option, class_) for option in options)


@dataclass(frozen=True)
class Premises:
    """The premises of an answer.

    ``presumptions`` are those without which it would not hold, ``jointly`` those of which any one may go but not all
    together, ``readings`` the switches of readings encoded here
    that would change it (as far as ``tried``), ``editions`` pairs of a policy and the first day of the edition
    (None where none is in force), ``space`` a sentence on the cases of which the answer speaks.
    """

    presumptions: tuple[Remark, ...] = ()
    readings: tuple[Switches, ...] = ()
    tried: Tried = "none"
    editions: tuple[tuple[str, str | None], ...] = ()
    space: str = ONE_CASE
    jointly: tuple[Remark, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """As every answer carries it under ``premises``; ``readings`` is null where none was tried."""
        return {
            "presumptions": [str(each) for each in self.presumptions],
            "jointly": [str(each) for each in self.jointly],
            "readings": None if self.tried == "none" else [each.to_dict() for each in self.readings],
            "readings_tried": self.tried,
            "editions": dict(self.editions),
            "space": self.space,
        }

    @property
    def given(self) -> str:
        """The presumptions as the beginning of a sentence, what is usual in short; empty where there are none."""
        own = [each for each in self.presumptions if each.payers_own]
        usual = "the usual assumptions below" if len(own) < len(self.presumptions) else ""
        some = f"some of these assumptions ({_either(self.jointly)})" if self.jointly else ""
        parts = [part for part in (that(own), usual, some) if part]
        return f"Given {' and '.join(parts)}" if parts else ""

    def claim(self, sentence: str) -> str:
        """A sentence that names the presumptions on which it rests.

        >>> Premises((Remark("p", "the payer finds a condition", True),)).claim("These facts force it:")
        'Given that the payer finds a condition, these facts force it:'
        >>> Premises((Remark("p", "a code is listed"),)).claim("These facts force it:")
        'Given the usual assumptions below, these facts force it:'
        >>> Premises().claim("These facts force it:")
        'These facts force it:'
        """
        return f"{self.given}, {lowered(sentence)}" if self.given else sentence

    def sentences(self) -> list[str]:
        """In plain words: what is assumed, what would change it, and of which editions and cases it speaks."""
        lines = [*self.presumption_sentences(), *self.reading_sentences()]
        if self.editions:
            lines.append(f"Editions: {'; '.join(_edition(policy, day) for policy, day in self.editions)}.")
        return [*lines, self.space] if self.space else lines

    def presumption_sentences(self) -> list[str]:
        """What is assumed: what the payer is presumed to find first."""
        return [line for line in (self.payers_own_sentence, *self.usual_sentences) if line]

    @property
    def payers_own_sentence(self) -> str:
        """What the payer is presumed to find; empty where it is presumed to find nothing."""
        own = [each for each in self.presumptions if each.payers_own]
        return f"Assumes {that(own)}." if own else ""

    @property
    def usual_sentences(self) -> list[str]:
        """The other presumptions, with the statements from which they follow."""
        usual = [each.cited for each in self.presumptions if not each.payers_own]
        lines = [f"Usual assumptions: {'; '.join(usual)}."] if usual else []
        return (
            [*lines, f"Would not hold without any of these assumptions: {_either(self.jointly)}."]
            if self.jointly
            else lines
        )

    def reading_sentences(self) -> list[str]:
        """What the readings encoded here could change; nothing where none was tried."""
        if self.readings:
            return [f"Depends on a reading: {each.text}" for each in self.readings]
        words = {
            "none": [],
            "single": ["No single reading encoded here, read differently, would change it."],
            "every": ["Holds under every reading encoded here."],
        }
        return words[self.tried]

    def together(self, *others: Premises) -> Premises:
        """The premises of an answer that rests on this and on others; each tried as far as the least of them."""
        parts = (self, *others)
        least: Sequence[Tried] = [each for each in ("none", "single", "every") if each in {p.tried for p in parts}]
        return Premises(
            tuple(dict.fromkeys(each for part in parts for each in part.presumptions)),
            tuple(dict.fromkeys(each for part in parts for each in part.readings)),
            least[0],
            tuple(dict.fromkeys(each for part in parts for each in part.editions)),
            self.space,
            tuple(dict.fromkeys(each for part in parts for each in part.jointly)),
        )


def that(remarks: Iterable[Remark]) -> str:
    """Presumptions as clauses.

    >>> that([Remark("p", "a code is listed"), Remark("q", "no mandate applies")])
    'that a code is listed and that no mandate applies'
    """
    clauses = [f"that {each.text}" for each in remarks]
    return joined(clauses) if clauses else ""


def switches_of(catalog: Catalog, options: Iterable[tuple[str, Sequence[str]]], possible: Iterable[str]) -> Switches:
    """Switches of readings with their words: the question, the other meaning, and what is then possible."""
    taken = tuple((reading, tuple(names)) for reading, names in options)
    classes = [name for name in catalog.classes if name in set(possible)]
    parts = []
    for id_, names in taken:
        reading = catalog.readings[id_]
        meanings = "' or '".join(reading.meaning(name) for name in names)
        parts.append(f"{reading.question} If '{meanings}'")
    labels = "; or ".join(catalog.classes[name].label for name in classes)
    then = f"open ({labels})" if len(classes) > 1 else labels
    return Switches(taken, tuple(classes), f"{'; and '.join(parts)}: {then}.")


def _either(remarks: Iterable[Remark]) -> str:
    return "; or ".join(each.text for each in remarks)


def _edition(policy: str, day: str | None) -> str:
    if day == UNKNOWN:
        return f"{policy}, first day unknown"
    return f"{policy}, effective {day}" if day else f"{policy}, none in force"
