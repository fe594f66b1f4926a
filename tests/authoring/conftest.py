"""Knowledge bases that are made up: the shared files of the shipped one, and one small policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

SMALL = """\
payer(acme, "Acme Health").
policy(acme, acme, iort, "ACME-12", "Small").
version(acme, 20200101, "first").
statement(acme, "A1", "Criteria", "first", "made up", rule).
clause(acme, a1, "Cancer").
met(acme, a1) :- case(oncologic, true).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
"""
"""A policy without a problem; what is added to it begins on line 9."""

SERVICE = "iort"

Folder = Callable[..., Path]


def without_policies(kb_folder: Path, place: Path) -> Path:
    """A copy of the knowledge base with one service line and no policy, which loads in a moment."""
    copytree(kb_folder, place, ignore=lambda _folder, _names: {"policies"})
    (place / "policies").mkdir()
    for each in (place / "services").glob("*.lp"):
        if each.stem != SERVICE:
            each.unlink()
    return place


@pytest.fixture
def folder(kb_folder: Path, tmp_path: Path) -> Folder:
    """``folder(acme=SMALL + ...)``: a knowledge base of these policies alone."""

    def make(**policies: str) -> Path:
        place = without_policies(kb_folder, tmp_path / "kb")
        for name, text in policies.items():
            (place / "policies" / f"{name}.lp").write_bytes(text.encode())
        return place

    return make
