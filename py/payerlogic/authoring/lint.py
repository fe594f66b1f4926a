"""Every problem of a knowledge base at once, and advice about one that has none.

    >>> from payerlogic.program.files import shipped_folder
    >>> found = lint(shipped_folder())
    >>> found.problems
    ()

Loading stops at the first kind of problem; here each check goes on with what the one before it left in order: without
a file that cannot be parsed, without a rule that may not stand. INVARIANT: what could follow from an earlier problem
is left out, so that everything that is shown is worth mending.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from payerlogic.authoring.advice import advice_on_rules
from payerlogic.authoring.case_tests import CaseTestError, stored_tests, tested_facts
from payerlogic.errors import KnowledgeBaseError, Problem, Suggestion
from payerlogic.program.catalog import Catalog
from payerlogic.program.checks.declarations import declaration_problems
from payerlogic.program.checks.ground_rules import audit
from payerlogic.program.checks.house_rules import house_advice, house_problems
from payerlogic.program.checks.sizes import size_problems
from payerlogic.program.checks.source_rules import lint as source_problems
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.files import Program
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.lexing import code, problems_in
from payerlogic.program.library import Library, refuse_bad_text
from payerlogic.program.source_files import (
    CORE,
    SERVICES,
    Draft,
    ParsedStatement,
    SourceFile,
    parse_file,
    program_files,
    read_file,
    refuse_namesakes,
)
from payerlogic.program.statements import Term
from payerlogic.program.vocabulary import Vocabulary

KINDS = {
    "text": "a file that cannot be read, or characters that code cannot hold",
    "syntax": "what clingo cannot parse",
    "rule": "a rule that may not stand where it stands, or asks for what is not there",
    "size": "a rule that would never end",
    "declaration": "a fact, value, class or edition that is declared wrongly or twice",
    "policy": "a clause, reading, citation or number of a policy that does not fit the rest",
    "test": "a file of tests that cannot be read",
    "advice": "loads, and would be better otherwise",
}
"""What is checked, in this order."""
_PLACE = re.compile(r"(?P<file>.*?), line (?P<line>\d+)(?:, column [\d-]+)?", re.DOTALL)
_NAME = re.compile(r"[a-z]\w*")
_FIELD = re.compile(r"of\((\w+),\w+\)")
_ROUNDS = 5


@dataclass(frozen=True)
class LintProblem:
    """One problem or piece of advice, with its place as a file and a line."""

    kind: str
    problem: Problem
    file: str
    line: int | None

    @classmethod
    def of(cls, kind: str, problem: Problem) -> LintProblem:
        match = _PLACE.fullmatch(problem.where)
        return cls(kind, problem, match["file"] if match else problem.where, int(match["line"]) if match else None)

    @property
    def suggestion(self) -> Suggestion | None:
        """The one word that is near a misspelled one."""
        hint = self.problem.hint
        return hint if isinstance(hint, Suggestion) and hint.only else None

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "what": self.problem.what,
            "hint": self.problem.hint or None,
        }


@dataclass(frozen=True)
class LintReport:
    """What is wrong with a knowledge base, and what would be better."""

    folder: Path
    problems: tuple[LintProblem, ...]
    advice: tuple[LintProblem, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "advice": [each.to_dict() for each in self.advice],
            "problems": [each.to_dict() for each in self.problems],
        }


def lint(folder: Path, draft: Draft | None = None) -> LintReport:
    """Every problem of the files in ``folder``; where there is none, advice. With the draft of a policy, of its service
    line alone.

    KnowledgeBaseError for a folder without a knowledge base.
    """
    if not folder.is_dir():
        raise KnowledgeBaseError(Problem("no such folder", str(folder)))
    if not program_files(folder)[0]:
        raise KnowledgeBaseError(Problem("no .lp files in this folder", str(folder)))
    problems = list(_found(folder, draft))
    places = {str(path): rank for rank, path in enumerate(path for paths in program_files(folder) for path in paths)}
    found = sorted(dict.fromkeys(problems), key=lambda each: (places.get(each.file, -1), each.line or 0))
    advice = tuple(each for each in found if each.kind == "advice")
    return LintReport(folder, tuple(each for each in found if each.kind != "advice"), advice)


def _found(folder: Path, draft: Draft | None) -> Iterator[LintProblem]:
    """What is wrong with each service, and with the services themselves."""
    try:
        library = Library.read(folder, draft)
    except KnowledgeBaseError as error:
        if len(list((folder / SERVICES).glob("*.lp"))) < 2:  # so all files are one program
            check = _Lint(folder, draft)
            check.run()
            yield from check.found
            if check.found:
                return
        unread = dict(_unread_services(folder, draft))
        read = (problem for problem in error.problems if not any(problem in each for each in unread.values()))
        yield from (LintProblem.of("syntax", problem) for problems in unread.values() for problem in problems)
        yield from (LintProblem.of("declaration", problem) for problem in read)
        try:
            library = Library.read(folder, draft, without=unread.keys())
        except KnowledgeBaseError:
            return
    services: Iterable[str] = library.services or ("",)
    if draft is not None and library.services:  # that of before, and that to which the draft moves it
        services = dict.fromkeys(each.service_of([draft.path.stem]) for each in (Library.read(folder), library))
    for service in services:
        try:
            files, _ = library.files_of(service)
        except KnowledgeBaseError as error:
            yield from (LintProblem.of("policy", problem) for problem in error.problems)
            continue
        check = _Lint(folder, draft, {file.path for file in files}, service)
        check.run()
        yield from check.found


def _unread_services(folder: Path, draft: Draft | None) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
    """The files of services that cannot be read, each with why."""
    for path in sorted((folder / SERVICES).glob("*.lp")):
        try:
            file = read_file(path, folder, draft)
            refuse_bad_text([file])
            parse_file(file)
        except KnowledgeBaseError as error:
            yield path, tuple(error.problems)


class _Lint:
    """One run over the files of a folder, or of one service in it."""

    def __init__(
        self, folder: Path, draft: Draft | None, files: Collection[Path] | None = None, service: str = ""
    ) -> None:
        self.folder = folder
        self.draft = draft
        self.files = files
        self.service = service
        self.found: list[LintProblem] = []
        self.names: set[str] = set()
        """What a rule that was set aside concludes something about."""
        self.silent: set[str] = set()
        """Files of which nothing more can be said."""

    def add(self, kind: str, problems: Iterable[Problem]) -> bool:
        found = [LintProblem.of(kind, problem) for problem in problems]
        self.found += found
        return bool(found)

    def run(self) -> None:
        program = self._read()
        if program is None:
            return
        whole = not self.found
        problems = source_problems(program)
        self.add("rule", problems)
        wrong = {each.where for each in problems}
        program = self._without(program, problems)
        problems = self._news(program, size_problems(program))
        if self.add("size", problems):
            program = self._without(program, problems)
        try:
            ground = GroundProgram.of(program)
        except KnowledgeBaseError as error:
            self.add("rule", self._news(program, error.problems))
            return
        for _ in range(_ROUNDS):  # what is said of a declaration that was set aside is set aside, too
            problems = declaration_problems(ground)
            if not problems:
                break
            fresh = self._news(program, problems)
            causes = self._misspelled(fresh)
            self.add("declaration", [*causes, *(each for each in self._news(program, fresh) if each not in causes)])
            program = self._without(program, problems)
            ground = GroundProgram.of(program)
        if problems:
            self.add("policy", self._news(program, house_problems(ground)))
            return
        if asking := {each.where for each in program.statements if self._asks_what_was_set_aside(each)}:
            wrong |= asking
            kept = (each.holding or each if each.where in asking else each for each in program.statements)
            program = replace(program, statements=tuple(kept))
            ground = GroundProgram.of(program)
        try:
            graph, catalog, vocabulary = ConditionGraph.of(ground), Catalog.of(ground), Vocabulary.of(ground)
        except KnowledgeBaseError as error:
            self.add("rule", self._news(program, error.problems))
            self.add("policy", self._news(program, house_problems(ground)))
            return
        problems = audit(ground, graph, catalog, vocabulary)
        if problems and any(each.where in wrong for each in program.statements):
            # A rule that was set aside counts as one that may hold; that it always does is nobody's word.
            left = set(_audited(program, wrong, problems))
            problems = [each for each in problems if each in left]
        self.add("policy", self._news(program, problems))
        self._leave_out_what_follows(program)
        if whole and not self.found:
            try:
                tests = stored_tests(self.folder)
            except CaseTestError as error:
                self.add("test", error.problems)
                return
            known = [each for each in tests if each.expect.keys() <= catalog.policies.keys()]
            self.add("advice", house_advice(ground, (*tested_facts(known), *_lengths(ground))))
        self.add("advice", [*advice_on_rules(program), *_line_ends(program)])

    def _asks_what_was_set_aside(self, statement: ParsedStatement) -> bool:
        rule = statement.rule
        terms = rule.terms() if rule and rule.body else ()
        return any(name in self.names for term in terms for name in _names(term))

    def _misspelled(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems of declarations that are misspelled: what is said under the right name follows from them."""
        causes = []
        for each in problems:
            if isinstance(each.hint, Suggestion) and each.hint.right in each.what and each.hint.wrong in each.what:
                causes.append(each)
                field = _FIELD.fullmatch(each.hint.right)
                self.names.add(field[1] if field else each.hint.right)
                self.found = [
                    one for one in self.found if one.kind != "rule" or each.hint.right not in one.problem.what
                ]
        return causes

    def _leave_out_what_follows(self, program: Program) -> None:
        """Of the last check, what goes away when the rules with a problem of their own are right."""
        wrong = {(each.file, each.line) for each in self.found if each.kind == "policy"}
        own = [each for each in program.statements if (str(each.file.path), each.line) in wrong]
        own = [each for each in own if each.rule and each.rule.body and each.holding]
        if not own:
            return
        places = {(str(each.file.path), each.line) for each in own}
        left = set(_audited(self._without(program, [Problem("", each.where) for each in own])))
        self.found = [
            each
            for each in self.found
            if each.kind != "policy" or each.problem in left or (each.file, each.line) in places
        ]

    def _read(self) -> Program | None:
        """The program of all files that can be parsed; None where one of the core cannot, for all else rests on these.

        Of another shared file that cannot be parsed, whatever speaks of a name in it is left out.
        """
        shared, policies = program_files(self.folder)
        try:
            refuse_namesakes(policies)
        except KnowledgeBaseError as error:
            self.add("text", error.problems)
            return None
        files: list[SourceFile] = []
        unread: list[SourceFile] = []
        others: list[SourceFile] = []
        statements: list[ParsedStatement] = []
        for path in (*shared, *policies):
            file = None
            try:
                file = read_file(path, self.folder, self.draft)
                if self.files is not None and path not in self.files:
                    others.append(file)
                    continue
                if self.add("text", problems_in(file.text, str(path))):
                    unread.append(file)
                    continue
                statements += parse_file(file)
                files.append(file)
            except KnowledgeBaseError as error:
                self.add("syntax" if file else "text", error.problems)
                unread.append(file or SourceFile(path, "", path.relative_to(self.folder).parts[0]))
        for file in unread:
            if not file.is_policy:
                if file.room == CORE or not file.text:
                    return None
                self.names |= set(_NAME.findall(code(file.text)))
        return Program(self.folder, tuple(files), tuple(statements), (*unread, *others), self.service)

    def _without(self, program: Program, problems: Sequence[Problem]) -> Program:
        """The program without the statements that are wrong; a rule counts as one whose conditions may hold."""
        wrong = {problem.where for problem in problems}
        held = {id(each): each.holding for each in program.statements if each.where in wrong and each.rule}
        aside = [each for each in program.statements if each.where in wrong and held.get(id(each)) is None]
        policies = {file.policy for file in program.files}
        for each in aside:
            heads = each.rule.heads if each.rule else ()
            self.names |= {name for head in heads for name in _names(head)} - policies
            anything = bool(each.rule and each.rule.body) and any(_is_open(head) for head in heads)
            if anything or any(head.name == "policy" for head in heads):
                self.silent.add(str(each.file.path))
        kept = (held.get(id(each)) if each.where in wrong else each for each in program.statements)
        return Program(program.folder, program.files, tuple(filter(None, kept)), program.unread, program.service)

    def _news(self, program: Program, problems: Iterable[Problem]) -> list[Problem]:
        """The problems that cannot be consequences of what was set aside before."""
        if not self.names and not self.silent:
            return list(problems)
        at = {each.where: each for each in program.statements}
        return [each for each in problems if not self._follows(each, at.get(each.where))]

    def _follows(self, problem: Problem, statement: ParsedStatement | None) -> bool:
        rule = statement.rule if statement else None
        named = set(_NAME.findall(problem.what)) | {
            name for term in (rule.terms() if rule else ()) for name in _names(term)
        }
        return bool(named & self.names) or any(problem.where.startswith(file) for file in self.silent)


