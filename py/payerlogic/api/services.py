"""A knowledge base as one service of a library, which knows the others.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.service, kb.of_policies(["uspstf_ldct"]).service
    ('iort', 'lung_screening')

A question about a case or a policy of another service goes to that service, which is loaded when it is first asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Self

from payerlogic.cases.case import SERVICE, Case, StatedCase
from payerlogic.cases.routing import service_of, without_others
from payerlogic.errors import KnowledgeBaseError, Problem, QuestionError
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from payerlogic.program.source_files import Draft, SourceFile
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import MOST_PARTS, AnyCase, Model


class ServiceModel(Model):
    """One service of a library, and the way to the others."""

    _others: OrderedDict[str, Self]

    def __init__(self, program: Program, *, sound: bool = False, whole: Model | None = None) -> None:
        self._others = OrderedDict()
        super().__init__(program, sound=sound, whole=whole)

    @property
    def services(self) -> tuple[str, ...]:
        """The service lines of the library. All else that a knowledge base has is of one of them, ``service``."""
        return tuple(self._library.services) if self._library else ()

    @property
    def _library(self) -> Library | None:
        return self.program.library

    def of_service(self, service: str) -> Self:
        """The knowledge base of another service of the library, loaded when it is first asked for.

        INVARIANT: the services of a library take turns, as the parts of a knowledge base do.
        """
        library = self._library
        if library is None or not library.services or (name := library.check_service(service)) == self.service:
            return self
        with self.turns.lock:
            if name not in self._others:
                self._others[name] = type(self).of_library(library, service=name, whole=self)
                self._others[name]._others = self._others
            self._others.move_to_end(name)
            if len(self._others) > MOST_PARTS:
                self._others.popitem(last=False)
            found = self._others[name]
            found.refresh()
            return found

    def of_policies(self, policies: Iterable[str]) -> Self:
        """The knowledge base of the service of these policies: this one, where they are known to it.

        QuestionError for policies of different services, and for one that is not there.
        """
        library, names = self._library, list(policies)
        if library is None or len(library.services) < 2 or all(name in self.catalog.policies for name in names):
            return self
        among = library.services_of_all(names)
        if self.service in among:
            return self
        if len(among) > 1:
            hint = "name the policies: 'payerlogic policies' lists them"
            raise QuestionError(Problem(f"{', '.join(names)}: has policies in {', '.join(sorted(among))}", hint=hint))
        return self.of_service(next(iter(among)))

    def with_draft(self, policy: str, text: str) -> Self:
        """The knowledge base as if the file of a policy read ``text``, which is saved nowhere.

        >>> from payerlogic import KnowledgeBase
        >>> kb = KnowledgeBase.load()
        >>> draft = kb.with_draft("nia", kb.file_of("nia").text + "% a remark")
        >>> kb.difference(draft, ["nia"]).changed
        False

        KnowledgeBaseError for a text with a problem; QuestionError for an unknown policy.
        """
        path = self.file_of(policy).path
        library = Library.read(self.program.folder, Draft(path, text))
        if library.service_of([path.stem]) != self.service:
            hint = f"keep: policy({path.stem}, ..., {self.service}, ..., ...)."
            raise KnowledgeBaseError(Problem("is no longer a policy of its service line", str(path), hint))
        return type(self).of_library(library, service=self.service or None)

    def file_of(self, policy: str) -> SourceFile:
        """The file of a policy of this service, as it was read. QuestionError for an unknown policy."""
        name = self.check_policy(policy)
        return next(each for each in self.program.files if each.policy == name)

    def _of_case(self, case: AnyCase, policies: Iterable[str]) -> Self:
        """The knowledge base of the service of a case, of those services to which the policies belong."""
        library, names = self._library, list(policies)
        if library is None or len(library.services) < 2:
            return self
        among = library.services_of_all(names) if names else None
        return self.of_service(service_of(library, _stated(case), self.service, among))

    @one_at_a_time
    def read(self, case: AnyCase) -> StatedCase:
        """The case, checked by its service; CaseError for anything outside of its vocabulary or impossible together."""
        kb = self._of_case(case, ())
        if isinstance(case, StatedCase) or self._library is None:
            return Model.read(kb, case)
        stated = case.stated if isinstance(case, Case) else case
        return Model.read(kb, without_others(self._library, kb.service, stated) if kb.services else stated)


def _stated(case: AnyCase) -> Mapping[str, object]:
    """What a case states, its service among it."""
    if isinstance(case, StatedCase):
        return {SERVICE: case.service, **case.facts, **case.inputs}
    stated = case.stated if isinstance(case, Case) else case
    return stated if isinstance(stated, Mapping) else {}  # what is no case is refused when it is read
