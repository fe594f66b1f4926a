"""What a change of policy, version or reading comes to in a population, and what unknown facts cost.

``impact`` counts; ``Impact`` is the answer.
"""

from payerlogic.impact.count import impact
from payerlogic.impact.model import Group, Impact, Side
from payerlogic.impact.unknowns import Cost

__all__ = ["Cost", "Group", "Impact", "Side", "impact"]
