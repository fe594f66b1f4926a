"""Finding what the policies say: statements, clauses, readings and terms by words in them.

    >>> from payerlogic import KnowledgeBase
    >>> index = Index.of(KnowledgeBase.load())
    >>> found = index.find("close margin rectal")
    >>> {(hit.policy, hit.name) for hit in found.hits} >= {("nia", "n26"), ("bcbsaz", "b16")}
    True
    >>> index.find("margni").tried
    'margin'

Every word has to occur, in any order and as any part of a word, without regard to case. A word that occurs
nowhere is taken for the nearest one that does, and the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from payerlogic.program.catalog import EVERY_PAYER, Interpretation, Policy
from payerlogic.semantics.model import Model

_WORD = re.compile(r"\w+")
LONGEST = 200
KINDS = ("statement", "clause", "reading", "term", "code", "version")


@dataclass(frozen=True)
class Hit:
    """One thing that a policy says. ``place`` is where, ``section`` the section of the document it is in."""

    policy: str
    kind: str
    name: str
    title: str
    place: str
    section: str
    text: str


@dataclass(frozen=True)
class Found:
    """What was found, and, if other words had to be taken for those that were asked for, with which."""

    hits: tuple[Hit, ...]
    tried: str = ""


@dataclass(frozen=True)
class Index:
    """All that can be found."""

    hits: tuple[Hit, ...]
    words: frozenset[str]

    @classmethod
    def of(cls, kb: Model) -> Index:
        """Everything that the policies of a knowledge base declare in words."""
        hits = tuple(hit for policy in kb.catalog.policies.values() for hit in _of_policy(kb, policy))
        shared = tuple(
            _of_reading(each, EVERY_PAYER, "", "")
            for each in kb.catalog.readings.values()
            if each.policy == EVERY_PAYER
        )
        return cls(hits + shared, frozenset(word for hit in hits + shared for word in _WORD.findall(hit.text)))

    def find(self, asked: str) -> Found:
        """What holds every word of ``asked``; nothing for an empty question."""
        wanted = _WORD.findall(asked[:LONGEST].casefold())
        if not wanted:
            return Found(())
        hits = self._holding(wanted)
        if hits:
            return Found(hits)
        nearest = [self._nearest(word) for word in wanted]
        if nearest == wanted:
            return Found(())
        return Found(self._holding(nearest), " ".join(nearest))

    def _holding(self, wanted: list[str]) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if all(word in hit.text for word in wanted))

    def _nearest(self, word: str) -> str:
        if any(word in each for each in self.words):
            return word
        close = get_close_matches(word, sorted(self.words), n=1, cutoff=0.7)
        return close[0] if close else word


def _of_policy(kb: Model, policy: Policy) -> Iterator[Hit]:
    sections = {each.id: each.section for each in policy.statements.values()}

    def section(statements: tuple[str, ...]) -> str:
        return next((sections[each] for each in statements if each in sections), "")

    for each in policy.statements.values():
        place = f"{each.section}, {each.place}"
        yield _hit(policy.id, "statement", each.id, each.paraphrase, place, each.section, each.why)
    for clause in policy.clauses.values():
        classes = [kb.catalog.classes[name].label for name in clause.classes]
        cited = kb.catalog.citation(policy.id, clause.statements)
        yield _hit(policy.id, "clause", clause.id, clause.title, cited, section(clause.statements), *classes)
    for reading in kb.catalog.readings.values():
        if reading.policy == policy.id:
            cited = kb.catalog.citation(policy.id, reading.statements)
            yield _of_reading(reading, policy.id, cited, section(reading.statements))
    for term, missing in policy.vague.items():
        ids = policy.cites.get(f"vague({term})", ())
        words = term.replace("_", " ")
        cited = kb.catalog.citation(policy.id, ids)
        yield _hit(policy.id, "term", term, f"{words}: {missing}", cited, section(ids))
    ids = policy.cites.get("code_list", ())
    for code in policy.codes:
        cited = kb.catalog.citation(policy.id, ids)
        yield _hit(policy.id, "code", code, f"procedure code {code}", cited, section(ids))
    ids = policy.cites.get("version", ())
    for first, what in policy.versions:
        cited = kb.catalog.citation(policy.id, ids)
        yield _hit(policy.id, "version", str(first), what, cited, section(ids))


def _of_reading(reading: Interpretation, policy: str, cited: str, section: str) -> Hit:
    meanings = [each.meaning for each in reading.options]
    return _hit(policy, "reading", reading.id, reading.question, cited, section, reading.why_default, *meanings)


def _hit(policy: str, kind: str, name: str, title: str, place: str, section: str, *more: str) -> Hit:
    text = " ".join((name, title, place, *more)).casefold()
    return Hit(policy, kind, name, title, place, section, f"{text} {text.replace('_', ' ')}" if "_" in text else text)
