"""What a knowledge base may not say, because nobody could explain it afterwards.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> from payerlogic.program.source_files import CORE
    >>> lint(Program.read(shipped_folder()))
    []

The rules are listed in ``README.md`` under "How to add a payer". Here they are checked on the
parsed text; what needs the ground program (cycles, clauses without a citation) is in ``audit``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clingo import ast

from payerlogic.errors import Problem, nearest
from payerlogic.program.checks.ownership import ASKED, Owners
from payerlogic.program.checks.records import Guards, guards_of, record_problems
from payerlogic.program.checks.schema import SHAPES, shape_problems
from payerlogic.program.files import Program
from payerlogic.program.lexing import DECIDES_BY_CLAUSES, instead
from payerlogic.program.rule_index import fits
from payerlogic.program.source_files import CORE, ParsedStatement
from payerlogic.program.statements import Literal, Term, WrittenRule

# Read by the engine and by people besides what the table of schema names, so it is no fault that no rule uses them.
READ_FROM_OUTSIDE = SHAPES.keys() | {"determination", "stands", "default"}
# Made for policies to use; a knowledge base may hold none that does.
OFFERED = frozenset(["at_least", "at_most", "in_force", "listed_code", "concluded"])
# Asked for by the shared files, and defined by none where there is no axiom.
OPTIONAL = frozenset([("impossible", 1)])
# A case, its readings and its presumptions: chosen, never derived.
CHOSEN = frozenset(["case", "reading", "presume"])
_PLAIN_KINDS = (ast.ASTType.Rule, ast.ASTType.ShowSignature, ast.ASTType.Defined)
_LONGEST_BODY = 300


def lint(program: Program) -> list[Problem]:
    """Everything in the text of ``program`` that the house rules forbid, in file order."""
    owners = Owners(program)
    problems = [problem for file in program.files for problem in owners.name_problems(file)]
    if problems:  # whose a predicate is would be guesswork
        return problems
    guards = guards_of(each.rule for each in program.statements if each.rule is not None)
    for statement in program.statements:
        problems += _statement(statement, owners, guards)
    wrong = {problem.where for problem in problems}  # said once is enough
    return problems + [
        each
        for each in (*_undefined(program), *_undefined_criteria(program), *_unused(program))
        if each.where not in wrong
    ]


def _statement(statement: ParsedStatement, owners: Owners, guards: Guards) -> Iterator[Problem]:
    kind = statement.node.ast_type
    if kind == ast.ASTType.Definition:
        yield Problem(
            "#const is not allowed", statement.where, "write the number itself, once, in the rule that asks it"
        )
    elif kind == ast.ASTType.Minimize:
        yield Problem("a weak constraint (:~) is not allowed", statement.where, DECIDES_BY_CLAUSES)
    elif kind not in _PLAIN_KINDS or (kind == ast.ASTType.ShowSignature and statement.file.is_policy):
        name = "#show" if "Show" in kind.name else f"a statement of kind {kind.name}"
        yield Problem(
            f"{name} is not allowed", statement.where, "leave it out: a policy file holds rules and facts only"
        )
    if (rule := statement.rule) is None:
        return
    form = [*_form(rule), *record_problems(rule, guards)]
    yield from (problem.at(statement.where) for problem in form)
    if form:
        return
    yield from _head(statement, rule, owners)
    for head in rule.heads:
        yield from (problem.at(statement.where) for problem in shape_problems(head))
    if statement.file.is_policy:
        yield from owners.body_problems(statement, rule)
    else:
        yield from owners.shared_problems(statement, rule)


def _form(rule: WrittenRule) -> Iterator[Problem]:
    """What no statement may be made of."""
    if rule.unknown:
        yield Problem("a theory atom (&...) is not allowed", hint="compare with at_least(...) or at_most(...)")
    if any(atom.kind == "negation" for atom in (*rule.heads, *rule.atoms())):
        yield Problem("'-' before an atom is not allowed", hint="write not, which this knowledge base explains")
    for literal in (*rule.offers, *rule.body):
        yield from _comparisons(literal)
    if len(rule.body) > _LONGEST_BODY:
        what = f"a rule with {len(rule.body)} conditions (at most {_LONGEST_BODY})"
        yield Problem(what, hint="split it into criteria")


def _comparisons(literal: Literal) -> Iterator[Problem]:
    """What compares names or texts and no values: it always holds or never, whatever a case says."""
    for _, conditions in literal.elements:
        for each in conditions:
            yield from _comparisons(each)
    if literal.left is not None and not any(any(term.variables()) for term in literal.terms()):
        name = next((term.constant for term in literal.terms() if term.constant), None)
        hint = f"write at_least({name}, ...) or at_most({name}, ...), or case({name}, ...)" if name else ""
        (how, right), *more = literal.guards or [("", literal.left)]
        if literal.left.constant and right.number is not None and not more and literal.sign == 0:
            hint = instead(literal.left.constant, how, str(right.number))
        yield Problem(f"{literal} compares no value of a case: it holds always or never", hint=hint)
    elif literal.left is not None:
        yield from _alphabetical(literal)
    elif literal.function in ("count", "sum", "sum+"):
        for _, term in literal.guards:
            if term.kind in ("text", "constant"):
                yield Problem(f"#{literal.function} is compared with {term}", hint="write the number, without quotes")


def _alphabetical(literal: Literal) -> Iterator[Problem]:
    """A name or text that is compared by its place in the alphabet."""
    left = literal.left
    for how, right in literal.guards:
        named = next((term for term in (left, right) if term is not None and term.kind in ("text", "constant")), None)
        if named is not None and how not in ("=", "!="):
            hint = f"list the values that are meant, as in case(some_fact, ({named}; ...))"
            yield Problem(f"{literal} compares names by the alphabet", hint=hint)
        left = right


def _head(statement: ParsedStatement, rule: WrittenRule, owners: Owners) -> Iterator[Problem]:
    file = statement.file
    if rule.is_choice:
        if file.room != CORE or file.is_policy or rule.is_disjunction:
            hint = "write one rule for each way in which something holds; what a text leaves open is an ambiguity(...)"
            what = "choices stand only in core/, for case facts, readings and presumptions"
            yield Problem(what, statement.where, hint if file.is_policy else "")
    elif file.is_policy:
        if not rule.heads:
            yield Problem("a policy may not forbid cases; axioms belong in vocabulary/", statement.where)
        for atom in rule.heads:
            yield from owners.head_problems(statement, atom)
    else:
        for atom in rule.heads:
            if atom.name in CHOSEN and len(atom.parts) <= 2:
                hint = "cases, readings and presumptions are chosen, never derived: define a predicate of another name"
                yield Problem(f"{atom.name} in a head", statement.where, hint)


def _undefined(program: Program) -> list[Problem]:
    """What a file asks for and neither it nor a shared file defines."""
    own: dict[str | None, set[tuple[str, int]]] = {}
    for statement in program.statements:
        own.setdefault(statement.file.policy, set()).update(_defined(statement))
    shared = own.get(None, set()) | {(shape.name, len(shape.arguments)) for shape in SHAPES.values()} | OPTIONAL
    reported: set[tuple[str, int]] = set()
    problems = []
    for statement in program.statements:
        mine = own[statement.file.policy]
        for atom in statement.rule.atoms() if statement.rule else ():
            if atom.kind != "negation" and atom.key not in shared and atom.key not in mine and atom.key not in reported:
                reported.add(atom.key)
                names = sorted({name for name, _ in shared | mine})
                what = f"{atom.name}/{len(atom.parts)} is used but never defined"
                problems.append(Problem(what, statement.where, nearest(atom.name, names)))
    return problems


def _undefined_criteria(program: Program) -> Iterator[Problem]:
    """Criteria that a rule asks for and no rule of its policy gives: they would silently never hold."""
    given: dict[str, list[Term]] = {}
    for each in program.statements:
        for head in _criteria(each.rule.heads if each.rule else ()):
            given.setdefault(str(head.parts[0]), []).append(head.parts[1])
    for statement in program.statements:
        for atom in _criteria(statement.rule.atoms() if statement.rule else ()):
            own = given.get(str(atom.parts[0]), [])
            for name in atom.parts[1].alternatives():
                if not any(fits(each, name) or fits(name, each) for each in own):
                    hint = nearest(str(name), [str(each) for each in own]) if own else ""
                    yield Problem(f"criterion {name} is used but never defined", statement.where, hint)


def _criteria(atoms: Iterable[Term]) -> Iterator[Term]:
    return (atom for atom in atoms if atom.key == ("criterion", 2))


def _used_elsewhere(head: Term, program: Program) -> bool:
    """Whether a file that is not read, of another service or a policy that nobody asked for, names the predicate."""
    named = re.compile(rf"\b{head.name}\b")
    return any(head.name in file.text and named.search(file.text) for file in program.unread)


def _defined(statement: ParsedStatement) -> set[tuple[str, int]]:
    if statement.rule:
        return {head.key for head in statement.rule.heads}
    node = statement.node
    return {(node.name, node.arity)} if node.ast_type == ast.ASTType.Defined else set()


def _unused(program: Program) -> list[Problem]:
    used = {atom.key for statement in program.statements if statement.rule for atom in statement.rule.atoms()}
    problems: dict[tuple[str, int], Problem] = {}
    known = READ_FROM_OUTSIDE | OFFERED | ASKED | program.offered
    for statement in program.statements:
        for head in statement.rule.heads if statement.rule else ():
            read = head.name in known
            if head.key not in used and not read and head.key not in problems:
                if not statement.file.is_policy and _used_elsewhere(head, program):
                    continue
                what = f"{head.name}/{len(head.parts)} is defined but never used"
                like = [name for name in SHAPES if name in head.name or head.name in name]
                problems[head.key] = Problem(what, statement.where, nearest(head.name, like) if like else "")
    return list(problems.values())
