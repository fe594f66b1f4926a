"""The made-up policies alder and rowan, beside the shared files but without the shipped policies."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from payerlogic import KnowledgeBase

POLICIES = Path(__file__).resolve().parent / "policies"


@pytest.fixture(scope="session")
def small(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("small") / "kb"
    copytree(kb_folder, folder, ignore=ignore_patterns("policies"))
    copytree(POLICIES, folder / "policies")
    return KnowledgeBase.load(folder)
