"""A question that Ctrl-C cuts short at any moment leaves a knowledge base that answers right."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.runtime import ROOT, environment
from tests.tiers import amounts

# An interruption that comes while Python frees an object is swallowed, and Python itself reports it.
WHILE_FREED = re.compile(r"Exception ignored in: .*__del__.*\nTraceback .*\n(?: .*\n)*KeyboardInterrupt: *\n")


def interrupt(seed: int, count: int) -> int:
    """How many of so many questions were cut short; fails at the first wrong answer after one."""
    words = [sys.executable, "-m", "tests.runtime.interrupted", str(seed), str(count)]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in WHILE_FREED.sub("", done.stderr), done.stderr
    return int(done.stdout.split()[0])


@pytest.mark.parametrize("count", amounts(6, 20))
def test_a_few_interruptions(count: int) -> None:
    assert interrupt(7, count) > count / 7


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_interruptions(seed: int) -> None:
    """A thousand in all, over every question of the API; about half of them come before the answer."""
    assert interrupt(seed, 250) > 80
