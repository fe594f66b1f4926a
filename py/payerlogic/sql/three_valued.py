"""What a policy answers to every partial case at once, as one diagram over what is stated and what is not.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> answers = PartialAnswers(kb, "nia", kb.settings())
    >>> known = {"primary_site": kb.axes["primary_site"].position("rectum")}
    >>> answers.verdict(known).possible
    ('medically_necessary', 'investigational_not_medically_necessary')

Each attribute has two variables: what is *stated* (one of its cells, or that nothing is) and what is *true*.
They agree where something is stated; where nothing is, every truth that the axioms and the presumptions allow
is possible. Doing away with the truths leaves a diagram over what is stated, whose terminals are verdicts: the
same that ``decide`` gives, which asks about one partial case at a time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.program.catalog import Presumption
from payerlogic.semantics.case_space import Member, Place
from payerlogic.semantics.gathered import LocalAxis, SetClasses, classes_at, place_in, places
from payerlogic.semantics.model import Model
from payerlogic.semantics.presumptions import applies
from payerlogic.semantics.settings import Settings


@dataclass(frozen=True, order=True)
class Verdict:
    """What SQL says of one row at one policy: the possible classes, and the clauses that a decided one rests on."""

    possible: tuple[str, ...]
    clauses: tuple[str, ...]

    @property
    def class_(self) -> str | None:
        return self.possible[0] if len(self.possible) == 1 else None


@dataclass(frozen=True)
class Cells:
    """The values of one attribute as the policies and the presumptions tell them apart.

    ``members[i]`` are the program values of cell ``i`` (of sets, one of them), all in the class ``positions[i]`` of
    the axis. The number ``unknown`` stands for "not stated".
    """

    axis: LocalAxis
    members: tuple[tuple[Member, ...], ...]
    positions: tuple[int, ...]

    @property
    def unknown(self) -> int:
        return len(self.members)

    def with_value(self, value: str) -> list[int]:
        """The cells in which ``value`` is stated (for a set: is one of those stated)."""
        return [
            index
            for index, (first, *_) in enumerate(self.members)
            if (value in first if isinstance(first, frozenset) else first == value)
        ]


def cells_of(axis: LocalAxis, named: Iterable[str]) -> Cells:
    """The classes of an axis, cut further where a presumption names one of their values. (The classes of a set are
    those that tell the named members apart.)"""
    if isinstance(axis, SetClasses):
        return Cells(axis, tuple((first,) for first in axis.first), tuple(range(len(axis.first))))
    values = frozenset(named)
    members: list[tuple[Member, ...]] = []
    positions: list[int] = []
    for position, class_ in enumerate(axis.classes):
        groups: dict[frozenset[str], list[Member]] = {}
        for member in class_:
            groups.setdefault(values & {str(member)}, []).append(member)
        members += [tuple(group) for group in groups.values()]
        positions += [position] * len(groups)
    return Cells(axis, tuple(members), tuple(positions))


class PartialAnswers:
    """The verdicts of one policy under one choice of readings and presumptions."""

    def __init__(self, kb: Model, policy: str, settings: Settings) -> None:
        self.kb = kb
        self.policy = policy
        self.settings = settings
        self.readings = kb.compiler.readings(settings.readings)
        self.order = _order(kb, policy)
        self._index = {name: index for index, name in enumerate(self.order)}
        asked = tuple(self._asked())
        self.cells = {name: cells_of(self._axis(name, asked), self._named(name)) for name in self.order}
        sizes = [size for name in self.order for size in (self.cells[name].unknown + 1, self.cells[name].unknown)]
        self.forest = Forest(sizes)
        self._lifted: dict[int, int] = {}
        self._somewhere: dict[int, int] = {}

    def _asked(self) -> Iterator[int]:
        """The diagrams of the compiler that are read here."""
        compiler, readings = self.kb.compiler, self.readings
        yield compiler.classes(self.policy, readings)
        for clause in self.kb.catalog.policies[self.policy].clauses:
            yield compiler.named("stands", self.policy, clause, readings=readings)
        for axiom in self.kb.catalog.axioms:
            yield compiler.named("impossible", axiom, readings=readings)
        for presumption in self.kb.catalog.presumptions:
            yield compiler.named("presumption_holds", presumption.id, readings=readings)

    def _axis(self, name: str, asked: Iterable[int]) -> LocalAxis:
        compiler = self.kb.compiler
        return classes_at(compiler, name, (*asked, *(compiler.literal(name, value) for value in self._named(name))))

    def _named(self, attribute: str) -> list[str]:
        """The values of ``attribute`` on which it depends whether a presumption is made."""
        found: list[str] = []
        for each in self.kb.catalog.presumptions:
            found += [value for name, value in each.needs if name == attribute]
            found += [v for a, v, _, _ in each.gives_way if a == attribute]
            found += [w for _, _, b, w in each.gives_way if b == attribute]
        return found

    # --- Variables -------------------------------------------------------------------------------------

    def stated_variable(self, attribute: str) -> int:
        return 2 * self._index[attribute]

    def unknown(self, attribute: str) -> int:
        """Where ``attribute`` is not stated."""
        return self.forest.literal(self.stated_variable(attribute), [self.cells[attribute].unknown])

    def _stated_as(self, attribute: str, value: str) -> int:
        return self.forest.literal(self.stated_variable(attribute), self.cells[attribute].with_value(value))

    def _true_in(self, attribute: str, position: int) -> int:
        """Where the truth is in the class ``position`` of the axis."""
        positions = enumerate(self.cells[attribute].positions)
        return self.forest.literal(
            self.stated_variable(attribute) + 1, [cell for cell, place in positions if place == position]
        )

    def lift(self, node: int) -> int:
        """A diagram of the compiler as one over truths."""
        if node in (FALSE, TRUE):
            return node
        if node not in self._lifted:
            compiler, forest = self.kb.compiler, self.kb.compiler.forest
            name = compiler.order[forest.level(node)]
            axis = self.cells[name].axis
            below = forest.children(node)
            if isinstance(axis, SetClasses):  # all members of a set at once
                below = tuple(forest.follow(node, compiler.at(name, first)) for first in axis.first)
            parts = (self.forest.conj(self._true_in(name, at), self.lift(child)) for at, child in enumerate(below))
            self._lifted[node] = self.forest.disj(*parts)
        return self._lifted[node]

    def atom(self, name: str, *arguments: str | int) -> int:
        """Where the atom ``name(arguments)`` is true."""
        return self.lift(self.kb.compiler.named(name, *arguments, readings=self.readings))

    def somewhere(self, node: int) -> int:
        """Where ``node`` holds for some truth that agrees with what is stated."""
        if node in (FALSE, TRUE):
            return node
        if node not in self._somewhere:
            forest = self.forest
            stated = forest.level(node) // 2 * 2
            result: list[int] = []
            for cell, below in enumerate(forest.at(node, stated)):
                truths = forest.at(below, stated + 1)
                if cell < len(truths):
                    result.append(self.somewhere(truths[cell]))
                    continue
                some = forest.disj(*(self.somewhere(truth) for truth in set(truths)))
                result.append(some)
            self._somewhere[node] = forest.node(stated, tuple(result))
        return self._somewhere[node]

    def everywhere(self, node: int) -> int:
        """Where ``node`` holds for every truth that agrees with what is stated."""
        return self.forest.negate(self.somewhere(self.forest.negate(node)))

    # --- What restricts the truths ---------------------------------------------------------------------

    @cached_property
    def axioms(self) -> int:
        """Where the truths break no axiom."""
        broken = (self.atom("impossible", axiom) for axiom in self.kb.catalog.axioms)
        return self.forest.conj(*(self.forest.negate(each) for each in broken))

    @cached_property
    def broken(self) -> dict[str, int]:
        """Where what is stated breaks an axiom, by the axiom's id; where several only do together, by all of theirs."""
        forest = self.forest
        found = {axiom: self.everywhere(self.atom("impossible", axiom)) for axiom in self.kb.catalog.axioms}
        rest = forest.negate(self.somewhere(self.axioms))
        rest = forest.conj(rest, *(forest.negate(node) for node in found.values()))
        if rest != FALSE:
            found[" with ".join(found)] = rest
        return {axiom: node for axiom, node in found.items() if node != FALSE}

    def _implied(self, attribute: str) -> int:
        """Where ``attribute`` is not stated but the axioms leave it one class only."""
        forest, result = self.forest, FALSE
        for group, diagram in self.kb.compiler.constraints((), self.kb.compiler.default_readings):
            if attribute not in group:
                continue
            some_stated = forest.disj(*(forest.negate(self.unknown(name)) for name in group))
            allowed = self.lift(diagram)
            can = [
                self.somewhere(forest.conj(allowed, self._true_in(attribute, position)))
                for position in places(self.cells[attribute].axis)
            ]
            for chosen in range(len(can)):
                alone = forest.conj(self.unknown(attribute), forest.conj(some_stated, can[chosen]))
                alone = forest.conj(alone, *(forest.negate(can[other]) for other in {*range(len(can))} - {chosen}))
                result = forest.disj(result, alone)
        return result

    def _wanted(self, presumption: Presumption) -> int:
        """Where a presumption is to be made, as far as what is stated goes."""
        forest = self.forest
        silent = forest.conj(self.unknown(presumption.attribute), forest.negate(self._implied(presumption.attribute)))
        return forest.conj(applies(presumption, forest, self._stated_as), silent)

    def presumed_position(self, presumption: Presumption) -> int | None:
        """Where on its axis a plain presumption presumes an attribute to be; None for a conditional one."""
        place = self.kb.situations.presumed_position(presumption, self.settings)
        return None if place is None else place_in(self.cells[presumption.attribute].axis, place)

    def holds(self, presumption: Presumption) -> int:
        """Where what is presumed is true."""
        position = self.presumed_position(presumption)
        if position is None:
            return self.atom("presumption_holds", presumption.id)
        return self._true_in(presumption.attribute, position)

    @cached_property
    def presumptions(self) -> tuple[Presumption, ...]:
        """Those that this policy makes under these settings."""
        if not self.settings.presumptions:
            return ()
        return tuple(each for each in self.kb.catalog.presumptions if each.concerns(self.policy))

    @cached_property
    def _restricted(self) -> tuple[int, dict[str, int]]:
        """The truths that axioms and presumptions allow; and where each presumption is made.

        Each is made that can be beside those before it, as for a single case.
        """
        forest, allowed = self.forest, self.axioms
        made: dict[str, int] = {}
        for presumption in self.presumptions:
            wanted = self._wanted(presumption)
            with_it = forest.conj(allowed, forest.disj(forest.negate(wanted), self.holds(presumption)))
            can_be = self.somewhere(with_it)
            allowed = forest.ite(can_be, with_it, allowed)
            made[presumption.id] = forest.conj(wanted, can_be)
        return allowed, made

    @property
    def allowed(self) -> int:
        return self._restricted[0]

    @property
    def made(self) -> Mapping[str, int]:
        """Where each presumption is made, by its id."""
        return self._restricted[1]

    def same_where_possible(self, one: int, other: int) -> bool:
        """Whether two diagrams over what is stated agree on everything that breaks no axiom."""
        possible = self.somewhere(self.axioms)
        return self.forest.conj(possible, one) == self.forest.conj(possible, other)

    # --- Verdicts --------------------------------------------------------------------------------------

    def may(self, node: int) -> int:
        """Where ``node`` is true in some completion."""
        return self.somewhere(self.forest.conj(self.allowed, node))

    @cached_property
    def verdicts(self) -> tuple[Forest, int]:
        """The verdict for everything that can be stated, in a forest of its own; any verdict for what cannot be."""
        classes, clauses = self.kb.catalog.classes, self.kb.catalog.policies[self.policy].clauses
        nodes = [self.may(self.atom("determination", self.policy, name)) for name in classes]
        for name in clauses:
            stands = self.atom("stands", self.policy, name)
            nodes += [self.may(stands), self.may(self.forest.negate(stands))]

        def verdict(*values: Hashable) -> Verdict | None:
            possible = tuple(name for name, value in zip(classes, values, strict=False) if value)
            if not possible:
                return None
            pairs = zip(values[len(classes) :: 2], values[len(classes) + 1 :: 2], strict=True)
            status = {name: (bool(some), not fails) for name, (some, fails) in zip(clauses, pairs, strict=True)}
            return Verdict(possible, self._rests_on(possible, status))

        scratch, table = self.forest.restricted(tuple(nodes), {}, verdict)
        _, care = self.forest.restricted((self.somewhere(self.axioms),), {}, bool, scratch)
        return scratch, _simplified(scratch, table, care)

    def _rests_on(self, possible: tuple[str, ...], status: Mapping[str, tuple[bool, bool]]) -> tuple[str, ...]:
        """As ``decide`` has it: the clauses that stand whatever is unknown, else all that can. A class that no clause
        concludes (a contradiction) rests on all that conclude any."""
        if len(possible) != 1:
            return ()
        clauses = self.kb.catalog.policies[self.policy].clauses
        for candidates in (
            [name for name, clause in clauses.items() if possible[0] in clause.classes],
            [name for name, clause in clauses.items() if clause.classes],
            [name for name, clause in clauses.items() if not clause.classes],
        ):
            some = [name for name in candidates if status[name][0]]
            if some:
                return tuple(sorted([name for name in some if status[name][1]] or some))
        return ()

    def verdict(self, known: Mapping[str, Place]) -> Verdict | None:
        """The verdict where the attributes ``known`` are stated in these places, the others not at all."""
        forest, node = self.verdicts
        while forest.children(node):
            name = self.order[forest.level(node) // 2]
            cells = self.cells[name]
            cell = cells.positions.index(place_in(cells.axis, known[name])) if name in known else cells.unknown
            node = forest.children(node)[cell]
        found = forest.value(node)
        assert found is None or isinstance(found, Verdict)
        return found


def _simplified(forest: Forest, node: int, care: int) -> int:
    """A smaller diagram that agrees with ``node`` wherever ``care`` holds (Coudert and Madre 1990)."""
    memo: dict[tuple[int, int], int] = {}

    def build(at: int, where: int) -> int:
        if where == TRUE or not forest.children(at):
            return at
        if (at, where) not in memo:
            level = forest.level(at)
            if forest.level(where) < level:  # what ``at`` does not ask, the result shall not ask either
                merged = forest.disj(*(below for below in set(forest.children(where))))
                memo[at, where] = build(at, merged)
            else:
                pairs = list(zip(forest.at(at, level), forest.at(where, level), strict=True))
                built = [build(*pair) if pair[1] != FALSE else None for pair in pairs]
                some = next(child for child in reversed(built) if child is not None)
                children = tuple(some if child is None else child for child in built)
                memo[at, where] = forest.node(level, children)
        return memo[at, where]

    return build(node, care)


def _order(kb: Model, policy: str) -> list[str]:
    """An order of the attributes that keeps the diagrams small: what only a gate asks comes last, and what an
    axiom or a presumption ties together stands together."""
    graph, order = kb.graph, kb.compiler.attribute_order
    owner = {atom: name for name, axis in kb.axes.items() for atom in axis.atoms.values()}
    gates = {name for name, clause in kb.catalog.policies[policy].clauses.items() if clause.gate is not None}
    asked: set[str] = set()
    for atom, symbol in kb.ground.atoms("met", 2):
        if str(symbol.arguments[0]) == policy and str(symbol.arguments[1]) not in gates:
            asked |= {owner[below] for below in graph.support[atom] if below in owner}
    conditional = [each.id for each in kb.catalog.presumptions if each.concerns(policy) and each.value is None]
    tied = [group for group, _ in kb.compiler.constraints(conditional, kb.compiler.default_readings)]
    found: dict[str, None] = {}
    for name in [*(each for each in order if each in asked), *order]:
        if name in asked:
            found[name] = None
            found |= dict.fromkeys(each for each in order if any({name, each} <= group for group in tied))
    return [*found, *(each for each in order if each not in found)]
