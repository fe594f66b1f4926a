"""The files of a knowledge base: found, read and parsed, with the place of every rule.

    >>> shared, policies = program_files(shipped_folder())
    >>> [path.name for path in policies][:2]
    ['bcbsaz.lp', 'nia.lp']

Nothing is executed or included here: a file that asks for that is refused before clingo sees it (see lexing).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from pathlib import Path

from clingo import MessageCode, ast

from payerlogic.errors import KnowledgeBaseError, Problem
from payerlogic.program.statements import WrittenRule

POLICIES, CORE, VOCABULARY, SERVICES = "policies", "core", "vocabulary", "services"
SHARED = (CORE, VOCABULARY, SERVICES)
LARGEST = 4_000_000
"""Bytes of a file; the largest shipped one has a hundredth of that."""
UNNAMED = "<string>"
"""What clingo calls the file of a text."""
RANGING = ("given", "slot")
"""What says which records there are."""
_UNSAFE = re.compile(r"note: '(\w+)' is unsafe")
_ERROR = re.compile(r"^(?P<file>.*?):(?P<line>\d+):(?P<column>[\d-]+).*?(?:error|info): (?P<what>.*)$", re.DOTALL)


def shipped_folder() -> Path:
    """The knowledge base that comes with the package: inside it, or beside it in a checkout."""
    here = Path(__file__).resolve().parent.parent
    for folder in (here / "kb", here.parent.parent / "kb"):
        if (folder / "core").is_dir():
            return folder
    raise KnowledgeBaseError("the knowledge base (the folder kb/) did not come with this installation")


def program_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files that all policies share, and those of the policies. No other folder is looked into, however large
    (``run`` is for clingo alone)."""
    shared = [*folder.glob("*.lp"), *(each for room in SHARED for each in (folder / room).rglob("*.lp"))]
    return sorted(shared), sorted((folder / POLICIES).rglob("*.lp"))


