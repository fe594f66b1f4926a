"""Work that may not end, in a process of its own that is stopped when it takes too long or too much memory.

    >>> run_limited(divmod, 7, 3, seconds=60)
    (2, 1)

Grounding cannot be interrupted, and a thread cannot be stopped, so a server that takes programs from people does what
these ask for in a process that it can end. Function, arguments and answer are pickled; what the function prints is
thrown away, so that nothing of a program can get into a log, and nothing is written to a disk.

INVARIANT: at most AT_ONCE such processes run, whoever asks; the next one waits for its turn, within its own time.
"""

from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any, ParamSpec, TypeVar

from payerlogic.errors import PayerlogicError, Problem

P = ParamSpec("P")
R = TypeVar("R")
AT_ONCE = 2
MEGABYTES = 3000
"""Of addresses, of which what is used is about half."""
_TURNS = BoundedSemaphore(AT_ONCE)


class LimitError(PayerlogicError):
    """What was asked took too long, or too much memory."""


def run_limited(function: Callable[..., R], *args: Any, seconds: float, megabytes: int = MEGABYTES) -> R:
    """What ``function`` answers, a function that a process can import.

    Raises what it raises, if that is a PayerlogicError; LimitError where it is stopped; RuntimeError for a bug in it,
    which says where that is and nothing of the arguments.
    """
    end = time.monotonic() + seconds
    if not _TURNS.acquire(timeout=seconds):
        raise LimitError(Problem("the server is busy with others", hint="try again in a minute"))
    try:
        outcome, found = _answer(
            pickle.dumps((megabytes, seconds, function, args)), end - time.monotonic(), seconds, megabytes
        )
    finally:
        _TURNS.release()
    if outcome == "answer":
        answer: R = found
        return answer
    raise found


def _answer(asked: bytes, left: float, seconds: float, megabytes: int) -> tuple[str, Any]:
    """The outcome of the process and what it sent; LimitError where it sent nothing."""
    path = os.pathsep.join(filter(None, sys.path))
    with subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],  # -P: not from the folder that it happens to run in
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        try:
            sent, _ = process.communicate(asked, timeout=max(0.0, left))
        except subprocess.TimeoutExpired:
            raise LimitError(Problem(f"was stopped after {seconds:g} seconds")) from None
        finally:
            process.kill()
    if not sent:
        raise LimitError(Problem(f"was stopped: it needs more than {megabytes:,} MB of memory, or nests too deeply"))
    outcome: tuple[str, Any] = pickle.loads(sent)  # of this program's own process
    return outcome


def _work() -> None:
    """The process: read what is asked, answer it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed, by clingo too, goes where errors go: nowhere
    megabytes, seconds, function, args = pickle.load(sys.stdin.buffer)
    _limit(megabytes, seconds)
    outcome: tuple[str, Any]
    try:
        outcome = "answer", function(*args)
    except PayerlogicError as error:
        outcome = "problem", error
    except MemoryError:
        return
    except Exception as error:
        outcome = "bug", RuntimeError(f"{type(error).__name__} in {function.__name__}")
    with answers:
        pickle.dump(outcome, answers)


def _limit(megabytes: int, seconds: float) -> None:
    """No more than this, where the system can limit it, even when nobody waits any longer."""
    try:
        import resource
    except ImportError:  # Windows
        return
    most = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    processor = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))


if __name__ == "__main__":
    _work()
