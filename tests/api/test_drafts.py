"""A policy as it would be after an edit that is saved nowhere: loaded, linted and compared like a saved one."""

from __future__ import annotations

import pickle
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError, QuestionError
from payerlogic.authoring.lint import lint
from payerlogic.program.source_files import LARGEST, Draft, parse_file

POLICY = "uspstf_ldct"


@pytest.fixture(scope="module")
def screening(kb: KnowledgeBase) -> KnowledgeBase:
    return kb.of_policies([POLICY])


def edited(kb: KnowledgeBase) -> str:
    """The text with another age."""
    text = kb.file_of(POLICY).text
    assert "at_least(age_years, 50)" in text
    return text.replace("at_least(age_years, 50)", "at_least(age_years, 52)")


def test_a_draft_answers_as_the_same_text_saved(screening: KnowledgeBase, tmp_path: Path) -> None:
    folder = copytree(screening.program.folder, tmp_path / "kb")
    (folder / screening.file_of(POLICY).path.relative_to(screening.program.folder)).write_text(edited(screening))
    saved = KnowledgeBase.load(folder, service=screening.service)
    draft = screening.with_draft(POLICY, edited(screening))
    assert draft.digest == saved.digest != screening.digest
    as_saved, as_draft = (screening.difference(each, [POLICY]) for each in (saved, draft))
    assert as_draft.changed
    assert as_draft.to_dict() == as_saved.to_dict()
    assert pickle.loads(pickle.dumps(as_draft)).to_dict() == as_draft.to_dict()


def test_a_draft_is_parsed_as_the_file_is(screening: KnowledgeBase) -> None:
    saved = screening.file_of(POLICY)
    draft = screening.with_draft(POLICY, saved.text)
    assert draft.file_of(POLICY).is_draft
    assert [(each.where, str(each.node), each.exact_text) for each in parse_file(draft.file_of(POLICY))] == [
        (each.where, str(each.node), each.exact_text) for each in parse_file(saved)
    ]
    assert not screening.difference(draft, [POLICY]).edits


def test_nothing_is_saved(screening: KnowledgeBase) -> None:
    path = screening.file_of(POLICY).path
    before = path.read_bytes()
    screening.with_draft(POLICY, edited(screening))
    assert path.read_bytes() == before
    assert screening.file_of(POLICY).text == before.decode()


ENDLESS = "criterion(uspstf_ldct, a) :- size(uspstf_ldct, 3). size(uspstf_ldct, 1). size(uspstf_ldct, X+1) :- "


@pytest.mark.parametrize(
    ("added", "what", "lines"),
    [
        ("#script(python) import os #end.", "#script is not allowed", 1),
        ('#include "/etc/passwd".', "#include is not allowed", 1),
        (
            ENDLESS + "size(uspstf_ldct, X).",
            "grows without end",
            1,
        ),
        ("criterion(uspstf_ldct, a) :- size(uspstf_ldct, 3). size(uspstf_ldct, 1..1000000000).", "1,000,000,000", 1),
        ("criterion(uspstf_ldct, a) :- not criterion(uspstf_ldct, a).", "depend on themselves", 1),
        ("met(uspstf_ldct, a) :- X < 3.", "no condition says what X can be", 1),
        ("met(uspstf_ldct, a) :- ", "syntax error", 2),
        ("size(uspstf_ldct, " + "f(" * 3000 + "1" + ")" * 3000 + ").", "nests more than", 1),
        ("\x00", "control character", 1),
        ("criterion(uspstf_ldct, a) :- at_least(age_yers, 3).", "did you mean 'age_years'", 1),
    ],
    ids=["script", "include", "endless", "range", "loop", "unsafe", "syntax", "deep", "zero", "spelling"],
)
def test_what_is_wrong_is_said_at_its_line(screening: KnowledgeBase, added: str, what: str, lines: int) -> None:
    saved = screening.file_of(POLICY)
    text = f"{saved.text}{added}\n"
    line = saved.text.count("\n") + lines
    found = lint(screening.program.folder, Draft(saved.path, text)).problems
    assert any(what in str(each.problem) and (each.file, each.line) == (str(saved.path), line) for each in found), found
    with pytest.raises(KnowledgeBaseError, match=f"{saved.path.name}, line"):
        screening.with_draft(POLICY, text)


@pytest.mark.parametrize("text", ["x" * (LARGEST + 1), "\ud800", ""], ids=["large", "no text", "empty"])
def test_what_is_no_policy_is_refused(screening: KnowledgeBase, text: str) -> None:
    with pytest.raises(KnowledgeBaseError):
        screening.with_draft(POLICY, text)


def test_an_empty_draft_has_a_problem_at_its_file(screening: KnowledgeBase) -> None:
    path = screening.file_of(POLICY).path
    assert [each.file for each in lint(screening.program.folder, Draft(path, "")).problems] == [str(path)]


def test_a_policy_of_another_service_has_its_file_there(kb: KnowledgeBase) -> None:
    with pytest.raises(QuestionError):
        kb.file_of(POLICY)
