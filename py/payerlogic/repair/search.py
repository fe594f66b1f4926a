"""Searches for the smallest edits that end a finding, and checks each on the edited policy.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load().of_policies(["cms_ldct"]).only("cms_ldct")
    >>> found = RepairSearch(kb, "cms_ldct").of_findings([])
    >>> found
    []

For a conflict or a gap every declared edit is a reading of one program (see edited_text): the diagram of the finding
over these says at once for which sets of edits some case is left, so every set up to the declared number is looked
up, those that hold a smaller repair are skipped, and "there is none" is an exhaustion. (The question is "for some
edits, for all cases", so clingo would have to be asked once a set.) For what is dead or redundant the declared edits
are few and single, and each is checked. Either way the edited text is loaded with all house rules and put to ``check``
itself, which has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from payerlogic.comparison.edits import edits as text_edits
from payerlogic.comparison.knowledge_diff import PolicyDiff, PolicySearch
from payerlogic.consistency.check import Checker
from payerlogic.consistency.finding import Finding
from payerlogic.consistency.policy_rules import OwnRules
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.consistency.unreachable import dead
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.diagrams.forest import FALSE
from payerlogic.errors import InternalDisagreement, KnowledgeBaseError
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from payerlogic.program.source_files import Draft
from payerlogic.repair.declared import DeclaredEdits, PolicyEdit, PolicyText, declared
from payerlogic.repair.edited_text import ON, choice_name, with_choices, with_edits
from payerlogic.repair.recognition import Known, Recognized
from payerlogic.repair.result import PolicyRepairs, Repair, Repairs
from payerlogic.repair.trying import MOST_WEIGHED, Edits, TriedSets, minimal_sets
from payerlogic.semantics.model import Model
from payerlogic.semantics.reading_space import ReadingSpace

REPAIRED = ("conflict", "gap", "dead", "redundant")
JOINTLY = ("conflict", "gap")
"""Kinds of which one diagram says what every set of edits does."""
LISTED = 5
"""So many repairs of a finding are checked and listed, if no number is asked for: the ones that change least."""
Step = Callable[[str], None]


@dataclass(frozen=True)
class Edited:
    """A set of edits with the policy that it makes, and what that changes, which is worked out when it is asked for."""

    edits: Edits
    model: Model
    search: PolicySearch
    as_of: date | None = None
    """The day of the cases that are looked at; None where they are of every day."""

    @cached_property
    def diff(self) -> PolicyDiff:
        return self.search.find(Budget(boxes=1))

    @property
    def rank(self) -> tuple[Fraction, int, int, list[str]]:
        cost = sum(each.cost for each in self.edits)
        return self.diff.share, len(self.edits), cost, list(map(str, self.edits))


def edited(model: Model, policies: Sequence[str], text: PolicyText, content: str, *, sound: bool = False) -> Model:
    """Some policies of a knowledge base with the text of one of them replaced; ``sound`` texts are not checked.

    KnowledgeBaseError for a text that the house rules refuse.
    """
    program = model.program
    draft = Draft(text.statements[0].file.path, content)
    library = program.library.with_draft(draft) if program.library else Library.read(program.folder, draft)
    return Model(Program.of(library, policies, program.service or None), sound=sound)


class RepairSearch:
    """Finds the repairs of the findings of one policy; ``listed`` of each are checked and shown."""

    def __init__(
        self, model: Model, policy: str, *, as_of: date | None = None, listed: int = LISTED, most: int | None = None
    ) -> None:
        self.model = model
        self.policy = policy
        self.as_of = date.today() if as_of is None else as_of
        self.listed = listed
        self.most = most
        self.text = PolicyText.of(model, policy)
        self._edit = lru_cache(MOST_WEIGHED)(self._edited)  # findings of one rule share edits

    def of_findings(
        self, findings: Iterable[Finding], step: Step | None = None, budget: Budget = WHOLE
    ) -> list[Repairs]:
        """The repairs of those findings that hold by default and are of the first rank, in their order.

        Each reading is taken by default; what other readings alone bring ends as soon as the text says the default.
        Of a time that is limited each finding gets an equal share of what is then left.
        """
        wanted = [*filter(is_repaired, findings)]
        found = []
        for number, (finding, part) in enumerate(zip(wanted, budget.begun().parts(len(wanted)), strict=True), 1):
            if step is not None:
                step(f"Searching for repairs of finding {number} of {len(wanted)}")
            found.append(self.of(finding, part))
        return found

    def of(self, finding: Finding, budget: Budget = WHOLE) -> Repairs:
        """The repairs of one finding. A step that has begun when the time ends is finished."""
        about = finding.clauses if finding.kind in JOINTLY else finding.clauses[:1]
        catalog = self.model.catalog
        meanings = {
            reading: [each.name for each in catalog.readings[reading].options if each.name not in options]
            for reading, options in finding.under.items()
            if catalog.readings[reading].policy == self.policy
        }
        found = declared(self.text, finding.kind, about, part=finding.rule, meanings=meanings)
        found = DeclaredEdits(found.edits, found.most if self.most is None else self.most)
        if finding.kind in JOINTLY:
            ends = _any_set if budget.spent else self._ends_jointly(finding, found)
            tried = minimal_sets(found, ends, self._edit, budget=budget)
        else:
            found = DeclaredEdits(found.edits, min(found.most, 1))
            known = self._known(finding)
            tried = minimal_sets(found, _any_set, self._edit, lambda made: self._is_gone(known, made), budget)
        return self.listed_of(finding, found, tried, budget)

    # --- Which sets of edits -------------------------------------------------------------------------------------

    def _ends_jointly(self, finding: Finding, found: DeclaredEdits) -> Callable[[Edits], bool]:
        """Whether no case is left to a conflict or gap after some edits, from one diagram of all of them."""
        readings = {name: each.default for name, each in self.model.catalog.readings.items()}
        content = with_choices(self.text, found.edits, found.most, readings)
        model = edited(self.model, [self.policy], self.text, content, sound=True)
        space = PolicySpace(model.situations, model.ground, self.policy, {})
        where = space.table.for_some_case(self._bad(space, finding), space.cases)
        return chosen(space.table, where, self.policy, found)

    def _bad(self, space: PolicySpace, finding: Finding) -> int:
        """Where the finding is seen on a case."""
        forest = space.forest
        if finding.kind == "gap":
            return space.table.named("determination", self.policy, "no_criterion")
        left, right = (space.policy.clauses[name] for name in finding.clauses)
        met = forest.conj(space.met(left), space.met(right))
        unlike = forest.disj(
            *(
                forest.conj(space.concludes(left, a), space.concludes(right, b))
                for a in left.classes
                for b in right.classes
                if a != b
            )
        )
        ranked = forest.disj(space.prevails(left, right), space.prevails(right, left))
        return forest.conj(met, unlike, forest.negate(ranked))

    # --- Which of them the check confirms --------------------------------------------------------------------------

    def listed_of(
        self, finding: Finding | None, found: DeclaredEdits, tried: TriedSets[Edited], budget: Budget
    ) -> Repairs:
        """Of the repairs that were found the ones that change least, as many as are to be listed; when the time is
        over, one."""
        repairs: list[Repair] = []
        known = self._known(finding) if finding is not None else None
        for each in sorted(tried.made, key=lambda each: each.rank)[: self.listed]:
            if not repairs or not budget.spent:
                repairs.append(self._repair(known, each))
        return Repairs(
            finding,
            len(found.edits),
            found.most,
            tried.sets,
            tried.found + tried.refused,
            tried.refused,
            tuple(repairs),
            len(tried.made),
            tried.all_up_to,
        )

    def _edited(self, edits: Edits) -> Edited | None:
        """The policy after some edits; None if the house rules refuse it."""
        try:
            model = edited(self.model, [self.policy], self.text, with_edits(self.text, edits))
        except KnowledgeBaseError:
            return None
        return self.weighed(edits, model)

    def weighed(self, edits: Edits, model: Model, *, presumptions: bool = False) -> Edited:
        """An edited policy with what is changed in it."""
        search = PolicySearch(self.model, model, self.policy, self.as_of, presumptions=presumptions)
        return Edited(edits, model, search, self.as_of if presumptions else None)

    def _known(self, finding: Finding) -> Known:
        return Recognized.of(self.model, self.policy, [finding]).known[0]

    def _space(self, model: Model) -> PolicySpace:
        defaults = {name: each.default for name, each in model.catalog.readings.items()}
        return PolicySpace(model.situations, model.ground, self.policy, defaults)

    @cached_property
    def _before(self) -> Recognized:
        """What check finds with each reading at its default."""
        return Recognized.of(self.model, self.policy, Checker(self._space(self.model)).findings())

    def _recognized(self, made: Edited, findings: Iterable[Finding]) -> Recognized:
        return Recognized.of(made.model, self.policy, findings, self.text, made.edits)

    def _is_ended(self, known: Known, made: Edited) -> bool:
        """Whether check no longer finds it, nor anything of its kind in its place."""
        return not self._checks(made).has(known, self._before)

    def _is_gone(self, known: Known, made: Edited) -> bool:
        """The same before the whole check is made: of what is dead, the search for that alone."""
        if known.finding.kind != "dead":
            return self._is_ended(known, made)
        space = self._space(made.model)
        return not self._recognized(made, dead(space, OwnRules(space))).has(known, self._before)

    def _checks(self, made: Edited) -> Recognized:
        if made.edits not in self._after:
            self._after[made.edits] = self._recognized(made, Checker(self._space(made.model)).findings())
        return self._after[made.edits]

    @cached_property
    def _after(self) -> dict[Edits, Recognized]:
        return {}

    def _repair(self, known: Known | None, made: Edited) -> Repair:
        """A repair with what it changes, ends (beside the finding itself) and brings."""
        if known is not None and not self._is_ended(known, made):
            raise InternalDisagreement(f"{', '.join(map(str, made.edits))} do not end: {known.finding.message}")
        before, after = self._before, self._checks(made)
        changes = tuple((each.old, each.new, each.share) for each in made.diff.changes)
        others = [each for each in before.known if known is None or each.about != known.about]
        ends = (each.finding.message for each in others if not after.has(each, before))
        brings = after.beside(before)
        return Repair(
            made.edits,
            made.diff.share,
            changes,
            tuple(ends),
            tuple(brings),
            text_edits(self.model, made.model),
            made.as_of,
        )


def chosen(
    table: ReadingSpace, where: int, policy: str, found: DeclaredEdits, taken: Mapping[str, str] | None = None
) -> Callable[[Edits], bool]:
    """Of a diagram over the readings: whether it holds for none once some edits are made, and no others; each other
    reading is as it is ``taken``, or by default."""
    readings, given = table.compiler.catalog.readings, taken or {}
    usual = {
        level: table.options[name].index(given.get(name, readings[name].default))
        for name, level in table.reading_level.items()
    }
    moved: dict[PolicyEdit, tuple[int, int] | None] = {}
    for at, each in enumerate(found.edits):
        name, option = map(str, each.arguments) if each.kind == "read_as" else (choice_name(policy, at), ON)
        level = table.reading_level.get(name)  # None: nothing that decides depends on it
        moved[each] = None if level is None else (level, table.options[name].index(option))

    def ends(edits: Edits) -> bool:
        made = dict(place for each in edits if (place := moved[each]) is not None)
        return table.forest.follow(where, {**usual, **made}) == FALSE

    return ends


def _any_set(_edits: Edits) -> bool:
    """Where no diagram says it, every set may end a finding: the check decides."""
    return True


def is_repaired(finding: Finding) -> bool:
    """Whether repairs of a finding are searched: one of the first rank, by default."""
    return finding.by_default and not finding.settled and finding.kind in REPAIRED


def policy_repairs(
    model: Model,
    policy: str,
    readings: Mapping[str, str],
    *,
    findings: Iterable[Finding] | None = None,
    as_of: date | None = None,
    listed: int = LISTED,
    most: int | None = None,
    step: Step | None = None,
    budget: Budget = WHOLE,
) -> PolicyRepairs:
    """The findings of a policy, as some readings are taken, with their repairs; or those ``findings`` of it that are
    given."""
    taken = as_read(model, policy, readings)
    if findings is None:
        findings = Checker(PolicySpace(taken.situations, taken.ground, policy, readings)).findings()
    findings = tuple(findings)
    search = RepairSearch(taken, policy, as_of=as_of, listed=listed, most=most)
    found = search.of_findings(findings, step, budget)
    return PolicyRepairs(policy, findings, tuple(found), tuple(sorted(readings.items())))


def as_read(model: Model, policy: str, readings: Mapping[str, str]) -> Model:
    """The policy with other readings as its defaults, as far as it states them itself."""
    own = model.catalog.readings
    moved = [
        PolicyEdit("read_as", (name, option))
        for name, option in readings.items()
        if name in own and own[name].policy == policy and own[name].default != option
    ]
    if not moved:
        return model
    text = PolicyText.of(model, policy)
    return edited(model, [policy], text, with_edits(text, moved), sound=True)
