"""What the knowledge base refuses, and what it takes: one file of ``lint/`` for each.

A file of ``lint/bad`` says in its first lines what is wrong with it, and which messages are expected::

    %% A policy makes no choices.
    %% expect: acme.lp, line 10: choices stand only in core/

It becomes ``policies/acme.lp`` beside the shipped policies, or what ``%% file:`` names. ``%% not yet:``
marks what ought to be refused and is not; when it is, the mark has to go. All policies are made up.

``lint/kinds`` holds further inputs by kind, as tables: a text that is added to the smallest good policy, and
the messages that it is refused with. ``file`` puts the text into a file of its own, ``with`` adds a copy of that
policy under another name, with more text. ``{x*1000}`` in a text stands for a thousand x.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase, KnowledgeBaseError
from tests.support.folders import program_files

LINT = Path(__file__).resolve().parent / "lint"
BAD = sorted((LINT / "bad").glob("*.lp"))
GOOD = sorted((LINT / "good").glob("*.lp"))


def notes(path: Path, word: str) -> list[str]:
    return re.findall(rf"^%% {word}: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def marked(path: Path) -> object:
    why = notes(path, "not yet")
    marks = [pytest.mark.xfail(reason=f"not refused: {why[0]}", strict=True)] if why else []
    return pytest.param(path, marks=marks, id=path.stem)


def folder_with(kb_folder: Path, tmp_path: Path, path: Path) -> Path:
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    place = (notes(path, "file") or ["policies/acme.lp"])[0]
    (folder / place).write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize("path", [marked(path) for path in BAD])
def test_bad(kb_folder: Path, tmp_path: Path, path: Path) -> None:
    """Refused with exactly the expected problems, each with its place."""
    folder = folder_with(kb_folder, tmp_path, path)
    with pytest.raises(KnowledgeBaseError) as caught:
        KnowledgeBase.load(folder)
    problems = [str(problem) for problem in caught.value.problems]
    expected = notes(path, "expect")
    assert expected, f"{path.name} says nothing of what it expects"
    for words in expected:
        assert any(words in problem for problem in problems), problems
    assert len(problems) <= len(expected), problems


def alone(folder: Path) -> Path:
    """Without the shipped policies."""
    for name in ("nia", "bcbsaz"):
        (folder / "policies" / "iort" / f"{name}.lp").unlink()
    return folder


def kinds() -> list[object]:
    tables = {
        path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((LINT / "kinds").glob("*.yaml"))
    }
    return [
        pytest.param(row, id=f"{path.stem}: {row['name']}".replace(" ", "_"))
        for path, rows in tables.items()
        for row in rows
    ]


def many(text: str) -> str:
    return re.sub(r"\{([^{}]+)\*([0-9]+)\}", lambda match: match[1] * int(match[2]), text)


@pytest.mark.parametrize("row", kinds())
def test_kinds(kb_folder: Path, tmp_path: Path, row: dict[str, Any]) -> None:
    """Refused with exactly the expected problems, in the order of the file."""
    folder = alone(folder_with(kb_folder, tmp_path, LINT / "good" / "smallest.lp"))
    good = (LINT / "good" / "smallest.lp").read_text(encoding="utf-8")
    file = folder / row.get("file", "policies/acme.lp")
    base = "" if "file" in row else good
    file.write_bytes((row.get("before", "") + base + many(row["text"]) + "\n").encode())
    for name, text in row.get("with", {}).items():
        (folder / "policies" / f"{name}.lp").write_text(f"{good.replace('acme', name)}{text}\n", encoding="utf-8")
    with pytest.raises(KnowledgeBaseError) as caught:
        KnowledgeBase.load(folder)
    problems = [str(problem) for problem in caught.value.problems]
    assert len(problems) == len(row["expect"]), problems
    for words, problem in zip(row["expect"], problems, strict=True):
        assert words in problem, problems


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in GOOD])
def test_good(kb_folder: Path, tmp_path: Path, path: Path) -> None:
    """Loaded, and able to decide."""
    kb = KnowledgeBase.load(folder_with(kb_folder, tmp_path, path))
    assert kb.decide({"oncologic": True}, "acme").possible


def test_shipped_files_are_good(kb: KnowledgeBase) -> None:
    assert kb.policies == ("bcbsaz", "nia")


def test_all_problems_are_told_at_once(kb_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    for name in ("acme", "bolt"):
        (folder / "policies" / f"{name}.lp").write_text(":- case(oncologic, true).\n{ met(nia, n10) }.\n")
    with pytest.raises(KnowledgeBaseError) as caught:
        KnowledgeBase.load(folder)
    places = [(Path(problem.where.split(",")[0]).stem, problem.where.split()[-1]) for problem in caught.value.problems]
    assert {("acme", "1"), ("acme", "2"), ("bolt", "1"), ("bolt", "2")} <= set(places)


@pytest.mark.parametrize(
    "harmless", ["% #script in a comment", '%* #include "x" *%', 'label(acme, "#external is a word").']
)
def test_words_in_comments_and_strings_are_harmless(kb_folder: Path, tmp_path: Path, harmless: str) -> None:
    folder = folder_with(kb_folder, tmp_path, LINT / "good" / "smallest.lp")
    with (folder / "policies" / "acme.lp").open("a", encoding="utf-8") as file:
        file.write(harmless + "\n")
    assert "acme" in KnowledgeBase.load(folder).policies


def test_other_policies_are_untouched(kb: KnowledgeBase, kb_folder: Path, tmp_path: Path) -> None:
    """A policy more changes no answer of the others."""
    more = KnowledgeBase.load(folder_with(kb_folder, tmp_path, LINT / "good" / "everything.lp"))
    case = {"primary_site": "breast", "modality": "electron_beam", "margin_status": "negative"}
    for policy in kb.policies:
        before, after = kb.decide(case, policy), more.decide(case, policy)
        assert (before.possible, before.deciding, before.advisories) == (
            after.possible,
            after.deciding,
            after.advisories,
        )


def test_one_policy_is_enough(kb_folder: Path, tmp_path: Path) -> None:
    """A knowledge base may hold a single policy, which need not use all that the shared files offer."""
    folder = alone(folder_with(kb_folder, tmp_path, LINT / "good" / "smallest.lp"))
    assert KnowledgeBase.load(folder).policies == ("acme",)


def test_not_a_folder(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="no such folder"):
        KnowledgeBase.load(tmp_path / "nowhere")
    with pytest.raises(KnowledgeBaseError, match=r"no \.lp files"):
        KnowledgeBase.load(tmp_path)


def test_not_text(kb_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / "acme.lp").write_bytes(b"\xff\xfe%\x00")
    with pytest.raises(KnowledgeBaseError, match=r"acme\.lp, line 1: cannot be read as UTF-8"):
        KnowledgeBase.load(folder)


def test_a_small_knowledge_base(kb_folder: Path, tmp_path: Path) -> None:
    """Without ambiguities, presumptions, axioms and advisories, and with one small policy, it loads and decides."""
    folder = alone(folder_with(kb_folder, tmp_path, LINT / "good" / "smallest.lp"))
    (folder / "core" / "editions.lp").unlink()
    for path in program_files(folder):
        text = path.read_text(encoding="utf-8")
        without = (
            r"^((ambiguity|option|presumption|presumed_value|axiom|exception|advisory|incoherent|xray_planned)\b"
            r"|bound\(date_of_service, at_least, D [+]|label\((date_is_today|treated|no_mand))"
        )
        kept = [each for each in re.split(r"(?<=\.)\n", text) if not re.search(without, each, re.MULTILINE)]
        kept = [each for each in kept if not re.match(r"(\s*%.*\n|\s)*(impossible\(|delivers\(|site.*reading)", each)]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    kb = KnowledgeBase.load(folder)
    assert not kb.catalog.readings
    assert not kb.catalog.presumptions
    assert not kb.catalog.axioms
    assert kb.decide({"oncologic": True}, "acme").class_ == "medically_necessary"
    assert kb.decide({"oncologic": False}, "acme").class_ == "no_criterion"


def test_a_policy_that_contradicts_itself_loads(made_up: Callable[..., KnowledgeBase]) -> None:
    """That is a class of its own, and a finding of check: no fault of the file."""
    text = (LINT / "good" / "smallest.lp").read_text(encoding="utf-8")
    more = 'clause(acme, a2, "Boost"). met(acme, a2) :- case(intent, boost). cites(acme, a2, "A1").\n'
    kb = made_up({"acme": text + more + "concludes(acme, a2, case_by_case).\n"}, only=True)
    assert kb.decide({"oncologic": True, "intent": "boost"}, "acme").class_ == "contradiction"


def test_an_edition_of_the_29th_of_february(made_up: Callable[..., KnowledgeBase]) -> None:
    """Five years later there is no such day; it is only compared with others."""
    text = (LINT / "good" / "smallest.lp").read_text(encoding="utf-8")
    kb = made_up({"acme": text + 'version(acme, 20240229, "leap").\n'}, only=True)
    assert kb.decide({"oncologic": True, "date_of_service": "2029-03-01"}, "acme").version == "2024-02-29"


def test_a_new_kind_of_fact(kb_folder: Path, tmp_path: Path) -> None:
    """The vocabulary may group facts as it likes; why-not weighs them all."""
    folder = copytree(kb_folder, tmp_path / "kb")
    text = (folder / "vocabulary" / "oncology.lp").read_text(encoding="utf-8")
    moved = re.sub(r"(attribute\(\d+, margin_status, choice,) finding", r"\1 lab", text)
    assert moved != text
    (folder / "vocabulary" / "oncology.lp").write_text(
        moved + 'kind(90, lab, "Laboratory", "measured").\n', encoding="utf-8"
    )
    case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "negative"}
    found = KnowledgeBase.load(folder).why_not(case, "nia", "approved")
    changes = [change for together in found.changes for change in together]
    assert "lab" in {change.kind for change in changes}


def test_every_house_rule_has_an_example_that_breaks_it(kb_folder: Path) -> None:
    rules = (kb_folder / "house" / "rules.lp").read_text(encoding="utf-8")
    said = re.findall(r'^(?:error|once)\(.*?, say\("([^"]*)"', rules, re.MULTILINE)
    expected = [words for path in BAD for words in notes(path, "expect")]
    expected += [words for row in kinds() for words in row.values[0].get("expect", [])]  # type: ignore[attr-defined]
    patterns = {text: ".+".join(map(re.escape, text.split("%"))) for text in said}
    assert len(said) > 20
    unbroken = [text for text, pattern in patterns.items() if not any(re.search(pattern, each) for each in expected)]
    assert unbroken == []
