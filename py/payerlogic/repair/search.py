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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from payerlogic.comparison.edits import edits as text_edits
from payerlogic.comparison.knowledge_diff import PolicyDiff, PolicySearch
from payerlogic.consistency.baseline import fingerprint
from payerlogic.consistency.check import Checker
from payerlogic.consistency.finding import Finding
from payerlogic.consistency.policy_rules import OwnRules
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.consistency.unreachable import dead
from payerlogic.diagrams.budget import Budget
from payerlogic.diagrams.forest import FALSE
from payerlogic.errors import InternalDisagreement, KnowledgeBaseError
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from payerlogic.program.source_files import Draft
from payerlogic.repair.declared import DeclaredEdits, PolicyEdit, PolicyText, declared
from payerlogic.repair.edited_text import ON, choice_name, with_choices, with_edits
from payerlogic.repair.result import PolicyRepairs, Repair, Repairs
from payerlogic.semantics.model import Model
from payerlogic.semantics.reading_space import ReadingSpace

REPAIRED = ("conflict", "gap", "dead", "redundant")
JOINTLY = ("conflict", "gap")
"""Kinds of which one diagram says what every set of edits does."""
MOST_WEIGHED = 60
"""Of so many repairs of a finding it is worked out what they change, the smallest first; the others are counted."""
LISTED = 5
"""So many repairs of a finding are checked and listed, if no number is asked for: the ones that change least."""
Sets = Iterator[tuple[PolicyEdit, ...]]
Step = Callable[[str], None]


@dataclass(frozen=True)
class Edited:
    """A set of edits with the policy that it makes, and what that changes."""

    edits: tuple[PolicyEdit, ...]
    model: Model
    diff: PolicyDiff

    @property
    def rank(self) -> tuple[Fraction, int, int, list[str]]:
        cost = sum(each.cost for each in self.edits)
        return self.diff.share, len(self.edits), cost, list(map(str, self.edits))


def edited(model: Model, policies: Sequence[str], text: PolicyText, content: str, *, sound: bool = False) -> Model:
    """Some policies of a knowledge base with the text of one of them replaced; ``sound`` texts are not checked.

    KnowledgeBaseError for a text that the house rules refuse.
    """
    program = model.program
    library = Library.read(program.folder, Draft(text.statements[0].file.path, content))
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

    def of_findings(self, findings: Iterable[Finding], step: Step | None = None) -> list[Repairs]:
        """The repairs of those findings that hold by default and are of the first rank, in their order.

        Each reading is taken by default; what other readings alone bring ends as soon as the text says the default.
        """
        wanted = [each for each in findings if each.by_default and not each.settled and each.kind in REPAIRED]
        found = []
        for number, finding in enumerate(wanted, 1):
            if step is not None:
                step(f"Searching for repairs of finding {number} of {len(wanted)}")
            found.append(self.of(finding))
        return found

    def of(self, finding: Finding) -> Repairs:
        """The repairs of one finding."""
        about = finding.clauses if finding.kind in JOINTLY else finding.clauses[:1]
        catalog = self.model.catalog
        meanings = {
            reading: [each.name for each in catalog.readings[reading].options if each.name not in options]
            for reading, options in finding.under.items()
            if catalog.readings[reading].policy == self.policy
        }
        found = declared(self.text, finding.kind, about, atom=finding.part_of, meanings=meanings)
        found = DeclaredEdits(found.edits, found.most if self.most is None else self.most)
        if finding.kind in JOINTLY:
            ends = self._ends_jointly(finding, found)
        else:
            found = DeclaredEdits(found.edits, min(found.most, 1))
            ends = _any_set
        return self._repairs(finding, found, ends)

    # --- Which sets of edits -------------------------------------------------------------------------------------

    def _ends_jointly(self, finding: Finding, found: DeclaredEdits) -> Callable[[tuple[PolicyEdit, ...]], bool]:
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

    def _repairs(
        self, finding: Finding, found: DeclaredEdits, ends: Callable[[tuple[PolicyEdit, ...]], bool]
    ) -> Repairs:
        jointly = finding.kind in JOINTLY
        minimal: list[set[PolicyEdit]] = []
        made: list[Edited] = []
        tried = refused = 0
        for edits in sets_by_size(found):
            if any(less <= set(edits) for less in minimal):
                continue
            tried += 1
            if not ends(edits):
                continue
            if jointly and len(made) == MOST_WEIGHED:
                minimal.append(set(edits))
                continue
            known = self._edit(edits)
            if known is None or not (jointly or self._is_gone(finding, known)):
                refused += known is None
            else:
                minimal.append(set(edits))
                made.append(known)
        made.sort(key=lambda each: each.rank)
        repairs = tuple(self._repair(finding, each) for each in made[: self.listed])
        return Repairs(finding, len(found.edits), found.most, tried, len(minimal) + refused, refused, repairs)

    def _edit(self, edits: tuple[PolicyEdit, ...]) -> Edited | None:
        """The policy after some edits; None if the house rules refuse it."""
        try:
            model = edited(self.model, [self.policy], self.text, with_edits(self.text, edits))
        except KnowledgeBaseError:
            return None
        return self.weighed(edits, model)

    def weighed(self, edits: tuple[PolicyEdit, ...], model: Model, *, presumptions: bool = False) -> Edited:
        """An edited policy with what is changed in it."""
        search = PolicySearch(self.model, model, self.policy, self.as_of, presumptions=presumptions)
        return Edited(edits, model, search.find(Budget(boxes=1)))

    def _checked(self, model: Model) -> dict[str, Finding]:
        """What check finds with each reading at its default."""
        return {fingerprint(each): each for each in Checker(self._space(model)).findings()}

    def _space(self, model: Model) -> PolicySpace:
        defaults = {name: each.default for name, each in model.catalog.readings.items()}
        return PolicySpace(model.situations, model.ground, self.policy, defaults)

    @cached_property
    def _before(self) -> dict[str, Finding]:
        return self._checked(self.model)

    def _is_ended(self, finding: Finding, made: Edited) -> bool:
        """Whether check no longer finds it, nor anything of its kind in its place."""
        after = self._checks(made)
        same = [
            each
            for key, each in after.items()
            if each.kind == finding.kind and not each.settled and (key not in self._before or _is_one(each, finding))
        ]  # of other parts of the clause that were found before, nothing is asked
        return not any(_in_place_of(each, finding) for each in same)

    def _is_gone(self, finding: Finding, made: Edited) -> bool:
        """The same before the whole check is made: of what is dead, the search for that alone."""
        if finding.kind != "dead":
            return self._is_ended(finding, made)
        space = self._space(made.model)
        return not any(_in_place_of(each, finding) for each in dead(space, OwnRules(space)))

    def _checks(self, made: Edited) -> dict[str, Finding]:
        if made.edits not in self._after:
            self._after[made.edits] = self._checked(made.model)
        return self._after[made.edits]

    @cached_property
    def _after(self) -> dict[tuple[PolicyEdit, ...], dict[str, Finding]]:
        return {}

    def _repair(self, finding: Finding, made: Edited) -> Repair:
        if not self._is_ended(finding, made):
            raise InternalDisagreement(f"{', '.join(map(str, made.edits))} do not end: {finding.message}")
        return self.repair(made, finding)

    def repair(self, made: Edited, finding: Finding | None = None) -> Repair:
        """A repair with what it changes, ends (beside ``finding``) and brings."""
        before, after = self._before, self._checks(made)
        changes = tuple((each.old, each.new, each.share) for each in made.diff.changes)
        # What is vague or unused is named by its words alone: other clauses of it do not make it another finding.
        said = [{each.message for each in found.values()} for found in (before, after)]
        gone = (each for key, each in before.items() if key not in after and each.message not in said[1])
        ends = (each.message for each in gone if finding is None or not _is_one(each, finding))
        brings = (each.message for key, each in after.items() if key not in before and each.message not in said[0])
        return Repair(
            made.edits,
            made.diff.share,
            changes,
            tuple(ends),
            tuple(brings),
            text_edits(self.model, made.model),
        )


