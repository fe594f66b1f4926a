"""What the app keeps: until a file of the knowledge base changes, and only for those who ask the same."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase, Settings, StatedCase
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
    library = cache.library()
    service = next(s for s in library.services if folder / file in [each.path for each in library.files_of(s)[0]])
    kept = cache.knowledge_base(service)
    assert cache.knowledge_base(service) is kept
    with (folder / file).open("a") as saved:
        saved.write("\nno rule (\n")
    with pytest.raises(KnowledgeBaseError, match=file.name):
        cache.knowledge_base(service)


def test_what_is_loaded_is_not_looked_through_for_garbage(folder: Path) -> None:
    """Streamlit's runs would else begin with it, as long as most answers take; what is loaded anew counts once."""
    kb = cache.knowledge_base()
    assert gc.get_freeze_count() > len(kb.program.statements)
    assert not any(each is kb for each in gc.get_objects())


BRAIN = StatedCase(None, {"primary_site": "brain", "cpt_codes": frozenset({"77424", "77425"})})
OTHERS = {
    "another fact": replace(BRAIN, facts={**BRAIN.facts, "primary_site": "rectum"}),
    "another name": replace(BRAIN, id="R-1"),
    "written in another way": replace(BRAIN, written={"primary_site": "Brain"}),
}


@cache.kept(4)
def _asked_of(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> list[StatedCase]:
    return [case]


def test_an_equal_question_is_asked_once(kb: KnowledgeBase) -> None:
    same = StatedCase(None, dict(reversed(BRAIN.facts.items())))
    assert _asked_of(kb, BRAIN, kb.settings()) is _asked_of(kb, same, kb.settings())


@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_no_one_gets_the_answer_of_another_case(kb: KnowledgeBase, case: StatedCase) -> None:
    _asked_of(kb, BRAIN, kb.settings())
    [asked] = _asked_of(kb, case, kb.settings())
    assert (asked.id, asked.facts, asked.written) == (case.id, case.facts, case.written)


def test_other_settings_are_another_question(kb: KnowledgeBase) -> None:
    found = [_asked_of(kb, BRAIN, kb.settings(presumptions=on)) for on in (True, False)]
    assert found[0] is not found[1]
