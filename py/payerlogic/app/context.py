"""What every page is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.cases.case import StatedCase


@dataclass(frozen=True)
class Context:
    """The knowledge base, the folder of example cases, and the pages by name, to go to from one another."""

    kb: KnowledgeBase
    examples: Path
    pages: Mapping[str, st.Page]
    head: DeltaGenerator
    """The row at the top, where the service is chosen and a page may put its own controls."""

    def open_case(self, case: StatedCase) -> NoReturn:
        """Go to the Case page with this case. In the body of a page, not in a callback."""
        url_state.load_case(self.kb, case)
        st.switch_page(self.pages[url_state.CASE_PAGE])

    def open_page(self, name: str) -> NoReturn:
        """Go to another page; what was remembered for it stands there. In the body of a page, not in a callback."""
        st.switch_page(self.pages[name])
