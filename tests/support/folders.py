"""The files of a knowledge base in a folder, for tests that change a copy of them."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from clingo import Control

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.program.files import Program


def program_files(folder: Path) -> list[Path]:
    """All files of the program: what plain clingo is given, without its defaults, and without the house rules."""
    return sorted(each for each in folder.rglob("*.lp") if each.relative_to(folder).parts[0] not in ("run", "house"))


def load_plainly(control: Control, program: Program) -> None:
    """Give plain clingo the files of a program as they are, and the numbers that its rules compare with."""
    for file in program.files:
        control.load(str(file.path))
    control.add("base", [], " ".join(f"{threshold}." for threshold in (*program.thresholds, *program.counted)))


def policy_files(folder: Path) -> list[Path]:
    """The files of the policies."""
    return sorted((folder / "policies").rglob("*.lp"))


def small_folder(kb_folder: Path, source: Path, folder: Path, **files: str) -> Path:
    """The core of the knowledge base with made-up files of ``source``: ``vocabulary="tumors", policies="marsh"``."""
    for room in ("core", "run", "house"):
        copytree(kb_folder / room, folder / room)
    for room, name in files.items():
        (folder / room).mkdir()
        (folder / room / f"{name}.lp").write_bytes((source / f"{name}.lp").read_bytes())
    return folder


def with_policy(folder: Path, name: str, text: str) -> KnowledgeBase:
    """The knowledge base of a small folder, with this one policy."""
    (folder / "policies").mkdir()
    (folder / "policies" / f"{name}.lp").write_text(text, encoding="utf-8")
    return KnowledgeBase.load(folder)


def problems_after(folder: Path, old: str, new: str) -> list[str]:
    """What is said when a knowledge base is loaded in whose vocabulary or policies one text is another."""
    paths = [path for room in ("vocabulary", "policies") for path in sorted((folder / room).glob("*.lp"))]
    path = next(each for each in paths if old in each.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeBaseError) as caught:
        KnowledgeBase.load(folder)
    return [str(each) for each in caught.value.problems]


def without_policies(folder: Path) -> Path:
    """The folder, once the policies in it are gone."""
    for each in policy_files(folder):
        each.unlink()
    return folder
