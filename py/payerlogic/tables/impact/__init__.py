"""What a change of policy, version or reading comes to in a population, and what unknown facts cost.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "cases.csv").write_text("primary_site\\npancreas\\n")
    ...     found = impact(KnowledgeBase.load(), Path(folder, "cases.csv"), "nia", "bcbsaz")
    >>> found.rows, found.compared, found.refused
    (1, 1, 0)

``impact`` counts; ``Impact`` is the answer. ``missing_facts`` counts what the open rows of any policies lack.
"""

from payerlogic.tables.impact.count import impact, missing_facts
from payerlogic.tables.impact.missing_facts import Cost
from payerlogic.tables.impact.result import Group, Impact, RowAnswer

__all__ = ["Cost", "Group", "Impact", "RowAnswer", "impact", "missing_facts"]