def _audited(program: Program, wrong: Collection[str] = (), otherwise: list[Problem] | None = None) -> list[Problem]:
    """What is wrong with a program without the statements in some places; ``otherwise`` where it cannot be grounded."""
    kept = tuple(each for each in program.statements if each.where not in wrong)
    ground = GroundProgram.of(replace(program, statements=kept))
    try:
        graph, catalog, vocabulary = ConditionGraph.of(ground), Catalog.of(ground), Vocabulary.of(ground)
    except KnowledgeBaseError:
        return otherwise or []
    return audit(ground, graph, catalog, vocabulary)


def _names(atom: Term) -> Iterator[str]:
    """The names and texts that an atom speaks of."""
    for part in atom.parts:
        for each in part.walk():
            if each.kind in ("constant", "text"):
                yield str(each.value if each.kind == "text" else each.name)


def _is_open(term: Term) -> bool:
    return any(each.kind == "variable" for each in term.walk())


def _lengths(ground: GroundProgram) -> Iterator[str]:
    """The length of what people read, as facts for the advice."""
    for symbol in ground.facts("label", 2):
        thing, words = symbol.arguments
        yield f"characters({thing}, {len(words.string)})."
    for symbol in ground.facts("clause", 3):
        policy, clause, words = symbol.arguments
        yield f"characters(clause({policy}, {clause}), {len(words.string)})."


def _line_ends(program: Program) -> Iterator[Problem]:
    for file in program.files:
        if "\r\n" in file.text:
            yield Problem(
                "its lines end as on Windows (CR LF)", f"{file.path}, line 1", "lint --fix changes them to LF"
            )
