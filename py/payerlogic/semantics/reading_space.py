"""Diagrams over the case and the readings at once: what holds for which meaning of the text.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> table = ReadingSpace(kb.compiler, "bcbsaz", {})
    >>> table.readings[:2]
    ['bcbsaz_code_list', 'bcbsaz_evidence_attachment']

The attributes come first in the order and the readings last, which keeps the diagrams small: few
readings bear on any one case. Known attributes are constants; atoms can be set to a constant, to
ask what would be if a clause were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box, Move, maximal_boxes
from payerlogic.diagrams.transfer import transferred
from payerlogic.program.grounding import GroundRule
from payerlogic.semantics.bodies import any_body, body
from payerlogic.semantics.compiler import Compiler

Under = Mapping[str, tuple[str, ...]]
"""Readings with the options that are left of each; of those that are not named, all."""


ASKED = (("met", 2), ("concludes", 3), ("prevails", 3), ("advisory", 2))
"""What is asked of a policy, beside its class: a clause can depend on a reading although no class does."""


class ReadingSpace:
    """The program for one policy, over the attributes that ``known`` leaves open and all its readings.

    The readings of the policies ``beside`` are variables too.

    INVARIANT: a reading on which anything depends that is asked here is a variable here; none is silently not taken.
    """

    def __init__(self, compiler: Compiler, policy: str, known: Mapping[int, int], beside: Iterable[str] = ()) -> None:
        self.compiler = compiler
        self.policy = policy
        self.known = known
        catalog, ground = compiler.catalog, compiler.ground
        names = ground.reading_names
        policies = {policy, *beside}
        about = [atom for each in policies for atom in compiler.determinations(each).values()]
        for name, arity in ASKED:
            about += [atom for atom, symbol in ground.atoms(name, arity) if str(symbol.arguments[0]) in policies]
        self.readings = sorted({names[atom][0] for atom in compiler.readings_of(about)})
        self.variables = [variable for variable in range(len(compiler.order)) if variable not in known]
        """The variables of the compiler that are left open, in the order in which they are asked here."""
        self._place = {variable: index for index, variable in enumerate(self.variables)}
        first = len(self.variables)
        # Those on which most depends come first: the diagrams are smaller by a quarter.
        ordered = sorted(self.readings, key=lambda name: (-compiler.reading_uses.get(name, 0), name))
        self.reading_level = {name: first + index for index, name in enumerate(ordered)}
        self.options = {name: [option.name for option in catalog.readings[name].options] for name in self.readings}
        self.forest = Forest(
            [
                *(compiler.forest.sizes[variable] for variable in self.variables),
                *(len(self.options[name]) for name in ordered),
            ]
        )
        self.case_variables = frozenset(self._place.values())
        self._option = {
            atom: (self.reading_level[name], self.options[name].index(option))
            for atom, (name, option) in names.items()
            if name in self.options
        }
        self._memo: dict[int, int] = {}
        self._lifted: dict[int, int] = {}

    def named(self, name: str, *arguments: str) -> int:
        """The diagram of the atom with this name and these arguments; a constant if nothing moves it."""
        atom = self.compiler.ground_atom(name, *arguments)
        if atom is not None:
            return self.diagram(atom)
        return self.compiler.named(name, *arguments, readings=frozenset())

    def diagram(self, atom: int) -> int:
        if atom not in self._memo:
            self._memo[atom] = self._compile(atom)
        return self._memo[atom]

    def supposing(self, atoms: Mapping[int, int]) -> ReadingSpace:
        """The same table with some atoms set to a diagram, and all that depends on them computed anew."""
        other = object.__new__(ReadingSpace)
        other.__dict__.update(self.__dict__)
        changed = self.compiler.graph.above(atoms)
        other._memo = {atom: node for atom, node in self._memo.items() if atom not in changed} | dict(atoms)
        return other

    def lift(self, node: int) -> int:
        """A diagram of the compiler, over the case alone, as one here."""
        source = self.compiler.forest
        known = source.follow(node, self.known)
        return transferred(
            self.forest, source, known, lambda variable, value: self._literal(variable, value), self._lifted
        )

    def _literal(self, variable: int, value: int) -> int:
        if variable in self.known:
            return TRUE if self.known[variable] == value else FALSE
        return self.forest.literal(self._place[variable], {value})

    def level_of(self, name: str) -> int:
        """Where an attribute that has one value and is left open is asked."""
        return self._place[self.compiler.variable[name]]

    def dependents(self, atom: int) -> set[int]:
        """The atoms that have a rule in which ``atom`` stands."""
        return self.compiler.graph.dependents.get(atom, set())

    def class_table(self) -> dict[str, int]:
        """Each class with where it is the determination."""
        return {name: self.named("determination", self.policy, name) for name in self.compiler.catalog.classes}

    def possible(self, presumed: Iterable[str] = ()) -> int:
        """Where no axiom is broken and the named presumptions hold."""
        result = self.forest.conj(
            *(self.forest.negate(self.named("impossible", axiom)) for axiom in self.compiler.catalog.axioms)
        )
        result = self.forest.conj(result, *(self.lift(node) for node in self.compiler.never_empty.values()))
        result = self.forest.conj(result, *(self.named("presumption_holds", name) for name in presumed))
        return result

    def moves(self, taken: Mapping[str, str]) -> dict[int, Move]:
        """Each reading stays as it is taken (by default, where ``taken`` does not name it) or is switched."""
        readings = self.compiler.catalog.readings
        return {
            level: Move(
                self.options[name].index(taken.get(name, readings[name].default)), tuple(range(len(self.options[name])))
            )
            for name, level in self.reading_level.items()
        }

    def for_some_case(self, node: int, also: int = TRUE, enough: int = TRUE) -> int:
        """For which readings a diagram, and another one with it, holds on some case.

        Only the readings in ``enough`` are of interest: for others the answer may be wrong.
        """
        return self.forest.exists_conj(node, also, len(self.variables), enough)

    def boxes(self, node: int) -> list[dict[str, tuple[str, ...]]]:
        """A diagram over readings as maximal boxes: the options of each reading that matters."""
        return [self._named_box(box) for box in maximal_boxes(self.forest, node)]

    def _named_box(self, box: Box) -> dict[str, tuple[str, ...]]:
        by_level = {level: name for name, level in self.reading_level.items()}
        return {
            by_level[level]: tuple(self.options[by_level[level]][index] for index in sorted(values))
            for level, values in sorted(box.items())
        }

    def _compile(self, atom: int) -> int:
        if atom in self._option:
            level, option = self._option[atom]
            return self.forest.literal(level, {option})
        if atom in self.compiler.case_atoms:
            return self.lift(self.compiler.literal(*self.compiler.case_atoms[atom]))
        if atom in self.compiler.ground.reading_names:
            raise KeyError(f"the reading {self.compiler.ground.text_of[atom]} is no variable here")
        return any_body(self.forest, self.compiler.graph.rules.get(atom, ()), self.diagram)

    def body(self, rule: GroundRule, without: int | None = None) -> int:
        """Where the body of one ground rule holds, with one of its literals left out if ``without`` names it."""
        return body(self.forest, rule, self.diagram, without)
