"""What the commands that answer one question about one case share.

>>> from payerlogic.wording.told import Told
>>> print_answer(Told(tell=lambda: ["It is so."]), {}, as_json=False)
It is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.cli.options import clean, load, one_case, settings_of, to_json, write, write_utf8
from payerlogic.semantics.presumptions import Settings
from payerlogic.wording.told import Told


def prepare(
    kb: str | None,
    case: str,
    id: str | None,
    reading: list[str] | None,
    no_presumptions: bool,
    as_of: str | None,
) -> tuple[KnowledgeBase, StatedCase, Settings]:
    """The knowledge base, the one case, and how to ask. PayerlogicError for any that is not right."""
    base = load(kb)
    settings = settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)
    return base, one_case(base, case, id), settings


def print_answer(answer: Told, data: Mapping[str, object] | Iterable[object], *, as_json: bool) -> None:
    """The sentences for people, or ``data`` for programs."""
    if as_json:
        write_utf8(f"{to_json(data)}\n")
    else:
        write("".join(f"{clean(line)}\n" for line in answer.tell()))
