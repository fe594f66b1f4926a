"""Of which service a table is, where nobody says: the one whose facts its columns hold.

>>> from payerlogic.program.source_files import shipped_folder
>>> service_of_table(Library.read(shipped_folder()), "no table.csv")
'iort'
"""

from __future__ import annotations

from pathlib import Path

from payerlogic.cases.routing import service_of
from payerlogic.errors import CaseError
from payerlogic.program.library import Library
from payerlogic.tables.mapping import Mapping
from payerlogic.tables.readers import TableFiles, columns_of


def service_of_table(library: Library, source: str | Path, mapping: str | Path | None = None) -> str:
    """The service of a table by its columns, or by what its mapping maps. CaseError for facts of two services.

    A table that cannot be read is of the default service: whoever reads it says what is wrong.
    """
    if len(library.services) < 2:
        return library.default

    def header() -> list[str]:
        return columns_of(TableFiles.at(source))

    try:
        names = Mapping.mapped(mapping, header) if mapping is not None else header()
    except CaseError:
        return library.default
    return service_of(library, dict.fromkeys(names, True))
