"""A policy's text with edits made, or with each of some edits as a choice.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.repair.declared import PolicyEdit
    >>> text = PolicyText.of(KnowledgeBase.load().only("nia"), "nia")
    >>> with_edits(text, [PolicyEdit("state_precedence", ("n28", "n23"))]).splitlines()[-1]
    'prevails(nia, n28, n23).'

As a choice an edit is one more reading of the text, which is there or is not; each rule then stands once for every
set of its edits that can be made together. So one program has all edited policies, and one diagram says which edits,
alone and together, do what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import SIGNS, Literal, Term
from payerlogic.repair.declared import PolicyEdit, PolicyText, choices

NEW = "added_clause"
"""The clause, and the statement, that an edit adds."""
OFF, ON = "off", "on"
Body = list[str | None]
"""The conditions of a rule as they are written; None for one that is dropped."""


@dataclass(frozen=True)
class _WrittenParts:
    """One rule of the text: its head, and its conditions."""

    head: str
    body: tuple[str, ...]

    @classmethod
    def of(cls, statement: ParsedStatement) -> _WrittenParts:
        return cls(str(statement.node.head), tuple(map(str, statement.node.body)))


def with_edits(text: PolicyText, edits: Sequence[PolicyEdit]) -> str:
    """The text of the policy's file after the edits."""
    return _joined(text, *_changed_statements(text, edits))


@dataclass(frozen=True)
class Replacement:
    """What stands between two places of a file, by line and column in characters from 1, and what replaces it."""

    begin: tuple[int, int]
    end: tuple[int, int]
    text: str


def replacements(text: PolicyText, edits: Sequence[PolicyEdit]) -> list[Replacement]:
    """The edits as replacements in the policy's file, in its order; ``with_edits`` is the file after all of them."""
    replaced, added = _changed_statements(text, edits)
    content = text.statements[0].file.text.encode("utf-8")
    found = [(*_span(text.statements[number], _line_starts(content)), new) for number, new in sorted(replaced.items())]
    if added:
        kept = len(content.decode("utf-8").rstrip("\n").encode("utf-8"))
        found.append((kept, len(content), _appended(added)))
    return [Replacement(_place(content, begin), _place(content, end), new) for begin, end, new in found]


def _changed_statements(text: PolicyText, edits: Sequence[PolicyEdit]) -> tuple[dict[int, str], list[str]]:
    """The statements that are replaced, by number, and the lines that are added."""
    replaced: dict[int, str] = {}
    for number, statement in enumerate(text.statements):
        own = [each for each in edits if _changes(text, each, number)]
        if own:
            replaced[number] = _edited(text, statement, number, own)
    return replaced, [line for each in edits for line in _added(text, each, each_met=_unmet(text, edits))]


def rules_kept(text: PolicyText, edits: Sequence[PolicyEdit]) -> list[int]:
    """The numbers of the rules that are still there after the edits, in their order."""
    replaced, _ = _changed_statements(text, edits)
    return [number for number in range(len(text.statements)) if replaced.get(number) != ""]


def with_choices(text: PolicyText, edits: Sequence[PolicyEdit], most: int, readings: Mapping[str, str]) -> str:
    """The text with each edit as a reading, up to ``most`` of one rule together. Readings are fixed as ``readings`` has
    them, but for those that an edit reads otherwise."""
    names = {each: choice_name(text.policy, at) for at, each in enumerate(edits) if each.kind != "read_as"}
    open_ = {each.arguments[0] for each in edits if each.kind == "read_as"}
    replaced: dict[int, str] = {}
    for number, statement in enumerate(text.statements):
        rule = statement.rule
        if rule is not None and rule.heads and rule.heads[0].name == "option" and not rule.body:
            reading, _, option, *_ = (part.name for part in rule.heads[0].parts)
            if reading in readings and reading not in open_ and option != readings[reading]:
                replaced[number] = ""
            continue
        own = [each for each in names if _is_chosen_at(text, each, number)]
        if own:
            replaced[number] = "\n".join(_versions(text, statement, number, own, most, names))
    added = []
    for each, name in names.items():
        added += [
            f'ambiguity({text.policy}, {name}, "?", "as it is").',
            f'option({name}, 1, {OFF}, "as it is").',
            f'option({name}, 2, {ON}, "edited").',
        ]
        added += _added(text, each, each_met=_unmet(text, ()), name=name)
    return _joined(text, replaced, added)


