"""The files of a knowledge base in a folder, for tests that change a copy of them."""

from __future__ import annotations

from pathlib import Path

from clingo import Control

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


def without_policies(folder: Path) -> Path:
    """The folder, once the policies in it are gone."""
    for each in policy_files(folder):
        each.unlink()
    return folder
