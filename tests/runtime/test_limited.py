"""Work in a process of its own: answered as in this one, or stopped."""

from __future__ import annotations

import threading
import time

import pytest

from payerlogic.errors import Problem, QuestionError, nearest
from payerlogic.runtime import limited
from payerlogic.runtime.limited import LimitError, run_limited
from payerlogic.semantics.model import Model


def test_the_answer_is_that_of_the_function() -> None:
    hint = run_limited(nearest, "rectim", ["rectum"], seconds=60)
    assert (hint, vars(hint)) == ("did you mean 'rectum'?", vars(nearest("rectim", ["rectum"])))


def test_its_problems_are_raised_here() -> None:
    with pytest.raises(QuestionError) as raised:
        run_limited(Model.load, None, None, "nothing", seconds=60)
    assert raised.value.problems[0].what.startswith("unknown service 'nothing'")


def test_a_bug_says_nothing_of_the_arguments() -> None:
    with pytest.raises(RuntimeError, match=r"^ValueError in int$"):
        run_limited(int, "Jane Doe", seconds=60)


def test_what_never_ends_is_stopped_and_nothing_else() -> None:
    begun = time.monotonic()
    with pytest.raises(LimitError, match="was stopped after 1 seconds"):
        run_limited(time.sleep, 600, seconds=1)
    assert time.monotonic() - begun < 60
    assert run_limited(divmod, 7, 3, seconds=60) == (2, 1)


def test_too_much_memory_is_refused() -> None:
    with pytest.raises(LimitError, match="needs more than"):
        run_limited(bytearray, 1 << 33, seconds=60)


def test_only_so_many_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_TURNS", threading.BoundedSemaphore(1))
    limited._TURNS.acquire()
    with pytest.raises(LimitError) as raised:
        run_limited(divmod, 7, 3, seconds=0.1)
    assert raised.value.problems == [Problem("the server is busy with others", hint="try again in a minute")]
    limited._TURNS.release()
    assert run_limited(divmod, 7, 3, seconds=60) == (2, 1)
