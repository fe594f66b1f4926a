"""The knowledge base as files: found, read and parsed, with the place of every rule.

    >>> program = Program.read(shipped_folder())
    >>> [file.name for file in program.files if file.is_policy]
    ['bcbsaz.lp', 'nia.lp']

Nothing is executed or included here: a file that asks for that is refused before clingo sees it (see lexing).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clingo import MessageCode, ast

from payerlogic.errors import KnowledgeBaseError, Problem
from payerlogic.program.lexing import GREATEST, problems_in
from payerlogic.program.statements import Term, WrittenRule
from payerlogic.text.scalars import decimal_number, units_of

POLICIES, CORE = "policies", "core"
SHARED = (CORE, "vocabulary", "services")
COMPARED = ("at_least", "at_most")
MOST_PLACES = 4
"""Of a decimal: what is finer has a smaller unit."""
LARGEST = 4_000_000
"""Bytes of a file; the largest shipped one has a hundredth of that."""
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
        """The rule as if its conditions held; None for one whose head has variables, and for what is no rule."""
        rule = self.rule
        if (
            rule is None
            or not rule.body
            or rule.is_choice
            or len(rule.heads) != 1
            or next(rule.heads[0].variables(), None)
        ):
            return None
        return ParsedStatement(self.node.update(body=[]), self.file, self.line, self.last_line)

    @property
    def text(self) -> str:
        """The statement as it is written, comments and layout included."""
        return "\n".join(self.file.lines[self.line - 1 : self.last_line])


@dataclass(frozen=True)
class Program:
    """The files of a knowledge base, parsed. ``unread`` are policies that nobody asked for: their text counts for
    the digest and their names for who owns what, but nothing in them is parsed, checked or grounded."""

    folder: Path
    files: tuple[SourceFile, ...]
    statements: tuple[ParsedStatement, ...]
    unread: tuple[SourceFile, ...] = ()

    @classmethod
    def read(cls, folder: Path, only: Collection[str] | None = None) -> Program:
        """Read the shared files and those of the policies, which lie below ``policies``.

        Of the policies ``only`` these, in any case of letters; all of them if one of these has no file.
        Raises KnowledgeBaseError with file and line for what clingo cannot parse and for
        directives that run code, read other files or take the meaning out of the program.
        """
        if not folder.is_dir():
            raise KnowledgeBaseError(Problem("no such folder", str(folder)))
        shared, policies = program_files(folder)
        if not shared:
            raise KnowledgeBaseError(Problem("no .lp files in this folder", str(folder)))
        refuse_namesakes(policies)
        names = {each.stem.lower() for each in policies}
        asked = names if only is None else {each.lower() for each in only}
        every = [read_file(each, folder) for each in (*shared, *policies)]
        kept, unread = every, tuple[SourceFile, ...]()
        if asked < names:
            kept = [file for file in every if file.policy is None or file.policy.lower() in asked]
            unread = tuple(file for file in every if file.policy is not None and file.policy.lower() not in asked)
        files = tuple(kept)
        problems = [each for file in files for each in problems_in(file.text, str(file.path))]
        if problems:
            raise KnowledgeBaseError(problems)
        return cls(folder, files, tuple(statement for file in files for statement in parse_file(file)), unread)

    def only(self, policies: Iterable[str]) -> Program:
        """The same program with the files of some policies only; all that is shared stays."""
        wanted = {None, *policies}
        files = tuple(file for file in self.files if file.policy in wanted)
        return Program(self.folder, files, tuple(each for each in self.statements if each.file.policy in wanted))

    @cached_property
    def thresholds(self) -> dict[Term, tuple[ParsedStatement, ...]]:
        """The numbers that rules compare with, as the ``bound`` facts that core/case.lp cuts at, and the rules that do.

        >>> [str(each) for each in Program.read(shipped_folder()).thresholds][-1]
        'bound(fractions,at_least,2)'
        """
        found: dict[Term, list[ParsedStatement]] = {}
        for statement in self.statements:
            for atom in statement.rule.atoms() if statement.rule else ():
                if atom.name in COMPARED and len(atom.parts) == 2:
                    how = Term("constant", atom.name)
                    for attribute in atom.parts[0].alternatives():
                        for number in atom.parts[1].alternatives():
                            is_decimal = number.kind == "text" and attribute.constant in self.decimals
                            if attribute.kind == "constant" and (number.kind == "number" or is_decimal):
                                found.setdefault(Term("function", "bound", (attribute, how, number)), []).append(
                                    statement
                                )
        return {bound: tuple(rules) for bound, rules in found.items()}

    @cached_property
    def decimals(self) -> frozenset[str]:
        """The attributes that are decimals."""
        declared = (head.parts for head in self._heads if head.key == ("attribute", 4))
        return frozenset(name.name for _, name, type_, _ in declared if type_.constant == "decimal" and name.constant)

    @cached_property
    def places(self) -> dict[str, int]:
        """How many places decimals have."""
        written = ((head.parts[0], head.parts[1].number) for head in self._heads if head.key == ("places", 2))
        return {name.name: places for name, places in written if name.constant and places is not None}

    @cached_property
    def _heads(self) -> list[Term]:
        """What the shared files conclude: attributes are declared there."""
        rules = (each.rule for each in self.statements if not each.file.is_policy)
        return [head for rule in rules if rule for head in rule.heads]

    @cached_property
    def counted(self) -> tuple[Term, ...]:
        """The decimals that are written, as the ``counts_as`` facts of core/case.lp.

        One that has more places than its attribute, or counts as more than clingo can hold, has none: the checks
        refuse it.
        """
        if not self.places:
            return ()
        amounts = [(bound.parts[0], bound.parts[2]) for bound in self.thresholds]
        amounts += [(head.parts[0], head.parts[2]) for head in self._heads if head.key == ("bound", 3)]
        amounts += [
            (head.parts[0], amount) for head in self._heads if head.key == ("range", 3) for amount in head.parts[1:]
        ]
        found: dict[Term, None] = {}
        for name, amount in amounts:
            places = self.places.get(name.constant or "")
            units = counted_as(amount.value, places) if places is not None else None
            if units is not None:
                found[Term("function", "counts_as", (name, amount, Term("number", value=units)))] = None
        return tuple(found)

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever any file of the knowledge base does."""
        sum_ = hashlib.sha256()
        shared = [file for file in self.files if not file.is_policy]
        policies = [file for file in (*self.files, *self.unread) if file.is_policy]
        for file in (*shared, *sorted(policies, key=lambda file: file.path)):
            sum_.update(f"{file.path.relative_to(self.folder).as_posix()}\0{file.text}\0".encode())
        return sum_.hexdigest()[:12]


