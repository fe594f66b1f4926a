"""What the app keeps is thrown away when a file of the knowledge base changes."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from payerlogic.app import cache
from payerlogic.errors import KnowledgeBaseError
from tests.app.conftest import ROOT
from tests.support.folders import program_files

FILES = [each.relative_to(ROOT / "kb") for each in program_files(ROOT / "kb")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copied = Path(copytree(ROOT / "kb", tmp_path / "kb"))
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(copied))
    return copied


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_file_is_watched(folder: Path, file: Path) -> None:
    kept = cache.knowledge_base()
    assert cache.knowledge_base() is kept
    with (folder / file).open("a") as saved:
        saved.write("\nno rule (\n")
    with pytest.raises(KnowledgeBaseError, match=file.name):
        cache.knowledge_base()
