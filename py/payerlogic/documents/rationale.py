"""Builds the rationale of a case at one payer or several, from the answers of the knowledge base.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> [each.heading for each in rationale(kb, {"primary_site": "brain"}, ["nia"]).sections][3:]
['National Imaging Associates (NIA): Denied', 'About this document']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from payerlogic.answers.decision import Decider, Determination, contradiction_in_words
from payerlogic.answers.derivation.explanation import Explainer, Explanation
from payerlogic.answers.fact_status import IMPLIED, PRESUMED, SETTLED, STATED, FactStatus, standings
from payerlogic.answers.fact_status import OPEN as OPEN_FACT
from payerlogic.answers.next_questions import QuestionSearch
from payerlogic.answers.robustness import RobustnessSearch
from payerlogic.answers.why_not.search import WhyNotSearch
from payerlogic.cases.case import StatedCase
from payerlogic.documents.blocks import (
    LONGEST_NAME,
    Block,
    Bullets,
    Document,
    Item,
    Paragraph,
    Section,
    Table,
    shown,
)
from payerlogic.documents.explanation_document import picture
from payerlogic.documents.pictures.views import MET_ONLY, in_view
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import AnyCase, Model
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import day_in_words, edition_in_words, joined, listed
from payerlogic.version import __version__
from payerlogic.wording.case_answers import Sentences
from payerlogic.wording.explanation import reasons_by_heading
from payerlogic.wording.outline import Line

STATES = (STATED, IMPLIED, PRESUMED, OPEN_FACT, SETTLED)
"""How facts are known, in the order in which a rationale lists them."""
FIELDS = ("Reviewer", "Signature", "Date of the review")
"""What is filled in by hand."""
LEGEND = (
    "✓ met; ✗ not met; ? open: it depends on a fact that is not known",
    "~ presumed, since nothing was stated; § a reading: a choice among the meanings that the text can bear",
    "[N26] and the like: the number of a statement in the ledger of its document, in the document's order",
)


@one_at_a_time
def rationale(
    kb: Model,
    case: AnyCase,
    policies: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    want: str | None = None,
    made: datetime | None = None,
) -> Document:
    """The document on ``case`` at ``policies`` (all, when none is named); ``made`` is now, if not given.

    With ``want``, an outcome or class, it also names the smallest changes that would give it. Raises CaseError for
    a bad case and QuestionError for a policy, outcome or class that there is not.
    """
    stated, asked = kb.read(case), settings or kb.settings()
    names = [kb.check_policy(name) for name in policies] or list(kb.policies)
    return _Builder(kb, stated, asked, want).build(list(dict.fromkeys(names)), made or datetime.now().astimezone())


class _Builder:
    """Builds one document."""

    def __init__(self, kb: Model, case: StatedCase, settings: Settings, want: str | None) -> None:
        self.kb = kb
        self.catalog = kb.catalog
        self.case = case
        self.settings = settings
        self.want = want
        self.words = Sentences(kb, case, settings)

    def build(self, policies: list[str], made: datetime) -> Document:
        decide = Decider.of(self.kb).decide
        found = {each: decide(self.case, each, self.settings, with_readings=True) for each in policies}
        name = shown(self.case.id, LONGEST_NAME) if self.case.id else "a case without a name"
        sections = (
            Section("Summary", tuple(self._in_short(found))),
            Section("Determinations", (*self._name(), *self._at_a_glance(found))),
            Section("The case", tuple(self._facts(found))),
            *(self._policy(policy, each) for policy, each in found.items()),
            Section("About this document", tuple(self._about(made))),
        )
        return Document(f"Coverage rationale: {name}", DISCLAIMER, sections, made=made, kb=self.kb.digest)

    # --- All payers ----------------------------------------------------------------------------------

    def _in_short(self, found: Mapping[str, Determination]) -> Iterator[Block]:
        """One paragraph for who reads nothing else, and the fields in which a file keeps who looked at it."""
        said: list[str] = []
        for policy, each in found.items():
            verdict = f"{self._outcome(each)}{each.extent} at {self.catalog.policies[policy].payer}"
            if each.deciding:
                missing = [self.kb.vocabulary[name].label for name in self.kb.vocabulary.asked(each.deciding)]
                what = "it depends" if each.outcome == OPEN else "only the class depends"
                said.append(f"{verdict}: {what} on {joined(missing)}.")
            else:
                said.append(f"{verdict}: {'; '.join(clause.title for clause in each.clauses) or 'by default'}.")
            if each.premises.payers_own_sentence:
                said.append(each.premises.payers_own_sentence)
        facts = [self.kb.vocabulary[name].describe(value) for name, value in self.case.facts.items()]
        said.append(f"The case: {'; '.join(facts)}." if facts else "Nothing is stated of this case.")
        yield Paragraph(" ".join(said))
        entries = (("Request number", shown(self.case.id or "", LONGEST_NAME)), *((name, "") for name in FIELDS))
        yield Table.of("For the file", ("Field", "Entry"), entries)

    def _name(self) -> Iterator[Block]:
        if self.case.id and len(shown(self.case.id)) > LONGEST_NAME:
            yield Paragraph(("Name of the case in full:", self.case.id))

    def _at_a_glance(self, found: Mapping[str, Determination]) -> Iterator[Block]:
        rows = (
            (
                self.catalog.policies[policy].payer,
                self._outcome(each) + each.extent,
                self._classes(each.possible),
                f"{each.policy}, {self._edition(each)}",
                "; ".join(clause.citation for clause in each.clauses) or "nothing yet",
            )
            for policy, each in found.items()
        )
        header = ("Payer", "Outcome", "Class", "Policy", "Rests on")
        yield Table.of(f"What each policy says, as of {day_in_words(self.settings.as_of)}", header, rows)
        for policy, each in found.items():
            yield from self._presumed_denial(policy, each)

    def _outcome(self, found: Determination) -> str:
        return "Open" if found.outcome == OPEN else self.catalog.outcomes[found.outcome]

    def _classes(self, names: Iterable[str]) -> str:
        return self.catalog.classes_in_words(names)

    def _edition(self, found: Determination) -> str:
        return edition_in_words(found.version) if found.version else "no edition in force, or not settled which"

    def _presumed_denial(self, policy: str, found: Determination) -> Iterator[Block]:
        """A denial that presumes what the payer itself would have to find says so first."""
        if found.premises.payers_own_sentence:
            payer = self.catalog.policies[policy].payer
            yield Paragraph(f"{payer}: {self._outcome(found)}. {found.premises.payers_own_sentence}", strong=True)

    def _facts(self, found: Mapping[str, Determination]) -> Iterator[Block]:
        """How each fact is known, and what is not stated and does not matter."""
        if not self.case.facts:
            yield Paragraph("Nothing is stated of this case.", strong=True)
        known = standings(self.kb, self.case, self.settings, found)
        ordered = sorted(known.values(), key=lambda each: STATES.index(each.state))
        rows = [
            self._fact(each, len(found))
            for each in ordered
            if each.state != SETTLED or each.attribute in self.case.written
        ]
        if rows:
            yield Table.of("Facts of the case, and how each is known", ("Fact", "Value", "How it is known"), rows)
        others = [
            self.kb.vocabulary[name].label
            for name, each in known.items()
            if each.state == SETTLED and name not in self.case.written
        ]
        if others:
            what = f"Not stated, and not able to change a determination of this document: {listed(others)}."
            yield Bullets.of("Not stated", [what])

    def _fact(self, status: FactStatus, policies: int) -> tuple[str, str, str]:
        name = status.attribute
        label, written = self.kb.vocabulary[name].label, self.case.written.get(name)
        if status.state == STATED or written is not None:
            return label, status.value or "unknown", f"stated{f', written {written}' if written is not None else ''}"
        if status.state == IMPLIED:
            return label, status.value, "follows from what is stated"
        if status.state == PRESUMED:
            where = "" if len(status.policies) == policies else self._at(status.policies)
            return label, status.value, f"presumed{where}, since it is not stated"
        return label, "not stated", f"unknown; {status.why}"

    def _at(self, policies: Sequence[str]) -> str:
        return f" at {joined(self.catalog.policies[policy].payer for policy in policies)}"

    # --- One payer -------------------------------------------------------------------------------------

    def _policy(self, policy: str, found: Determination) -> Section:
        explanation = Explainer.of(self.kb).explain(self.case, policy, self.settings)
        payer = self.catalog.policies[policy].payer
        inner = (
            *self._statements(policy, found),
            *self._why(explanation),
            *self._readings(policy, found),
            *self._remarks(found),
            *self._why_not(policy),
        )
        heading = f"{payer}: {self._outcome(found)}{found.extent}"
        return Section(heading, tuple(self._summary(policy, found)), inner)

    def _summary(self, policy: str, found: Determination) -> Iterator[Block]:
        book = self.catalog.policies[policy]
        edition = f", {self._edition(found)}"
        verdict = (
            f"{found.policy}, {book.title}{edition}: {self._outcome(found).lower()}{found.extent}, "
            f"{self._classes(found.possible)}."
        )
        yield Paragraph(verdict, strong=True)
        yield from self._presumed_denial(policy, found)
        for line in contradiction_in_words(self.catalog, found):
            yield Paragraph(line, strong=True)
        premises = [*(f"Limit: {each.cited}." for each in found.limits), *found.premises.usual_sentences]
        yield Bullets.of("Premises of the determination", [*premises, *found.premises.reading_sentences()])
        if found.deciding:
            labels = [self.kb.vocabulary[name].label for name in self.kb.vocabulary.asked(found.deciding)]
            title = f"Facts that can still decide {found.what_is_open}"
            yield Bullets.of(title, [f"{title}:", *_below(labels)])
            questions = QuestionSearch.of(self.kb).find(self.case, policy, self.settings)
            yield from self._answer("What to ask", self.words.questions(questions))

    def _statements(self, policy: str, found: Determination) -> Iterator[Section]:
        book = self.catalog.policies[policy]
        rows = [
            (clause.title, f"{statement.section}, {statement.place} [{id_}]", statement.paraphrase)
            for clause in found.clauses
            for id_ in clause.statements
            if (statement := book.statements.get(id_))
        ]
        if rows:
            caption = f"Clauses of {found.policy} that the determination rests on; the statements are paraphrased"
            table = Table.of(caption, ("Clause", "Where the text says it", "What it says, in our words"), rows)
            yield Section("What it rests on", (table,))

    def _why(self, explanation: Explanation) -> Iterator[Section]:
        listed = list(reasons_by_heading(explanation))
        deciding = [_item(line) for heading, lines in listed if not heading for line in lines]
        blocks: list[Block] = [Bullets.of("Derivation", deciding)] if deciding else []
        caption = f"What the determination of {explanation.determination.policy} rests on, as a graph"
        blocks.append(picture(in_view(explanation, MET_ONLY), caption))
        yield Section("Why", tuple(blocks))
        for heading, lines in listed:
            if heading:
                below = [_item(line, up=1) for line in lines]
                yield Section(f"Why others do not decide: {heading.lower()}", (Bullets.of(heading, below),))

    def _readings(self, policy: str, found: Determination) -> Iterator[Section]:
        blocks: list[Block] = []
        concerned = {n: o for n, o in found.readings.items() if self._concerns(n, policy)}
        if concerned:
            lines = ["Readings that are not the default:", *_below(self._taken(n, o) for n, o in concerned.items())]
            blocks.append(Bullets.of("Readings not at their default", lines))
        else:
            blocks.append(Paragraph("Every ambiguity of the text is read by its default."))
        robustness = RobustnessSearch.of(self.kb).find(self.case, policy, self.settings)
        blocks += self._answer("Robustness", self.words.robustness(robustness))
        yield Section("Readings of the text", tuple(blocks))

    def _taken(self, reading: str, option: str) -> str:
        each = self.catalog.readings[reading]
        default = each.meaning(each.default)
        cited = self.catalog.citation(each.policy, each.statements) if each.policy in self.catalog.policies else ""
        return f"{each.question} Here: {each.meaning(option)} (default: {default}){f' [{cited}]' if cited else ''}"

    def _concerns(self, reading: str, policy: str) -> bool:
        return self.catalog.readings[reading].concerns(policy)

    def _remarks(self, found: Determination) -> Iterator[Section]:
        if found.advisories:
            notes = Bullets.of("Remarks on the policy and the case", [each.cited for each in found.advisories])
            yield Section("Please note", (notes,))

    def _why_not(self, policy: str) -> Iterator[Section]:
        if self.want is None:
            return
        answer = WhyNotSearch.of(self.kb).ask(self.case, policy, self.want, self.settings)
        label = self.catalog.outcomes.get(self.want) or self._classes([self.want])
        yield Section(
            f"What would make it: {label.lower()}", tuple(self._answer("Changes", self.words.why_not(answer)))
        )

    def _answer(self, what: str, lines: Sequence[Line]) -> Iterator[Block]:
        """An answer's own sentences as a list, without the determination, which stands elsewhere."""
        kept = [(line.depth, line.numbered) for line in lines if not line.is_status]
        if kept:
            yield Bullets.of(what, kept)

    # --- The end -----------------------------------------------------------------------------------------

    def _about(self, made: datetime) -> Iterator[Block]:
        rows = [
            ("Made", f"{day_in_words(made.date())}, {made.strftime('%H:%M %Z').strip()}"),
            ("Taken for today", day_in_words(self.settings.as_of)),
            ("Presumptions", "made where nothing is stated" if self.settings.presumptions else "none made"),
            ("Readings not at their default", ", ".join(f"{n} = {o}" for n, o in self._changed()) or "none"),
            ("Knowledge base (hash)", self.kb.digest),
            ("Made by", f"payerlogic {__version__}"),
        ]
        yield Table.of("How this document was made", ("What", "Value"), rows)
        yield Bullets.of("Marks", LEGEND)
        yield Paragraph("The policies' statements are paraphrased; the payer's published text is what counts.")
        yield Paragraph(DISCLAIMER, strong=True)

    def _changed(self) -> list[tuple[str, str]]:
        return sorted(self.settings.readings.items())


def _below(lines: Iterable[str]) -> list[Item]:
    return [(1, line) for line in lines]


def _item(line: Line, up: int = 0) -> Item:
    return max(0, line.depth - up), f"{line.lead}{line.cited}"
