"""What a knowledge base says of one policy over every case: its findings, and their repairs.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> "gap" in {finding.kind for finding in kb.check("acs_ldct")}
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from payerlogic.api.services import ServiceModel
from payerlogic.diagrams.budget import Budget
from payerlogic.runtime.turns import one_at_a_time

if TYPE_CHECKING:  # as in knowledge_base: what answers is loaded when it is asked
    from payerlogic.consistency.finding import Finding
    from payerlogic.repair.result import PolicyRepairs


class CheckedModel(ServiceModel):
    """A knowledge base that can be asked what is wrong with a policy."""

    @one_at_a_time
    def check(
        self,
        policy: str,
        readings: Mapping[str, str] | None = None,
        *,
        regions: int | None = None,
        step: Callable[[str], None] | None = None,
    ) -> list[Finding]:
        """The consistency of a policy over all complete cases past its gates, under all readings.

        ``readings`` fixes some of them; ``regions`` is how many to list of each gap, the largest first; ``step`` hears
        what is looked for. Raises QuestionError for an unknown policy, reading or option.
        """
        from payerlogic.consistency.check import Checker
        from payerlogic.consistency.policy_space import PolicySpace

        kb = self.of_policies([policy])
        name = kb.check_policy(policy)
        kb.situations.check_readings(readings or {})
        part = kb.only(name)
        space = PolicySpace(part.situations, part.ground, name, readings or {})
        return Checker(space).findings(Budget(regions), step)

    @one_at_a_time
    def repairs(
        self,
        policy: str,
        readings: Mapping[str, str] | None = None,
        *,
        of: Iterable[Finding] | None = None,
        listed: int | None = None,
        most: int | None = None,
        seconds: float | None = None,
        step: Callable[[str], None] | None = None,
    ) -> PolicyRepairs:
        """The smallest edits that end each conflict, gap, dead or redundant part that check finds by default.

        ``listed`` are shown of each finding, of up to ``most`` edits together, searched for within ``seconds``; ``of``
        some findings that check found under these readings, or of all. ``step`` hears what is being searched.
        Raises QuestionError for an unknown policy, reading or option.
        """
        from payerlogic.repair.search import LISTED, policy_repairs

        kb = self.of_policies([policy])
        name = kb.check_policy(policy)
        taken = kb.situations.check_readings(readings or {})
        found = LISTED if listed is None else listed
        budget = Budget(seconds=seconds)
        part = kb.only(name)
        return policy_repairs(part, name, taken, findings=of, listed=found, most=most, step=step, budget=budget)
