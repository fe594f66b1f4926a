"""The definitions, computed the slow way: every cell of a case space written out as a table.

Nothing of the search is shared. A table is made from clingo's ground rules alone: each atom is a
Boolean array over the attributes that it rests on, one axis of the array for each, and a
determination is the array of the class bits. What is left unknown is then simply an axis over which
bits are collected. Which presumptions are made is worked out again here from what the knowledge base
declares, for whatever is then unstated. The tables themselves are held against ``kb.decide`` by
``test_brute``.

A *place* is a class of values of an attribute (``all_axes(kb)[name].classes``); places that one policy
cannot tell apart under one choice of readings are one *group*, so that tables stay small.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, reduce
from itertools import chain, combinations, product
from typing import Any

import numpy as np
from clingo import Symbol, SymbolType

from payerlogic import CaseError, KnowledgeBase, Settings
from payerlogic.cases.case import StatedCase
from tests.support.axes import all_axes, is_in

Array = Any
Places = Mapping[str, int]
Options = Mapping[str, str]


def subsets(names: Iterable[str], largest: int | None = None) -> Iterator[frozenset[str]]:
    """All subsets up to a size, the smaller ones first."""
    listed = sorted(names)
    sizes = range(len(listed) + 1 if largest is None else min(largest, len(listed)) + 1)
    return map(frozenset, chain.from_iterable(combinations(listed, size) for size in sizes))


class Rules:
    """Ground rules, evaluated for whatever arrays the inputs are given as."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.of: dict[int, list[Any]] = {}
        for rule in kb.ground.rules:
            self.of.setdefault(rule.head, []).append(rule)
        self.number = {str(symbol): atom for atom, symbol in kb.ground.symbol_of.items()}
        self.always = {str(s) for symbols in kb.ground.true_symbols.values() for s in symbols}
        self.case_atoms: dict[str, dict[str | int, int]] = {name: {} for name in all_axes(kb)}
        for atom, symbol in kb.ground.symbol_of.items():
            if symbol.match("case", 2):
                name, value = symbol.arguments
                self.case_atoms[name.name][_plain(value)] = atom
        self.reading_atoms = {
            (reading.id, option.name): self.number[f"reading({reading.id},{option.name})"]
            for reading in kb.catalog.readings.values()
            for option in reading.options
        }

    def readings(self, options: Options) -> dict[int, Any]:
        """The truth of the reading atoms, with the first option of every reading that is not given."""
        return {
            atom: options.get(id_, self.kb.catalog.readings[id_].options[0].name) == option
            for (id_, option), atom in self.reading_atoms.items()
        }

    def place_atoms(self, name: str) -> dict[int, list[bool]]:
        """For each case atom of an attribute, whether it holds at each place."""
        firsts = [members[0] for members in all_axes(self.kb)[name].classes]
        return {
            atom: [value in each if isinstance(each, frozenset) else value == each for each in firsts]
            for value, atom in self.case_atoms[name].items()
        }

    def value(self, text: str, inputs: Mapping[int, Any], memo: dict[int, Any]) -> Any:
        """The truth of the atom written ``text``: a bool where nothing moves it, else an array."""
        if text in self.always:
            return True
        return self._value(self.number[text], inputs, memo) if text in self.number else False

    def _value(self, atom: int, inputs: Mapping[int, Any], memo: dict[int, Any]) -> Any:
        if atom in inputs:
            return inputs[atom]
        if atom not in memo:
            memo[atom] = _any(self._body(rule, inputs, memo) for rule in self.of.get(atom, ()))
        return memo[atom]

    def _body(self, rule: Any, inputs: Mapping[int, Any], memo: dict[int, Any]) -> Any:
        if rule.weights is None:
            return _all(_literal(literal, self._value(abs(literal), inputs, memo)) for literal in rule.body)
        parts = [
            np.where(_literal(literal, self._value(abs(literal), inputs, memo)), weight, 0)
            for literal, weight in zip(rule.body, rule.weights, strict=True)
        ]
        return reduce(np.add, parts) >= rule.bound


def _plain(symbol: Symbol) -> str | int:
    if symbol.type == SymbolType.Number:
        return symbol.number
    return symbol.string if symbol.type == SymbolType.String else symbol.name


