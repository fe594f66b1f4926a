"""What of the Compare page its address holds, for the pages that link to it."""

from __future__ import annotations

from payerlogic.app import url_state

SIDES = ("left", "right")
PARTY = {side: url_state.declare(f"compare.{side}") for side in SIDES}
READ = {side: url_state.declare(f"compare.{side}_reading") for side in SIDES}
CELL = url_state.declare("compare.cell")
