"""What every part of the benchmark measures with: one line of its table, times, and the other environment."""

from __future__ import annotations

import os
import subprocess
import time
import venv
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
ENVIRONMENT = TOP / "build" / "bench-venv"
SEED = 20260101
BLOCK = 20


class InternalDisagreement(Exception):
    """Two sides gave different answers to one case."""


@dataclass(frozen=True)
class Measured:
    """One line of the table. ``target`` is an upper bound in milliseconds, or, for a ratio, a lower one."""

    name: str
    ms: float | None
    target_ms: float | None = None
    other: str = ""
    other_ms: float | None = None
    target_ratio: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.other_ms / self.ms if self.ms and self.other_ms else None

    @property
    def met(self) -> bool | None:
        """Whether all targets that there are and that could be measured are met."""
        checks = []
        if self.target_ms is not None and self.ms is not None:
            checks.append(self.ms < self.target_ms)
        if self.target_ratio is not None and self.ratio is not None:
            checks.append(self.ratio >= self.target_ratio)
        return all(checks) if checks else None

    def to_dict(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How many milliseconds of the processor ``work`` took, and what came of it."""
    start = time.process_time()
    found = work()
    return (time.process_time() - start) * 1000, found


def timed_process(command: list[str]) -> tuple[float, float, subprocess.CompletedProcess[str]]:
    """How many milliseconds a command took, by the clock and of the processor, and what came of it."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    elapsed, after = time.perf_counter() - start, os.times()
    processor = sum(after[2:4]) - sum(before[2:4])
    return elapsed * 1000, processor * 1000, done


def blocks(cases: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """The cases in blocks, after each of which it is another side's turn."""
    return [cases[start : start + BLOCK] for start in range(0, len(cases), BLOCK)]


def in_turn(turns: Iterable[Any], about: str) -> Iterable[Any]:
    """The turns, with a progress bar, where there is a terminal to show it."""
    console = Console(stderr=True)
    return track(list(turns), about, console=console, transient=True, disable=not console.is_terminal)


def other_python() -> tuple[Path | None, str]:
    """The Python of the environment with what we compare with, made when it is not there; or None, and why not."""
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    stamp = ENVIRONMENT / "installed.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python, ""
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "-r", HERE / "requirements.txt"], check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"it could not be installed ({type(error).__name__})"
    stamp.write_text(wanted, encoding="utf-8")
    return python, ""
