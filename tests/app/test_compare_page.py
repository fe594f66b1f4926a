"""The Compare page without a browser: what it tells comes from the comparison, and its choices from the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from payerlogic.documents.comparison_report import Report
from tests.app.conftest import APP, SECONDS, open_page, text_of
from tests.support.folders import without_policies

LEFT, RIGHT = "choice.compare.left", "choice.compare.right"
LEFT_READ, RIGHT_READ = "choice.compare.left_reading", "choice.compare.right_reading"
RELATION, CELL = "choice.compare.relation", "choice.compare.cell"
Compare = Callable[..., AppTest]


@pytest.fixture
def compare(app: AppTest) -> Compare:
    """Opens the page with what is chosen, as an address would choose it."""

    def opened(**chosen: object) -> AppTest:
        keys = {"left": LEFT, "right": RIGHT, "left_reading": LEFT_READ, "right_reading": RIGHT_READ}
        keys |= {"relation": RELATION, "cell": CELL}
        for name, value in chosen.items():
            app.session_state[keys.get(name, name)] = value
        open_page(app, "compare")
        assert not app.exception, app.exception
        return app

    return opened


def regions(app: AppTest) -> list[int]:
    """The regions that are told, by number."""
    return [int(each) for each in re.findall(r'data-region="(\d+)"', text_of(app))]


def region_cards(report: Report, relation: str) -> list[int]:
    return [each.number for pair in report.pairs if pair.pair.relation == relation for each in pair.regions]


def test_the_summary_is_that_of_the_report(compare: Compare, kb: KnowledgeBase) -> None:
    app = compare(left="nia", right="bcbsaz")
    report = Report.of(kb, kb.compare("nia", "bcbsaz"))
    shown = text_of(app)
    for line in report.summary:
        assert line.replace("'", "&#x27;") in shown
    assert "Whatever is approved by BCBSAZ is approved by NIA too, for cases that agree with the presumptions" in shown


def test_a_relation_filters_the_regions(compare: Compare, kb: KnowledgeBase) -> None:
    report = Report.of(kb, kb.compare("nia", "bcbsaz"))
    assert regions(compare(left="nia", right="bcbsaz", relation=["process"])) == region_cards(report, "process")


def test_a_cell_opens_the_regions_that_reach_it(compare: Compare) -> None:
    app = compare(left="nia", right="bcbsaz", cell="breast.electron_beam")
    assert "Breast: electron beam" in [each.value for each in app.subheader]
    told = text_of(app)
    assert re.search(r"data-region=.*primary site.*breast", told, re.IGNORECASE)
    assert "[N10]" in told
    assert "[B18]" in told
    assert len(regions(app)) < 12


def test_a_region_loads_its_witness(compare: Compare, kb: KnowledgeBase) -> None:
    app = compare(left="nia", right="bcbsaz", cell="breast.electron_beam", relation=["conflict"])
    [number] = regions(app)
    report = Report.of(kb, kb.compare("nia", "bcbsaz"))
    region = next(each for pair in report.pairs for each in pair.regions if each.number == number)
    app.button(key=f"load.cell.breast.electron_beam.{number}").click().run()
    assert not app.exception
    assert app.session_state["fact.primary_site"] == "breast"
    facts = region.region.witness.facts
    assert {name: app.session_state[f"fact.{name}"] for name in ("t_category", "modality")} == {
        name: facts[name] for name in ("t_category", "modality")
    }


def test_versions_of_one_policy(compare: Compare) -> None:
    app = compare(left="bcbsaz@2022-09-19", right="bcbsaz@2023-09-21")
    assert "BCBSAZ (2022-09-19) and BCBSAZ (2023-09-21) compared" in [each.value for each in app.header]


def test_one_policy_under_two_readings(compare: Compare) -> None:
    app = compare(left="nia", right="nia", right_reading=["nia_breast_tis=tis_as_alternative"])
    assert "nia_breast_tis=tis_as_alternative" in text_of(app)
    assert "conflict" in text_of(app)


def test_the_same_twice_says_what_to_do(compare: Compare) -> None:
    app = compare(left="nia", right="nia")
    assert "so they never disagree" in text_of(app)
    assert not app.header


def test_switched_readings_tell_what_is_gone_and_what_is_new(compare: Compare) -> None:
    app = compare(**{"left": "nia", "right": "bcbsaz", "reading.bcbsaz_rectal_scope": "any_of_the_three"})
    assert "What the changed readings change" in [each.value for each in app.header]
    told = text_of(app)
    assert re.search(r"Gone: [0-9.]+ % of the cells were in conflict", told)
    assert re.search(r"New: [0-9.]+ % of the cells are in conflict", told)
    assert "reading.bcbsaz_rectal_scope" in app.session_state


def test_readings_that_move_nothing_say_so(compare: Compare) -> None:
    app = compare(**{"left": "nia", "right": "bcbsaz", "reading.bcbsaz_final_approval": "premarket_approval_only"})
    assert "No case changes its pair of classes" in text_of(app)


def test_readings_of_another_policy_go_with_it(compare: Compare) -> None:
    app = compare(left="nia", right="bcbsaz", right_reading=["bcbsaz_recurrent=any_recurrence"])
    app.selectbox(key=RIGHT).select("nia").run()
    assert not app.exception
    assert app.session_state[RIGHT_READ] == []
    assert "so they never disagree" in text_of(app)


@pytest.mark.parametrize(
    ("written", "party"),
    [
        ("bcbsaz@20220919", "bcbsaz@2022-09-19"),
        ("bcbsaz@2022-09-19", "bcbsaz@2022-09-19"),
        ("BCBSAZ@20230101", "bcbsaz@2023-01-01"),
        ("NIA", "nia"),
    ],
)
def test_a_party_is_read_as_the_command_reads_it(compare: Compare, written: str, party: str) -> None:
    app = compare(left=written, right="bcbsaz")
    assert app.session_state[LEFT] == party


def test_swap(compare: Compare) -> None:
    app = compare(left="nia", right="bcbsaz")
    next(each for each in app.button if each.label == "Swap the sides").click().run()
    assert [app.session_state[LEFT], app.session_state[RIGHT]] == ["bcbsaz", "nia"]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"left": "acme"}, "there is no &#x27;acme&#x27;"),
        ({"left": "<script>alert(1)</script>"}, "&lt;script&gt;"),
        ({"cell": "moon.cheese"}, "there is no &#x27;moon.cheese&#x27;"),
        ({"relation": ["enmity"]}, "there is no &#x27;enmity&#x27;"),
        ({"left_reading": ["nia_fractions=never"]}, "there is no &#x27;nia_fractions=never&#x27;"),
    ],
    ids=str,
)
def test_what_cannot_be_chosen_is_told_and_left_out(compare: Compare, chosen: dict[str, object], told: str) -> None:
    app = compare(**chosen)
    assert told in text_of(app)
    assert "<script>" not in text_of(app)
    assert any("compared" in each.value for each in app.header)


def test_an_address_names_a_day_that_begins_no_edition(compare: Compare) -> None:
    app = compare(left="bcbsaz@2023-01-15", right="bcbsaz")
    assert any("2023-01-15" in each.value for each in app.header)


def test_a_third_payer_is_compared(app_with_third_payer: AppTest) -> None:
    app = app_with_third_payer
    app.session_state[LEFT], app.session_state[RIGHT] = "acme", "nia"
    open_page(app, "compare")
    assert not app.exception
    assert "Acme Mutual and NIA compared" in [each.value for each in app.header]


def test_policies_that_ask_for_neither_site_nor_modality(
    kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """\
