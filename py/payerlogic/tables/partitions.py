"""Columns that stand in the names of folders, as Hive and Spark write them: ``primary_site=rectum/part-1.parquet``.

>>> from pathlib import Path
>>> file = Path("run=7/primary_site=head%20and%20neck/age_years=__HIVE_DEFAULT_PARTITION__/1.csv")
>>> partitions_of(file, Path("run=7"), lambda name: False)
{'primary_site': 'head and neck', 'age_years': None}
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from payerlogic.errors import CaseError, Problem, shown

MISSING = "__HIVE_DEFAULT_PARTITION__"


def partitions_of(file: Path, folder: Path, is_known: Callable[[str], bool]) -> dict[str, str | None]:
    """The columns that the folders of ``file`` within ``folder`` name, and ``folder`` itself if its column is known."""
    found: dict[str, str | None] = {}
    itself = folder.resolve().name
    outer = [itself] if is_known(unquote(itself.partition("=")[0])) else []
    for part in (*outer, *file.relative_to(folder).parts[:-1]):
        name, equals, value = part.partition("=")
        if not equals or not name:
            continue
        if unquote(name) in found:
            raise CaseError(Problem(f"two folders around it are called {shown(unquote(name))}", str(file)))
        found[unquote(name)] = None if value == MISSING else unquote(value)
    return found
