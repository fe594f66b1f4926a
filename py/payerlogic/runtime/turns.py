"""Threads, forks and interruptions at one knowledge base.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.only("nia").turns is kb.turns
    True

Diagrams grow while they answer, so a knowledge base and all of its parts answer one question at a time. A
question that an interruption ends (Ctrl-C, or any fault) may leave half of a diagram behind: what was made so
far is then thrown away, and made again for the next question, which takes a fraction of a second.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import RLock, current_thread, main_thread
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from payerlogic.errors import PayerlogicError

P = ParamSpec("P")
R = TypeVar("R")


class Turns:
    """Whose turn it is. ``age`` counts what was thrown away; ``depth`` the questions within questions."""

    def __init__(self) -> None:
        # The lock is taken by the interpreter itself (``with turns.lock``), so that no interruption falls between
        # taking it and the statement that gives it back.
        self.lock = RLock()
        self.age = 0
        self.depth = 0
        _LIVE.add(self)


_LIVE: WeakSet[Turns] = WeakSet()
_HELD: list[Turns] = []


def one_at_a_time(function: Callable[P, R]) -> Callable[P, R]:
    """For what asks a knowledge base, which is the first argument or its attribute ``kb``: wait for its turn."""

    @wraps(function)
    def in_turn(*args: P.args, **kwargs: P.kwargs) -> R:
        kb = _asked(args, kwargs)
        turns: Turns = kb.turns
        with turns.lock:
            try:
                if not turns.depth:
                    kb.refresh()
                turns.depth += 1
                return function(*args, **kwargs)
            except PayerlogicError:  # an answer, too
                raise
            except BaseException:
                turns.age += 1
                raise
            finally:
                turns.depth = max(0, turns.depth - 1)

    return in_turn


def _asked(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The knowledge base: named, or the first argument (after the class of a class method), or that one's ``kb``."""
    if "kb" in kwargs:
        return kwargs["kb"]
    first = args[1] if isinstance(args[0], type) else args[0]
    return getattr(first, "kb", first)


# --- Forks ------------------------------------------------------------------------------------------------


def _before_fork() -> None:
    """A child gets whole diagrams: it is not made while another thread is at work on them."""
    held = list(_LIVE)
    for turns in held:
        turns.lock.acquire()
    _HELD[:] = held


def _after_fork() -> None:
    """In parent and child alike, where the thread that forked is the one that holds the locks."""
    held, _HELD[:] = _HELD[:], []
    for turns in held:
        turns.lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)


# --- Signals ----------------------------------------------------------------------------------------------


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What a signal's handler would raise waits until the end: clingo ends the process if its callbacks raise.

    It is for single calls, which take milliseconds. Only the main thread runs handlers.
    """
    if current_thread() is not main_thread():
        yield
        return
    with _deferred(signal.SIGINT), _deferred(signal.SIGTERM):
        yield


@contextmanager
def _deferred(number: int) -> Iterator[None]:
    handler = signal.getsignal(number)
    if not callable(handler):
        yield
        return
    noted: list[Any] = []
    try:
        signal.signal(number, lambda _, frame: noted.append(frame))
        yield
    finally:
        signal.signal(number, handler)
        for frame in noted[-1:]:
            handler(number, frame)