def _literal(literal: int, value: Any) -> Any:
    if literal > 0:
        return value
    return (not value) if isinstance(value, bool) else ~value


def _any(values: Iterable[Any]) -> Any:
    result: Any = False
    for value in values:
        if value is True:
            return True
        if value is not False:
            result = value if result is False else result | value
    return result


def _all(values: Iterable[Any]) -> Any:
    result: Any = True
    for value in values:
        if value is False:
            return False
        if value is not True:
            result = value if result is True else result & value
    return result


@dataclass(frozen=True)
class Table:
    """All cells of one policy under one choice of readings, some attributes being fixed.

    ``names`` are the attributes that matter: to a class, to an axiom, or to what is presumed. ``bits``
    has one axis for each of them; so has each array of ``limits`` (the axioms) and of ``presumptions``,
    with length one where it does not depend on the attribute. ``groups[name]`` are the places in each
    group, ``group_of[name][place]`` is the group of a place.
    """

    names: tuple[str, ...]
    groups: Mapping[str, tuple[tuple[int, ...], ...]]
    bits: Array
    limits: tuple[Array, ...]
    presumptions: Mapping[str, Array]

    @cached_property
    def group_of(self) -> dict[str, dict[int, int]]:
        return {
            name: {place: index for index, places in enumerate(groups) for place in places}
            for name, groups in self.groups.items()
        }

    def along(self, name: str, truth: Iterable[bool]) -> Array:
        """An array that depends on one attribute, given by the truth in each of its groups."""
        shape = [1] * len(self.names)
        shape[self.names.index(name)] = len(self.groups[name])
        return np.array(list(truth)).reshape(shape)


