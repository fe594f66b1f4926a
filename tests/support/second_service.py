"""A copy of the knowledge base with a second service line, made up: ``tests/policies/second_service``."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, rmtree

from payerlogic.program.library import Library

SECOND_SERVICE = Path(__file__).resolve().parent.parent / "policies" / "second_service"


def with_second_service(kb_folder: Path, folder: Path) -> Path:
    """``folder``, a copy of ``kb_folder`` to which home oxygen and its two policies are added."""
    _default_service(kb_folder, folder)
    (folder / "services" / "home_oxygen.lp").write_bytes((SECOND_SERVICE / "home_oxygen.lp").read_bytes())
    copytree(SECOND_SERVICE / "policies", folder / "policies" / "home_oxygen")
    return folder


def many_services(kb_folder: Path, folder: Path, *, services: int, policies: int) -> Path:
    """``folder``, a copy of ``kb_folder`` with so many services, like home oxygen, and policies of them in all."""
    _default_service(kb_folder, folder)
    service = (SECOND_SERVICE / "home_oxygen.lp").read_text(encoding="utf-8")
    policy = (SECOND_SERVICE / "policies" / "coastal_oxygen.lp").read_text(encoding="utf-8")
    for number in range(services):
        name = f"oxygen_{number}"
        text = service.replace("home_oxygen", name).replace("saturation", f"saturation_{number}")
        (folder / "services" / f"{name}.lp").write_text(text, encoding="utf-8")
        (folder / "policies" / name).mkdir()
        for place in range(number, policies, services):
            own = f"{name}_{'abcdefghijklmnopqrstuvwxyz'[place // services]}"
            text = policy.replace("coastal_oxygen", own).replace("home_oxygen", name)
            text = text.replace("saturation,", f"saturation_{number},")
            (folder / "policies" / name / f"{own}.lp").write_text(text, encoding="utf-8")
    return folder


def _default_service(kb_folder: Path, folder: Path) -> None:
    """A copy with the default service alone, so that what is shipped besides does not matter."""
    copytree(kb_folder, folder)
    library = Library.read(folder)
    for service in library.services:
        if service != library.default:
            (folder / "services" / f"{service}.lp").unlink()
            rmtree(folder / "policies" / service)
