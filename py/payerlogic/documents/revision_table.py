"""What was revised in a text, as a table: between two editions of a policy, or by an edit of its rules.

>>> from payerlogic.wording.revisions import RevisionRow
>>> revision_table([RevisionRow("Criterion: old enough", "changed", "age: 55 to 77", "age: 50 to 77", "NCD")]).header
('change', 'what', 'before', 'after', 'where')
"""

from __future__ import annotations

from collections.abc import Iterable

from payerlogic.documents.blocks import Table
from payerlogic.wording.revisions import HEADER, RevisionRow


def revision_table(rows: Iterable[RevisionRow]) -> Table:
    """The table of all that was revised."""
    return Table.of("What was added, removed and changed", HEADER, [each.cells for each in rows])
