"""Two policies side by side, and how a comparison was made: rows and sentences from the knowledge base.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> rows = side_by_side(kb, kb.compare("nia", "bcbsaz"))
>>> [row.what for row in rows][:3]
['Document', 'Versions', 'Procedure codes']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from payerlogic.comparison.result import Comparison, Party
from payerlogic.program.catalog import Clause, Policy
from payerlogic.program.statements import Term
from payerlogic.semantics.model import Model
from payerlogic.text.phrases import iso_day
from payerlogic.wording.comparison import Words

NONE_STATED = "none stated"
REACHES = {"at_least": "or more", "at_most": "or less"}


@dataclass(frozen=True)
class Item:
    """One thing that a side says, and where."""

    text: str
    cited: str = ""

    def __str__(self) -> str:
        return f"{self.text} [{self.cited}]" if self.cited else self.text


Items = tuple[Item, ...]
NOTHING = (Item(NONE_STATED),)


@dataclass(frozen=True)
class Row:
    """One subject, with what each side says of it, item by item."""

    what: str
    left: Items
    right: Items


def side_by_side(kb: Model, comparison: Comparison) -> Iterator[Row]:
    """What the two documents say on each subject, as the knowledge base has it."""
    left, right = (_PolicyColumn(kb, party) for party in (comparison.left, comparison.right))
    other = (right.policy, left.policy)
    yield Row("Document", left.document(), right.document())
    yield Row("Versions", left.versions(), right.versions())
    yield Row("Procedure codes", left.codes(other[0]), right.codes(other[1]))
    yield Row("Asked before the criteria", left.gates(), right.gates())
    yield Row("Approved under", left.leading_to("approved"), right.leading_to("approved"))
    yield Row("Denied under", left.leading_to("denied"), right.leading_to("denied"))
    yield Row("Process: reviewed, referred or pended under", left.process(), right.process())
    yield Row("What bars another clause", left.barring(), right.barring())
    yield Row("Numbers that its rules compare with", left.numbers(), right.numbers())
    yield Row("Limits on what is authorized", left.remarks("limit"), right.remarks("limit"))
    yield Row("When no criterion is met", left.fallback(), right.fallback())
    yield Row("Remarks: exceptions, documentation, plan terms", left.remarks("advisory"), right.remarks("advisory"))
    yield Row("Terms used without a definition", left.vague(), right.vague())


class _PolicyColumn:
    def __init__(self, kb: Model, party: Party) -> None:
        self.kb = kb
        self.catalog = kb.catalog
        self.policy: Policy = kb.catalog.policies[party.policy]
        self.party = party

    def _cited(self, *things: str) -> str:
        found = {each for thing in things for each in self.policy.cites.get(thing, ())}
        return self.catalog.citation(self.policy.id, tuple(each for each in self.policy.statements if each in found))

    def document(self) -> Items:
        return Item(f"{self.policy.document}: {self.policy.title}"), Item(self.policy.payer)

    def versions(self) -> Items:
        current = self.policy.edition_on(self.party.day)
        rows = [
            Item(f"{iso_day(first)}: {what}{' (the one compared)' if iso_day(first) == current else ''}")
            for first, what in self.policy.versions
        ]
        if current is None:
            rows.append(Item(f"none is in force on {self.party.day.isoformat()}"))
        return tuple(rows)

    def codes(self, other: Policy) -> Items:
        both = [code for code in self.policy.codes if code in other.codes]
        only = [code for code in self.policy.codes if code not in other.codes]
        listed = [f"at both: {', '.join(both)}"] if both else []
        listed += [f"only here: {', '.join(only)}"] if only else []
        return (Item("; ".join(listed), self._cited("code_list")),) if listed else NOTHING

    def _clauses(self, wanted: Callable[[Clause], bool], *, classes: bool = True) -> Items:
        chosen = [clause for clause in self.policy.clauses.values() if wanted(clause)]
        return tuple(
            Item(
                f"{clause.title}: {self._classes(clause)}" if classes else clause.title,
                self.catalog.citation(self.policy.id, clause.statements),
            )
            for clause in sorted(chosen, key=lambda clause: clause.gate or 0)
        )

    def _classes(self, clause: Clause) -> str:
        return self.catalog.classes_in_words(clause.classes)

    def _outcomes(self, clause: Clause) -> set[str]:
        return {self.catalog.classes[name].outcome for name in clause.classes} if clause.gate is None else set()

    def gates(self) -> Items:
        return self._clauses(lambda clause: clause.gate is not None) or NOTHING

    def leading_to(self, outcome: str) -> Items:
        return self._clauses(lambda clause: outcome in self._outcomes(clause), classes=False) or NOTHING

    def process(self) -> Items:
        return self._clauses(lambda clause: bool(self._outcomes(clause) - {"approved", "denied"})) or NOTHING

    def barring(self) -> Items:
        return self._clauses(lambda clause: clause.gate is None and not clause.classes, classes=False) or NOTHING

    def fallback(self) -> Items:
        none = Item("no closing clause: a case that no clause reaches has no criterion")
        return self._clauses(lambda clause: clause.otherwise) or (none,)

    def numbers(self) -> Items:
        """The numbers with which the policy's own rules compare, and where; days are listed with the versions."""
        found: dict[Item, None] = {}
        for bound, statements in self.kb.program.thresholds.items():
            own = [each.rule for each in statements if each.file.policy == self.policy.id and each.rule]
            name, reach, limit = bound.parts
            attribute = self.kb.vocabulary.get(name.name)
            if not own or attribute is None or attribute.type not in ("integer", "decimal"):
                continue
            comparison = Term("function", reach.name, (name, limit))
            users = [self._cited_as(rule.heads[0]) for rule in own]
            unit = attribute.unit if attribute.unit not in attribute.label else ""
            words = f"{attribute.label}: {limit.value} {unit}".strip()
            found[Item(f"{words} {REACHES[reach.name]}", self._cited(str(comparison), *users))] = None
        return tuple(found) or NOTHING

    def _cited_as(self, head: Term) -> str:
        """What a citation is given to: the clause or remark of a rule, or the condition itself."""
        if any(head.is_named(name, self.policy.id) for name in ("met", "advisory", "limit")):
            return str(head.parts[1])
        return str(head)

    def remarks(self, predicate: str) -> Items:
        """Remarks or limits that the policy itself makes, with the statements that they rest on."""
        ground = self.kb.ground
        symbols = [*ground.facts(predicate, 2), *(symbol for _, symbol in ground.atoms(predicate, 2))]
        names = sorted({str(each.arguments[1]) for each in symbols if str(each.arguments[0]) == self.policy.id})
        own = [name for name in names if name in self.policy.cites]
        return tuple(Item(self.catalog.remark(self.policy.id, name), self._cited(name)) for name in own) or NOTHING

    def vague(self) -> Items:
        return (
            tuple(
                Item(f"{term.replace('_', ' ')}: {missing}", self._cited(f"vague({term})"))
                for term, missing in self.policy.vague.items()
            )
            or NOTHING
        )


