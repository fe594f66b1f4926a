"""The condition graph: each atom as a Boolean condition on the inputs, from the ground rules.

    >>> from payerlogic.program.grounding import GroundProgram
    >>> from payerlogic.program.files import Program, shipped_folder
    >>> graph = ConditionGraph.of(GroundProgram.of(Program.read(shipped_folder())))
    >>> graph.rules[graph.inputs_first[-1]][0].body != ()
    True

A stratified program has one stable model per choice of inputs, in which an atom is true exactly if
the body of one of its rules is (Clark's completion is exact for programs without positive loops:
Fages 1994). So the rules of an atom are an OR, a body is an AND, and the graph has no cycles; a
program with one is refused. Inputs are the case facts, the readings and the presumptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from payerlogic.errors import KnowledgeBaseError, Problem
from payerlogic.program.grounding import GroundProgram, GroundRule
from payerlogic.program.rule_index import Heads


@dataclass(frozen=True)
class ConditionGraph:
    """``rules[atom]`` are the ways to derive ``atom``; ``inputs_first`` orders all atoms so that
    what an atom depends on comes before it."""

    inputs: frozenset[int]
    rules: dict[int, tuple[GroundRule, ...]]
    inputs_first: tuple[int, ...]

    @classmethod
    def of(cls, ground: GroundProgram) -> ConditionGraph:
        """Raises KnowledgeBaseError naming the atoms of a cycle."""
        rules: dict[int, list[GroundRule]] = {}
        for rule in ground.rules:
            rules.setdefault(rule.head, []).append(rule)
        graph = {head: {abs(literal) for rule in own for literal in rule.body} for head, own in rules.items()}
        try:
            order = tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            names = [str(ground.symbol_of.get(atom, "an aggregate")) for atom in error.args[1]]
            heads = Heads(ground.program)
            places = (each.where for name in names for each in heads.concluding(name) if each.rule and each.rule.body)
            raise KnowledgeBaseError(
                Problem(
                    f"rules depend on themselves: {' <- '.join(names)}",
                    next(filter(None, places), str(ground.program.folder)),
                    "a criterion may not rest on itself, directly or through a 'not'",
                )
            ) from None
        return cls(ground.inputs, {head: tuple(own) for head, own in rules.items()}, order)

    def evaluate(self, true_inputs: Iterable[int]) -> set[int]:
        """All atoms that hold when exactly ``true_inputs`` are chosen: the one stable model."""
        true = set(true_inputs)
        for atom in self.inputs_first:
            if atom in self.rules and any(fires(rule, true) for rule in self.rules[atom]):
                true.add(atom)
        return true

    @cached_property
    def support(self) -> Mapping[int, frozenset[int]]:
        """For each atom the inputs that it depends on."""
        found: dict[int, frozenset[int]] = {}
        for atom in self.inputs_first:
            below = [found[abs(literal)] for rule in self.rules.get(atom, ()) for literal in rule.body]
            own = frozenset({atom}) if atom in self.inputs else frozenset()
            found[atom] = own.union(*below)
        return found

    @cached_property
    def dependents(self) -> Mapping[int, set[int]]:
        """For each atom the heads of the rules in which it stands."""
        found: dict[int, set[int]] = {}
        for head, rules in self.rules.items():
            for rule in rules:
                for literal in rule.body:
                    found.setdefault(abs(literal), set()).add(head)
        return found

    def cone(self, outputs: Iterable[int]) -> frozenset[int]:
        """All atoms that ``outputs`` rest on, these included."""
        found: set[int] = set()
        stack = list(outputs)
        while stack:
            atom = stack.pop()
            if atom not in found:
                found.add(atom)
                stack += [abs(literal) for rule in self.rules.get(atom, ()) for literal in rule.body]
        return frozenset(found)

    def above(self, atoms: Iterable[int]) -> set[int]:
        """All atoms that rest on any of ``atoms``, these included."""
        found = set(atoms)
        stack = list(found)
        while stack:
            fresh = self.dependents.get(stack.pop(), set()) - found
            found |= fresh
            stack += fresh
        return found


def fires(rule: GroundRule, true: set[int]) -> bool:
    """Whether the body of ``rule`` holds when exactly the atoms ``true`` do."""
    if rule.weights is None:
        return all((literal > 0) == (abs(literal) in true) for literal in rule.body)
    reached = sum(
        weight
        for literal, weight in zip(rule.body, rule.weights, strict=True)
        if (literal > 0) == (abs(literal) in true)
    )
    return reached >= rule.bound
