"""What of the Compare page its address holds, and how other pages fill it in.

A side is written as on the command line: a policy, or ``policy@day`` for one of its editions.
"""

from __future__ import annotations

from collections.abc import Sequence

from payerlogic.app import url_state

COMPARE_PAGE = "compare"
SIDES = ("left", "right")
PARTY = {side: url_state.declare(f"{COMPARE_PAGE}.{side}") for side in SIDES}
READ = {side: url_state.declare(f"{COMPARE_PAGE}.{side}_reading") for side in SIDES}
CELL = url_state.declare(f"{COMPARE_PAGE}.cell")
MODE = url_state.declare(f"{COMPARE_PAGE}.mode")
POLICIES = url_state.declare(f"{COMPARE_PAGE}.policies")


def put_sides(parties: Sequence[str], readings: Sequence[Sequence[str]] = ((), ())) -> None:
    """Compare these, each with readings of its own. In a callback."""
    for side, party, own in zip(SIDES, parties, readings, strict=True):
        url_state.remember(PARTY[side], party)
        url_state.remember(READ[side], list(own))
    url_state.remember(CELL, None)
    url_state.remember(MODE, None)
