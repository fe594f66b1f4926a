"""How long a command takes from its first to its last line, and what the payers that nobody asks about add to it.

    python bench/starting.py [RUNS]

One small case is decided in a fresh process: at every payer; then at one of two, and at the same one of hundreds,
in turn. Only that one is parsed, checked and grounded, so the second may take twice as long at most (its text is
still read, for the digest that answers name).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory

from measuring import TOP, InternalDisagreement, Measured, in_turn, timed_process

sys.path.insert(0, str(TOP / "tools"))
import synthetic

CASE = TOP / "examples" / "cases" / "01-rectum-t4-close-margin.yaml"
COMMAND = [sys.executable, "-c", "from payerlogic.cli import main; main()", "decide", str(CASE), "--json"]


def starting(runs: int, payers: int) -> Iterator[Measured]:
    """The command alone, and the ratio between one payer of ``payers`` and one of two."""
    with TemporaryDirectory() as folder:
        many = copytree(TOP / "kb", Path(folder) / "kb")
        synthetic.write(many / "policies", payers)
        one = [*COMMAND, "--payer", "nia"]
        commands = {"all": COMMAND, "one": one, "one of many": [*one, "--kb", str(many)]}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in in_turn(range(runs), "starting"):
            for name, command in commands.items():
                by_clock, processor, done = timed_process(command)
                if done.returncode:
                    raise InternalDisagreement(f"{name}: exit status {done.returncode}: {done.stderr.strip()[:200]}")
                times[name].append((by_clock, processor))
    clock = {name: median(each for each, _ in measured) for name, measured in times.items()}
    processor = {name: median(each for _, each in measured) for name, measured in times.items()}
    note = f"{processor['all']:.0f} ms of the processor, at least {min(each for _, each in times['all']):.0f}"
    yield Measured("payerlogic decide CASE, whole process", clock["all"], 1000, note=note)
    yield Measured(
        f"payerlogic decide CASE --payer nia, one of {payers + 2}",
        processor["one of many"],
        None,
        "one of 2",
        processor["one"],
        0.5,
        "processor time; at most twice as long",
    )


if __name__ == "__main__":
    for line in starting(int(sys.argv[1]) if len(sys.argv) > 1 else 5, 298):
        print(f"{line.name}: {line.ms:.0f} ms ({line.note}) {line.other} {line.other_ms or 0:.0f} {line.met}")
