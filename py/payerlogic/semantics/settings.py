"""How a question is asked: under which readings, with or without presumptions, on which day.

>>> settings = Settings({"nia_fractions": "per_course"}, as_of="2026-01-31")
>>> settings.as_of, settings in {settings}
(datetime.date(2026, 1, 31), True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from payerlogic.errors import Problem, QuestionError
from payerlogic.text.days import HOW, day_of
from payerlogic.text.frozen import freeze


@dataclass(frozen=True)
class Settings:
    """How a question is asked: readings that differ from the default, presumptions on or off, today."""

    readings: Mapping[str, str] = field(default_factory=dict)
    presumptions: bool = True
    as_of: date = field(default_factory=date.today)

    def __post_init__(self) -> None:
        """Any way of writing a day is one; QuestionError for what is none."""
        freeze(self, "readings")
        if type(self.as_of) is not date:
            try:
                object.__setattr__(self, "as_of", day_of(self.as_of))
            except ValueError as error:
                raise QuestionError(Problem(str(error), "as_of", HOW)) from None

    def on(self, day: date) -> Settings:
        """The same, asked on another day.

        >>> Settings(as_of=date(2026, 1, 31)).on(date(2023, 9, 21)).as_of.year
        2023
        """
        return replace(self, as_of=day)
