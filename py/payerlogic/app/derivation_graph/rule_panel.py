"""The rule behind a node, as HTML: paraphrase, citation, facts, readings, presumptions, source.

Everything that a person or the knowledge base wrote is escaped; the only markup is this module's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.node_details import LinkedNode, NodeDetails, SourceRule, TakenReading
from payerlogic.app.citations import link
from payerlogic.app.html import escape
from payerlogic.semantics.model import Model
from payerlogic.text.phrases import sentence
from payerlogic.wording.marks import KIND_WORDS, WORDS, mark_of, style_of

HINT = (
    "Choose a node in the picture or a line of the outline: its rule opens here, with the text that it comes from, "
    "its citation, the facts it needs, the readings that affect it and its source."
)
KEYS = (
    "Keys: the arrows go from node to node, Enter opens a rule, Space folds and unfolds, "
    "+ and − change the size, Escape closes and leaves."
)
COMBINED = {
    "all": "Holds if all of these hold",
    "any": "Holds if any one of these holds",
    "not": "Holds if none of these holds",
}
MOST = 12


def panel(kb: Model, shown: Explanation, opened: NodeDetails | None) -> str:
    """The HTML of an opened node; of none, how to open one."""
    if opened is None:
        return f'<p class="hint">{escape(HINT)}</p><p class="hint">{escape(KEYS)}</p>'
    part = opened.part
    kind = KIND_WORDS[part.kind].capitalize()
    status = kind if part.kind == "reading" else f"{kind}, {WORDS[part.status]}"
    return "".join(
        [
            '<button type="button" class="close" data-act="close" aria-label="Close this rule (Escape)">'
            '<span aria-hidden="true">×</span></button>',
            f"<h3>{escape(sentence(part.label))}</h3>",
            f'<p class="status {style_of(part.status, part.kind)}"><span aria-hidden="true">'
            f"{escape(mark_of(part.status, part.kind))}</span> {escape(status)}</p>",
            *_text(kb, shown.policy_id, opened),
            *_parts(shown, opened),
            *_facts(opened),
            *_readings(opened.readings),
            *_list("Assumed, because the case does not say", opened.presumptions),
            *_list("Counts for", opened.serves),
            *_source("Source in the knowledge base", opened.rules),
            *_source("Rules that use it", opened.asked_by),
        ]
    )


def _text(kb: Model, policy: str, opened: NodeDetails) -> Iterator[str]:
    if opened.statements:
        statements = "".join(
            f'<li>{escape(sentence(each.paraphrase))}.<br><span class="quiet">'
            f"{link(kb, each.citation, policy=policy)}</span></li>"
            for each in opened.statements
        )
        yield f"<h4>The text, in our words</h4><ul>{statements}</ul>"
    elif opened.source:
        yield f'<h4>Where it comes from</h4><p class="quiet">{escape(opened.source)}</p>'
    if opened.help:
        yield f"<h4>The fact</h4><p>{escape(opened.help)}</p>"


def _parts(shown: Explanation, opened: NodeDetails) -> Iterator[str]:
    if not opened.parts:
        return
    title = COMBINED[opened.role] if len(opened.parts) > 1 and not opened.part.attribute else "Based on"
    # Readings and axioms qualify a node; its role speaks of the others.
    yield f"<h4>{escape(title)}</h4>{_nodes(opened.parts)}"
    data: dict[str, Any] = shown.graph.nodes.get(opened.part.node, {})
    if data:
        words = f"Show the {data['hidden']} that the picture hides" if data["hidden"] else "Fold it in the picture"
        yield f"<p>{_button('fold', opened.part.node, words)}</p>"


def _facts(opened: NodeDetails) -> Iterator[str]:
    """What the case says against what is needed; what a single part already says is not repeated."""
    shown = {each.node for each in opened.parts}
    facts = [each for each in opened.facts if each.node != opened.part.node and each.node not in shown]
    if facts:
        direct = [each for each in opened.parts if each.attribute]
        yield f"<h4>Facts that it needs, and what the case says</h4>{_nodes([*direct, *facts])}"


def _readings(readings: Iterable[TakenReading]) -> Iterator[str]:
    entries = []
    for each in readings:
        others = "; or ".join(escape(other) for other in each.others)
        default = "" if each.is_default else " (not the default)"
        entries.append(
            f"<li>{escape(each.reading.question)}<br>Read as: {escape(each.reading.meaning(each.option))}{default}."
            f'<br><span class="quiet">It could mean: {others}. Why the default: {escape(each.reading.why_default)}.'
            f"{' ' + escape(each.citation) if each.citation else ''}</span></li>"
        )
    if entries:
        yield f"<h4>Readings that affect it</h4><ul>{''.join(entries)}</ul>"


def _list(title: str, nodes: Sequence[LinkedNode]) -> Iterator[str]:
    if nodes:
        yield f"<h4>{escape(title)}</h4>{_nodes(nodes)}"


def _source(title: str, rules: Sequence[SourceRule]) -> Iterator[str]:
    if rules:
        sources = "".join(
            f'<p class="quiet">{escape(rule.file)}, line {rule.line}</p><pre><code>{escape(rule.text)}</code></pre>'
            for rule in rules
        )
        yield f"<h4>{escape(title)}</h4>{sources}"


def _nodes(parts: Sequence[LinkedNode]) -> str:
    """Nodes that can be opened from here, each with its mark and its status in words."""
    nodes = "".join(
        f'<li><span class="mark {style_of(each.status, each.kind)}" aria-hidden="true">'
        f"{escape(mark_of(each.status, each.kind))}</span> {_button('open', each.node, each.label)} "
        f'<span class="word">{escape("" if each.kind == "reading" else WORDS[each.status])}</span></li>'
        for each in parts[:MOST]
    )
    more = f'<li class="quiet">and {len(parts) - MOST} more</li>' if len(parts) > MOST else ""
    return f'<ul class="nodes">{nodes}{more}</ul>'


def _button(act: str, node: str, words: str) -> str:
    return (
        f'<button type="button" class="link" data-act="{act}" data-node-id="{escape(node, quote=True)}">'
        f"{escape(words)}</button>"
    )
