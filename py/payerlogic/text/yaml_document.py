"""One YAML document with anchors, as an author of tests writes it: plain data, every word as written, lines kept.

    >>> found = read_yaml(".a: &a {code: 0735}\\ntests: [{<<: *a, day: 2026-01-31}]", "t.yaml")
    >>> found.data["tests"], found.line_of("tests", 0, "day")
    ([{'code': '0735', 'day': '2026-01-31'}], 2)

Unlike the cases of users (see yaml_reader), an anchor may stand for a part that is used again, and ``<<`` takes a
mapping over. Whatever that multiplies counts, so a small file cannot become a huge one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from payerlogic.errors import Problem, shown
from payerlogic.text.yaml_reader import Path, YamlError

MOST_PARTS = 500_000
DEEPEST = 16
NULLS = ("", "~", "null")


@dataclass(frozen=True)
class YamlDocument:
    """The data, and the line of each of its parts."""

    data: object
    lines: dict[Path, int]

    def line_of(self, *path: object) -> int:
        """The line of a part, or of the nearest one around it that there is."""
        return next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 1)


def read_yaml(text: str, file: str) -> YamlDocument:
    """The document. YamlError, with file and line, for what is no plain YAML."""
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}, line {mark.line + 1}" if mark else file
        raise YamlError(Problem(f"is not YAML from here on ({error.problem or error.context})", where)) from None
    except yaml.YAMLError as error:
        raise YamlError(Problem(f"is not YAML ({' '.join(str(error).split())[:200]})", file)) from None
    made = _Maker(file)
    return YamlDocument(None if root is None else made.value(root, ()), made.lines)


class _Maker:
    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.count = 0

    def value(self, node: Any, path: Path) -> Any:
        self.count += 1
        if self.count > MOST_PARTS or len(path) > DEEPEST:
            raise self._refused(node, "is too large, or nested too deeply")
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in NULLS else str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*path, index)) for index, each in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        taken: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refused(key, "a name has to be a word")
            if key.value == "<<":
                several = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for each in several:
                    if not isinstance(each, yaml.MappingNode):
                        raise self._refused(each, "<< takes a mapping over, such as <<: *base")
                    taken = self._mapping(each, path) | taken
            elif key.value in own:
                raise self._refused(key, f"{shown(key.value)} is named twice")
            else:
                own[key.value] = self.value(value, (*path, key.value))
                self.lines[*path, key.value] = key.start_mark.line + 1
        return taken | own

    def _refused(self, node: Any, what: str) -> YamlError:
        return YamlError(Problem(what, f"{self.file}, line {node.start_mark.line + 1}"))
