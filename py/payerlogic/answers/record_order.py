"""Records that are not there yet are all alike, so an answer that adds one adds the next.

    >>> from payerlogic import KnowledgeBase
    >>> adds_the_next(["age_years"], {}, KnowledgeBase.load().vocabulary)
    True

INVARIANT: rules treat all records alike (``program.checks.records``). So of the answers that differ only in which
free places of a list they fill, one says all that the others say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from payerlogic.program.values import Value
from payerlogic.program.vocabulary import Vocabulary


def adds_the_next(
    names: Iterable[str], facts: Mapping[str, Value], vocabulary: Vocabulary, fixed: Collection[str] = ()
) -> bool:
    """Whether the records that ``names`` speak of beyond those that ``facts`` list are the next ones; of two of them,
    the one with more to say first. Places of which something is ``fixed`` are not alike, and not counted."""
    added: dict[str, dict[int, list[str]]] = {}
    for name in names:
        slot = vocabulary[name].slot
        if slot is not None and slot[1] > there(slot[0], facts):
            added.setdefault(slot[0], {}).setdefault(slot[1], []).append(slot[2])
    for record, filled in added.items():
        taken = {vocabulary[name].slot for name in fixed} - {None}
        alike = [
            number
            for number in range(there(record, facts) + 1, vocabulary.records[record].most + 1)
            if not any(slot is not None and slot[:2] == (record, number) for slot in taken)
        ]
        said = [sorted(filled[number]) for number in alike if number in filled]
        if any(number not in alike[: len(said)] for number in filled if number in alike) or said != sorted(said):
            return False
    return True


def there(record: str, facts: Mapping[str, Value]) -> int:
    """How many records are stated; none where nobody knows."""
    count = facts.get(record, 0)
    return count if isinstance(count, int) else 0
