"""What each clause of one policy comes to at the other, in words: the first table of a comparison.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> found = kb.compare("nia", "bcbsaz")
>>> rows = difference_rows(Words.of(kb, found), kb.clause_differences(found))
>>> rows[1].clause, rows[1].other
('NIA: Recurrent colon cancer, boost', 'never: denied (experimental or investigational)')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from payerlogic.comparison.clause_differences import ClauseDifference
from payerlogic.text.phrases import joined, percent
from payerlogic.wording.comparison import Words

HEADER = ("differ", "clause", "gives", "for the same cases the other has")
"""Shares are of all cells; the first cell of a row is never cut."""


@dataclass(frozen=True)
class DifferenceRow:
    """One clause with its citation; what it gives, what the other has and by which clauses, and an example."""

    clause: str
    citation: str
    gives: str
    other: str
    by: tuple[tuple[str, str], ...]
    differs: str
    example: str
    found: ClauseDifference

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """As a row of a plain table."""
        by = "".join(f" [{citation}]" for _, citation in self.by if citation)
        cited = f" [{self.citation}]" if self.citation else ""
        return self.differs, f"{self.clause}{cited}", self.gives, f"{self.other}{by}"


def difference_rows(words: Words, found: Iterable[ClauseDifference]) -> list[DifferenceRow]:
    """A row for each clause."""
    return [_row(words, each) for each in found]


def _row(words: Words, found: ClauseDifference) -> DifferenceRow:
    own, other = (words.left, words.right) if found.side == "left" else (words.right, words.left)
    outcome = words.outcome(found.outcome)
    instead = "; ".join(words.class_(name) for name, _ in found.instead)
    titles = joined([f"'{each.title}'" for each in found.by]) if found.by else "no clause"
    if found.relation == "nothing":
        what = f"never: {instead}"
    elif found.relation == "narrower":
        where = "; or where ".join(words.box(each.box, each.positions) for each in found.only_where)
        rest = "" if found.all_listed else "; or in other cases, which are not listed"
        what = f"narrower: {outcome} only where {where}{rest}; otherwise {instead}"
    elif found.relation == "wider":
        what = f"wider: {outcome} for all of these, and for more, by {titles}"
    else:
        what = f"the same: {outcome} for exactly these, by {titles}"
    return DifferenceRow(
        f"{own}: {found.title}",
        found.citation,
        f"{outcome} ({percent(found.share)})",
        what,
        tuple((f"{other}: {each.title}", each.citation) for each in found.cited),
        percent(found.differs) if found.differs else "none",
        words.case(found.witness),
        found,
    )
