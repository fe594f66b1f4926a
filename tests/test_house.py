"""House rules that no other tool holds: rooms that explain themselves, words, and where a policy's names may stand."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from payerlogic.program.files import Program
from payerlogic.semantics.model import CHECKED

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "py" / "payerlogic"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)
FOR_PEOPLE = [
    *(ROOT / f"{name}.md" for name in ("README", "ARCHITECTURE", "CONTRIBUTING", "SECURITY", "CHANGELOG")),
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
]
BANNED = re.compile(
    r"\b(hangs? on|they part|parts? them|not to be had|cannot be had|otherwise than|found no more"
    r"|is nothing for|nothing for a terminal|a day that is one|may stand beside)\b",
    re.IGNORECASE,
)
# Software says, shows and names things; it tells nobody anything. "Tell apart" is English.
TELLING = re.compile(r"\b(told|tells?|telling)\b(?!\s+apart)", re.IGNORECASE)
TALKING_ROOMS = ("cli", "documents", "text", "wording")
LONGEST = 400


def test_few_modules_lie_beside_the_rooms() -> None:
    assert len([path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]) <= 5


@pytest.mark.parametrize("room", [each for each in ROOMS if each.parent == PACKAGE], ids=lambda room: room.name)
def test_a_room_says_what_lives_there(room: Path) -> None:
    words = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert len(words) > 40
    assert f"{room.name}[" in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), "ARCHITECTURE.md draws it"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_one_concept(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_two_classes_have_one_name() -> None:
    """Private ones too: whoever reads a name has to know which thing it is."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name.lstrip("_"), []).append(f"{path.relative_to(PACKAGE)}, line {node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


# "1 rows are refused": a count before a plural is worded by text.phrases.plural. The modules below never count one.
COUNTED = re.compile(
    r"^ (?:more |open |empty )?(?:answers?|arguments?|attributes|cases|cells|characters|clauses|codes|columns"
    r"|combinations|conditions|days|edits|facts|files|findings|groups|ids|lines|names|parts|places|policies|problems"
    r"|readings|records|regions|rows|rules|sheets|statements|tests|values|years)\b(?! of)"
)
COUNTS = re.compile(r"\b(len|number|sum|count|rows|refused|boxes|cells|places|size)\b")
NEVER_ONE = {
    "api/services.py",
    "app/pages/case/import_case.py",
    "app/pages/case/result_cards.py",
    "app/pages/drafts/trial.py",
    "app/settings_panel.py",
    "app/url_codec.py",
    "cases/files.py",
    "cases/formats.py",
    "comparison/compare.py",
    "documents/blocks.py",
    "errors.py",
    "program/checks/domains.py",
    "program/checks/source_rules.py",
    "semantics/model.py",
    "sql/expressions.py",
    "tables/ages.py",
    "tables/workbook.py",
    "wording/case_answers.py",
    "wording/several.py",
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_count_and_its_noun_agree(path: Path) -> None:
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for one, other in pairwise(node.values):
                if isinstance(one, ast.FormattedValue) and isinstance(other, ast.Constant):
                    expression = ast.unparse(one.value)
                    if "plural(" not in expression and COUNTS.search(expression) and COUNTED.match(str(other.value)):
                        wrong.append(f"line {node.lineno}: {{{expression}}}{str(other.value)[:30]}")
    assert not wrong or str(path.relative_to(PACKAGE)) in NEVER_ONE, wrong


@pytest.mark.parametrize("path", FOR_PEOPLE, ids=lambda path: path.name)
def test_words_that_no_colleague_would_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert BANNED.findall(text) + TELLING.findall(text) == []


def strings_of(path: Path) -> list[str]:
    """What a module says: its sentences, and its docstrings."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_says_what_no_colleague_would(path: Path) -> None:
    banned = [BANNED]
    if path.relative_to(PACKAGE).parts[0] in TALKING_ROOMS:
        banned.append(TELLING)
    assert [words[0] for text in strings_of(path) for each in banned if (words := each.search(text))] == []


def names_of_policies() -> frozenset[str]:
    """The names of attributes, of their values, of services and of policies in the knowledge base."""
    found: set[str] = set()
    for path in (ROOT / "kb").rglob("*.lp"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"^attribute\(\d+, (\w+)", text, re.MULTILINE))
        found |= set(re.findall(r'^value\(\w+,\s*\d+,\s*"?([\w ]+)"?', text, re.MULTILINE))
        found |= set(re.findall(r"^(?:service|policy|clause|ambiguity)\((\w+)", text, re.MULTILINE))
    return frozenset(found)


# Words that the vocabulary has too, but that here mean something else than a value of an attribute: "approved" is an
# outcome, which every policy has, and true and false are what a yes-or-no question can be answered with.
EVERYDAY = frozenset(
    ["approved", "true", "false", "close", "done", "none", "other", "primary", "central", "every_payer"]
)


def test_no_name_of_a_policy_is_in_python() -> None:
    """What is shown and asked comes from the knowledge base; examples in docstrings may name it."""
    named = names_of_policies() - EVERYDAY
    assert len(named) > 60
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in named:
                found.append(f"{path.relative_to(ROOT)}, line {node.lineno}: {node.value}")
    assert found == []


def test_the_shipped_knowledge_base_is_the_one_that_was_checked() -> None:
    """Commands do not check it again (see ``semantics.model.CHECKED``), so its digest there has to be today's."""
    digest = Program.read(ROOT / "kb").digest
    assert digest == CHECKED, f"after a change of kb/ that the tests accept, write CHECKED = {digest!r} in model.py"