class Brute:
    """Answers by counting through tables."""

    def __init__(self, kb: KnowledgeBase, as_of: date) -> None:
        self.kb = kb
        self.as_of = as_of
        self.rules = Rules(kb)
        self.class_bit = {name: 1 << index for index, name in enumerate(kb.catalog.classes)}
        self._tables: dict[Any, Table] = {}
        self._made: dict[Any, tuple[Table, Array]] = {}
        self._places_with: dict[tuple[str, str], list[bool]] = {}

    def classes(self, bits: int) -> frozenset[str]:
        return frozenset(name for name, bit in self.class_bit.items() if bits & bit)

    def bits(self, classes: Iterable[str]) -> int:
        return sum(self.class_bit[name] for name in classes)

    def wanted(self, want: str) -> frozenset[str]:
        """The classes of an outcome; a class is itself."""
        found = {name for name, each in self.kb.catalog.classes.items() if want in (name, each.outcome)}
        return frozenset(found)

    def value_at(self, name: str, place: int) -> Any:
        """A value at a place, as a checked case has it."""
        return self.kb.vocabulary[name].read(written_at(self.kb, name, place)).value

    # --- Tables ------------------------------------------------------------------------------------------

    def table(self, policy: str, options: Options, fixed: Places) -> Table:
        key = (policy, tuple(sorted(options.items())), tuple(sorted(fixed.items())))
        if key not in self._tables:
            if len(self._tables) > 40:
                self._tables.clear()
                self._made.clear()
            self._tables[key] = self._table(policy, options, fixed)
        return self._tables[key]

    def _conditional(self, policy: str) -> list[Any]:
        return [p for p in self.kb.catalog.presumptions if p.policy == policy and p.value is None]

    def _table(self, policy: str, options: Options, fixed: Places) -> Table:
        inputs = self.rules.readings(options)
        for name, place in fixed.items():
            inputs |= {atom: truth[place] for atom, truth in self.rules.place_atoms(name).items()}
        classes = {name: f"determination({policy},{name})" for name in self.class_bit}
        axioms = [f"impossible({name})" for name in self.kb.catalog.axioms]
        holding = {p.id: f"presumption_holds({p.id})" for p in self._conditional(policy)}
        outputs = [*classes.values(), *axioms, *holding.values()]
        groups = self._groups(outputs, inputs, fixed, policy)
        names = tuple(groups)
        for axis, name in enumerate(names):
            shape = [1] * len(names)
            shape[axis] = len(groups[name])
            for atom, truth in self.rules.place_atoms(name).items():
                inputs[atom] = np.array([truth[places[0]] for places in groups[name]]).reshape(shape)
        memo: dict[int, Any] = {}
        one = np.ones([1] * len(names), dtype=bool)

        def array(text: str) -> Array:
            return one & self.rules.value(text, inputs, memo)

        bits = np.zeros([1] * len(names), dtype=np.uint16)
        for name, text in classes.items():
            bits = bits | np.where(array(text), np.uint16(self.class_bit[name]), np.uint16(0))
        presumptions = {id_: array(text) for id_, text in holding.items()}
        return Table(names, groups, bits, tuple(~array(text) for text in axioms), presumptions)

    def _groups(
        self, outputs: Sequence[str], inputs: Mapping[int, Any], fixed: Places, policy: str
    ) -> dict[str, tuple[tuple[int, ...], ...]]:
        """The attributes on which ``outputs`` or presumptions rest, each with its places: those together that no
        atom tells apart which an output is or which is looked at together with other attributes."""
        owner = {atom: name for name, atoms in self.rules.case_atoms.items() for atom in atoms.values()}
        rests_on: dict[int, Any] = {}

        def support(atom: int) -> Any:
            """The attributes that an atom rests on, or its constant truth."""
            if atom in inputs:
                return inputs[atom]
            if atom in owner:
                return frozenset({owner[atom]})
            if atom in self.rules.reading_atoms.values():
                return frozenset({"the readings"})
            if atom not in rests_on:
                found: Any = False
                for rule in self.rules.of.get(atom, ()):
                    body: Any = True
                    for literal in rule.body:
                        below = support(abs(literal))
                        if isinstance(below, bool):
                            if below != (literal > 0) and rule.weights is None:
                                body = False
                                break
                        else:
                            body = below if isinstance(body, bool) else body | below
                    if body is True:
                        found = True
                        break
                    if body is not False:
                        found = body if found is False else found | body
                rests_on[atom] = found
            return rests_on[atom]

        tops = [self.rules.number[text] for text in outputs if text in self.rules.number]
        looked_at: dict[str, set[int]] = {}
        stack, seen = list(tops), set(tops)
        for atom in tops:
            if not isinstance(support(atom), bool) and len(support(atom)) == 1:
                looked_at.setdefault(next(iter(support(atom))), set()).add(atom)
        while stack:
            atom = stack.pop()
            mine = support(atom)
            if isinstance(mine, bool):
                continue
            for rule in self.rules.of.get(atom, ()):
                for below in map(abs, rule.body):
                    its = support(below)
                    if isinstance(its, bool):
                        continue
                    if len(its) == 1 and len(mine) > 1:
                        looked_at.setdefault(next(iter(its)), set()).add(below)
                    if below not in seen:
                        seen.add(below)
                        stack.append(below)
        found = {}
        for name in all_axes(self.kb):
            if name in fixed or (name not in looked_at and name not in self._switching(policy)):
                continue
            truths = {**inputs, **{atom: np.array(truth) for atom, truth in self.rules.place_atoms(name).items()}}
            memo: dict[int, Any] = {}
            rows = [self.rules._value(atom, truths, memo) for atom in sorted(looked_at.get(name, ()))]
            rows += [np.array(self._has(name, value)) for value in sorted(self._switching(policy).get(name, ()))]
            together: dict[tuple[bool, ...], list[int]] = {}
            for place in range(len(all_axes(self.kb)[name].classes)):
                together.setdefault(tuple(bool(row[place]) for row in rows), []).append(place)
            found[name] = tuple(tuple(places) for places in together.values())
        return found

    def _switching(self, policy: str) -> dict[str, set[str]]:
        """The attributes on whose stated values it rests which presumptions are made, with these values."""
        found: dict[str, set[str]] = {}
        for each in self._conditional(policy):
            for name, value in [*each.needs, *(pair for a, v, b, w in each.gives_way for pair in ((a, v), (b, w)))]:
                found.setdefault(name, set()).add(value)
        return found

    def _has(self, name: str, value: str) -> list[bool]:
        """At which places an attribute has a value; for a set, has it among its values."""
        if (name, value) not in self._places_with:
            firsts = [members[0] for members in all_axes(self.kb)[name].classes]
            self._places_with[name, value] = [
                value in each if isinstance(each, frozenset) else value == each for each in firsts
            ]
        return self._places_with[name, value]

    def by_readings(
        self, policy: str, settings: Settings, stated: Places, trials: Sequence[Options]
    ) -> list[frozenset[str]]:
        """The classes that a case may have when the readings are taken as in each of ``trials``."""
        known, conditional = self.presumed(policy, settings, stated)
        known = {**known, **stated}
        inputs: dict[int, Any] = {}
        for name, place in known.items():
            inputs |= {atom: truth[place] for atom, truth in self.rules.place_atoms(name).items()}
        classes = {name: f"determination({policy},{name})" for name in self.class_bit}
        limits = [f"impossible({name})" for name in self.kb.catalog.axioms]
        holding = [f"presumption_holds({each.id})" for each in conditional]
        groups = self._groups([*classes.values(), *limits, *holding], inputs, known, policy)
        for axis, name in enumerate(groups, start=1):
            shape = [1] * (len(groups) + 1)
            shape[axis] = len(groups[name])
            for atom, truth in self.rules.place_atoms(name).items():
                inputs[atom] = np.array([truth[places[0]] for places in groups[name]]).reshape(shape)
        for (id_, option), atom in self.rules.reading_atoms.items():
            first = self.kb.catalog.readings[id_].options[0].name
            taken = np.array([trial.get(id_, first) == option for trial in trials])
            inputs[atom] = taken.reshape([-1] + [1] * len(groups))
        memo: dict[int, Any] = {}
        possible: Any = np.ones([1] * (len(groups) + 1), dtype=bool)
        for text in limits:
            possible = possible & np.logical_not(self.rules.value(text, inputs, memo))
        for text in holding:
            possible = possible & self.rules.value(text, inputs, memo)
        rest = tuple(range(1, len(groups) + 1))
        found = {}
        for name, text in classes.items():
            holds = (possible & self.rules.value(text, inputs, memo)).any(axis=rest)
            found[name] = np.broadcast_to(holds, len(trials))
        return [frozenset(name for name in found if found[name][trial]) for trial in range(len(trials))]

    # --- Presumptions ------------------------------------------------------------------------------------

    def presumed(self, policy: str, settings: Settings, stated: Places) -> tuple[dict[str, int], list[Any]]:
        """What is presumed when exactly ``stated`` are stated: places, and the conditional presumptions."""

        def stated_as(name: str, value: str) -> bool:
            return name in stated and self._has(name, value)[stated[name]]

        plain: dict[str, int] = {}
        conditional: list[Any] = []
        for each in self.presumptions(policy, settings):
            if each.attribute in stated:
                continue
            if each.needs and not any(stated_as(a, v) for a, v in each.needs):
                continue
            if any(stated_as(a, v) and stated_as(b, w) for a, v, b, w in each.gives_way):
                continue
            if each.value is None:
                conditional.append(each)
            else:
                plain[each.attribute] = self.presumed_place(each)
        return plain, conditional

    def presumptions(self, policy: str, settings: Settings) -> list[Any]:
        if not settings.presumptions:
            return []
        return [each for each in self.kb.catalog.presumptions if each.policy in (policy, "every_payer")]

    def presumed_place(self, presumption: Any) -> int:
        axis = all_axes(self.kb)[presumption.attribute]
        if presumption.value == "today":
            day = int(f"{self.as_of:%Y%m%d}")
            return max((members[0], place) for place, members in enumerate(axis.classes) if members[0] <= day)[1]
        return self._has(presumption.attribute, presumption.value).index(True)

    def _where_made(self, table: Table, presumption: Any, stated: Iterable[str]) -> Array:
        """Where a conditional presumption is made, when ``stated`` are stated, by what they are stated as."""

        def stated_as(name: str, value: str) -> Any:
            if name not in stated or name not in table.names:
                return np.bool_(False)
            has = self._has(name, value)
            return table.along(name, (has[places[0]] for places in table.groups[name]))

        made = reduce(np.logical_or, [stated_as(a, v) for a, v in presumption.needs] or [np.bool_(True)])
        for a, v, b, w in presumption.gives_way:
            made = made & ~(stated_as(a, v) & stated_as(b, w))
        return np.ones([1] * len(table.names), dtype=bool) & made

    # --- Answers -----------------------------------------------------------------------------------------

    def after(self, policy: str, settings: Settings, table: Table, stated: Places, chosen: Sequence[str]) -> Array:
        """For each combination of groups of ``chosen`` (in that order), stated instead of what was: the bits of
        the classes that are then possible, zero where no such case is."""
        assert set(chosen) <= set(table.names), "only what matters can be chosen"
        kept = {name: place for name, place in stated.items() if name not in chosen}
        known, parts = self.known(policy, settings, table, kept, chosen)
        return self._collect(table, known, chosen, parts)

    def known(
        self, policy: str, settings: Settings, table: Table, stated: Places, also: Iterable[str] = ()
    ) -> tuple[dict[str, int], list[Array]]:
        """What is known when ``stated`` (and ``also``, as something) are stated, and what limits the rest."""
        known, all_stated, parts = dict(stated), {*stated, *also}, list(table.limits)
        for each in self.presumptions(policy, settings):
            if each.attribute in all_stated:
                continue
            if each.value is not None:
                known[each.attribute] = self.presumed_place(each)
            else:
                key = (id(table), each.id, tuple(name for name in self._switching(policy) if name in all_stated))
                if key not in self._made:
                    made = self._where_made(table, each, all_stated)
                    self._made[key] = table, table.presumptions[each.id] | ~made
                parts.append(self._made[key][1])
        return known, parts

    def cells(self, table: Table, known: Places, limits: Iterable[Array]) -> Array:
        """The bits of every cell that agrees with what is known; zero where it is not possible."""
        at = [slice(None)] * len(table.names)
        for axis, name in enumerate(table.names):
            if name in known:
                group = table.group_of[name][known[name]]
                at[axis] = slice(group, group + 1)
        shape = [len(table.groups[name]) for name in table.names]
        possible = reduce(np.logical_and, [np.broadcast_to(each, shape)[tuple(at)] for each in limits])
        return np.where(possible, np.broadcast_to(table.bits, shape)[tuple(at)], np.uint16(0))

    def _collect(self, table: Table, known: Places, open_: Sequence[str], parts: list[Array]) -> Array:
        """The bits over what is not known, for each combination of groups of ``open_``."""
        cuts = []
        for axis, name in enumerate(table.names):
            if name in known:
                group = table.group_of[name][known[name]]
                cuts.append((axis, slice(group, group + 1)))

        def cut(array: Array) -> Array:
            at = [slice(None)] * array.ndim
            for axis, part in cuts:
                if array.shape[axis] > 1:
                    at[axis] = part
            return array[tuple(at)]

        def axes(array: Array) -> set[int]:
            return {axis for axis, size in enumerate(array.shape) if size > 1}

        wanted = [table.names.index(name) for name in open_]
        bits = cut(table.bits)
        bearing = axes(bits).union(wanted)
        possible: Any = np.bool_(True)
        parts = [cut(part) for part in parts]
        while parts:  # join what is tied together, and forget what nothing else asks
            part = parts.pop()
            if private := axes(part) - bearing:
                tied = [each for each in parts if axes(each) & private]
                if tied:
                    parts = [each for each in parts if not any(each is other for other in tied)]
                    parts.append(reduce(np.logical_and, [part, *tied]))
                    continue
                part = part.any(axis=tuple(private), keepdims=True)
            possible = possible & part
        cells = np.where(possible, bits, np.uint16(0))
        rest = tuple(axis for axis in range(cells.ndim) if axis not in wanted)
        found = np.bitwise_or.reduce(cells, axis=rest)
        found = found.transpose([sorted(wanted).index(axis) for axis in wanted]) if wanted else found
        return np.broadcast_to(found, [len(table.groups[name]) for name in open_])

    def places(self, table: Table, chosen: Sequence[str], working: Array) -> set[tuple[int, ...]]:
        """The combinations of places (of ``chosen``, in order) in the groups where ``working`` holds."""
        found: set[tuple[int, ...]] = set()
        for groups in zip(*np.nonzero(working), strict=True):
            found |= set(product(*(table.groups[name][group] for name, group in zip(chosen, groups, strict=True))))
        return found


