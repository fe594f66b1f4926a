"""A finding known again after an edit: by the rule that it is about, not by words that an edit can change.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load().only("nia")
>>> findings = Recognized.of(kb, "nia", [each for each in kb.check("nia") if each.kind == "dead"])
>>> findings.has(findings.known[0], findings)
True

Two findings are one if they are about the same: the same clauses, the same rule of the text before any edit, the same
condition of it. Where several instances of one rule have the finding (a rule that lists values has one for each), the
instance counts, too; but one that is new after an edit takes the place of any that was there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payerlogic.consistency.finding import Finding
from payerlogic.repair.declared import PolicyEdit, PolicyText
from payerlogic.repair.edited_text import rules_kept
from payerlogic.semantics.model import Model

IN_RULES = ("dead", "redundant")
WORDS = ("unused", "vague")
"""Kinds that are named by their words alone."""


@dataclass(frozen=True)
class Known:
    """A finding, with what it is about: ``rule`` is the number of its rule before any edit."""

    finding: Finding
    rule: int | None

    @property
    def about(self) -> tuple[object, ...]:
        found = self.finding
        if found.kind == "gap":
            return (found.kind,)
        if found.kind in WORDS:
            return found.kind, found.message
        if found.kind not in IN_RULES:
            return found.kind, found.clauses
        if found.rule is None:
            return found.kind, found.clauses[0]
        users = found.clauses[:1] if found.kind == "dead" else ()  # a rule is redundant for all who use it
        return found.kind, users, self.rule, found.rule.concludes, found.rule.condition

    @property
    def instance(self) -> tuple[object, ...]:
        body = frozenset(self.finding.rule.body) if self.finding.rule is not None else frozenset()
        return *self.about, body

    def takes_the_place_of(self, other: Known) -> bool:
        """Whether this finding is the other one, or is about something of which the other's is a part; of a clause as a
        whole, whether it is about a part of that."""
        mine, its = self.finding, other.finding
        if self.about == other.about:
            return True
        if mine.kind != its.kind or mine.kind not in IN_RULES:
            return False
        if mine.rule is None or its.rule is None:
            return mine.clauses[:1] == its.clauses[:1]
        users = mine.kind == "redundant" or mine.clauses[:1] == its.clauses[:1]
        return users and self.rule == other.rule and self.rule is not None and not mine.rule.condition


@dataclass(frozen=True)
class Recognized:
    """The findings of a policy as its text is, or after some edits."""

    known: tuple[Known, ...]
    said_twice: frozenset[int] = frozenset()
    """The rules that say what another one says: to the solver they are one, so no finding is about either."""

    @classmethod
    def of(
        cls,
        model: Model,
        policy: str,
        findings: Iterable[Finding],
        before: PolicyText | None = None,
        edits: Sequence[PolicyEdit] = (),
    ) -> Recognized:
        """``before`` is the text in which ``edits`` were made."""
        text = PolicyText.of(model, policy)
        count = len((before or text).statements)
        kept = rules_kept(before, edits) if before is not None else range(count)
        numbers = [*kept, *range(count, count + len(text.statements) - len(kept))]  # what is added stands at the end
        known = []
        for each in findings:
            number = text.number_of(each.rule) if each.rule is not None else None
            known.append(Known(each, None if number is None else numbers[number]))
        twice = (number for at, number in enumerate(numbers) if text.conditions(at) and text.says_again(at))
        return cls(tuple(known), frozenset(twice))

    def has(self, known: Known, before: Recognized) -> bool:
        """Whether a finding that was there ``before`` is still there, in itself or in what takes its place."""
        return bool(self.left_of(known, before)) or known.rule in self.said_twice - before.said_twice

    def left_of(self, known: Known, before: Recognized) -> list[Known]:
        """What is here of a finding that was there ``before``: itself, or what is new and takes its place. Of a
        conflict that stated precedence settles now, nothing is left."""
        old = {each.instance for each in before.known}
        return [
            each
            for each in self.known
            if (known.finding.settled or not each.finding.settled)
            and (each.instance == known.instance or (each.instance not in old and each.takes_the_place_of(known)))
        ]

    def beside(self, before: Recognized) -> list[str]:
        """The messages of findings about something that no finding ``before`` was about."""
        old = {each.about for each in before.known}
        return [each.finding.message for each in self.known if each.about not in old]
