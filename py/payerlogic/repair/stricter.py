"""The smallest edits of a plan after which it never refuses what a base approves.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.stricter_repairs("acs_ldct", "cms_ldct", listed=1)
    >>> found.strictness.stricter
    True

The edits are those of ``kb/house/edits.lp`` for the finding "stricter": of the clauses with which the plan approves. As
for a conflict, each is a reading of one program, and one diagram over both policies says for which sets of them some
case is left that the base approves and the plan does not. Each set is then made in the text, and asked again.
"""

from __future__ import annotations

from collections.abc import Callable

from payerlogic.answers.decision import Decider
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.conflict_removal import Opposed, Removal
from payerlogic.comparison.result import Comparison
from payerlogic.comparison.stricter import Strictness, StrictnessSearch
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.errors import KnowledgeBaseError
from payerlogic.repair.declared import DeclaredEdits, PolicyText, declared
from payerlogic.repair.edited_text import with_choices, with_edits
from payerlogic.repair.result import Repairs, StrictnessRepairs
from payerlogic.repair.search import LISTED, Edited, RepairSearch, chosen, edited
from payerlogic.repair.trying import Edits, minimal_sets
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import APPROVED


def stricter_repairs(
    model: Model, found: Strictness, *, listed: int = LISTED, most: int | None = None, budget: Budget = WHOLE
) -> StrictnessRepairs:
    """What ends that a plan is stricter; nothing is searched where it is not, or where the two are asked on different
    days or under different readings."""
    if not found.stricter or found.ended_by is None:
        return StrictnessRepairs(found, None)
    return StrictnessRepairs(found, PlanRepairSearch(model, found, listed, most).repairs(budget.begun()))


class PlanRepairSearch:
    """Finds the repairs of one plan."""

    def __init__(self, model: Model, found: Strictness, listed: int, most: int | None) -> None:
        self.model = model
        self.found = found
        self.plan, self.base = found.plan, found.base
        self.both = [self.plan.policy, self.base.policy]
        self.text = PolicyText.of(model, self.plan.policy)
        self.alone = RepairSearch(
            model.only(self.plan.policy), self.plan.policy, as_of=self.plan.settings.as_of, listed=listed
        )
        self.declared = self._declared(most)

    def _declared(self, most: int | None) -> DeclaredEdits:
        catalog = self.model.catalog
        clauses = [each for each in catalog.policies[self.plan.policy].clauses.values() if each.gate is None]
        approving = [
            each.id for each in clauses if any(catalog.classes[name].outcome == APPROVED for name in each.classes)
        ]
        taken = self.plan.settings.readings
        meanings = {
            name: [option.name for option in each.options if option.name != taken.get(name, each.default)]
            for name, each in catalog.readings.items()
            if each.policy == self.plan.policy
        }
        others = [each.id for each in clauses if each.id not in approving]
        beside = PolicyText.of(self.model, self.base.policy)
        found = declared(self.text, "stricter", approving, refusing=others, beside=beside, meanings=meanings)
        return DeclaredEdits(found.edits, found.most if most is None else most)

    def repairs(self, budget: Budget = WHOLE) -> Repairs:
        """All minimal sets of declared edits, those that change least first."""
        ends = self._removal()
        tried = minimal_sets(self.declared, ends, self._edit, budget=budget)
        return self.alone.listed_of(None, self.declared, tried, budget)

    def _removal(self) -> Callable[[Edits], bool]:
        """Which sets of edits leave no case that the base approves and the plan does not."""
        catalog = self.model.catalog
        readings = {name: each.default for name, each in catalog.readings.items()} | dict(self.plan.settings.readings)
        content = with_choices(self.text, self.declared.edits, self.declared.most, readings)
        model = edited(self.model, self.both, self.text, content, sound=True)
        others = tuple(outcome for outcome in catalog.outcomes if outcome != APPROVED)
        opposed: Opposed = ((others, (APPROVED,)),)
        removal = Removal.of(model.situations, model.solver, Comparison(self.plan, self.base, (), {}), opposed)
        assert removal is not None, "the two are asked on one day"
        where = removal.table.for_some_case(removal.conflict)
        return chosen(removal.table, where, self.plan.policy, self.declared, removal.taken)

    def _edit(self, edits: Edits) -> Edited | None:
        """The plan after some edits; None where the house rules refuse it, or it is still stricter."""
        try:
            model = edited(self.model, self.both, self.text, with_edits(self.text, edits))
        except KnowledgeBaseError:
            return None
        search = StrictnessSearch(Comparer(model.situations, Decider.of(model)), model.program, model.solver)
        if search.find(self.plan, self.base, Budget(boxes=1)).stricter:
            return None
        return self.alone.weighed(edits, model.only(self.plan.policy), presumptions=self.plan.settings.presumptions)
