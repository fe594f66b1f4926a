"""Puts a query together: facts, criteria, verdicts, and comments for its reader.

>>> from datetime import date
>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> text = Assembly(kb, ["bcbsaz"], kb.settings(as_of=date(2026, 1, 31)), "duckdb").text("cases", None, ("id",))
>>> "bcbsaz_b16_met" in text and "[B16]" in text
True

The query runs through the table once, row by row. What the clauses of a policy do not settle by themselves goes
through the tables of ``steps``; a small table at the end turns the number of a verdict into words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from sqlglot import exp

from payerlogic.program.attribute import DIGITS
from payerlogic.program.formula import Formula
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.semantics.settings import Settings
from payerlogic.sql import IMPOSSIBLE
from payerlogic.sql.columns import Fact
from payerlogic.sql.criteria import Column, Criteria
from payerlogic.sql.derived import counted, followed
from payerlogic.sql.expressions import (
    FALSE,
    Term,
    Terms,
    both,
    case,
    column,
    decimal,
    either,
    identifier,
    known,
    number,
    plain_table,
    summed,
    text,
    times,
    unknown,
)
from payerlogic.sql.lookup_tables import LookupTables
from payerlogic.sql.three_valued import PartialAnswers, Verdict
from payerlogic.text.phrases import iso_day
from payerlogic.text.scalars import short

WIDTH = 116


@dataclass(frozen=True)
class PolicyQuery:
    """One policy in the query."""

    policy: str
    answers: PartialAnswers
    lookup: LookupTables

    def name(self, what: str) -> str:
        return f"{self.policy}_{what}"


class Assembly:
    """The query for some policies under the same settings."""

    def __init__(self, kb: Model, policies: Sequence[str], settings: Settings, dialect: str) -> None:
        self.kb, self.settings, self.dialect = kb, settings, dialect
        self.policies = policies
        self.terms = Terms(dialect)
        self.answers = {policy: PartialAnswers(kb, policy, settings) for policy in policies}
        self._tables: dict[str, str] = {}

    def reads(self, columns: Collection[str] | None) -> tuple[str, ...]:
        """The attributes on which an answer can depend, and those that can break an axiom, as far as recorded."""
        recorded = self._recorded(columns) | {name for name in self.kb.vocabulary if self._formula(name, columns)}
        recorded |= {name for name in self.kb.vocabulary.records if self._slots(name, columns)}
        asked: set[str] = set()
        for answers in self.answers.values():
            forest, root = answers.verdicts
            asked |= {answers.order[level // 2] for level in forest.support(root)}
            for node in answers.broken.values():
                asked |= {answers.order[level // 2] for level in answers.forest.support(node)}
        asked |= {other for name in asked for other, _ in self.kb.vocabulary[name].withheld_by}
        return tuple(name for name in self.kb.vocabulary if name in asked and name in recorded)

    def columns_read(self, columns: Collection[str] | None) -> tuple[str, ...]:
        """The columns of the table that are read: attributes, and what they follow from."""
        formulas = (self._formula(name, columns) for name in self.reads(columns))
        wanted = {*self.reads(columns), *(source for each in formulas if each is not None for source in each.sources)}
        wanted.update(slot for name in self.reads(columns) for slot in self._slots(name, columns))
        return tuple(name for name in self.kb.vocabulary.stateable if name in wanted & self._recorded(columns))

    def _recorded(self, columns: Collection[str] | None) -> set[str]:
        """The attributes and inputs that the table has; an input has to be named."""
        return set(self.kb.vocabulary if columns is None else columns)

    def _slots(self, name: str, columns: Collection[str] | None) -> list[str]:
        """The columns of the table with fields of the records ``name``; none of what is no record."""
        slots = (each for each in self.kb.vocabulary.values() if each.slot is not None and each.slot[0] == name)
        return [each.name for each in slots if each.name in self._recorded(columns)]

    def _formula(self, name: str, columns: Collection[str] | None) -> Formula | None:
        """How an attribute follows from other columns of the table."""
        found = self.kb.vocabulary.formulas.get(name)
        return found if found is not None and found.sources.keys() <= self._recorded(columns) else None

    def text(
        self,
        table: str,
        columns: Collection[str] | None,
        keep: Sequence[str],
        *,
        check_values: bool = True,
        readable: bool = True,
    ) -> str:
        """The statement, with its comments."""
        reads = self.reads(columns)
        recorded = frozenset(reads)
        policies = [PolicyQuery(name, each, LookupTables.of(each, recorded)) for name, each in self.answers.items()]
        facts = self._facts(policies[0])
        presumed = self._presumed_everywhere() if readable else {}
        final = self._final(policies, keep)
        steps: list[tuple[str, exp.Query]] = [("checked", self._checked(policies, reads, facts, check_values))]
        before = "checked"
        settled: dict[str, list[tuple[Term, Term]]] = {}
        for query in policies if readable else ():
            criteria = Criteria(query.answers, self._facts(query))
            settled[query.policy] = criteria.settled({verdict: at for at, verdict in enumerate(query.lookup.verdicts)})
            for level in sorted({each.level for each in criteria.columns.values()}):
                name = query.name(f"criteria_{level + 1}")
                added = [each for each in criteria.columns.values() if each.level == level]
                steps.append((name, self._added(before, added)))
                before = name
        keys = [key for query in policies for key in self._keys(query)]
        steps.append(("keyed", self._added(before, keys)))
        before = "keyed"
        numbers = [self._verdict(query, settled.get(query.policy, [])) for query in policies]
        steps.append(("numbered", self._added(before, numbers)))
        steps += [(query.name("verdicts"), self._verdicts(query)) for query in policies]
        used = {found.name for _, step in steps for found in step.find_all(exp.Column)}
        read = {name: fact for name, fact in facts.items() if name in used}
        steps.insert(0, ("facts", self._read(table, columns, keep, read, presumed, check_values)))
        for name, step in steps:
            final = final.with_(name, as_=step)
        body = final.sql(self.dialect, pretty=True, max_text_width=100)
        for name, literal in self._tables.items():
            body = body.replace(name, literal)
        return f"{self._header(policies, self.columns_read(columns))}\n{body};\n"

    # --- Facts -----------------------------------------------------------------------------------------

    def _facts(self, query: PolicyQuery) -> dict[str, Fact]:
        """One for each attribute, cut as the policy tells its values apart."""
        return {name: Fact(cells, self.terms) for name, cells in query.answers.cells.items()}

    def _read(
        self,
        table: str,
        recorded: Collection[str] | None,
        keep: Sequence[str],
        facts: dict[str, Fact],
        presumed: dict[str, tuple[str, Term]],
        check_values: bool,
    ) -> exp.Select:
        reads = self.reads(recorded)
        columns: list[Term] = [
            exp.alias_(column(name, "source"), identifier(f"kept_{at}")) for at, name in enumerate(keep, 1)
        ]
        for name in (each for each in self.kb.vocabulary if each in facts):
            fact = facts[name]
            formula = self._formula(name, recorded) if name in reads else None
            has_column = name in reads and (name in self._recorded(recorded))
            value: Term = fact.read("source", recorded=has_column)
            comment = self.kb.vocabulary[name].label
            if formula is not None:
                nothing = fact.beyond if check_values else exp.null()
                value = followed(formula, value if has_column else None, nothing, self.terms)
                comment += f"; follows from {' and '.join(formula.sources)}"
            if check_values and name in reads and (slots := self._slots(name, recorded)):
                record = self.kb.vocabulary.records[name]
                value = counted(record, value if has_column else None, slots, fact.beyond, self.terms)
                comment += "; where it is not stated, up to the last of them of which anything is"
            if name in reads and (withheld := self._withheld(name, reads)):
                value = case([(either(withheld), exp.null())], value)
                comment += f"; unknown where {' or '.join(each.sql() for each in withheld)}"
            if name in presumed:
                label, default = presumed[name]
                value = exp.Coalesce(this=value, expressions=[default]) if name in reads else default
                comment += f"; presumed where it is not stated: {label}"
            columns.append(_commented(exp.alias_(value, identifier(name)), comment))
        return exp.select(*columns).from_(exp.alias_(plain_table(table), "source", table=True))

    def _withheld(self, name: str, reads: Sequence[str]) -> list[Term]:
        """When a stated value of the attribute counts as unknown."""
        conditions = self.kb.vocabulary[name].withheld_by
        return [column(other, "source").eq(text(when)) for other, when in conditions if other in reads]

    def _presumed_everywhere(self) -> dict[str, tuple[str, Term]]:
        """The attributes whose value is presumed by every policy of the query wherever it is not stated."""
        found: dict[str, tuple[str, Term]] = {}
        tied = frozenset().union(
            *(group for group, _ in self.kb.compiler.constraints((), self.kb.compiler.default_readings))
        )
        for presumption in next(iter(self.answers.values())).presumptions:
            name = presumption.attribute
            made = all(
                presumption in each.presumptions
                and each.same_where_possible(each.made[presumption.id], each.unknown(name))
                for each in self.answers.values()
            )
            if presumption.value is None or name in tied or not made:
                continue
            attribute = self.kb.vocabulary[name]
            value = self.settings.as_of if attribute.type == "date" else attribute.read(presumption.value).value
            assert value is not None, f"{presumption.id} presumes no value of {name}"
            if isinstance(value, Decimal):
                default = decimal(short(value), DIGITS, attribute.places)
            else:
                default = exp.convert(value)
            found[name] = presumption.label, default
        return found

    def _checked(
        self, policies: Sequence[PolicyQuery], reads: Sequence[str], facts: dict[str, Fact], values: bool
    ) -> exp.Select:
        """The facts, with what cannot be."""
        branches: list[tuple[Term, Term]] = []
        for name in reads if values else ():
            if (strange := facts[name].invalid()) != FALSE:
                branches.append((strange, text(f"vocabulary: {name}")))
        answers = policies[0].answers
        for axiom, node in answers.broken.items():
            condition = self._where(answers, node, reads, facts)
            if condition != FALSE:
                branches.append((condition, text(axiom)))
        impossible = case(branches, exp.null()) if branches else exp.cast(exp.null(), "VARCHAR")
        comment = "a value outside of the vocabulary, or the axiom that the stated facts break"
        return exp.select("*", _commented(exp.alias_(impossible, IMPOSSIBLE), comment)).from_("facts")

    def _where(self, answers: PartialAnswers, node: int, reads: Sequence[str], facts: dict[str, Fact]) -> Term:
        """A diagram over what is stated as a condition: one alternative for each way to its end."""
        forest = answers.forest
        for name in answers.order:
            if name not in reads:
                node = forest.cofactor(node, answers.stated_variable(name), answers.cells[name].unknown)

        def ways(at: int) -> Iterable[list[Term]]:
            children = forest.children(at)
            if not children:
                if forest.value(at):
                    yield []
                return
            name = answers.order[forest.level(at) // 2]
            for child in dict.fromkeys(children):
                cells = [cell for cell, below in enumerate(children) if below == child]
                here = self._stated_in(facts[name], cells)
                for way in ways(child):
                    yield [here, *way]

        return either(both(way) for way in ways(node))

    def _stated_in(self, fact: Fact, cells: Sequence[int]) -> Term:
        """Whether what is stated is one of ``cells``, of which the last one may be that nothing is."""
        if fact.cells.unknown not in cells:
            inside = fact.within(cells)
            return inside if inside not in (exp.true(),) else known(fact.column)
        stated = [cell for cell in cells if cell != fact.cells.unknown]
        return either([fact.within(stated), unknown(fact.column)])

    # --- Verdicts --------------------------------------------------------------------------------------

    def _added(self, before: str, columns: Iterable[Column]) -> exp.Select:
        added = [_commented(exp.alias_(each.term, identifier(each.name)), each.comment) for each in columns]
        return exp.select("*", *added).from_(identifier(before))

    def _keys(self, query: PolicyQuery) -> Iterable[Column]:
        """What is stated, as one number for each table: the code of each attribute at its place."""
        facts = self._facts(query)
        for at, table in enumerate(query.lookup.tables, 1):
            weights = [prod(table.sizes[after:]) for after in range(1, len(table.sizes) + 1)]
            key = [
                facts[name].code([code * weight for code in query.lookup.codes[name]])
                for name, weight in zip(table.attributes, weights, strict=True)
            ]
            comment = f"{', '.join(table.attributes)}, each weighted by how many there are of what comes after it"
            yield Column(query.name(f"key_{at}"), summed(key), 0, comment)

    def _verdict(self, query: PolicyQuery, settled: list[tuple[Term, Term]]) -> Column:
        """The number of a row's verdict: what the clauses settle, else what the tables say."""
        branches = [(known(column(IMPOSSIBLE)), exp.null()), *settled]
        comment = "first what the clauses settle, then, for what they leave open, the exact tables" if settled else ""
        return Column(query.name("verdict"), case(branches, self._looked_up(query)), 0, comment)

    def _looked_up(self, query: PolicyQuery) -> Term:
        place: Term = number(0)
        for at, table in enumerate(query.lookup.tables, 1):
            key = column(query.name(f"key_{at}"))
            place = key if at == 1 else exp.Add(this=times(place, prod(table.sizes)), expression=key)
            name = f"__{query.name(f'table_{at}')}__"
            listed = exp.Array(expressions=[number(entry) for entry in table.entries]).sql(self.dialect)
            written = f"({listed})" if self.dialect == "postgres" else listed
            self._tables[name] = "\n".join(textwrap.wrap(written, WIDTH))
            if self.terms.first_index:
                place = exp.Add(this=place, expression=number(self.terms.first_index))
            found: Term = exp.Bracket(this=exp.var(name), expressions=[place], offset=self.terms.first_index)
            place = exp.cast(found, "INT") if self.dialect == "snowflake" else found
        return place

    def _verdicts(self, query: PolicyQuery) -> exp.Query:
        """The verdicts by number, in words."""
        rows = [self._in_words(at, verdict) for at, verdict in enumerate(query.lookup.verdicts)]
        names = ["verdict", "class", "outcome", "possible", "clauses"]
        if self.dialect in ("duckdb", "spark", "postgres"):
            values = exp.Values(
                expressions=[exp.Tuple(expressions=row) for row in rows],
                alias=exp.TableAlias(this=identifier("listed"), columns=[identifier(name) for name in names]),
            )
            return exp.select("*").from_(values)
        selects = [
            exp.select(*(exp.alias_(value, identifier(name)) for value, name in zip(row, names, strict=True)))
            for row in rows
        ]
        if len(selects) == 1:
            return selects[0]
        return exp.union(*selects, distinct=False)

    def _in_words(self, at: int, verdict: Verdict) -> list[Term]:
        outcomes = {self.kb.catalog.classes[name].outcome for name in verdict.possible}
        class_ = text(verdict.class_) if verdict.class_ else exp.cast(exp.null(), "VARCHAR")
        return [
            number(at),
            class_,
            text(outcomes.pop() if len(outcomes) == 1 else OPEN),
            self.terms.array([text(name) for name in verdict.possible]),
            self.terms.array([text(name) for name in verdict.clauses]),
        ]

    def _final(self, policies: Sequence[PolicyQuery], keep: Sequence[str]) -> exp.Select:
        columns: list[Term] = [
            exp.alias_(column(f"kept_{at}", "numbered"), identifier(name)) for at, name in enumerate(keep, 1)
        ]
        columns.append(column(IMPOSSIBLE, "numbered"))
        joined = exp.select().from_("numbered")
        for query in policies:
            name = query.name("verdicts")
            for what in ("class", "outcome", "possible", "clauses"):
                columns.append(exp.alias_(column(what, name), identifier(query.name(what))))
            same = exp.EQ(this=column("verdict", name), expression=column(query.name("verdict"), "numbered"))
            joined = joined.join(exp.to_table(name), on=same, join_type="left")
        return joined.select(*columns)

    # --- Comments for a reader -------------------------------------------------------------------------

    def _header(self, policies: Sequence[PolicyQuery], reads: Sequence[str]) -> str:
        catalog, settings = self.kb.catalog, self.settings
        lines = ["Determinations of every row, three-valued: what is not stated (NULL) never decides.", DISCLAIMER, ""]
        for query in policies:
            policy = catalog.policies[query.policy]
            lines.append(f"Policy {policy.id}: {policy.document}, {policy.title}; {policy.payer}")
            for day, what in policy.versions:
                lines.append(f"  from {iso_day(day)}: {what}")
        lines += ["", f"Knowledge base {self.kb.digest}, in the words of {self.dialect}", "Readings:"]
        names = {query.policy for query in policies}
        for reading in catalog.readings.values():
            if not any(self.kb.compiler.reading_matters(name, reading.id) for name in names):
                continue
            option = settings.readings.get(reading.id, reading.default)
            how = "" if option == reading.default else " (not the default)"
            lines.append(f"  {reading.id} = {option}{how}: {reading.meaning(option)}")
        made = {each.id: each.label for query in policies for each in query.answers.presumptions}
        lines.append("No other reading was tried.")
        lines.append("Presumed, where nothing else is stated:" if made else "Nothing is presumed.")
        lines += [f"  {id_}: {label}" for id_, label in made.items()]
        lines.append("Each row is decided by the edition in force on its date of service.")
        lines.append("Speaks of the rows of the table, each with every possible value of the facts that are NULL.")
        lines += [f"Today is {settings.as_of.isoformat()}.", f"Columns read: {', '.join(reads) or 'none'}."]
        if self.dialect == "bigquery":
            lines.append("BigQuery stores a NULL array as an empty one, so an empty list counts as unknown here.")
        wrapped = [
            piece for line in lines for piece in textwrap.wrap(line, WIDTH - 3, subsequent_indent="    ") or [""]
        ]
        return "\n".join(f"-- {line}".rstrip() for line in wrapped)


def _commented(term: exp.Expr, comment: str) -> exp.Expr:
    if comment:
        term.add_comments([f" {' '.join(comment.split()).replace('*/', '* /').replace('/*', '/ *')} "])
    return term
