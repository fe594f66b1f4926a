"""Mappings that do not change, so that what holds them can be a key.

>>> facts = Frozen({"primary_site": "rectum"})
>>> facts == {"primary_site": "rectum"}, {facts: "seen"}[Frozen(facts)]
(True, 'seen')
>>> facts["primary_site"] = "colon"
Traceback (most recent call last):
TypeError: this mapping does not change; make a dict of it

It is a dictionary, so that JSON, YAML and the hot paths take it as one.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A dictionary that does not change. Two of the same items are equal in any order, and hash equally."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as a whole: a dictionary would be filled item by item."""
        return type(self), (dict(self),)

    def _refuse(self, *_arguments: object, **_named: object) -> NoReturn:
        raise TypeError("this mapping does not change; make a dict of it")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


def freeze(holder: object, *fields: str) -> None:
    """Make these mappings of a frozen dataclass Frozen; for its ``__post_init__``."""
    for name in fields:
        mapping = getattr(holder, name)
        if type(mapping) is not Frozen:
            object.__setattr__(holder, name, Frozen(mapping))
