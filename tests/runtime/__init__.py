"""How the engine holds up as a process: threads, forks, interruptions, memory, ``python -O``."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def environment() -> dict[str, str]:
    """For a Python of its own: this checkout's code, and the tests."""
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'py'}{os.pathsep}{ROOT}"}
