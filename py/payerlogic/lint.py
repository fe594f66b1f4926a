"""What a knowledge base may not say, because nobody could explain it afterwards.

    >>> from payerlogic.source import Program, shipped_folder
    >>> lint(Program.read(shipped_folder()))
    []

The rules are listed in ``README.md`` under "How to add a payer". Here they are checked on the
parsed text; what needs the ground program (cycles, clauses without a citation) is in ``audit``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from clingo import SymbolType, ast

from payerlogic.errors import Problem, nearest
from payerlogic.source import Program, Statement

# What a policy file may define, always with its own name as the first argument.
OF_A_POLICY = frozenset(
    [
        "policy",
        "version",
        "clause",
        "met",
        "concludes",
        "prevails",
        "gate",
        "otherwise",
        "indication",
        "cites",
        "code",
        "advisory",
        "limit",
        "authorizes",
        "statement",
        "history",
        "vague",
    ]
)
# Facts whose first argument names something of the policy's: a reading, a presumption, a criterion.
OF_ITS_THINGS = frozenset(
    [
        "option",
        "presumption",
        "presumption_holds",
        "presumption_needs",
        "gives_way",
        "presumed_value",
        "label",
        "bound",
        "ambiguity",
    ]
)
# Read by the engine and by people, so it is no fault that no rule uses them.
READ_FROM_OUTSIDE = (
    OF_A_POLICY
    | OF_ITS_THINGS
    | frozenset(
        [
            "attribute",
            "value",
            "range",
            "fixed",
            "unit",
            "help",
            "kind",
            "open_value",
            "written_as",
            "refused",
            "also_says",
            "withheld",
            "typical",
            "axiom",
            "exception",
            "class",
            "outcome",
            "determination",
            "stands",
            "default",
        ]
    )
)
# Made for policies to use; a knowledge base may hold none that does.
OFFERED = frozenset(["at_least", "at_most", "site", "xray", "in_force", "listed_code"])
MAY_CHOOSE = "vocabulary.lp"
LINTED_NUMBERS = ("at_least", "at_most")
_PLAIN_KINDS = (ast.ASTType.Rule, ast.ASTType.ShowSignature, ast.ASTType.Defined, ast.ASTType.Definition)


@dataclass
class _Uses:
    """Which predicates are defined and used, and where first."""

    defined: set[tuple[str, int]] = field(default_factory=set)
    heads: dict[tuple[str, int], Statement] = field(default_factory=dict)
    bodies: dict[tuple[str, int], Statement] = field(default_factory=dict)


def lint(program: Program) -> list[Problem]:
    """Everything in the text of ``program`` that the house rules forbid, in file order."""
    problems: list[Problem] = []
    uses = _Uses()
    for statement in program.statements:
        problems += _statement(statement, uses)
    for key, statement in uses.bodies.items():
        if key not in uses.heads and key not in uses.defined:
            name, arity = key
            names = sorted({head for head, _ in uses.heads})
            problems.append(Problem(f"{name}/{arity} is used but never defined", statement.where, nearest(name, names)))
    for key, statement in uses.heads.items():
        if key not in uses.bodies and key[0] not in READ_FROM_OUTSIDE | OFFERED and key[0] != statement.file.policy:
            problems.append(Problem(f"{key[0]}/{key[1]} is defined but never used", statement.where))
    return problems


def _statement(statement: Statement, uses: _Uses) -> Iterator[Problem]:
    node = statement.node
    if node.ast_type not in _PLAIN_KINDS:
        yield Problem(f"a statement of kind {node.ast_type.name} is not allowed", statement.where)
        return
    if node.ast_type == ast.ASTType.Defined:
        uses.defined.add((node.name, node.arity))
    if node.ast_type != ast.ASTType.Rule:
        if statement.file.is_policy and node.ast_type != ast.ASTType.Defined:
            yield Problem("a policy file holds rules and facts only", statement.where)
        return
    heads, conditions = _split_head(node.head)
    for function in heads:
        uses.heads.setdefault(_key(function), statement)
    if any(_classically_negated(part) for part in [node.head, *node.body]):
        yield Problem(
            "'-' before an atom is not allowed", statement.where, "write not, which this knowledge base explains"
        )
    for part in [*conditions, *node.body]:
        for function in functions(part):
            uses.bodies.setdefault(_key(function), statement)
    yield from _head(statement, heads)


def _classically_negated(part: ast.AST) -> bool:
    atom = part.atom if part.ast_type == ast.ASTType.Literal else part
    return bool(atom.ast_type == ast.ASTType.SymbolicAtom and atom.symbol.ast_type == ast.ASTType.UnaryOperation)


def _split_head(head: ast.AST) -> tuple[list[ast.AST], list[ast.AST]]:
    """The atoms that a head derives, and the conditions inside a choice, which are uses."""
    if head.ast_type == ast.ASTType.Literal:
        return list(functions(head)), []
    elements = list(getattr(head, "elements", []))
    derived = [function for element in elements for function in functions(element.literal)]
    return derived, [condition for element in elements for condition in element.condition]


def _head(statement: Statement, heads: list[ast.AST]) -> Iterator[Problem]:
    file = statement.file
    if statement.node.head.ast_type != ast.ASTType.Literal:
        if file.name != MAY_CHOOSE or file.is_policy:
            yield Problem(
                "choices stand only in vocabulary.lp, for case facts, readings and presumptions",
                statement.where,
            )
    elif not heads and file.is_policy:
        yield Problem("a policy may not forbid cases; axioms belong in domain.lp", statement.where)
    elif file.is_policy:
        for function in heads:
            yield from _belongs(statement, function)


def _belongs(statement: Statement, function: ast.AST) -> Iterator[Problem]:
    policy, name = statement.file.policy or "", function.name
    if name == policy or name.startswith(f"{policy}_"):
        return
    if name in OF_ITS_THINGS:
        return
    if name not in OF_A_POLICY:
        yield Problem(
            f"{name}/{len(function.arguments)} is not a policy's to define",
            statement.where,
            f"name it {policy}(...) or {policy}_{name}(...), or use an interface predicate",
        )
        return
    first = function.arguments[0] if function.arguments else None
    if first is None or first.ast_type != ast.ASTType.SymbolicTerm or str(first) != policy:
        yield Problem(
            f"{name} speaks of {first}, not of {policy}",
            statement.where,
            f"the first argument has to be {policy}",
        )


def functions(node: ast.AST) -> Iterator[ast.AST]:
    """The atoms (as AST functions) that occur in a head or body element, however deep."""
    if node.ast_type == ast.ASTType.Literal:
        node = node.atom
    if node.ast_type == ast.ASTType.SymbolicAtom:
        yield from _terms(node.symbol)
        return
    if node.ast_type in (ast.ASTType.Comparison, ast.ASTType.BooleanConstant):
        return
    for key in node.child_keys:
        child = getattr(node, key)
        for item in child if isinstance(child, ast.ASTSequence) else [child]:
            if isinstance(item, ast.AST):
                yield from functions(item)


def _terms(term: ast.AST) -> Iterator[ast.AST]:
    if term.ast_type == ast.ASTType.Pool:
        for argument in term.arguments:
            yield from _terms(argument)
    elif term.ast_type == ast.ASTType.Function:
        yield term
    elif term.ast_type == ast.ASTType.UnaryOperation:
        yield from _terms(term.argument)


def _key(function: ast.AST) -> tuple[str, int]:
    return function.name, len(function.arguments)


def numbers_without_bound(program: Program, bounds: set[tuple[str, str, int]]) -> list[Problem]:
    """Comparisons in rules whose number no ``bound`` declares: they could never be true."""
    problems = []
    for statement in program.statements:
        if not any(f"{name}(" in statement.text for name in LINTED_NUMBERS):
            continue
        if statement.node.ast_type != ast.ASTType.Rule:
            continue
        for literal in statement.node.body:
            for function in functions(literal):
                if function.name not in LINTED_NUMBERS or len(function.arguments) != 2:
                    continue
                attribute, number = function.arguments
                if number.ast_type != ast.ASTType.SymbolicTerm or number.symbol.type != SymbolType.Number:
                    continue
                if (str(attribute), function.name, number.symbol.number) not in bounds:
                    problems.append(
                        Problem(
                            f"{function} has no bound beside it",
                            statement.where,
                            f"add: bound({attribute}, {function.name}, {number}).",
                        )
                    )
    return problems
