"""Every command of ``examples/plain/README.md``: run, compared with what is printed there and with the engine.

An answer is a set of atoms, and the order in which clingo finds answers is its own affair, so both
are compared as sets. The cases are made up.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import clingo
import pytest
from tests.support.folders import load_plainly

from payerlogic import Case, CaseError, KnowledgeBase, Settings
from payerlogic.program.grounding import plain

TOP = Path(__file__).resolve().parents[2]
FOLDER = TOP / "examples" / "plain"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```console\n\$ clingo (?P<words>.*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)
DEFAULT_DAY = date(2026, 1, 1)  # the constant "today" of kb/run/defaults.lp

Answer = frozenset[str]


@dataclass(frozen=True)
class Command:
    """One documented command and the output printed below it."""

    words: tuple[str, ...]
    output: str

    def __str__(self) -> str:
        return " ".join(word for word in self.words if not word.startswith("kb/")).replace("examples/plain/", "")

    @property
    def mode(self) -> str:
        """Which answers are printed: all of them, their union or intersection, or the first one found."""
        for mode in ("brave", "cautious"):
            if f"--enum-mode={mode}" in self.words:
                return mode
        return "all" if "0" in self.words else "first"

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if word.startswith("examples/"))

    @property
    def day(self) -> date:
        found = re.search(r"today=(\d{4})(\d\d)(\d\d)", " ".join(self.words))
        return date(*map(int, found.groups())) if found else DEFAULT_DAY

    def run(self) -> str:
        """What clingo prints, run as the README says, with the words expanded as a shell would."""
        words = [
            path.relative_to(TOP).as_posix() if path else word
            for word in self.words
            for path in (sorted(TOP.glob(word)) if "*" in word else [None])
        ]
        done = subprocess.run(
            [sys.executable, "-m", "clingo", *words], cwd=TOP, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr, done.stderr
        return done.stdout


COMMANDS = [Command(tuple(block["words"].split()), block["output"]) for block in BLOCK.finditer(README)]


def answers(output: str) -> set[Answer]:
    """The answers in some output of clingo, each as its atoms."""
    lines = [line for line in output.splitlines() if re.match(r"[a-z]+\(|\(", line)]
    return {frozenset(re.findall(r"(?:[a-z]+)?\((?:\"[^\"]*\"|[^()\"])*\)", line)) for line in lines}


def rest(output: str, mode: str) -> list[str]:
    """The other lines, without times, versions and file names; counts of steps are clingo's own affair."""
    dropped = r"[a-z]+\(|\(|(CPU )?Time|pyclingo|clingo version|Reading|$"
    if mode in ("brave", "cautious"):
        dropped += r"|Answer|Models"
    kept = [line for line in output.splitlines() if not re.match(dropped, line)]
    return [re.sub(r" \(Time:.*\)$", "", line) for line in kept]


def classes(some: set[Answer]) -> dict[str, set[str]]:
    """The classes of each payer in any of the answers."""
    found: dict[str, set[str]] = {}
    for payer, class_ in re.findall(r"determination\((\w+),(\w+)\)", " ".join(" ".join(answer) for answer in some)):
        found.setdefault(payer, set()).add(class_)
    return found


def case_of(kb: KnowledgeBase, files: tuple[str, ...]) -> tuple[Case, dict[str, str], bool]:
    """What the fact files state: the case, the readings chosen, whether presumptions are made."""
    control = clingo.Control(["--warn=none"])
    for file in files:
        control.load(str(TOP / file))
    control.ground()
    stated: dict[str, Any] = {}
    readings, presumptions = {}, True
    for atom in control.symbolic_atoms:
        name, arguments = atom.symbol.name, [plain(argument) for argument in atom.symbol.arguments]
        if name == "stated" and kb.vocabulary[str(arguments[0])].type == "set":
            stated.setdefault(str(arguments[0]), []).append(arguments[1])
        elif name == "stated":
            stated[str(arguments[0])] = arguments[1]
        elif name == "none_stated":
            stated[str(arguments[0])] = []
        elif name == "choose":
            readings[str(arguments[0])] = str(arguments[1])
        elif name == "presume_nothing":
            presumptions = False
    return Case(stated), readings, presumptions


