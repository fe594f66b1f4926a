"""Questions to clingo: one ground program, and every case, reading and presumption an assumption.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "t_category": "T4", "margin_status": "close"})
    >>> kb.solver.possible("nia", kb.situation(case, "nia"))
    {'medically_necessary'}

The diagrams of ``compiler`` answer faster; this is what they are checked against, and what
re-decides every answer that a person is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from payerlogic.program.ground_copy import GroundCopy, copying
from payerlogic.program.grounding import GroundProgram, GroundRule, plain
from payerlogic.runtime.turns import uninterrupted
from payerlogic.semantics.case_space import AnyAxis, Member, SetAxis
from payerlogic.semantics.compiler import Readings
from payerlogic.semantics.families import Family


@dataclass(frozen=True)
class Assumptions:
    """A case as one policy sees it: what is known, which presumptions are made, how it is read.

    ``known`` holds program values; ``presumed`` are the conditional presumptions in force. Plain
    presumptions are already among ``known``.
    """

    known: Mapping[str, Member]
    presumed: tuple[str, ...]
    readings: Readings


class Solver:
    """Asks the ground program under assumptions."""

    def __init__(self, ground: GroundProgram, axes: Mapping[str, AnyAxis]) -> None:
        self._ground = ground
        self._axes = axes
        self._control = ground.control
        self._presume = {str(s.arguments[0]): atom for atom, s in ground.atoms("presume", 1)}
        self._classes: dict[str, dict[str, int]] = {}
        self._always: dict[str, set[str]] = {}
        self._families: dict[tuple[str, str], int] = {}
        for atom, symbol in ground.atoms("determination", 2):
            policy, class_ = (str(plain(each)) for each in symbol.arguments)
            self._classes.setdefault(policy, {})[class_] = atom
        for symbol in ground.facts("determination", 2):
            policy, class_ = (str(plain(each)) for each in symbol.arguments)
            self._always.setdefault(policy, set()).add(class_)

    def assumptions(self, situation: Assumptions) -> list[int]:
        """The literals that state ``situation``; whatever it leaves unknown stays free."""
        literals = list(situation.readings)
        for name, member in situation.known.items():
            axis = self._axes[name]
            true = axis.true_atoms(member)
            literals += true
            if isinstance(axis, SetAxis):
                literals += [-atom for atom in axis.atoms.values() if atom not in true]
        literals += [atom if name in situation.presumed else -atom for name, atom in self._presume.items()]
        return literals

    def family(self, attribute: str, family: Family) -> int:
        """A literal that says that the set of an attribute is in a family; the rules for it are written once."""
        if "not" in family:
            return -self.family(attribute, family["not"])
        key = attribute, repr(family)
        if key not in self._families:
            atoms = {str(name): atom for name, atom in self._axes[attribute].atoms.items()}
            with copying(self._control) as copy:
                self._families[key] = head = copy.atom()
                copy.define(head, [GroundRule(head, tuple(_body(copy, family, atoms)))])
        return self._families[key]

    def satisfiable(self, literals: Iterable[int]) -> bool:
        """Whether some completion satisfies all ``literals``."""
        with uninterrupted():
            return bool(self._control.solve(assumptions=list(literals)).satisfiable)

    def possible(self, policy: str, situation: Assumptions, also: Iterable[int] = ()) -> set[str]:
        """The classes that some completion gives: a model is found, its class barred, until none is left.

        ``also`` are further literals that are to hold.
        """
        base = [*self.assumptions(situation), *also]
        atoms = self._classes.get(policy, {})
        always = self._always.get(policy, set())
        if always:
            return set(always) if self.satisfiable(base) else set()
        found: set[str] = set()
        while (model := self.model(base)) is not None:
            fresh = {name for name, atom in atoms.items() if atom in model} - found
            if not fresh:  # a completion without any class would be a fault of the knowledge base
                return found | {"none"}
            found |= fresh
            base += [-atoms[name] for name in fresh]
        return found

    def model(self, literals: Iterable[int]) -> set[int] | None:
        """The true atoms of one completion, or None if there is none."""
        with uninterrupted(), self._control.solve(assumptions=list(literals), yield_=True) as handle:
            for model in handle:
                return {atom for atom in self._ground.symbol_of if model.is_true(atom)}
        return None


def _body(copy: GroundCopy, family: Family, atoms: Mapping[str, int]) -> Iterator[int]:
    """What a family asks of the members of a set, part by part."""

    def counted(number: int, names: Sequence[str]) -> int:
        atom = copy.atom()
        copy.define(atom, [GroundRule(atom, tuple(atoms[each] for each in names), (1,) * len(names), number)])
        return atom

    if "any_of" in family:
        yield counted(1, family["any_of"])
    yield from (atoms[each] for each in family.get("all_of", ()))
    yield from (-atoms[each] for each in family.get("none_of", ()))
    if "exactly" in family:
        yield from (atom if name in family["exactly"] else -atom for name, atom in atoms.items())
    if "at_least" in family:
        yield counted(family["at_least"], family["of"])
    if "points" in family:
        atom = copy.atom()
        names, points = family["points"], tuple(family["points"].values())
        copy.define(atom, [GroundRule(atom, tuple(atoms[each] for each in names), points, family["points_at_least"])])
        yield atom
    if "at_most" in family:
        yield -counted(family["at_most"] + 1, family["of"])