payer({0}, "{0} (made up)"). policy({0}, {0}, iort, "{0}", "By age").
version({0}, 20200101, "first").
statement({0}, "S1", "Criteria", "first", "from {1} years", rule).
bound(age_years, at_least, {1}).
clause({0}, a, "From {1} years").
met({0}, a) :- at_least(age_years, {1}).
concludes({0}, a, medically_necessary).
cites({0}, a, "S1").
clause({0}, b, "All others").
otherwise({0}, b).
met({0}, b) :- not met({0}, a).
concludes({0}, b, investigational_not_medically_necessary).
cites({0}, b, "S1").
"""
    folder = copytree(kb_folder, tmp_path / "kb")
    without_policies(folder)
    for name, years in (("elm", 40), ("oak", 50)):
        (folder / "policies" / f"{name}.lp").write_text(text.format(name, years), encoding="utf-8")
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    app = open_page(AppTest.from_file(str(APP), default_timeout=SECONDS).run(), "compare")
    assert not app.exception
    assert len(regions(app)) == 3
    assert "age (years): 40 to 49" in text_of(app).lower()


def test_readings_of_either_side_go_with_a_case(compare: Compare) -> None:
    app = compare(left="nia", right="bcbsaz", right_reading=["bcbsaz_recurrent=any_recurrence"], relation=["conflict"])
    app.button(key="load.all.1").click().run()
    assert not app.exception
    assert app.session_state["reading.bcbsaz_recurrent"] == "any_recurrence"


def test_where_one_text_is_read_in_two_ways_each_side_has_its_own_case(compare: Compare) -> None:
    app = compare(left="nia", right="nia", right_reading=["nia_breast_tis=tis_as_alternative"])
    app.button(key="load.all.1.right").click().run()
    assert not app.exception
    assert app.session_state["reading.nia_breast_tis"] == "tis_as_alternative"


# --- Editions on a time line ---------------------------------------------------------------------------------


def test_the_handles_of_the_time_line_choose_the_editions(compare: Compare) -> None:
    app = compare(left="bcbsaz@2022-09-19", right="bcbsaz@2023-09-21")
    [line] = app.select_slider
    assert line.value == ("bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    line.set_range("bcbsaz@2023-09-21", "bcbsaz@2024-09-03").run()
    assert not app.exception
    assert [app.session_state[LEFT], app.session_state[RIGHT]] == ["bcbsaz@2023-09-21", "bcbsaz@2024-09-03"]
    assert "BCBSAZ (2023-09-21) and BCBSAZ (2024-09-03) compared" in [each.value for each in app.header]


def test_what_was_revised_stands_in_a_table_and_a_button_drops_the_presumption_that_hides_it(compare: Compare) -> None:
    app = compare(left="bcbsaz@2022-09-19", right="bcbsaz@2023-09-21")
    shown = text_of(app)
    assert "What was added, removed and changed" in shown
    assert "Hidden by the presumption" in shown
    assert "conflicting outcomes in 0 %" in shown
    app.button(key="without.bcbsaz_evidence_finding").click().run()
    assert not app.exception
    assert "give the same outcome in 100 %" not in text_of(app)
    assert "process" in text_of(app)
    app.button(key="without.bcbsaz_evidence_finding").click().run()
    assert "give the same outcome in 100 %" in text_of(app)


def test_editions_are_one_click_away(compare: Compare) -> None:
    app = compare(left="nia", right="bcbsaz")
    app.session_state["choice.compare.mode"] = "two"
    app.segmented_control(key="choice.compare.mode").set_value("editions").run()
    assert not app.exception
    assert [app.session_state[LEFT], app.session_state[RIGHT]] == ["bcbsaz@2023-09-21", "bcbsaz@2024-09-03"]


# --- A cell, and three and more policies ---------------------------------------------------------------------


def test_a_reading_beside_a_cell_shows_what_it_comes_to(compare: Compare) -> None:
    app = compare(left="nia", right="bcbsaz", cell="rectum.electron_beam")
    assert "Conflict here: <strong>28.6 %</strong>" in text_of(app)
    app.toggle(key="toggle.nia_closure.own_section_only").set_value(True).run()
    assert not app.exception
    assert app.session_state["reading.nia_closure"] == "own_section_only"
    assert "Conflict here: <strong>28.6 % to 0 %</strong>" in text_of(app)
    app.toggle(key="toggle.nia_closure.own_section_only").set_value(False).run()
    assert "Conflict here: <strong>28.6 %</strong>" in text_of(app)


def test_three_editions_and_policies_at_once(compare: Compare) -> None:
    app = compare(
        **{"choice.compare.mode": "several", "choice.compare.policies": ["nia", "bcbsaz", "bcbsaz@2022-09-19"]}
    )
    shown = text_of(app)
    assert "NIA, BCBSAZ and BCBSAZ (2022-09-19) compared" in [each.value for each in app.header]
    assert {"Who approves what", "Two by two", "Who is stricter than whom"} <= {each.value for each in app.header}
    assert "approve the same cases (proved)" in shown
    app.multiselect(key="choice.compare.policies").set_value(["nia", "bcbsaz"]).run()
    assert "Choose three or more" in text_of(app)