def test_the_readme_shows_commands_of_every_mode() -> None:
    assert {command.mode for command in COMMANDS} == {"all", "first", "brave", "cautious"}
    shown = {Path(file).name for command in COMMANDS for file in command.files}
    assert shown == {path.name for path in FOLDER.glob("*.lp")}, "a file that no command uses"


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_the_readme_tells_what_clingo_prints(command: Command) -> None:
    printed = command.run()
    if command.mode == "first":  # which answer comes first is not promised, only that it is one of all
        everything = Command(("0", "--project=show", *command.words), "").run()
        assert answers(printed) < answers(everything)
        assert answers(command.output) < answers(everything)
    else:
        assert answers(printed) == answers(command.output)
        assert rest(printed, command.mode) == rest(command.output, command.mode)


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.mode != "first"], ids=str)
def test_clingo_and_the_engine_agree(kb: KnowledgeBase, command: Command) -> None:
    case, readings, presumptions = case_of(kb, command.files)
    printed = classes(answers(command.run()))
    settings = kb.settings(readings, presumptions=presumptions, as_of=command.day)
    if not printed and command.mode == "all":
        with pytest.raises(CaseError):
            kb.decide(case, settings=settings)
        return
    for payer, found in kb.decide(case, settings=settings).determinations.items():
        expected = {found.class_} - {None} if command.mode == "cautious" else set(found.possible)
        assert printed.get(payer, set()) == expected, payer


def facts(case: Mapping[str, Any]) -> str:
    """A checked case as facts for clingo."""
    lines = []
    for name, value in case.items():
        for item in value if isinstance(value, list) else [value]:
            quoted = isinstance(item, str) and not re.fullmatch(r"[a-z]\w*", item)
            number = item.replace("-", "") if name == "date_of_service" else None
            text = number or (f'"{item}"' if quoted else str(item).lower() if isinstance(item, bool) else str(item))
            lines.append(f"stated({name}, {text}).")
        if value == []:
            lines.append(f"none_stated({name}).")
    return "\n".join(lines)


def random_case(kb: KnowledgeBase, rng: random.Random) -> dict[str, Any]:
    """A made-up partial case that breaks no axiom."""
    while True:
        case: dict[str, Any] = {}
        for name, attribute in kb.vocabulary.items():
            if rng.random() < 0.5:
                continue
            if attribute.type == "integer":
                case[name] = rng.randint(attribute.least, attribute.greatest)
            elif attribute.type == "date":
                case[name] = date(rng.randint(2021, 2026), rng.randint(1, 12), rng.randint(1, 28)).isoformat()
            elif attribute.type == "boolean":
                case[name] = rng.random() < 0.8
            elif attribute.type == "set":
                some = [word for word in attribute.spelled if rng.random() < 0.5]
                case[name] = some or ([attribute.spelled[0]] if attribute.nonempty else [])
            else:
                case[name] = rng.choice(attribute.spelled)
        try:
            kb.read(case)
        except CaseError:
            continue
        return case


@pytest.mark.parametrize("seed", range(40))
def test_defaults_lp_means_what_the_engine_means(kb: KnowledgeBase, seed: int) -> None:
    rng = random.Random(seed)
    case = random_case(kb, rng)
    readings = {
        reading.id: rng.choice(reading.options).name for reading in kb.catalog.readings.values() if rng.random() < 0.3
    }
    presumptions = rng.random() < 0.8
    extra = "".join(f"choose({reading}, {option}).\n" for reading, option in readings.items())
    extra += "" if presumptions else "presume_nothing.\n"
    control = clingo.Control(["0", "--enum-mode=brave", "--warn=none"])
    load_plainly(control, kb.program)
    control.load(str(TOP / "kb" / "run" / "defaults.lp"))
    control.add(facts(case) + "\n" + extra)
    control.ground()
    union: list[clingo.Symbol] = []
    with control.solve(yield_=True) as handle:
        for model in handle:
            union = list(model.symbols(shown=True))
    found = classes({frozenset(map(str, union))})
    settings: Settings = kb.settings(readings, presumptions=presumptions, as_of=DEFAULT_DAY)
    decided = kb.decide(Case(case), settings=settings).determinations
    assert found == {payer: set(each.possible) for payer, each in decided.items()}, facts(case) + "\n" + extra
