"""What of the page for drafts its address holds, and how other pages lead to it: the policy, never the draft."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from payerlogic.app import url_state

DRAFT_PAGE = "draft"
POLICY = url_state.declare(f"{DRAFT_PAGE}.policy")
OFFERED = f"{DRAFT_PAGE}.offered"


def offer(policy: str, text: str) -> None:
    """Open the page for drafts with this text in its box, once; the tab then keeps it like any other draft."""
    st.session_state[OFFERED] = {"policy": policy, "text": text, "id": uuid4().hex}


def offered(policy: str) -> dict[str, object] | None:
    """The text that another page offers for a policy."""
    held: dict[str, object] | None = st.session_state.get(OFFERED)
    return held if held is not None and held["policy"] == policy else None
