"""What the knowledge base says of words in notes: which state a value, and which make one doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payerlogic.program.attribute import Attribute
from payerlogic.program.grounding import GroundProgram
from payerlogic.semantics.model import Model
from payerlogic.text.patterns import Pattern, compile

ANY, AS_WRITTEN = "any", "as_written"
SHORTEST = 2
"""So many letters of another name of a value stand for it only where it is asked for: they may mean anything."""
PART, LIST, SENTENCE = "part", "list", "sentence"


@dataclass(frozen=True)
class Phrase:
    """Words that state a value of an attribute; ``value`` is None where their first group is the value as written."""

    attribute: str
    pattern: Pattern
    value: str | None


@dataclass(frozen=True)
class Doubt:
    """Words near which nothing is read: of one attribute or any, and how far they reach."""

    attribute: str
    pattern: Pattern
    reach: str


class NoteWords:
    """All of them, of one service line."""

    @classmethod
    def of(cls, model: Model) -> NoteWords:
        return model.kept(cls, lambda: cls(model.ground, model.vocabulary.stateable))

    def __init__(self, ground: GroundProgram, stateable: Mapping[str, Attribute]) -> None:
        self.phrases = tuple(
            Phrase(str(name), compile(str(pattern)), None if value == AS_WRITTEN else str(value))
            for name, _, pattern, value in sorted(ground.rows("in_notes", 4), key=str)
            if name in stateable
        )
        self.doubts = tuple(
            Doubt(str(name), compile(str(pattern)), str(reach))
            for name, pattern, reach in sorted(ground.rows("doubted", 3), key=str)
        )
        self.keys = {
            key: name
            for name, attribute in stateable.items()
            for key in (name, name.replace("_", " "), *map(str.lower, attribute.words))
        }
        self.labels = {
            name: {words: value for words, value in attribute.called.by_words.items() if len(words) > SHORTEST}
            for name, attribute in stateable.items()
        }
