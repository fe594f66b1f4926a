"""What of the page for drafts its address holds, and how other pages lead to it: the policy, never the draft."""

from __future__ import annotations

from payerlogic.app import url_state

DRAFT_PAGE = "draft"
POLICY = url_state.declare(f"{DRAFT_PAGE}.policy")
