"""Links from the answers of a case to a node of the graph that explains one of them.

A click shows the graph with the node opened, in view and with the focus, and keeps what is typed; a click for a new tab
follows the address, which does the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias
from urllib.parse import urlencode

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.derivation_graph import NODE, lead_to
from payerlogic.app.html import asset
from payerlogic.app.pages.case.sections import PAYER, SECTION

COMPONENT = "jump"
SEPARATOR = "|"

_component = st.components.v2.component("payerlogic.jump", js=asset(__package__, "jump.js"))


Jump: TypeAlias = Callable[[str, str], tuple[str, str]]


def jumps(kb: KnowledgeBase) -> Jump:
    """The ``href`` and the ``data-jump`` of a link to a node of a policy's graph. Whoever writes one calls
    ``follow_links``."""
    without = {_in_address(key): None for key in (SECTION, PAYER, NODE)}
    here = url_state.link(kb, url_state.CASE_PAGE, **without)

    def jump(policy: str, node: str) -> tuple[str, str]:
        to = urlencode({_in_address(PAYER): policy, _in_address(NODE): node})
        return f"{here}{'&' if '?' in here else '?'}{to}", f"{policy}{SEPARATOR}{node}"

    return jump


def _in_address(key: str) -> str:
    return key.partition(".")[2]


def follow_links(kb: KnowledgeBase) -> None:
    """Let the links of this page lead there without loading it anew."""
    _component(key=COMPONENT, on_go_change=partial(_go, kb))


def _go(kb: KnowledgeBase) -> None:
    """Only a policy of the knowledge base is taken; a node that its graph lacks opens nothing."""
    policy, _, node = str(st.session_state[COMPONENT].go).partition(SEPARATOR)
    if policy in kb.policies:
        url_state.remember(SECTION, None)
        url_state.remember(PAYER, policy)
        lead_to(node)
