"""The Consistency page from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import settings_panel, url_state
from payerlogic.app.components import (
    STYLE,
    choose_policy,
    choose_some,
    first_of,
    is_opened,
    show_intro,
    show_link,
    show_premises,
    table,
)
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.findings import findings, name_of
from payerlogic.app.html import escape, show_note
from payerlogic.app.pages.consistency.clause_graph import graph_of, show_graph
from payerlogic.app.pages.consistency.finding_card import LEVEL_MARKS, OPENED, level_badge, show_finding
from payerlogic.consistency.baseline import CheckedPolicy
from payerlogic.consistency.causes import causes
from payerlogic.consistency.clause_graph import OTHERWISE, holds_when
from payerlogic.consistency.finding import Finding
from payerlogic.documents import render
from payerlogic.text.phrases import plural
from payerlogic.wording.findings import KINDS, LEVELS, in_lines, level, title

POLICY = url_state.declare("consistency.policy")
KIND = url_state.declare("consistency.kind")
LEVEL = url_state.declare("consistency.level")
BY_DEFAULT = url_state.declare("consistency.by_default")
FIXED = url_state.declare("consistency.as_read")
SEARCH = url_state.declare("consistency.search")
FIRST = 15
MORE, OTHERS = "consistency.more", "consistency.others"
SPACE = (
    "Speaks of every complete case past the policy's gates, in every edition, with nothing assumed about it; under "
    "every reading encoded here, except where a finding names the readings it needs."
)


def show(context: Context) -> None:
    """The page."""
    kb = context.kb
    st.html(STYLE)
    st.title("Is a policy consistent?", anchor=False)
    show_intro(
        "One policy over every complete case past its gates: contradictions, gaps, clauses that can never apply, "
        "terms left undefined. Each finding has an example that was decided again, or a proof."
    )
    policy = choose_policy(kb, POLICY)
    readings = _choose_readings(kb, policy)
    found = findings(kb, policy, readings)
    _show_counts(kb, found)
    _show_files(kb, policy, found)
    if not found:
        show_note("No findings: no clause contradicts another, none is dead or redundant, and every case gets a class.")
    else:
        _show_found(context, policy, readings, found, _filter(kb, found))
    show_link(kb, "consistency")


def _choose_readings(kb: KnowledgeBase, policy: str) -> tuple[tuple[str, str], ...]:
    """None held fixed, or all of the policy's as they are chosen now."""
    is_fixed = st.toggle(
        "Use only the readings chosen now",
        key=url_state.choice(FIXED, None, False),
        persist_state="session",
        help="Off: findings under any reading encoded here, with the readings under which each holds. "
        "On: only the readings chosen now.",
    )
    if not is_fixed:
        return ()
    settings_panel.show_asking(kb)
    now = settings_panel.readings_now(kb)
    own = [each for each in kb.catalog.readings.values() if each.concerns(policy)]
    return tuple((each.id, now.get(each.id, each.default)) for each in own)


# --- Counts and files -----------------------------------------------------------------------------------------


def _show_counts(kb: KnowledgeBase, found: Sequence[Finding]) -> None:
    st.header(plural(len(found), "finding"), anchor=False)
    rows = []
    for kind in KINDS:
        levels = [level(kb.catalog, each) for each in found if each.kind == kind]
        counts = " ".join(
            f"{level_badge(name)} {levels.count(name)}" for name in LEVEL_MARKS if levels.count(name)
        )  # the gravest first
        rows.append((escape(KINDS[kind].title), (escape(KINDS[kind].meaning), counts or "none")))
    st.html(f'<div class="pl">{table("By kind", ("kind", "what it is", "how many"), rows)}</div>')
    show_note(LEVELS)
    show_premises([SPACE])


def _show_files(kb: KnowledgeBase, policy: str, found: Sequence[Finding]) -> None:
    files = [
        Download("All findings (JSON)", f"check-{policy}.json", partial(_file, kb, found, False)),
        Download("For code scanning (SARIF)", f"check-{policy}.sarif", partial(_file, kb, found, True)),
    ]
    show_downloads(files, "consistency-files")


def _file(kb: KnowledgeBase, found: Sequence[Finding], as_sarif: bool) -> bytes:
    return render(CheckedPolicy(tuple(found)), "sarif" if as_sarif else "json", kb)


# --- Filter and list --------------------------------------------------------------------------------------------


