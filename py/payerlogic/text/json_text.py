r"""JSON as commands, files and downloads have it: sorted, indented, every letter as it is.

>>> json_text({"b": "é", "a": 1})
'{\n  "a": 1,\n  "b": "é"\n}\n'
"""

from __future__ import annotations

import json


def json_text(value: object, *, sort_keys: bool = True) -> str:
    """``value`` as the text of a file."""
    return json.dumps(value, indent=2, sort_keys=sort_keys, ensure_ascii=False) + "\n"


def json_file(value: object, *, sort_keys: bool = True) -> bytes:
    """The same as bytes. Half of a surrogate pair, which no encoding has, is escaped as JSON escapes it."""
    return json_text(value, sort_keys=sort_keys).encode("utf-8", "backslashreplace")
