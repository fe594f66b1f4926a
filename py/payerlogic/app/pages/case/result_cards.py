"""The determinations side by side, one card per policy, in words, marks and colors; and in one line that stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from payerlogic.answers.decision import CitedClause, Determination, contradiction_in_words
from payerlogic.answers.premises import Remark
from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import Answered
from payerlogic.app.html import escape, items
from payerlogic.app.pages.case.glossary import TERMS, abbreviation
from payerlogic.semantics.outcomes import OPEN
from payerlogic.text.phrases import edition_in_words, percent, sentence
from payerlogic.wording.marks import OUTCOME_MARKS

Before = Mapping[str, Determination]


def show_strip(kb: KnowledgeBase, answered: Answered, before: Before | None) -> None:
    """Every verdict in one line, whether the payers agree, and what to ask next."""
    found = answered.determinations
    shown = [_in_strip(kb, each, before.get(each.policy_id) if before else None) for each in found.values()]
    if len(found) > 1:
        shown.append(f"<span>{_agreement(found)}</span>")
    for name, share in answered.best:
        label = escape(sentence(kb.vocabulary[name].label))
        shown.append(
            f'<span class="pl-next"><span aria-hidden="true">★</span> Ask next: <strong>{label}</strong> '
            f"(settles {percent(share, 0)} of what is open)</span>"
        )
    shown.append('<span class="pl-details"><a href="#answers">Details below</a></span>')
    st.html(f'<p class="pl pl-strip" role="status" aria-label="Determinations">{"".join(shown)}</p>')


def _in_strip(kb: KnowledgeBase, found: Determination, before: Determination | None) -> str:
    """One verdict; many possible classes are counted, since all of them stand on the card."""
    classes = _classes(kb, found)
    short = classes if len(found.possible) < 3 else f"{len(found.possible)} answers are possible"
    was = ""
    if before is not None and before.possible != found.possible:
        word = _word(kb, before)
        was = f" (was: {word})" if word != _word(kb, found) else " (for other reasons)"
    return (
        f"<span><strong>{escape(found.policy)}</strong>{_mark(kb, found)}"
        f'<span class="pl-class" title="{escape(classes, quote=True)}">{escape(short)}</span>{escape(was)}</span>'
    )


def show_cards(kb: KnowledgeBase, answered: Answered, before: Before | None) -> None:
    """One card per policy, as many side by side as there is room for; ``before`` is what the baseline gives."""
    cards = "".join(_card(kb, each, before) for each in answered.determinations.values())
    st.html(f'<div class="pl pl-grid" id="answers">{cards}</div>')


def part(found: Mapping[str, Determination]) -> bool:
    """Whether two decided outcomes differ."""
    return len({each.outcome for each in found.values() if each.outcome != OPEN}) > 1


def _agreement(found: Mapping[str, Determination]) -> str:
    if part(found):
        return '<strong><span aria-hidden="true">≠</span> The payers disagree</strong>'
    if any(each.outcome == OPEN for each in found.values()):
        return '<span aria-hidden="true">?</span> Not decided yet'
    return '<span aria-hidden="true">=</span> The payers agree on the outcome'


def _card(kb: KnowledgeBase, found: Determination, before: Before | None) -> str:
    policy = kb.catalog.policies[found.policy_id]
    edition = edition_in_words(found.version) if found.version else "no edition in force, or not known which"
    own = f"{policy.title}. " if policy.document in policy.payer else f"{policy.document}, {policy.title}. "
    parts = [
        f"<h3>{escape(policy.payer)}</h3>",
        f'<p class="pl-quiet">{escape(own + sentence(edition))}.</p>',
        _verdict(kb, found),
        *_against(kb, found, before),
        *_open(kb, found),
        *_basis(kb, found),
        *_remarks("Assumed", [e for e in found.presumptions if not e.payers_own], ", because the case does not say"),
        *_remarks("Limits", found.limits),
        *_remarks("Please note", found.advisories),
        *_readings(kb, found),
    ]
    outcome = escape(found.outcome, quote=True)
    name = escape(policy.payer, quote=True)
    return f'<section class="pl-card" aria-label="{name}" data-outcome="{outcome}">{"".join(parts)}</section>'


def _mark(kb: KnowledgeBase, found: Determination) -> str:
    """The outcome as a sign, a word and a color; its classes on hover."""
    word = _word(kb, found)
    classes = [each.label for each in kb.catalog.classes.values() if each.outcome == found.outcome]
    help_ = TERMS["Open"] if found.outcome == OPEN else f"{word} stands for: {'; '.join(classes)}"
    return (
        f'<span class="pl-mark pl-{escape(found.outcome, quote=True)}" title="{escape(help_, quote=True)}">'
        f'<span aria-hidden="true">{escape(OUTCOME_MARKS.get(found.outcome, ""))}</span> '
        f"{escape(word + found.extent)}</span>"
    )


def _word(kb: KnowledgeBase, found: Determination) -> str:
    return "Open" if found.outcome == OPEN else kb.catalog.outcomes[found.outcome]


def _classes(kb: KnowledgeBase, found: Determination) -> str:
    return kb.catalog.classes_in_words(found.possible)


def _verdict(kb: KnowledgeBase, found: Determination) -> str:
    """The outcome, how much of the request it covers, and the class; then what the payer is presumed to find, and
    where the policy contradicts itself, by which clauses."""
    verdict = f'{_mark(kb, found)}<span class="pl-class">{escape(_classes(kb, found))}</span>'
    if own := found.premises.payers_own_sentence:
        verdict += f'<span class="pl-presumed">{escape(own)}</span>'
    clash = "".join(f'<p class="pl-clash">{escape(each)}</p>' for each in contradiction_in_words(kb.catalog, found))
    return f'<p class="pl-verdict">{verdict}</p>{clash}'


def _against(kb: KnowledgeBase, found: Determination, before: Before | None) -> Iterator[str]:
    """What differs from the baseline."""
    then = before.get(found.policy_id) if before else None
    if then is None:
        return
    if then.possible != found.possible:
        line = f"Baseline: {_mark(kb, then)}{escape(_classes(kb, then))}"
    elif {each.id for each in then.clauses} != {each.id for each in found.clauses}:
        line = "Same as the baseline, but based on other clauses."
    else:
        line = "Same as the baseline."
    yield f'<p class="pl-baseline">{line}</p>'


def _heading(term: str, more: str = "") -> str:
    return f"<h4>{abbreviation(term, more)}</h4>"


def _open(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    if found.deciding:
        facts = [sentence(kb.vocabulary[name].label) for name in found.deciding]
        yield f"{_heading('Missing information that decides it')}{items(facts)}"


def _basis(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    if found.clauses:
        clauses = "".join(f"<li>{escape(each.title)}{_said(kb, found, each)}</li>" for each in found.clauses)
        yield f"{_heading('Based on')}<ul>{clauses}</ul>"


def _said(kb: KnowledgeBase, found: Determination, clause: CitedClause) -> str:
    """Where the text says so; what it says, in our words, when asked for."""
    book = kb.catalog.policies[found.policy_id].statements
    said = [f"[{id_}] {book[id_].paraphrase}" for id_ in clause.statements if id_ in book]
    return (
        f'<br><span class="pl-quiet">{escape(clause.citation)}</span>'
        f"<details><summary>What it says, in our words</summary>{items(said)}</details>"
    )


def _remarks(term: str, remarks: Sequence[Remark], more: str = "") -> Iterator[str]:
    if remarks:
        yield f"{_heading(term, more)}{items(sentence(each.cited) for each in remarks)}"


def _readings(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    """The changed readings that concern this policy."""
    chosen = {id_: option for id_, option in found.readings.items() if _concerns(kb, id_, found.policy_id)}
    if chosen:
        readings = kb.catalog.readings
        changed = [f"{readings[id_].question} {sentence(readings[id_].meaning(o))}." for id_, o in chosen.items()]
        yield f"{_heading('Readings changed from their defaults')}{items(changed)}"


def _concerns(kb: KnowledgeBase, reading: str, policy: str) -> bool:
    return kb.catalog.readings[reading].concerns(policy)
