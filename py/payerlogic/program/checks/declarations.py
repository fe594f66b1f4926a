"""What the declarations of a knowledge base have to be, before anything is built from them.

    >>> from payerlogic import KnowledgeBase
    >>> declaration_problems(KnowledgeBase.load().ground)
    []

Attributes, kinds, values, classes and outcomes: each has its words, its rank, and a meaning that the engine knows.
A policy's own declarations (clauses, options, presumptions) are in ``audit``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from clingo import Symbol

from payerlogic.errors import Problem, Suggestion, nearest
from payerlogic.program.attribute import ORDERED, TYPES
from payerlogic.program.checks.derived import derived_problems
from payerlogic.program.checks.schema import SHAPES, shape_problems
from payerlogic.program.files import MOST_PLACES, counted_as
from payerlogic.program.grounding import GroundProgram, plain
from payerlogic.program.records import MOST_RECORDS, OF, field_name, slot_name, slot_of
from payerlogic.program.rule_index import Argument, Heads, is_open
from payerlogic.program.statements import Term, fact
from payerlogic.text import patterns
from payerlogic.text.phrases import plural
from payerlogic.text.scalars import decimal_number, units_of

RESERVED = ("id", "expect", "policy", "case", "service")
"""Names that an attribute cannot have: a case file uses them for something else."""
_OF_AN_ATTRIBUTE = (
    *("value", "range", "places", "fixed", "nonempty", "unit", "help", "typical"),
    *("open_value", "written_as", "refused", "also_says", "withheld"),
    *("also_called", "also_labeled", "in_notes"),
)
_OF_AN_INPUT = ("range", "places", "unit", "help", "also_labeled")
REACHES = ("part", "list", "sentence")
"""How far words of doubt reach in a note."""


def declaration_problems(ground: GroundProgram) -> list[Problem]:
    """Everything that is wrong with what the shared files declare, with its place, and all facts of a wrong shape."""
    check = _Declarations(ground)
    if shapes := list(check.shapes()):
        return shapes
    found = [*check.repeated(), *check.attributes(), *check.values(), *check.patterns(), *check.classes()]
    found += derived_problems(ground)
    return found or list(check.case())


def decimal_problem(said: str, number: str | int, places: int) -> Problem | None:
    """What is wrong with a decimal that the knowledge base writes; None if nothing is."""
    if counted_as(number, places) is not None:
        return None
    value = decimal_number(number)
    fine = plural(places, "decimal place")
    if value is None:
        return Problem(f"{said}: {number!r} is not a number", hint=f"write digits and a point, with {fine} at most")
    if units_of(value, places) is None:
        return Problem(f"{said}: {number} has more than {fine}", hint="correct the number, or its places(...)")
    return Problem(f"{said}: {number} is too large with {fine}", hint="use a larger unit, or fewer places")


class _Declarations:
    def __init__(self, ground: GroundProgram) -> None:
        self.ground = ground
        self.heads = Heads(ground.program)
        self.rows = ground.rows
        self.records = {str(name): int(most) for _, name, most, _ in ground.rows("record", 4)}
        fields = [(str(field), str(name), str(type_)) for name, _, field, type_ in ground.rows("field", 4)]
        self.offered = {str(name): str(type_) for _, name, type_, _ in ground.rows("attribute", 4)}
        """What a case can state, each field of each record included."""
        slots = {slot_name(f, r, each + 1) for f, r, _ in fields for each in range(self.records.get(r, 0))}
        self.types = {name: type_ for name, type_ in self.offered.items() if name not in slots}
        """The attributes as they are declared, and the fields, which are written as of(Field, Record)."""
        self.types |= {field_name(f, r): type_ for f, r, type_ in fields}
        self.inputs = {str(name): str(type_) for _, name, type_, _ in ground.rows("input", 4)}
        """Facts that only serve to work out others; they are declared as attributes are, but no rule asks them."""
        self.misspelled: set[tuple[str, str]] = set()
        """What attributes lack because it is said of a name that is near theirs."""

    def at(self, *head: Argument) -> str:
        """Where an atom with this name and these first arguments is stated."""
        name, *arguments = head
        return self.heads.place(str(name), *arguments) or str(self.ground.program.folder)

    def _declared(self, name: str) -> str:
        """Where an attribute, an input, a record or a field is declared."""
        if (found := fact(f"x({name}).")) is not None and found.parts[0].name == OF:
            field, record = found.parts[0].parts
            return self.at("field", record.name, None, field.name)
        how = "record" if name in self.records else "input" if name in self.inputs else "attribute"
        return self.at(how, None, name)

    def shapes(self) -> Iterator[Problem]:
        """Facts that rest on the case, and derived ones of a wrong shape; written ones are checked by lint."""
        for shape in SHAPES.values():
            atoms = self.ground.atoms(shape.name, len(shape.arguments)) if shape.is_fact else []
            for _, symbol in atoms:
                where = next((each.where for each in self.heads.concluding(str(symbol))), "")
                hint = f"{shape.name} is a fact: state it without a condition"
                yield Problem(f"{symbol} depends on the case", where, hint)
            if atoms:  # what derives from it depends on the case, too
                return
        derived = {
            head.key: statement
            for statement in self.ground.program.statements
            for head in (statement.rule.heads if statement.rule else ())
            if head.name in SHAPES and any(map(is_open, (each for part in head.parts for each in part.alternatives())))
        }
        for (name, arity), statement in derived.items():
            symbols = [*self.ground.facts(name, arity), *(symbol for _, symbol in self.ground.atoms(name, arity))]
            written: list[Term] = [atom for atom in (fact(f"{symbol}.") for symbol in symbols) if atom is not None]
            for problem in dict.fromkeys(found for atom in written for found in shape_problems(atom)):
                yield problem.at(statement.where)

    def _once(self, name: str, place: int, what: str) -> Iterator[Problem]:
        """No two facts have one value at this place."""
        rows = self.rows(name, len(SHAPES[name].arguments))
        if name == "attribute" and what == "rank":  # the fields of a record have that of the record
            rows = [row for row in rows if row[1] in self.types]
        for value, count in Counter(row[place] for row in rows).items():
            if count > 1:
                said = f"{name}: {what} {value} is used twice"
                yield self._twice(said, f"{SHAPES[name].usage}: each once", name, *[None] * place, value)

    def _twice(self, what: str, hint: str, name: str, *arguments: Argument) -> Problem:
        """Two facts that may not be: the one is the place, the other one is named."""
        found = self.heads.statements_of(name, *arguments)
        if not found:
            return Problem(what, self.at(name), hint)
        return Problem(what, found[-1].where, hint if len(found) < 2 else f"{hint}; the other is {found[0].where}")

    def repeated(self) -> Iterator[Problem]:
        """Records have a number of places and some fields, and each field has its record."""
        fields = self.rows("field", 4)
        for name, most in self.records.items():
            where = self.at("record", None, name)
            if not 1 <= most <= MOST_RECORDS:
                what = f"a case can have {most} of {name}, not 1 to {MOST_RECORDS}"
                yield Problem(what, where, "each place costs as much as its fields: declare as many as a rule asks for")
            if not any(row[0] == name for row in fields):
                yield Problem(f"{name} has no fields", where, f"add: field({name}, 1, some_field, choice).")
        yield from self._once("record", 1, "name")
        for record, rank, field, type_ in fields:
            where = self.at("field", record, rank, field)
            if record not in self.records:
                yield Problem(f"field of an unknown record {record!r}", where, nearest(str(record), self.records))
            if not re.fullmatch(r"[a-z][a-z0-9_]*", str(field)):
                yield Problem(f"a field cannot be called {field!r}", where, "write small letters, digits and _")
            if type_ not in TYPES:
                yield Problem(f"{field} of {record}: unknown type {type_!r}", where, nearest(str(type_), TYPES))
        for place, what in ((1, "rank"), (2, "field")):
            for (record, value), count in Counter((row[0], row[place]) for row in fields).items():
                if count > 1:
                    asked = (record, value) if place == 1 else (record, None, value)
                    yield self._twice(f"{record}: {what} {value} is used twice", "each once", "field", *asked)

    def attributes(self) -> Iterator[Problem]:
        kinds = [str(name) for _, name, _, _ in self.rows("kind", 4)]
        labels = {str(term) for term, _ in self.rows("label", 2)}
        helps = {str(name) for name, _ in self.rows("help", 2)}
        ranges = {str(name): (low, high) for name, low, high in self.rows("range", 3)}
        for place, what in ((0, "rank"), (1, "name")):
            for predicate in ("attribute", "input", "kind"):
                yield from self._once(predicate, place, what)
        yield from self._of_unknown()
        misspelled = self.misspelled
        declared = [
            ("record" if row[1] in self.records else "attribute", *row)
            for row in self.rows("attribute", 4)
            if row[1] in self.types
        ]
        declared += [("input", *row) for row in self.rows("input", 4)]
        for how, rank, attribute, type_, kind in declared:
            where, name = self.at(str(how), rank, attribute), str(attribute)
            if name in RESERVED or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                hint = "it is a column of tables: small letters, digits and _; id names the case itself"
                yield Problem(f"an attribute cannot be called {name!r}", where, hint)
            if how == "input" and name in self.types:
                yield Problem(f"{name} is an attribute and an input", where, "an input only serves to work out others")
            if how == "input" and type_ not in ORDERED:
                hint = "an input is a date, an integer or a decimal"
                yield Problem(f"{name}: an input cannot be of type {type_!r}", where, hint)
            elif type_ not in TYPES:
                yield Problem(f"{name}: unknown type {type_!r}", where, nearest(str(type_), TYPES))
            if kind not in kinds:
                yield Problem(f"{name}: unknown kind {kind!r}", where, nearest(str(kind), kinds))
        for name, type_ in {**self.types, **self.inputs}.items():
            where = self._declared(name)
            if name not in labels and ("label", name) not in misspelled:
                yield Problem(f"{name} has no label", where, f'add: label({name}, "...").')
            if name not in helps and ("help", name) not in misspelled:
                yield Problem(f"{name} has no help", where, f'add: help({name}, "...").')
            if type_ in ("integer", "decimal") and name not in ranges and ("range", name) not in misspelled:
                yield Problem(f"{name} has no range", where, f"add: range({name}, Least, Greatest).")
            if type_ not in ("integer", "decimal") and name in ranges:
                yield Problem(f"{name} has a range and is no number", self.at("range", name), "leave it out")
        for predicate in ("range", "places"):
            yield from self._once(predicate, 0, "attribute")
        yield from self.decimals()
        for name, (low, high) in ranges.items():
            ends = [decimal_number(each) for each in (low, high)]
            of_type = {**self.types, **self.inputs}.get(name)
            if of_type == "integer" and not (isinstance(low, int) and isinstance(high, int)):
                what = f"range({name}, {low}, {high}) is not of whole numbers"
                yield Problem(what, self.at("range", name), f"write them without quotes, or declare {name} a decimal")
            elif None not in ends and not ends[0] < ends[1]:  # type: ignore[operator]
                what = f"range({name}, {low}, {high}) holds no two values"
                yield Problem(what, self.at("range", name), "the least comes first")

    def _of_unknown(self) -> Iterator[Problem]:
        """What is said of an attribute that is not there; ``misspelled`` is then what the one that was meant lacks.

        Where all that a declaration lacks is said of one unknown name, the declaration is what is misspelled.
        """
        described = [
            (name, row[0]) for name in _OF_AN_ATTRIBUTE for row in self.rows(name, len(SHAPES[name].arguments))
        ]
        described += [("label", term) for term, _ in self.rows("label", 2) if re.fullmatch(r"of\(\w+,\w+\)", str(term))]
        said: dict[str, list[str]] = {}
        for name, asked in described:
            known = asked in self.types or asked in self.offered or slot_of(str(asked), self.records)
            if not known and not (asked in self.inputs and name in (*_OF_AN_INPUT, "label")):
                said.setdefault(str(asked), []).append(name)
        named = {str(row[0]) for name in ("label", "help") for row in self.rows(name, 2)}
        for unknown, names in said.items():
            hint = nearest(unknown, self.types)
            meant = hint.right if isinstance(hint, Suggestion) else ""
            self.misspelled |= {(name, meant) for name in names}
            if meant and meant not in named and unknown in named:
                self.misspelled |= {(name, meant) for name in ("label", "help", "range", "value", "places")}
                what = f"{meant} has no label and no help, and {unknown}, which has, is not declared"
                yield Problem(what, self._declared(meant), nearest(meant, [unknown]))
            else:
                for name in dict.fromkeys(names):
                    yield Problem(f"{name} of an unknown attribute {unknown!r}", self.at(name, unknown), hint)

    def decimals(self) -> Iterator[Problem]:
        """A decimal has places and a range that fits them, within what clingo can count."""
        places = {str(name): int(number) for name, number in self.rows("places", 2)}
        types = {**self.types, **self.inputs}
        for name, type_ in types.items():
            if type_ == "decimal" and name not in places and ("places", name) not in self.misspelled:
                where = self._declared(name)
                yield Problem(f"{name} is a decimal without places", where, f"add: places({name}, 1).")
        for name, number in places.items():
            where = self.at("places", name)
            if types.get(name, "decimal") != "decimal":
                yield Problem(f"{name} has places and is no decimal", where, "leave them out, or declare it a decimal")
            elif not 1 <= number <= MOST_PLACES:
                hint = "of no places it is an integer; what is finer has a smaller unit"
                yield Problem(f"{name} has {plural(number, 'place')}, not 1 to {MOST_PLACES}", where, hint)
        for attribute, low, high in self.rows("range", 3):
            number = places.get(str(attribute), 0)
            if types.get(str(attribute)) == "decimal" and 1 <= number <= MOST_PLACES:
                said = f"range({attribute}, {low}, {high})"
                found = dict.fromkeys(decimal_problem(said, end, number) for end in (low, high))
                yield from (each.at(self.at("range", attribute)) for each in found if each)

    def values(self) -> Iterator[Problem]:
        named: dict[str, list[str]] = {}
        ranks: dict[str, list[int]] = {}
        for attribute, rank, value, _ in self.rows("value", 4):
            named.setdefault(str(attribute), []).append(str(value).lower())
            ranks.setdefault(str(attribute), []).append(int(rank))
        for name, type_ in self.types.items():
            where, listed = self._declared(name), named.get(name, [])
            least = {"choice": 2, "set": 1}.get(type_, 0)  # a service without codes of its own has "another code" alone
            if len(listed) < least and ("value", name) not in self.misspelled:
                hint = f'add: value({name}, 1, some_value, "in words").'
                yield Problem(f"{name} has {plural(len(listed), 'value')}", where, hint)
            if type_ in ORDERED and listed:
                yield Problem(f"{name} is of type {type_} and has values", self.at("value", name), "leave them out")
            if type_ == "boolean" and len(listed) > 2:
                yield Problem(f"{name} is of type boolean and has values", self.at("value", name), "leave them out")
            if type_ == "boolean" and len(listed) < 2:
                yield Problem(f"{name} has no yes and no", where, "core/case.lp gives every boolean these two values")
            for what, given in (("value", listed), ("rank", list(map(str, ranks.get(name, []))))):
                for each in sorted({each for each in given if given.count(each) > 1}):
                    asked = (int(each),) if what == "rank" else ()
                    yield self._twice(f"{name}: {what} {each} is used twice", "each value once", "value", name, *asked)
        for open_, value, *_ in self.rows("open_value", 4):
            if str(value).lower() not in named.get(str(open_), []):
                hint = f'add: value({open_}, Rank, {value}, "...").'
                yield Problem(f"open_value {value!r} is not a value of {open_}", self.at("open_value", open_), hint)
        for spelled, order, _, value in self.rows("written_as", 4):
            if value != "unknown" and str(value).lower() not in named.get(str(spelled), []):
                where, hint = self.at("written_as", spelled, order), nearest(str(value), named.get(str(spelled), []))
                yield Problem(f"written_as: unknown value {value!r} of {spelled}", where, hint)
        yield from self._notes(named)
        others = [(row[0], row[3], row[4], "also_says") for row in self.rows("also_says", 5)]
        others += [(row[0], row[1], row[2], "withheld") for row in self.rows("withheld", 3)]
        others += [(row[0], row[0], row[1], "typical") for row in self.rows("typical", 2)]
        for spelled, other, value, said in others:
            listed = named.get(str(other), [])
            numeric = self.types.get(str(other)) in ORDERED
            if said == "typical" and str(other) not in self.types:
                continue  # said above
            if str(other) in self.types and not numeric and str(value).lower() not in listed:
                where = self.at(str(said), spelled)
                yield Problem(f"{said}: unknown value {value!r} of {other}", where, nearest(str(value), listed))
            elif str(other) not in self.types:
                hint = nearest(str(other), self.types)
                yield Problem(f"{said}: unknown attribute {other!r}", self.at(str(said), spelled), hint)

    def _notes(self, named: Mapping[str, list[str]]) -> Iterator[Problem]:
        """The values that words of notes and other names stand for, and how far words of doubt reach."""
        said = [("also_called", row[0], row[1], (row[0], row[1])) for row in self.rows("also_called", 3)]
        said += [("in_notes", row[0], row[3], (row[0], row[1])) for row in self.rows("in_notes", 4)]
        for name, attribute, value, key in said:
            listed = named.get(str(attribute), [])
            if value != "as_written" and listed and str(value).lower() not in listed:
                where, hint = self.at(name, *key), nearest(str(value), listed)
                yield Problem(f"{name}: unknown value {value!r} of {attribute}", where, hint)
        for attribute, pattern, reach in self.rows("doubted", 3):
            if reach not in REACHES:
                where, hint = self.at("doubted", attribute, pattern), nearest(str(reach), REACHES)
                yield Problem(f"doubted: unknown reach {reach!r}", where, hint or f"it takes {', '.join(REACHES)}")

    def patterns(self) -> Iterator[Problem]:
        places = {"doubted": 1}
        for name in ("open_value", "written_as", "refused", "also_says", "in_notes", "doubted"):
            for row in self.rows(name, len(SHAPES[name].arguments)):
                try:
                    patterns.compile(str(row[places.get(name, 2)]))
                except patterns.PatternError as error:
                    yield error.problems[0].at(self.at(name, row[0], row[1]))

    def classes(self) -> Iterator[Problem]:
        outcomes = [str(name) for _, name, _ in self.rows("outcome", 3)]
        for name in ("class", "outcome"):
            for place, what in ((0, "rank"), (1, "name")):
                yield from self._once(name, place, what)
        for rank, class_, outcome, _ in self.rows("class", 4):
            if outcome not in outcomes:
                hint = nearest(str(outcome), outcomes)
                yield Problem(f"class {class_}: unknown outcome {outcome!r}", self.at("class", rank), hint)
        axioms = [str(name) for name, _, _ in self.rows("axiom", 3)]
        yield from self._once("axiom", 0, "name")
        broken = {str(symbol.arguments[0]) for symbol in self.ground.atoms_of("impossible") if symbol.arguments}
        for name in sorted(broken - set(axioms)):
            hint = f'add: axiom({name}, "what cannot be", "source").'
            yield Problem(f"impossible({name}) without an axiom", self.at("impossible", name), hint)

    def case(self) -> Iterator[Problem]:
        """The rules that choose a case offer each attribute every value that it has, and nothing else."""
        offered: dict[str, set[str]] = {}
        for atom, symbol in self.ground.atoms("case", 2):
            if atom in self.ground.inputs:
                offered.setdefault(plain_text(symbol.arguments[0]), set()).add(plain_text(symbol.arguments[1]))
        asked: dict[str, set[str]] = {name: set() for name in self.offered}
        for attribute, _, value, _ in self.rows("value", 4):
            asked.setdefault(str(attribute), set()).add(str(value))
        where = self.at("case")
        bounded = {str(name) for name, *_ in self.rows("bound", 3)}  # a bound of a word is refused as such, by audit
        for name, type_ in self.offered.items():
            numeric = type_ in ORDERED or name in bounded
            if not offered.get(name) or not (numeric or offered[name] == asked[name]):
                hint = "core/case.lp chooses case(Attribute, Value) among the member(Attribute, Value)s"
                yield Problem(f"the rules do not offer a case every value of {name}", where, hint)
        stated = [str(symbol) for symbol in self.ground.facts("case", 2)]
        others = [name for name in offered if name not in self.offered]
        for what in (*stated, *others):
            yield Problem(f"the rules give every case {what}", where, "a case states its own facts")


def plain_text(symbol: Symbol) -> str:
    return str(plain(symbol))
