"""Tests of policies: cases with the answers that they should get, in YAML beside the policies.

    >>> from payerlogic.program.files import shipped_folder
    >>> tests = stored_tests(shipped_folder())
    >>> tests[0].expect.keys() <= {"nia", "bcbsaz"}
    True

A file lies in ``tests/`` of the knowledge base, or in a folder ``tests/`` below ``policies/`` or ``services/``::

    about: what the file is for
    as_of: 2026-01-31                      the day of its tests, unless a test has its own
    tests:
      - name: fifty years is old enough
        case: {primary_site: breast, age_years: 50}
        readings: {some_reading: some_option}    those that are not at their default
        presumptions: no                         as with --no-presumptions
        expect:
          some_policy: medically_necessary       a class, an outcome, or open
          another: {class: no_criterion, clauses: [a1], deciding: []}

What an expectation does not name is not compared; what it may name is in ``EXPECTABLE``. ``clauses`` and ``deciding``
can stand beside ``expect`` where it names one policy. ``expect: {error: [words]}`` is for facts that cannot go
together. Names that begin with a dot hold YAML anchors. ``gates`` and ``clauses`` of a file make a test of each pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from payerlogic.errors import PayerlogicError, Problem, nearest, shown
from payerlogic.program.library import Library
from payerlogic.text.days import HOW, read_day
from payerlogic.text.yaml_document import YamlDocument, read_yaml

EXPECTABLE = {
    "class": "the class, when decided",
    "open": "the possible classes, when not",
    "outcome": "the outcome",
    "clauses": "exactly the clauses that the class rests on",
    "deciding": "exactly the unknown facts that can still change the class; a list stands for what it says, too",
    "version": "the first day of the version in force, or null",
    "limits": "exactly the limits",
    "advisories": "exactly the advisories",
    "has": "advisories that are among those given",
    "hasnt": "advisories that are not",
    "presumptions": "exactly the presumptions that the class rests on",
    "relies_on": "presumptions that are among those",
    "relies_not_on": "presumptions that are not",
    "met": "clauses whose own conditions hold, whether or not another prevails",
}
OF_A_FILE = ("about", "as_of", "tests", "gates", "clauses")
OF_A_TEST = ("name", "case", "expect", "readings", "presumptions", "as_of", "clauses", "deciding")
BESIDE = ("clauses", "deciding")
WORD = "word"
"""The key of an expectation that is one word: a class, an outcome, or open."""
_LISTS = frozenset(EXPECTABLE) - {"class", "outcome", "version"}
_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


class CaseTestError(PayerlogicError):
    """A file of tests that cannot be run as it is written."""


@dataclass(frozen=True)
class CaseTest:
    """One case, with the determinations that it should get."""

    file: str
    line: int
    name: str
    case: Mapping[str, Any]
    expect: Mapping[str, Mapping[str, Any]]
    readings: Mapping[str, str] = field(default_factory=dict)
    presumptions: bool = True
    as_of: date | None = None
    error: tuple[str, ...] | None = None
    """The words that the error should contain, if the facts cannot go together."""

    def __str__(self) -> str:
        return f"{Path(self.file).stem}: {self.name}"

    @property
    def where(self) -> str:
        return f"{self.file}, line {self.line}"


def files_of_tests(folder: Path) -> list[Path]:
    """The files of tests of a knowledge base."""
    places = [folder / "tests"]
    for room in ("policies", "services"):
        places += [each for each in (folder / room).rglob("tests") if each.is_dir()]
    return sorted({path for place in places for ending in ("yaml", "yml") for path in place.rglob(f"*.{ending}")})


def stored_tests(folder: Path) -> list[CaseTest]:
    """All tests of a knowledge base. CaseTestError for what is wrong with their files."""
    return read_tests(files_of_tests(folder))


def by_service(library: Library, tests: Iterable[CaseTest]) -> dict[str, list[CaseTest]]:
    """The tests by the service line whose policies they expect something of. A test of facts that cannot go together
    belongs to the service of the folder that its file is in, or else to that of the other tests of its file."""
    found: dict[str, list[CaseTest]] = {}
    listed = list(tests)
    of_file = {test.file: library.service_of(test.expect) for test in listed if test.expect}
    for test in listed:
        folder = next((part for part in reversed(Path(test.file).parts[:-1]) if part in library.services), None)
        default = folder or of_file.get(test.file, library.default)
        found.setdefault(library.service_of(test.expect) if test.expect else default, []).append(test)
    return found


def tested_facts(tests: Iterable[CaseTest]) -> Iterator[str]:
    """What is tested, as the facts ``tested``, ``decided`` and ``taken`` of ``kb/house/advice.lp``."""
    for test in tests:
        for policy, wanted in test.expect.items():
            yield f"tested({policy})."
            yield from (f"decided({policy}, {clause})." for clause in wanted.get("clauses", ()))
        yield from (f"taken({reading}, {option})." for reading, option in test.readings.items())


def read_tests(paths: Iterable[Path]) -> list[CaseTest]:
    """The tests of files. CaseTestError naming, with file and line, all that is wrong with them."""
    tests: list[CaseTest] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            tests += _read(path)
        except PayerlogicError as error:
            problems += error.problems
    if problems:
        raise CaseTestError(problems)
    return tests


def _read(path: Path) -> list[CaseTest]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise CaseTestError(Problem(f"cannot be read ({why})", str(path))) from None
    return _File(str(path), read_yaml(text, str(path))).tests()


class _File:
    """One file, checked part by part."""

    def __init__(self, file: str, document: YamlDocument) -> None:
        self.file = file
        self.document = document
        self.problems: list[Problem] = []

    def problem(self, what: str, *path: object, hint: str = "") -> None:
        self.problems.append(Problem(what, f"{self.file}, line {self.document.line_of(*path)}", hint))

    def tests(self) -> list[CaseTest]:
        data = self.document.data
        found: list[CaseTest] = []
        if isinstance(data, list):
            data = {"tests": data}
        if not isinstance(data, dict):
            self.problem("holds no tests", hint="write tests: and a list below it")
            data = {}
        self._names({key for key in data if not key.startswith(".")}, OF_A_FILE, "of a file of tests")
        day = self._day(data.get("as_of"), "as_of")
        listed = [] if data.get("tests") is None else data["tests"]
        if not isinstance(listed, list):
            self.problem("tests is no list", "tests", hint="begin each test with - name:")
            listed = []
        for index, record in enumerate(listed):
            if (test := self._test(record, index, day)) is not None:
                found.append(test)
        if "clauses" in data and not self.problems:
            found += _pairs(self, data, day)
        if self.problems:
            raise CaseTestError(self.problems)
        return found

    def _names(self, given: Iterable[str], known: Sequence[str], what: str, *path: object) -> None:
        for name in given:
            if name not in known:
                self.problem(f"unknown key {shown(name)} {what}", *path, name, hint=nearest(name, known))

    def _day(self, written: object, *path: object) -> date | None:
        if written is None:
            return None
        try:
            return read_day(str(written))
        except ValueError as error:
            self.problem(str(error), *path, hint=HOW)
            return None

    def _test(self, record: object, index: int, day: date | None) -> CaseTest | None:
        path = ("tests", index)
        if not isinstance(record, dict):
            self.problem("a test is a mapping", *path, hint="write - name: ..., case: {...}, expect: {...}")
            return None
        self._names(record, OF_A_TEST, "of a test", *path)
        missing = [key for key in ("name", "case", "expect") if key not in record]
        for key in missing:
            self.problem(f"a test without {key}", *path, hint=f"add {key}: ...")
        case, expect, readings = record.get("case") or {}, record.get("expect") or {}, record.get("readings") or {}
        for key, value in (("case", case), ("expect", expect), ("readings", readings)):
            if not isinstance(value, dict):
                self.problem(f"{key} is no mapping", *path, key, hint=f"write {key}: {{name: value}}")
                missing.append(key)
        presumptions = str(record.get("presumptions", "yes")).lower()
        if presumptions not in _YES_OR_NO:
            self.problem(f"presumptions is {shown(presumptions)}", *path, "presumptions", hint="write yes or no")
        if missing:
            return None
        error = expect.get("error")
        return CaseTest(
            self.file,
            self.document.line_of(*path),
            str(record["name"]),
            case,
            {} if error else self._expected(record, expect, path),
            {name: str(option) for name, option in readings.items()},
            _YES_OR_NO.get(presumptions, True),
            self._day(record["as_of"], *path, "as_of") if "as_of" in record else day,
            tuple(map(str, error if isinstance(error, list) else [error])) if error else None,
        )

    def _expected(
        self, record: Mapping[str, Any], expect: Mapping[str, Any], path: tuple[object, ...]
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for policy, written in expect.items():
            wanted = written if isinstance(written, dict) else {WORD: written}
            self._names(wanted.keys() - {WORD}, tuple(EXPECTABLE), "of an expectation", *path, "expect", policy)
            found[policy] = dict(wanted)
            if not wanted or wanted.get(WORD, "") is None or isinstance(wanted.get(WORD), list):
                self.problem(
                    f"nothing is expected of {policy}", *path, "expect", policy, hint="name a class or an outcome"
                )
        for key in BESIDE:
            if key in record:
                if len(found) != 1:
                    hint = f"write it with the policy: expect: {{some_policy: {{class: ..., {key}: [...]}}}}"
                    self.problem(f"{key} beside several policies", *path, key, hint=hint)
                for wanted in found.values():
                    wanted[key] = record[key]
        for policy, wanted in found.items():
            for key in wanted.keys() & _LISTS:
                if not isinstance(wanted[key], list):
                    self.problem(f"{key} is no list", *path, "expect", policy, key, hint=f"write {key}: [...]")
        return found


def _pairs(file: _File, document: Mapping[str, Any], day: date | None) -> Iterator[CaseTest]:
    """Every gate before every later gate, and before every clause.

    ``gates: {policy: {gate: {case, class, not_with: [gates]}}}`` says by which facts each gate is met, in their order;
    ``clauses: {policy: {clause: {case, readings, expect}}}`` by which each clause decides.
    """

    def test(name: str, case: Mapping[str, Any], policy: str, wanted: Mapping[str, Any], path: object) -> CaseTest:
        line = file.document.line_of("clauses", policy, path)
        readings = document["clauses"][policy].get(path, {}).get("readings", {})
        return CaseTest(file.file, line, f"{policy} {name}", case, {policy: wanted}, readings, as_of=day)

    for policy, clauses in document["clauses"].items():
        gates = document["gates"][policy]
        for clause, base in clauses.items():
            alone = {"clauses": [clause], **base.get("expect", {})}
            yield test(f"{clause} by itself", base["case"], policy, alone, clause)
            for gate, trouble in gates.items():
                wanted = {"class": trouble["class"], "clauses": [gate], "met": [gate, clause]}
                yield test(f"{gate} before {clause}", {**base["case"], **trouble["case"]}, policy, wanted, clause)
        for index, (gate, trouble) in enumerate(gates.items()):
            for later, more in list(gates.items())[index + 1 :]:
                if gate in more.get("not_with", ()):
                    continue
                wanted = {"class": trouble["class"], "clauses": [gate], "met": [gate, later]}
                yield test(f"{gate} before {later}", {**more["case"], **trouble["case"]}, policy, wanted, None)
