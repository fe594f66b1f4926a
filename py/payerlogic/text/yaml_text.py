"""Plain data as YAML that ``YamlReader`` reads back: no anchors, no tags, long lines whole.

>>> print(yaml_text({"codes": {"0735": "a", "no": "b"}}), end="")
codes:
  '0735': a
  'no': b
"""

from __future__ import annotations

from typing import Any

import yaml


class _PlainDumper(yaml.SafeDumper):
    """Writes what stands in two places twice: an alias would be refused."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(data: object) -> str:
    """The text, in the order of the data."""
    text = yaml.dump(data, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=10_000)
    return str(text)
