"""The program, grounded once: every ground rule as clingo made it, and the control to solve with.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> ground = GroundProgram.of(Program.read(shipped_folder()))
    >>> str(next(iter(ground.facts("policy", 5))).arguments[0])
    'bcbsaz'

An observer sees each rule as it is grounded: choices (the inputs), normal rules, and aggregates as
weight rules over auxiliary atoms. Facts have already been worked into the rules by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from clingo import Control, MessageCode, Symbol, SymbolType, parse_term
from clingo.ast import ProgramBuilder, parse_string
from clingo.backend import Observer

from payerlogic.errors import KnowledgeBaseError
from payerlogic.program.files import Program
from payerlogic.program.records import flat_name
from payerlogic.program.source_files import clingo_problem

MOST_RULES = 2_000_000

Term = Symbol
"""A ground term, for those who have no other use for clingo."""


def plain(symbol: Symbol) -> str | int:
    """A ground term as Python: a number as int, a string or a constant as str, a field of one record by its flat
    name (see records), else its text."""
    kind = symbol.type  # each look at a symbol is a call into clingo
    if kind == SymbolType.Number:
        return symbol.number
    return symbol.string if kind == SymbolType.String else flat_name(str(symbol))


@dataclass(frozen=True)
class GroundRule:
    """``head`` holds if the weights of the true literals of ``body`` reach ``bound``.

    For a plain rule ``weights`` is None and every literal has to be true. Literals are clingo's
    program literals: an atom's number, negative for "not".
    """

    head: int
    body: tuple[int, ...]
    weights: tuple[int, ...] | None = None
    bound: int = 0

    def without(self, literal: int) -> GroundRule:
        """The rule with one condition less; in a count or sum, with one less to count.

        >>> GroundRule(1, (2, 3, 4), (1, 1, 5), 2).without(3)
        GroundRule(head=1, body=(2, 4), weights=(1, 5), bound=2)
        """
        kept = [place for place, each in enumerate(self.body) if each != literal]
        weights = None if self.weights is None else tuple(self.weights[place] for place in kept)
        return GroundRule(self.head, tuple(self.body[place] for place in kept), weights, self.bound)


@dataclass
class _Recorder(Observer):
    rules: list[GroundRule] = field(default_factory=list)
    inputs: set[int] = field(default_factory=set)
    unsupported: list[str] = field(default_factory=list)
    seen: int = 0

    def rule(self, choice: bool, head: Sequence[int], body: Sequence[int]) -> None:
        self.seen += 1
        if self.seen > MOST_RULES:  # sizes refuses this earlier, by its rule; clingo stops when an observer fails
            raise KnowledgeBaseError(f"the knowledge base grounds to more than {MOST_RULES:,} rules")
        if choice:
            self.inputs.update(head)
        elif len(head) == 1 and body:  # without a body it is a fact
            self.rules.append(GroundRule(head[0], tuple(body)))
        elif len(head) > 1:
            self.unsupported.append("a disjunction in a head")

    def weight_rule(self, choice: bool, head: Sequence[int], lower_bound: int, body: Sequence[tuple[int, int]]) -> None:
        if choice or len(head) > 1:
            self.unsupported.append("an aggregate under a choice or disjunction")
        elif head:
            literals, weights = tuple(literal for literal, _ in body), tuple(weight for _, weight in body)
            self.rules.append(GroundRule(head[0], literals, weights, lower_bound))

    def minimize(self, priority: int, literals: Sequence[tuple[int, int]]) -> None:
        self.unsupported.append("an optimization statement")


@dataclass(frozen=True)
class GroundProgram:
    """Ground rules with the symbols of their atoms, and the control that solves them."""

    program: Program
    control: Control
    rules: tuple[GroundRule, ...]
    inputs: frozenset[int]
    symbol_of: dict[int, Symbol]
    atom_of: dict[Symbol, int]
    true_symbols: dict[tuple[str, int], tuple[Symbol, ...]]
    _instances: dict[tuple[str, int], dict[str, list[tuple[str, ...]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program) -> GroundProgram:
        """Ground ``program``; KnowledgeBaseError if clingo refuses it or it uses what cannot be explained."""
        messages: list[str] = []

        def log(_code: MessageCode, message: str) -> None:
            messages.append(message)

        draft = next((str(file.path) for file in program.files if file.is_draft), "")
        control = Control(["--warn=no-atom-undefined"], logger=log)
        recorder = _Recorder()
        control.register_observer(recorder)
        try:
            with ProgramBuilder(control) as builder:
                for statement in program.statements:
                    builder.add(statement.node)
                for collected in (*program.thresholds, *program.counted):
                    parse_string(f"{collected}.", builder.add)
            control.ground([("base", [])])
        except RuntimeError as error:
            raise KnowledgeBaseError([clingo_problem(text, draft) for text in messages or [str(error)]]) from None
        if messages:
            raise KnowledgeBaseError([clingo_problem(text, draft) for text in messages])
        if recorder.unsupported:
            raise KnowledgeBaseError(sorted(set(recorder.unsupported))[0] + " cannot be explained")
        symbol_of: dict[int, Symbol] = {}
        true: dict[tuple[str, int], list[Symbol]] = {}
        for atom in control.symbolic_atoms:
            if atom.is_fact:
                true.setdefault((atom.symbol.name, len(atom.symbol.arguments)), []).append(atom.symbol)
            else:
                symbol_of[atom.literal] = atom.symbol
        return cls(
            program,
            control,
            tuple(dict.fromkeys(recorder.rules)),
            frozenset(recorder.inputs),
            symbol_of,
            {symbol: atom for atom, symbol in symbol_of.items()},
            {key: tuple(symbols) for key, symbols in true.items()},
        )

    @cached_property
    def _rows(self) -> dict[tuple[str, int], list[tuple[str | int, ...]]]:
        return {
            key: [tuple(plain(argument) for argument in symbol.arguments) for symbol in symbols]
            for key, symbols in self.true_symbols.items()
        }

    @cached_property
    def _about(self) -> dict[tuple[str, int, str | int], list[tuple[str | int, ...]]]:
        found: dict[tuple[str, int, str | int], list[tuple[str | int, ...]]] = {}
        for (name, arity), rows in self._rows.items():
            for row in rows:
                found.setdefault((name, arity, row[0] if row else ""), []).append(row[1:])
        return found

    def rows(self, name: str, arity: int) -> list[tuple[str | int, ...]]:
        """The facts ``name/arity`` as plain values (see plain)."""
        return self._rows.get((name, arity), [])

    def about(self, name: str, arity: int, first: str) -> list[tuple[str | int, ...]]:
        """The facts ``name/arity`` whose first argument is ``first``, without it, sorted."""
        return sorted(self._about.get((name, arity, first), []))

    def facts(self, name: str, arity: int) -> Iterator[Symbol]:
        """The atoms ``name/arity`` that are true whatever the case is."""
        yield from self.true_symbols.get((name, arity), ())

    @cached_property
    def _by_predicate(self) -> dict[tuple[str, int], list[tuple[int, Symbol]]]:
        found: dict[tuple[str, int], list[tuple[int, Symbol]]] = {}
        for atom, symbol in self.symbol_of.items():
            found.setdefault((symbol.name, len(symbol.arguments)), []).append((atom, symbol))
        return found

    def atoms(self, name: str, arity: int) -> list[tuple[int, Symbol]]:
        """The atoms ``name/arity`` that depend on the case, with their numbers."""
        return self._by_predicate.get((name, arity), [])

    @cached_property
    def _by_owner(self) -> dict[tuple[str, int, str], list[tuple[int, Symbol]]]:
        found: dict[tuple[str, int, str], list[tuple[int, Symbol]]] = {}
        for (name, arity), atoms in self._by_predicate.items():
            for atom, symbol in atoms if arity else ():
                found.setdefault((name, arity, str(symbol.arguments[0])), []).append((atom, symbol))
        return found

    def owned(self, name: str, arity: int, first: str) -> list[tuple[int, Symbol]]:
        """The atoms ``name(first, ...)`` that depend on the case, with their numbers."""
        return self._by_owner.get((name, arity, first), [])

    def instances(self, name: str, arity: int, first: str) -> list[tuple[str, ...]]:
        """Whatever is written ``name(first, ...)``, true of every case or of some: the other arguments, as texts."""
        key = (name, arity)
        if key not in self._instances:
            found: dict[str, list[tuple[str, ...]]] = {}
            for symbol in (*self.facts(name, arity), *(symbol for _, symbol in self.atoms(name, arity))):
                own, *rest = map(str, symbol.arguments)
                found.setdefault(own, []).append(tuple(rest))
            self._instances[key] = found
        return self._instances[key].get(first, [])

    def atoms_of(self, name: str) -> Iterator[Symbol]:
        """Every atom of this name, whatever its arity and whether or not it depends on the case."""
        for (each, _), symbols in self.true_symbols.items():
            yield from symbols if each == name else ()
        for (each, _), atoms in self._by_predicate.items():
            yield from (symbol for _, symbol in atoms) if each == name else ()

    @cached_property
    def text_of(self) -> dict[int, str]:
        """The atoms that depend on the case, as they are written."""
        return {atom: str(symbol) for atom, symbol in self.symbol_of.items()}

    @cached_property
    def reading_names(self) -> dict[int, tuple[str, str]]:
        """The reading atoms: reading and option."""
        return {atom: (str(s.arguments[0]), str(s.arguments[1])) for atom, s in self.atoms("reading", 2)}

    @cached_property
    def clause_of(self) -> dict[int, str]:
        """The atoms that say that a clause is met: the clause."""
        return {atom: str(symbol.arguments[1]) for atom, symbol in self.atoms("met", 2)}


def term_of(text: str) -> Symbol | None:
    """The term that ``text`` writes, if it is one with a name.

    >>> str(term_of("met(nia,n26)")), term_of("not a term")
    ('met(nia,n26)', None)
    """
    try:
        symbol = parse_term(text, logger=lambda *_: None)
    except RuntimeError:
        return None
    return symbol if symbol.type == SymbolType.Function and symbol.name else None
