"""Files as they lie on a disk: what is no file is refused at once, and lines are counted as clingo counts them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from clingo import ast
from hypothesis import given
from hypothesis import strategies as st

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.program.files import Program
from payerlogic.program.lexing import code, problems_in
from payerlogic.program.source_files import LARGEST
from tests.support.folders import program_files

NOT_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "is not a file"),
    "an endless device": (lambda path: path.symlink_to("/dev/zero"), "is not a file"),
    "a random device": (lambda path: path.symlink_to("/dev/urandom"), "is not a file"),
    "a terminal": (lambda path: path.symlink_to("/dev/tty"), "is not a file"),
    "a folder": (Path.mkdir, "is not a file"),
    "a link to nothing": (lambda path: path.symlink_to("nowhere"), "is not a file"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "is not a file"),
    "a large file": (lambda path: path.write_bytes(b"%" * (LARGEST + 1)), "has more than 4,000,000 bytes"),
    "UTF-16": (
        lambda path: path.write_text("a.", encoding="utf-16"),
        "line 1: cannot be read as UTF-8 text (byte 0xff)",
    ),
    "Latin-1": (lambda path: path.write_bytes(b"% a\n% \xe9\n"), "line 2: cannot be read as UTF-8 text (byte 0xe9)"),
    "cut in a character": (lambda path: path.write_bytes(b'a("\xe2\x82'), "line 1: cannot be read as UTF-8"),
}


@pytest.mark.parametrize("kind", NOT_FILES)
@pytest.mark.parametrize("place", ["policies", "."])
def test_not_a_file(kb_folder: Path, tmp_path: Path, kind: str, place: str) -> None:
    make, words = NOT_FILES[kind]
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    make(folder / place / "acme.lp")
    with pytest.raises(KnowledgeBaseError) as caught:
        Program.read(folder)
    assert "acme.lp" in str(caught.value)
    assert words in str(caught.value)


def test_a_name_that_is_no_text(kb_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / os.fsdecode(b"a\xff.lp")).write_text("a.")
    with pytest.raises(KnowledgeBaseError, match=r"a\\udcff\.lp: has a name that is no plain text"):
        Program.read(folder)


LINES = {
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "form feed": "\f",
    "vertical tab": "\v",
    "next line": "\x85",
    "file separator": "\x1c",
    "group separator": "\x1d",
    "record separator": "\x1e",
    "carriage return before the line feed": "\r\n%",
    "several": "\f\v\x85\u2028",
}


@pytest.mark.parametrize("kind", LINES)
def test_lines(tmp_path: Path, kind: str) -> None:
    """Whatever an editor takes for a line end: the text of a rule is the rule, and its line is clingo's."""
    file = tmp_path / "some.lp"
    file.write_bytes(f"% one {LINES[kind]} two\na(1). % {LINES[kind]}\nb(2) :-\r\n  a(1).\n".encode())
    rules = [each for each in Program.read(tmp_path).statements if each.rule]
    more = LINES[kind].count("\n")
    assert [each.line for each in rules] == [2 + more, 3 + 2 * more]
    assert rules[0].text.startswith("a(1).")
    assert rules[1].text == "b(2) :-\n  a(1)."


def test_any_change_changes_the_digest(kb_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    before = Program.read(folder).digest
    for path in program_files(folder):
        text = path.read_bytes()
        path.write_bytes(text + b"% a comment\n")
        assert Program.read(folder).digest != before
        path.write_bytes(text)
    assert Program.read(folder).digest == before


PIECES = [
    "%*",
    "*%",
    "%",
    "*",
    '"',
    "\\",
    "\n",
    "#!",
    "#",
    '#include "other.lp".',
    "a.",
    " ",
    "!",
    'b("c").',
    "\\n",
    "\t",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_code_is_what_clingo_takes_for_code(text: str) -> None:
    """Clingo never reads another file unless that was seen, and sees no statement where there is no code."""
    read: list[ast.AST] = []
    with TemporaryDirectory() as folder:
        (Path(folder) / "other.lp").write_text("other.")
        file = Path(folder) / "some.lp"
        file.write_text(text)
        failed = False
        try:
            ast.parse_files([str(file)], read.append, logger=lambda *_: None)
        except RuntimeError:
            failed = True
    statements = [node for node in read if node.ast_type not in (ast.ASTType.Program, ast.ASTType.Comment)]
    if any(node.location.begin.filename != str(file) for node in statements):
        assert any("#include is not allowed" in problem.what for problem in problems_in(text, "some.lp"))
    if not failed and not problems_in(text, "some.lp"):
        words = code(text).count("a.") + code(text).count("b(   ).")
        assert len(statements) == words


def test_no_other_folder_is_looked_into(kb_folder: Path, tmp_path: Path) -> None:
    """A knowledge base may lie in a folder with much else, and what plain clingo is given is no part of it."""
    folder = copytree(kb_folder, tmp_path / "kb")
    before = Program.read(folder)
    for place in ("backup", ".old", "run/more"):
        (folder / place).mkdir(parents=True)
        (folder / place / "nia.lp").write_text("no rule (", encoding="utf-8")
    again = Program.read(folder)
    assert [each.path for each in again.files] == [each.path for each in before.files]
    assert again.digest == before.digest


@pytest.mark.parametrize("place", ["core", "kb"])
def test_choices_stand_in_the_folder_core_alone(kb_folder: Path, tmp_path: Path, place: str) -> None:
    """Whatever the folder of the knowledge base itself is called."""
    folder = copytree(kb_folder, tmp_path / place)
    (folder / "extra.lp").write_text("{ extra(1) }.\n", encoding="utf-8")
    with pytest.raises(KnowledgeBaseError, match="choices stand only in core/"):
        KnowledgeBase.load(folder)


def test_two_policies_of_one_name(kb_folder: Path, tmp_path: Path) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    copytree(folder / "policies" / "iort", folder / "policies" / "other")
    with pytest.raises(KnowledgeBaseError, match="a policy is named by its file"):
        Program.read(folder)
