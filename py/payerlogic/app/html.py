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
from collections.abc import Iterable

import streamlit as st

from payerlogic.errors import Problem
from payerlogic.text.printable import printable

# Text and background of the marks have a contrast of at least 4.5 to 1, and each mark carries a sign and a
# word besides the color. light-dark() follows the theme, which Streamlit gives as the page's color-scheme.
STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 4rem clamp(1rem, 3vw, 3rem); }
[data-testid="stMainBlockContainer"] h1 { font-size: 2rem; padding: 0; }
[data-testid="stMainBlockContainer"] h2 { font-size: 1.5rem; padding: .5rem 0 0; }
[data-testid="stMainBlockContainer"] h3 { font-size: 1.15rem; }
[data-testid="stBaseButton-primary"] p { color: light-dark(#fff, #14161b); }
.pl { line-height: 1.45; overflow-wrap: anywhere; }
.pl p { margin: 0 0 .4rem; }
.pl ul { margin: 0 0 .4rem; padding-left: 1.2rem; }
.pl li { margin: 0; }
.pl-quiet { font-size: .9rem; color: light-dark(#4a4d57, #c3c6cf); }
.pl-note { font-size: .875rem; color: light-dark(#4a4d57, #c3c6cf); margin: -.5rem 0 0; }
.pl-problem { font-size: .9rem; padding: .45rem .7rem; border-left: 4px solid light-dark(#a3271c, #ff8a80);
  background: light-dark(#fbe6e4, #43201d); color: light-dark(#5f140d, #ffdad6); border-radius: 4px; }
.pl-problem p:last-child, .pl-problem ul:last-child { margin-bottom: 0; }
.pl-grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
  align-items: start; }
.pl-card { border: 1px solid light-dark(#b9bcc6, #5a5e6b); border-radius: 8px; padding: .9rem 1rem; }
.pl-card h3 { font-size: 1.15rem; margin: 0; padding: 0; }
.pl-card h4 { font-size: .95rem; margin: .7rem 0 .15rem; padding: 0; }
.pl-verdict { margin: .6rem 0 !important; }
.pl-mark { display: inline-block; padding: .1rem .6rem; margin-right: .5rem; border-radius: 4px; font-weight: 700;
  color: #fff; background: #50535e; }
.pl-approved { background: #1b6e35; } .pl-denied { background: #a3271c; } .pl-review { background: #2a4d8f; }
.pl-pended { background: #5b3a86; } .pl-contradiction { background: #8a1c5b; } .pl-open { background: #7a5a00; }
.pl-class { font-weight: 600; }
.pl-presumed { display: block; margin-top: .4rem; padding-left: .6rem;
  border-left: 4px solid light-dark(#5b3a86, #c9a8f0); }
.pl-card summary { cursor: pointer; font-weight: 600; font-size: .95rem; margin-top: .7rem; }
.pl-rationale { font-size: .9rem; overflow: auto; max-height: 26rem; padding: .5rem .7rem;
  border: 1px solid light-dark(#b9bcc6, #5a5e6b); border-radius: 8px; }
/* Streamlit's tags: too faint in the dark theme, and what is beside them too small to be hit. */
[data-tag] > span, [data-tag] > button { color: light-dark(#fff, #0e1117) !important; }
[data-tag] { max-width: calc(100% - 2rem) !important; }
[data-tag] > button { min-width: 24px; min-height: 24px; justify-content: center; }
[data-testid="stMultiSelectTagsContainer"] input { min-width: 24px !important; }
</style>"""

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


def items(lines: Iterable[str]) -> str:
    """A list of texts, escaped."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def show_note(text: str) -> None:
    st.html(f'<p class="pl pl-note">{escape(text)}</p>')


def show_problems(problems: Iterable[Problem], title: str = "") -> None:
    """Problems where they can be seen and heard."""
    told = items(map(str, problems)) if title else "".join(f"<p>{escape(str(each))}</p>" for each in problems)
    heading = f"<p><strong>{escape(title)}</strong></p>" if title else ""
    st.html(f'<div class="pl pl-problem" role="alert">{heading}{told}</div>')
