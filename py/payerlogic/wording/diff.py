"""What an edit of a knowledge base changed, in words.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.comparison.diff_search import difference
>>> kb = KnowledgeBase.load()
>>> next(iter(DiffWords(difference(kb, kb, ["nia"])).summary()))
'No determination changes.'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from payerlogic.answers.decision import CitedClause
from payerlogic.comparison.edits import Edit
from payerlogic.comparison.knowledge_diff import (
    DIAGRAMS,
    SOLVER,
    TEXT,
    CaseChange,
    ClassChange,
    KnowledgeDiff,
    PolicyDiff,
)
from payerlogic.comparison.result import Region
from payerlogic.program.catalog import Catalog
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.text.phrases import day_in_words, number, percent, plural, sentence
from payerlogic.wording.comparison import Words
from payerlogic.wording.outline import Line
from payerlogic.wording.revisions import RevisionRow

BEFORE, AFTER = "Before", "After"
TITLE = "What the edit changes"
_PROOFS = {
    TEXT: "No file that this policy is made of was edited.",
    SOLVER: (
        "Every example was decided again by both knowledge bases, and a solver proved on both sides that each region "
        "has its determination throughout. That nothing else changes was checked over every cell of both."
    ),
    DIAGRAMS: (
        "Every example was decided again by both knowledge bases. That each region has its determination throughout, "
        "and that nothing else changes, was checked over every cell of both, not by a solver."
    ),
}


@dataclass(frozen=True)
class RegionWords:
    """One region of cases: its number, where it is, which share of the cells it has, an example, and the clauses."""

    number: int
    where: str
    share: str
    example: str
    old: tuple[CitedClause, ...]
    new: tuple[CitedClause, ...]


@dataclass(frozen=True)
class DiffWords:
    """Words for one answer."""

    found: KnowledgeDiff

    def title(self) -> str:
        return TITLE

    def summary(self) -> Iterator[str]:
        changed = [each for each in self.found.policies if each.changed]
        if not self.found.changed:
            yield "No determination changes."
        for each in changed:
            regions = sum(len(change.regions) for change in each.changes if change.old is not None)
            yield (
                f"{self.name(each)}: the determination changes for {percent(each.share)} of the cells on "
                f"{day_in_words(self.found.as_of)}, in {plural(regions, 'region')}."
            )
        for edit in self.found.edits:
            if edit.kind == "policy" and edit.change != "changed":
                yield f"The policy {edit.id} was {edit.change}: {edit.after or edit.before}."
        same = [each.policy for each in self.found.policies if not each.changed]
        if changed and same:
            yield f"No determination changes at {', '.join(same)}."
        edits = plural(len(self.found.edits), "edit")
        yield (
            f"The text has {edits}."
            if self.found.edits
            else "The text has no edits but of comments and layout, if any."
        )
        yield from self._cases()
        if any(None in (change.old, change.new) for each in self.found.policies for change in each.changes):
            yield (
                "A case that one side alone allows has a value that the other does not know, cannot be there, or goes "
                "against what is presumed there."
            )
        yield (
            f"For cases that agree with the presumptions of both, on {day_in_words(self.found.as_of)}, under the "
            "default readings of each. Shares are of the cells, not of patients."
        )

    def _cases(self) -> Iterator[str]:
        cases = self.found.cases
        if cases is None:
            return
        compared, yours = cases.decided - cases.elsewhere, plural(cases.decided, "case")
        if cases.decided and not compared:
            yield f"None of your {yours} is put to {self._asked()}: they do not show what the edit does."
        elif cases.elsewhere:
            put = f"{number(compared)} {'is' if compared == 1 else 'are'} put to {self._asked()}"
            yield f"Of your {yours}, {put}; {number(cases.changed)} would be decided differently."
        else:
            yield f"Of your {yours}, {number(cases.changed)} would be decided differently."
        if cases.refused:
            yield f"{plural(len(cases.refused), 'case')} could not be decided by both: {cases.refused[0]}"

    def _asked(self) -> str:
        """The policies that are compared, as what a case is put to."""
        asked = self.found.policies
        return self.name(asked[0]) if len(asked) == 1 else "a policy that is compared here"

    def name(self, each: PolicyDiff) -> str:
        return each.catalog.policies[each.policy].payer_short + f" ({each.policy})"

    # --- Edits ---------------------------------------------------------------------------------------------

    def edit(self, edit: Edit) -> str:
        row = self.row(edit)
        return f"{row.what} {row.change}{f' ({row.where})' if row.where else ''}"

    def row(self, edit: Edit) -> RevisionRow:
        """An edit as the revision table of two editions has it."""
        whose = f" of {edit.policy}" if edit.policy and edit.policy != edit.id else ""
        named = "" if edit.kind in ("rule", "fact") and edit.change != "changed" else f" {edit.id}"
        return RevisionRow(
            f"{sentence(edit.kind)}{named}{whose}", edit.change, edit.before or "", edit.after or "", edit.where
        )

    def texts(self, edit: Edit) -> Iterator[str]:
        if edit.before is not None:
            yield f"{BEFORE}: {edit.before}"
        if edit.after is not None:
            yield f"{AFTER}: {edit.after}"

    # --- Determinations ------------------------------------------------------------------------------------

    def change(self, each: PolicyDiff, change: ClassChange) -> str:
        """Which determination became which."""
        if change.old is None:
            what = f"{self._class(each.catalog, change.new)} for cases that only the side after the edit allows"
        elif change.new is None:
            what = f"{self._class(each.catalog, change.old)} before, for cases that are no longer allowed"
        else:
            what = f"{self._class(each.catalog, change.old)} becomes {self._class(each.catalog, change.new)}"
        listed = "" if change.all_listed else "; the largest regions are listed"
        return f"{self.name(each)}: {what} ({percent(change.share)} of the cells{listed})"

    def regions(self, each: PolicyDiff, change: ClassChange) -> Iterator[RegionWords]:
        words = Words(each.catalog, each.vocabulary, each.axes, BEFORE, AFTER)
        for count, region in enumerate(change.regions, 1):
            yield self._region(words, count, region)

    def _region(self, words: Words, count: int, region: Region) -> RegionWords:
        where = words.region(region)
        return RegionWords(count, where, percent(region.share), words.case(region.witness), region.left, region.right)

    def _class(self, catalog: Catalog, name: str | None) -> str:
        found = catalog.classes[str(name)]
        return f"{catalog.outcomes.get(found.outcome, found.outcome).lower()} ({found.label})"

    def proof(self, each: PolicyDiff) -> str:
        return f"{self.name(each)}: {_PROOFS[each.proof]}"

    def case(self, change: CaseChange) -> str:
        book = next(each.catalog for each in self.found.policies if each.policy == change.policy)
        old, new = (
            self._class(book, class_) if class_ is not None else book.outcomes.get(outcome, OPEN).lower()
            for outcome, class_ in (change.old, change.new)
        )
        return f"{change.id} at {change.policy}: {old} becomes {new}"

    def lines(self) -> Iterator[Line]:
        yield from map(Line, self.summary())
        yield from self.details()

    def details(self) -> Iterator[Line]:
        """The edits, the regions and the cases."""
        for edit in self.found.edits:
            yield Line(self.edit(edit))
            yield from (Line(text, 1) for text in self.texts(edit))
        for each in self.found.policies:
            for change in each.changes:
                yield Line(self.change(each, change))
                for region in self.regions(each, change):
                    yield Line(f"{region.where} ({region.share} of the cells)", 1, f"{number(region.number)}.")
                    yield Line(f"for example: {region.example}", 2)
                    for name, clauses in ((BEFORE, region.old), (AFTER, region.new)):
                        yield from (Line(f"{name}: {c.title}", 2, citation=c.citation) for c in clauses)
        if self.found.cases is not None and self.found.cases.examples:
            yield Line("Your cases")
            yield from (Line(self.case(each), 1) for each in self.found.cases.examples)
        yield Line("How this was checked")
        yield from (Line(self.proof(each), 1) for each in self.found.policies)
        yield Line(DISCLAIMER)
