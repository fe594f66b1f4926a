"""What the knowledge base says of itself: policies, clauses, readings, presumptions, statements.

>>> from payerlogic.program.grounding import GroundProgram
>>> from payerlogic.program.files import Program, shipped_folder
>>> catalog = Catalog.of(GroundProgram.of(Program.read(shipped_folder())))
>>> catalog.policies["nia"].clauses["n26"].title
'Rectal cancer with a positive or close margin'
>>> len(catalog.readings)
27
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from payerlogic.program.grounding import GroundProgram, term_of
from payerlogic.text.days import number_of
from payerlogic.text.phrases import iso_day

EVERY_PAYER = "every_payer"
NO_EFFECT = "none"


@dataclass(frozen=True)
class PolicyStatement:
    """One statement of a document: where it stands, what it says in our words, what it does."""

    id: str
    section: str
    place: str
    paraphrase: str
    effect: str
    why: str
    """Of ``none`` the reason, of ``elsewhere`` where the text stands."""


@dataclass(frozen=True)
class Clause:
    """One clause of a policy. ``gate`` is its rank among the gates, or None."""

    id: str
    title: str
    statements: tuple[str, ...]
    classes: tuple[str, ...]
    gate: int | None
    otherwise: bool


@dataclass(frozen=True)
class Policy:
    """One policy: its document, versions (as the first day, written 20240903; 0 where it is unknown) and clauses."""

    id: str
    payer_id: str
    service: str
    document: str
    payer: str
    payer_short: str
    title: str
    versions: tuple[tuple[int, str], ...]
    clauses: Mapping[str, Clause]
    codes: tuple[str, ...]
    statements: Mapping[str, PolicyStatement]
    vague: Mapping[str, str]
    cites: Mapping[str, tuple[str, ...]]
    history: tuple[tuple[int, str], ...]
    authorizes: tuple[tuple[str, str, int], ...] = ()
    published: str = ""
    """The address where the payer publishes it; empty where the knowledge base names none."""

    def edition_on(self, day: date) -> str | None:
        """The first day of the edition in force on a day, "unknown" where nobody knows it; None if none is in force."""
        begun = [first for first, _ in self.versions if first <= number_of(day)]
        return iso_day(max(begun)) if begun else None


@dataclass(frozen=True)
class ReadingOption:
    name: str
    meaning: str


@dataclass(frozen=True)
class Interpretation:
    """A named choice among defensible meanings; the first option is the default."""

    id: str
    policy: str
    question: str
    why_default: str
    options: tuple[ReadingOption, ...]
    statements: tuple[str, ...]

    @property
    def default(self) -> str:
        return self.options[0].name

    def concerns(self, policy: str) -> bool:
        """Whether it is a reading of the policy's own text, or of a rule that every payer shares."""
        return self.policy in (policy, EVERY_PAYER)

    def meaning(self, option: str) -> str:
        return next(each.meaning for each in self.options if each.name == option)


@dataclass(frozen=True)
class Presumption:
    """What is presumed of an unstated attribute; ``value`` for the plain form, else a condition.

    It is made only if, where ``needs`` has rows (A, V), some A is stated as V; and not if for a row (A, V, B, W) of
    ``gives_way`` A is stated as V and B as W.
    """

    rank: int
    id: str
    policy: str
    attribute: str
    value: str | None
    needs: tuple[tuple[str, str], ...]
    gives_way: tuple[tuple[str, str, str, str], ...]
    label: str

    @property
    def switched_by(self) -> frozenset[str]:
        """The attributes of which the stating switches it on or off."""
        yielding = (attribute for a, _, b, _ in self.gives_way for attribute in (a, b))
        return frozenset({self.attribute, *(attribute for attribute, _ in self.needs), *yielding})

    def concerns(self, policy: str) -> bool:
        return self.policy in (policy, EVERY_PAYER)


@dataclass(frozen=True)
class DeterminationClass:
    rank: int
    name: str
    outcome: str
    label: str


@dataclass(frozen=True)
class Axiom:
    id: str
    sentence: str
    source: str


