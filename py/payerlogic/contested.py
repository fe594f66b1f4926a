"""Of a conflict between two policies: does it stand under every reading, or which switch removes it?

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.contested(kb.compare("nia", "bcbsaz"))
    >>> any(each.stands_always for each in found), any(not each.stands_always for each in found)
    (True, True)

Each region of the relation "conflict" is asked through its witness: the minimal switches of readings,
at either side, after which that side no longer has its outcome. That there is none is proved by
clingo with every reading left free (see robustness).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from payerlogic.compare import Comparison, Pair, Party, Region
from payerlogic.robustness import RobustnessSearch, Switches
from payerlogic.situations import Situations
from payerlogic.solver import Solver


@dataclass(frozen=True)
class Contested:
    """One region of conflict, with the minimal switches that remove the conflict on its witness, by side."""

    pair: Pair
    region: Region
    left: tuple[Switches, ...]
    right: tuple[Switches, ...]

    @property
    def stands_always(self) -> bool:
        """Whether no switch at either side removes it."""
        return not (self.left or self.right)

    def to_json(self) -> dict[str, object]:
        return {
            "left_class": self.pair.left,
            "right_class": self.pair.right,
            "box": dict(self.region.box),
            "stands_under_every_reading": self.stands_always,
            "removed_by": {
                "left": [each.to_json() for each in self.left],
                "right": [each.to_json() for each in self.right],
            },
        }


def contested(comparison: Comparison, situations: Situations, solver: Solver) -> list[Contested]:
    """Every region of conflict, with what removes it."""
    search = RobustnessSearch(situations, solver)
    outcome = {name: each.outcome for name, each in situations.catalog.classes.items()}

    def removing(party: Party, region: Region, class_: str) -> tuple[Switches, ...]:
        settings = replace(party.settings, as_of=party.day)
        found = search.find(region.witness, party.policy, settings).switches
        return tuple(each for each in found if any(outcome[name] != outcome[class_] for name in each.possible))

    return [
        Contested(
            pair,
            region,
            removing(comparison.left, region, pair.left),
            removing(comparison.right, region, pair.right),
        )
        for pair in comparison.pairs
        if pair.relation == "conflict"
        for region in pair.regions
    ]
