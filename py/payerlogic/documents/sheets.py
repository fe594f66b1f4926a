"""Tables of numbers and texts that a workbook or a CSV file holds, and the columns of boxes in them.

>>> from payerlogic import KnowledgeBase
>>> vocabulary = KnowledgeBase.load().vocabulary
>>> names, cells = box_columns(vocabulary, [{"t_category": ["T3", "T4"]}, {"primary_site": ["colon"]}])
>>> names, cells({"t_category": ["T3", "T4"]})
(['primary_site', 't_category'], ['', 'T3|T4'])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from payerlogic.documents.writers.csv import written
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.value_sets import BoxValues

Sheet = tuple[str, Sequence[str], Iterable[Sequence[str | int | float]]]
"""A name, the header, and rows with numbers as numbers."""
Box = Mapping[str, BoxValues]


def box_columns(vocabulary: Vocabulary, boxes: Iterable[Box]) -> tuple[list[str], Callable[[Box], list[str]]]:
    """The attributes that some box names, in the order of the vocabulary; and a box as the cells under them."""
    named = {name for box in boxes for name in box}
    names = [name for name in vocabulary if name in named]
    return names, lambda box: [written(box[name]) if name in box else "" for name in names]
