"""The look of the Case page: the form at the left, the verdicts in view, fields by how they stand."""

from __future__ import annotations

from collections.abc import Iterable

from payerlogic.app.html import asset

CASE_STYLE = f"<style>{asset(__package__, 'case.css')}</style>"

_SETTLED = "{ color: light-dark(#5c606b, #a9adb8); }"
_BEST = "{ border-left: 4px solid light-dark(#2a4d8f, #9db8f0); padding-left: .6rem; }"


def field_style(settled: Iterable[str], best: str | None) -> str:
    """Grey labels for what no longer matters, a bar beside what to ask next. A note in words stands by each."""
    rules = []
    if labels := ", ".join(f".st-key-{_class(key)} label p" for key in settled):
        rules.append(f"{labels} {_SETTLED}")
    if best is not None:
        rules.append(f".st-key-{_class(best)} {_BEST}")
    return f"<style>{' '.join(rules)}</style>"


def _class(key: str) -> str:
    """A key as Streamlit writes it into a class of the page."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "-" for sign in key)
