"""The drawer on a page: the component, and what it shows of the statements that a link cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import settings_panel, url_state
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.citations.links import SEPARATOR
from payerlogic.app.components import code
from payerlogic.app.findings import findings, name_of
from payerlogic.app.html import asset, escape
from payerlogic.consistency.finding import Finding
from payerlogic.documents.policy_outline import EFFECTS, KIND_WORDS, Entry, sections
from payerlogic.program.catalog import Policy
from payerlogic.text.phrases import edition_in_words, plural, sentence
from payerlogic.wording.findings import in_lines

COMPONENT = "drawer"
_CITE, _FINDINGS = "drawer.cite", "drawer.findings"

_component = st.components.v2.component(
    "payerlogic.drawer",
    html=asset(__package__, "drawer.html"),
    css=asset(__package__, "drawer.css"),
    js=asset(__package__, "drawer.js"),
)


@st.fragment
def show_drawer(kb: KnowledgeBase) -> None:
    """The drawer, closed until a link of ``citations.link`` is followed. A fragment: nothing else of the page runs."""
    asked = str(st.session_state.get(_CITE, ""))
    with_findings = st.session_state.get(_FINDINGS) == asked
    data = {"cite": asked, "html": "".join(contents(kb, asked, with_findings=with_findings))}
    _component(data=data, key=COMPONENT, on_act_change=_act)


def _act() -> None:
    """What a person asked for in the drawer; what it names is looked up, never taken as it comes."""
    wanted = st.session_state[COMPONENT].act
    if isinstance(wanted, Mapping):
        st.session_state[_CITE] = str(wanted.get("cite"))
        if wanted.get("act") == "findings":
            st.session_state[_FINDINGS] = st.session_state[_CITE]


def contents(kb: KnowledgeBase, cite: str, *, with_findings: bool = False) -> Iterator[str]:
    """The HTML of what ``cite`` names: a policy and then statements of it, as a link carries them."""
    name, *ids = cite.split(SEPARATOR)
    policy = kb.catalog.policies.get(name)
    wanted = [each for each in _entries(kb, name) if each.statement.id in ids] if policy and name in kb.policies else []
    if policy is None or not wanted:
        yield "<p>These statements are not in this knowledge base.</p>"
        return
    today = settings_panel.as_of_typed()
    edition = policy.edition_on(today if isinstance(today, date) else kb.settings().as_of)
    yield from _head(policy, edition)
    for entry in wanted:
        yield from _statement(kb, policy, entry, edition)
    yield "<h4>Findings</h4>"
    if with_findings:
        clauses = {use.name for entry in wanted for use in entry.uses if use.kind == "clause"}
        yield from _findings(kb, [each for each in findings(kb, name) if clauses & set(each.clauses)])
    else:
        yield '<p><button type="button" data-act="findings">Look for findings about these clauses</button></p>'


@kept(POLICIES)
def _entries(kb: KnowledgeBase, policy: str) -> tuple[Entry, ...]:
    return tuple(entry for part in sections(kb, policy) for entry in part.entries)


def _head(policy: Policy, edition: str | None) -> Iterator[str]:
    yield f"<h3>{escape(policy.document)}: {escape(policy.title)}</h3>"
    version = sentence(edition_in_words(edition)) if edition else "No edition is in force on the day taken for today"
    yield f'<p class="quiet">{escape(policy.payer)}. {escape(version)}.</p>'
    if policy.published:
        yield (
            f'<p><a href="{escape(policy.published)}" target="_blank" rel="noopener noreferrer">'
            f"The payer’s published text</a> (opens the payer’s site)</p>"
        )


def _statement(kb: KnowledgeBase, policy: Policy, entry: Entry, edition: str | None) -> Iterator[str]:
    each = entry.statement
    citation = kb.catalog.citation(policy.id, (each.id,), edition)
    place = f"{each.section}, {each.place}"
    word, meaning = EFFECTS.get(each.effect, (each.effect, ""))
    choices = {"policies.policy": policy.id, "policies.section": each.section}
    page = url_state.address_of(kb, "policies", **choices)
    yield (
        f'<div class="statement" data-statement="{escape(each.id)}"><h4>[{escape(each.id)}] {escape(place)}</h4>'
        f'<p>{escape(sentence(each.paraphrase))}.</p><p class="quiet">In our words. {escape(sentence(word))}: '
        f"{escape(each.why or meaning)}.</p>"
    )
    for use in entry.uses:
        title = escape(sentence(f"{KIND_WORDS[use.kind]}: {use.title}"))
        rules = "".join(code(rule.where, rule.text) for rule in use.rules)
        yield f"<details><summary>{title}</summary>{rules}</details>" if rules else f"<p>{title}</p>"
    yield (
        f'<p><button type="button" data-act="copy" data-text="{escape(citation)}">Copy citation</button> '
        f'<a href="{escape(page)}" target="_blank" rel="noopener">Open the policy there</a></p></div>'
    )


def _findings(kb: KnowledgeBase, found: Sequence[Finding]) -> Iterator[str]:
    if not found:
        yield "<p>No finding is about these clauses.</p>"
        return
    yield f"<p>{plural(len(found), 'finding')} about these clauses:</p>"
    lines = []
    for each in found:
        choices = {"consistency.policy": each.policy, "consistency.finding": name_of(each)}
        page = url_state.address_of(kb, "consistency", **choices)
        words = escape(f"{sentence(each.kind)}: {next(iter(in_lines(kb, each)))}")
        lines.append(f'<li><a href="{escape(page)}" target="_blank" rel="noopener">{words}</a></li>')
    yield f"<ul>{''.join(lines)}</ul>"
