"""For the examples in docstrings: what they load, compare and check again and again is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from _pytest.doctest import DoctestItem

from payerlogic import KnowledgeBase
from payerlogic.documents.comparison_report import Report

_load = KnowledgeBase.load


@cache
def _shipped() -> KnowledgeBase:
    return _load()


_compare, _check, _report = cache(KnowledgeBase.compare), cache(KnowledgeBase.check), cache(Report.of)


@pytest.fixture(autouse=True)
def _one_knowledge_base_for_all_examples(request: pytest.FixtureRequest) -> Iterator[None]:
    if not isinstance(request.node, DoctestItem):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            KnowledgeBase, "load", lambda folder=None, **more: _load(folder, **more) if folder or more else _shipped()
        )
        patch.setattr(KnowledgeBase, "compare", _compare)
        patch.setattr(KnowledgeBase, "check", _check)
        patch.setattr(Report, "of", _report)
        yield
