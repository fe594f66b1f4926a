"""The benchmark: how long loading, deciding, explaining and a whole file take, and against what.

    python bench/run.py [--json FILE] [--quick]

Every number is a median over repeats, and what is compared takes turns, some cases at a time. Work within a
process is measured in processor time: on a busy machine the clock would punish the side whose answers take
longer than a turn of the processor, and that is always the other one. Whole processes and the app in a browser
are measured by the clock.

All sides answer the same made-up cases, and their answers are compared: a difference ends the benchmark with
exit status 1. A missed target does not, since machines differ.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import clingo
from rich.console import Console
from rich.table import Table

import batch
from app_in_browser import browsing
from consistency import consistency, growing
from library import FULL as WHOLE_LIBRARY
from library import QUICK as SMALL_LIBRARY
from library import library
from made_up_cases import complete_case, partial_case
from measuring import HERE, SEED, InternalDisagreement, Measured, blocks, in_turn, other_python, timed, timed_process
from payerlogic import DecidedCase, KnowledgeBase, StatedCase
from payerlogic.program.grounding import plain
from starting import starting
from xclingo_program import facts, program

POLICY = "nia"
MISSING = 0.2
WIDE = 120


@dataclass(frozen=True)
class Sizes:
    """How often each thing is repeated."""

    loads: int
    cases: int
    explained: int
    records: int
    files: int
    changes: int
    payers: tuple[int, ...]


FULL = Sizes(loads=11, cases=300, explained=60, records=2000, files=5, changes=50, payers=(10, 100, 300))
QUICK = Sizes(loads=2, cases=10, explained=3, records=50, files=1, changes=4, payers=(2, 4))


# --- (a) Loading --------------------------------------------------------------------------------------


def loading(sizes: Sizes) -> Iterator[Measured]:
    one = "from payerlogic import KnowledgeBase; KnowledgeBase.load()"
    none = "import payerlogic"
    here, whole, imports = [], [], []
    for _ in in_turn(range(sizes.loads), "loading"):
        here.append(timed(KnowledgeBase.load)[0])
        whole.append(timed_process([sys.executable, "-c", one])[:2])
        imports.append(timed_process([sys.executable, "-c", none])[:2])
    yield Measured("load, check and ground the knowledge base", median(here), 300)
    by_clock, processor = (median(each) for each in zip(*whole, strict=True))
    start = (
        f"{processor:.0f} ms of the processor, {median(each[1] for each in imports):.0f} of them to start and import"
    )
    yield Measured("the same in a fresh process, all told", by_clock, note=start)


# --- (b) Deciding -------------------------------------------------------------------------------------


def fresh_control(texts: list[str], stated: str) -> dict[str, tuple[set[str], set[str]]]:
    """Classes and standing clauses of each policy, from a new control on the same files."""
    control = clingo.Control(["--warn=none"])
    for text in texts:
        control.add(text)
    control.add(stated)
    control.ground()
    found: dict[str, tuple[set[str], set[str]]] = {}
    with control.solve(yield_=True) as handle:
        for model in handle:
            for symbol in model.symbols(atoms=True):
                if symbol.name in ("determination", "stands"):
                    policy, item = (str(plain(each)) for each in symbol.arguments)
                    found.setdefault(policy, (set(), set()))[symbol.name == "stands"].add(item)
            break
    return found


def deciding(kb: KnowledgeBase, cases: list[dict[str, object]]) -> Iterator[Measured]:
    texts = [file.text for file in kb.program.files]
    texts += [each.read_text(encoding="utf-8") for each in (kb.program.folder / "run").glob("*.lp")]
    settings = kb.settings()
    times: dict[str, list[float]] = {}

    def under_assumptions(case: dict[str, object]) -> dict[str, set[str]]:
        stated = kb.read(case)
        return {policy: kb.solver.possible(policy, kb.situation(stated, policy, settings)) for policy in kb.policies}

    sides: dict[str, Callable[[dict[str, object]], Any]] = {
        "decide": lambda case: kb.decide(case, settings=settings),
        "solver": under_assumptions,
        "fresh": lambda case: fresh_control(texts, stated_facts(kb, kb.read(case))),
    }
    for ask in sides.values():
        ask(cases[0])
    for block in in_turn(blocks(cases), "deciding"):
        answers: dict[str, list[Any]] = {}
        for name, ask in sides.items():
            measured = [timed(lambda ask=ask, case=case: ask(case)) for case in block]
            times.setdefault(name, []).extend(ms for ms, _ in measured)
            answers[name] = [found for _, found in measured]
        for case, decided, solved, fresh in zip(block, *answers.values(), strict=True):
            compare(case, decided, solved, fresh)
    ms = {name: median(each) for name, each in times.items()}
    yield Measured(
        "decide a complete case at both payers, with clauses", ms["decide"], 0.5, "a new control each", ms["fresh"], 5
    )
    yield Measured("the same, again", ms["decide"], None, "the ground program under assumptions", ms["solver"])


def compare(
    case: dict[str, object], decided: DecidedCase, solved: Mapping[str, set[str]], fresh: Mapping[str, Any]
) -> None:
    """InternalDisagreement unless all three found the same class, and the new control the clauses as well."""
    for policy, found in decided.determinations.items():
        classes, clauses = fresh[policy]
        if not set(found.possible) == classes == solved[policy]:
            raise InternalDisagreement(f"{case}: {policy}: {found.possible}, {solved[policy]}, {classes}")
        if not {clause.id for clause in found.clauses} <= clauses:
            raise InternalDisagreement(f"{case}: {policy}: clauses {found.clauses}, {clauses}")


def stated_facts(kb: KnowledgeBase, case: StatedCase) -> str:
    """A complete case as ``kb/run/defaults.lp`` takes it: an empty set has to be stated."""
    empty = [name for name, value in case.facts.items() if value == frozenset()]
    return "\n".join([facts(kb, case.facts, "stated"), *(f"none_stated({name})." for name in empty)])


# --- (c) Explaining -----------------------------------------------------------------------------------


class Xclingo:
    """xclingo in its own environment, asked line by line."""

    def __init__(self, process: subprocess.Popen[str], text: str) -> None:
        self.process = process
        self.versions = self._ask(text)

    def _ask(self, text: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(text) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("xclingo ended without an answer")
        found: dict[str, Any] = json.loads(answer)
        return found

    def explain(self, stated: str) -> dict[str, Any]:
        return self._ask(stated)


@contextmanager
def xclingo(kb: KnowledgeBase) -> Iterator[tuple[Xclingo | None, str]]:
    """xclingo with the program of the policy, or None, and why not."""
    python, why = other_python()
    if python is None:
        yield None, why
        return
    side = [python, str(HERE / "xclingo_side.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(side, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        try:
            try:
                other, why = Xclingo(process, program(kb, POLICY)), ""
            except (OSError, RuntimeError, ValueError) as error:
                other, why = None, f"xclingo did not start ({error})"
            yield other, why
        finally:
            process.kill()


def explaining(kb: KnowledgeBase, cases: list[dict[str, object]]) -> Iterator[Measured]:
    settings = kb.settings()
    ours, theirs, nodes, lines = [], [], [], []
    kb.explain(cases[0], POLICY, settings)
    with xclingo(kb) as (other, why):
        for block in in_turn(blocks(cases), "explaining"):
            measured = [timed(lambda case=case: kb.explain(case, POLICY, settings)) for case in block]
            ours += [ms for ms, _ in measured]
            nodes += [explained.graph.number_of_nodes() for _, explained in measured]
            for case, (_, explained) in zip(block, measured, strict=True):
                if other is not None:
                    found = other.explain(facts(kb, kb.read(case).facts))
                    theirs.append(found["ms"])
                    lines.append(found["lines"])
                    if found["classes"] != [explained.determination.class_]:
                        raise InternalDisagreement(
                            f"{case}: {explained.determination.class_}, xclingo {found['classes']}"
                        )
        note = f"{median(nodes):.0f} nodes"
        if other is not None:
            name = f"xclingo {other.versions['xclingo']}"
            note += f", failed conditions included; xclingo {median(lines):.0f} lines"
            yield Measured(f"explain a complete case at {POLICY}", median(ours), 5, name, median(theirs), 10, note)
        else:
            yield Measured(f"explain a complete case at {POLICY}", median(ours), 5, note=f"{note}; {why}")


# --- (d) A whole file ---------------------------------------------------------------------------------


def whole_file(kb: KnowledgeBase, sizes: Sizes) -> Iterator[Measured]:
    rng = random.Random(SEED)
    cases = [partial_case(kb, rng, MISSING) for _ in range(sizes.records)]
    name = f"payerlogic decide --json on {len(cases)} cases, whole process"
    command = Path(sys.executable).parent / ("payerlogic.exe" if os.name == "nt" else "payerlogic")
    if not command.is_file():
        yield Measured(name, None, 3000, note="the command payerlogic is not installed beside this Python")
        return
    times: list[tuple[float, float]] = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "made_up.jsonl"
        file.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
        asked = [str(command), "decide", str(file), "--json"]
        for _ in in_turn(range(sizes.files), "deciding files"):
            by_clock, processor, done = timed_process(asked)
            if done.returncode:
                yield Measured(name, None, 3000, note=f"exit status {done.returncode}: {done.stderr.strip()[:200]}")
                return
            times.append((by_clock, processor))
    answers = json.loads(done.stdout)
    if len(answers) != len(cases):
        raise InternalDisagreement(f"{len(cases)} cases, {len(answers)} answers")
    decided = 0
    for case, answer in zip(cases, answers, strict=True):
        expected = json.loads(json.dumps(kb.decide(case, with_readings=True).to_dict()))["determinations"]
        if answer["determinations"] != expected:
            raise InternalDisagreement(f"{case}: {answer['determinations']}, {expected}")
        decided += sum(each["class"] is not None for each in answer["determinations"].values())
    by_clock, processor = (median(each) for each in zip(*times, strict=True))
    share = decided / len(cases) / len(kb.policies)
    note = f"{processor:.0f} ms of the processor; {MISSING:.0%} of facts missing, {share:.0%} decided"
    yield Measured(name, by_clock, 3000, note=note)


# --- The table ----------------------------------------------------------------------------------------


def shown(ms: float | None) -> str:
    if ms is None:
        return "-"
    return f"{ms / 1000:.2f} s" if ms >= 1000 else f"{ms:.0f} ms" if ms >= 20 else f"{ms:.2f} ms"


def faster(ratio: float | None) -> str:
    """A ratio with two digits at least: 0.31x, 3.1x, 1,270x."""
    if not ratio:
        return ""
    return f"{ratio:,.0f}x" if ratio >= 100 else f"{ratio:.1f}x" if ratio >= 1 else f"{ratio:.2f}x"


def table(lines: Iterable[Measured]) -> Table:
    found = Table(title="medians of one run: processor time, and whole processes by the clock", title_justify="left")
    found.add_column("what")
    found.add_column("took", justify="right")
    found.add_column("target", justify="right")
    found.add_column("against")
    found.add_column("took", justify="right")
    found.add_column("faster", justify="right")
    found.add_column("met")
    for line in lines:
        targets = [f"< {shown(line.target_ms)}"] if line.target_ms is not None else []
        targets += [f"{line.target_ratio:g}x"] if line.target_ratio is not None else []
        other = [line.other, shown(line.other_ms) if line.other_ms else "", faster(line.ratio)]
        met = {True: "yes", False: "no", None: ""}[line.met]
        what = f"{line.name}\n  ({line.note})" if line.note else line.name
        found.add_row(what, shown(line.ms), "\n".join(targets), *other, met)
    return found


def growth_table(rows: list[dict[str, float]]) -> Table:
    found = Table(title="synthetic payers, 20 clauses and 12 attributes each: processor time", title_justify="left")
    for name in rows[0]:
        found.add_column(name, justify="right")
    for row in rows:
        found.add_row(*(shown(value) if name.endswith(" ") else str(int(value)) for name, value in row.items()))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="How long things take, and against what.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    parser.add_argument("--quick", action="store_true", help="few repeats: does it run, not how fast")
    asked = parser.parse_args()
    sizes = QUICK if asked.quick else FULL
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    kb = KnowledgeBase.load()
    rng = random.Random(SEED)
    cases = [complete_case(kb, rng) for _ in range(sizes.cases)]
    lines: list[Measured] = []
    try:
        for part in (
            loading(sizes),
            starting(sizes.loads, max(sizes.payers) - 2),
            library(SMALL_LIBRARY if asked.quick else WHOLE_LIBRARY),
            deciding(kb, cases),
            explaining(kb, cases[: sizes.explained]),
            whole_file(kb, sizes),
            consistency(kb, cases, repeats=sizes.loads),
            browsing(kb, sizes.changes),
            batch.tables(kb, batch.QUICK if asked.quick else batch.FULL),
        ):
            lines += part
        growth = list(growing(sizes.payers))
    except InternalDisagreement as error:
        console.print(f"error: different answers to one case: {error}", markup=False, soft_wrap=True)
        return 1
    about = {
        "knowledge_base": kb.digest,
        "python": platform.python_version(),
        "clingo": version("clingo"),
        "processors": os.cpu_count(),
        "seed": SEED,
    }
    console.print(table(lines))
    console.print(growth_table(growth))
    console.print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in about.items()), highlight=False)
    if asked.json is not None:
        text = json.dumps(
            {**about, "lines": [line.to_dict() for line in lines], "growth": growth}, indent=2, sort_keys=True
        )
        asked.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