@dataclass(frozen=True)
class Catalog:
    """Everything that the knowledge base declares besides rules."""

    policies: Mapping[str, Policy]
    readings: Mapping[str, Interpretation]
    presumptions: tuple[Presumption, ...]
    classes: Mapping[str, DeterminationClass]
    outcomes: Mapping[str, str]
    axioms: Mapping[str, Axiom]
    labels: Mapping[str, str]
    incoherent: tuple[str, ...] = ()
    version_day: str = ""
    """The attribute by which a version is chosen; empty where there is none."""
    matrix: tuple[str, ...] = ()
    """The two attributes by which a comparison is laid out, rows first; none where the service names none."""
    unnamed: frozenset[str] = frozenset()
    """Attributes that no region names, since they say the same as another one."""
    costs: Mapping[str, str] = field(default_factory=dict)
    """Kinds of change in words, the least first."""
    own_findings: frozenset[str] = frozenset()
    """Kinds of facts that are the payer's own findings."""
    says_value: frozenset[str] = frozenset()
    """Predicates of which an atom is worded as the value of the attribute that it rests on."""

    @classmethod
    def of(cls, ground: GroundProgram) -> Catalog:
        read = _CatalogReader(ground)
        labels = read.labels()
        cites = read.cites()
        policies = sorted(ground.rows("policy", 5))
        return cls(
            {str(row[0]): read.policy(row, cites.get(str(row[0]), {})) for row in policies},
            {reading.id: reading for reading in read.readings(cites)},
            tuple(read.presumptions(labels)),
            {
                str(n): DeterminationClass(int(r), str(n), str(o), str(la))
                for r, n, o, la in sorted(ground.rows("class", 4))
            },
            {str(name): str(label) for _, name, label in sorted(ground.rows("outcome", 3))},
            {str(name): Axiom(str(name), str(what), str(source)) for name, what, source in ground.rows("axiom", 3)},
            labels,
            tuple(sorted(str(name) for (name,) in ground.rows("incoherent", 1))),
            next((str(name) for (name,) in ground.rows("version_day", 1)), ""),
            next(((str(rows), str(columns)) for _, rows, columns in sorted(ground.rows("matrix", 3))), ()),
            read.names("unnamed"),
            {str(kind): str(words) for _, kind, words in sorted(ground.rows("cost", 3))},
            read.names("own_finding"),
            read.names("says_value"),
        )

    def label(self, term: object) -> str:
        """The label of a criterion, clause or remark; its term when the knowledge base gives none."""
        return self.labels.get(str(term), str(term))

    @property
    def called_classes(self) -> dict[str, tuple[str, ...]]:
        """Classes and outcomes, each with its label."""
        labels = {**self.outcomes, **{name: each.label for name, each in self.classes.items()}}
        return {name: (label,) for name, label in labels.items()}

    def called(self, policy: str) -> str:
        """A policy in a few letters: its payer, or its document where the payer has more than one here."""
        book = self.policies[policy]
        return book.document if self._has_more(book) else book.payer_short

    def titled(self, policy: str) -> str:
        """A policy with its payer's whole name, and its document where the payer has more than one here."""
        book = self.policies[policy]
        return f"{book.payer}: {book.document}" if self._has_more(book) else book.payer

    def _has_more(self, book: Policy) -> bool:
        return any(each.id != book.id and each.payer_short == book.payer_short for each in self.policies.values())

    def in_rank(self, classes: Collection[str]) -> tuple[str, ...]:
        """Classes in the order of the knowledge base."""
        return tuple(name for name in self.classes if name in classes)

    def classes_in_words(self, names: Iterable[str]) -> str:
        """Classes by their labels, as alternatives."""
        return " or ".join(self.classes[name].label for name in names)

    def remark(self, policy: str, name: str) -> str:
        """The label of an advisory or a limit: the policy's own, else the one that it shares with others."""
        own = (self.labels.get(f"{predicate}({policy},{name})") for predicate in ("advisory", "limit"))
        return next(filter(None, own), self.label(name))

    def citation(self, policy: str, statements: tuple[str, ...], version: str | None = None) -> str:
        """Where the text says so: document, edition, section and place of each statement."""
        book = self.policies[policy]
        places: dict[str, list[str]] = {}
        for id_ in statements:
            if id_ in book.statements:
                statement = book.statements[id_]
                places.setdefault(statement.section, []).append(f"{statement.place} [{id_}]")
        if not places:
            return ""
        edition = f" ({version})" if version else ""
        where = "; ".join(f"{section}: {', '.join(each)}" for section, each in places.items())
        return f"{book.document}{edition}, {where}"


