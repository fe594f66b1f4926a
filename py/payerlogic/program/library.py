"""A knowledge base as a library: which service lines it has, and which files belong to each.

    >>> from payerlogic.program.source_files import shipped_folder
    >>> library = Library.read(shipped_folder())
    >>> library.services["iort"].label, library.default
    ('intraoperative radiotherapy', 'iort')
    >>> library.policies["nia"].service
    'iort'

A question is put to one service: to the core, to the files of the vocabulary that the service uses, to its own file
and to its policies. Only the files of ``services/`` are parsed here. Of the policies, which may be hundreds, the fact
``policy(Policy, Payer, Service, ...)`` is looked for in the text; whatever it says counts once the file is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path

from payerlogic.errors import KnowledgeBaseError, Problem, QuestionError, Suggestion, nearest, shown
from payerlogic.program.lexing import code, problems_in
from payerlogic.program.records import names_stated
from payerlogic.program.source_files import (
    SERVICES,
    VOCABULARY,
    Draft,
    ParsedStatement,
    SourceFile,
    parse_file,
    program_files,
    read_file,
    refuse_namesakes,
)
from payerlogic.program.statements import Term
from payerlogic.program.synonyms import Called, words_declared

_WORDS = (("label", 2), ("unit", 2), ("also_labeled", 2))
_DECLARED = {"service": 2, "uses": 2, "default_service": 1}
# Each begins with its letters, which makes looking through hundreds of files ten times as fast as a word boundary.
_POLICY = re.compile(r"policy\(\s*([a-z]\w*)\s*,\s*([a-z]\w*)\s*,\s*([a-z]\w*)\s*,")
_AMBIGUITY = re.compile(r"ambiguity\(\s*[a-z]\w*\s*,\s*([a-z]\w*)")
_PAYER = re.compile(r'payer\(\s*([a-z]\w*)\s*,\s*"([^"\\\n]+)"')
_SHORT_NAME = re.compile(r'short_name\(\s*([a-z]\w*)\s*,\s*"([^"\\\n]+)"')


@dataclass(frozen=True)
class Service:
    """One service line: its name for people, and the files of ``vocabulary/`` that it uses."""

    name: str
    label: str
    subjects: frozenset[str]


@dataclass(frozen=True)
class ListedPolicy:
    """What the library knows of a policy without reading it."""

    name: str
    payer: str
    service: str
    file: SourceFile
    line: int


@dataclass(frozen=True)
class Library:
    """All files of a knowledge base, and its service lines."""

    folder: Path
    files: tuple[SourceFile, ...]
    services: Mapping[str, Service]
    """In the order of their names; empty where the knowledge base declares none and is one program."""
    default: str
    """The service of a case that states only what every service shares."""
    _parsed: dict[Path, list[ParsedStatement]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, folder: Path, draft: Draft | None = None, without: Collection[Path] = ()) -> Library:
        """The library in a folder, with ``draft`` for one of its files, ``without`` some services and their policies.

        Raises KnowledgeBaseError for files that cannot be read, and for what is wrong with the services.
        """
        if not folder.is_dir():
            raise KnowledgeBaseError(Problem("no such folder", str(folder)))
        shared, policies = program_files(folder)
        if not shared:
            raise KnowledgeBaseError(Problem("no .lp files in this folder", str(folder)))
        refuse_namesakes(policies)
        gone = {each.stem for each in without}
        every = (read_file(each, folder, draft) for each in (*shared, *policies) if each not in without)
        files = tuple(each for each in every if not (gone and each.policy and _service_in(each) in gone))
        parsed: dict[Path, list[ParsedStatement]] = {}
        declared = [each for each in files if each.room == SERVICES]
        refuse_bad_text(declared)
        for file in declared:
            parsed[file.path] = parse_file(file)
        subjects = [file.path.stem for file in files if file.room == VOCABULARY]
        statements = [each for found in parsed.values() for each in found]
        services, default = _Declared(declared, statements, subjects).services(folder)
        return cls(folder, files, services, default, parsed)

    def with_draft(self, draft: Draft) -> Library:
        """The same library with a draft for the file of a policy; what the others say is not read or parsed again."""
        drafted = read_file(draft.path, self.folder, draft)
        files = tuple(drafted if each.path == draft.path else each for each in self.files)
        parsed = {path: found for path, found in self._parsed.items() if path != draft.path}
        return replace(self, files=files, _parsed=parsed)

    @cached_property
    def policies(self) -> Mapping[str, ListedPolicy]:
        """The policies by name, in the order of their files. A file whose ``policy`` fact is not found belongs to
        the default service, where whatever is wrong with it is said."""
        return {each.name: each for each in map(self._listed, self.files) if each is not None}

    def _listed(self, file: SourceFile) -> ListedPolicy | None:
        if file.policy is None:
            return None
        found = _stated_policies(file)
        if not found:
            return ListedPolicy(file.policy, "", self.default, file, 1)
        return ListedPolicy(file.policy, found[0][2], found[0][3], file, file.text.count("\n", 0, found[0].start()) + 1)

    def policies_of(self, service: str) -> list[str]:
        """The names of the policies of a service."""
        return [each.name for each in self.policies.values() if self._belongs(each, service)]

    def _belongs(self, policy: ListedPolicy, service: str) -> bool:
        return service == (policy.service if policy.service in self.services else self.default)

    def service_of(self, policies: Iterable[str]) -> str:
        """The service of the first of these policies that exists, in any case of letters; else the default."""
        folded = {name.lower(): each for name, each in self.policies.items()}
        found = (folded[name.lower()].service for name in policies if name.lower() in folded)
        return next((each for each in found if each in self.services), self.default)

    @cached_property
    def attributes(self) -> Mapping[str, frozenset[str]]:
        """What a case of each service can state: read from the files that its policies share, without grounding."""
        declared = [each for each in self.files if not each.is_policy]
        heads: dict[Path, list[Term]] = {each.path: [] for each in declared}
        for statement in self.parsed(declared):
            heads[statement.file.path] += statement.rule.heads if statement.rule else ()
        names = {path: frozenset(names_stated(own)) for path, own in heads.items()}
        return {
            service: frozenset().union(*(names[each.path] for each in declared if self._is_in(each, service, ())))
            for service in self.services or ("",)
        }

    @cached_property
    def stated(self) -> Called:
        """Whatever a case of some service can state, and so the columns of a file of many services; each with the words
        by which people mean it."""
        first = self.attributes.get(self.default, frozenset())
        every = dict.fromkeys((*sorted(first), *sorted(name for own in self.attributes.values() for name in own)))
        shared = [each for each in self.files if not each.is_policy]
        heads = (head for each in self.parsed(shared) if each.rule is not None for head in each.rule.heads)
        rows = ((head.name, *row) for head in heads if head.key in _WORDS for row in _arguments(head))
        words = words_declared((predicate, name, text) for predicate, name, text in rows if name in every)
        return Called({name: words.get(name, ()) for name in every})

    @cached_property
    def readings(self) -> Mapping[str, str]:
        """The names of the readings of all services, as they stand in the text, each with its service."""
        found: dict[str, str] = {}
        for file in self.files:
            listed = self.policies.get(file.policy or "")
            service = listed.service if listed is not None else file.path.stem
            for name in _AMBIGUITY.findall(file.text):
                found[name] = service if service in self.services else self.default
        return found

    @cached_property
    def _called(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """By service, what a policy can be called, in small letters: its name, or what its payer is called."""
        payers: dict[str, set[str]] = {}
        for policy in self.policies.values():
            text = policy.file.text
            for payer, words in (*_PAYER.findall(text), *_SHORT_NAME.findall(text)):
                payers.setdefault(payer, {payer}).add(words.lower())
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for service in self.services or ("",):
            called = found.setdefault(service, {})
            own = [self.policies[name] for name in self.policies_of(service)]
            for policy in own:
                for words in payers.get(policy.payer, {policy.payer}):
                    called[words] = (*called.get(words, ()), policy.name)
            called |= {policy.name.lower(): (policy.name,) for policy in own}
        return found

    def called(self, name: str, service: str) -> tuple[str, ...]:
        """The policies of a service that ``name`` means: the one of this name, or all of the payer of this name.

        >>> from payerlogic.program.source_files import shipped_folder
        >>> Library.read(shipped_folder()).called("National Imaging Associates (NIA)", "iort")
        ('nia',)
        """
        return self._called.get(service, {}).get(name.strip().lower(), ())

    def services_of(self, name: str) -> frozenset[str]:
        """The services in which ``name`` means some policy. QuestionError if there is none."""
        found = frozenset(service for service in self._called if self.called(name, service))
        if not found:
            policy, at, day = name.partition("@")
            if at and self.services_of(policy):
                raise QuestionError(of_an_edition(policy, day))
            raise QuestionError(Problem(f"unknown payer {shown(name)}", hint=self._nearest(name)))
        return found

    def _nearest(self, name: str) -> str:
        """The policy whose name is closest, or all of them, by service."""
        hint = nearest(name, self.policies)
        if isinstance(hint, Suggestion) or len(self.services) < 2:
            return hint
        listed = (f"{', '.join(names)} of {each}" for each in self.services if (names := self.policies_of(each)))
        return f"the policies are {'; '.join(listed)}"

    def services_of_all(self, names: Iterable[str]) -> frozenset[str]:
        """The services that can be asked about all of these policies. QuestionError if there is none."""
        each = {name: self.services_of(name) for name in names}
        found = frozenset(self._called).intersection(*each.values())
        if not found:
            said = ", ".join(f"{name} is of {' or '.join(sorted(services))}" for name, services in each.items())
            hint = "a question is about one service; 'payerlogic policies' lists the policies of each"
            raise QuestionError(Problem(f"policies of different services: {said}", hint=hint))
        return found

    def check_service(self, service: str) -> str:
        """``service`` as it is spelled here. QuestionError if there is none of that name."""
        folded = {name.lower(): name for name in self.services}
        if service.lower() in folded:
            return folded[service.lower()]
        labels = {name: [each.label] for name, each in self.services.items()}
        raise QuestionError(Problem(f"unknown service {shown(service)}", hint=nearest(service, labels, labels)))

    def files_of(
        self, service: str, only: Collection[str] | None = None
    ) -> tuple[tuple[SourceFile, ...], tuple[SourceFile, ...]]:
        """The files of the program of one service, and all others. Of its policies ``only`` these, in any case of
        letters; all of them if one of these is not there."""
        names = {name.lower() for name in self.policies_of(service)}
        asked = names if only is None else {each.lower() for each in only}
        asked = asked if asked < names else names
        kept = tuple(file for file in self.files if self._is_in(file, service, asked))
        strange = [p for p in (self.policies[f.policy] for f in kept if f.policy) if p.service not in self.services]
        if strange and self.services:
            raise KnowledgeBaseError(
                Problem(
                    f"unknown service {each.service!r}",
                    f"{each.file.path}, line {each.line}",
                    nearest(each.service, self.services),
                )
                for each in strange
            )
        return kept, tuple(file for file in self.files if file not in kept)

    def _is_in(self, file: SourceFile, service: str, policies: Collection[str]) -> bool:
        if file.policy is not None:
            return file.policy.lower() in policies
        if not self.services:
            return True
        if file.room == VOCABULARY:
            return file.path.stem in self.services[service].subjects
        return file.room != SERVICES or file.path.stem == service

    def parsed(self, files: Sequence[SourceFile]) -> Iterator[ParsedStatement]:
        """The statements of some files, each parsed when it is first asked for.

        Raises KnowledgeBaseError with file and line for what clingo cannot parse and for
        directives that run code, read other files or take the meaning out of the program.
        """
        fresh = [file for file in files if file.path not in self._parsed]
        refuse_bad_text(fresh)
        for file in fresh:
            self._parsed[file.path] = parse_file(file)
        return (statement for file in files for statement in self._parsed[file.path])


def of_an_edition(policy: str, day: str) -> Problem:
    """What is wrong with ``policy@day`` where one edition is asked and not two are compared."""
    hint = f"name {policy}: its edition follows from the date of service, or from --as-of {day}"
    return Problem(f"{shown(f'{policy}@{day}')} names an edition, as comparisons do", hint=hint)


def _service_in(file: SourceFile) -> str:
    """The service that the file of a policy names; that of its folder where it names none."""
    return next((found[3] for found in _stated_policies(file)), file.path.parent.name)


def _stated_policies(file: SourceFile) -> list[re.Match[str]]:
    found = _policy_facts(file.text, file.policy or "")
    if len(found) != 1:  # not as it is usually written: leave out what comments and texts say
        found = _policy_facts(code(file.text), file.policy or "")
    return found


def _policy_facts(text: str, policy: str) -> list[re.Match[str]]:
    """Where a text says of which payer and service the policy is."""
    found = (each for each in _POLICY.finditer(text) if each[1] == policy)
    return [each for each in found if not re.match(r"\w", text[each.start() - 1 : each.start()])]


def refuse_bad_text(files: Iterable[SourceFile]) -> None:
    """KnowledgeBaseError with all that clingo must not see in these files."""
    if problems := [each for file in files for each in problems_in(file.text, str(file.path))]:
        raise KnowledgeBaseError(problems)


class _Declared:
    """What the files of ``services/`` say of services, and what is wrong with it."""

    def __init__(
        self, files: Iterable[SourceFile], statements: Iterable[ParsedStatement], subjects: Sequence[str]
    ) -> None:
        self.subjects = subjects
        self.problems: list[Problem] = []
        self.facts: dict[str, list[tuple[ParsedStatement, tuple[str, ...]]]] = {name: [] for name in _DECLARED}
        self.files = {file.path.stem: file for file in files}
        for statement in statements:
            for head in statement.rule.heads if statement.rule and not statement.rule.body else ():
                if _DECLARED.get(head.name) == len(head.parts):
                    self.facts[head.name] += [(statement, each) for each in _arguments(head)]

    def services(self, folder: Path) -> tuple[dict[str, Service], str]:
        """The services by name, and the default one."""
        if not self.files:
            return {}, ""
        labels: dict[str, str] = {}
        for statement, (name, label) in self.facts["service"]:
            labels.setdefault(name, label)
            if name != statement.file.path.stem:
                self._refuse(f"declares the service {name!r}", statement, "a service line is a file of its name")
        for stem, file in self.files.items():
            if stem not in labels:
                hint = f'add: service({stem}, "in words").'
                self.problems.append(Problem(f"declares no service {stem!r}", str(file.path), hint))
        used: dict[str, set[str]] = {name: set() for name in labels}
        for statement, (name, subject) in self.facts["uses"]:
            if name != statement.file.path.stem:
                self._refuse(f"uses of {name!r}", statement, f"the first argument has to be {statement.file.path.stem}")
            elif subject not in self.subjects:
                self._refuse(f"uses: there is no vocabulary/{subject}.lp", statement, nearest(subject, self.subjects))
            used.setdefault(name, set()).add(subject)
        default = self._default(labels, folder)
        if self.problems:
            raise KnowledgeBaseError(self.problems)
        return {name: Service(name, labels[name], frozenset(used[name])) for name in sorted(labels)}, default

    def _default(self, labels: Collection[str], folder: Path) -> str:
        said = self.facts["default_service"]
        for statement, (name,) in said:
            if name not in labels:
                self._refuse(f"default_service: unknown service {name!r}", statement, nearest(name, labels))
        names = {name for _, (name,) in said}
        if len(names) > 1:
            self._refuse("a second default service", said[-1][0], "one service of a library is the default")
        elif not names and len(labels) > 1:
            hint = "add default_service(Service). to the file of one: cases that only state shared facts are put to it"
            self.problems.append(Problem("no service is the default", str(folder / SERVICES), hint))
        return min(names or set(labels), default="")

    def _refuse(self, what: str, statement: ParsedStatement, hint: str) -> None:
        self.problems.append(Problem(what, statement.where, hint))


def _arguments(head: Term) -> Iterator[tuple[str, ...]]:
    """The arguments of a fact as plain texts, one row for each choice from its pools."""
    for row in product(*([*part.alternatives()] for part in head.parts)):
        yield tuple(str(part.value) if part.kind == "text" else str(part) for part in row)
