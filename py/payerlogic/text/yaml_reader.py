"""YAML as users write it, read strictly: plain data only, and every word as it is written.

    >>> reader = YamlReader("code: 0735\\ndays: [2026-01-31, no]", "case.yaml")
    >>> [reader.value(each) for each in reader.documents()]
    [{'code': '0735', 'days': ['2026-01-31', 'no']}]
    >>> reader.line_of("days", 1)
    2

Nothing is resolved: ``0735`` stays a code, a date a date in text, a long number its digits. Aliases could make a small
file huge, and tags ask for more than data, so both are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from payerlogic.errors import PayerlogicError, Problem, shown

Path = tuple[object, ...]


class YamlError(PayerlogicError):
    """A text that cannot be read as the plain data it should be."""


class YamlReader:
    """The values of one text. ``what`` is what it should be, for messages; words in ``nulls`` are no values.

    ``repeated`` are the names that some mapping has twice, with their lines: the caller says what that means.
    """

    def __init__(
        self,
        text: str,
        file: str,
        what: str = "a file",
        *,
        deepest: int = 16,
        most: int | None = None,
        nulls: Collection[str] = (),
    ) -> None:
        self.file, self.what, self.deepest, self.most, self.nulls = file, what, deepest, most, nulls
        self.repeated: list[tuple[str, int]] = []
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        self._lines: dict[Path, int] = {}

    def documents(self) -> Iterator[Any]:
        """Where the documents begin; each has to be read (value or items) before the next."""
        with self._refusing():
            for event in self._events:
                if isinstance(event, yaml.NodeEvent) and getattr(event, "value", None) != "":
                    yield event

    def items(self, event: Any) -> Iterator[Any]:
        """Where the items of a list begin, each to be read before the next; the event itself if it is no list."""
        if not isinstance(event, yaml.SequenceStartEvent):
            yield event
            return
        self._check(event)
        with self._refusing():
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                yield item

    def value(self, event: Any) -> object:
        """The value that begins at an event: text, None, lists and dictionaries."""
        self.repeated, self._lines = [], {}
        with self._refusing():
            return self._value(event, ())

    def line_of(self, *path: object) -> int:
        """The line of a place in the latest value, or of the nearest place around it that there is."""
        return next((self._lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self._lines), 1)

    def _value(self, event: Any, path: Path) -> object:
        self._check(event)
        self._lines.setdefault(path, _line(event))
        if len(path) >= self.deepest:
            raise self._refused(event, f"is nested too deeply for {self.what}", "")
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in self.nulls else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[object] = []
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                items.append(self._value(item, (*path, len(items))))
                self._check_size(event, len(items))
            return items
        found: dict[str, object] = {}
        count = 0
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            self._check(key)
            if not isinstance(key, yaml.ScalarEvent):
                raise self._refused(key, "a name has to be a word", "")
            name, line = str(key.value), _line(key)
            if name in found:
                self.repeated.append((name, line))
            self._lines[*path, name] = line
            found[name] = self._value(next(self._events), (*path, name))
            count += 1
            self._check_size(event, 2 * count)
        return found

    def _check(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused(event, "anchors and aliases (& and *) cannot be used", "write the value out")
        if event.tag is not None:
            raise self._refused(event, f"the tag {shown(event.tag)} cannot be used", "write plain values")

    def _check_size(self, event: Any, count: int) -> None:
        if self.most is not None and count > self.most:
            raise self._refused(event, "has more in one place than a case can state", "")

    def _refused(self, event: Any, what: str, hint: str) -> YamlError:
        return YamlError(Problem(what, f"{self.file}, line {_line(event)}", hint))

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """What the parser refuses, as a problem with its place."""
        try:
            yield
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = f"{self.file}, line {mark.line + 1}, column {mark.column + 1}" if mark else self.file
            raise YamlError(Problem(f"is not YAML from here on ({error.problem or error.context})", where)) from None
        except yaml.YAMLError as error:
            what = f"is not YAML ({' '.join(str(error).split())[:200]})"
            raise YamlError(Problem(what, self.file)) from None


def _line(event: Any) -> int:
    line: int = event.start_mark.line + 1
    return line
