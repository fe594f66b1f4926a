"""One service line of a knowledge base, loaded: what everything below the public interface asks of.

    >>> from payerlogic.semantics.model import Model
    >>> model = Model.load()
    >>> model.only("nia").lock is model.lock
    True

INVARIANT: nothing of another service is parsed, grounded or an axis, whatever the library holds.
INVARIANT: a model and all of its parts share one lock, and answer one question at a time (see ``runtime.turns``).
Loading reads, checks and grounds the files of ``kb/`` (about a fifth of a second).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from payerlogic.cases.case import Case, CaseReader, StatedCase
from payerlogic.errors import KnowledgeBaseError, Problem, QuestionError, nearest
from payerlogic.program.catalog import Catalog
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.files import Program, shipped_folder
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.library import Library, of_an_edition
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.runtime.turns import Turns, one_at_a_time
from payerlogic.semantics.case_space import AnyAxis, axes_of
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Assumptions, Solver

CHECKED = "8a7853a71fb6"
"""The digest of the shipped knowledge base, which a test checks: to check it whenever a command starts would take a
quarter of the time. Any other is checked when it is loaded, so an outdated digest here costs time and nothing else.
"""
MOST_KEPT = 600_000
"""How many nodes and results a model, and each part of it, remembers: some 200 MB. It then begins anew."""
MOST_PARTS = 8
"""How many parts of a model (see only) are kept."""

AnyCase = Case | StatedCase | Mapping[str, Any]
T = TypeVar("T")


class Model:
    """One service line, loaded. ``payerlogic.KnowledgeBase`` is a model that answers questions."""

    turns: Turns
    program: Program
    ground: GroundProgram
    graph: ConditionGraph
    vocabulary: Vocabulary
    catalog: Catalog
    axes: dict[str, AnyAxis]
    reader: CaseReader
    compiler: Compiler
    situations: Situations

    def __init__(self, program: Program, *, sound: bool = False, whole: Model | None = None) -> None:
        """Raises KnowledgeBaseError listing, with file and line, all that the house rules forbid.

        A ``sound`` program has been checked before, as part of a larger one; a part takes turns with its ``whole``.
        """
        if not sound:
            from payerlogic.program.checks.sizes import size_problems
            from payerlogic.program.checks.source_rules import lint

            if problems := lint(program) or size_problems(program):
                raise KnowledgeBaseError(problems)
        self.turns = whole.turns if whole is not None else Turns()
        self.program = program
        self._begin(check=not sound)

    def _begin(self, *, check: bool = False) -> None:
        """Ground the program, check what it declares, and make all that answers."""
        self._age = -1  # until it is done
        self.ground = GroundProgram.of(self.program)
        if check:
            from payerlogic.program.checks.declarations import declaration_problems

            if problems := declaration_problems(self.ground):
                raise KnowledgeBaseError(problems)
        self.graph = ConditionGraph.of(self.ground)
        self.vocabulary = Vocabulary.of(self.ground)
        self.catalog = Catalog.of(self.ground)
        if check:
            from payerlogic.program.checks.ground_rules import audit

            if problems := audit(self.ground, self.graph, self.catalog, self.vocabulary):
                raise KnowledgeBaseError(problems)
        self.axes = axes_of(self.ground, self.graph, self.vocabulary)
        self.reader = CaseReader(self.vocabulary, self.service, self.program.library)
        self._begin_diagrams()
        self._age = self.turns.age

    def _begin_diagrams(self) -> None:
        self._parts: OrderedDict[frozenset[str], Self] = OrderedDict()
        self._kept: dict[type, Any] = {}
        self.compiler = Compiler(self.ground, self.graph, self.axes, self.catalog)
        self.situations = Situations(self.compiler, self.catalog, self.vocabulary)

    def refresh(self) -> None:
        """Before a question: begin anew after one that was interrupted, or when too much is remembered."""
        if self._age != self.turns.age:
            self._begin()
        elif self.compiler.kept + self.situations.kept > MOST_KEPT:
            self._begin_diagrams()

    @classmethod
    def load(
        cls,
        folder: str | PathLike[str] | None = None,
        only: Collection[str] | None = None,
        service: str | None = None,
    ) -> Self:
        """One service of the shipped knowledge base, or of the one in ``folder`` (laid out like ``kb/``): ``service``,
        or that of the policies ``only``, or the default one.

        With ``only``, the other policies are not parsed, checked or grounded, so one of hundreds costs as much as one.
        What decides a policy is in its own file and in the shared ones, and all of that is checked as ever; a problem
        in another file, or two policies that declare the same name, is reported when all are loaded (see lint).
        """
        place = Path(folder) if folder is not None else shipped_folder()
        return cls.of_library(Library.read(place), only, service)

    @classmethod
    def of_library(
        cls,
        library: Library,
        only: Collection[str] | None = None,
        service: str | None = None,
        whole: Model | None = None,
    ) -> Self:
        """One service of a library. QuestionError if there is none of that name."""
        program = Program.of(library, only, library.check_service(service) if service is not None else None)
        # Another folder is checked whatever its digest: twelve digits are no proof against someone who wants to match.
        sound = program.digest == CHECKED and library.folder.resolve() == shipped_folder()
        return cls(program, sound=sound, whole=whole)

    def only(self, *policies: str) -> Self:
        """The knowledge base of these policies alone. What is asked about two policies does not depend on how
        many others there are, neither in its answer nor in its cost."""
        names = frozenset(policies)
        if names == set(self.policies):
            return self
        with self.turns.lock:
            if names not in self._parts:
                self._parts[names] = type(self)(self.program.only(names), sound=True, whole=self)
            self._parts.move_to_end(names)
            if len(self._parts) > MOST_PARTS:
                self._parts.popitem(last=False)
            part = self._parts[names]
            part.refresh()
            return part

    def kept(self, kind: type[T], make: Callable[[], T]) -> T:
        """The one ``kind`` of this model, made when first asked for; it lives as long as the diagrams that it reads."""
        if kind not in self._kept:
            self._kept[kind] = make()
        return cast(T, self._kept[kind])

    @property
    def solver(self) -> Solver:
        """Clingo on the same ground program, for re-deciding."""
        return self.kept(Solver, lambda: Solver(self.ground, self.axes))

    @property
    def lock(self) -> AbstractContextManager[bool]:
        """Held while a question is answered; one for a knowledge base and all of its parts."""
        return self.turns.lock

    @property
    def digest(self) -> str:
        """The hash by which an answer names the knowledge base that gave it."""
        return self.program.digest

    @property
    def service(self) -> str:
        """The service line; empty in a knowledge base that declares none."""
        return self.program.service

    @property
    def service_label(self) -> str:
        """The service line in words."""
        library = self.program.library
        return library.services[self.service].label if library and self.service else ""

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(self.catalog.policies)

    def settings(
        self,
        readings: Mapping[str, str] | None = None,
        *,
        presumptions: bool = True,
        as_of: date | None = None,
    ) -> Settings:
        """How to ask; QuestionError for a reading or option that does not exist, or a day that is none."""
        readings = self.situations.check_readings(readings or {})
        return Settings(readings, presumptions, date.today() if as_of is None else as_of)

    def asked(self, settings: Settings | None) -> Settings:
        """``settings``, or the usual ones. QuestionError for a reading or option that does not exist here."""
        if settings is None:
            return self.settings()
        readings = self.situations.check_readings(settings.readings)
        return settings if readings == settings.readings else replace(settings, readings=readings)

    def check_policy(self, policy: str) -> str:
        """The policy that is called so, by its own name or by that of a payer with one policy here.

        QuestionError if there is none, or if the payer has several.
        """
        called = policy.strip().lower()
        folded = {name.lower(): name for name in self.policies}
        if called in folded:
            return folded[called]
        books = self.catalog.policies.values()
        own = [
            each.id for each in books if called in {n.lower() for n in (each.payer_id, each.payer, each.payer_short)}
        ]
        if len(own) == 1:
            return own[0]
        if own:
            raise QuestionError(
                Problem(f"payer {policy!r} has {len(own)} policies", hint=f"name one: {', '.join(own)}")
            )
        name, at, day = policy.partition("@")
        if at and self.check_policy(name):
            raise QuestionError(of_an_edition(name, day))
        raise QuestionError(Problem(f"unknown payer {policy!r}", hint=nearest(policy, self.policies)))

    @one_at_a_time
    def read(self, case: AnyCase) -> StatedCase:
        """The case, checked; CaseError for anything outside of the vocabulary or impossible together."""
        stated = self.reader.read(case)
        self.situations.check_possible(stated)
        return stated

    @one_at_a_time
    def view(self, case: StatedCase, policy: str, settings: Settings | None = None) -> View:
        """What ``policy`` sees of a checked case."""
        return self.situations.view(case, policy, self.asked(settings))

    @one_at_a_time
    def situation(self, case: StatedCase, policy: str, settings: Settings | None = None) -> Assumptions:
        """The case as assumptions for the solver."""
        return self.situations.situation(self.view(case, policy, settings))
