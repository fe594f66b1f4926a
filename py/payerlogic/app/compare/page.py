"""The Compare page from top to bottom."""

from __future__ import annotations

import streamlit as st

from payerlogic.app.context import Context


def show(context: Context) -> None:
    """The page."""
    st.title("Compare", anchor=False)
