"""Whether a repair ends the very finding it is offered for, against redundancy and death decided case by case.

``test_parts`` asks check itself what is found after an edit. Here nothing is asked of it: which rule a finding is about
is known by its line, which no edit moves, and whether a part of it is dead or could go is tried on every case. The
policies have two editions, so a criterion has a rule for each, which ask for some of the same.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.consistency.finding import Finding
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from payerlogic.program.source_files import Draft
from payerlogic.repair.declared import PolicyEdit, PolicyText, declared
from payerlogic.repair.edited_text import with_edits
from payerlogic.repair.search import RepairSearch, edited
from tests.repair.dated import Cases, Instance, dated, two_editions
from tests.tiers import amounts

Part = tuple[str, int, frozenset[str], str]
"""A clause, way or condition that is dead or could go: the clause, the line, what the way asks, the condition."""


class Policy:
    """A policy as its text is, or after edits of it."""

    def __init__(self, kb: KnowledgeBase, content: str) -> None:
        self.kb, self.content = kb, content
        self.cases = Cases(self._program(content))

    def _program(self, content: str) -> Program:
        path = self.kb.file_of("ash").path
        library = Library.read(path.parent.parent, Draft(path, content))
        return Program.of(library, ["ash"], "editions")

    @cached_property
    def twice(self) -> set[int]:
        """The lines that say, for something that they list, what another line says: either could go."""
        ways = self.cases.instances
        return {a.line for a in ways for b in ways if a.line != b.line and (a.head, a.body) == (b.head, b.body)}

    def same_with(self, content: str) -> bool:
        """Whether each case has the same class with another text."""
        return Cases(self._program(content)).classes == self.cases.classes

    def without_line(self, line: int) -> str:
        lines = self.content.split("\n")
        return "\n".join([*lines[: line - 1], "", *lines[line:]])

    def with_way(self, head: str, body: frozenset[str]) -> str:
        return f"{self.content}\n{head} :- {', '.join(sorted(body))}.\n" if body else f"{self.content}\n{head}.\n"

    @cached_property
    def dead(self) -> set[Part]:
        """Clauses that no case meets, and other ways that no case of a clause takes."""
        heads = {f"met(ash,{name})" for name in "ab"} & {each.head for each in self.cases.instances}
        met = {head for head in heads if any(head in each for each in self.cases.atoms)}
        found = {(head, 0, frozenset[str](), "") for head in heads - met}
        for each in self.cases.instances:
            for user in set(self.cases.users(each)) & met:
                if self.cases.ways(each.head) > 1 and not self.cases.holds(each, user):
                    found.add((user, each.line, each.body, ""))
        return found

    @cached_property
    def redundant(self) -> set[Part]:
        """Clauses, other ways and conditions without which every case has the class that it has."""
        found = set[Part]()
        for name in "ab":
            head = f"met(ash,{name})"
            lines = {each.line for each in self.cases.instances if each.head == head}
            if any(head in each for each in self.cases.atoms) and self.same_with(self._never(head, lines)):
                found.add((head, 0, frozenset[str](), ""))
        whole = {head for head, *_ in found}
        for each in self.cases.instances:
            if not any(self.cases.holds(each, user) for user in set(self.cases.users(each)) - whole):
                continue
            if self.cases.ways(each.head) > 1 and self.same_with(self._without(each)):
                found.add(("", each.line, each.body, ""))
                continue
            for condition in each.body:
                if self.same_with(self.with_way(each.head, each.body - {condition})):
                    found.add(("", each.line, each.body, condition))
        return found

    def _never(self, head: str, lines: set[int]) -> str:
        content = self.content
        for line in lines:
            kept = content.split("\n")
            kept[line - 1] = f"{head} :- case(urgent, true), case(urgent, false)."
            content = "\n".join(kept)
        return content

    def _without(self, instance: Instance) -> str:
        """The text without one way: the other ways of its line stand at the end."""
        content = self.without_line(instance.line)
        for each in self.cases.instances:
            if each.line == instance.line and each.body != instance.body:
                content += f"\n{each.head} :- {', '.join(sorted(each.body))}.\n"
        return content


def parts(policy: Policy, kind: str) -> set[Part]:
    return policy.dead if kind == "dead" else policy.redundant


def part_of(finding: Finding) -> Part:
    """What a finding says is dead or could go."""
    rule = finding.rule
    if rule is None:
        return f"met(ash,{finding.clauses[0]})", 0, frozenset(), ""
    user = f"met(ash,{finding.clauses[0]})" if finding.kind == "dead" else ""
    return user, rule.line, frozenset(rule.body), rule.condition


def is_left(
    part: Part,
    clause: str,
    before: set[Part],
    after: set[Part],
) -> bool:
    """Whether a part is still dead or redundant; or, newly, the same of another way of its rule, all of the way, the
    clause that it is first of, or where it is of a clause as a whole, a part of that."""
    user, line, _, condition = part
    for each in after:
        if each == part:
            return True
        if each in before:
            continue
        if each[:2] == (user, line) and each[3] in ("", condition):
            return True
        if each[1] == 0 and each[0] == clause:
            return True
    return False


SEEDS = (7, 3, *(each for each in range(12) if each not in (7, 3)))
"""Those first that have findings of one criterion in both editions, redundant and dead."""


@pytest.mark.parametrize("policies", amounts(1, 12))
def test_against_every_case(kb_folder: Path, tmp_path: Path, policies: int) -> None:
    seen = Counter[str]()
    for seed in SEEDS[:policies]:
        kb = dated(kb_folder, tmp_path / f"{seed}", two_editions(seed))
        compare(kb, seen)
    assert seen["redundant"], seen
    assert seen["alike"], seen
    assert policies < 2 or seen["dead"], seen


def compare(kb: KnowledgeBase, seen: Counter[str]) -> None:
    text = PolicyText.of(kb, "ash")
    now = Policy(kb, text.statements[0].file.text)
    findings = [each for each in kb.check("ash") if each.kind in ("dead", "redundant")]
    for kind in ("dead", "redundant"):
        assert {part_of(each) for each in findings if each.kind == kind} == parts(now, kind)
    said = Counter(each.message for each in findings)
    assert set(said.values()) <= {1}, "no two read alike"
    made: dict[PolicyEdit, Policy | None] = {}
    search = RepairSearch(kb, "ash", listed=1000)
    for finding in findings:
        got = search.of(finding)
        clause = f"met(ash,{finding.clauses[0]})"
        ending = set()
        for edit in declared(text, finding.kind, finding.clauses[:1], part=finding.rule).edits:
            if edit not in made:
                made[edit] = _made(kb, text, edit)
            after = made[edit]
            if after is None:
                continue
            before_parts, after_parts = parts(now, finding.kind), parts(after, finding.kind)
            if part_of(finding)[1] == 0:
                left = any(_user(each, after) == clause for each in after_parts if each not in before_parts)
                left = left or part_of(finding) in after_parts
            else:
                left = is_left(part_of(finding), clause, before_parts, after_parts)
                left = left or part_of(finding)[1] in after.twice - now.twice
            if not left:
                ending.add(edit)
        assert {each.edits[0] for each in got.repairs} == ending, finding.message
        seen[finding.kind] += 1
        seen["alike"] += sum(
            each.rule is not None and each.part != finding.part and _alike(each, finding) for each in findings
        )


def _alike(one: Finding, other: Finding) -> bool:
    assert one.rule is not None
    return other.rule is not None and (one.rule.concludes, one.rule.condition) == (
        other.rule.concludes,
        other.rule.condition,
    )


def _user(part: Part, policy: Policy) -> str:
    """The first clause that a part is of."""
    if part[0]:
        return part[0]
    instance = next(each for each in policy.cases.instances if (each.line, each.body) == part[1:3])
    return policy.cases.users(instance)[0]


def _made(kb: KnowledgeBase, text: PolicyText, edit: PolicyEdit) -> Policy | None:
    content = with_edits(text, [edit])
    try:
        edited(kb, ["ash"], text, content)
        return Policy(kb, content)
    except KnowledgeBaseError:
        return None
