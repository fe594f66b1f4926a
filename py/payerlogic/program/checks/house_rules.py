"""The house rules of ``kb/house/rules.lp``, and the advice beside them, asked of a ground program.

    >>> from payerlogic import KnowledgeBase
    >>> house_problems(KnowledgeBase.load().ground)
    []

The rules say in the language of the knowledge base what one must not leave out, or say twice. Here they get its facts,
and what they derive becomes problems with a place and the nearest right thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clingo import Control

from payerlogic.errors import Problem, nearest
from payerlogic.program.checks.schema import SHAPES
from payerlogic.program.files import shipped_folder
from payerlogic.program.grounding import GroundProgram, Term, plain
from payerlogic.program.rule_index import Heads


def house_problems(ground: GroundProgram) -> list[Problem]:
    """What the house rules find, in the order of the files."""
    return _found(ground, "rules.lp", "error")


def house_advice(ground: GroundProgram, also: Iterable[str]) -> list[Problem]:
    """What ``kb/house/advice.lp`` would have better; ``also`` are further facts: what is tested, how long words are."""
    return _found(ground, "advice.lp", "advice", also)


def derived(rules: str, facts: Iterable[str], *signatures: tuple[str, int]) -> dict[str, list[Term]]:
    """What a file of ``kb/house`` derives from some facts, by the predicates that are asked for.

    >>> sorted(str(each.arguments[0]) for each in derived("edits.lp", [], ("most", 2))["most"])
    ['conflict', 'dead', 'gap', 'redundant', 'stricter']
    """
    control = Control(["--warn=none"])
    control.load(str(shipped_folder() / "house" / rules))
    control.add("base", [], "\n".join(facts))
    control.ground([("base", [])])
    atoms = control.symbolic_atoms
    return {name: [each.symbol for each in atoms.by_signature(name, arity)] for name, arity in signatures}


def _found(ground: GroundProgram, rules: str, predicate: str, also: Iterable[str] = ()) -> list[Problem]:
    found_there = derived(rules, (*_seen(ground), *also), (predicate, 3), ("candidate", 2))
    errors = found_there[predicate]
    if not errors:
        return []
    groups: dict[str, list[str]] = {}
    for candidate in found_there["candidate"]:
        group, name = candidate.arguments
        groups.setdefault(str(group), []).append(str(plain(name)))
    heads = Heads(ground.program)
    order = {str(file.path): rank for rank, file in enumerate(ground.program.files)}
    found = []
    for symbol in errors:
        place, what, hint = symbol.arguments
        where = heads.statements_of(place.name, *place.arguments)
        rank = (order[str(where[0].file.path)], where[0].line) if where else (len(order), 0)
        problem = Problem(_said(what), where[0].where if where else "", _hint(hint, groups))
        found.append((rank, str(symbol), problem))
    return list(dict.fromkeys(problem for *_, problem in sorted(found, key=lambda each: each[:2])))


def _seen(ground: GroundProgram) -> Iterator[str]:
    """Every fact of the tables as it is, and what depends on the case as ``can(...)``."""
    for name, shape in SHAPES.items():
        arity = len(shape.arguments)
        yield from (f"{symbol}." for symbol in ground.facts(name, arity))
        yield from (f"can({symbol})." for _, symbol in ground.atoms(name, arity))


def _said(term: Term) -> str:
    """``say("clause % cites no statement", (n10,))`` as a sentence."""
    text, arguments = term.arguments
    pieces = text.string.split("%")
    words = [_word(each) for each in arguments.arguments]
    return pieces[0] + "".join(word + piece for word, piece in zip(words, pieces[1:], strict=True))


def _word(term: Term) -> str:
    return repr(plain(term.arguments[0])) if term.match("quoted", 1) else str(plain(term))


def _hint(term: Term, groups: dict[str, list[str]]) -> str:
    if term.match("nearest", 2):
        return nearest(str(plain(term.arguments[0])), groups.get(str(term.arguments[1]), []))
    return _said(term) if term.match("say", 2) else ""
