"""Names in rules that do not exist: a misspelled value would silently never hold.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> unknown_names(kb.program, kb.catalog, kb.vocabulary)
    []

What is checked are the names written out in rules: attributes and values in ``case``, readings and
options in ``reading``, classes in ``concludes``, clauses in ``prevails``; and that a policy file
speaks only of its own readings and presumptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clingo import SymbolType, ast

from payerlogic.catalog import Catalog
from payerlogic.errors import Problem, nearest
from payerlogic.grounding import plain
from payerlogic.lint import functions
from payerlogic.source import Program, Statement
from payerlogic.vocabulary import Vocabulary

OF_A_PRESUMPTION = ("presumption_holds", "presumption_needs", "presumed_value", "gives_way")
USED = ("case", "reading", "concludes", "prevails")
OWNED = ("ambiguity", "presumption", "label", "option", *OF_A_PRESUMPTION)
CHECKED = ("case(", "reading(", "concludes(", "prevails(", "ambiguity(", "option(", "presum", "gives_way(", "label(")


def unknown_names(program: Program, catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Every such name, in file order, with the nearest one that exists."""
    found: list[Problem] = []
    owners = _owners(program)
    for statement in program.statements:
        if statement.node.ast_type != ast.ASTType.Rule or not any(each in statement.text for each in CHECKED):
            continue
        heads = list(functions(statement.node.head))
        everywhere = [*heads, *(each for literal in statement.node.body for each in functions(literal))]
        for function in everywhere if statement.file.is_policy else ():
            found += [problem.at(statement.where) for problem in _used(function, catalog, vocabulary)]
        for function in heads if statement.file.is_policy else ():
            found += [problem.at(statement.where) for problem in _owned(function, statement, owners, catalog)]
    return found


def _used(function: ast.AST, catalog: Catalog, vocabulary: Vocabulary) -> Iterator[Problem]:
    if function.name not in USED:
        return
    arguments = [_constants(argument) for argument in function.arguments]
    if function.name == "case" and len(arguments) == 2:
        for name in arguments[0]:
            if name not in vocabulary:
                yield Problem(f"unknown attribute {name!r}", hint=nearest(str(name), vocabulary))
            elif vocabulary[str(name)].type in ("integer", "date"):
                if not anonymous(function.arguments[1]):
                    yield Problem(
                        f"{name} is a number", hint="compare it: at_least(...) or at_most(...), with its bound"
                    )
            else:
                known = ["true", "false", *(choice.value for choice in vocabulary[str(name)].choices)]
                yield from _each(arguments[1], known, f"value of {name}")
    elif function.name == "reading" and len(arguments) == 2:
        yield from _each(arguments[0], catalog.readings, "reading")
        for name in arguments[0]:
            if name in catalog.readings:
                options = [option.name for option in catalog.readings[str(name)].options]
                yield from _each(arguments[1], options, f"option of {name}")
    elif function.name == "concludes" and len(arguments) == 3:
        yield from _each(arguments[2], catalog.classes, "class")
    elif function.name == "prevails" and len(arguments) == 3:
        for policy in arguments[0]:
            if policy in catalog.policies:
                yield from _each(arguments[1] + arguments[2], catalog.policies[str(policy)].clauses, "clause")


def anonymous(term: ast.AST) -> bool:
    """Whether a term is the variable that is never looked at again."""
    return bool(term.ast_type == ast.ASTType.Variable and term.name == "_")


def _each(names: Iterable[str | int], known: Iterable[str], what: str) -> Iterator[Problem]:
    listed = list(known)
    for name in names:
        if name not in listed:
            yield Problem(f"unknown {what} {name!r}", hint=nearest(str(name), listed))


def _owners(program: Program) -> dict[str, str | None]:
    """In which policy's file each reading and presumption is declared; None for the shared files."""
    owners: dict[str, str | None] = {}
    for statement in program.statements:
        if "ambiguity(" in statement.text or "presumption(" in statement.text:
            for function in functions(statement.node.head) if statement.node.ast_type == ast.ASTType.Rule else ():
                if function.name in ("ambiguity", "presumption") and len(function.arguments) == 4:
                    owners.update(dict.fromkeys(map(str, _constants(function.arguments[1])), statement.file.policy))
    return owners


def _owned(
    function: ast.AST, statement: Statement, owners: dict[str, str | None], catalog: Catalog
) -> Iterator[Problem]:
    """Readings and presumptions that a policy file speaks of have to be its own."""
    if function.name not in OWNED:
        return
    policy = statement.file.policy
    arguments = [_constants(argument) for argument in function.arguments]
    for name, whose in (("ambiguity", 0), ("presumption", 2)):
        if function.name == name and len(arguments) == 4 and arguments[whose] != [policy]:
            yield Problem(f"{name} of {', '.join(map(str, arguments[whose]))}, not of {policy}")
    if function.name == "label" and function.arguments[0].ast_type == ast.ASTType.Function:
        whose_label = str(function.arguments[0].name)
        if whose_label in catalog.policies and whose_label != policy:
            yield Problem(f"label of {function.arguments[0]}, which belongs to {whose_label}")
    if function.name in ("option", *OF_A_PRESUMPTION) and arguments:
        for owned in map(str, arguments[0]):
            if owned in owners and owners[owned] != policy:
                whose_words = owners[owned] or "every payer"
                yield Problem(f"{function.name} of {owned}, which belongs to {whose_words}")


def _constants(term: ast.AST) -> list[str | int]:
    """The constants that a term or a pool of terms writes out; nothing for variables and compound terms."""
    if term.ast_type == ast.ASTType.Pool:
        return [each for part in term.arguments for each in _constants(part)]
    if term.ast_type == ast.ASTType.SymbolicTerm:
        compound = term.symbol.type == SymbolType.Function and term.symbol.arguments
        return [] if compound else [plain(term.symbol)]
    return []
