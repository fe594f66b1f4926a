"""What stands below the determinations: why, why not, what to ask, where the payers disagree, what to export.

Only the section that is open is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Question, rationale
from payerlogic.app.derivation_graph import show_graph
from payerlogic.app.downloads import show_case_exports
from payerlogic.app.html import escape, plain, show_note
from payerlogic.app.pages.case import answers as asked
from payerlogic.app.pages.case.baseline import show_try
from payerlogic.app.pages.case.outline import outline
from payerlogic.cases.case import StatedCase
from payerlogic.text.phrases import sentence
from payerlogic.wording.outline import Line

WHY, WHY_NOT, ASK, PART, EXPORT = "Why", "Why not", "What to ask", "Why the payers disagree", "Export"
TABS_KEY = "case.tabs"
SECTION = url_state.declare("case.section")
PAYER = url_state.declare("case.payer")
WANT = url_state.declare("case.want")
FIX = url_state.declare("case.fix")
FREE = url_state.declare("case.free")
LEFT = url_state.declare("case.left")
RIGHT = url_state.declare("case.right")
SHOWN = 5
MOVE_KEY = "case.move"
# The sections lie below the cards, where someone who asked for one would not see that it has opened.
_MOVE = """<script>
setTimeout(() => document.querySelector(".st-key-sections")?.scrollIntoView({ block: "start" }), 150);
</script>"""


@dataclass(frozen=True)
class Asked:
    """The case in question, with its name, and how it is asked."""

    kb: KnowledgeBase
    case: StatedCase
    question: Question


def show_sections(about: Asked) -> None:
    """The sections, one at a time; which one is open belongs to the address."""
    sections: dict[str, Callable[[Asked], None]] = {WHY: _why, WHY_NOT: _why_not, ASK: _ask}
    if len(about.kb.policies) > 1:
        sections[PART] = _part
    sections[EXPORT] = _export
    chosen = url_state.recall(SECTION, list(sections), WHY)
    if st.session_state.get(TABS_KEY) != chosen:
        st.session_state[TABS_KEY] = chosen
    with st.container(key="sections"):
        tabs = st.tabs(list(sections), key=TABS_KEY, on_change=_remember_section)
    for tab, (name, show) in zip(tabs, sections.items(), strict=True):
        if name == chosen:
            with tab:
                show(about)
    if st.session_state.pop(MOVE_KEY, False):
        st.html(_MOVE, unsafe_allow_javascript=True)


def open_section(name: str) -> None:
    """Open one of the sections and go there, from a callback."""
    url_state.remember(SECTION, name)
    st.session_state[MOVE_KEY] = True


def _remember_section() -> None:
    url_state.remember(SECTION, str(st.session_state[TABS_KEY]))


def _payer_box(kb: KnowledgeBase, label: str, key: str, default: str) -> str:
    chosen: str = st.selectbox(
        label,
        kb.policies,
        format_func=lambda id_: plain(kb.catalog.policies[id_].payer),
        key=url_state.choice(key, kb.policies, default),
        persist_state="session",
    )
    return chosen


# --- Why -------------------------------------------------------------------------------------------------


def _why(about: Asked) -> None:
    policy = _payer_box(about.kb, "Payer", PAYER, _first_denying(about))
    lines = rationale(about.kb, about.question, policy)
    st.subheader("In words", anchor=False)
    st.html(
        '<div class="pl pl-outline pl-rationale" tabindex="0" role="region" aria-label="Rationale">'
        f"{outline(lines)}</div>"
    )
    st.subheader("As a graph", anchor=False)
    show_graph(about.kb, about.question, policy)


# --- Why not ---------------------------------------------------------------------------------------------


def _why_not(about: Asked) -> None:
    kb = about.kb
    show_note("Every smallest set of changes that would change a payer's answer. Each was decided again.")
    left, right = st.columns(2)
    with left:
        policy = _payer_box(kb, "Payer", PAYER, _first_denying(about))
    with right:
        wanted = [*kb.catalog.outcomes, *kb.catalog.classes]
        want = st.selectbox(
            "Which outcome do you want?",
            wanted,
            format_func=lambda name: plain(_want_in_words(kb, name)),
            key=url_state.choice(WANT, wanted, next(iter(kb.catalog.outcomes))),
            persist_state="session",
        )
    fix, free = _limits(about)
    found = asked.why_not(kb, about.question, policy, want, fix, free)
    _show_changes(about, found, "whynot", f"Any one of these gives “{_want_in_words(kb, want)}”:")
    if not found.options and not found.already:
        show_note("Under “Limit the changes” you can allow fixed facts to change, to see what would have to differ.")


def _first_denying(about: Asked) -> str:
    """The payer whose answer is furthest from the best outcome: most likely the one asked about."""
    order = list(about.kb.catalog.outcomes)
    found = about.kb.decide(about.case, None, about.question.settings).determinations
    return max(found, key=lambda policy: order.index(found[policy].outcome) if found[policy].outcome in order else -1)


def _want_in_words(kb: KnowledgeBase, name: str) -> str:
    if name in kb.catalog.outcomes:
        return kb.catalog.outcomes[name]
    each = kb.catalog.classes[name]
    return f"{kb.catalog.outcomes[each.outcome]}: {each.label}"


def _limits(about: Asked) -> tuple[list[str], list[str]]:
    """Which facts have to stay, and which fixed ones may change."""
    kb = about.kb
    names = list(kb.vocabulary)
    fixed = [name for name, each in kb.vocabulary.items() if each.fixed]
    chosen = [url_state.recall(FIX, names, []), url_state.recall(FREE, fixed, [])]
    with st.expander("Limit the changes", expanded=any(chosen)):
        for label, options, key in (
            ("Keep these facts as they are", names, FIX),
            ("Allow these fixed facts to change", fixed, FREE),
        ):
            st.multiselect(
                label,
                options,
                format_func=lambda name: plain(sentence(kb.vocabulary[name].label)),
                key=key,
                persist_state="session",
                placeholder="none",
            )
    return url_state.recall(FIX, names, []), url_state.recall(FREE, fixed, [])


def _show_changes(about: Asked, found: asked.Changes, key: str, title: str) -> None:
    """The options, each with a way to try it; where there are none, why."""
    if not found.options:
        st.html(f'<div class="pl pl-outline">{outline(found.sentences)}</div>')
        return
    st.html(f'<p class="pl"><strong>{escape(title)}</strong></p>')
    several = len(found.options) > SHOWN
    if several and not st.toggle(f"All {len(found.options)} ways", key=f"{key}.all"):
        options = found.options[:SHOWN]
    else:
        options = found.options
    for number, option in enumerate(options, 1):
        with st.container(border=True):
            st.html(_option(number, option))
            show_try(about.kb, about.case, option.changes, f"{key}.{number}")
    if found.sentences:
        st.html(f'<div class="pl pl-outline">{outline(found.sentences, SHOWN)}</div>')


def _option(number: int, option: asked.Option) -> str:
    words = option.words
    then = f'<br><span class="pl-quiet">Then: {escape("; ".join(words.then))}</span>' if words.then else ""
    rests_on = "".join(f'<br><span class="pl-quiet">{escape(each)}</span>' for each in words.rests_on)
    return (
        f'<p class="pl pl-option"><strong>{number}. {escape(sentence(words.what))}</strong><br>'
        f'<span class="pl-quiet">{escape(sentence(words.kinds))}.</span>{then}{rests_on}</p>'
    )


# --- What to ask -----------------------------------------------------------------------------------------


def _ask(about: Asked) -> None:
    kb = about.kb
    found = asked.to_ask(kb, about.question)
    if found.together:
        best = [f"{sentence(kb.vocabulary[name].label)} (settles {share} %)" for name, share in found.together if share]
        if rest := [kb.vocabulary[name].label for name, share in found.together if not share]:
            best.append(f"These settle almost nothing on their own: {', '.join(rest)}")
        show_note(
            "Each percentage is the share of what is still possible, over all open payers, that the answer settles."
        )
        ranked = [Line("Over all payers, the best question first"), *(Line(each, 1, "-") for each in best)]
        st.html(f'<div class="pl pl-outline">{outline(ranked, SHOWN)}</div>')
    for policy, sentences in found.sentences:
        st.subheader(plain(kb.catalog.policies[policy].payer), anchor=False)
        st.html(f'<div class="pl pl-outline">{outline(sentences, 3)}</div>')


# --- Why the payers disagree --------------------------------------------------------------------------------


def _part(about: Asked) -> None:
    kb = about.kb
    left, right = kb.policies[0], kb.policies[1]
    if len(kb.policies) > 2:
        columns = st.columns(2)
        with columns[0]:
            left = _payer_box(kb, "One payer", LEFT, left)
        with columns[1]:
            right = _payer_box(kb, "The other payer", RIGHT, right)
    if left == right:
        show_note("Choose two payers.")
        return
    found = asked.parting(kb, about.question, left, right)
    st.html(f'<div class="pl pl-outline">{outline(found.sentences)}</div>')
    if found.agree:
        return
    st.subheader("Smallest changes that give the same outcome at both", anchor=False)
    for each in found.unite:
        name = kb.catalog.outcomes[each.want]
        if each.options:
            _show_changes(about, each, f"unite.{each.want}", f"Any one of these gives “{name}” at both:")
    none = [line for each in found.unite if not each.options for line in _why_none(kb, each)]
    if none:
        st.html(f'<div class="pl pl-outline">{outline([Line("Not achievable"), *none])}</div>')


def _why_none(kb: KnowledgeBase, found: asked.Changes) -> list[Line]:
    """An outcome that no change gives at both, and below it why."""
    at_both = f"“{kb.catalog.outcomes[found.want]}” at both"
    return [Line(at_both, 1, "-"), *(replace(line, depth=line.depth + 2) for line in found.sentences)]


# --- Export ------------------------------------------------------------------------------------------------


def _export(about: Asked) -> None:
    show_case_exports(about.kb, about.question, about.case.id)
