"""What a notebook shows of an answer, with a shell of IPython that only notes the formatters."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.notebook import show_answers_of
from tests.conftest import KB

CASE = {"primary_site": "rectum", "t_category": "cT4b", "margin_status": "close"}
Shown = Callable[[object], str | None]


class Formatter:
    """As IPython has one for each media type: by class, or by the names of its module and itself."""

    def __init__(self) -> None:
        self.by_name: dict[tuple[str, str], Shown] = {}

    def for_type(self, kind: type, shown: Shown) -> None:
        self.for_type_by_name(kind.__module__, kind.__name__, shown)

    def for_type_by_name(self, module: str, name: str, shown: Shown) -> None:
        self.by_name[module, name] = shown

    def __call__(self, answer: object) -> str | None:
        found = (self.by_name.get((each.__module__, each.__name__)) for each in type(answer).__mro__)
        return next(shown for shown in found if shown is not None)(answer)


@pytest.fixture
def formatters(monkeypatch: pytest.MonkeyPatch) -> dict[str, Formatter]:
    found = {"text/html": Formatter(), "image/svg+xml": Formatter()}
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters=found))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    return found


def test_every_answer_is_shown(kb: KnowledgeBase, settings: Settings, formatters: dict[str, Formatter]) -> None:
    show_answers_of(kb)
    html, svg = formatters["text/html"], formatters["image/svg+xml"]
    decided = html(kb.decide(CASE, None, settings))
    assert decided is not None
    assert "<table" in decided
    for answer in (kb.ask(CASE, "nia", settings), kb.why_not(CASE, "nia", "denied", settings)):
        assert (html(answer) or "").startswith("<div style='white-space: pre-wrap'>")
    picture = svg(kb.explain(CASE, "nia", settings))
    assert picture is not None
    assert "<svg" in picture


def test_a_comparison_is_shown_as_its_sentences(
    kb: KnowledgeBase, settings: Settings, formatters: dict[str, Formatter]
) -> None:
    show_answers_of(kb)
    shown = formatters["text/html"](kb.compare("nia", "nia", settings))
    assert shown is not None
    assert shown.startswith("<div style='white-space: pre-wrap'>NIA ")
    assert "<style" not in shown


def test_an_answer_that_outlives_its_knowledge_base_shows_as_data(formatters: dict[str, Formatter]) -> None:
    short_lived = KnowledgeBase.load(KB)
    show_answers_of(short_lived)
    answer = short_lived.ask(CASE, "nia")
    del short_lived
    gc.collect()
    assert formatters["text/html"](answer) is None


def test_outside_of_a_notebook_nothing_happens(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    show_answers_of(kb)
