"""The criteria in play as a table: a row a fact, a column a payer, what is not met first. Each opens its rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import CASES, POLICIES, explained, kept
from payerlogic.app.citations import link
from payerlogic.app.components import STYLE, code, table
from payerlogic.app.html import escape, show_note
from payerlogic.app.pages.case.jump import Jump, follow_links, jumps
from payerlogic.cases.case import StatedCase
from payerlogic.documents.policy_outline import rules_of_clause
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import joined, sentence
from payerlogic.wording.checklist import Check, ChecklistRow, checklist
from payerlogic.wording.marks import MARKS, WORDS


@kept(CASES, "Collecting the criteria")
def _rows(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> list[ChecklistRow]:
    return checklist(kb, {policy: explained(kb, case, settings, policy) for policy in kb.policies})


def show_checklist(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> None:
    """The table; in words where no criterion is in play."""
    rows = _rows(kb, case, settings)
    if not rows:
        show_note("No criterion of a clause is in play: what decides stands under Why.")
        return
    st.html(STYLE)
    jump = jumps(kb)
    payers = [kb.catalog.called(each) for each in kb.policies]
    body = [
        (_fact(row), ["".join(_checks(kb, jump, policy, row.checks.get(policy, []))) for policy in kb.policies])
        for row in rows
    ]
    caption = (
        "Criteria of the clauses that no fixed fact rules out, as the edition of the day has them, what is not met "
        "first. Of alternatives, one is enough. Each opens its rule."
    )
    st.html(f'<div class="pl">{table(caption, ["Fact", *payers], body, "pl-checklist")}</div>')
    follow_links(kb)


def _fact(row: ChecklistRow) -> str:
    return f'{escape(sentence(row.about))}<br><span class="pl-quiet">{escape(row.now)}</span>'


def _checks(kb: KnowledgeBase, jump: Jump, policy: str, checks: Sequence[Check]) -> Iterator[str]:
    """What clauses need of one fact; those that need the same stand together, and open their rules."""
    groups: dict[tuple[str, str, str], list[Check]] = {}
    for each in checks:
        groups.setdefault((each.status, each.needed, each.how), []).append(each)
    for (status, needed, how), group in groups.items():
        titles = joined(f"“{each.clause}”" for each in group)
        rules = "".join(f"{_rule(kb, policy, each.clause_id)}{_way(*jump(policy, each.node))}" for each in group)
        yield (
            f'<details class="pl-check"><summary>{_status(status)}: needs {escape(needed)} <span class="pl-quiet">'
            f"{escape(f'{how} {titles}')}</span></summary>{rules}</details>"
        )


def _way(href: str, target: str) -> str:
    return f'<p><a class="pl-jump" href="{escape(href)}" data-jump="{escape(target)}">Show it in the graph</a></p>'


@kept(POLICIES * POLICIES)
def _rule(kb: KnowledgeBase, policy: str, clause: str) -> str:
    """A clause as its policy has it: the text in our words, where that stands, and the rules."""
    book = kb.catalog.policies[policy]
    found = book.clauses[clause]
    paraphrases = "".join(
        f"<li>{escape(sentence(book.statements[each].paraphrase))}. "
        f'<span class="pl-quiet">[{link(kb, kb.catalog.citation(policy, (each,)), policy=policy)}]</span></li>'
        for each in found.statements
    )
    rules = "".join(code(each.where, each.text) for each in rules_of_clause(kb, policy, clause))
    return f"<h4>{escape(found.title)}</h4><ul>{paraphrases}</ul>{rules}"


def _status(status: str) -> str:
    mark = f'<span aria-hidden="true">{escape(MARKS[status])}</span>'
    return f'<span class="pl-status-{escape(status)}">{mark} {escape(WORDS[status])}</span>'
