"""The rule that a finding is about, and which of its conditions: by place and as clingo writes them, not by its words.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> dead = next(each for each in kb.check("nia") if each.kind == "dead" and each.rule)
>>> dead.rule.concludes.startswith(("met(nia,", "criterion(nia,")), dead.rule.file
(True, 'nia.lp')

Two rules can read word for word alike, and the words of a rule change with every edit of it. Its place does not, so by
it two findings are kept apart, and one is known again in an edited text (see repair.recognition).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payerlogic.program.rule_index import Heads, fits
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import Literal, Term, fact


@dataclass(frozen=True)
class RulePart:
    """``line`` and ``column`` are where the rule begins in ``file``, 0 where no rule of the text is it. ``body`` is
    what it asks in the instance that the finding is about, ``condition`` what of that could go; "" if all of it."""

    concludes: str
    file: str = ""
    line: int = 0
    column: int = 0
    body: tuple[str, ...] = ()
    condition: str = ""

    @classmethod
    def of(cls, heads: Heads, concludes: str, body: Sequence[str], condition: str = "") -> RulePart:
        """The part of the rule of the text of which these conclusion and conditions are an instance."""
        found = written_as(heads.concluding(concludes), body)
        if found is None:
            return cls(concludes, body=tuple(body), condition=condition)
        column = found.node.location.begin.column
        return cls(concludes, found.file.name, found.line, column, tuple(body), condition)

    @property
    def place(self) -> tuple[str, int, int]:
        return self.file, self.line, self.column

    def __str__(self) -> str:
        return f"{self.file} line {self.line}" if self.line else ""

    def names(self, literal: Literal) -> bool:
        """Whether a condition as it is written is the one that could go.

        >>> RulePart("a", condition="not b(1)").names(Literal(1, fact("b(1).")))
        True
        """
        return bool(self.condition) and can_be(literal, self.condition)

    def asks(self, atom: Term) -> bool:
        """Whether the instance asks for what an atom of the rule, with what it lists, can be."""
        return any(can_be(Literal(atom=atom), each) for each in self.body)


def written_as(statements: Iterable[ParsedStatement], body: Sequence[str]) -> ParsedStatement | None:
    """The rule that asks for all of ``body`` and for least beside it: grounding leaves out what always holds."""
    found: list[tuple[int, ParsedStatement]] = []
    for each in statements:
        conditions = each.rule.body if each.rule is not None else ()
        if conditions and _fitting(conditions, body):
            found.append((len(conditions) - len(body), each))
    return min(found, key=lambda each: each[0])[1] if found else None


def _fitting(conditions: Sequence[Literal], body: Sequence[str]) -> bool:
    """Whether each of ``body`` can be a condition of its own."""
    taken: dict[int, int] = {}

    def placed(index: int, tried: set[int]) -> bool:
        for at, literal in enumerate(conditions):
            if at in tried or not can_be(literal, body[index]):
                continue
            tried.add(at)
            if at not in taken or placed(taken[at], tried):
                taken[at] = index
                return True
        return False

    return all(placed(index, set()) for index in range(len(body)))


def can_be(literal: Literal, text: str) -> bool:
    """Whether a condition as it is written can be one as clingo grounds it."""
    plain = text.removeprefix("not ")
    wanted = fact(f"{plain}.")
    if literal.atom is None or wanted is None or (literal.sign == 1) != (plain != text):
        return False
    return any(fits(each, wanted) for each in literal.atom.alternatives())
