"""Decision diagrams against truth tables: every operation, on random functions of small variables.

A function is drawn as an expression; its table is worked out assignment by assignment in plain Python,
and its diagram by the forest. They have to agree everywhere, and equal tables have to be equal nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from operator import and_

from hypothesis import given, settings
from hypothesis import strategies as st

from payerlogic.diagrams.difference import can_differ
from payerlogic.diagrams.forest import FALSE, TRUE, Forest

SIZES = (2, 3, 2, 4)
SPACE = list(product(*map(range, SIZES)))
Table = tuple[bool, ...]
Expression = (
    tuple  # ("test", variable, values) | ("not", e) | ("and" | "or", e, e) | ("if", e, e, e) | ("atleast", ...)
)

tests = st.integers(0, len(SIZES) - 1).flatmap(
    lambda variable: st.tuples(st.just("test"), st.just(variable), st.frozensets(st.integers(0, SIZES[variable] - 1)))
)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    weighted = st.lists(st.tuples(inner, st.integers(1, 3)), min_size=1, max_size=4)
    return st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        st.tuples(st.just("if"), inner, inner, inner),
        st.tuples(st.just("atleast"), weighted, st.integers(0, 6)),
    )


expressions = st.recursive(tests, _larger, max_leaves=12)
partial = st.dictionaries(st.integers(0, len(SIZES) - 1), st.integers(0, 1))  # 0 and 1 are values of every variable


def table(expression: Expression) -> Table:
    """The truth value at each assignment, in the order of ``SPACE``."""
    return tuple(_value(expression, at) for at in SPACE)


def _value(expression: Expression, at: tuple[int, ...]) -> bool:
    match expression:
        case ("test", variable, values):
            return at[variable] in values
        case ("not", inner):
            return not _value(inner, at)
        case ("and", left, right):
            return _value(left, at) and _value(right, at)
        case ("or", left, right):
            return _value(left, at) or _value(right, at)
        case ("if", condition, then, otherwise):
            return _value(then if _value(condition, at) else otherwise, at)
        case ("atleast", weighted, bound):
            return sum(weight for inner, weight in weighted if _value(inner, at)) >= bound
    raise AssertionError(expression)


def diagram(forest: Forest, expression: Expression) -> int:
    match expression:
        case ("test", variable, values):
            return forest.literal(variable, values)
        case ("not", inner):
            return forest.negate(diagram(forest, inner))
        case ("and", left, right):
            return forest.conj(diagram(forest, left), diagram(forest, right))
        case ("or", left, right):
            return forest.disj(diagram(forest, left), diagram(forest, right))
        case ("if", condition, then, otherwise):
            return forest.ite(*(diagram(forest, each) for each in (condition, then, otherwise)))
        case ("atleast", weighted, bound):
            literals = [diagram(forest, inner) for inner, _ in weighted]
            return forest.at_least(literals, [weight for _, weight in weighted], bound)
    raise AssertionError(expression)


def read(forest: Forest, node: int) -> tuple[object, ...]:
    """What a diagram says at each assignment, by walking down."""
    return tuple(forest.value(forest.follow(node, dict(enumerate(at)))) for at in SPACE)


@given(expressions)
def test_operations(expression: Expression) -> None:
    forest = Forest(SIZES)
    assert read(forest, diagram(forest, expression)) == table(expression)


@given(expressions, expressions)
def test_equal_functions_are_equal_nodes(left: Expression, right: Expression) -> None:
    forest = Forest(SIZES)
    same = diagram(forest, left) == diagram(forest, right)
    assert same == (table(left) == table(right))


@given(expressions)
def test_constants(expression: Expression) -> None:
    node = diagram(Forest(SIZES), expression)
    assert (node == TRUE) == all(table(expression))
    assert (node == FALSE) == (not any(table(expression)))


@given(expressions)
def test_support(expression: Expression) -> None:
    """A variable is in the support exactly if changing it alone can change the value."""
    forest = Forest(SIZES)
    node, values = diagram(forest, expression), dict(zip(SPACE, table(expression), strict=True))
    changing = {
        variable
        for variable, size in enumerate(SIZES)
        for at in SPACE
        for other in range(size)
        if values[at] != values[(*at[:variable], other, *at[variable + 1 :])]
    }
    assert forest.support(node) == changing


def classes(expressions_: list[Expression]) -> Callable[[tuple[int, ...]], object]:
    """The number of the first expression that holds, or None: a function of many values."""

    def value(at: tuple[int, ...]) -> object:
        return next((index for index, each in enumerate(expressions_) if _value(each, at)), None)

    return value


def class_diagram(forest: Forest, expressions_: list[Expression]) -> int:
    result = forest.terminal(None)
    for index, each in reversed(list(enumerate(expressions_))):
        result = forest.ite(diagram(forest, each), forest.terminal(index), result)
    return result


@given(st.lists(expressions, min_size=1, max_size=4))
def test_many_valued(several: list[Expression]) -> None:
    forest = Forest(SIZES)
    assert read(forest, class_diagram(forest, several)) == tuple(map(classes(several), SPACE))


def agrees(at: tuple[int, ...], known: dict[int, int]) -> bool:
    return all(at[variable] == value for variable, value in known.items())


@given(st.lists(expressions, min_size=1, max_size=3), expressions, partial)
def test_reach(several: list[Expression], side: Expression, known: dict[int, int]) -> None:
    """The combinations of values that two diagrams take together, over all completions of what is known."""
    forest = Forest(SIZES)
    nodes = (class_diagram(forest, several), diagram(forest, side))
    expected = {(classes(several)(at), _value(side, at)) for at in SPACE if agrees(at, known)}
    assert forest.image(nodes, known) == expected


@given(st.lists(expressions, min_size=1, max_size=3), st.lists(expressions, max_size=2), partial)
def test_values_where(several: list[Expression], conditions: list[Expression], known: dict[int, int]) -> None:
    """The values of a diagram over the completions of what is known in which all conditions hold."""
    forest = Forest(SIZES)
    value = classes(several)
    held = (at for at in SPACE if agrees(at, known) and all(_value(each, at) for each in conditions))
    nodes = tuple(diagram(forest, each) for each in conditions)
    assert forest.values_where(class_diagram(forest, several), nodes, known) == {value(at) for at in held}


@settings(max_examples=60)
@given(expressions, expressions, st.frozensets(st.integers(0, 3), min_size=1))
def test_can_differ(side: Expression, possible: Expression, apart: frozenset[int]) -> None:
    """Whether two possible cells that agree outside of some variables differ."""
    forest = Forest(SIZES)
    node = forest.ite(diagram(forest, possible), diagram(forest, side), forest.terminal(None))
    inside = [at for at in SPACE if _value(possible, at)]
    differing = any(
        _value(side, first) != _value(side, second)
        for first, second in product(inside, inside)
        if all(a == b for variable, (a, b) in enumerate(zip(first, second, strict=True)) if variable not in apart)
    )
    assert can_differ(forest, node, apart) == differing


@given(st.lists(expressions, min_size=1, max_size=3), expressions, partial)
def test_restricted(several: list[Expression], side: Expression, known: dict[int, int]) -> None:
    """One diagram of both, over what is not known, in a forest of its own."""
    forest = Forest(SIZES)
    nodes = (class_diagram(forest, several), diagram(forest, side))
    before = len(forest)
    other, root = forest.restricted(nodes, known, lambda class_, possible: class_ if possible else "impossible")
    assert len(forest) == before
    assert not other.support(root) & known.keys()
    for at in SPACE:
        if agrees(at, known):
            expected = classes(several)(at) if _value(side, at) else "impossible"
            assert other.value(other.follow(root, dict(enumerate(at)))) == expected


@given(st.lists(expressions, min_size=1, max_size=3))
def test_mapped(several: list[Expression]) -> None:
    forest = Forest(SIZES)
    node = forest.mapped(class_diagram(forest, several), lambda value: value == 0)
    assert read(forest, node) == tuple(classes(several)(at) == 0 for at in SPACE)


@given(expressions, expressions)
def test_meet(left: Expression, right: Expression) -> None:
    forest = Forest(SIZES)
    assert forest.meet(diagram(forest, left), diagram(forest, right)) == any(map(and_, table(left), table(right)))


@given(st.lists(expressions, min_size=1, max_size=4))
def test_parts(several: list[Expression]) -> None:
    """A diagram for each value and no other; in the same forest, so that equal parts are equal nodes."""
    forest = Forest(SIZES)
    root = class_diagram(forest, several)
    found = forest.parts(root)
    assert list(found) == forest.values_of(root)
    for value, node in found.items():
        assert node == forest.mapped(root, lambda each, value=value: each == value)


@given(st.lists(expressions, min_size=1, max_size=6), st.data())
def test_at_least_counts(several: list[Expression], data: st.DataObject) -> None:
    """Two or more of, three or more of: with weights of one the sum is a count."""
    bound = data.draw(st.integers(0, len(several) + 1))
    forest = Forest(SIZES)
    node = forest.at_least([diagram(forest, each) for each in several], [1] * len(several), bound)
    assert read(forest, node) == tuple(sum(_value(each, at) for each in several) >= bound for at in SPACE)


def test_terminals_of_equal_value_but_other_type_are_apart() -> None:
    """1 == True in Python; a class named by a number would not be a truth value."""
    forest = Forest(SIZES)
    assert forest.terminal(1) != forest.terminal(True)
    assert forest.terminal("a") == forest.terminal("a")


def test_no_diagrams_have_one_empty_combination_of_values() -> None:
    assert Forest([2]).image((), {}) == {()}
