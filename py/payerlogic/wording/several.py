"""Several policies compared, in words: names, the summary, the order of strictness, and each vector of outcomes.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load().of_service("lung_screening")
>>> found = kb.compare_several(["acs_ldct", "cms_ldct", "uspstf_ldct"])
>>> words = SeveralWords.of(kb, found)
>>> words.names
('ACS', 'Medicare', 'USPSTF')
>>> words.outcomes(found.vectors[0].outcomes)
'approved by ACS and USPSTF; denied by Medicare'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from payerlogic.comparison.result import Party
from payerlogic.comparison.several import Outcomes, SeveralPolicies, Vector
from payerlogic.program.catalog import Catalog
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER, NOT_ADDRESSED
from payerlogic.text.phrases import joined, number, percent, plural
from payerlogic.wording.comparison import Relation, Words
from payerlogic.wording.outline import Line
from payerlogic.wording.summary import CELLS, DONE

RELATIONS = {
    "conflict": Relation("✗", "conflict", "approved at one, denied at another"),
    "process": Relation("◐", "process", "those that address the case differ, and not as approved against denied"),
    "silent": Relation("○", "silent", "at least one does not address the case; those that do agree"),
    "agree": Relation("=", "agree", "the same outcome at all"),
}


def party_names(catalog: Catalog, parties: tuple[Party, ...]) -> tuple[str, ...]:
    """Each policy as people call it: by its payer, or its document where a payer has two; with a day that is named."""
    days = [f" ({party.day.isoformat()})" if party.named else "" for party in parties]
    return tuple(f"{catalog.called(party.policy)}{day}" for party, day in zip(parties, days, strict=True))


@dataclass(frozen=True)
class SeveralWords:
    """Words for one comparison of several policies."""

    words: Words
    found: SeveralPolicies
    names: tuple[str, ...]

    @classmethod
    def of(cls, kb: Model, found: SeveralPolicies) -> SeveralWords:
        part = kb.only(*(party.policy for party in found.parties))
        words = Words(part.catalog, part.vocabulary, part.axes, "", "")
        return cls(words, found, party_names(part.catalog, found.parties))

    def name(self, party: str) -> str:
        """The name for people of a policy as it was asked for."""
        return self.names[self.found.names.index(party)]

    def outcomes(self, outcomes: Outcomes) -> str:
        """A vector in a clause."""
        parts = []
        for outcome in self.words.catalog.outcomes:
            having = [name for name, each in zip(self.names, outcomes, strict=True) if each == outcome]
            if having:
                label = self.words.outcome(outcome)
                parts.append(f"{label} by {joined(having)}" if label in DONE else f"'{label}' at {joined(having)}")
        return "; ".join(parts)

    def title(self) -> str:
        return f"{joined(self.names)} compared"

    def within(self) -> str:
        """The premises of the universal sentences."""
        presumed = "cases that agree with the presumptions" if self.found.premises.presumptions else "every case"
        taken = any(party.settings.readings for party in self.found.parties)
        return f"For {presumed}, under {'the readings chosen here' if taken else 'the default readings'}:"

    def summary(self) -> Iterator[str]:
        shares = dict.fromkeys((*RELATIONS, NOT_ADDRESSED), Fraction(0))
        for vector in self.found.vectors:
            shares[NOT_ADDRESSED if set(vector.outcomes) == {NOT_ADDRESSED} else vector.relation] += vector.share
        said = [
            f"in {percent(shares[name])} {what}"
            for name, what in (
                ("agree", "all decide the same"),
                ("conflict", "some approve what others deny"),
                ("process", "those that address the case differ in another way"),
                ("silent", "all that address the case agree, and others are silent"),
                (NOT_ADDRESSED, "none addresses the case"),
            )
            if shares[name] or name == "agree"
        ]
        yield f"{number(len(self.names))} policies, by share of the cells: {'; '.join(said)}. {CELLS}"
        yield from self._strictness()
        regions = sum(len(vector.regions) for vector in self.found.vectors)
        listed = all(vector.all_listed for vector in self.found.vectors)
        vectors = self.found.vectors
        occur = (
            "One combination of outcomes occurs"
            if len(vectors) == 1
            else f"{number(len(vectors))} combinations of outcomes occur"
        )
        rest = "." if listed else ", not all: the shares that are listed are said."
        yield f"{occur} in {plural(self.found.cells, 'cell')}; {plural(regions, 'region')} listed{rest}"
        if self.found.complete:
            yield "Proved by a solver: no possible case has another combination of outcomes than these."

    def _strictness(self) -> Iterator[str]:
        order, within = self.found.order, self.within()
        holding = [each for each in self.found.approves if each.holds]
        if not holding:
            yield f"{within} none of them approves all that another approves; an example for each two is below."
        for alike in order.alike:
            if len(alike) > 1:
                yield f"{within} {joined(map(self.name, alike))} approve the same cases (proved)."
        for stricter, than in order.steps:
            verb = "approves" if len(stricter) == 1 else "approve"
            yield (
                f"{within} whatever {joined(map(self.name, stricter))} {verb}, {joined(map(self.name, than))} "
                f"{'approves' if len(than) == 1 else 'approve'} too, and more (proved)."
            )
        groups = [group for group in order.groups if len(group) > 1]
        for group in groups:
            yield f"{joined(map(self.name, group))} never disagree where they address a case."
        if not groups:
            yield "Every two of them disagree on some case that both address."

    def order(self) -> Iterator[str]:
        """The order of strictness in sentences: what is proved of whom, and who stands alone."""
        yield from self._strictness()
        linked = {name for step in self.found.order.steps for group in step for name in group}
        alone = [name for group in self.found.order.alike if len(group) == 1 for name in group if name not in linked]
        if alone and linked:
            yield f"Not comparable with any other: {joined(map(self.name, alone))}."

    def approvals(self) -> Iterator[tuple[str, str, str, str]]:
        """For each ordered pair: the two, what holds, and a case where it does not."""
        for each in self.found.approves:
            left, right = self.name(each.left), self.name(each.right)
            if each.witness is None:
                yield left, right, "all of it (proved)", ""
            else:
                yield left, right, f"{percent(1 - each.otherwise)} of it", self.words.case(each.witness)

    def approvers(self) -> Iterator[tuple[str, tuple[bool, ...], Fraction, str]]:
        """For each set of policies that approve together: who they are, which of all these are, the share of the cells
        that they and no other approve, and a case."""
        for who, vectors in self.found.approvers:
            name = "none of them" if not who else f"{joined(map(self.name, who))}{'' if len(who) > 1 else ' alone'}"
            name = "all of them" if len(who) == len(self.names) else name
            share = sum((each.share for each in vectors), Fraction(0))
            yield name, tuple(each in who for each in self.found.names), share, self.words.case(vectors[0].witness)

    def pairs(self) -> Iterator[tuple[str, str, tuple[Fraction, ...]]]:
        """For each two: the shares of the cells in which they are in each relation."""
        for left, right in combinations(self.found.names, 2):
            shares = tuple(self.found.share_where(left, right, relation) for relation in RELATIONS)
            yield self.name(left), self.name(right), shares

    def clauses(self, vector: Vector) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """For each policy, the clauses that decide the example of a vector, each with its citation."""
        for name, clauses in zip(self.names, vector.clauses, strict=True):
            yield name, [(each.title, each.citation) for each in clauses] or [("no clause", "")]

    def listed(self, vector: Vector) -> str:
        """What is said of a vector of which not all regions are listed."""
        if vector.all_listed:
            return ""
        regions = plural(len(vector.regions), "region")
        return f"The largest {regions}, with {percent(vector.listed)} of these cells; not all are listed."

    def method(self) -> Iterator[str]:
        yield (
            "Every possible case is decided by each policy; the cases are divided by the outcomes that they get "
            "together, and each combination into regions of attribute values. Regions of one combination may overlap."
        )
        if self.found.complete:
            yield (
                "Proof: clingo, a solver, found no possible case with another combination of outcomes, none in a "
                "region with other outcomes, and no exception where one policy is said to approve all that another "
                "does (all UNSAT, that is, exhaustive). Every example is decided again. Counts are exact."
            )
        for name, party in zip(self.names, self.found.parties, strict=True):
            yield f"{name}: {party.policy} as of {party.day.isoformat()}."
            yield from (
                f"A default reading is overridden: {each}" for each in self.words.readings(party.settings.readings)
            )

    def lines(self) -> Iterator[Line]:
        """All of it, without tables."""
        yield from map(Line, self.summary())
        yield from self.details()

    def details(self) -> Iterator[Line]:
        """Each combination in which outcomes differ, with its regions, and the premises."""
        for count, vector in enumerate(self.found.vectors, 1):
            share = percent(vector.share)
            yield Line(f"{self.outcomes(vector.outcomes)} ({share} of the cells)", mark=f"{count}.")
            yield Line(f"for example: {self.words.case(vector.witness)}", 1)
            for name, clauses in self.clauses(vector):
                yield from (Line(f"{name}: {title}", 1, citation=citation) for title, citation in clauses)
            if vector.relation in ("conflict", "process"):
                for region in vector.regions:
                    yield Line(f"{self.words.region(region)} ({percent(region.share)})", 2, "-")
                if not vector.all_listed:
                    yield Line(self.listed(vector), 2)
        yield Line("What this rests on")
        yield from (Line(each, 1) for each in self.found.premises.sentences())
        yield Line(DISCLAIMER)
