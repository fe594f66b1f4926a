"""The determinations side by side, one card per policy, in words, marks and colors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

import streamlit as st

from payerlogic.app.markup import items, sentence
from payerlogic.catalog import EVERY_PAYER
from payerlogic.decide import OPEN, Determination, Remark
from payerlogic.knowledge import KnowledgeBase
from payerlogic.render.marks import OUTCOME_MARKS

DENIED = "denied"


def show_cards(kb: KnowledgeBase, determinations: Mapping[str, Determination]) -> None:
    """One card per policy, as many side by side as there is room for."""
    cards = "".join(_card(kb, each) for each in determinations.values())
    st.html(f'<div class="pl pl-grid">{cards}</div>')


def _card(kb: KnowledgeBase, found: Determination) -> str:
    policy = kb.catalog.policies[found.policy_id]
    edition = f"edition of {found.version}" if found.version else "no edition in force, or not settled which"
    own = f"{policy.title}. " if policy.document in policy.payer else f"{policy.document}, {policy.title}. "
    parts = [
        f"<h3>{escape(policy.payer)}</h3>",
        f'<p class="pl-quiet">{escape(own + sentence(edition))}.</p>',
        _verdict(kb, found),
        *_open(kb, found),
        *_basis(found),
        *_remarks("Presumed, since nothing was stated", found.presumptions),
        *_remarks("Limits", found.limits),
        *_remarks("Please note", found.advisories),
        *_readings(kb, found),
        _switches(kb, found),
    ]
    outcome = escape(found.outcome, quote=True)
    name = escape(policy.payer, quote=True)
    return f'<section class="pl-card" aria-label="{name}" data-outcome="{outcome}">{"".join(parts)}</section>'


def _verdict(kb: KnowledgeBase, found: Determination) -> str:
    """The outcome and the class; a denial that presumes what the payer itself would find says so here."""
    labels = [kb.catalog.classes[name].label for name in found.possible]
    words = " or ".join(labels)
    outcome = "Open" if found.outcome == OPEN else kb.catalog.outcomes[found.outcome]
    mark = OUTCOME_MARKS.get(found.outcome, "")
    verdict = (
        f'<span class="pl-mark pl-{escape(found.outcome, quote=True)}"><span aria-hidden="true">{escape(mark)}</span> '
        f'{escape(outcome)}</span><span class="pl-class">{escape(words)}</span>'
    )
    presumed = [each.text for each in found.presumptions if each.id in kb.decider.payer_presumptions]
    if found.outcome == DENIED and presumed:
        why = f"This denial rests on a presumption: {'; '.join(presumed)}."
        verdict += f'<span class="pl-presumed">{escape(why)}</span>'
    return f'<p class="pl-verdict">{verdict}</p>'


def _open(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    if found.deciding:
        facts = [sentence(kb.vocabulary[name].label) for name in found.deciding]
        yield f"<h4>Facts that can still decide it</h4>{items(facts)}"


def _basis(found: Determination) -> Iterator[str]:
    if found.clauses:
        told = "".join(
            f'<li>{escape(each.title)}<br><span class="pl-quiet">{escape(each.citation)}</span></li>'
            for each in found.clauses
        )
        yield f"<h4>Rests on</h4><ul>{told}</ul>"


def _remarks(title: str, remarks: tuple[Remark, ...]) -> Iterator[str]:
    if remarks:
        yield f"<h4>{escape(title)}</h4>{items(sentence(each.text) for each in remarks)}"


def _readings(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    """The changed readings that concern this policy."""
    chosen = {id_: option for id_, option in found.readings.items() if _concerns(kb, id_, found.policy_id)}
    if chosen:
        readings = kb.catalog.readings
        told = [f"{readings[id_].question} {sentence(readings[id_].meaning(o))}." for id_, o in chosen.items()]
        yield f"<h4>Read otherwise than by default</h4>{items(told)}"


def _concerns(kb: KnowledgeBase, reading: str, policy: str) -> bool:
    return kb.catalog.readings[reading].policy in (policy, EVERY_PAYER)


def _switches(kb: KnowledgeBase, found: Determination) -> str:
    """Which single readings would change the determination; closed until someone asks."""
    switches = found.sensitive_readings or ()
    if not switches:
        return '<p class="pl-quiet">No other single reading changes this.</p>'
    told = []
    for each in switches:
        reading = kb.catalog.readings[each.reading]
        then = kb.catalog.classes[each.class_].label if each.class_ else "other classes possible"
        told.append(f"{reading.question} If {reading.meaning(each.option)}: {then}.")
    count = f"{len(told)} single readings" if len(told) > 1 else "1 single reading"
    return f"<details><summary>{count} would change this</summary>{items(told)}</details>"
