"""What stands below the determinations: why, why not, what to ask, where the payers disagree, what to export.

Only the section that is open is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import streamlit as st

from payerlogic.answers.contrast import Contrast
from payerlogic.answers.next_questions import Questions
from payerlogic.answers.why_not.search import WhyNot
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import CASES, answered, kept, why
from payerlogic.app.components import choose_policy, first_of, payer_of
from payerlogic.app.derivation_graph import show_graph
from payerlogic.app.downloads import show_case_exports
from payerlogic.app.html import escape, plain, show_note
from payerlogic.app.pages.case.baseline import show_try
from payerlogic.app.pages.case.canvas import show_canvas
from payerlogic.app.pages.case.checklist import show_checklist
from payerlogic.app.pages.case.outline import outline, show_outline
from payerlogic.app.pages.case.sections import ASK, CHECKLIST, EXPORT, PART, PAYER, SECTION, WHY, WHY_NOT, label_of
from payerlogic.app.pages.case.what_if import show_what_if
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.outcomes import OPEN
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import sentence
from payerlogic.wording.case_answers import ChangesInWords, Sentences
from payerlogic.wording.outline import Line
from payerlogic.wording.ranked_questions import over_all

TABS_KEY = "case.tabs"
WANT = url_state.declare("case.want")
FIX = url_state.declare("case.fix")
FREE = url_state.declare("case.free")
LEFT = url_state.declare("case.left")
RIGHT = url_state.declare("case.right")
SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """The case in question, without its name, and how it is asked."""

    kb: KnowledgeBase
    case: StatedCase
    settings: Settings
    name: str = ""


@dataclass(frozen=True)
class Ways:
    """An answer to why not, with each of its changes in words, and the lines to read below them."""

    answer: WhyNot
    words: tuple[ChangesInWords, ...]
    below: tuple[Line, ...]

    @classmethod
    def of(cls, kb: KnowledgeBase, answer: WhyNot) -> Ways:
        say = Sentences(kb, answer.case, answer.settings)
        changes = zip(answer.changes, answer.grounds, strict=True)
        words = tuple(say.changes(each, answer.policies, grounds) for each, grounds in changes)
        return cls(answer, words, tuple(say.below_changes(answer) if words else say.unreachable(answer)))


def show_sections(about: Asked, first: Callable[[], None]) -> None:
    """The sections, one at a time; which one is open belongs to the address. ``first`` stands above what it shows."""
    sections: dict[str, Callable[[Asked], None]] = {WHY: _why, WHY_NOT: _why_not, ASK: _ask}
    if len(about.kb.policies) > 1:
        sections[PART] = _part
    sections[CHECKLIST] = lambda each: show_checklist(each.kb, each.case, each.settings)
    sections[EXPORT] = _export
    chosen = url_state.recall(SECTION, list(sections), WHY)
    agree = _agree(about)
    names = {label_of(name, agree=agree): name for name in sections}
    label = label_of(chosen, agree=agree)
    if st.session_state.get(TABS_KEY) != label:
        st.session_state[TABS_KEY] = label
    with st.container(key="sections"):
        tabs = st.tabs(list(names), key=TABS_KEY, on_change=_remember_section, args=(names,))
    for tab, (name, show) in zip(tabs, sections.items(), strict=True):
        if name == chosen:
            with tab:
                first()
                show(about)


def _agree(about: Asked) -> bool:
    """Whether all payers are decided with one outcome."""
    found = answered(about.kb, about.case, about.settings).determinations.values()
    return len({each.outcome for each in found}) == 1 and all(each.outcome != OPEN for each in found)


def _remember_section(names: Mapping[str, str]) -> None:
    url_state.remember(SECTION, names[str(st.session_state[TABS_KEY])])


# --- Why -------------------------------------------------------------------------------------------------


def _why(about: Asked) -> None:
    policy = choose_policy(about.kb, PAYER, _first_denying(about), "Payer")
    lines = why(about.kb, about.case, about.settings, policy)
    st.subheader("In words", anchor=False)
    st.html(
        '<div class="pl pl-outline pl-rationale" tabindex="0" role="region" aria-label="Rationale">'
        f"{outline(about.kb, lines)}</div>"
    )
    st.subheader("As a graph", anchor=False)
    show_graph(about.kb, about.case, about.settings, policy)


# --- Why not ---------------------------------------------------------------------------------------------


def _why_not(about: Asked) -> None:
    kb = about.kb
    show_what_if(kb, about.case, about.settings)
    st.subheader("Smallest changes", anchor=False)
    show_note("Every smallest set of changes that would change a payer's answer. Each was decided again.")
    left, right = st.columns(2)
    with left:
        policy = choose_policy(kb, PAYER, _first_denying(about), "Payer")
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
    found = _ways(kb, about.case, about.settings, policy, want, tuple(fix), tuple(free))
    if found.words:
        _show_changes(about, found, "whynot", f"Any one of these gives “{_want_in_words(kb, want)}”:")
        return
    show_outline(kb, Sentences(kb, about.case, about.settings).why_not(found.answer))
    if not found.answer.already:
        show_note("Under “Limit the changes” you can allow fixed facts to change, to see what would have to differ.")


@kept(CASES, "Looking for the smallest changes")
def _ways(
    kb: KnowledgeBase,
    case: StatedCase,
    settings: Settings,
    policy: str,
    want: str,
    fix: tuple[str, ...],
    free: tuple[str, ...],
) -> Ways:
    """Every minimal set of changes after which ``policy`` gives ``want``."""
    return Ways.of(kb, kb.why_not(case, policy, want, settings, fix=fix, free=free))


def _first_denying(about: Asked) -> str:
    """The payer whose answer is furthest from the best outcome: most likely the one asked about."""
    order = list(about.kb.catalog.outcomes)
    found = answered(about.kb, about.case, about.settings).determinations
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


def _show_changes(about: Asked, found: Ways, key: str, title: str) -> None:
    """The changes, each with a way to try it, and what they rest on."""
    st.html(f'<p class="pl"><strong>{escape(title)}</strong></p>')
    ways = list(enumerate(zip(found.words, found.answer.changes, strict=True), 1))
    for number, (words, changes) in first_of(ways, SHOWN, f"{key}.all", "way"):
        with st.container(border=True):
            st.html(_option(number, words))
            show_try(about.kb, about.case, changes, f"{key}.{number}")
    if found.below:
        show_outline(about.kb, found.below, SHOWN)


def _option(number: int, words: ChangesInWords) -> str:
    then = f'<br><span class="pl-quiet">Then: {escape("; ".join(words.then))}</span>' if words.then else ""
    rests_on = "".join(f'<br><span class="pl-quiet">{escape(each)}</span>' for each in words.rests_on)
    return (
        f'<p class="pl pl-option"><strong>{number}. {escape(sentence(words.what))}</strong><br>'
        f'<span class="pl-quiet">{escape(sentence(words.kinds))}.</span>{then}{rests_on}</p>'
    )


# --- What to ask -----------------------------------------------------------------------------------------


def _ask(about: Asked) -> None:
    kb = about.kb
    asked, together = _questions(kb, about.case, about.settings)
    if together:
        show_outline(kb, over_all(kb.vocabulary, together), SHOWN)
    for each in asked:
        st.subheader(payer_of(kb)(each.policy), anchor=False)
        show_outline(kb, Sentences(kb, about.case, about.settings).questions(each), 3)


@kept(CASES, "Ranking the questions")
def _questions(
    kb: KnowledgeBase, case: StatedCase, settings: Settings
) -> tuple[tuple[Questions, ...], tuple[tuple[str, Fraction], ...]]:
    """What to ask at every policy, and over all of them the share that each fact settles."""
    asked = tuple(kb.ask(case, policy, settings) for policy in kb.policies)
    return asked, kb.best_questions(asked)


# --- Why the payers disagree --------------------------------------------------------------------------------


def _part(about: Asked) -> None:
    kb = about.kb
    left, right = kb.policies[0], kb.policies[1]
    if len(kb.policies) > 2:
        columns = st.columns(2)
        with columns[0]:
            left = choose_policy(kb, LEFT, left, "One payer")
        with columns[1]:
            right = choose_policy(kb, RIGHT, right, "The other payer")
    if left == right:
        show_note("Choose two different payers.")
        return
    found, unite = _contrast(kb, about.case, about.settings, left, right)
    st.subheader("Both derivations", anchor=False)
    show_canvas(kb, found, about.name)
    st.subheader("Clause by clause", anchor=False)
    usual = map(Line, found.premises.usual_sentences)
    show_outline(kb, [*Sentences(kb, about.case, about.settings).sides(found), *usual])
    if found.agree:
        return
    st.subheader("Smallest changes that give the same outcome at both", anchor=False)
    none = []
    for each in unite:
        name = kb.catalog.outcomes[each.answer.want]
        if each.words:
            _show_changes(about, each, f"unite.{each.answer.want}", f"Any one of these gives “{name}” at both:")
        else:
            none += [Line(f"“{name}” at both", 1, "-"), *(replace(line, depth=line.depth + 2) for line in each.below)]
    if none:
        show_outline(kb, [Line("Not achievable"), *none])


@kept(CASES, "Comparing clause by clause")
def _contrast(
    kb: KnowledgeBase, case: StatedCase, settings: Settings, left: str, right: str
) -> tuple[Contrast, tuple[Ways, ...]]:
    """Why two policies disagree on the case, and for each outcome what would unite them."""
    found = kb.contrast(case, left, right, settings)
    return found, tuple(Ways.of(kb, each) for each in found.unite)


# --- Export ------------------------------------------------------------------------------------------------


def _export(about: Asked) -> None:
    show_case_exports(about.kb, about.case, about.settings, about.name)
