"""The little HTML and CSS that the page needs beside Streamlit's own elements.

Whatever a person or a knowledge base wrote goes through ``escape`` (into HTML) or ``plain`` (into a label,
which Streamlit reads as Markdown, so that an unescaped image in it would be fetched).

>>> plain("![x](http://example.org/x.png)")[:4]
'!\\\\[x'
>>> escape("<b>\\x1b")
'&lt;b&gt;�'
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from importlib.resources import files

import streamlit as st

from payerlogic.errors import Problem
from payerlogic.text.phrases import plural
from payerlogic.text.printable import printable


def asset(package: str, name: str) -> str:
    """A file of the app that goes into its pages: style, script or markup. Nothing is fetched."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


PRODUCT = "payerlogic"
STYLE = f"<style>{asset(__package__, 'page.css')}</style>"

# The signs that Markdown and Streamlit's own marks (:red[...]) begin with. Not more than these, because
# Streamlit hands a label to screen readers with its backslashes.
# What Markdown makes a link of even where its signs are escaped: addresses of pages and of mail.
_ADDRESS = re.compile(r"(?i)((?:https?|ftp|xmpp|mailto):|www)(?=[/.\w])|(?<=[\w.+-])(@)(?=\w)")
_APART = "\u2060"  # a joiner of no width: it is not seen, and ends what could be an address
_MARKUP = re.compile(r"([\\`*\[\]<>~$]|^#|\b_(?!\w)|(?<!\w)_|:(?=\w))")


def plain(text: str) -> str:
    """``text`` for where Streamlit reads Markdown: every sign of it stands for itself."""
    return _MARKUP.sub(r"\\\1", _ADDRESS.sub(rf"\g<0>{_APART}", printable(text)))


def escape(text: str, quote: bool = True) -> str:
    """``text`` as HTML in which every sign of it stands for itself."""
    return html.escape(printable(text), quote)


def show_page_title(text: str) -> None:
    """What the browser calls the page, in its tab and in the history."""
    st.set_page_config(page_title=f"{printable(text)} · {PRODUCT}")


def items(lines: Iterable[str]) -> str:
    """A list of texts, escaped."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def show_note(text: str) -> None:
    st.html(f'<p class="pl pl-note">{escape(text)}</p>')


def show_problems(problems: Sequence[Problem], title: str = "", most: int | None = None) -> None:
    """Problems where they can be seen and heard; of many, only the first ``most``."""
    lines = [str(each) for each in problems[:most]]
    if len(problems) > len(lines):
        lines.append(plural(len(problems) - len(lines), "more problem"))
    shown = items(lines) if title else "".join(f"<p>{escape(line)}</p>" for line in lines)
    heading = f"<p><strong>{escape(title)}</strong></p>" if title else ""
    st.html(f'<div class="pl pl-problem" role="alert">{heading}{shown}</div>')
