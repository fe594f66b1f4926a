"""How a test types a command: ``run("decide", path, "--json")`` gives its output, errors and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from payerlogic import KnowledgeBase
from payerlogic.cli import app
from payerlogic.program.library import Library
from payerlogic.semantics.model import Model

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


@pytest.fixture
def run(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command within this process, on the knowledge base that is loaded already."""
    load = KnowledgeBase.of_library

    def of_library(
        library: Library, only: Collection[str] | None = None, service: str | None = None, whole: Model | None = None
    ) -> KnowledgeBase:
        shipped = library.folder == kb.program.folder and service in (None, kb.service)
        return kb if shipped else load(library, only, service, whole)

    monkeypatch.setattr(KnowledgeBase, "of_library", of_library)
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
