"""A policy as its document is built: section by section, what each statement says, does and leads to.

    >>> from payerlogic import KnowledgeBase
    >>> outline = sections(KnowledgeBase.load(), "bcbsaz")
    >>> [section.name for section in outline][:3]
    ['Header', 'Preamble', 'Description']
    >>> entry = next(each for section in outline for each in section.entries if each.statement.id == "B16")
    >>> [(use.kind, use.title) for use in entry.uses][0]
    ('clause', 'Rectal cancer with a positive or close margin')
    >>> entry.uses[0].rules[0].where.startswith("bcbsaz.lp, line ")
    True

Everything comes from the knowledge base: what cites a statement, and the rules of it as they are written there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from payerlogic.program.catalog import EVERY_PAYER, Catalog, Clause, Interpretation, Policy, PolicyStatement
from payerlogic.program.rule_index import Heads, is_open
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import Literal, Term, fact
from payerlogic.semantics.model import Model
from payerlogic.semantics.value_sets import range_in_words
from payerlogic.text.days import date_of
from payerlogic.text.phrases import day_in_words
from payerlogic.wording.side_by_side import REACHES

EFFECTS: Mapping[str, tuple[str, str]] = {
    "rule": ("rule", "it takes part in deciding"),
    "scope": ("scope", "it says what the policy speaks of"),
    "version": ("version", "it says when an edition applies, or what changed"),
    "advisory": ("advisory", "it gives a remark, and decides nothing"),
    "none": ("no effect", "nothing turns on it"),
    "elsewhere": ("not encoded", "it stands in another text, or is cut off in the copy at hand"),
}
"""What a statement does: a word, and what the word means."""


@dataclass(frozen=True)
class OutlinedRule:
    """A statement of the program, as it is written, and where."""

    where: str
    text: str


@dataclass(frozen=True)
class Use:
    """One thing that rests on a statement: what kind it is, its name in the program, what it is called, its rules."""

    kind: str
    name: str
    title: str
    rules: tuple[OutlinedRule, ...]


@dataclass(frozen=True)
class Entry:
    """One statement of the document, and all that rests on it."""

    statement: PolicyStatement
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class OutlineSection:
    """One section of the document."""

    name: str
    entries: tuple[Entry, ...]


def sections(kb: Model, policy: str) -> tuple[OutlineSection, ...]:
    """The sections of a policy's document in its order, each with its statements.

    Raises QuestionError for an unknown policy.
    """
    name = kb.check_policy(policy)
    uses = _Uses(kb, kb.catalog.policies[name])
    found: dict[str, list[Entry]] = {}
    for statement in kb.catalog.policies[name].statements.values():
        found.setdefault(statement.section, []).append(Entry(statement, tuple(uses.of(statement.id))))
    return tuple(OutlineSection(section, tuple(entries)) for section, entries in found.items())


def rules_of_clause(kb: Model, policy: str, clause: str) -> tuple[OutlinedRule, ...]:
    """When a clause is met, what it concludes, and over which clauses it prevails, as written in the program."""
    return tuple(_Uses(kb, kb.catalog.policies[policy]).clause(clause))


def rules_of_reading(kb: Model, reading: Interpretation) -> tuple[OutlinedRule, ...]:
    """The rules that ask how a sentence is read, in the order of the files."""
    return tuple(
        _rules(
            each
            for each in kb.program.statements
            if each.rule and any(atom.is_named("reading", reading.id) for atom in each.rule.atoms())
        )
    )


class _Uses:
    """What cites the statements of one policy."""

    def __init__(self, kb: Model, policy: Policy) -> None:
        self.kb = kb
        self.policy = policy
        self.heads = Heads(kb.program)
        self.catalog: Catalog = kb.catalog
        self._things: dict[str, list[str]] = {}
        for book in (policy.id, EVERY_PAYER):
            cites = self.catalog.policies[book].cites if book in self.catalog.policies else {}
            for thing, ids in cites.items():
                for id_ in ids:
                    self._things.setdefault(id_, []).append(thing)

    def of(self, statement: str) -> Iterator[Use]:
        found = [self._use(thing) for thing in self._things.get(statement, ())]
        yield from sorted(found, key=lambda use: (KINDS.index(use.kind), use.title))

    def _use(self, thing: str) -> Use:
        policy, of = self.policy.id, self.heads.of
        label = self.catalog.remark(policy, thing)
        if thing in self.policy.clauses:
            return Use("clause", thing, self.policy.clauses[thing].title, tuple(self.clause(thing)))
        if thing in self.catalog.readings:
            reading = self.catalog.readings[thing]
            return Use("reading", thing, reading.question, rules_of_reading(self.kb, reading))
        if thing in {each.id for each in self.catalog.presumptions}:
            names = ("presumed_value", "presumption_holds", "presumption_needs", "gives_way")
            return Use("presumption", thing, label, tuple(_rules(each for name in names for each in of(name, thing))))
        if thing in (declared := {"code_list": "code", "version": "version", "history": "history"}):
            return Use("list", thing, LISTS[thing], tuple(_rules(of(declared[thing], policy))))
        term = fact(f"{thing}.")
        if term is not None and term.key == ("version", 1) and (number := term.parts[0].number):
            first = date_of(number)
            title = f"edition of {day_in_words(first)}" if first else label
            return Use("list", thing, title, tuple(_rules(of("version", policy, number))))
        if term is not None and term.key == ("vague", 1):
            name = str(term.parts[0])
            return Use("term", name, name.replace("_", " "), tuple(_rules(of("vague", policy, name))))
        if remarks := [*of("advisory", policy, thing), *of("limit", policy, thing)]:
            own = [each for name in ("advisory", "limit") for each in self.heads.naming(name, policy, thing)]
            return Use("remark", thing, label, tuple(_rules(own or remarks)))
        return Use(
            "criterion",
            thing,
            (self._comparison(term) if term else "") or label,
            tuple(_rules(self.heads.concluding(thing))),
        )

    def _comparison(self, term: Term) -> str:
        """A comparison with a number in words: ``at_least(age_years,50)`` is "age: 50 years or more"."""
        reach, limit = term.name, term.parts[-1].value if term.parts else None
        if reach not in REACHES or limit is None or (name := str(term.parts[0])) not in self.kb.vocabulary:
            return ""
        attribute = self.kb.vocabulary[name]
        if isinstance(limit, int) and attribute.type == "date" and (day := date_of(limit)):
            reached = f"{day.isoformat()}.." if reach == "at_least" else f"..{day.isoformat()}"
            return f"{attribute.label}: {range_in_words(reached)}"
        unit = f" {attribute.unit}" if attribute.unit and attribute.unit not in attribute.label else ""
        return f"{attribute.label}: {limit}{unit} {REACHES[reach]}"

    def clause(self, name: str) -> Iterator[OutlinedRule]:
        of, policy = self.heads.of, self.policy.id
        found = self.heads.naming("gate", policy, None, name)
        for head in ("indication", "otherwise", "met", "concludes", "prevails"):
            found += [each for each in of(head, policy, name) if self._reaches(each, name)]
        yield from _rules(found)

    def _reaches(self, statement: ParsedStatement, clause: str) -> bool:
        """Whether a rule that speaks of any clause reaches this one: no fact that it asks for says otherwise."""
        rule = statement.rule
        assert rule is not None, "it has a head"
        named = rule.heads[0].parts[1]
        return named.kind != "variable" or all(self._known(each, named, clause) for each in rule.body)

    def _known(self, literal: Literal, variable: Term, clause: str) -> bool:
        atom = literal.atom
        if atom is None or variable not in atom.parts or self.kb.ground.atoms(*atom.key):
            return True
        wanted = [clause if each == variable else None if is_open(each) else str(each) for each in atom.parts]
        found = any(
            all(each in (None, str(given)) for each, given in zip(wanted, stated.arguments, strict=True))
            for stated in self.kb.ground.facts(*atom.key)
        )
        return found is (literal.sign == 0)


KINDS = ("clause", "criterion", "reading", "presumption", "remark", "list", "term")
LISTS = {"code_list": "the procedure codes", "version": "the versions", "history": "the revision history"}
KIND_WORDS = {
    "clause": "clause",
    "criterion": "criterion",
    "reading": "reading",
    "presumption": "presumption",
    "remark": "remark",
    "list": "list",
    "term": "term without a definition",
}


def _rules(statements: Iterable[ParsedStatement]) -> Iterator[OutlinedRule]:
    for each in dict.fromkeys(statements):
        yield OutlinedRule(f"{each.file.name}, line {each.line}", each.text)


def concluding(catalog: Catalog, clause: Clause) -> str:
    """What a clause concludes, and its place among gates and closing clauses."""
    classes = catalog.classes_in_words(clause.classes)
    if clause.gate is not None:
        return f"{classes} (asked before the criteria, as number {clause.gate})"
    if clause.otherwise:
        return f"{classes} (when nothing else is met)"
    return classes or "nothing: it bars another clause"


def over(kb: Model, policy: str) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each clause: those over which it prevails under every reading, and those under some readings only."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for clause in kb.catalog.policies[policy].clauses:
        always = [str(s.arguments[2]) for s in kb.ground.facts("prevails", 3) if _is_of(s.arguments, policy, clause)]
        some = [str(s.arguments[2]) for _, s in kb.ground.atoms("prevails", 3) if _is_of(s.arguments, policy, clause)]
        found[clause] = tuple(sorted(always)), tuple(sorted(some))
    return found


def _is_of(arguments: Iterable[object], policy: str, clause: str) -> bool:
    return [str(each) for each in arguments][:2] == [policy, clause]


def statement_rows(kb: Model, policy: str) -> Iterator[list[str]]:
    """The ledger of a policy as rows: a heading, then each statement with what it does and what rests on it."""
    yield ["policy", "statement", "section", "place", "paraphrase", "effect", "why_no_effect", "rests_on_it"]
    for section in sections(kb, policy):
        for entry in section.entries:
            each = entry.statement
            uses = "; ".join(f"{use.kind} {use.name}" for use in entry.uses)
            yield [policy, each.id, each.section, each.place, each.paraphrase, each.effect, each.why, uses]


def reading_rows(kb: Model, policy: str) -> Iterator[list[str]]:
    """The register of ambiguities of a policy as rows: a heading, then each option of each reading."""
    yield ["policy", "reading", "question", "option", "meaning", "is_default", "why_default", "citation"]
    for reading in readings_of(kb, policy):
        cited = kb.catalog.citation(policy, reading.statements) if reading.policy == policy else ""
        for each in reading.options:
            is_default = "yes" if each.name == reading.default else "no"
            what = (reading.id, reading.question, each.name, each.meaning, is_default, reading.why_default, cited)
            yield [policy, *what]


def readings_of(kb: Model, policy: str) -> list[Interpretation]:
    """The readings that bear on a policy: its own, then those of every payer."""
    every = kb.catalog.readings.values()
    return [reading for owner in (policy, EVERY_PAYER) for reading in every if reading.policy == owner]
