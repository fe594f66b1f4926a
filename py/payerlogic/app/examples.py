"""Made-up cases to start from: case files in a folder, one case each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from payerlogic.case import StatedCase
from payerlogic.errors import PayerlogicError
from payerlogic.knowledge import KnowledgeBase

ENDINGS = (".yaml", ".yml", ".json")


def read_examples(kb: KnowledgeBase, folder: Path) -> dict[str, StatedCase]:
    """The examples by name, in the order of the files' names.

    A file that this knowledge base cannot read as a case is left out: an example is an offer, and another
    vocabulary than the shipped one may lack a word of it.
    """
    found: dict[str, StatedCase] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix not in ENDINGS:
            continue
        try:
            record = yaml.safe_load(path.read_text(encoding="utf-8"))  # JSON is YAML, too
            case = kb.read(record) if isinstance(record, Mapping) else None
        except (OSError, UnicodeDecodeError, yaml.YAMLError, PayerlogicError):
            continue
        if case is not None:
            found[case.id or path.stem] = case
    return found
