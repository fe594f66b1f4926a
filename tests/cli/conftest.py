"""How a test types a command: ``run("decide", path, "--json")`` gives its output, errors and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from payerlogic import KnowledgeBase
from payerlogic.cli import app

AS_OF = "2026-11-22"
DONE, FINDINGS, BAD_INPUT, BUG = 0, 1, 2, 3


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    output: bytes
    errors: str

    @property
    def text(self) -> str:
        return self.output.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def problems(self) -> list[str]:
        """The lines on standard error."""
        return self.errors.splitlines()


Run = Callable[..., Answer]
Write = Callable[[str, str | bytes], str]


@pytest.fixture(scope="session")
def worked_out_once(kb: KnowledgeBase) -> dict[str, Callable[..., Any]]:
    """What the shared knowledge base has compared or checked, for all tests that look at what a command makes of it."""

    def once(method: Callable[..., Any]) -> Callable[..., Any]:
        known: dict[str, Any] = {}

        def answered(self: KnowledgeBase, *words: Any, **more: Any) -> Any:
            if self is not kb:
                return method(self, *words, **more)
            key = repr((words, more))
            if key not in known:
                known[key] = method(self, *words, **more)
            return known[key]

        return answered

    return {name: once(getattr(KnowledgeBase, name)) for name in ("compare", "contested", "check")}


@pytest.fixture
def anew() -> None:
    """For a test that runs a command twice and wants it worked out twice."""


@pytest.fixture
def run(
    kb: KnowledgeBase,
    monkeypatch: pytest.MonkeyPatch,
    worked_out_once: dict[str, Callable[..., Any]],
    request: pytest.FixtureRequest,
) -> Run:
    """Runs a command within this process, on the knowledge base that is loaded already."""
    if "anew" not in request.fixturenames:
        for name, method in worked_out_once.items():
            monkeypatch.setattr(KnowledgeBase, name, method)
    load = KnowledgeBase.load
    monkeypatch.setattr(
        KnowledgeBase, "load", lambda folder=None, only=None: kb if folder is None else load(folder, only)
    )
    monkeypatch.delenv("PAYERLOGIC_KB", raising=False)
    monkeypatch.setenv("COLUMNS", "150")

    def typed(*words: str | PathLike[str], stdin: str | bytes | None = None) -> Answer:
        result = CliRunner().invoke(app, [str(word) for word in words], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout_bytes, result.stderr)

    return typed


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a case file and gives its path."""

    def written(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return str(path)

    return written
