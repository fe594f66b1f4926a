"""What can go wrong, for the person who can fix it.

>>> str(Problem("unknown value 'rectim'", where="case 1, primary_site", hint="did you mean 'rectum'?"))
"case 1, primary_site: unknown value 'rectim'; did you mean 'rectum'?"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

SHOWN = 60
NEAR = 4
"""So many words are near another one, at most."""
_BETWEEN = re.compile(r"[\s_-]+")


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


def nearest(word: str, choices: Iterable[str], called: Mapping[str, Iterable[str]] = MappingProxyType({})) -> str:
    """A hint that names the spelling closest to ``word``, or the choices when none is close. ``called`` are other
    words for choices: whoever writes one of these means that choice.

    >>> nearest("rectim", ["rectum", "colon"])
    "did you mean 'rectum'?"
    >>> nearest("Large bowel", ["rectum", "colon"], {"colon": ["large bowel"]})
    "did you mean 'colon'?"
    """
    known = list(dict.fromkeys(choices))
    if exact := meant(word, known, called):
        return did_you_mean(word, exact)
    named = {choice.lower(): choice for choice in known}
    named |= {words.lower(): each for each in known for words in called.get(each, ()) if words.lower() not in named}
    close = get_close_matches(word.lower()[:SHOWN], list(named), n=NEAR, cutoff=0.6)
    if close:
        return did_you_mean(word, [named[close[0]]], only=len({named[each] for each in close}) == 1)
    if len(known) > 16:
        return f"there are {len(known)} of them, such as {', '.join(known[:6])}"
    return f"it can be {', '.join(known)}" if known else ""


def meant(word: str, choices: Iterable[str], called: Mapping[str, Iterable[str]]) -> list[str]:
    """The choices that ``word`` names as it is, or by other words; a space, a hyphen and an underscore are alike.

    >>> meant("Electron beam", ["electron_beam", "proton"], {}), meant("x-ray", ["a", "b"], {"a": ["X-ray"]})
    (['electron_beam'], ['a'])
    """
    wanted = _folded(word)
    return [each for each in choices if wanted in map(_folded, (each, *called.get(each, ())))]


def did_you_mean(word: str, right: Sequence[str], only: bool = True) -> str:
    """The hint that one of these is to be written for ``word``.

    >>> did_you_mean("brest", ["breast"]), did_you_mean("x", ["a", "b"])
    ("did you mean 'breast'?", "did you mean 'a' or 'b'?")
    """
    found = Suggestion(f"did you mean {' or '.join(map(repr, right))}?")
    if len(right) > 1:
        return str(found)
    found.wrong, found.right, found.only = word, right[0], only
    return found


def _folded(word: str) -> str:
    return _BETWEEN.sub(" ", word[: 4 * SHOWN].lower()).strip()
