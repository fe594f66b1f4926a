"""Edits of a policy and the repairs that they make, in words.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.repair.declared import PolicyEdit
>>> words = EditWords.of(KnowledgeBase.load(), "bcbsaz")
>>> words.edit(PolicyEdit("state_precedence", ("b16", "b12")))[:60]
"state that 'Rectal cancer with a positive or close margin' ("
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from payerlogic.consistency.causes import causes
from payerlogic.consistency.finding import Finding
from payerlogic.program.files import COMPARED
from payerlogic.program.rule_index import is_open
from payerlogic.program.statements import Literal, Term
from payerlogic.repair.declared import KEPT, PolicyEdit, PolicyText, choices
from payerlogic.repair.result import PolicyRepairs, Repair, Repairs, StrictnessRepairs
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import day_in_words, joined, number, percent, plural, sentence
from payerlogic.wording.findings import kind_of, readings
from payerlogic.wording.outline import Line

MOVED = "move_threshold"
OF_A_RULE = ("drop_condition", "strike_condition", MOVED, "strike_choice", "strike_rule")
"""Kinds of edits whose first argument is the number of a rule."""
NAMED = 3
"""So many of the findings that a repair ends or brings are named; data has them all."""
MOST = Fraction(1, 2)
"""A repair that changes more of the cells than this is one in name only, which is said."""
REACHES = {"at_least": "or more", "at_most": "or less"}


@dataclass(frozen=True)
class EditWords:
    """Words for the edits of one policy."""

    text: PolicyText

    @classmethod
    def of(cls, kb: Model, policy: str) -> EditWords:
        return cls(PolicyText.of(kb.only(policy), policy))

    @property
    def _model(self) -> Model:
        return self.text.model

    def edit(self, edit: PolicyEdit) -> str:
        """What somebody would do to the text."""
        first, *rest = edit.arguments
        match edit.kind:
            case "state_precedence":
                return f"state that {self.clause(first)} comes before {self.clause(rest[0])}"
            case "add_condition":
                literal = self.text.conditions(int(rest[0]))[int(rest[1])]
                return f"in {self.clause(first)}, exclude the cases that meet {self.condition(literal)!r}"
            case "add_clause":
                return f"add a clause for all that no other clause decides: {self._class(first)}"
            case "read_as":
                return (
                    f"say in the text how it is meant: {readings(self._model.catalog, {str(first): (str(rest[0]),)})}"
                )
            case "strike_clause":
                return f"strike out {self.clause(first)}"
        rule = int(first)
        where = f"{self.concluded(rule)} ({self._place(rule)})"
        if edit.kind == "strike_rule":
            conditions = joined(self._way(rule))
            return f"strike out one way to {where}{conditions and f': {conditions}'}"
        if edit.kind == "strike_choice":
            at, left = choices(self.text.statements[rule])[int(rest[0])]
            before = self.condition(self.text.conditions(rule)[at])
            return f"in {where}, read {before!r} as {self.condition(Literal(atom=left))!r}"
        condition = self.text.conditions(rule)[int(rest[0])]
        if edit.kind == MOVED:
            return f"in {where}, change {self.condition(condition)!r} to {self.moved(edit)!r}"
        return f"in {where}, drop the condition {self.condition(condition)!r}"

    def moved(self, edit: PolicyEdit) -> str:
        """A comparison with another number."""
        rule, at, bound = map(int, edit.arguments)
        atom = self.text.conditions(rule)[at].atom
        assert atom is not None, "a comparison is an atom"
        number_now = Term("number", value=bound)
        return self.condition(Literal(atom=Term("function", atom.name, (atom.parts[0], number_now))))

    def citation(self, edits: Iterable[PolicyEdit]) -> str:
        """Where the text says what some edits change: of a clause, or of the criterion that a rule is about."""
        policy = self._model.catalog.policies[self.text.policy]
        cited: dict[str, None] = {}
        for edit in edits:
            numbers = edit.kind in OF_A_RULE
            about = [self.text.statements[int(edit.arguments[0])].rule] if numbers else []
            heads = [head for rule in about if rule is not None for head in rule.heads]
            clauses = [str(head.parts[1]) for head in heads if head.name == "met"]
            clauses += [] if numbers else list(map(str, edit.arguments))
            for name in clauses:
                cited |= dict.fromkeys(policy.clauses[name].statements if name in policy.clauses else ())
            for thing in [*map(str, heads), *([] if numbers else map(str, edit.arguments))]:
                cited |= dict.fromkeys(policy.cites.get(thing, ()))
            if edit.kind == "read_as":
                cited |= dict.fromkeys(self._model.catalog.readings[str(edit.arguments[0])].statements)
        return self._model.catalog.citation(self.text.policy, tuple(cited))

    def clause(self, name: str | int) -> str:
        found = self._model.catalog.policies[self.text.policy].clauses.get(str(name))
        return f"{found.title!r} ({name})" if found is not None else str(name)

    def _class(self, name: str | int) -> str:
        return self._model.catalog.classes_in_words([str(name)])

    def _place(self, rule: int) -> str:
        statement = self.text.statements[rule]
        return f"{statement.file.name} line {statement.line}"

    def concluded(self, rule: int) -> str:
        """What a rule concludes, in words."""
        statement = self.text.statements[rule].rule
        assert statement is not None, "an edit is of a rule"
        said = self._atom(statement.heads[0])
        return said if statement.heads[0].name == "met" else repr(said)

    def _way(self, rule: int) -> list[str]:
        """What makes a rule one way to what it concludes: its conditions, or where it has no others, the edition and
        the reading that it is for."""
        conditions = self.text.conditions(rule)
        own = [each for each in conditions if each.atom is None or each.atom.name not in KEPT]
        return [repr(self.condition(each)) for each in own or conditions]

    def condition(self, literal: Literal) -> str:
        """One condition of a rule, in words."""
        if literal.atom is None:
            return str(literal)
        said = joined([self._atom(each) for each in literal.atom.alternatives()], "or")
        return f"not: {said}" if literal.sign == 1 else said

    def _atom(self, atom: Term) -> str:
        catalog, vocabulary = self._model.catalog, self._model.vocabulary
        name = atom.parts[0].constant if atom.parts else None
        attribute = vocabulary.get(name) if name is not None else None
        if attribute is not None and atom.name == "case" and len(atom.parts) == 2:
            labels = {str(each.value): each.label for each in attribute.choices}
            values = [str(each.value) if each.kind == "text" else str(each) for each in atom.parts[1].alternatives()]
            if attribute.type == "boolean":
                return f"{attribute.label}: {joined([attribute.in_words(each == 'true') for each in values], 'or')}"
            return f"{attribute.label} is {joined([labels.get(each, each) for each in values], 'or')}"
        if attribute is not None and atom.name in COMPARED and len(atom.parts) == 2:
            bound = atom.parts[1].value if atom.parts[1].value is not None else atom.parts[1]
            return f"{attribute.label} is {bound} {REACHES[atom.name]}"
        if atom.name == "reading" and (reading := catalog.readings.get(str(name))) is not None:
            meanings = {each.name: each.meaning for each in reading.options}
            return joined([meanings.get(each.name, str(each)) for each in atom.parts[1].alternatives()], "or")
        if atom.name == "met" and len(atom.parts) == 2 and atom.parts[1].constant:
            return self.clause(atom.parts[1].name)
        options = [catalog.labels[str(each)] for each in _apart(atom) if str(each) in catalog.labels]
        return joined(options, "or") if options else str(atom)


def _apart(atom: Term) -> Iterator[Term]:
    """The atoms that an atom with a list in its last place stands for."""
    if not atom.parts or is_open(atom):
        yield atom
        return
    for last in atom.parts[-1].alternatives():
        yield Term(atom.kind, atom.name, (*atom.parts[:-1], last))


# --- Repairs ---------------------------------------------------------------------------------------------------


def title(kb: Model, found: PolicyRepairs) -> str:
    return f"Repairs of {kb.catalog.policies[found.policy].payer_short}, {found.policy}"


def summary(kb: Model, found: PolicyRepairs) -> Iterator[str]:
    """How many findings have a repair, and what ends the others."""
    first = found.repairs
    with_one = sum(bool(each.repairs) for each in first)
    if first:
        yield (
            f"{plural(len(first), 'finding')} of the first rank by default (conflict, gap, dead or redundant part); "
            f"declared edits end {number(with_one)} of them{_not_to_the_end(first)}."
        )
    else:
        yield "No conflict, gap, dead or redundant part by default: nothing to repair."
    others = [each for each in causes(found.findings) if each.readings and not each.settled]
    for cause in others:
        kept = {name: (kb.catalog.readings[name].default,) for name, _ in cause.readings}
        yield (
            f"{plural(len(cause.findings), 'finding')} only under another reading: ends, with no change of a "
            f"determination by default, once the text settles the reading: {readings(kb.catalog, kept)}"
        )
    yield (
        "The edits that are tried are declared in kb/house/edits.lp. Each repair that is listed was made in a copy of "
        "the policy, which was loaded and checked again; no fewer of its edits do it."
    )


def _not_to_the_end(found: Sequence[Repairs]) -> str:
    """For how many findings the time ended before all was tried, those that have no repair yet named apart."""
    ended = [each for each in found if not each.complete]
    if not ended:
        return ""
    open_ = sum(not each.repairs for each in ended)
    return f" so far; the time ended for {number(len(ended))}, and {number(open_)} of these may have one not tried yet"


def finding_title(finding: Finding) -> str:
    return f"{kind_of(finding).title}: {finding.sentence}"


def tried(found: Repairs) -> str:
    """How much was searched, and what that shows: "none" is said only of what was searched to the end."""
    together = "one at a time" if found.most == 1 else f"up to {found.most} together"
    looked = f"{plural(found.tried, 'set')} of {plural(found.declared, 'declared edit')}, {together}"
    ended = "" if found.complete else f"; the time ended: {_untried(found)}"
    if not found.tried and not found.complete:
        return f"not searched: the time ended before any of {plural(found.declared, 'declared edit')} was tried"
    if not found.found - found.refused:
        if not found.complete:
            return f"no repair found yet among {looked}{ended}"
        return f"no repair within {plural(found.most, 'edit')} of the declared kinds: {looked} were tried, all in vain"
    of = f" of {number(found.weighed)} that were worked out" if found.weighed < found.found - found.refused else ""
    listed = "" if found.all_listed else f"; the {len(found.repairs)} that change least{of} are listed"
    refused = f"; {found.refused} more would break a house rule" if found.refused else ""
    return f"{plural(found.found - found.refused, 'repair')} among {looked}{listed}{refused}{ended}"


def _untried(found: Repairs) -> str:
    """What an interrupted search leaves open."""
    more = f"not all sets of {plural(found.all_up_to + 1, 'edit')} were tried"
    whole = f"all sets of up to {plural(found.all_up_to, 'edit')} were tried, " if found.all_up_to else ""
    return f"{whole}{more}, so there may be other repairs"


def repair_lines(words: EditWords, repair: Repair) -> Iterator[str]:
    """The edits in one sentence, with the citation of what they change; then what they change, end and bring."""
    citation = words.citation(repair.edits)
    yield f"{'; and '.join(words.edit(each) for each in repair.edits)}{f' [{citation}]' if citation else ''}"
    yield from consequences(words, repair)


def by_edits(repairs: Iterable[Repair]) -> list[list[Repair]]:
    """Repairs that differ in the numbers of comparisons alone together, the one that changes least first."""
    found: dict[object, list[Repair]] = {}
    for each in repairs:
        found.setdefault(tuple(edit.at if edit.kind == MOVED else edit for edit in each.edits), []).append(each)
    return list(found.values())


def group_lines(words: EditWords, alike: Sequence[Repair]) -> Iterator[str]:
    """The first of repairs that differ in numbers alone, and with which numbers there are others."""
    first, *others = alike
    yield from repair_lines(words, first)
    if others:
        numbers = (
            f"{' and '.join(repr(words.moved(edit)) for edit in each.edits if edit.kind == MOVED)} "
            f"({percent(each.share)} of the cells)"
            for each in others
        )
        yield f"the same with another number: {'; '.join(numbers)}"


def consequences(words: EditWords, repair: Repair) -> Iterator[str]:
    """What edits change, end and bring."""
    catalog = words.text.model.catalog
    if not repair.share:
        yield "changes no determination"
    else:
        moved = "; ".join(
            f"{catalog.classes_in_words([old]) if old else 'impossible'} to "
            f"{catalog.classes_in_words([new]) if new else 'impossible'} in {percent(share)}"
            for old, new, share in repair.changes
        )
        of = f"of the cells{_over(words, repair)}, not of patients"
        yield f"changes the class in {percent(repair.share)} {of}: {moved}"
        if repair.share >= MOST and any(each.kind != "add_clause" for each in repair.edits):
            yield "changes most of what the policy decides: this replaces the policy more than it mends it"
    if repair.ends:
        yield f"ends {plural(len(repair.ends), 'other finding')}: {_named(repair.ends)}"
    if repair.brings:
        yield f"brings {plural(len(repair.brings), 'finding')}: {_named(repair.brings)}"


def _over(words: EditWords, repair: Repair) -> str:
    """Over which days the cells are that a share is of: a diff has the same number of one day."""
    if repair.as_of is not None:
        return f" on {day_in_words(repair.as_of)}"
    day = words.text.model.catalog.version_day
    return f" over every {words.text.model.vocabulary[day].label}" if day else ""


def _named(messages: Sequence[str]) -> str:
    more = len(messages) - NAMED
    return "; ".join([*messages[:NAMED], *([f"and {number(more)} more"] if more > 0 else [])])


def lines(kb: Model, found: PolicyRepairs) -> Iterator[Line]:
    """All of it as lines."""
    words = EditWords.of(kb, found.policy)
    yield from map(Line, summary(kb, found))
    for index, each in enumerate(found.repairs, 1):
        assert each.finding is not None, "of one policy each is about a finding"
        yield from (Line(""), Line(finding_title(each.finding), number=index))
        yield Line(sentence(tried(each)), 1)
        for place, alike in enumerate(by_edits(each.repairs), 1):
            edit, *details = group_lines(words, alike)
            yield Line(sentence(edit), 1, number=place)
            yield from (Line(detail, 2) for detail in details)
    yield from (Line(""), Line(DISCLAIMER))


def strictness_lines(kb: Model, found: StrictnessRepairs) -> Iterator[Line]:
    """The repairs of a plan that is stricter than a base."""
    if found.repairs is None:
        yield Line("Repairs: nothing to search, or the two are asked on different days or under different readings.")
        return
    words = EditWords.of(kb, found.strictness.plan.policy)
    yield Line(f"Repairs: {tried(found.repairs)}")
    for place, alike in enumerate(by_edits(found.repairs.repairs), 1):
        edit, *details = group_lines(words, alike)
        yield Line(sentence(edit), 1, number=place)
        yield from (Line(detail, 2) for detail in details)
