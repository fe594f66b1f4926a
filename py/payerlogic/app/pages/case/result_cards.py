"""The determinations side by side, one tile per policy: the verdict, the reason in a sentence, and behind a few words
that open what it cites, presumes and depends on; and in one line that stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from payerlogic.answers.decision import Determination, contradiction_in_words
from payerlogic.answers.premises import Remark, Switches
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Answered
from payerlogic.app.citations import link
from payerlogic.app.html import escape, items
from payerlogic.app.pages.case.glossary import TERMS, Term, abbreviation
from payerlogic.app.pages.case.robustness import robustness
from payerlogic.semantics.outcomes import OPEN
from payerlogic.text.phrases import edition_in_words, joined, listed, percent, plural, sentence
from payerlogic.wording.marks import OUTCOME_MARKS

Before = Mapping[str, Determination]
LETTERS, CITED = 64, 4
"""Of missing facts so many letters, and so many statements, are named on a tile; what opens has all."""


FEW, MANY = 2, 4
"""So many policies have room for whole names and classes; more than MANY are a list of lines, each of which opens."""


def show_strip(kb: KnowledgeBase, answered: Answered, before: Before | None) -> None:
    """One line that stays in view: whether the payers agree and what to ask next; and every verdict, once the tiles
    have gone out of it."""
    found = answered.determinations
    said = [_in_strip(kb, each, before.get(each.policy_id) if before else None) for each in found.values()]
    shown = [f'<span class="pl-said">{each}</span>' for each in said]
    if len(found) > 1:
        shown.append(f"<span>{_agreement(found)}</span>")
    for name, share in answered.best:
        label = escape(sentence(kb.vocabulary[name].label))
        shown.append(
            f'<span class="pl-next"><span aria-hidden="true">★</span> Ask next: <strong>{label}</strong> '
            f"(settles {percent(share, 0)} of what is open)</span>"
        )
    to_facts = '<p class="pl pl-stacked"><a href="#facts" target="_self">Edit the facts</a></p>'
    st.html(f'<p class="pl pl-strip" role="status" aria-label="Determinations">{"".join(shown)}</p>{to_facts}')


def _in_strip(kb: KnowledgeBase, found: Determination, before: Determination | None) -> str:
    """One verdict."""
    was = ""
    if before is not None and before.possible != found.possible:
        word = _word(kb, before)
        was = f" (was: {word})" if word != _word(kb, found) else " (for other reasons)"
    return f"<strong>{escape(kb.catalog.called(found.policy_id))}</strong>{word_and_mark(kb, found)}{escape(was)}"


def show_cards(
    kb: KnowledgeBase,
    answered: Answered,
    before: Before | None,
    switches: Mapping[str, tuple[Switches, ...]],
) -> None:
    """One tile per policy, as many side by side as there is room for; of many policies, one line each that opens.

    ``before`` is what the baseline gives, ``switches`` the readings that would change each determination.
    """
    found = answered.determinations
    is_compact = len(found) > MANY
    cards = "".join(_card(kb, each, before, switches[policy], is_compact) for policy, each in found.items())
    st.html(f'<div class="pl {"pl-list" if is_compact else "pl-grid"}" id="answers">{cards}</div>')


def show_last(kb: KnowledgeBase, answered: Answered) -> None:
    """What was determined before something could not be read: still there to look at, and marked as of before."""
    lines = "".join(
        f'<li class="pl-last"><strong>{escape(kb.catalog.called(each.policy_id))}</strong>{word_and_mark(kb, each)}'
        f"{escape(_classes(kb, each))}</li>"
        for each in answered.determinations.values()
    )
    st.html(
        '<section class="pl pl-stale" aria-label="Before this change"><p>Before this change, which is not used yet:'
        f"</p><ul>{lines}</ul></section>"
    )


def part(found: Mapping[str, Determination]) -> bool:
    """Whether two decided outcomes differ."""
    return len({each.outcome for each in found.values() if each.outcome != OPEN}) > 1


def _agreement(found: Mapping[str, Determination]) -> str:
    if part(found):
        return '<strong><span aria-hidden="true">≠</span> The payers disagree</strong>'
    if any(each.outcome == OPEN for each in found.values()):
        return '<span aria-hidden="true">?</span> Not decided yet'
    return '<span aria-hidden="true">=</span> The payers agree on the outcome'


def _card(
    kb: KnowledgeBase, found: Determination, before: Before | None, switches: tuple[Switches, ...], is_compact: bool
) -> str:
    parts = [
        _verdict(kb, found),
        *_against(kb, found, before),
        *_because(kb, found),
        f'<div class="pl-chips">{"".join(_chips(kb, found, switches))}</div>',
    ]
    outcome = escape(found.outcome, quote=True)
    name = escape(kb.catalog.titled(found.policy_id), quote=True)
    has_room = len(kb.policies) <= FEW
    head = f'<h3 title="{name}">{name if has_room else escape(kb.catalog.called(found.policy_id))}</h3>'
    if is_compact:
        head = f"<details><summary>{name} {word_and_mark(kb, found)}</summary>"
        parts.append("</details>")
    return f'<section class="pl-card" aria-label="{name}" data-outcome="{outcome}">{head}{"".join(parts)}</section>'


def _because(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    """The reason in one sentence: what decides, or what is missing."""
    if found.deciding:
        facts = [kb.vocabulary[name].label for name in kb.vocabulary.asked(found.deciding)]
        named = [each for number, each in enumerate(facts) if not number or len(listed(facts[: number + 1])) < LETTERS]
        shown = joined(facts, "and") if len(named) == len(facts) else f"{joined([*named, 'other facts'])}"
        what = "Depends" if found.outcome == OPEN else "Only the class depends"
        yield f'<p class="pl-because">{what} on {escape(shown)}, not stated.</p>'
    elif found.clauses:
        first, *others = found.clauses
        more = f"; and {len(others)} more" if others else ""
        yield f'<p class="pl-because">{escape(first.title + more)}.</p>'


def _chips(kb: KnowledgeBase, found: Determination, switches: tuple[Switches, ...]) -> Iterator[str]:
    """What stands behind the verdict, each behind a few words that open."""
    assumed = [each for each in found.presumptions if not each.payers_own]
    cites = [id_ for clause in found.clauses for id_ in clause.statements]
    if cites:
        words = f"Source: {', '.join(cites[:CITED])}{' …' if len(cites) > CITED else ''}"
        citation = kb.catalog.citation(found.policy_id, tuple(cites), found.version)
        yield link(kb, citation, policy=found.policy_id, words=words, kind="pl-chip-link")
    else:
        yield _chip("Source", _edition(kb, found))
    if found.deciding:
        possible = f"<p>Possible: {escape(_classes(kb, found))}.</p>"
        yield _chip(f"{len(kb.vocabulary.asked(found.deciding))} missing", f"{possible}{''.join(_open(kb, found))}")
    if assumed:
        body = "".join(_remarks("Assumed", assumed, ", because the case does not say"))
        yield _chip(f"Presumes {len(assumed)}", body)
    words = "Holds under every reading" if not switches else "Depends on a reading"
    if not switches and found.outcome == OPEN:
        words = "Open under every reading"
    heading = _heading("Other readings of the text")
    yield _chip(words, f"{heading}<p>{robustness(kb, found, switches)}</p>{''.join(_readings(kb, found))}")
    if found.limits:
        yield _chip("Limits", "".join(_remarks("Limits", found.limits)))
    if found.advisories:
        yield _chip(f"{plural(len(found.advisories), 'remark')}", "".join(_remarks("Please note", found.advisories)))


def _chip(words: str, body: str) -> str:
    return f'<details class="pl-chip"><summary>{escape(words)}</summary><div>{body}</div></details>'


def _edition(kb: KnowledgeBase, found: Determination) -> str:
    """The document, its edition, and the way to its text in our words, where no clause decides yet."""
    policy = kb.catalog.policies[found.policy_id]
    edition = edition_in_words(found.version) if found.version else "no edition in force, or not known which"
    own = f"{policy.title}. " if policy.document in policy.payer else f"{policy.document}, {policy.title}. "
    page = escape(url_state.link(kb, "policies", **{"policies.policy": found.policy_id}))
    return f'<p class="pl-quiet">{escape(own + sentence(edition))}. <a href="{page}">Open the policy</a></p>'


def word_and_mark(kb: KnowledgeBase, found: Determination) -> str:
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
    classes = _classes(kb, found)
    room = 2 if len(kb.policies) <= FEW else 1
    short = classes if len(found.possible) <= room else f"{len(found.possible)} answers are possible"
    title = escape(classes, quote=True)
    verdict = f'{word_and_mark(kb, found)}<span class="pl-class" title="{title}">{escape(short)}</span>'
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
        line = f"Baseline: {word_and_mark(kb, then)}{escape(_classes(kb, then))}"
    elif {each.id for each in then.clauses} != {each.id for each in found.clauses}:
        line = "Same as the baseline, but based on other clauses."
    else:
        line = "Same as the baseline."
    yield f'<p class="pl-baseline">{line}</p>'


def _heading(term: Term, more: str = "") -> str:
    return f"<h4>{abbreviation(term, more)}</h4>"


def _open(kb: KnowledgeBase, found: Determination) -> Iterator[str]:
    if found.deciding:
        facts = [sentence(kb.vocabulary[name].label) for name in kb.vocabulary.asked(found.deciding)]
        yield f"{_heading('Missing information', f' that decides {found.what_is_open}')}{items(facts)}"


def _remarks(term: Term, remarks: Sequence[Remark], more: str = "") -> Iterator[str]:
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
