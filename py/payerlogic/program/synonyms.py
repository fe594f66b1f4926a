"""What else an attribute or a value is called by people: its label, and other names of the knowledge base.

    >>> words_of_value("the only radiation", ["alone, no external beam"])
    ('the only radiation', 'alone', 'no external beam')
    >>> value_hint("The only radiation", {"boost": (), "sole_modality": ("the only radiation",)})
    "did you mean 'sole_modality'?"

A case file takes names and values alone; these words say which of them was meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from payerlogic.errors import did_you_mean, meant, nearest

BETWEEN = ", "
"""Between the other names of a value, where the knowledge base gives several in one text."""
_REMARK = re.compile(r"(.*\S) \(([^()]*)\)")
_SHORT = re.compile(r"/?\w{1,2}")
_ALTERNATIVES = re.compile(r"\s*[,;/]\s*(?:or\s+)?|\s+or\s+")
_NUMBER_OF = re.compile(r"([+-]?[0-9]+(?:[.][0-9]+)?)[\s-]*([a-z].*)", re.IGNORECASE | re.ASCII)


class Called(dict[str, tuple[str, ...]]):
    """Names, each with the words by which people mean it.

    >>> Called(a=("x", "y"), b=("y",)).by_words
    {'x': 'a'}
    """

    @property
    def by_words(self) -> dict[str, str]:
        """The one name that each of the words means, in small letters; without those that mean several."""
        often = Counter(words for each in self.values() for words in dict.fromkeys(map(str.lower, each)))
        found = {words.lower(): name for name, each in self.items() for words in each}
        return {words: name for words, name in found.items() if often[words] == 1}


def words_of_value(label: str, others: Iterable[str]) -> tuple[str, ...]:
    """By which words people mean a value: its label, with and without its remark in brackets, and its other names.

    >>> words_of_value("in situ (/2)", [])
    ('in situ (/2)', 'in situ', '/2')
    """
    found = [label, *_parts(label)]
    return tuple(dict.fromkeys([*found, *(each for text in others for each in text.split(BETWEEN))]))


def words_of_attribute(name: str, label: str, unit: str, others: Iterable[str]) -> tuple[str, ...]:
    """By which words people mean an attribute: as the product prints it, and its other names.

    >>> words_of_attribute("age_years", "age", "years", ["age at service"])
    ('age', 'age (years)', 'age (age_years)', 'age at service')
    """
    printed = [label, *_parts(label)[:1], *([f"{label} ({unit})"] if unit else []), f"{label} ({name})"]
    return tuple(dict.fromkeys([*printed, *others]))


def words_declared(facts: Iterable[tuple[str, str, str]]) -> Called:
    """The words for attributes of which facts declare labels, units and other names: predicate, attribute, text.

    >>> words_declared([("label", "quit_date", "day of quitting"), ("also_labeled", "quit_date", "quit on")])
    {'quit_date': ('day of quitting', 'day of quitting (quit_date)', 'quit on')}
    """
    found: dict[str, dict[str, list[str]]] = {}
    for predicate, name, text in facts:
        found.setdefault(name, {}).setdefault(predicate, []).append(text)
    return Called(
        {
            name: words_of_attribute(name, said["label"][0], said.get("unit", [""])[0], said.get("also_labeled", []))
            for name, said in found.items()
            if "label" in said
        }
    )


def _parts(label: str) -> list[str]:
    """A label without its remark, and the remark where that is an abbreviation or a code."""
    found = _REMARK.fullmatch(label)
    return [] if found is None else [found[1], *([found[2]] if _SHORT.fullmatch(found[2]) else [])]


def value_hint(word: str, called: Mapping[str, tuple[str, ...]]) -> str:
    """The hint for a word that is no value: the value that it is by another name or almost, or the values that it
    names as alternatives, of which a case states one.

    >>> value_hint("close or positive", {"negative": (), "close": (), "positive": ("involved",)})
    "state one of them, 'close' or 'positive', or leave it out if it is not known"
    """
    if exact := named_hint(word, called):
        return exact
    parts = [meant(part, called, called) for part in _ALTERNATIVES.split(word)]
    values = list(dict.fromkeys(value for found in parts for value in found))
    if len(values) > 1 and all(parts):
        return f"state one of them, {' or '.join(map(repr, values))}, or leave it out if it is not known"
    return nearest(word, called, called)


def named_hint(word: str, called: Mapping[str, tuple[str, ...]]) -> str:
    """The same where the word is another name of a value, exactly; empty where it is none."""
    exact = meant(word, called, called)
    return did_you_mean(word, exact) if exact else ""


def number_hint(word: object, unit: str) -> str:
    """The hint for a number that cannot be read: its unit, and the number alone where the unit stands beside it.

    >>> number_hint("45 years", "years"), number_hint("old", "years")
    ('write the number alone: 45', 'it is in years')
    """
    found = _NUMBER_OF.fullmatch(word.strip()) if isinstance(word, str) else None
    return f"write the number alone: {found[1]}" if found and meant(found[2], [unit], {}) else f"it is in {unit}"
