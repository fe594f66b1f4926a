"""How much of a cover is listed: a number of boxes, a time, or all that is not too long.

>>> Budget(boxes=3).limited, WHOLE.limited
(True, False)
>>> Budget(seconds=0).begun().spent, Budget(seconds=60).begun().spent
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

from payerlogic.errors import Problem, QuestionError
from payerlogic.text.phrases import plural


@dataclass(frozen=True)
class Budget:
    """At most so many boxes of each cover, and so many seconds for all of them but the first of each; ``until`` is when
    these are over.

    INVARIANT: without a time, the same diagram and number give the same boxes.
    """

    boxes: int | None = None
    seconds: float | None = None
    until: float | None = None

    def __post_init__(self) -> None:
        if self.boxes is not None and self.boxes < 1:
            raise QuestionError(
                Problem(f"{plural(self.boxes, 'region')} cannot be listed", hint="ask for 1 or more, or for all")
            )
        if self.seconds is not None and self.seconds < 0:
            raise QuestionError(Problem(f"{self.seconds:g} seconds are no time", hint="ask for 0 or more, or for all"))

    @property
    def limited(self) -> bool:
        return self.boxes is not None or self.seconds is not None

    @property
    def spent(self) -> bool:
        """Whether the time is over."""
        return self.until is not None and monotonic() >= self.until

    def begun(self) -> Budget:
        """The same, its time running from now on unless it does already."""
        if self.seconds is None or self.until is not None:
            return self
        return replace(self, until=monotonic() + self.seconds)

    def parts(self, number: int) -> Iterator[Budget]:
        """One after the other, what each of so many parts may take: an equal share of the time that is then left."""
        for left in range(number, 0, -1):
            now = monotonic()
            yield self if self.until is None else replace(self, until=now + max(0.0, self.until - now) / left)


WHOLE = Budget()
"""All boxes, unless there are too many."""