@dataclass(frozen=True)
class SourceFile:
    """One ``.lp`` file: its text, and whether it is a policy's or shared by all."""

    path: Path
    text: str
    room: str
    """The folder of the knowledge base that it is in, such as ``core``; its own name if it lies beside these."""
    is_draft: bool = False
    """Whether the text is that of an edit which is nowhere saved; what is at ``path`` is then another one."""

    @property
    def is_policy(self) -> bool:
        return self.room == POLICIES

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def lines(self) -> list[str]:
        """The lines as clingo counts them: only a line feed ends one."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @property
    def policy(self) -> str | None:
        """The policy that the file defines: by convention, its name without the ending."""
        return self.path.stem if self.is_policy else None


@dataclass(frozen=True)
class ParsedStatement:
    """One parsed statement and where it stands."""

    node: ast.AST
    file: SourceFile
    line: int
    last_line: int

    @property
    def where(self) -> str:
        return f"{self.file.path}, line {self.line}"

    @cached_property
    def rule(self) -> WrittenRule | None:
        """The rule or fact as plain data; None for a directive."""
        return WrittenRule.of(self.node)

    @property
    def holding(self) -> ParsedStatement | None:
        """The rule as if its conditions held, but that a record is there; None for one whose head has other variables,
        and for what is no rule."""
        rule = self.rule
        if rule is None or not rule.body or rule.is_choice or len(rule.heads) != 1:
            return None
        atoms = [each.atom if each.sign == 0 and each.atom is not None else None for each in rule.body]
        kept = [each is not None and each.name in RANGING for each in atoms]
        named = {name for each in compress(atoms, kept) if each is not None for name in each.variables()}
        if not named.issuperset(rule.heads[0].variables()):
            return None
        body = [*compress(self.node.body, kept)]
        return ParsedStatement(self.node.update(body=body), self.file, self.line, self.last_line)

    @property
    def exact_text(self) -> str:
        """The statement alone, where others stand on its lines, too."""
        place = self.node.location
        lines = self.text.encode("utf-8").split(b"\n")  # clingo counts columns in bytes
        lines[-1] = lines[-1][: place.end.column - 1]
        lines[0] = lines[0][place.begin.column - 1 :]
        return b"\n".join(lines).decode("utf-8")

    @property
    def text(self) -> str:
        """The statement as it is written, comments and layout included."""
        return "\n".join(self.file.lines[self.line - 1 : self.last_line])


def refuse_namesakes(policies: Sequence[Path]) -> None:
    """A policy is named by its file, so two files of one name would be one policy."""
    first: dict[str, Path] = {}
    for path in policies:
        if path.stem in first:
            hint = "a policy is named by its file: rename one of the two"
            raise KnowledgeBaseError(Problem(f"has the name of {printable(first[path.stem])}", printable(path), hint))
        first[path.stem] = path


@dataclass(frozen=True)
class Draft:
    """The text of a file that is edited and nowhere saved, and the path of what it stands in for."""

    path: Path
    text: str


def read_file(path: Path, folder: Path, draft: Draft | None = None) -> SourceFile:
    """A file of the knowledge base in ``folder``, or the draft of it. KnowledgeBaseError for one that is no text."""
    if draft is None or draft.path != path:
        return SourceFile(path, _text(_bytes(path), path), path.relative_to(folder).parts[0])
    try:
        size = len(draft.text.encode())
    except UnicodeEncodeError:
        raise KnowledgeBaseError(Problem("has characters that are no text", printable(path))) from None
    if size > LARGEST:
        raise KnowledgeBaseError(_too_large(path))
    return SourceFile(path, draft.text, path.relative_to(folder).parts[0], is_draft=True)


def _too_large(path: Path) -> Problem:
    return Problem(f"has more than {LARGEST:,} bytes", printable(path), "split it into several files")


def _bytes(path: Path) -> bytes:
    """What is in a file, which has to be one: a pipe or a device would never end."""
    where = printable(path)
    if where != str(path):
        raise KnowledgeBaseError(Problem("has a name that is no plain text", where, "rename it"))
    try:
        if not path.is_file():
            raise KnowledgeBaseError(Problem("is not a file", where, "a folder, a pipe or a device cannot be read"))
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise KnowledgeBaseError(Problem(f"cannot be read ({error.strerror or error})", where)) from None
    if len(content) > LARGEST:
        raise KnowledgeBaseError(_too_large(path))
    return content


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"cannot be read as UTF-8 text (byte {content[error.start]:#04x})"
        raise KnowledgeBaseError(Problem(what, f"{printable(path)}, line {line}", "save the file as UTF-8")) from None


def printable(path: Path) -> str:
    """A path as a message can show it, even where its name is no text.

    >>> printable(Path("kb/a\\udcffb.lp"))
    'kb/a\\\\udcffb.lp'
    """
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def parse_file(file: SourceFile) -> list[ParsedStatement]:
    """Its statements. KnowledgeBaseError for what clingo cannot parse."""
    found: list[ParsedStatement] = []
    messages: list[str] = []
    foreign: set[str] = set()
    name = str(file.path)

    def keep(node: ast.AST) -> None:
        if node.ast_type not in (ast.ASTType.Program, ast.ASTType.Comment):
            place = node.location
            if place.begin.filename != (UNNAMED if file.is_draft else name):
                foreign.add(place.begin.filename)
            found.append(ParsedStatement(node, file, place.begin.line, place.end.line))

    def log(_code: MessageCode, message: str) -> None:
        messages.append(message)

    try:
        if file.is_draft:
            ast.parse_string(file.text, keep, logger=log)
        else:
            ast.parse_files([name], keep, logger=log)
    except RuntimeError as error:
        raise KnowledgeBaseError([clingo_problem(text, name) for text in messages or [f"{name}: {error}"]]) from None
    if foreign:
        raise KnowledgeBaseError(Problem(f"reads another file: {', '.join(sorted(foreign))}", name))
    if not file.is_draft and _text(_bytes(file.path), file.path) != file.text:
        raise KnowledgeBaseError(Problem("was changed while it was read", name, "load the knowledge base again"))
    return found


def clingo_problem(message: str, unnamed: str = "") -> Problem:
    """One of clingo's messages, with its place in front; ``unnamed`` is the file of what was parsed from a text."""
    match = _ERROR.match(message.strip())
    if match is None:
        return Problem(" ".join(message.split()))
    what = " ".join(match["what"].split())
    file = unnamed if match["file"] == UNNAMED and unnamed else match["file"]
    where = f"{file}, line {match['line']}, column {match['column']}"
    if what.startswith("unsafe variables") and (unsafe := sorted(set(_UNSAFE.findall(what)))):
        names = " and ".join(unsafe)
        hint = f"name it in a condition without not, as in case(some_fact, {unsafe[0]}), or write _ where any will do"
        return Problem(f"no condition says what {names} can be", where, hint)
    return Problem(what, where)
