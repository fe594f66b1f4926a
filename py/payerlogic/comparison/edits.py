"""What an edit of a knowledge base changed in its text: policies, statements, clauses, readings, and every rule.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> edits(kb, kb)
    ()

Layout, comments and the order of the rules are no text here. What the catalog has (statements, clauses, readings,
presumptions) is compared by name; every other rule by what it concludes, so that a condition that was added, or a
threshold that was moved, shows as one rule before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from payerlogic.program.catalog import Catalog, Interpretation, Policy
from payerlogic.program.files import Program
from payerlogic.semantics.model import Model

# The facts that the catalog is made of, which are compared there.
_LISTED = (
    *("policy", "payer", "statement", "clause", "ambiguity", "option", "presumption", "presumed_value"),
    *("begins", "code", "axiom"),
)
KINDS = ("policy", "edition", "statement", "clause", "reading", "presumption", "code", "axiom", "rule", "fact")


@dataclass(frozen=True)
class Edit:
    """One thing that is not as before: ``before`` is None of what was added, ``after`` of what was removed."""

    kind: str
    policy: str
    """Empty for what every policy of the service shares."""
    id: str
    before: str | None
    after: str | None
    where: str = ""
    """Of a rule, its file and line: where it is now, or where it was."""

    @property
    def change(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "policy": self.policy or None,
            "id": self.id,
            "change": self.change,
            "before": self.before,
            "after": self.after,
            "where": self.where or None,
        }


def edits(old: Model, new: Model) -> tuple[Edit, ...]:
    """All edits between two editions of one service, by policy; what policies share comes first."""
    found = [*_listed(old.catalog, new.catalog), *_rules(old.program, new.program)]
    return tuple(sorted(found, key=lambda each: (each.policy, KINDS.index(each.kind))))


def policy_edit(policy: Policy, *, added: bool) -> Edit:
    """A policy that only one of the two has."""
    words = _policy(policy)
    return Edit("policy", policy.id, policy.id, None if added else words, words if added else None)


def _listed(old: Catalog, new: Catalog) -> Iterator[Edit]:
    for id_ in (id_ for id_ in new.policies if id_ in old.policies):
        before, after = old.policies[id_], new.policies[id_]
        yield from _of("policy", id_, {id_: _policy(before)}, {id_: _policy(after)})
        yield from _of("edition", id_, _editions(before), _editions(after))
        yield from _of("statement", id_, _statements(before), _statements(after))
        yield from _of("clause", id_, _clauses(before), _clauses(after))
        yield from _of("code", id_, dict.fromkeys(before.codes, "listed"), dict.fromkeys(after.codes, "listed"))
    owners = [each.policy for book in (old, new) for each in book.readings.values()]
    owners += [each.policy for book in (old, new) for each in book.presumptions]
    for policy in dict.fromkeys(owners):
        shared = "" if policy not in old.policies.keys() | new.policies.keys() else policy
        if shared and not (policy in old.policies and policy in new.policies):
            continue  # of a policy that is there once, nothing more is said
        readings = [{i: _reading(r) for i, r in book.readings.items() if r.policy == policy} for book in (old, new)]
        yield from _of("reading", shared, *readings)
        made = [
            {each.id: f"{each.label} ({each.attribute}: {each.value or 'under a condition'})" for each in book}
            for book in ([e for e in each.presumptions if e.policy == policy] for each in (old, new))
        ]
        yield from _of("presumption", shared, *made)
    axioms = [{name: each.sentence for name, each in book.axioms.items()} for book in (old, new)]
    yield from _of("axiom", "", *axioms)


def _of(kind: str, policy: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Edit]:
    for id_ in dict.fromkeys((*before, *after)):
        if before.get(id_) != after.get(id_):
            yield Edit(kind, policy, id_, before.get(id_), after.get(id_))


def _policy(policy: Policy) -> str:
    return f"{policy.payer}: {policy.title} ({policy.document})"


def _editions(policy: Policy) -> dict[str, str]:
    return {str(first): what for first, what in policy.versions}


def _statements(policy: Policy) -> dict[str, str]:
    found = {}
    for id_, each in policy.statements.items():
        why = f": {each.why}" if each.why else ""
        found[id_] = f"{each.paraphrase} [{each.section}, {each.place}; {each.effect}{why}]"
    return found


def _clauses(policy: Policy) -> dict[str, str]:
    found = {}
    for id_, each in policy.clauses.items():
        rank = f"; gate {each.gate}" if each.gate is not None else ""
        gives = f"; gives {', '.join(each.classes)}" if each.classes else ""
        cites = f" [{', '.join(each.statements)}]" if each.statements else ""
        found[id_] = f"{each.title}{cites}{gives}{rank}{'; for all other cases' if each.otherwise else ''}"
    return found


def _reading(reading: Interpretation) -> str:
    options = "; ".join(f"{each.name}: {each.meaning}" for each in reading.options)
    return f"{reading.question} By default {reading.default}. {options}"


# --- Rules ---------------------------------------------------------------------------------------------------

_Place = tuple[str, str, str]


def _rules(old: Program, new: Program) -> Iterator[Edit]:
    """Rules that only one of the two has; those of one head in one file are the same rule, before and after."""
    both = {each.policy for each in old.files if each.policy} & {each.policy for each in new.files if each.policy}
    written = [_written(each, both) for each in (old, new)]
    counted = [Counter(text for _, text, _ in each) for each in written]
    apart: list[dict[_Place, list[tuple[str, str]]]] = [{}, {}]
    for side in (0, 1):
        left = counted[side] - counted[1 - side]
        for place, text, where in written[side]:
            if left[text]:
                left[text] -= 1
                apart[side].setdefault(place, []).append((text, where))
    for place in dict.fromkeys((*apart[0], *apart[1])):
        before, after = (each.get(place, []) for each in apart)
        policy, _, head = place
        for index in range(max(len(before), len(after))):
            was = before[index] if index < len(before) else None
            is_ = after[index] if index < len(after) else None
            text, where = is_ or was or ("", "")
            yield Edit("rule" if ":-" in text else "fact", policy, head, was and was[0], is_ and is_[0], where)


def _written(program: Program, policies: Iterable[str]) -> list[tuple[_Place, str, str]]:
    """Every rule and fact that the catalog does not list: where it belongs, as clingo writes it, file and line."""
    found = []
    for statement in program.statements:
        rule, file = statement.rule, statement.file
        if rule is None or (file.policy is not None and file.policy not in policies):
            continue
        if not rule.body and all(head.name in _LISTED for head in rule.heads):
            continue
        path = file.path.relative_to(program.folder).as_posix()
        head = "; ".join(map(str, rule.heads)) or "constraint"
        found.append(((file.policy or "", path, head), str(statement.node), f"{path}, line {statement.line}"))
    return found
