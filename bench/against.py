"""Is this checkout slower than another one? The same questions to both, in turn, as ratios.

    python bench/against.py OLDER [--cases 200] [--json FILE]

``OLDER`` is a checkout of an earlier commit (``git worktree add OLDER COMMIT``). Each side answers in a process of
its own, in which its knowledge base is loaded and some questions have been asked; a question goes to both before the
next one does, the two taking turns in going first. Measured is processor time, so that a busy machine slows neither
side more than the other. What is reported for each question is the median of the cases' ratios (this checkout / the
older one) with its 95 % interval by bootstrap, and the ratio of the sums.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from made_up_cases import partial_case
from measuring import SEED, TOP, in_turn
from payerlogic import KnowledgeBase

QUESTIONS = {
    "decide": "kb.decide(case, policy)",
    "decide with readings": "kb.decide(case, policy, with_readings=True)",
    "explain": "kb.explain(case, policy)",
    "ask": "kb.ask(case, policy)",
    "why": "kb.reasons(case, policy)",
    "why not": "kb.why_not(case, policy, 'approved')",
    "robust": "kb.robustness(case, policy)",
    "contrast": "kb.contrast(case, 'nia', 'bcbsaz')",
    "load": "KnowledgeBase.load()",
    "compare": "KnowledgeBase.load().compare('nia', 'bcbsaz')",
    "check": "KnowledgeBase.load().check('bcbsaz')",
}
FEW = {"load": 20, "compare": 12, "check": 12}
"""Questions that are not about a case: how often they are asked."""

COMMANDS = {
    "payerlogic decide": ("decide", "CASES", "--json"),
    "payerlogic batch, 5,000 rows": ("batch", "TABLE", "--out", "OUT"),
    "payerlogic sql": ("sql", "nia"),
    "payerlogic impact, 5,000 rows": ("impact", "TABLE", "bcbsaz@2022-09-19", "bcbsaz", "--json"),
}
"""Whole processes, and what they are given."""
REPEATS, ROWS, WIDE = 11, 5000, 120

Pair = tuple[float, float]

SIDE = """
import gc, json, sys, time
sys.path.insert(0, sys.argv[1])
from payerlogic import KnowledgeBase
kb = KnowledgeBase.load()
for line in sys.stdin:
    question, case, policy = json.loads(line)
    work = eval("lambda: " + question)
    gc.collect()
    start = time.process_time()
    work()
    print(time.process_time() - start, flush=True)
"""


class Side:
    """One checkout, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        words = [sys.executable, "-c", SIDE, str(folder / "py")]
        self._process = subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, question: str, case: dict[str, object], policy: str) -> float:
        """Seconds of the processor that the question took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([question, case, policy]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            sys.exit("error: a side ended; does the older checkout have this question?")
        return float(line)


def in_a_process(folder: Path, words: list[str]) -> float:
    """Seconds of the processor that a command took, from its start."""
    before = os.times()
    program = [sys.executable, "-c", "from payerlogic.cli import main; main()", *words]
    done = subprocess.run(program, env={**os.environ, "PYTHONPATH": str(folder / "py")}, capture_output=True, text=True)
    after = os.times()
    if done.returncode not in (0, 1):
        sys.exit(f"error: {' '.join(words)}: {done.stderr}")
    return sum(after[2:4]) - sum(before[2:4])


def write_table(path: Path, cases: list[tuple[dict[str, object], str]], kb: KnowledgeBase) -> None:
    """The cases again and again, as a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, ["id", *kb.vocabulary])
        rows.writeheader()
        for number in range(ROWS):
            case = cases[number % len(cases)][0]
            cells = {
                name: ";".join(value) or "none" if isinstance(value, list) else value for name, value in case.items()
            }
            rows.writerow({"id": number, **cells})


def interval(ratios: list[float]) -> tuple[float, float]:
    """The 95 % interval of the median, by bootstrap."""
    rng = random.Random(SEED)
    medians = sorted(median(rng.choices(ratios, k=len(ratios))) for _ in range(1000))
    return medians[25], medians[974]


def questions(folders: list[Path], cases: list[tuple[dict[str, object], str]]) -> Iterator[tuple[str, list[Pair]]]:
    """Each question: the seconds that it took here and there, case by case."""
    sides = [Side(folder) for folder in folders]
    for name, question in QUESTIONS.items():
        times = []
        for number, (case, policy) in enumerate(in_turn(cases[: FEW.get(name, len(cases))], name)):
            order = (0, 1) if number % 2 else (1, 0)
            took = {side: sides[side].seconds(question, case, policy) for side in order}
            times.append((took[0], took[1]))
        yield name, times


def commands(folders: list[Path], cases: list[tuple[dict[str, object], str]]) -> Iterator[tuple[str, list[Pair]]]:
    """Each command: the seconds that its process took here and there, again and again."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_table(folder / "table.csv", cases, KnowledgeBase.load())
        (folder / "cases.json").write_text(json.dumps([case for case, _ in cases[:20]]), encoding="utf-8")
        given = {"CASES": "cases.json", "TABLE": "table.csv", "OUT": "out.parquet"}
        for name, command in COMMANDS.items():
            words = [str(folder / given[word]) if word in given else word for word in command]
            times = []
            for number in in_turn(range(REPEATS), name):
                order = (0, 1) if number % 2 else (1, 0)
                took = {side: in_a_process(folders[side], words) for side in order}
                times.append((took[0], took[1]))
            yield name, times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("older", type=Path)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rng, kb = random.Random(SEED), KnowledgeBase.load()
    cases = [(partial_case(kb, rng, rng.choice([0.2, 0.5])), kb.policies[i % 2]) for i in range(given.cases)]
    folders = [TOP, given.older.resolve()]
    table = Table("Question", "times", "here, ms", "older, ms", "median ratio", "95 %", "ratio of sums")
    found = {}
    for name, times in chain(questions(folders, cases), commands(folders, cases)):
        ratios = [here / max(there, 1e-9) for here, there in times]
        low, high = interval(ratios)
        here, there = ([each[side] for each in times] for side in (0, 1))
        sums = sum(here) / sum(there)
        found[name] = {
            "times": len(times),
            "here_ms": 1000 * median(here),
            "older_ms": 1000 * median(there),
            "ratio": median(ratios),
            "interval": [low, high],
            "sums": sums,
        }
        medians = [f"{1000 * median(each):.2f}" for each in (here, there)]
        table.add_row(
            name, str(len(times)), *medians, f"{median(ratios):.2f}", f"{low:.2f} to {high:.2f}", f"{sums:.2f}"
        )
    Console(width=WIDE).print(table)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
