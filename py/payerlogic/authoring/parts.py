"""The parts of a policy that tests should cover: its clauses, the rules below them, and both sides of each threshold.

    >>> from payerlogic import KnowledgeBase
    >>> parts = parts_of(KnowledgeBase.load(), "bcbsaz")
    >>> [part.clause for part in parts if part.kind == "clause"][:2]
    ['b12', 'b16']
    >>> sorted({part.kind for part in parts})
    ['alternative', 'clause', 'threshold']

A part is what can be struck out of the ground program. A rule with a list of values, (rectum; colon), is an alternative
for each. Of a count or sum ("two or more of"), each thing that it counts is a part, and so is falling just short of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from payerlogic.program.checks.ownership import Owners
from payerlogic.program.files import COMPARED
from payerlogic.program.ground_copy import Omission
from payerlogic.program.grounding import GroundRule, plain
from payerlogic.program.records import GIVEN
from payerlogic.program.rule_index import Heads, fits
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import Term, fact
from payerlogic.semantics.model import Model
from payerlogic.semantics.phrases import value_needed

FEW = 2
"""So many of the things that a count counts are named where it is one of several parts."""


@dataclass(frozen=True)
class Part:
    """One part. It is covered by a test whose class changes when any of ``omissions`` is struck out."""

    policy: str
    kind: str
    """clause, alternative, threshold, or member: something that a count or sum counts"""
    clause: str
    """The first clause that comes to it."""
    words: str
    file: str
    line: int
    omissions: tuple[Omission, ...]
    boundary: tuple[str, int, int] | None = None
    """The attribute of a threshold, its number, and the step from there to the nearest value on this side."""


def parts_of(kb: Model, policy: str) -> list[Part]:
    """In the order of the clauses, each with what lies below it."""
    return _once_for_all_records(kb, _Parts(kb, policy).all())


def _once_for_all_records(kb: Model, parts: Iterator[Part]) -> list[Part]:
    """What a rule says of each record is one part: a test with any one of them covers it."""
    if not kb.vocabulary.records:
        return list(parts)
    numbered = re.compile(rf"\b({'|'.join(re.escape(each.one) for each in kb.vocabulary.records.values())}) \d+")
    found: dict[object, Part] = {}
    for part in parts:
        key = part.kind, part.clause, part.file, part.line, numbered.sub(r"\1", part.words)
        before = found.get(key)
        found[key] = part if before is None else replace(before, omissions=(*before.omissions, *part.omissions))
    return list(found.values())


class _Parts:
    def __init__(self, kb: Model, policy: str) -> None:
        self.kb = kb
        self.policy = kb.catalog.policies[policy]
        self.compiler = kb.compiler
        self.ground = kb.ground
        self.rules = kb.graph.rules
        self.heads = Heads(kb.program)
        self.owners = Owners(kb.program)
        atoms = ((clause, kb.compiler.ground_atom("met", policy, clause)) for clause in self.policy.clauses)
        self.met = {atom: clause for clause, atom in atoms if atom is not None}
        self.cone = kb.graph.cone(kb.compiler.determinations(policy).values())
        self.seen: set[int] = set()
        self.counts: set[int] = set()

    def all(self) -> Iterator[Part]:
        for clause in self.policy.clauses.values():
            atom = self.compiler.ground_atom("met", self.policy.id, clause.id)
            if atom is None:
                continue
            yield self._part("clause", clause.id, clause.title, self._written(atom, None), [Omission(atom)])
            for below in self._below(atom):
                yield from self._of_an_atom(clause.id, below, whole=below == atom)

    def _below(self, atom: int) -> list[int]:
        """The atoms that a clause comes to without passing another clause, and that no clause before it came to."""
        found: list[int] = []
        stack = [atom]
        while stack:
            at = stack.pop()
            if at in self.seen or at not in self.cone:
                continue
            self.seen.add(at)
            found.append(at)
            bodies = [literal for rule in self.rules.get(at, ()) for literal in rule.body]
            stack += [abs(each) for each in reversed(bodies) if abs(each) not in self.met]
        return found

    def _of_an_atom(self, clause: str, atom: int, *, whole: bool) -> Iterator[Part]:
        """The rules of a clause or criterion, if there are several; and the thresholds in them."""
        symbol = self.ground.symbol_of.get(atom)
        if symbol is None or not (whole or self.owners.writes(self.policy.id, symbol)):
            return
        rules = self.rules.get(atom, ())
        sides: dict[tuple[str, int, int, str], list[Omission]] = {}
        written = [(self._written(atom, rule), index, rule) for index, rule in enumerate(rules) if rule.weights is None]
        for statement, index, rule in sorted(
            written, key=lambda each: (each[0].line if each[0] else 0, self._words(each[2]), each[1])
        ):
            if len(rules) > 1 or not whole:
                yield self._part("alternative", clause, self._words(rule), statement, [Omission(atom, index)])
            place = (str(statement.file.path), statement.line) if statement else ("", 0)
            for literal in rule.body:
                yield from self._counted(clause, literal, statement)
                if self._threshold(literal) is not None:
                    # Left out, the condition holds for every value; with its rule left out, for none.
                    sides.setdefault((*place, literal, "beyond"), []).append(Omission(atom, index, literal))
                    sides.setdefault((*place, literal, "within"), []).append(Omission(atom, index))
        for (_, _, literal, side), omissions in sides.items():
            first = omissions[0].index or 0
            yield self._side(clause, literal, side == "within", self._written(atom, rules[first]), omissions)

    def _counted(self, clause: str, literal: int, statement: ParsedStatement | None) -> Iterator[Part]:
        """Of a count or sum that a rule asks for: what it counts, and the most that does not reach it."""
        atom = abs(literal)
        if atom in self.counts or atom in self.ground.text_of:
            return
        self.counts.add(atom)
        for index, rule in enumerate(self.rules.get(atom, ())):
            if rule.weights is not None:
                for member in sorted(set(rule.body), key=self._counts):
                    yield self._part("member", clause, self._counts(member), statement, [Omission(atom, index, member)])
                words = f"a count that just misses {self._reached(rule)}"
                yield self._part("threshold", clause, words, statement, [Omission(atom, index, lowered=1)])

    def _counts(self, member: int) -> str:
        return f"{self._condition(member)}, where it is counted"

    def _reached(self, rule: GroundRule) -> str:
        named = ", ".join(sorted(map(self._condition, rule.body))[:FEW])
        more = ", ..." if len(rule.body) > FEW else ""
        return f"{rule.bound} of {len(rule.body)} ({named}{more})"

    def _threshold(self, literal: int) -> tuple[str, str, int] | None:
        symbol = self.ground.symbol_of.get(abs(literal))
        if symbol is None or symbol.name not in COMPARED:
            return None
        attribute, number = (plain(each) for each in symbol.arguments)
        if self.kb.vocabulary[str(attribute)].type == "decimal":  # as it is written: 20 pack-years, not 20 tenths
            number = self.kb.vocabulary[str(attribute)].number_of(Decimal(number))
        return symbol.name, str(attribute), int(number)

    def _side(
        self, clause: str, literal: int, within: bool, statement: ParsedStatement | None, omissions: list[Omission]
    ) -> Part:
        """One side of a threshold, with the value nearest to it."""
        threshold = self._threshold(literal)
        assert threshold is not None
        how, attribute, number = threshold
        reached = within == (literal > 0)
        step = 0 if reached else -1 if how == "at_least" else 1
        edge = "just meets" if reached else "just misses"
        words = f"{self.kb.vocabulary[attribute].label} that {edge} {self._asked(how, attribute, number)!r}"
        return self._part("threshold", clause, words, statement, omissions, (attribute, number, step))

    def _asked(self, how: str, attribute: str, number: int) -> str:
        about = self.kb.vocabulary[attribute]
        value = about.value_of(number)
        return f"{how.replace('_', ' ')} {about.in_words(value) if value is not None else number}"

    def _part(
        self,
        kind: str,
        clause: str,
        words: str,
        statement: ParsedStatement | None,
        omissions: list[Omission],
        boundary: tuple[str, int, int] | None = None,
    ) -> Part:
        file, line = (str(statement.file.path), statement.line) if statement else ("", 0)
        return Part(self.policy.id, kind, clause, words, file, line, tuple(omissions), boundary)

    # --- Where it is written, and what it says -----------------------------------------------------------

    def _written(self, atom: int, rule: GroundRule | None) -> ParsedStatement | None:
        """The statement of a ground rule: one whose conditions can become those of the rule."""
        found = self.heads.concluding(self.ground.text_of[atom])
        if rule is None or len(found) < 2:
            return found[0] if found else None
        literals = [(each > 0, fact(f"{self.ground.text_of[abs(each)]}.")) for each in rule.body if self._named(each)]
        return next((each for each in found if self._comes_to(each, literals)), found[0])

    def _named(self, literal: int) -> bool:
        return abs(literal) in self.ground.text_of

    def _comes_to(self, statement: ParsedStatement, literals: list[tuple[bool, Term | None]]) -> bool:
        """Whether each condition of the ground rule is one of the statement's, and each of those that depend on the
        case is there."""
        written = [each for each in (statement.rule.body if statement.rule else ()) if each.atom is not None]
        own = [(not each.sign, each.atom) for each in written if each.atom is not None]
        if not all(
            term is not None and any(sign == positive and fits(atom, term) for positive, atom in own)
            for sign, term in literals
        ):
            return False
        asked = [(positive, atom) for positive, atom in own if self._depends(atom)]
        return all(
            any(sign == positive and term is not None and fits(atom, term) for sign, term in literals)
            for positive, atom in asked
        )

    def _depends(self, atom: Term) -> bool:
        return atom.name in ("case", "reading", *COMPARED)

    def _nameless(self, atom: int) -> str:
        """What clingo made an atom of its own for: the conditions of something counted, or a count."""
        rules = self.rules.get(atom, ())
        if not rules:
            return "a count"
        if rules[0].weights is not None:
            return f"at least {self._reached(rules[0])}"
        return " or ".join(map(self._words, rules))

    def _words(self, rule: GroundRule) -> str:
        readings = self.ground.reading_names
        asked = [each for each in rule.body if abs(each) not in readings]
        of_records = {slot for each in asked if (slot := self._record(each))}
        said = [self._condition(each) for each in asked if self._given(each) not in of_records]
        return " and ".join(said) or "always"

    def _given(self, literal: int) -> tuple[str, int]:
        """The record of which a condition only says that it is there, as all else that is asked of it does."""
        symbol = self.ground.symbol_of.get(literal)
        if symbol is None or symbol.name != GIVEN:
            return "", 0
        record, number = map(plain, symbol.arguments)
        return str(record), int(number)

    def _record(self, literal: int) -> tuple[str, int] | None:
        """The record of a fact that a condition asks for."""
        case_atom, threshold = self.compiler.case_atoms.get(abs(literal)), self._threshold(literal)
        name = case_atom[0] if case_atom else threshold[1] if threshold else ""
        slot = self.kb.vocabulary[name].slot if name in self.kb.vocabulary else None
        return slot[:2] if slot else None

    def _condition(self, literal: int) -> str:
        """A condition in words: a fact by its attribute and value, a criterion by its label."""
        if abs(literal) in self.compiler.case_atoms:
            name, value = self.compiler.case_atoms[abs(literal)]
            axis = self.compiler.axes[name]
            needs = value_needed(axis, value)
            return f"{axis.attribute.label} {'is' if literal > 0 else 'is not'} {needs}"
        if abs(literal) in self.met:
            title = self.policy.clauses[self.met[abs(literal)]].title
            return title if literal > 0 else f"not: {title}"
        if (threshold := self._threshold(literal)) is not None:
            said = f"{self.kb.vocabulary[threshold[1]].label} {self._asked(*threshold)}"
            return said if literal > 0 else f"not: {said}"
        text = self.ground.text_of.get(abs(literal)) or self._nameless(abs(literal))
        label = self.kb.catalog.labels.get(text, text)
        return label if literal > 0 else f"not: {label}"