def counted_as(written: object, places: int) -> int | None:
    """A decimal in units of its last place, as clingo counts it; None where it cannot be.

    >>> counted_as("2.5", 1), counted_as(30, 1), counted_as("2.55", 1), counted_as("300000000.0", 1)
    (25, 300, None, None)
    """
    number = decimal_number(written) if isinstance(written, str | int) else None
    units = units_of(number, places) if number is not None and 0 <= places <= MOST_PLACES else None
    return units if units is not None and abs(units) < GREATEST else None


def refuse_namesakes(policies: Sequence[Path]) -> None:
    """A policy is named by its file, so two files of one name would be one policy."""
    first: dict[str, Path] = {}
    for path in policies:
        if path.stem in first:
            hint = "a policy is named by its file: rename one of the two"
            raise KnowledgeBaseError(Problem(f"has the name of {printable(first[path.stem])}", printable(path), hint))
        first[path.stem] = path


def read_file(path: Path, folder: Path) -> SourceFile:
    """A file of the knowledge base in ``folder``. KnowledgeBaseError for one that is no text."""
    return SourceFile(path, _text(_bytes(path), path), path.relative_to(folder).parts[0])


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
        raise KnowledgeBaseError(Problem(f"has more than {LARGEST:,} bytes", where, "split it into several files"))
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
            if place.begin.filename != name:
                foreign.add(place.begin.filename)
            found.append(ParsedStatement(node, file, place.begin.line, place.end.line))

    def log(_code: MessageCode, message: str) -> None:
        messages.append(message)

    try:
        ast.parse_files([name], keep, logger=log)
    except RuntimeError as error:
        raise KnowledgeBaseError([clingo_problem(text) for text in messages or [f"{file.path}: {error}"]]) from None
    if foreign:
        raise KnowledgeBaseError(Problem(f"reads another file: {', '.join(sorted(foreign))}", name))
    if _text(_bytes(file.path), file.path) != file.text:
        raise KnowledgeBaseError(Problem("was changed while it was read", name, "load the knowledge base again"))
    return found


def clingo_problem(message: str) -> Problem:
    """One of clingo's messages, with its place in front."""
    match = _ERROR.match(message.strip())
    if match is None:
        return Problem(" ".join(message.split()))
    what = " ".join(match["what"].split())
    return Problem(what, f"{match['file']}, line {match['line']}, column {match['column']}")
