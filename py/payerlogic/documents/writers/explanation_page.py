"""An explanation as one self-contained page: rationale, picture and outline. No script, nothing fetched.

>>> from payerlogic import KnowledgeBase
>>> html = page(KnowledgeBase.load().explain({"primary_site": "brain"}, "nia"))
>>> "<script" in html or "https:" in html
False
"""

from __future__ import annotations

from html import escape

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.documents.pictures.derivation import svg
from payerlogic.wording.explanation import rationale
from payerlogic.wording.marks import WORDS, mark_of
from payerlogic.wording.outline import as_text

STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
pre { white-space: pre-wrap; font: inherit }
figure { margin: 1rem 0; overflow-x: auto; background: #fff; border: 1px solid #888; padding: .5rem }
ul { list-style: none; padding-left: 1.2rem } li > span { font-weight: 600 }
small { opacity: .85 }
@media print { figure { overflow: visible } svg { max-width: 100%; height: auto } }
"""


def page(explanation: Explanation) -> str:
    """The whole page as text."""
    title = escape(str(explanation.graph.nodes[explanation.root]["label"]))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{title}</h1><pre>{escape(as_text(rationale(explanation)))}</pre>"
        f'<h2>Derivation</h2><figure tabindex="0" aria-label="Derivation graph, scrollable">{svg(explanation)}</figure>'
        f"<h2>The same as an outline</h2>{_outline(explanation)}"
        "</main></body></html>\n"
    )


def _outline(explanation: Explanation) -> str:
    shown: set[str] = set()

    def item(node: str) -> str:
        data = explanation.graph.nodes[node]
        mark = mark_of(data["status"], data["kind"])
        cited = f" <small>{escape(data['citation'])}</small>" if data["citation"] else ""
        line = f"<span>{mark} {WORDS[data['status']]}</span> {escape(data['label'])}{cited}"
        children = explanation.children(node)
        if node in shown and children:
            return f"<li>{line} (as above)</li>"
        shown.add(node)
        below = "".join(item(child) for child in children)
        return f"<li>{line}{f'<ul>{below}</ul>' if below else ''}</li>"

    return f"<ul>{item(explanation.root)}</ul>"
