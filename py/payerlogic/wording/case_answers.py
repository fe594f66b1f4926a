"""The answers of a reviewer's questions in sentences that a clinician reads without training.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "negative", "disease_status": "primary"}
>>> print(sentences(kb, kb.why_not(case, "bcbsaz", "approved"))[2])
  1. surgical margin: close or positive (now negative)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.contrast import Contrast, ContrastedClause, ContrastedSide
from payerlogic.answers.decision import Decider, Determination, contradiction_in_words
from payerlogic.answers.next_questions import Questions
from payerlogic.answers.premises import Premises
from payerlogic.answers.record_order import there
from payerlogic.answers.robustness import Robustness
from payerlogic.answers.sufficient_reasons import Reasons
from payerlogic.answers.why_not.search import STATE, Change, WhyNot, WhyNotSearch
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.semantics.value_sets import example_beside, step_in_words, values_in_words
from payerlogic.text.phrases import lowered
from payerlogic.wording.about_case import FEW, CaseSentences
from payerlogic.wording.outline import Line
from payerlogic.wording.ranked_questions import ranked

SHOWN = 12


@dataclass(frozen=True)
class ChangesInWords:
    """A set of changes in words: what changes, of what kind that is, what then decides, and what that rests on."""

    what: str
    kinds: str
    then: tuple[str, ...]
    rests_on: tuple[str, ...] = ()


def sentences(kb: Model, answer: CaseAnswer) -> list[Line]:
    """The answer first, then what it rests on, and last that it explains a policy and is no coverage decision."""
    words = Sentences(kb, answer.case, answer.settings)
    return [*words.of(answer), Line(DISCLAIMER)]


class Sentences(CaseSentences):
    """Puts answers about one case into words."""

    def of(self, answer: CaseAnswer) -> list[Line]:
        """The sentences of any answer about the case."""
        match answer:
            case WhyNot():
                return self.why_not(answer)
            case Reasons():
                return self.reasons(answer)
            case Questions():
                return self.questions(answer)
            case Robustness():
                return self.robustness(answer)
            case Contrast():
                return self.contrast(answer)
        raise TypeError(f"no words for {type(answer).__name__}")

    # --- Shared ------------------------------------------------------------------------------------------

    def _status(self, policy: str) -> list[Line]:
        """The outcome and its class with the clauses, what the payer is presumed to find, and a contradiction."""
        found = self._decided(policy)
        cited = "; ".join(clause.citation for clause in found.clauses)
        outcome = self.catalog.outcomes.get(found.outcome, found.outcome).lower() + found.extent
        own = found.premises.payers_own_sentence
        status = Line(
            f"{found.policy}: {outcome}, {self._classes(found.possible)}",
            citation=cited,
            end=f". {own}" if own else ".",
            is_status=True,
        )
        return [status, *map(Line, self._contradiction(found))] if found.contradicts else [status]

    def _contradiction(self, found: Determination) -> Iterator[str]:
        """The clauses that contradict each other, and what would settle it."""
        yield from contradiction_in_words(self.catalog, found)
        # Another day, or a request that the policy is not about, would only end that it is asked at all.
        concluded = frozenset(name for clause in found.clauses for name in clause.classes)
        search, day = WhyNotSearch.of(self.kb), self.catalog.version_day
        targets = {found.policy_id: concluded}
        settled = search.ask_all(self.case, targets, found.outcome, self.settings, fix=[day] if day else [])
        yield from (f"It would be settled by a reading: {self._reading(each, 0)}" for each in settled.readings[:FEW])
        if settled.changes:
            facts = "; or ".join("; ".join(map(self._change, changes)) for changes in settled.changes[:FEW])
            yield f"It would be settled by a fact under which one of them does not apply: {facts}."

    def _irrelevant(self, answer: Questions | Reasons) -> tuple[str, ...]:
        return self.vocabulary.asked(answer.irrelevant, answer.case.facts if answer.case is not None else None)

    # --- Why not -----------------------------------------------------------------------------------------

    @one_at_a_time
    def why_not(self, answer: WhyNot) -> list[Line]:
        """The changes, cheapest first, each with the clauses that then decide and what that rests on."""
        lines = [line for policy in answer.policies for line in self._status(policy)]
        wanted = self._wanted(answer.want)
        if answer.already:
            return [*lines, Line(f"That is already {wanted}."), *self._premises(answer.premises)]
        if not answer.changes:
            return [*lines, *self._premises(answer.premises), *self.unreachable(answer)]
        count = len(answer.changes)
        changes_of = "this change" if count == 1 else f"any one of these {count} changes"
        lines.append(Line(f"It would be {wanted} with {changes_of}:"))
        shown = list(zip(answer.changes, answer.grounds, strict=True))[:SHOWN]
        for number, (changes, grounds) in enumerate(shown, 1):
            lines += self._entry(number, self.changes(changes, answer.policies, grounds))
        return [*lines, *_more(answer.changes), *self.below_changes(answer)]

    def _nearer(self, answer: WhyNot) -> Iterator[Line]:
        """More facts that change together, and a number of them by less."""
        if answer.nearer:
            yield Line("Or with a smaller change of a number or date, together with other changes:")
            yield from (Line("; ".join(map(self._change, each)), 1, "-") for each in answer.nearer[:SHOWN])
        yield from _more(answer.nearer)

    def below_changes(self, answer: WhyNot) -> list[Line]:
        """Smaller changes, what is usually assumed, the readings that need no change, and those that bear on it."""
        together = Premises().together(*answer.grounds[:SHOWN])
        lines = [*self._nearer(answer), *map(Line, together.usual_sentences), *self._read_differently(answer)]
        if together.readings:
            lines.append(Line("Readings on which these changes depend:"))
            lines += [self._reading(each, 1, "-") for each in together.readings]
        return lines

    def _read_differently(self, answer: WhyNot) -> Iterator[Line]:
        if answer.readings:
            yield Line(f"With no change of facts, another reading encoded here makes it {self._wanted(answer.want)}:")
            yield from (self._reading(each, 1, "-") for each in answer.readings[:SHOWN])

    def unreachable(self, answer: WhyNot) -> Iterator[Line]:
        """Why no change gives what is wanted, and which other reading would."""
        wanted = self._wanted(answer.want)
        if not answer.blocked_by:
            yield Line(f"Under the readings taken here the policy never gives {wanted}, whatever the case.")
        else:
            differ = "At least one of these fixed facts would have to differ:"
            yield Line(f"No permitted change makes it {wanted} under the readings taken here. {differ}")
            for names in answer.blocked_by:
                yield Line(" and ".join(self._fact(name) for name in names), 1, "-")
        yield from self._read_differently(answer)
        for each in answer.reread:
            yield self._reading(
                each.switches, 0, before=f"It would be {wanted} with a different reading and a change: "
            )
            yield from (Line("; ".join(map(self._change, entry)), 1, "-") for entry in each.changes[:FEW])
            yield from _more(each.changes, FEW)

    def _fact(self, name: str) -> str:
        if name in self.case.facts:
            return self.vocabulary[name].describe(self.case.facts[name])
        follows = name in self.case.giving(self.vocabulary)
        why = "not stated; other facts would follow from it" if follows else "which you asked to leave unstated"
        return f"{self._label(name)} ({why})"

    @staticmethod
    def _entry(number: int, changes: ChangesInWords) -> Iterator[Line]:
        yield Line(changes.what, 1, number=number)
        yield Line(f"({changes.kinds})", 2)
        yield from (Line(f"then: {each}", 2) for each in changes.then)
        yield from (Line(each, 2) for each in changes.rests_on)

    @one_at_a_time
    def changes(
        self, changes: Sequence[Change], policies: Sequence[str], grounds: Premises | None = None
    ) -> ChangesInWords:
        """One minimal set of changes, the clauses that decide at these policies after it, and what that rests on."""
        axes, now = self.kb.axes, self.case.facts
        changed = self.case.changed(
            {c.attribute: example_beside(axes[c.attribute], c.to, now.get(c.attribute)) for c in changes}
        )
        decided = [Decider.of(self.kb).decide(changed, policy, self.settings) for policy in policies]
        return ChangesInWords(
            "; ".join(self._change(change) for change in changes),
            "; ".join(dict.fromkeys(self.catalog.costs.get(change.kind, change.kind) for change in changes)),
            tuple(f"{clause.title} [{clause.citation}]" for found in decided for clause in found.clauses),
            tuple(dict.fromkeys(self._rests_on(grounds or Premises(), decided))),
        )

    @staticmethod
    def _rests_on(grounds: Premises, decided: Sequence[Determination]) -> Iterator[str]:
        """What the payers are presumed to find, and the names of the readings that stand below all changes."""
        own = (premises.payers_own_sentence for premises in (*(found.premises for found in decided), grounds))
        yield from filter(None, own)
        if grounds.readings:
            names = dict.fromkeys(reading for each in grounds.readings for reading, _ in each.options)
            yield f"Depends on readings (below): {', '.join(names)}"

    def _change(self, change: Change) -> str:
        words = values_in_words(self.kb.axes[change.attribute], change.to)
        attribute = self.vocabulary[change.attribute]
        if change.group is not None:
            other, values = change.group
            words = f"any with {self._label(other)} {values_in_words(self.kb.axes[other], values)}, such as {words}"
        if change.attribute in self.case.facts:
            stated = self.case.facts[change.attribute]
            step = step_in_words(self.kb.axes[change.attribute], stated, change.to)
            return f"{attribute.label}: {words} (now {attribute.in_words(stated)}{step and f'; {step}'})"
        slot = attribute.slot
        is_new = slot is not None and slot[0] in self.case.facts and slot[1] > there(slot[0], self.case.facts)
        now = "a new record" if is_new else "not stated" if change.kind == STATE else "now presumed"
        return f"{attribute.label}: {words} ({now})"

    # --- Why: sufficient reasons ----------------------------------------------------------------------------

    @one_at_a_time
    def reasons(self, answer: Reasons) -> list[Line]:
        """What already forces the class, together with what is presumed, and what makes no difference."""
        lines = self._status(answer.policy)
        if answer.reasons == ((),):
            what = "No stated fact is needed for that: a case with nothing stated has the same answer."
            lines.append(Line(answer.grounds[0].claim(what)))
        elif answer.reasons:
            lines += self._forced(answer)
        if rest := self._irrelevant(answer):
            given = " under the same assumptions" if answer.premises.given else ""
            lines.append(Line(f"Makes no difference{given}: {self._labels(rest)}."))
        together = Premises().together(*answer.grounds[:SHOWN])
        return [*lines, *map(Line, together.usual_sentences), *self.readings(answer.premises)]

    def _forced(self, answer: Reasons) -> Iterator[Line]:
        """The reasons; what is presumed besides the facts is named with the claim that they force it, and a reading on
        which a reason depends, though the answer does not, with the reason."""
        given = {(grounds.presumptions, grounds.jointly) for grounds in answer.grounds}
        does = "force it" if len(answer.possible) == 1 else "narrow it to that"
        many = f"Each of these sets of facts is enough to {does}:"
        what = many if len(answer.reasons) > 1 else f"These facts {does}:"
        yield Line(answer.grounds[0].claim(what) if len(given) == 1 else what)
        of_the_case = {each.options for each in answer.premises.readings}
        for reason, grounds in list(zip(answer.reasons, answer.grounds, strict=True))[:SHOWN]:
            facts = "; ".join(self.vocabulary[name].describe(self.case.facts[name]) for name in reason)
            apart = f" ({lowered(grounds.given)})" if len(given) > 1 and grounds.given else ""
            yield Line(f"{facts or 'no stated fact at all'}{apart}", 1, "-")
            own = [each for each in grounds.readings if each.options not in of_the_case]
            for each in own[:FEW]:
                yield self._reading(each, 2, before="By itself this depends on a reading: ")
        yield from _more(answer.reasons)

    # --- What to ask -------------------------------------------------------------------------------------------

    @one_at_a_time
    def questions(self, answer: Questions) -> list[Line]:
        """The best question first, with what each answer would lead to; what settles nothing in one line."""
        lines = self._status(answer.policy)
        useful = [question for question in answer.questions if question.settles]
        idle = [question.attribute for question in answer.questions if not question.settles]
        if useful:
            lines += ranked(self.kb, useful)
        elif not answer.questions:
            enough = "" if self._decided(answer.policy).contradicts else "Nothing more needs to be asked: "
            what = f"{enough}no unknown fact can change the class."
            lines.append(Line(answer.premises.claim(what[0].upper() + what[1:])))
        every = self.vocabulary.asked((*(each.attribute for each in answer.questions), *answer.together))
        if later := [name for name in (*idle, *answer.together) if name in every]:
            lines.append(Line(f"Matter only together with other answers: {self._labels(later)}."))
        for name in every:
            if answer.case is not None and (lacking := answer.case.lacking(name, self.kb.vocabulary)):
                more = " and the ".join(lacking)
                lines.append(Line(f"No need to ask for this, once the {more} is stated, too: {self._label(name)}."))
        if answer.settling:
            sets = "; or ".join(" and ".join(self.vocabulary.asked_in_words(each)) for each in answer.settling[:FEW])
            lines.append(Line(f"Whatever the answers, these settle it: {sets}."))
        if answer.questions and (rest := self._irrelevant(answer)):
            given = " under the same assumptions" if answer.premises.given else ""
            lines.append(Line(f"Cannot change it any more{given}: {self._labels(rest)}."))
        return [*lines, *self._premises(answer.premises)]

    # --- Readings ----------------------------------------------------------------------------------------------

    @one_at_a_time
    def robustness(self, answer: Robustness) -> list[Line]:
        """Whether the class holds under every reading encoded here, or the readings on which it depends."""
        lines = self._status(answer.policy)
        if answer.robust:
            it = "It holds" if len(answer.possible) == 1 else "It is as open"
            lines.append(Line(answer.premises.claim(f"{it} under every reading encoded here (proved).")))
            return [*lines, *map(Line, answer.premises.usual_sentences)]
        lines.append(Line("It depends on readings (interpretations of ambiguous sentences). Any of these changes it:"))
        lines += [self._reading(switches, 1, "-") for switches in answer.switches[:SHOWN]]
        return [*lines, *_more(answer.switches), *map(Line, answer.premises.usual_sentences)]

    # --- Contrast ------------------------------------------------------------------------------------------------

    @one_at_a_time
    def contrast(self, answer: Contrast) -> list[Line]:
        """Both sides, clause against clause, and what would unite them."""
        lines = self.sides(answer)
        if united := [each for each in answer.unite if each.changes]:
            lines.append(Line("The smallest changes after which both give the same outcome:"))
            for each in united:
                best, grounds = each.changes[0], each.grounds[0]
                lines.append(Line(f"{self._wanted(each.want)}: {'; '.join(map(self._change, best))}", 1, "-"))
                if grounds.payers_own_sentence:
                    lines.append(Line(grounds.payers_own_sentence, 2))
        elif not answer.agree:
            lines.append(Line("No permitted change brings them to the same outcome."))
        return [*lines, *map(Line, answer.premises.together(*(each.grounds[0] for each in united)).usual_sentences)]

    @one_at_a_time
    def sides(self, answer: Contrast) -> list[Line]:
        """Both sides, and clause against clause."""
        left, right = answer.left, answer.right
        lines = [*self._status(left.policy), *self.readings(left.determination.premises, 1)]
        lines += [*self._status(right.policy), *self.readings(right.determination.premises, 1)]
        open_ = any(side.determination.class_ is None for side in (left, right))
        differ = "The payers cannot be compared yet: information is missing." if open_ else "The payers disagree."
        lines.append(Line("The payers agree on the outcome." if answer.agree else differ))
        return [*lines, *self._side(left, right), *self._side(right, left)]

    def _side(self, here: ContrastedSide, there: ContrastedSide) -> Iterator[Line]:
        other = there.determination.policy
        for clause in here.clauses:
            yield Line(f"{here.determination.policy} applies: {clause.title}", citation=clause.citation)
            yield from self._counterparts(clause, other)

    def _counterparts(self, clause: ContrastedClause, other: str) -> Iterator[Line]:
        if not clause.counterparts:
            yield Line(f"{other} has no clause with the same outcome for any of these cases.", 1)
        meaning = {
            "same": "covers the same cases",
            "narrower": "is narrower",
            "wider": "is wider",
            "overlapping": "covers some of the same cases",
        }
        for found in clause.counterparts:
            yield Line(f"At {other}, {found.title!r} {meaning[found.relation]}", 1, citation=found.citation)
            if found.fails:
                yield Line(f"it is not met here: {'; '.join(found.fails)}", 2)


def _more(found: Sequence[object], shown: int = SHOWN) -> Iterator[Line]:
    """How many there are beyond those that are shown."""
    if (more := len(found) - shown) > 0:
        yield Line(f"and {more} more (all are in the JSON output).", 1)
