"""What can go wrong, for the person who can fix it.

>>> str(Problem("unknown value 'rectim'", where="case 1, primary_site", hint="did you mean 'rectum'?"))
"case 1, primary_site: unknown value 'rectim'; did you mean 'rectum'?"
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, and the nearest right thing."""

    what: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.hint}" if self.hint else text

    def at(self, where: str) -> Problem:
        """The same problem, seen from further out: ``where`` goes in front of the place."""
        return Problem(self.what, f"{where}, {self.where}" if self.where else where, self.hint)


class PayerlogicError(Exception):
    """Bad input of any kind, as a list of problems that a person can act on."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class KnowledgeBaseError(PayerlogicError):
    """A file of the knowledge base that cannot be used; the place is its file and line."""


class CaseError(PayerlogicError):
    """A case that cannot be decided as it is written."""


class QuestionError(PayerlogicError):
    """A question about something that is not there: a payer, a reading, an option, a class."""


class InternalDisagreement(AssertionError):
    """Two ways of answering give different answers: a bug in payerlogic, never in the input (exit status 3)."""


def shown(value: object) -> str:
    """``value`` as it may stand in a message: quoted, on one line, and short whatever it is."""
    if isinstance(value, str):
        short = value if len(value) <= SHOWN else f"{value[:SHOWN]}... ({len(value)} characters)"
    else:
        try:
            short = str(value)
        except ValueError:  # an integer with more digits than Python will print
            return "a number of thousands of digits"
        if len(short) > SHOWN:
            short = f"{short[:SHOWN]}..."
        return short if isinstance(value, int | float) and not isinstance(value, bool) else repr(short)
    return repr(short)


class Suggestion(str):
    """A hint that names one word to write for another. ``only`` says that no other word is near."""

    wrong: str
    right: str
    only: bool


def nearest(word: str, choices: Iterable[str]) -> str:
    """A hint that names the spelling closest to ``word``, or the choices when none is close.

    >>> nearest("rectim", ["rectum", "colon"])
    "did you mean 'rectum'?"
    """
    known = list(dict.fromkeys(choices))
    folded = {choice.lower(): choice for choice in known}
    close = get_close_matches(word.lower()[:SHOWN], list(folded), n=2, cutoff=0.6)
    if close:
        found = Suggestion(f"did you mean {folded[close[0]]!r}?")
        found.wrong, found.right, found.only = word, folded[close[0]], len(close) == 1
        return found
    if len(known) > 16:
        return f"there are {len(known)} of them, such as {', '.join(known[:6])}"
    return f"it can be {', '.join(known)}" if known else ""
