"""Made-up cases to start from: case files in a folder, one case each."""

from __future__ import annotations

from pathlib import Path

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import kept
from payerlogic.cases.case import StatedCase
from payerlogic.cases.files import read_cases
from payerlogic.errors import PayerlogicError
from payerlogic.semantics.model import Model

ENDINGS = (".yaml", ".yml", ".json")


def read_examples(kb: KnowledgeBase, folder: Path) -> dict[str, StatedCase]:
    """The examples by name, in the order of the files' names; a changed file is read again.

    A file that this knowledge base cannot read as a case is left out: an example is an offer, and another
    vocabulary than the shipped one may lack a word of it.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS) if folder.is_dir() else []
    return _read(kb, tuple((str(path), path.stat().st_mtime_ns) for path in paths))


@kept(2)
def _read(kb: KnowledgeBase, files: tuple[tuple[str, int], ...]) -> dict[str, StatedCase]:
    found: dict[str, StatedCase] = {}
    for name, _ in files:
        try:
            cases = [
                Model.read(kb, record.stated)  # an example of another service is left out
                for record in read_cases(name, kb.vocabulary.called)
                if record.stated is not None
            ]
        except PayerlogicError:
            continue
        found |= {case.id or Path(name).stem: case for case in cases[:1]}
    return found