def chosen(
    table: ReadingSpace, where: int, policy: str, found: DeclaredEdits, taken: Mapping[str, str] | None = None
) -> Callable[[tuple[PolicyEdit, ...]], bool]:
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

    def ends(edits: tuple[PolicyEdit, ...]) -> bool:
        made = dict(place for each in edits if (place := moved[each]) is not None)
        return table.forest.follow(where, {**usual, **made}) == FALSE

    return ends


def _any_set(_edits: tuple[PolicyEdit, ...]) -> bool:
    """Where no diagram says it, every set may end a finding: the check decides."""
    return True


def sets_by_size(found: DeclaredEdits) -> Sets:
    """All sets of edits that can be made together, the smaller ones first."""
    for size in range(1, found.most + 1):
        for edits in combinations(found.edits, size):
            if len({each.at for each in edits}) == size:
                yield edits


def _is_one(found: Finding, finding: Finding) -> bool:
    """Whether two findings are one, whatever the readings under which they hold."""
    same = (found.kind, found.clauses, found.part) == (finding.kind, finding.clauses, finding.part)
    return same or (found.kind == finding.kind == "gap")


def _in_place_of(found: Finding, finding: Finding) -> bool:
    """Whether one finding is the other, or what is left of it."""
    if finding.kind in ("dead", "redundant"):
        return found.clauses[:1] == finding.clauses[:1]
    return _is_one(found, finding)


def policy_repairs(
    model: Model,
    policy: str,
    readings: Mapping[str, str],
    *,
    as_of: date | None = None,
    listed: int = LISTED,
    most: int | None = None,
    step: Step | None = None,
) -> PolicyRepairs:
    """The findings of a policy, as some readings are taken, with their repairs."""
    taken = as_read(model, policy, readings)
    findings = Checker(PolicySpace(taken.situations, taken.ground, policy, readings)).findings()
    search = RepairSearch(taken, policy, as_of=as_of, listed=listed, most=most)
    found = search.of_findings(findings, step)
    return PolicyRepairs(policy, tuple(findings), tuple(found), tuple(sorted(readings.items())))


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
