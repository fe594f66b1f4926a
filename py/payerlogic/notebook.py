"""How a notebook shows an answer: as its sentences, a table or a picture.

An answer holds no knowledge base, so the formatters look for the loaded one that gave it, by nothing but a weak
reference to the newest. Outside of IPython this does nothing.
"""

from __future__ import annotations

import sys
from html import escape
from typing import Any
from weakref import ref

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.decision import DecidedCase, Determination
from payerlogic.documents import render
from payerlogic.semantics.model import Model

_newest: list[ref[Model]] = []  # one entry: an answer that outlives its knowledge base shows as data


def show_answers_of(kb: Model) -> None:
    """Register the formatters in IPython, if this is one."""
    if "IPython" not in sys.modules:
        return
    shell = sys.modules["IPython"].get_ipython()
    if shell is None:
        return
    _newest[:] = [ref(kb)]
    for kind in (Determination, DecidedCase):
        shell.display_formatter.formatters["text/html"].for_type(kind, _html)
    shell.display_formatter.formatters["text/html"].for_type(CaseAnswer, _html)
    # By name: what is not asked for is not loaded.
    html, svg = (shell.display_formatter.formatters[each] for each in ("text/html", "image/svg+xml"))
    html.for_type_by_name("payerlogic.comparison.result", "Comparison", _sentences)
    svg.for_type_by_name("payerlogic.answers.derivation.explanation", "Explanation", _svg)


def _html(answer: Any) -> str | None:
    kb = _newest[0]()
    return None if kb is None else render(answer, "html", kb).decode()


def _sentences(answer: Any) -> str | None:
    """A comparison as its sentences: its HTML is a whole page, which has no place in a notebook."""
    kb = _newest[0]()
    if kb is None:
        return None
    return f"<div style='white-space: pre-wrap'>{escape(render(answer, 'text', kb).decode())}</div>"


def _svg(answer: Any) -> str | None:
    kb = _newest[0]()
    return None if kb is None else render(answer, "svg", kb).decode()
