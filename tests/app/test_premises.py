"""Beside every answer stands what it rests on: assumptions, decisive readings, contradictions, what was written."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from payerlogic.comparison.result import party
from payerlogic.wording.case_answers import Sentences
from tests.app.conftest import APP, SECONDS, THIRD_PAYER, open_page, text_of
from tests.app.test_case import button

CONTRADICTS = f"""{THIRD_PAYER}
statement(acme, "A2", "Criteria", "sentence 2", "use after a resection is investigational", rule).
clause(acme, a2, "Use after resection").
met(acme, a2) :- case(resection, done).
concludes(acme, a2, experimental_investigational).
cites(acme, a2, "A2").
"""


def test_a_contradiction_names_both_clauses_and_what_would_settle_it(
    kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(CONTRADICTS, encoding="utf-8")
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.query_params.update({"f.primary_site": "brain", "f.age_years": "30", "f.resection": "done"})
    told = text_of(app.run())
    card = told.partition('aria-label="Acme Mutual"')[2].partition("</section>")[0]
    assert "Contradiction" in card
    assert "“Tumors of the brain” [A1] concludes medically necessary" in card
    assert "“Use after resection” [A2] concludes experimental or investigational" in card
    assert "ask the payer which of them prevails" in card


def test_a_denial_says_first_what_the_payer_is_presumed_to_find(app: AppTest) -> None:
    app.query_params.update({"f.primary_site": "breast", "f.device": "intrabeam"})
    told = text_of(app.run())
    verdict = told.partition('class="pl-verdict"')[2].partition("</p>")[0]
    assert "Assumes that the payer finds one of its evidence conditions" in verdict


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("t_category: cT4b", "T category: cT4b, read as T4"),
        ("t_category: ypT3", "T category: ypT3, read as unknown"),
        ("primary_site: C20", "primary site: C20, read as rectum"),
        ("margin_status: R1", "surgical margin: R1, read as positive"),
    ],
)
def test_what_was_written_stays_beside_what_it_was_read_as(app: AppTest, text: str, told: str) -> None:
    app.text_area(key="load.text").input(text).run()
    button(app, "Read the text")
    assert f"As written: {told}." in text_of(app)
    name, _, word = text.partition(": ")
    assert app.query_params[f"f.{name}"] in (word, [word])


def test_a_comparison_has_its_premises(app: AppTest, kb: KnowledgeBase) -> None:
    told = text_of(open_page(app, "compare"))
    premises = kb.compare(*kb.policies[:2]).premises.sentences()
    assert premises
    section = told.partition("<summary>What this rests on</summary>")[2].partition("</details>")[0]
    assert all(escape(line) in section for line in premises)


def test_a_table_says_how_it_was_decided(app: AppTest) -> None:
    from payerlogic.app.pages.tables.run import Upload, decide_table

    kb = KnowledgeBase.load()
    done = decide_table(kb, Upload("x.csv", b"primary_site\nbrain\n"), None, ["nia"], kb.settings())
    open_page(app, "batch")
    app.session_state["batch.done"] = kb.digest, done, None
    told = text_of(app.run())
    assert "Presumed, where a row does not state it: " in told
    assert "Readings not at their default: none. No other reading was tried." in told
    assert "Editions, by the date of service of each row: NIA_CG_226 from 2023-01-01." in told
    assert "Speaks of the rows of this table" in told


def test_a_comparison_of_a_table_says_how_each_side_was_decided(app: AppTest) -> None:
    from payerlogic.app.pages.tables.run import Upload, compare_table, decide_table

    kb = KnowledgeBase.load()
    table = Upload("x.csv", b"primary_site\nbrain\n")
    done = decide_table(kb, table, None, ["nia"], kb.settings())
    literal = kb.settings({"nia_fractions": "eligibility"}, presumptions=False)
    note = "b.csv: there is no column age_years, which a.csv has; unknown in those rows"
    compared = compare_table(kb, table, None, party(kb, "nia", literal), party(kb, "bcbsaz", kb.settings()))
    open_page(app, "batch")
    app.session_state["batch.done"] = kb.digest, done, replace(compared, impact=replace(compared.impact, notes=[note]))
    told = text_of(app.run()).rpartition('aria-label="Premises"')[2].partition("</section>")[0]
    assert f"<li>{note}</li>" in told
    assert "Nothing is presumed: what a row does not state is unknown." in told
    assert "Readings not at their default: nia_fractions=eligibility." in told
    assert "Presumed, where a row does not state it: " in told


# --- Why not, and what would unite two payers ------------------------------------------------------------------


RESECTED = {"primary_site": "rectum", "t_category": "T4", "margin_status": "negative", "disease_status": "primary"}
CHANGES_REST_ON = [
    # the case, the section, the payer and what is wanted, and how what the changes rest on begins
    (RESECTED, "Why not", "nia", "denied", "With no change of facts, another reading encoded here makes it denied:"),
    (RESECTED, "Why not", "nia", "denied", "Readings on which these changes depend:"),
    (RESECTED, "Why not", "nia", "denied", "Depends on readings (below): nia_"),
    (RESECTED, "Why not", "nia", "approved", "Depends on readings (below): nia_"),
    (RESECTED, "Why not", "bcbsaz", "approved", "Usual assumptions: "),
    (RESECTED, "Why the payers disagree", "nia", "denied", "Depends on readings (below): nia_"),
    (RESECTED, "Why the payers disagree", "nia", "denied", "Readings on which these changes depend:"),
    ({"primary_site": "breast", "device": "intrabeam"}, "Why not", "nia", "approved", "Depends on readings (below): "),
    ({"primary_site": "colon", "t_category": "T3"}, "Why not", "nia", "denied", "Depends on readings (below): "),
    ({"primary_site": "colon", "t_category": "T3"}, "Why not", "nia", "approved", "Usual assumptions: "),
]


@pytest.mark.parametrize(("facts", "section", "payer", "want", "told"), CHANGES_REST_ON)
def test_beside_the_changes_stands_what_they_rest_on(
    unopened: AppTest, facts: dict[str, str], section: str, payer: str, want: str, told: str
) -> None:
    unopened.query_params.update({f"f.{name}": value for name, value in facts.items()})
    unopened.query_params.update({"case.section": section, "case.payer": payer, "case.want": want})
    options = text_of(unopened.run()).partition("Any one of these gives")[2]
    assert options
    assert escape(told) in options


def test_all_that_the_command_line_says_below_the_changes_stands_on_the_page(
    unopened: AppTest, kb: KnowledgeBase
) -> None:
    unopened.query_params.update({f"f.{name}": value for name, value in RESECTED.items()})
    unopened.query_params.update({"case.section": "Why not", "case.payer": "nia", "case.want": "denied"})
    shown = re.sub(r"<[^>]+>", "", text_of(unopened.run()).partition("Any one of these gives")[2])
    answer = kb.why_not(RESECTED, "nia", "denied")
    lines = Sentences(kb, kb.read(RESECTED), kb.settings()).below_changes(answer)
    assert len(answer.readings) == 2
    assert [line for line in lines if escape(line.cited) not in shown] == []
