"""The look of the Case page: the form at the left, the verdicts in view, fields by how they stand."""

from __future__ import annotations

from collections.abc import Iterable

# The strip of verdicts and, where there is room beside it, the form stay in view while the rest scrolls.
CASE_STYLE = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-verdicts) { position: sticky; top: 3.7rem; z-index: 20; }
.st-key-verdicts { background: light-dark(#fff, #171614); padding: .35rem 0;
  border-bottom: 1px solid light-dark(#b9bcc6, #5a5e6b); }
.pl-strip { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; align-items: baseline; margin: 0; }
.pl-strip > span { display: inline-block; }
.pl-strip .pl-mark { margin: 0 .4rem; padding: 0 .5rem; }
.pl-strip abbr, .pl-card abbr { text-decoration: underline dotted; text-underline-offset: .2em; cursor: help; }
.pl-strip a { color: inherit; }
.pl-next { font-size: .9rem; }
.pl-baseline { margin: 0 0 .5rem; padding: .25rem .6rem; border-left: 4px solid light-dark(#2a4d8f, #9db8f0);
  font-size: .9rem; }
.pl-baseline .pl-mark { padding: 0 .45rem; margin: 0 .3rem 0 0; }
.pl-strip > .pl-details { display: none; }
.pl-clash { margin: .3rem 0; padding-left: .6rem; border-left: 4px solid light-dark(#a3271c, #ff8a80); }
.pl-outline .pl-lead { font-weight: 600; margin-top: .6rem; } .pl-lead .pl-quiet { font-weight: 400; }
.pl-outline ul { padding-left: 1.1rem; margin: .1rem 0 .3rem; }
.pl-outline li { margin: .15rem 0; }
.pl-outline summary { cursor: pointer; font-weight: 600; }
.st-key-sections, #answers { scroll-margin-top: 7rem; }
.pl-option { margin: 0; padding: .1rem 0; }
.pl-option strong { font-weight: 600; }
@media (min-width: 900px) {
  [data-testid="stColumn"]:has(> div .st-key-form) { position: sticky; top: 7.8rem; align-self: flex-start;
    max-height: calc(100vh - 8.4rem); overflow-y: auto; padding-right: .5rem; scrollbar-gutter: stable; }
}
@media (max-width: 640px) {
  .pl-strip { gap: .15rem .8rem; font-size: .9rem; }
  .pl-strip .pl-class { display: none; }
  .pl-strip > .pl-details { display: inline-block; }
  .st-key-sections, #answers { scroll-margin-top: 10rem; }
}
</style>"""

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
