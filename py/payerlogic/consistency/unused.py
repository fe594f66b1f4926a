"""What a policy declares and does not use, and the vague terms that its determinations depend on.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.consistency.policy_space import PolicySpace
>>> kb = KnowledgeBase.load()
>>> found = list(vague(PolicySpace(kb.situations, kb.ground, "nia", {})))
>>> all(0 <= finding.share <= 1 for finding in found)
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from payerlogic.consistency.finding import Finding
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.consistency.unsat_premises import Substitution
from payerlogic.consistency.unused_criteria import CriteriaInUse
from payerlogic.diagrams.counts import Counts
from payerlogic.diagrams.forest import FALSE
from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import Clause
from payerlogic.semantics.case_space import AnyAxis, SetAxis, ValueAxis

USED_BY_RULES = "rule"


def unused(space: PolicySpace) -> Iterator[Finding]:
    """Reading options that change no class of any case; codes that no rule asks for; criteria, terms and statements
    that nothing uses."""
    criteria = CriteriaInUse.of(space.ground.program, space.policy.id)
    yield from _options(space)
    yield from _codes(space)
    yield from _presumed(space)
    yield from _criteria(space, criteria)
    yield from _terms(space, criteria)


def _options(space: PolicySpace) -> Iterator[Finding]:
    """An option that gives every case, under all other readings, the class that the default gives."""
    for reading, options in space.table.options.items():
        if space.catalog.readings[reading].policy != space.policy.id or reading in space.given:
            continue
        for option in options[1:]:
            if not space.copy.option_changes(reading, option, space.given):  # UNSAT: no case tells them apart
                _confirm_alike(space, reading, option)
                message = f"reading {reading} as {option!r} changes no determination"
                found = _about(space, "unused", message, space.catalog.readings[reading].statements)
                yield replace(found, proof=space.premises.of_no_difference(_taken(space, reading, option), {}))


def _taken(space: PolicySpace, reading: str, option: str) -> Substitution:
    """A reading at its default, and in the copy at another option."""
    atoms = {atom: name for atom, (id_, name) in space.ground.reading_names.items() if id_ == reading}
    default = space.catalog.readings[reading].default
    return Substitution(
        {atom: name == default for atom, name in atoms.items()}, {atom: name == option for atom, name in atoms.items()}
    )


def _confirm_alike(space: PolicySpace, reading: str, option: str) -> None:
    """Past the gates the diagrams of the two options have to be the same, case by case."""
    level, index = space.table.reading_level[reading], space.table.options[reading].index(option)
    cases = space.forest.cofactor(space.cases, level, 0)
    for node in space.table.class_table().values():
        default, taken = space.forest.cofactor(node, level, 0), space.forest.cofactor(node, level, index)
        if space.forest.conj(default, cases) != space.forest.conj(taken, cases):
            raise InternalDisagreement(f"not confirmed: {reading} as {option} changes nothing")


def _codes(space: PolicySpace) -> Iterator[Finding]:
    """Codes that the policy lists, when no rule asks for any; or single ones that change no class of any case."""
    statements = space.policy.cites.get("code_list", ())
    listed = space.compiler.ground_atom("listed_code", space.policy.id)
    cone = space.compiler.graph.cone(space.compiler.determinations(space.policy.id).values())
    if space.policy.codes and listed not in cone:
        message = f"the codes {', '.join(space.policy.codes)} are listed, but no rule asks whether one is requested"
        yield _about(space, "unused", message, statements)
        return
    sets = [axis for axis in space.compiler.axes.values() if isinstance(axis, SetAxis)]
    for code in space.policy.codes:
        axis = next(each for each in sets if code in each.atoms)  # a code that no request can state is refused at load
        if axis.atoms[code] in cone and _alike(space, axis, [(axis.atoms[code], None)], {}):
            yield _about(space, "unused", f"code {code} is listed, but changes no determination", statements)


def _presumed(space: PolicySpace) -> Iterator[Finding]:
    """Values, such as devices, of which the policy says what follows for another fact on which then nothing depends."""
    for presumption in space.catalog.presumptions:
        if presumption.policy != space.policy.id:
            continue
        about = space.compiler.axes[presumption.attribute]
        if not isinstance(about, ValueAxis):  # what is presumed of a list is a list, of which each member is a matter
            continue
        pairs: list[Pair] = list(combinations([about.true_atoms(members[0])[0] for members in about.classes], 2))
        for attribute, value in presumption.needs:
            if _alike(space, about, pairs, {attribute: value}):
                case = space.situations.vocabulary[attribute].describe(value)
                message = (
                    f"the policy says of cases in which {case} what their {about.attribute.label} is, "
                    "but no determination rests on that"
                )
                yield _about(space, "unused", message, space.policy.cites.get(presumption.id, ()))


Pair = tuple[int, int | None]
"""Two values as case atoms; or a member of a set, and that it is not there."""


def _alike(space: PolicySpace, axis: AnyAxis, pairs: Sequence[Pair], given: Mapping[str, str]) -> bool:
    """Whether no possible case, at the gates or past them, gets another class with the one value of a pair than
    with the other: UNSAT for each pair, and then the diagrams have to say the same."""
    fixed = [atom for attribute, value in given.items() for atom in space.compiler.axes[attribute].true_atoms(value)]
    for one, other in pairs:
        if space.copy.values_change(one, other, space.given, fixed):
            return False
    _confirm_alike_values(space, axis, pairs, given)
    return True


def _confirm_alike_values(space: PolicySpace, axis: AnyAxis, pairs: Sequence[Pair], given: Mapping[str, str]) -> None:
    """On every possible case the diagrams of the classes have to be the same for both values of each pair."""
    forest, compiler = space.forest, space.compiler
    real = forest.conj(space.possible, space.box(space.given))
    for name, value in given.items():
        real = forest.conj(real, space.table.lift(compiler.literal(name, value)))
    for pair in pairs:
        level, here, there = _places(space, axis, pair)
        both = forest.conj(forest.cofactor(real, level, here), forest.cofactor(real, level, there))
        for node in space.whole.class_table().values():
            unlike = forest.xor(forest.cofactor(node, level, here), forest.cofactor(node, level, there))
            if forest.conj(unlike, both) != FALSE:
                raise InternalDisagreement(
                    f"not confirmed: {axis.attribute.name} changes no class of {space.policy.id}"
                )


def _places(space: PolicySpace, axis: AnyAxis, pair: Pair) -> tuple[int, int, int]:
    """The variable that tells the two of a pair apart, with its two values."""
    name, (one, other) = axis.attribute.name, pair
    value = {atom: each for each, atom in axis.atoms.items()}
    if isinstance(axis, ValueAxis):
        assert other is not None, "of one value there are two"
        here, there = (axis.positions_with(value[atom])[0] for atom in (one, other))
        return space.compiler.variable[name], here, there
    return space.compiler.levels[name][axis.asked.index(str(value[one]))], 1, 0


def _criteria(space: PolicySpace, criteria: CriteriaInUse) -> Iterator[Finding]:
    """Criteria to which no clause, remark or limit comes, and labels and citations of what no rule concludes."""
    for atom in criteria.unused:
        called = space.catalog.labels.get(str(atom), str(atom))
        message = f"no clause uses {called!r} ({atom}), so its rules decide nothing"
        yield _about(space, "unused", message, space.policy.cites.get(str(atom), ()))
    for atom, label in criteria.without_rule:
        called = f"{label!r} ({atom})" if label else str(atom)
        message = f"no rule concludes {called}, of which the policy gives the label or the citation"
        yield _about(space, "unused", message, space.policy.cites.get(str(atom), ()))


def _terms(space: PolicySpace, criteria: CriteriaInUse) -> Iterator[Finding]:
    used = {each for clause in space.policy.clauses.values() for each in clause.statements}
    terms = {f"vague({term})" for term in space.policy.vague}
    cited = {each for thing, ids in space.policy.cites.items() if thing not in terms for each in ids}
    used |= {
        each
        for thing, ids in space.policy.cites.items()
        if thing not in terms and criteria.decides(thing)
        for each in ids
    }
    for term in space.policy.vague:
        statements = space.policy.cites.get(f"vague({term})", ())
        if not set(statements) & used:
            yield _about(space, "unused", f"the term {term!r} stands in no statement that a rule uses", statements)
    for statement in space.policy.statements.values():
        if statement.effect == USED_BY_RULES and statement.id not in used:
            why = "nothing that is used cites it" if statement.id in cited else "nothing cites it"
            message = f"statement {statement.id} is to have a rule, but {why}"
            yield _about(space, "unused", message, (statement.id,))


def vague(space: PolicySpace) -> Iterator[Finding]:
    """The terms declared as undefined, with the share of the cases that they decide: those that would get another
    class if no clause that uses the term were met.

    Shares are over the cells between cut points, equally weighted, under the default readings (or
    those given).
    """
    readings = {name: options[0] for name, options in space.table.options.items()}
    taken = {name: (option,) for name, option in readings.items()} | dict(space.given)
    cases = space.forest.conj(space.cases, space.box(taken))
    shares: dict[tuple[str, ...], float] = {}
    for term, missing in space.policy.vague.items():
        statements = space.policy.cites.get(f"vague({term})", ())
        clauses = tuple(clause for clause in space.clauses if set(statements) & _rests_on(space, clause))
        names = tuple(clause.id for clause in clauses)
        if names not in shares:
            moved = space.forest.conj(_decided_by(space, names, cases), cases)
            whole = Counts(space.forest, cases).share_true(cases)
            shares[names] = float(Counts(space.forest, moved).share_true(moved) / whole) if whole else 0.0
        words = term.replace("_", " ")
        message = f"the text leaves {words!r} open: {missing}"
        found = _about(space, "vague", message, statements, clauses)
        yield replace(found, share=shares[names])


def _decided_by(space: PolicySpace, clauses: Sequence[str], cases: int) -> int:
    """Where the class would be another one if none of these clauses were met."""
    atoms = (space.compiler.ground_atom("met", space.policy.id, name) for name in clauses)
    without = space.table.supposing({atom: FALSE for atom in atoms if atom is not None})
    forest, policy = space.forest, space.policy.id
    changed = (
        forest.xor(node, without.named("determination", policy, name))
        for name, node in space.table.class_table().items()
    )
    return forest.disj(*(forest.conj(each, cases) for each in changed))


def _rests_on(space: PolicySpace, clause: Clause) -> set[str]:
    """The statements that a clause cites, and those that a criterion below it cites."""
    found = set(clause.statements)
    rules, names = space.compiler.graph.rules, space.ground.text_of
    start = space.compiler.ground_atom("met", space.policy.id, clause.id)
    stack, seen = [start] if start is not None else [], set()
    while stack:
        atom = stack.pop()
        if atom in seen or (atom != start and atom in space.ground.clause_of):  # another clause speaks for itself
            continue
        seen.add(atom)
        found.update(space.policy.cites.get(names.get(atom, ""), ()))
        stack += [abs(literal) for rule in rules.get(atom, ()) for literal in rule.body]
    return found


def _about(
    space: PolicySpace, kind: str, message: str, statements: tuple[str, ...], clauses: tuple[Clause, ...] = ()
) -> Finding:
    names = tuple(clause.id for clause in clauses)
    citation = space.catalog.citation(space.policy.id, statements)
    return Finding(kind, space.policy.id, names, statements, message, None, {}, citation)
