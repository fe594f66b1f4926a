"""Do the tests of a knowledge base notice when a rule changes? Every small change is made and tried.

    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic.program.mutants import mutants
    >>> from payerlogic.program.source_files import shipped_folder
    >>> with TemporaryDirectory() as place:
    ...     trial = Trial(shipped_folder(), Path(place))
    ...     chosen = next(each for each in mutants(trial.kb.program) if each.what.startswith("drop case(oncologic"))
    ...     trial(chosen, prove=False)[0]
    'killed'

A mutant (``program.mutants``) is

* refused, when it does not load,
* killed, when some test fails; with ``whole_answers``, when anything at all in the answer to a test's case changes:
  another class, cited clause, deciding fact, remark, presumption or error, or other possible classes by clingo,
* explained, when all of that stays and the status of some criterion that an explanation shows changes,
* equivalent, when clingo proves that it means the same, and a survivor otherwise.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from payerlogic.answers.decision import Decider
from payerlogic.authoring.case_tests import CaseTest, CaseTestError, by_service, stored_tests
from payerlogic.authoring.running import run_all, settings_of
from payerlogic.errors import PayerlogicError
from payerlogic.program.equivalence import INPUTS, difference_of
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from payerlogic.program.mutants import Mutant
from payerlogic.semantics.case_space import OUTPUTS
from payerlogic.semantics.case_view import View
from payerlogic.semantics.model import Model

Answer = tuple[Any, ...]
NOTICED = ("refused", "killed", "explained")


@dataclass(frozen=True)
class Fate:
    """What became of one mutant, and by what: the problem, the test, or the case that shows a difference."""

    mutant: str
    fate: str
    by: str

    def to_dict(self) -> dict[str, object]:
        return {"by": self.by, "fate": self.fate, "mutant": self.mutant}


def outcome(kb: Model, test: CaseTest, _policy: str) -> Answer:
    """Whether a test passes."""
    try:
        return (not run_all(kb, [test]).failed,)
    except CaseTestError:
        return (False,)
    except Exception as error:  # a mutant may break the engine; the run has to go on
        return ("crash", type(error).__name__)


def answer(kb: Model, test: CaseTest, policy: str) -> Answer:
    """All that a determination says."""
    try:
        found = Decider.of(kb).decide(kb.read(dict(test.case)), policy, settings_of(kb, test))
    except PayerlogicError as error:
        return ("error", str(error))
    except Exception as error:
        return ("crash", type(error).__name__)
    said = found.to_dict()
    said.pop("kb")
    said["clauses"] = [(clause.id, clause.statements) for clause in found.clauses]
    return tuple(map(str, said.values()))


def solved(kb: Model, test: CaseTest, policy: str) -> Answer:
    """The possible classes by clingo, constraints included."""
    try:
        situation = kb.situation(kb.read(dict(test.case)), policy, settings_of(kb, test))
        return tuple(sorted(kb.solver.possible(policy, situation)))
    except PayerlogicError:
        return ("error",)
    except Exception as error:
        return ("crash", type(error).__name__)


def criteria(kb: Model, test: CaseTest, policy: str, names: Iterable[str]) -> Answer:
    """The status of every criterion that an explanation can show."""
    try:
        view = kb.view(kb.read(dict(test.case)), policy, settings_of(kb, test))
        return tuple(_status(kb, view, name) for name in names)
    except Exception as error:
        return ("crash", type(error).__name__)


@lru_cache(maxsize=2)
def _by_name(kb: Model) -> tuple[dict[str, int], set[str]]:
    """The atoms that depend on the case by name, and the names of those that are always true."""
    always = {str(symbol) for symbols in kb.ground.true_symbols.values() for symbol in symbols}
    return {str(symbol): atom for atom, symbol in kb.ground.symbol_of.items()}, always


def _status(kb: Model, view: View, name: str) -> bool | None:
    atoms, always = _by_name(kb)
    return view.status(atoms[name]) if name in atoms else name in always


class Trial:
    """The tests of one service with what the original gives, and a folder in which mutants are loaded."""

    def __init__(self, original: Path, place: Path, service: str | None = None, *, whole_answers: bool = False) -> None:
        library = Library.read(original)
        self.service = service if service is not None else library.default
        self.original, self.folder = original, place / "kb"
        for file in library.files:
            target = self.folder / file.path.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.text.encode("utf-8"))
        self.kb = self._load(original)
        self.tests = by_service(library, stored_tests(original)).get(self.service, [])
        self.asking: tuple[Callable[..., Answer], ...] = (answer, solved) if whole_answers else (outcome,)
        self.whole_answers = whole_answers
        self.files = {file.name: file for file in self.kb.program.files}
        self._answers: dict[object, dict[tuple[str, int], Answer]] = {}
        self._first: dict[str, list[tuple[str, int]]] = {}

    def _load(self, folder: Path) -> Model:
        return Model.load(folder, service=self.service or None)

    def questions(self, file: str) -> list[tuple[str, int]]:
        """Which tests to ask of which policies, those first that noticed other mutants of the same file."""
        if file not in self._first:
            policies = [policy for policy in self.kb.policies if policy == Path(file).stem] or list(self.kb.policies)
            mentioned: dict[str, list[tuple[str, int]]] = {policy: [] for policy in policies}
            other: dict[str, list[tuple[str, int]]] = {policy: [] for policy in policies}
            for index, test in enumerate(self.tests):
                for policy in policies:
                    meant = policy in test.expect or test.error is not None
                    (mentioned if meant else other)[policy].append((policy, index))
            beside = other if self.whole_answers else {}
            asked = [mentioned[policy] + beside.get(policy, []) for policy in policies]
            self._first[file] = [each for own in asked for each in own]
        return self._first[file]

    @property
    def names(self) -> list[str]:
        """The criteria of the original that some answer rests on."""
        kb = self.kb
        cone = kb.graph.cone(
            atom for atom, symbol in kb.ground.symbol_of.items() if (symbol.name, len(symbol.arguments)) in OUTPUTS
        )
        shown = [kb.ground.symbol_of[atom] for atom in sorted(cone) if atom in kb.ground.symbol_of]
        return [str(symbol) for symbol in shown if symbol.name not in INPUTS]

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[None]:
        """While this lasts, the folder holds the mutant."""
        file = self.files[mutant.file]
        place = self.folder / file.path.relative_to(self.original)
        place.write_bytes(mutant.text(file.text).encode("utf-8"))
        try:
            yield
        finally:
            place.write_bytes(file.text.encode("utf-8"))

    def __call__(self, mutant: Mutant, *, prove: bool = True) -> tuple[str, str]:
        """What becomes of the mutant, and by what."""
        with self.changed(mutant):
            return self._try(mutant, prove)

    def noticed(self, mutant: Mutant, ask: Callable[..., Answer]) -> str:
        """The test to which the mutant in the folder answers something else, if there is one."""
        return self._noticed_by(self._load(self.folder), mutant, ask)

    def _try(self, mutant: Mutant, prove: bool) -> tuple[str, str]:
        try:
            other = self._load(self.folder)
        except PayerlogicError as error:
            return "refused", str(error.problems[0]).replace(str(self.folder), "")
        except Exception as error:
            return "crashed", f"{type(error).__name__}: {error}"
        for ask in self.asking:
            if noticed := self._noticed_by(other, mutant, ask):
                return "killed", noticed
        fate, by = "survived", ""
        if prove:
            fate, by = self.proof()
            if fate == "equivalent":
                return fate, by
        if self.whole_answers and (noticed := self._noticed_by(other, mutant, partial(criteria, names=self.names))):
            return "explained", noticed
        return fate, by

    def _noticed_by(self, other: Model, mutant: Mutant, ask: Callable[..., Answer]) -> str:
        """The first test to which the mutant answers something else; none: an empty text."""
        questions = self.questions(mutant.file)
        kept = self._answers.setdefault(getattr(ask, "func", ask), {})
        for place, (policy, index) in enumerate(questions):
            test = self.tests[index]
            if (policy, index) not in kept:
                kept[policy, index] = ask(self.kb, test, policy)
            if ask(other, test, policy) != kept[policy, index]:
                questions.insert(0, questions.pop(place))
                return f"{policy}, {test}"
        return ""

    def proof(self) -> tuple[str, str]:
        """Whether what is in the folder is equivalent to the original, or a case that shows a difference."""
        there = Program.of(Library.read(self.folder), None, self.service or None)
        witness = difference_of(self.kb.program, there, sorted(OUTPUTS))
        return ("equivalent", "proved") if witness is None else ("survived", " ".join(witness))


# --- A run in several processes ----------------------------------------------------------------------------

_trial: Trial | None = None


def _start(original: Path, service: str, whole_answers: bool) -> None:
    global _trial
    place = Path(tempfile.mkdtemp(prefix=f"payerlogic-mutants-{os.getppid()}-"))
    _trial = Trial(original, place, service, whole_answers=whole_answers)


def _one(mutant: Mutant) -> Fate:
    if _trial is None:
        raise RuntimeError("a trial was not started")
    return Fate(mutant.id, *_trial(mutant))


def run(
    original: Path, service: str, chosen: Sequence[Mutant], processes: int, *, whole_answers: bool = False
) -> Iterator[Fate]:
    """The fate of each mutant, in their order."""
    settings = (original, service, whole_answers)
    with ProcessPoolExecutor(processes, initializer=_start, initargs=settings) as pool:
        yield from pool.map(_one, chosen, chunksize=4)


def sample(every: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """So many of the mutants, the same for every run of the same seed."""
    return random.Random(seed).sample(list(every), min(size, len(every)))
