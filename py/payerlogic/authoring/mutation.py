"""Do the tests of a knowledge base notice when a rule changes? Every small change is made and tried.

    >>> from payerlogic.program.files import Program
    >>> from payerlogic.program.mutants import mutants
    >>> from payerlogic.program.source_files import shipped_folder
    >>> every = mutants(Program.read(shipped_folder()))
    >>> len(sample(every, 20, seed=1)), len(every) > 1_000
    (20, True)

A mutant (``program.mutants``) is

* refused, when it does not load,
* killed, when some test fails; with ``whole_answers``, when anything at all in the answer to a test's case changes:
  another class, cited clause, deciding fact, remark, presumption or error, or other possible classes by clingo,
* explained, when all of that stays and the status of some criterion that an explanation shows changes,
* equivalent, when clingo proves that it means the same, of the same classes, when it proves that no case gets another
  class, and a survivor otherwise.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from payerlogic.answers.decision import Decider
from payerlogic.authoring.case_tests import CaseTest, CaseTestError, by_service, stored_tests
from payerlogic.authoring.coverage import flow
from payerlogic.authoring.running import run_all, settings_of
from payerlogic.errors import CaseError, PayerlogicError
from payerlogic.program.equivalence import ANSWERS, INPUTS, Difference, difference_of
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from payerlogic.program.mutants import Mutant
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import OUTPUTS
from payerlogic.semantics.case_view import View
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings

Answer = tuple[Any, ...]
NOTICED = ("refused", "killed", "explained")
CLASSES = (("determination", 2),)


@dataclass(frozen=True)
class Fate:
    """What became of one mutant, and by what: the problem, the test, or the case that shows a difference."""

    mutant: str
    fate: str
    by: str

    def to_dict(self) -> dict[str, object]:
        return {"by": self.by, "fate": self.fate, "mutant": self.mutant}


def outcome(kb: Model, test: CaseTest, policy: str) -> Answer:
    """Whether a test passes at one policy. Its readings of others do not matter, and need not be there."""
    readings = {id_: option for id_, option in test.readings.items() if id_ in kb.catalog.readings}
    own = {policy: test.expect[policy]} if policy in test.expect else {}
    try:
        return (not run_all(kb, [replace(test, expect=own, readings=readings)]).failed, sorted(readings))
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
        self.as_of = max((test.as_of for test in self.tests if test.as_of is not None), default=date.today())
        self.asking: tuple[Callable[..., Answer], ...] = (answer, solved) if whole_answers else (outcome,)
        self.whole_answers = whole_answers
        self.files = {file.name: file for file in self.kb.program.files}
        self._answers: dict[object, dict[tuple[str, int], Answer]] = {}
        self._first: dict[str, list[tuple[str, int]]] = {}

    def _load(self, folder: Path, only: str | None = None) -> Model:
        return Model.load(folder, [only] if only is not None else None, self.service or None)

    def _alone(self, file: str) -> str | None:
        """The policy that is enough to be loaded: its tests ask nothing of the others."""
        policy = self.files[file].policy
        return None if self.whole_answers else policy

    def _original(self, file: str) -> Model:
        policy = self._alone(file)
        return self.kb if policy is None else self.kb.only(policy)

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
            other = self._load(self.folder, self._alone(mutant.file))
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
            if fate in ("equivalent", "same classes"):
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
                kept[policy, index] = ask(self._original(mutant.file), test, policy)
            if ask(other, test, policy) != kept[policy, index]:
                questions.insert(0, questions.pop(place))
                return f"{policy}, {test}"
        return ""

    def proof(self) -> tuple[str, str]:
        """Whether what is in the folder is equivalent to the original, or a case that shows a difference."""
        there = Program.of(Library.read(self.folder), None, self.service or None)
        if not self.whole_answers and (found := difference_of(self.kb.program, there, CLASSES)) is not None:
            return "survived", self._in_words(found)
        witness = difference_of(self.kb.program, there, [*sorted(OUTPUTS), *ANSWERS])
        if witness is None:
            return "equivalent", "proved"
        if self.whole_answers:
            return "survived", str(witness)
        return "same classes", f"no case gets another class; what differs: {', '.join(witness.apart)}"

    def _in_words(self, difference: Difference) -> str:
        """A case as somebody would write it as a test: with no fact that is not needed."""
        other = self._load(self.folder)
        facts = {name: self._value(name, difference) for name in self.kb.vocabulary}
        withholding = {each for known in self.kb.vocabulary.values() for each, _ in known.withheld_by}
        facts = {name: value for name, value in facts.items() if value is not None and name not in withholding}
        readings = {id_: option for id_, option in difference.readings if id_ in self.kb.catalog.readings}
        for policy in self.kb.policies:
            with suppress(PayerlogicError, KeyError):
                settings = [kb.settings(readings, as_of=self.as_of) for kb in (self.kb, other)]
                kept, taken = dict(facts), dict(readings)
                if self._classes(other, policy, kept, settings) is None:
                    continue
                for name in reversed(list(facts)):
                    fewer = {key: value for key, value in kept.items() if key != name}
                    kept = fewer if self._classes(other, policy, fewer, settings) is not None else kept
                for id_ in readings:
                    fewer_taken = {key: option for key, option in taken.items() if key != id_}
                    asked = [kb.settings(fewer_taken, as_of=self.as_of) for kb in (self.kb, other)]
                    if self._classes(other, policy, kept, asked) is not None:
                        taken, settings = fewer_taken, asked
                was, now = self._classes(other, policy, kept, settings) or ("", "")
                written = {
                    name: self.kb.vocabulary[name].to_dict(self._read(name, each)) for name, each in kept.items()
                }
                under = f" under {flow(taken)}" if taken else ""
                return f"{policy} gives {flow(written)}{under} {now} instead of {was}"
        return str(difference)

    def _value(self, name: str, difference: Difference) -> object:
        """The value of an attribute in a case that clingo found; None where no case file can write it."""
        attribute = self.kb.vocabulary[name]
        values = [value for of, value in difference.facts if of == name]
        if attribute.type == "set":
            return None if attribute.open_value in values else values
        if not values or values[0] == attribute.open_value:
            return None
        return attribute.value_of(int(values[0])) if attribute.is_ordered else values[0]

    def _read(self, name: str, written: object) -> Value:
        value = self.kb.vocabulary[name].read(written).value
        if value is None:
            raise KeyError(name)
        return value

    def _classes(
        self, other: Model, policy: str, facts: Mapping[str, object], settings: Sequence[Settings]
    ) -> tuple[str, str] | None:
        """The one class in the original and the other one in the mutant, if it is so."""
        found: list[str] = []
        for kb, asked in zip((self.kb, other), settings, strict=True):
            try:
                possible = kb.view(kb.read(dict(facts)), policy, asked).possible
            except CaseError:
                return None
            if len(possible) != 1:
                return None
            found += possible
        return (found[0], found[1]) if found[0] != found[1] else None


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