def _is_chosen_at(text: PolicyText, edit: PolicyEdit, number: int) -> bool:
    """Whether a statement depends on the choice of an edit: a clause that is struck out is never met."""
    if edit.kind == "strike_clause":
        return text.concludes(number, "met", str(edit.arguments[0]))
    return _changes(text, edit, number)


def choice_name(policy: str, at: int) -> str:
    """The reading that stands for an edit."""
    return f"{policy}_edit_{at}"


# --- One statement -------------------------------------------------------------------------------------------


def _changes(text: PolicyText, edit: PolicyEdit, number: int) -> bool:
    """Whether an edit changes a statement."""
    match edit.kind:
        case "drop_condition" | "strike_condition" | "move_threshold" | "strike_choice" | "strike_rule":
            return edit.arguments[0] == number
        case "add_condition":
            return text.concludes(number, "met", str(edit.arguments[0]))
        case "strike_clause":
            return _without_clause(text, number, str(edit.arguments[0])) is not None
        case "read_as":
            return _is_option(text, number, str(edit.arguments[0])) is not None
    return False


NOT_OF_CLAUSES = ("criterion", "statement", "vague", "version", "advisory", "limit", "code")
"""Predicates whose second argument may be called like a clause, and is none."""


def _less(atom: Term, policy: str, clause: str) -> Term | None:
    """An atom without a clause: the same where it does not name it, None where it names it alone."""
    if not atom.is_named(atom.name, policy) or atom.name in NOT_OF_CLAUSES:
        return atom
    parts = [atom.parts[0]]
    for part in atom.parts[1:]:
        options = [*part.alternatives()]
        kept = tuple(each for each in options if each.constant != clause)
        if not kept:
            return None
        parts.append(part if len(kept) == len(options) else Term("pool", parts=kept) if len(kept) > 1 else kept[0])
    return Term(atom.kind, atom.name, tuple(parts))


def _without_clause(text: PolicyText, number: int, clause: str) -> str | None:
    """A statement once a clause is struck out; None where it stays as it is, "" where it goes."""
    statement = text.statements[number]
    rule = statement.rule
    if rule is None or rule.is_choice or len(rule.heads) != 1:
        return None
    written, head = _WrittenParts.of(statement), _less(rule.heads[0], text.policy, clause)
    if head is None:
        return ""
    body: Body = list(written.body)
    changed = head != rule.heads[0]
    for at, literal in enumerate(rule.body):
        left = _less(literal.atom, text.policy, clause) if literal.atom is not None else None
        if literal.atom is None or left == literal.atom:
            continue
        if left is None and not literal.sign:
            return ""  # what the rule asks for is never so
        body[at], changed = None if left is None else f"{SIGNS[literal.sign]}{left}", True
    return _written(str(head), body) if changed else None


def _is_option(text: PolicyText, number: int, reading: str) -> tuple[int, str] | None:
    """Rank and name of the option of a reading that a statement is."""
    rule = text.statements[number].rule
    if rule is None or rule.body or len(rule.heads) != 1 or not rule.heads[0].is_named("option", reading):
        return None
    _, rank, option, _ = rule.heads[0].parts
    return (rank.number, option.name) if rank.number is not None else None


def _edited(text: PolicyText, statement: ParsedStatement, number: int, edits: Sequence[PolicyEdit]) -> str:
    if any(each.kind == "strike_rule" for each in edits):
        return ""
    for each in edits:
        if each.kind == "strike_clause":
            return _without_clause(text, number, str(each.arguments[0])) or ""
        if each.kind == "read_as":
            return _ranked(text, statement, number, each)
    rule = _WrittenParts.of(statement)
    return _written(rule.head, _changed(text, statement, rule, edits))


def _ranked(text: PolicyText, statement: ParsedStatement, number: int, edit: PolicyEdit) -> str:
    """An option with the rank it has after another one has become the default."""
    reading, wanted = map(str, edit.arguments)
    options = [each for n in range(len(text.statements)) if (each := _is_option(text, n, reading)) is not None]
    rank, option = _is_option(text, number, reading) or (0, "")
    other = next(r for r, name in options if name == wanted)
    new = 1 if option == wanted else other if rank == 1 else rank
    assert statement.rule is not None, "an option is a fact"
    head = statement.rule.heads[0]
    return f"{Term('function', head.name, (head.parts[0], Term('number', value=new), *head.parts[2:]))}."


