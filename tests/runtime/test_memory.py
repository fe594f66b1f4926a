"""What a server remembers is bounded: diagrams and their results, parts, compiled queries."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.semantics import model
from payerlogic.tables import engines
from payerlogic.tables.engines import DuckDb
from tests.runtime import ROOT, environment
from tests.runtime.asking import AS_OF, QUICK

pytestmark = pytest.mark.usefixtures("anew")

READ = """
import random, sys
from payerlogic import KnowledgeBase
from payerlogic.semantics import model
from tests.runtime.asking import AS_OF, BREAST, OPEN, RECTUM
model.MOST_KEPT, rounds = int(sys.argv[1]), int(sys.argv[2])
kb, rng = KnowledgeBase.load(), random.Random(5)
cases = [kb.read(each) for each in (BREAST, OPEN, RECTUM, {}, {"device": "intrabeam"})]
def megabytes():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
at_first, compiler, most, ends = megabytes(), kb.compiler, 0, []
while len(ends) < rounds:
    readings = {each.id: rng.choice(each.options).name for each in kb.catalog.readings.values()}
    kb.decide(rng.choice(cases), None, kb.settings(readings, as_of=AS_OF))
    most = max(most, kb.compiler.kept + kb.situations.kept)
    if kb.compiler is not compiler:
        compiler = kb.compiler
        ends.append(megabytes() - at_first)
print(most, *ends)
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
def test_memory_stays_where_it_is_whatever_is_asked() -> None:
    """Questions with random readings, with a tenth of the bound: a round is what is asked until all is forgotten.

    Memory after the last round is that after the second, so it does not matter how many follow; and what one
    remembered thing takes gives the bound of ``MOST_KEPT``.
    """
    bound = model.MOST_KEPT // 10
    words = [sys.executable, "-c", READ, str(bound), "6"]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    most, *ends = map(float, done.stdout.split())
    assert most < 1.2 * bound
    assert max(ends[2:]) < ends[1] + 10
    assert max(ends) * 10 < 400  # with the whole bound: 400 MB at the very most, besides what loading takes


def test_forgetting_changes_no_answer(made_up: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    kb: KnowledgeBase = made_up()
    asked = kb.settings(as_of=AS_OF)
    expected = {name: repr(ask(kb, asked)) for name, ask in QUICK.items()}
    monkeypatch.setattr(model, "MOST_KEPT", 10)
    before = kb.compiler
    assert {name: repr(ask(kb, asked)) for name, ask in QUICK.items()} == expected
    assert kb.compiler is not before


def test_few_parts_are_kept(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_PARTS", 1)
    for policies in [*combinations(kb.policies, 1)] * 2:
        kb.only(*policies)
        assert len(kb._parts) == 1


def test_few_compiled_queries_are_kept(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "MOST_COMPILED", 2)
    rng = Random(3)
    with DuckDb() as engine:
        for _ in range(4):
            asked = kb.settings(as_of=AS_OF - timedelta(days=rng.randint(1, 400)))
            engine.compiled(kb, ["nia"], asked, ["primary_site"], ["primary_site"])
            assert len(engines._COMPILED[kb]) <= 2
