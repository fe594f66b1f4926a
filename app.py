"""The app; everything that it shows is built in ``payerlogic.app``. Start it with ``make run``."""

from pathlib import Path

from payerlogic.app import show_app

show_app(Path(__file__).parent / "examples" / "cases")
