"""A copy of the knowledge base with a second service line, made up: ``tests/policies/second_service``."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

SECOND_SERVICE = Path(__file__).resolve().parent.parent / "policies" / "second_service"


def with_second_service(kb_folder: Path, folder: Path) -> Path:
    """``folder``, a copy of ``kb_folder`` to which home oxygen and its two policies are added."""
    copytree(kb_folder, folder)
    (folder / "services" / "home_oxygen.lp").write_bytes((SECOND_SERVICE / "home_oxygen.lp").read_bytes())
    copytree(SECOND_SERVICE / "policies", folder / "policies" / "home_oxygen")
    return folder