# --- Values ----------------------------------------------------------------------------------------------


def written_at(kb: KnowledgeBase, name: str, place: int, *, last: bool = False) -> Any:
    """A value at a place as a case file has it: the first, or the last, of a stretch of numbers."""
    axis = all_axes(kb)[name]
    member = axis.classes[place][-1 if last else 0]
    kind = axis.attribute.type
    if kind == "boolean":
        return member == "true"
    if isinstance(member, frozenset):
        return sorted("99999" if item == "other" and name == "cpt_codes" else item for item in member)
    if kind not in ("integer", "date"):
        return member
    starts = sorted(each for members in axis.classes for each in members)
    beyond = next((start for start in starts if start > member), None)
    if kind == "integer":
        top = axis.attribute.greatest if beyond is None else beyond - 1
        return top if last else max(member, axis.attribute.least)
    if last:
        return (_day(beyond) - timedelta(days=1)).isoformat() if beyond is not None else "2030-06-01"
    return _day(member).isoformat() if member > 18000000 else "1900-01-01"


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def places_of(kb: KnowledgeBase, case: StatedCase) -> dict[str, int]:
    """The places of the stated facts, found by comparing with the members of each class."""
    found = {}
    for name, value in case.facts.items():
        axis = all_axes(kb)[name]
        if axis.attribute.type in ("integer", "date"):
            number = int(f"{value:%Y%m%d}") if isinstance(value, date) else int(str(value))
            starts = [(member, place) for place, members in enumerate(axis.classes) for member in members]
            found[name] = max((start, place) for start, place in starts if start <= number)[1]
            continue
        member: Any = value
        if isinstance(value, bool):
            member = str(value).lower()
        if isinstance(value, frozenset):
            choices = {choice.value for choice in axis.attribute.choices}
            member = frozenset(item if item in choices else "other" for item in value)
        found[name] = next(place for place, members in enumerate(axis.classes) if member in members)
    return found