class _CatalogReader:
    """The facts of the ground program as rows of plain values."""

    def __init__(self, ground: GroundProgram) -> None:
        self.ground = ground

    def names(self, name: str) -> frozenset[str]:
        return frozenset(str(each) for (each,) in self.ground.rows(name, 1))

    def labels(self) -> dict[str, str]:
        values: dict[str, set[str]] = {}
        for _, _, value, label in self.ground.rows("value", 4):
            values.setdefault(str(value), set()).add(str(label))
        called = {value: labels.pop() for value, labels in values.items() if len(labels) == 1}
        own = {str(term): _filled(str(words), str(term), called) for term, words in self.ground.rows("label", 2)}
        return own | {
            f"given({r},{i})": f"{str(r).replace('_', ' ')} {i} is there" for r, i in self.ground.rows("slot", 2)
        }

    def cites(self) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for policy, thing, statement in self.ground.rows("cites", 3):
            found.setdefault(str(policy), {}).setdefault(str(thing), []).append(str(statement))
        return {
            policy: {thing: tuple(sorted(ids, key=_natural)) for thing, ids in things.items()}
            for policy, things in found.items()
        }

    def policy(self, row: tuple[str | int, ...], cites: dict[str, tuple[str, ...]]) -> Policy:
        id_, payer_id, service, document, title = map(str, row)
        payer = next((str(name) for (name,) in self.ground.about("payer", 2, payer_id)), payer_id)
        short = next((str(name) for (name,) in self.ground.about("short_name", 2, payer_id)), payer)
        gates = {str(clause): int(rank) for rank, clause in self.ground.about("gate", 3, id_)}
        otherwise = {str(clause) for (clause,) in self.ground.about("otherwise", 2, id_)}
        concluding: dict[str, set[str]] = {}
        for clause, class_ in self.ground.instances("concludes", 3, id_):
            concluding.setdefault(clause, set()).add(class_)
        clauses = {
            str(name): Clause(
                str(name),
                str(title_),
                cites.get(str(name), ()),
                tuple(sorted(concluding.get(str(name), ()))),
                gates.get(str(name)),
                str(name) in otherwise,
            )
            for name, title_ in self.ground.about("clause", 3, id_)
        }
        return Policy(
            id_,
            payer_id,
            service,
            document,
            payer,
            short,
            title,
            tuple((int(day), str(what)) for day, what in self.ground.about("begins", 3, id_)),
            clauses,
            tuple(str(code) for (code,) in self.ground.about("code", 2, id_)),
            self.statements(id_),
            {str(term): str(what) for term, what in self.ground.about("vague", 3, id_)},
            cites,
            tuple((int(day), str(what)) for day, what in self.ground.about("history", 3, id_)),
            tuple((str(limit), str(name), int(most)) for limit, name, most in self.ground.about("authorizes", 4, id_)),
            next((str(address) for (address,) in sorted(self.ground.about("published", 2, id_))), ""),
        )

    def statements(self, policy: str) -> dict[str, PolicyStatement]:
        found = []
        for id_, section, place, paraphrase, effect in self.ground.about("statement", 6, policy):
            term = term_of(str(effect))
            assert term is not None, "the schema of statement/6 lets terms only through"
            why = term.arguments[0].string if term.arguments else ""
            found.append(PolicyStatement(str(id_), str(section), str(place), str(paraphrase), term.name, why))
        return {each.id: each for each in sorted(found, key=lambda each: _natural(each.id))}

    def readings(self, cites: dict[str, dict[str, tuple[str, ...]]]) -> list[Interpretation]:
        found = []
        for policy, id_, question, why in sorted(self.ground.rows("ambiguity", 4)):
            options = tuple(
                ReadingOption(str(name), str(meaning)) for _, name, meaning in self.ground.about("option", 4, str(id_))
            )
            statements = cites.get(str(policy), {}).get(str(id_), ())
            found.append(Interpretation(str(id_), str(policy), str(question), str(why), options, statements))
        return sorted(found, key=lambda reading: (reading.policy != EVERY_PAYER, reading.id))

    def presumptions(self, labels: Mapping[str, str]) -> list[Presumption]:
        values = {str(name): str(value) for name, value in self.ground.rows("presumed_value", 2)}
        return [
            Presumption(
                int(rank),
                str(id_),
                str(policy),
                str(attribute),
                values.get(str(id_)),
                tuple((str(a), str(v)) for a, v in self.ground.about("presumption_needs", 3, str(id_))),
                tuple((str(a), str(v), str(b), str(w)) for a, v, b, w in self.ground.about("gives_way", 5, str(id_))),
                labels.get(str(id_), str(id_)),
            )
            for rank, id_, policy, attribute in sorted(self.ground.rows("presumption", 4))
        ]


def _filled(words: str, term: str, called: Mapping[str, str]) -> str:
    """A label whose # stand for the arguments of a criterion: the number of a record, or a value by what it is called.

    >>> _filled("therapy # lasted 3 months", "criterion(acme,long_trial(2))", {})
    'therapy 2 lasted 3 months'
    >>> _filled("# was tried", "criterion(acme,tried(topical))", {"topical": "a topical steroid"})
    'a topical steroid was tried'
    """
    inner = re.search(r"\(\w+,\w+\(([^()]+)\)\)$", term) if "#" in words else None
    for argument in inner[1].split(",") if inner is not None else ():
        value = argument.strip('"')
        words = words.replace("#", called.get(value, value.replace("_", " ")), 1)
    return words


def _natural(id_: str) -> list[tuple[int, str]]:
    """Sort B19-2 before B19-10, and N08 before N10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", id_)]
