"""The answers of a reviewer's questions in sentences that a clinician reads without training.

>>> from payerlogic.knowledge import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "negative", "disease_status": "primary"}
>>> print(kb.why_not(case, "bcbsaz", "approved").text().splitlines()[2])
  1. surgical margin: close or positive (now negative)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from payerlogic.basis import Switches
from payerlogic.case import StatedCase
from payerlogic.contrast import Contrast, ContrastedClause, Side
from payerlogic.decide import DISCLAIMER, Determination
from payerlogic.questions import Question, Questions
from payerlogic.reasons import Reasons
from payerlogic.robustness import Robustness
from payerlogic.situations import Settings
from payerlogic.turns import one_at_a_time
from payerlogic.values import example_of, values_in_words
from payerlogic.whynot import STATE, Change, WhyNot

if TYPE_CHECKING:
    from payerlogic.knowledge import KnowledgeBase

SHOWN = 12
KINDS = {
    "state": "stating what is unknown",
    "plan": "a change of the plan, which is the provider's",
    "finding": "a finding, which further evidence may revise",
    "tumor": "a fact about the tumor, which changes only with new staging",
    "payer": "a finding of the payer",
    "request": "paperwork of the request",
    "patient": "a fact about the patient",
    "fixed": "a fact that nobody can change",
}


@dataclass(frozen=True)
class ToldChanges:
    """A set of changes in words: what changes, of what kind that is, and what then decides."""

    what: str
    kinds: str
    then: tuple[str, ...]


class Sentences:
    """Tells answers about one case."""

    def __init__(self, kb: KnowledgeBase, case: StatedCase, settings: Settings) -> None:
        self.kb = kb
        self.case = case
        self.settings = settings
        self.vocabulary = kb.vocabulary
        self.catalog = kb.catalog

    # --- Shared ------------------------------------------------------------------------------------------

    def _decided(self, policy: str) -> Determination:
        return self.kb.decide(self.case, policy, self.settings)

    def _classes(self, names: Sequence[str]) -> str:
        return " or ".join(self.catalog.classes[name].label for name in names)

    def _now(self, policy: str) -> str:
        found = self._decided(policy)
        cited = "; ".join(clause.citation for clause in found.clauses)
        outcome = self.catalog.outcomes.get(found.outcome, found.outcome).lower()
        return f"{found.policy} now: {outcome}, {self._classes(found.possible)}{f' [{cited}]' if cited else ''}."

    def _label(self, attribute: str) -> str:
        return self.vocabulary[attribute].label

    def _labels(self, attributes: Sequence[str]) -> str:
        return ", ".join(self._label(name) for name in attributes)

    def _wanted(self, want: str) -> str:
        return self.catalog.outcomes[want].lower() if want in self.catalog.outcomes else repr(self._classes([want]))

    # --- Why not -----------------------------------------------------------------------------------------

    @one_at_a_time
    def why_not(self, answer: WhyNot) -> list[str]:
        """The changes, cheapest first, each with the clauses that then decide."""
        policies = [name for name in self.catalog.policies if name in answer.policy.split(" and ")]
        lines = [self._now(policy) for policy in policies]
        wanted = self._wanted(answer.want)
        if answer.already:
            return [*lines, f"That is already {wanted}.", DISCLAIMER]
        if not answer.changes:
            return [*lines, *self._unreachable(answer, wanted), DISCLAIMER]
        count = len(answer.changes)
        lines.append(
            f"It would be {wanted} with {'this change' if count == 1 else f'any one of these {count} changes'}:"
        )
        for number, changes in enumerate(answer.changes[:SHOWN], 1):
            lines += self._entry(number, changes, policies)
        if count > SHOWN:
            lines.append(f"  and {count - SHOWN} more (all are in the JSON output).")
        return [*lines, DISCLAIMER]

    def _unreachable(self, answer: WhyNot, wanted: str) -> Iterator[str]:
        if not answer.blocked_by:
            yield f"No case at all is {wanted} under these readings: the policy has no way to it."
            return
        yield f"No permitted change makes it {wanted}. One of these would have to be otherwise, and cannot be:"
        for names in answer.blocked_by:
            yield f"  - {' and '.join(self._fact(name) for name in names)}"

    def _fact(self, name: str) -> str:
        if name in self.case.facts:
            return self.vocabulary[name].describe(self.case.facts[name])
        return f"{self._label(name)} (not to be stated)"

    def _entry(self, number: int, changes: Sequence[Change], policies: Sequence[str]) -> Iterator[str]:
        told = self.changes(changes, policies)
        yield f"  {number}. {told.what}"
        yield f"     ({told.kinds})"
        yield from (f"     then: {each}" for each in told.then)

    @one_at_a_time
    def changes(self, changes: Sequence[Change], policies: Sequence[str]) -> ToldChanges:
        """One minimal set of changes, and the clauses that decide at these policies after it."""
        axes = self.kb.axes
        changed = self.case.changed({c.attribute: example_of(axes[c.attribute], c.to) for c in changes})
        decided = [self.kb.decide(changed, policy, self.settings) for policy in policies]
        return ToldChanges(
            "; ".join(self._change(change) for change in changes),
            "; ".join(dict.fromkeys(KINDS[change.kind] for change in changes)),
            tuple(f"{clause.title} [{clause.citation}]" for found in decided for clause in found.clauses),
        )

    def _change(self, change: Change) -> str:
        words = values_in_words(self.kb.axes[change.attribute], change.to)
        attribute = self.vocabulary[change.attribute]
        if change.attribute in self.case.facts:
            return f"{attribute.label}: {words} (now {attribute.in_words(self.case.facts[change.attribute])})"
        return f"{attribute.label}: {words} ({'not stated' if change.kind == STATE else 'now presumed'})"

    # --- Why: sufficient reasons ----------------------------------------------------------------------------

    @one_at_a_time
    def reasons(self, answer: Reasons) -> list[str]:
        """What already forces the class, and what was irrelevant."""
        lines = [self._now(answer.policy)]
        if answer.reasons == ((),):
            lines.append("No stated fact is needed for that: it would be the same of a case with nothing stated.")
        elif answer.reasons:
            many = len(answer.reasons) > 1
            lines.append("Each of these sets of facts alone forces it:" if many else "These facts alone force it:")
            for reason in answer.reasons[:SHOWN]:
                lines.append(
                    f"  - {'; '.join(self.vocabulary[name].describe(self.case.facts[name]) for name in reason)}"
                )
            if len(answer.reasons) > SHOWN:
                lines.append(f"  and {len(answer.reasons) - SHOWN} more (all are in the JSON output).")
        if answer.irrelevant:
            lines.append(f"Of no importance to it: {self._labels(answer.irrelevant)}.")
        return [*lines, DISCLAIMER]

    # --- What to ask -------------------------------------------------------------------------------------------

    @one_at_a_time
    def questions(self, answer: Questions) -> list[str]:
        """The best question first, with what each answer would lead to."""
        lines = [self._now(answer.policy)]
        if not answer.questions:
            lines.append("Nothing more needs to be asked: no unknown fact can change the class.")
            return [*lines, DISCLAIMER]
        lines.append("Still to ask, the best question first (share of the remaining cases that its answer settles):")
        for number, question in enumerate(answer.questions, 1):
            lines += self._question(number, question)
        sets = "; or ".join(self._labels(each) for each in answer.settling[:3])
        lines.append(f"Whatever the answers, it is settled by: {sets}.")
        if answer.irrelevant:
            lines.append(f"These can no longer change it: {self._labels(answer.irrelevant)}.")
        return [*lines, DISCLAIMER]

    def _question(self, number: int, question: Question) -> Iterator[str]:
        yield f"  {number}. {self._label(question.attribute)} ({_percent(question.settles)})"
        if len(question.answers) == 1:
            yield f"     - whatever the answer: still open, {self._classes(question.answers[0].possible)}"
            return
        for answer in question.answers:
            words = values_in_words(self.kb.axes[question.attribute], answer.values)
            follows = self._classes(answer.possible)
            yield f"     - {words}: {'still open, ' if len(answer.possible) > 1 else ''}{follows}"

    # --- Readings ----------------------------------------------------------------------------------------------

    @one_at_a_time
    def robustness(self, answer: Robustness) -> list[str]:
        """Whether the class survives every reading, or on which it hangs."""
        lines = [self._now(answer.policy)]
        if answer.robust:
            return [*lines, "It holds under every reading of the policy (proved).", DISCLAIMER]
        lines.append("It holds, unless the text is read otherwise in one of these ways:")
        for switches in answer.switches[:SHOWN]:
            lines.append(f"  - {self._switches(switches)}: then {self._classes(switches.possible)}")
            lines += [f"    [{self._cited(reading)}]" for reading, _ in switches.options]
        if len(answer.switches) > SHOWN:
            lines.append(f"  and {len(answer.switches) - SHOWN} more (all are in the JSON output).")
        return [*lines, DISCLAIMER]

    def _switches(self, switches: Switches) -> str:
        parts = []
        for id_, options in switches.options:
            reading = self.catalog.readings[id_]
            meanings = "' or '".join(reading.meaning(option) for option in options)
            parts.append(f"{reading.question} Read as '{meanings}'")
        return "; together with: ".join(parts)

    def _cited(self, reading: str) -> str:
        found = self.catalog.readings[reading]
        if found.policy not in self.catalog.policies:
            return f"{reading}: {found.why_default}"
        return self.catalog.citation(found.policy, found.statements)

    # --- Contrast ------------------------------------------------------------------------------------------------

    @one_at_a_time
    def contrast(self, answer: Contrast) -> list[str]:
        """Both sides, clause against clause, and what would unite them."""
        left, right = answer.left, answer.right
        lines = [self._now(left.policy), self._now(right.policy)]
        lines.append("They agree on the outcome." if answer.agree else "They part.")
        lines += [*self._side(left, right), *self._side(right, left)]
        united = [each for each in answer.unite if each.changes]
        if united:
            lines.append("The smallest changes after which both give the same outcome:")
            for each in united:
                best = each.changes[0]
                lines.append(f"  - {self._wanted(each.want)}: {'; '.join(self._change(change) for change in best)}")
        elif not answer.agree:
            lines.append("No permitted change brings them to the same outcome.")
        return [*lines, DISCLAIMER]

    def _side(self, here: Side, there: Side) -> Iterator[str]:
        other = there.determination.policy
        for clause in here.clauses:
            yield f"{here.determination.policy} decides by: {clause.title} [{clause.citation}]"
            yield from self._counterparts(clause, other)

    def _counterparts(self, clause: ContrastedClause, other: str) -> Iterator[str]:
        if not clause.counterparts:
            yield f"  {other} has no clause of that effect for any of these cases."
        meaning = {
            "same": "covers the same cases",
            "narrower": "is narrower",
            "wider": "is wider",
            "overlapping": "covers some of the same cases",
        }
        for found in clause.counterparts:
            yield f"  At {other}, {found.title!r} {meaning[found.relation]} [{found.citation}]"
            if found.fails:
                yield f"    it is not met here, because: {'; '.join(found.fails)}"


def _percent(share: Fraction) -> str:
    return f"{round(float(share) * 100)} %"
