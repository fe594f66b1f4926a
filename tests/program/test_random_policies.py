"""Any knowledge base either loads, and then answers as plain clingo does, or is refused with file and line.

==============================  =======================================================================
``test_good``                   random policies load, and decide random complete cases as clingo does
``test_faulty``                 the same files with random faults: answered as clingo does, or refused
``test_shared_files``           faults in the files that all policies share
``test_pairs``                  two policies, whatever they are called, decide as each does alone
==============================  =======================================================================

Seeds are fixed: a failure names the file, which is kept among the files of the test.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import copytree
from types import FrameType

import pytest
from clingo import Control

from payerlogic import CaseError, KnowledgeBase, KnowledgeBaseError, StatedCase
from payerlogic.text.days import number_of
from tests.conftest import AS_OF
from tests.support.axes import all_axes
from tests.support.folders import load_plainly, program_files, without_policies
from tests.support.random_cases import RandomCases
from tests.support.random_policies import RandomPolicy, with_fault
from tests.tiers import amounts

# Names that could be taken for each other's, or for what the core defines.
NAMES = [
    "acme",
    "acme_plus",
    "acme_plus_x",
    "a",
    "at",
    "in",
    "in_x",
    "listed",
    "b",
    "b_b",
    "open_value_x",
    "metal",
    "sites",
]
PLACED = re.compile(r"\.lp(, line \d+|: )")
AGAIN = KnowledgeBaseError("changed")


@pytest.fixture
def folder(kb_folder: Path, tmp_path: Path) -> Path:
    """The shared files, and no policy."""
    copytree(kb_folder, tmp_path / "kb")
    return without_policies(tmp_path / "kb")


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def loaded(folder: Path) -> KnowledgeBase | None:
    """The knowledge base; None if it is refused as it ought to be: each problem with its file."""
    with no_longer_than(60):
        try:
            return KnowledgeBase.load(folder)
        except KnowledgeBaseError as error:
            for problem in error.problems:
                assert PLACED.search(f"{problem.where}: "), f"no place: {problem}"
            return None


def by_clingo(kb: KnowledgeBase, folder: Path, case: StatedCase, policy: str) -> set[str]:
    """The classes that plain clingo gives a complete case, from the files as they are, default readings."""
    control = Control(["--warn=none", "--models=1"])
    load_plainly(control, kb.program)
    facts = [":- reading(R, O), not default(R, O). :- presume(_)."]
    for name, value in case.facts.items():
        attribute = kb.vocabulary[name]
        if isinstance(value, frozenset):
            chosen = {attribute.in_program(each) for each in value}
            written = [
                kb.ground.symbol_of[atom].arguments[1]
                for each, atom in all_axes(kb)[name].atoms.items()
                if each in chosen
            ]
            facts.append(f":- case({name}, V), #false : stated({name}, V).".replace("#false :", "not"))
            facts += [f"stated({name}, {each}). :- not case({name}, {each})." for each in written]
        elif attribute.type in ("integer", "date"):
            number = number_of(value)  # type: ignore[arg-type]
            facts.append(
                f":- case({name}, V), V > {number}. :- case({name}, V), member({name}, W), W > V, W <= {number}."
            )
        else:
            word = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            atom = kb.ground.symbol_of[all_axes(kb)[name].atoms[str(word)]]
            facts.append(f":- not {atom}.")
    control.add("base", [], " ".join(facts) + " #defined stated/2.")
    control.ground()
    found: set[str] = set()
    with control.solve(yield_=True) as handle:
        for model in handle:
            for symbol in model.symbols(atoms=True):
                if symbol.match("determination", 2) and str(symbol.arguments[0]) == policy:
                    found.add(str(symbol.arguments[1]))
    return found


def compared(kb: KnowledgeBase, folder: Path, seed: int, count: int) -> int:
    """How many random complete cases were decided, each as clingo decides it."""
    draw, done = RandomCases(kb, seed), 0
    settings = kb.settings(presumptions=False, as_of=AS_OF)
    for policy in kb.policies:
        for _ in range(count):
            case = complete(kb, draw)
            if case is not None:
                found = kb.decide(case, policy, settings)
                assert set(found.possible) == by_clingo(kb, folder, case, policy), case.facts
                done += 1
    return done


def complete(kb: KnowledgeBase, draw: RandomCases) -> StatedCase | None:
    """A case that states everything; None where what is missing cannot be added by chance."""
    case = draw.case(stated=1.0)
    for _ in range(10):
        missing = {name: draw.value(kb.vocabulary[name]) for name in kb.vocabulary if name not in case.facts}
        if not missing:
            return case
        try:
            case = kb.read({**case.facts, **missing})
        except CaseError:
            continue
    return None


@pytest.mark.parametrize("count", amounts(3, 12))
def test_good(folder: Path, count: int) -> None:
    rng, decided = Random(1), 0
    for index in range(count):
        (folder / "policies" / "acme.lp").write_text(RandomPolicy("acme", rng).text(), encoding="utf-8")
        kb = loaded(folder)
        if kb is not None:  # a random rule may make a clause that can never be met
            decided += compared(kb, folder, index, 6)
    assert decided > count


def faulty(folder: Path, seed: int, count: int) -> tuple[int, int]:
    rng = Random(seed)
    accepted = refused = 0
    for index in range(count):
        text = with_fault(RandomPolicy("acme", rng).text(), rng)
        (folder / "policies" / "acme.lp").write_text(text, encoding="utf-8", newline="")
        kb = loaded(folder)
        if kb is None:
            refused += 1
        else:
            accepted += 1
            compared(kb, folder, index, 1)
    return accepted, refused


@pytest.mark.parametrize("count", amounts(16, 40))
def test_faulty(folder: Path, count: int) -> None:
    accepted, refused = faulty(folder, 2, count)
    assert accepted > 1
    assert refused > count / 4


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 14))
def test_many_faulty(folder: Path, seed: int) -> None:
    accepted, refused = faulty(folder, seed, 150)
    assert accepted > 5
    assert refused > 50


def shared(folder: Path, seed: int, count: int) -> None:
    rng = Random(seed)
    for _ in range(count):
        (folder / "policies" / "acme.lp").write_text(RandomPolicy("acme", rng).text(), encoding="utf-8")
        path = rng.choice([each for each in program_files(folder) if each.parent.name != "policies"])
        text = path.read_text(encoding="utf-8")
        path.write_text(with_fault(text, rng), encoding="utf-8", newline="")
        loaded(folder)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("count", amounts(5, 15))
def test_shared_files(folder: Path, count: int) -> None:
    shared(folder, 3, count)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 22))
def test_many_shared_files(folder: Path, seed: int) -> None:
    shared(folder, seed, 200)


def pairs(folder: Path, seed: int, count: int) -> tuple[int, int]:
    rng = Random(seed)
    alike = refused = 0
    for index in range(count):
        names = rng.sample(NAMES, 2)
        texts = {name: RandomPolicy(name, rng).text() for name in names}
        alone = {}
        for name, text in texts.items():
            alone[name] = loaded(written(folder, {name: text}))
        both = loaded(written(folder, texts))
        if both is None or None in alone.values():
            refused += 1
            continue
        draw = RandomCases(both, index)
        for name in names:
            one = alone[name]
            assert one is not None
            for _ in range(8):
                case = draw.facts()
                for presumptions in (True, False):
                    answers = [answer(kb, case, name, presumptions) for kb in (one, both)]
                    assert answers[0] == answers[1], (names, case)
                    alike += 1
    return alike, refused


def written(folder: Path, texts: dict[str, str]) -> Path:
    without_policies(folder)
    for name, text in texts.items():
        (folder / "policies" / f"{name}.lp").write_text(text, encoding="utf-8")
    return folder


def answer(kb: KnowledgeBase, case: object, policy: str, presumptions: bool) -> object:
    """All that is said of a case but the digest of the knowledge base."""
    try:
        found = kb.decide(case, policy, kb.settings(presumptions=presumptions, as_of=AS_OF))  # type: ignore[call-overload]
    except CaseError as error:
        return str(error)
    return {key: value for key, value in found.to_dict().items() if key != "kb"}


def test_pairs(folder: Path) -> None:
    alike, refused = pairs(folder, 4, 8)
    assert alike > 50
    assert refused < 6


@pytest.mark.long
def test_many_pairs(folder: Path) -> None:
    alike, refused = pairs(folder, 5, 60)
    assert alike > 500
    assert refused < 45