def _filter(kb: KnowledgeBase, found: Sequence[Finding]) -> list[Finding]:
    counts = Counter(each.kind for each in found)
    titles = {kind: f"{each.title} {counts[kind]}" for kind, each in KINDS.items() if counts[kind]}
    kinds = choose_some("Kinds", titles, KIND, "Choose none to see all.", KINDS)
    left, middle, right = st.columns((2, 2, 3), vertical_alignment="bottom")
    with left:
        marks = {name: f"{mark} {name}" for name, mark in LEVEL_MARKS.items()}
        levels = choose_some("Severity", marks, LEVEL, "Choose none to see all.")
    with middle:
        by_default = st.toggle(
            "Only findings under the default readings",
            key=url_state.choice(BY_DEFAULT, None, False),
            persist_state="session",
            help="Hides findings that need a reading other than the default.",
        )
    with right:
        words = st.text_input(
            "Containing these words",
            key=url_state.choice(SEARCH, None, ""),
            persist_state="session",
            placeholder="words, or the name of a clause",
        )

    def is_wanted(finding: Finding) -> bool:
        text = " ".join((*in_lines(kb, finding), *finding.clauses)).casefold()
        return (
            (not kinds or finding.kind in kinds)
            and (not levels or level(kb.catalog, finding) in levels)
            and (not by_default or holds_when(kb, finding) != OTHERWISE)
            and all(word in text for word in words.casefold().split())
        )

    return [each for each in found if is_wanted(each)]


def _show_found(
    context: Context,
    policy: str,
    fixed: tuple[tuple[str, str], ...],
    found: Sequence[Finding],
    chosen: Sequence[Finding],
) -> None:
    """What holds by default, then, folded, what other readings bring. An opened finding is shown whatever the filters
    leave out, and a part that is folded opens for it."""
    opened = url_state.recall(OPENED, [*map(name_of, found), ""], "")
    first = next((each for each in found if name_of(each) == opened), None)
    st.subheader(f"{len(chosen)} of {plural(len(found), 'finding')} shown", anchor=False)
    if not chosen:
        show_note("No finding matches. Choose fewer filters, or clear the words.")
        if first is None:
            return
    if chosen:
        _show_all_clauses(context.kb, policy, chosen)
    shown = [*([first] if first is not None and first not in chosen else []), *chosen]
    numbers = {id(each): number for number, each in enumerate(found, 1)}
    cards = _FindingCards(context, policy, fixed, numbers, first)
    cards.show_default([each for each in shown if each.by_default])
    cards.show_others([each for each in shown if not each.by_default])


def _show_all_clauses(kb: KnowledgeBase, policy: str, chosen: Sequence[Finding]) -> None:
    with st.expander("The clauses of these findings, and how they relate", key="consistency.graph",
                     on_change="rerun") as panel:  # fmt: skip
        if panel.open:
            show_graph(*graph_of(kb, policy, tuple(chosen)), "consistency.all")


@dataclass(frozen=True)
class _FindingCards:
    """The cards of one policy's findings; ``fixed`` are the readings that were held fixed, ``first``
    is the one that is opened."""

    context: Context
    policy: str
    fixed: tuple[tuple[str, str], ...]
    numbers: Mapping[int, int]
    first: Finding | None

    def show_default(self, findings: Sequence[Finding]) -> None:
        """The gravest first."""
        st.subheader(f"By default: {plural(len(findings), 'finding')}", anchor=False)
        ranks = list(LEVEL_MARKS)
        ranked = sorted(findings, key=lambda each: ranks.index(level(self.context.kb.catalog, each)))
        in_view = ranked if is_opened(MORE, self.policy) else ranked[:FIRST]
        first = self.first
        if first is not None and first in findings and first not in in_view:
            ranked = [first, *(each for each in ranked if each is not first)]
        for each in first_of(ranked, FIRST, MORE, "finding", of=self.policy):
            self._show(each)

    def show_others(self, findings: Sequence[Finding]) -> None:
        """By the readings that bring them: whoever settles the reading settles all of these."""
        if not findings:
            return
        count = plural(len(findings), "finding")
        st.subheader(f"Only under other readings: {count}", anchor=False)
        wanted = name_of(self.first) if self.first is not None and self.first in findings else ""
        if wanted and st.session_state.get(f"{OTHERS}.of") != wanted:
            st.session_state[OTHERS] = True
        st.session_state[f"{OTHERS}.of"] = wanted
        with st.expander(f"Show {count}", key=OTHERS, on_change="rerun") as panel:
            if not panel.open:
                return
            for cause in causes(findings):
                st.html(
                    f'<div class="pl"><p><strong>{escape(title(self.context.kb.catalog, cause))}</strong></p></div>'
                )
                for each in cause.findings:
                    self._show(each)

    def _show(self, finding: Finding) -> None:
        show_finding(self.context, finding, self.numbers[id(finding)], opened=finding is self.first, fixed=self.fixed)
