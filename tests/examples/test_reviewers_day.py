"""The walk through a reviewer's day runs, and answers every question that it asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "reviewers_day.py"


def test_the_day_runs_to_its_end() -> None:
    found = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, encoding="utf-8", check=True)
    for told in ("best question first", "these facts force it", "The payers disagree.", "any one of these 5 changes"):
        assert told in found.stdout
    assert "age is 45 years" in found.stdout