def method(kb: Model, comparison: Comparison, words: Words) -> Iterator[str]:
    """How the comparison was made, what was taken for granted, and what is proved."""
    parties = ((words.left, comparison.left), (words.right, comparison.right))
    yield (
        "Each policy is written as rules, clause by clause, with the place in its text. Every possible case is decided "
        "by both; the cases are divided by the pair of classes that they get, and each pair into regions of attribute "
        "values. Regions of one pair may overlap; regions of different pairs never do."
    )
    if comparison.complete:
        outside = "outside of all regions"
        if not all(pair.all_listed for pair in comparison.pairs):
            outside = "with another pair of classes than those shown"
        yield (
            "Proof: for every region clingo, a solver, found no case in it with other classes, and no possible case "
            f"{outside} (both answers are UNSAT, that is, exhaustive). Counts are exact."
        )
    yield (
        "Shares are of cells: each attribute is cut where some rule cuts it, and every combination that can occur "
        "counts once. They say how much of the rule space differs, not how many patients; a file of own cases does."
    )
    for name, party in parties:
        day = f"as of {party.day.isoformat()}" if party.has_day(kb.catalog) else "on every date of service"
        yield f"{name}: {party.policy} {day}."
        changed = words.readings(party.settings.readings)
        yield from (f"A default reading is overridden for {name}: {each}" for each in changed)
    if not any(party.settings.readings for _, party in parties):
        yield "Every ambiguous sentence is read as the knowledge base does by default."
    if comparison.left.settings.presumptions:
        ids = {party.policy for _, party in parties}
        presumed = [each.label for each in kb.catalog.presumptions if any(each.concerns(policy) for policy in ids)]
        yield f"Presumed of every case: {'; '.join(dict.fromkeys(presumed))}."
    else:
        yield "Nothing is presumed: dates, codes and the payer's own findings are part of the space."
    yield f"Knowledge base {kb.digest}."
