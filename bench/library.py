"""A library of many policies: what those that nobody asks about cost, what one costs, and what a large set costs.

    python bench/library.py

Every figure that has another beside it is a ratio: the same question with little of it and with much, in turn. Sets are
measured in a process of their own, which is stopped where it takes too much time or memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from measuring import HERE, TOP, InternalDisagreement, Measured, in_turn, timed, timed_process
from payerlogic import KnowledgeBase
from payerlogic.tables import batch

sys.path[:0] = [str(TOP), str(TOP / "tools")]
from tests.support.second_service import many_services  # noqa: E402

import synthetic  # noqa: E402

PATIENCE = 120
"""Seconds after which a side in its own process is given up."""
COMMAND = [sys.executable, "-c", "from payerlogic.cli import main; main()"]


@dataclass(frozen=True)
class LibrarySizes:
    """How much of each, and how often."""

    repeats: int
    services: int
    policies: int
    members: int
    rows: int
    shown: int


FULL = LibrarySizes(repeats=7, services=20, policies=300, members=30, rows=1_000_000, shown=50)
QUICK = LibrarySizes(repeats=1, services=3, policies=6, members=6, rows=1_000, shown=4)
TOGETHER = 10
"""So many policies decide one table."""


def library(sizes: LibrarySizes) -> Iterator[Measured]:
    """All lines on libraries."""
    yield from sets(sizes)
    with TemporaryDirectory() as name:
        folder = Path(name)
        yield from one_of_many(folder, sizes)
        yield from compiled(folder, sizes)
        yield from batched(folder, sizes)
        yield from shown(folder, sizes)


# --- Sets ---------------------------------------------------------------------------------------------


def sets(sizes: LibrarySizes) -> Iterator[Measured]:
    """A set of so many members; and "2 or more of 12"."""
    wide, why = _side("sets_side.py", str(sizes.members))
    name = f"decide a complete case with a set of {sizes.members} members"
    yield Measured(name, wide.get("decide"), 1, note=why or f"loaded and compiled in {wide['load'] / 1000:.2f} s")
    booleans = wide.get("booleans")
    yield Measured(f"the same with {sizes.members} booleans", booleans, note=why)
    twelve, why = _side("sets_side.py", "12")
    note = why or f"{twelve['changes']:.0f} minimal sets of changes"
    yield Measured("why not approved, with 2 or more of a set of 12", twelve.get("whynot"), 20, note=note)


def _side(script: str, *words: str) -> tuple[dict[str, float], str]:
    """What a script of its own measured, or why it measured nothing."""
    command = [sys.executable, str(HERE / script), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return {}, f"no answer in {PATIENCE} s"
    if done.returncode:
        return {}, (done.stderr.strip().splitlines() or ["it ended without a word"])[-1][:100]
    found: dict[str, Any] = json.loads(done.stdout)
    return found, ""


# --- One policy of many -------------------------------------------------------------------------------


def one_of_many(folder: Path, sizes: LibrarySizes) -> Iterator[Measured]:
    """A command that asks one policy of a service, and the same where it is the only one of its service."""
    alone = many_services(TOP / "kb", folder / "alone", services=1, policies=1)
    many = many_services(TOP / "kb", folder / "many", services=sizes.services, policies=sizes.policies)
    case = folder / "case.json"
    case.write_text(json.dumps({"saturation_0": 84, "smoker": False, "age_years": 70}), encoding="utf-8")
    command = [*COMMAND, "decide", str(case), "--payer", "oxygen_0_a", "--json", "--kb"]
    times: dict[Path, list[float]] = {alone: [], many: []}
    for _ in in_turn(range(sizes.repeats), "one of many"):
        for place, measured in times.items():
            _, processor, done = timed_process([*command, str(place)])
            if done.returncode:
                raise InternalDisagreement(f"exit status {done.returncode}: {done.stderr.strip()[:200]}")
            measured.append(processor)
    name = f"decide CASE --payer P, one of {sizes.policies} policies in {sizes.services} services"
    beside = "the same one alone"
    note = "whole process, processor time; at most 1.3 times as long"
    yield Measured(name, median(times[many]), None, beside, median(times[alone]), 1 / 1.3, note)


def compiled(folder: Path, sizes: LibrarySizes) -> Iterator[Measured]:
    """From the files to the first answer of one policy: read, checked, grounded, compiled."""
    place = copytree(TOP / "kb", folder / "compiled")
    names = ["nia", *(f"syn{number:03d}" for number in range(1, 6))]
    synthetic.write(place / "policies", 5)

    loads: dict[str, list[float]] = {name: [] for name in names}
    answers: dict[str, list[float]] = {name: [] for name in names}
    for _ in in_turn(range(sizes.repeats), "compiling"):
        for name in names:
            load, kb = timed(lambda name=name: KnowledgeBase.load(place, [name]))
            loads[name].append(load)
            answers[name].append(timed(lambda name=name, kb=kb: kb.decide({"primary_site": "rectum"}, name))[0])
    slowest = max(names, key=lambda each: median(answers[each]))
    load = median(each for name in names for each in loads[name])
    note = f"the slowest of {len(names)} ({slowest}); to read, check and ground it before takes {load:.0f} ms; no cache"
    yield Measured("compile one policy, with the first answer", median(answers[slowest]), 300, note=note)


# --- Many policies at once ----------------------------------------------------------------------------


def batched(folder: Path, sizes: LibrarySizes) -> Iterator[Measured]:
    """A table decided by ten policies of one service, and by one of them."""
    kb = KnowledgeBase.load(many_services(TOP / "kb", folder / "ten", services=1, policies=TOGETHER))
    kb = kb.of_service("oxygen_0")
    source = folder / "rows.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT range AS id, (70 + hash(range) % 30)::INT AS saturation_0, hash(range, 1) % 3 = 0 AS smoker, "
            f"(20 + hash(range, 2) % 80)::INT AS age_years FROM range({sizes.rows})) TO '{source}' (FORMAT parquet)"
        )
    times: dict[tuple[str, ...], list[float]] = {kb.policies[:1]: [], kb.policies: []}
    for _ in in_turn(range(min(sizes.repeats, 3)), "batch"):
        for payers, measured in times.items():
            took, _ = timed(lambda payers=payers: batch(kb, source, folder / "decided.parquet", payers=payers))
            measured.append(took)
    one, ten = (median(each) for each in times.values())
    name = f"batch of {sizes.rows:,} rows by {TOGETHER} policies"
    yield Measured(name, ten, None, "the same by one policy", one, 1 / 10, "at most 10 times as long")


def shown(folder: Path, sizes: LibrarySizes) -> Iterator[Measured]:
    """The app's Case page with many policies, and with two: the first visit, and a change of a fact."""
    found = {}
    for number in (2, sizes.shown):
        place = many_services(TOP / "kb", folder / f"app{number}", services=max(1, number // 10), policies=number)
        found[number], why = _side("app_side.py", str(place))
        if why:
            yield Measured(f"the app with {number} policies", None, note=why)
            return
    for what, most in (("first", 1.5), ("change", 2.0)):
        name = f"the app with {sizes.shown} policies: {'first visit' if what == 'first' else 'a changed fact'}"
        few, many = (found[number][what] for number in (2, sizes.shown))
        yield Measured(name, many, None, "the same with two", few, 1 / most, f"at most {most} times as long")


if __name__ == "__main__":
    for line in library(QUICK if "--quick" in sys.argv else FULL):
        beside = f"{line.other} {line.other_ms:.1f} ms, {1 / line.ratio:.2f} times" if line.ratio else ""
        took = f"{line.ms:.2f} ms" if line.ms is not None else "-"
        print(f"{line.name}: {took} {beside} met {line.met} ({line.note})", flush=True)