def _changed(text: PolicyText, statement: ParsedStatement, rule: _WrittenParts, edits: Iterable[PolicyEdit]) -> Body:
    body: Body = list(rule.body)
    conditions = statement.rule.body if statement.rule is not None else ()
    for each in edits:
        match each.kind:
            case "drop_condition" | "strike_condition":
                body[int(each.arguments[1])] = None
            case "move_threshold":
                at = int(each.arguments[1])
                body[at] = _moved(conditions[at], int(each.arguments[2]))
            case "strike_choice":
                at, atom = choices(statement)[int(each.arguments[1])]
                body[at] = str(atom)
            case "add_condition":
                excluded = text.conditions(int(each.arguments[1]))[int(each.arguments[2])]
                body.append(f"not {excluded.atom}")
    return body


def _moved(literal: Literal, number: int) -> str:
    atom = literal.atom
    assert atom is not None, "a comparison is an atom"
    moved = Term("function", atom.name, (atom.parts[0], Term("number", value=number)))
    return f"{SIGNS[literal.sign]}{moved}"


def _written(head: str, body: Iterable[str | None]) -> str:
    kept = [each for each in body if each is not None]
    return f"{head} :- {'; '.join(kept)}." if kept else f"{head}."


def _versions(
    text: PolicyText,
    statement: ParsedStatement,
    number: int,
    edits: Sequence[PolicyEdit],
    most: int,
    names: Mapping[PolicyEdit, str],
) -> Iterator[str]:
    """The rule for each set of its edits that can be made together."""
    rule = _WrittenParts.of(statement)
    for size in range(min(most, len(edits)) + 1):
        for made in combinations(edits, size):
            struck = any(each.kind == "strike_clause" for each in made)
            if struck or len({each.at for each in made}) < size:
                continue
            conditions = [f"reading({names[each]}, {ON if each in made else OFF})" for each in edits]
            yield _written(rule.head, [*_changed(text, statement, rule, made), *conditions])


# --- What is added ---------------------------------------------------------------------------------------------


def _unmet(text: PolicyText, edits: Iterable[PolicyEdit]) -> str:
    """That no clause that concludes a class is met."""
    struck = {each.arguments[0] for each in edits if each.kind == "strike_clause"}
    clauses = text.model.catalog.policies[text.policy].clauses.values()
    names = (each.id for each in clauses if each.gate is None and each.classes and each.id not in struck)
    return "; ".join(f"not met({text.policy}, {name})" for name in names)


def _added(text: PolicyText, edit: PolicyEdit, *, each_met: str, name: str = NEW) -> list[str]:
    own = text.policy
    if edit.kind == "state_precedence":
        winner, loser = edit.arguments
        when = f" :- reading({name}, {ON})" if name != NEW else ""
        return [f"prevails({own}, {winner}, {loser}){when}."]
    if edit.kind != "add_clause":
        return []
    when = f"{each_met}; reading({name}, {ON})" if name != NEW else each_met
    return [
        f'statement({own}, "{name}", "Added", "at the end", "what no other clause decides", rule).',
        f'clause({own}, {name}, "What no other clause decides").',
        f"otherwise({own}, {name}).",
        f"met({own}, {name}) :- {when}.",
        f"concludes({own}, {name}, {edit.arguments[0]}).",
        f'cites({own}, {name}, "{name}").',
    ]


# --- The whole text --------------------------------------------------------------------------------------------


def _joined(text: PolicyText, replaced: Mapping[int, str], added: Sequence[str]) -> str:
    """The file with some statements replaced; what is added stands at its end."""
    content = text.statements[0].file.text.encode("utf-8")
    lines = _line_starts(content)
    for number in sorted(replaced, reverse=True):
        begin, end = _span(text.statements[number], lines)
        content = content[:begin] + replaced[number].encode("utf-8") + content[end:]
    return content.decode("utf-8").rstrip("\n") + (_appended(added) if added else "\n")


def _appended(added: Sequence[str]) -> str:
    return "\n".join(["", "", *added, ""])


def _line_starts(content: bytes) -> list[int]:
    """Where each line of a file begins."""
    return [0, *(at + 1 for at, byte in enumerate(content) if byte == 0x0A)]


def _span(statement: ParsedStatement, lines: Sequence[int]) -> tuple[int, int]:
    """Where a statement begins and ends in its file; clingo counts columns in bytes."""
    place = statement.node.location
    return lines[place.begin.line - 1] + place.begin.column - 1, lines[place.end.line - 1] + place.end.column - 1


def _place(content: bytes, at: int) -> tuple[int, int]:
    """Line and column, in characters."""
    before = content[:at].decode("utf-8")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
