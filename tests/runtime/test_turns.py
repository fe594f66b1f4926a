"""One lock for a knowledge base and all of its parts: its diagrams never grow outside of it, and forks wait for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any
from weakref import WeakSet

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.diagrams.forest import Forest
from payerlogic.documents import render
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.rationale import rationale
from payerlogic.tables.impact import impact
from payerlogic.wording.case_answers import Sentences
from tests.app.conftest import THIRD_PAYER
from tests.runtime import ROOT, environment
from tests.runtime.asking import AS_OF, BREAST, EVERY, OPEN, RECTUM, Ask

pytestmark = pytest.mark.usefixtures("anew")


@pytest.fixture
def three(made_up: Any) -> KnowledgeBase:
    """The shipped policies and a third one, so that comparing is the work of a part."""
    found: KnowledgeBase = made_up({"acme": THIRD_PAYER})
    return found


def reported(kb: KnowledgeBase, settings: Settings) -> None:
    found = kb.compare("nia", "bcbsaz", settings)
    kb.text(found)
    report = Report.of(kb, found)
    for format_ in ("html", "csv", "markdown", "xlsx"):
        render(report, format_, kb)


def counted(kb: KnowledgeBase, settings: Settings) -> None:
    cases = kb.program.folder.parent / "cases.csv"
    cases.write_text("id,primary_site,modality\nA,brain,electron_beam\nB,breast,\n", encoding="utf-8")
    impact(kb, cases, "nia", "bcbsaz", settings=settings)


def tried(kb: KnowledgeBase, settings: Settings) -> None:
    found = kb.why_not(BREAST, "nia", "approved", settings)
    words = Sentences(kb, kb.read(BREAST), settings)
    for each in found.changes:
        words.changes(each, ["nia", "bcbsaz"])


BESIDE: dict[str, Ask] = {
    "report": reported,
    "impact": counted,
    "changes in words": tried,
    "rationale": lambda kb, s: rationale(kb, OPEN, (), s, want="approved"),
    "why, in words": lambda kb, s: kb.text(kb.reasons(RECTUM, "nia", s)),
}


@pytest.mark.parametrize("ask", (EVERY | BESIDE).values(), ids=EVERY | BESIDE)
def test_diagrams_grow_in_turn_only(three: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    shared: WeakSet[Forest] = WeakSet([three.compiler.forest])
    begin, add = KnowledgeBase._begin_diagrams, Forest._add
    outside: list[str] = []

    def begun(kb: KnowledgeBase) -> None:
        begin(kb)
        shared.add(kb.compiler.forest)

    def added(forest: Forest, *rest: Any) -> int:
        if forest in shared and not three.turns.lock._is_owned():  # type: ignore[attr-defined]
            outside.append(str(rest))
        return add(forest, *rest)

    monkeypatch.setattr(KnowledgeBase, "_begin_diagrams", begun)
    monkeypatch.setattr(Forest, "_add", added)
    ask(three, three.settings(as_of=AS_OF))
    assert len(shared) >= 1
    assert outside == []


def test_parts_take_turns_with_the_whole(three: KnowledgeBase) -> None:
    part = three.only("nia", "bcbsaz")
    assert part.turns is three.turns
    assert part.only("nia").lock is three.lock


def test_comparing_and_reporting_in_threads(three: KnowledgeBase) -> None:
    settings = three.settings(as_of=AS_OF)
    pairs = [("nia", "bcbsaz"), ("acme", "nia"), ("bcbsaz", "acme")]
    expected = {pair: Report.of(three, three.compare(*pair, settings)).lines() for pair in pairs}
    three.turns.age += 1  # all that was made is made again
    found: dict[int, Any] = {}

    def ask(number: int) -> None:
        pair = pairs[number % 3]
        found[number] = Report.of(three, three.compare(*pair, settings)).lines() == expected[pair]

    threads = [Thread(target=ask, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == dict.fromkeys(range(6), True)


FORKS = """
import os, sys, threading, time
from payerlogic import KnowledgeBase
from tests.runtime.asking import AS_OF, QUICK
kb = KnowledgeBase.load()
settings = kb.settings(as_of=AS_OF)
expected = {name: repr(ask(kb, settings)) for name, ask in QUICK.items()}
ended = threading.Event()
def go_on():
    while not ended.is_set():
        for ask in QUICK.values():
            kb.turns.age += 1
            ask(kb, settings)
threads = [threading.Thread(target=go_on, daemon=True) for _ in range(2)]
for each in threads:
    each.start()
for number in range(12):
    time.sleep(0.05)
    child = os.fork()
    if not child:
        name = list(QUICK)[number % len(QUICK)]
        os._exit(0 if repr(QUICK[name](kb, settings)) == expected[name] else 3)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"child {number} ended with {status}")
ended.set()
for each in threads:
    each.join(60)
print("done")
"""


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system does not fork")
def test_a_child_answers_though_another_thread_was_asking(tmp_path: Path) -> None:
    words = [sys.executable, "-c", FORKS]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=240)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