def told(kb: KnowledgeBase, name: str, to: Any, place: int) -> bool:
    """Whether the values ``to`` of an answer take in the place, wholly; an error if only partly."""
    inside = {_told(to, value) for value in _written_all(kb, name, place)}
    assert len(inside) == 1, f"{name}: {to} cuts through one class of values"
    return inside.pop()


def _written_all(kb: KnowledgeBase, name: str, place: int) -> list[Any]:
    axis = all_axes(kb)[name]
    if axis.attribute.type in ("integer", "date"):
        return [written_at(kb, name, place), written_at(kb, name, place, last=True)]
    if axis.attribute.type == "boolean":
        return [written_at(kb, name, place)]
    return [sorted(member) if isinstance(member, frozenset) else member for member in axis.classes[place]]


def _told(to: Any, value: Any) -> bool:
    if isinstance(to, dict):
        return is_in(to, frozenset(value))
    assert isinstance(to, list)
    for each in to:
        if isinstance(each, str) and ".." in each:
            low, high = each.split("..")
            number = isinstance(value, int)
            if (not low or (int(low) if number else low) <= value) and (
                not high or value <= (int(high) if number else high)
            ):
                return True
        elif type(each) is type(value) and each == value:
            return True
    return False


# --- Made-up cases ---------------------------------------------------------------------------------------


def random_readings(kb: KnowledgeBase, rng: random.Random, share: float) -> dict[str, str]:
    return {
        reading.id: rng.choice(reading.options).name for reading in kb.catalog.readings.values() if rng.random() < share
    }


def random_case(
    kb: KnowledgeBase, rng: random.Random, names: Iterable[str], share: float, always: Mapping[str, Any] | None = None
) -> StatedCase:
    """A made-up possible case: ``always``, and each of ``names`` with the given probability."""
    listed = list(names)
    while True:
        record = dict(always or {})
        for name in listed:
            if name not in record and rng.random() < share:
                place = rng.randrange(len(all_axes(kb)[name].classes))
                record[name] = written_at(kb, name, place, last=rng.random() < 0.5)
        try:
            case = kb.read(record)
        except CaseError:
            continue
        # What would take another fact back is left to tests of its own.
        withheld = (each for attribute in kb.vocabulary.values() for each in attribute.withheld_by)
        if not any(case.facts.get(other) == value for other, value in withheld):
            return case
