"""For the examples in docstrings: they load the shipped knowledge base again and again, and it is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from _pytest.doctest import DoctestItem

from payerlogic import KnowledgeBase

_load = KnowledgeBase.load


@cache
def _shipped() -> KnowledgeBase:
    return _load()


@pytest.fixture(autouse=True)
def _one_knowledge_base_for_all_examples(request: pytest.FixtureRequest) -> Iterator[None]:
    if not isinstance(request.node, DoctestItem):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KnowledgeBase, "load", lambda folder=None: _shipped() if folder is None else _load(folder))
        yield
