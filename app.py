"""The app, as it is served; every page is built in ``payerlogic.app``. Start it with ``make run``."""

from pathlib import Path

import streamlit as st

from payerlogic.app.guard import GUARDS

app = st.App(Path(__file__).parent / "py" / "payerlogic" / "app" / "served" / "script.py", middleware=GUARDS)
