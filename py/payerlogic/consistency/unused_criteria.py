"""Criteria that a policy declares and no clause, remark or limit of it comes to; labels of criteria that no rule gives.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> CriteriaInUse.of(kb.program, "nia").unused
[]

Asked of the text, not of the ground program: of what holds always, or never, grounding leaves nothing to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from payerlogic.program.checks.ownership import Owners
from payerlogic.program.files import Program
from payerlogic.program.rule_index import fits, is_open
from payerlogic.program.statements import Term, WrittenRule, fact

CRITERION = "criterion"
SAY_OF = ("label", "cites")
"""What is said of a criterion makes no use of it."""


@dataclass(frozen=True)
class CriteriaInUse:
    """The rules of one policy, and which of them something that is decided or remarked comes to."""

    policy: str
    rules: Sequence[WrittenRule]
    owners: Owners

    @classmethod
    def of(cls, program: Program, policy: str) -> CriteriaInUse:
        rules = (each.rule for each in program.statements if each.file.policy == policy)
        return cls(policy, [each for each in rules if each is not None], Owners(program))

    def is_own(self, atom: Term) -> bool:
        """Whether an atom is a criterion of the policy, or of a predicate that it alone has."""
        return atom.is_named(CRITERION, self.policy) or self.owners.of(atom) == self.policy

    @property
    def unused(self) -> list[Term]:
        """The criteria that rules conclude and nothing comes to, each once, as they are written."""
        own = (head for rule in self.rules for head in rule.heads if self.is_own(head))
        apart = dict.fromkeys(each for head in own for each in _listed(head))
        return [each for each in apart if not self.is_used(each)]

    @property
    def without_rule(self) -> Iterator[tuple[Term, str]]:
        """The criteria of which something is said, and that no rule concludes, each with its label or ""."""
        said: dict[Term, str] = {}
        for rule in self.rules:
            for head in rule.heads if not rule.body else ():
                thing = head.parts[0 if head.name == "label" else 1] if head.name in SAY_OF else None
                if thing is not None and thing.is_named(CRITERION, self.policy) and not is_open(thing):
                    label = str(head.parts[1].value or "") if head.name == "label" else ""
                    said |= {each: said.get(each) or label for each in _listed(thing)}
        concluded = [head for rule in self.rules for head in rule.heads if self.is_own(head)]
        return ((each, label) for each, label in said.items() if not any(_meet(head, each) for head in concluded))

    def decides(self, thing: str) -> bool:
        """Whether what is cited has a part in some decision: all but a criterion that nothing comes to."""
        atom = fact(f"{thing}.")
        return atom is None or not self.is_own(atom) or self.is_used(atom)

    def is_used(self, atom: Term) -> bool:
        """Whether something comes to an own atom."""
        return any(_meet(each, atom) for each in self._used)

    @cached_property
    def _used(self) -> list[Term]:
        """The own atoms for which some rule asks that is used itself, or that concludes anything else than these."""
        found: dict[Term, None] = {}
        begin = (rule for rule in self.rules if not any(h.name in SAY_OF or self.is_own(h) for h in rule.heads))
        stack = [atom for rule in begin for atom in rule.atoms()]
        while stack:
            atom = stack.pop()
            if atom in found or not self.is_own(atom):
                continue
            found[atom] = None
            asked = (rule for rule in self.rules if any(_meet(head, atom) for head in rule.heads))
            stack += [each for rule in asked for each in rule.atoms()]
        return list(found)


def _listed(atom: Term) -> Iterator[Term]:
    """An atom that lists names in its last place, one by one."""
    *first, last = atom.parts
    for each in last.alternatives():
        yield Term(atom.kind, atom.name, (*first, each))


def _meet(one: Term, other: Term) -> bool:
    """Whether two atoms, as they are written, can be the same."""
    return one.key == other.key and all(
        is_open(a) or is_open(b) or any(fits(a, each) for each in b.alternatives())
        for a, b in zip(one.parts, other.parts, strict=True)
    )
