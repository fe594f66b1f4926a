"""The Case page without a browser: what still matters, what-if, why not, what to ask, why payers disagree, files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from payerlogic.app.case_form_state import UNKNOWN
from tests.app.conftest import open_form, open_page, open_section, text_of
from tests.app.test_app import outcomes

Load = Callable[[AppTest, str], AppTest]
EARLY_BREAST = "Early breast cancer, electron"


def button(app: AppTest, start: str) -> AppTest:
    """Press the first button whose label begins so."""
    return next(each for each in app.button if each.label.startswith(start)).click().run()


def link(app: AppTest) -> dict[str, list[str]]:
    """The parameters of the address."""
    return {name: value if isinstance(value, list) else [value] for name, value in app.query_params.items()}


# --- What still matters ------------------------------------------------------------------------------------


def test_what_no_longer_matters_is_grey_with_the_reason_and_can_still_be_stated(
    app: AppTest, load_example: Load, kb: KnowledgeBase
) -> None:
    open_form(load_example(app, EARLY_BREAST))
    assert "No longer matters: BCBSAZ and NIA are settled without it." in text_of(app)
    assert ".st-key-fact-centrality label p" in text_of(app)
    assert not app.selectbox(key="fact.centrality").disabled
    app.selectbox(key="fact.centrality").select("central").run()
    assert ".st-key-fact-centrality label p" not in text_of(app), "what is stated can be corrected"


def test_the_next_best_question_is_marked_and_gone_once_it_is_answered(app: AppTest, load_example: Load) -> None:
    load_example(app, "Early breast cancer, age not stated")
    assert "Ask next: <strong>Age</strong> (settles 100 %" in text_of(app)
    assert "Ask this next: its answer settles 100 % of what is still possible." in text_of(app)
    app.text_input(key="fact.age_years").input("50").run()
    assert "Ask next" not in text_of(app)


def test_what_is_presumed_or_follows_is_told_beside_the_field(app: AppTest, kb: KnowledgeBase) -> None:
    open_form(app)
    app.selectbox(key="fact.device").select("mobetron").run()
    assert "Follows from what is stated: electron beam." in text_of(app)
    assert "Presumed: the tumor is treated as a cancer" in text_of(app)


def test_the_next_question_is_answered_in_place_and_taken_back(app: AppTest, load_example: Load) -> None:
    load_example(app, "Early breast cancer, age not stated")
    labels = [each.label for each in app.button if str(each.key).startswith("answer.")]
    assert labels == ["49 or less → ✗ denied", "50 or more → ✓ approved"]
    button(app, "50 or more")
    assert outcomes(app) == ["denied", "approved"]
    button(app, "Undo: age")
    assert outcomes(app) == ["denied", "open"]
    assert app.text_input(key="fact.age_years").value == ""


def test_each_answer_leads_where_it_says(app: AppTest, kb: KnowledgeBase) -> None:
    """Whatever button of the first questions is pressed, the outcomes are those that stand on it."""
    button(app, "Start empty")
    for _ in range(6):
        answers = [each for each in app.button if str(each.key).startswith("answer.") and "→" in each.label]
        if not answers:
            break
        chosen = answers[0]
        told = chosen.label.partition(" → ")[2]
        was = outcomes(app)
        chosen.click().run()
        now = [after for before, after in zip(was, outcomes(app), strict=True) if before == "open"]
        words = {**kb.catalog.outcomes, "open": "open"}
        assert all(words[each].lower() in told for each in now), (told, now)
    else:
        return
    assert "open" not in outcomes(app)


def test_another_value_gives_the_outcome_that_stands_on_it(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    open_section(app, "Why not")
    found = {str(each.key): each.label for each in app.button if str(each.key).startswith("whatif-")}
    assert "49 or less → NIA: ✗ denied" in found.values()
    assert "close (and 2 more) → NIA: ✗ denied" in found.values()
    button(app, "49 or less")
    assert outcomes(app) == ["denied", "denied"]
    assert "Age: 49 years (was 62 years)" in text_of(app)


def test_the_checklist_has_what_is_not_met_first_and_the_threshold(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    app.text_input(key="fact.age_years").input("45").run()
    told = text_of(open_section(app, "Checklist"))
    assert "needs 50 or more" in told
    assert told.index("needs 50 or more") < told.index("needs Tis (in situ) or T1")
    assert "uterine cervix" not in told, "nobody checks the criteria of another site"


def test_a_row_of_the_checklist_opens_its_rule_and_leads_to_its_node(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    app.text_input(key="fact.age_years").input("45").run()
    page = text_of(open_section(app, "Checklist"))
    row = page[page.index("needs 50 or more") :]
    assert "invasive cancer at an age of 50 or more" in row.lower(), "the text in our words"
    assert 'data-cite="nia|N12"' in row, "a citation opens the drawer"
    assert "met(nia, n10) :-" in row, "the rule as it is written"
    assert 'data-jump="nia|at_least(age_years,50)"' in row
    assert "case.payer=nia&amp;case.node=at_least%28age_years%2C50%29" in row, "the same as a link"
    assert "case.section" not in row[: row.index("</details>")]


# --- The baseline beside a what-if ---------------------------------------------------------------------------


def test_a_what_if_is_shown_against_its_baseline_and_can_be_taken_back(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    button(app, "Keep as baseline")
    assert "This is the baseline. Change a fact" in text_of(app)
    app.selectbox(key="fact.margin_status").select("positive").run()
    assert outcomes(app) == ["denied", "denied"]
    assert "Surgical margin: positive (was negative)" in text_of(app)
    assert "(was: Approved)" in text_of(app)
    assert "Same as the baseline." in text_of(app)
    button(app, "Go back to the baseline")
    assert outcomes(app) == ["denied", "approved"]
    button(app, "Remove the baseline")
    assert "Changed since the baseline" not in text_of(app)
    assert not [name for name in link(app) if name.startswith("b.")]


def test_another_case_drops_the_baseline(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    button(app, "Keep as baseline")
    assert app.session_state["state.baseline"] is not None
    load_example(app, "Stomach")
    assert app.session_state["state.baseline"] is None
    assert "Keep as baseline" in [each.label for each in app.button]


# --- Why not, what to ask, where the payers disagree ---------------------------------------------------------------


def test_the_smallest_change_that_makes_the_payers_agree_is_found_and_tried(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    open_section(app, "Why the payers disagree")
    told = text_of(app)
    assert "BCBSAZ has no clause with the same outcome for any of these cases." in told
    assert "Any one of these gives “Denied” at both:" in told
    assert "1. Number of fractions: 2 or more (now 1)" in told
    none = told.partition("Not achievable")[2]
    none_at_both = "No permitted change makes it approved under the readings taken here."
    assert none.startswith(f"</p><ul><li>“Approved” at both<ul><li>{none_at_both}")
    assert "BCBSAZ: denied" not in none, "the determinations stand above already"
    button(app, "Apply this change: number of fractions: 2")
    assert outcomes(app) == ["denied", "denied"]
    assert app.session_state["fact.fractions"] == "2"
    assert "Number of fractions: 2 (was 1)" in text_of(app)
    assert "The payers agree on the outcome." in text_of(app)


def test_every_offered_change_gives_what_it_promises(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    open_section(app, "Why not")
    app.selectbox(key="choice.case.payer").select("nia").run()
    app.selectbox(key="choice.case.want").select("denied").run()
    labels = [each.label for each in app.button if each.label.startswith("Apply this change: ")]
    assert len(labels) == 5
    for label in labels:
        button(app, label)
        assert outcomes(app)[1] == "denied", label
        button(app, "Go back to the baseline")


def test_why_not_tells_what_stands_in_the_way_and_can_let_it_change(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    open_section(app, "Why not")
    assert app.selectbox(key="choice.case.payer").value == "bcbsaz", "the one that denies is asked first"
    assert "primary site is breast" in text_of(app).partition("No permitted change makes it approved")[2]
    app.multiselect(key="choice.case.free").set_value(["primary_site"]).run()
    assert "Any one of these gives “Approved”:" in text_of(app)
    assert link(app)["case.free"] == ["primary_site"]


def test_what_to_ask_ranks_over_all_payers_and_for_each(app: AppTest, load_example: Load) -> None:
    load_example(app, "Early breast cancer, age not stated")
    open_section(app, "What to ask")
    assert "<strong>Age</strong> (settles 100 %" in text_of(app)
    assert "<li>49 or less: investigational and not medically necessary</li>" in text_of(app)
    assert "nothing more needs to be asked: no unknown fact can change the class." in text_of(app)


def test_three_payers_are_contrasted_two_by_two(app_with_third_payer: AppTest, load_example: Load) -> None:
    app = open_section(load_example(app_with_third_payer, "Brain"), "Why the payers disagree")
    assert app.selectbox(key="choice.case.left").value == "acme"
    app.selectbox(key="choice.case.right").select("nia").run()
    assert "ACME-7 applies: Tumors of the brain" in text_of(app)
    app.selectbox(key="choice.case.right").select("acme").run()
    assert "Choose two different payers." in text_of(app)


@pytest.mark.parametrize(
    ("facts", "tab"),
    [
        ({"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}, "Payers side by side"),
        ({"primary_site": "rectum"}, "Why they disagree"),
        ({"primary_site": "pancreas"}, "Why they disagree"),
    ],
    ids=str,
)
def test_nothing_says_that_payers_disagree_where_they_agree(
    app: AppTest, kb: KnowledgeBase, facts: dict[str, str], tab: str
) -> None:
    for name, value in facts.items():
        app.session_state[f"fact.{name}"] = value
    app.session_state["state.case.begun"] = "on"
    app = open_section(app, "Why the payers disagree")
    outcomes = {each.outcome for each in kb.decide(facts).determinations.values()}
    assert (len(outcomes) == 1 and "open" not in outcomes) == (tab == "Payers side by side")
    assert tab in [each.label for each in app.tabs]
    told = text_of(app)
    assert "Faded: the rest." in told
    assert ("Bold: " in told) == (tab != "Payers side by side")
    assert tab != "Payers side by side" or "what makes them disagree" not in told


# --- Pasted text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("primary_site: rectim", "the text.yaml: record 1 (line 1), primary_site: unknown value &#x27;rectim&#x27;"),
        ('{"primary_site": "rectum"', "the text.json, line 1, column 26: is not JSON from here on"),
        ("primary_site: [", "is not YAML from here on"),
        ("a: &x 1\nb: *x", "anchors and aliases (&amp; and *) cannot be used"),
        ("- 1\n- 2", "is not a case"),
        ("", "is empty"),
        ("<script>alert(1)</script>: 1", "unknown attribute &#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;"),
        ("{device: mobetron, modality: proton}", "cannot go together"),
    ],
)
def test_text_that_is_no_case_is_refused_with_its_place_and_the_case_stays(
    app: AppTest, load_example: Load, text: str, told: str
) -> None:
    load_example(app, EARLY_BREAST)
    app.text_area(key="load.text").input(text).run()
    button(app, "Read the text")
    assert told in text_of(app)
    assert "the case is unchanged" in text_of(app)
    assert outcomes(app) == ["denied", "approved"]


def test_a_pasted_case_fills_the_form(app: AppTest) -> None:
    app.text_area(key="load.text").input("id: R-1\nprimary_site: rectum\nt_category: pT4b\nmargin_status: close").run()
    button(app, "Read the text")
    assert outcomes(app) == ["approved", "approved"]
    assert "<strong>R-1</strong>" in text_of(app)
    assert app.session_state["fact.t_category_basis"] == "pathological"


def test_of_several_pasted_cases_one_is_chosen(app: AppTest) -> None:
    app.text_area(key="load.text").input('[{"id": "A", "primary_site": "rectum"}, {"id": "B", "age_years": 300}]').run()
    button(app, "Read the text")
    box = app.selectbox(key="load.record")
    assert box.options == ["1: A", "2: B"]
    box.select("2: B").run()
    assert "record 2 (line 1), age_years: 300 is not a whole number from 0 to 120" in text_of(app)
    app.selectbox(key="load.record").select("1: A").run()
    assert app.session_state["fact.primary_site"] == "rectum"
    assert "could not be loaded" not in text_of(app)


def test_a_pasted_note_shows_its_facts_and_applies_none_by_itself(app: AppTest) -> None:
    note = "61-year-old, rectal cancer, cT4b. Margins were close. Rule out local recurrence."
    app.text_area(key="load.text").input(note).run()
    button(app, "Read the text")
    assert outcomes(app) == [], "nothing is applied yet"
    assert [each.label for each in app.checkbox] == [
        "Age: 61 years",
        "Primary site: rectum",
        "T category: T4",
        "Surgical margin: close",
    ]
    assert "<mark>Margins were close</mark>" in text_of(app)
    assert "“local recurrence” (status of the disease): doubtful: “Rule out”" in text_of(app)
    app.checkbox[0].uncheck().run()
    button(app, "Use the checked facts")
    assert outcomes(app) == ["approved", "approved"]
    assert app.text_input(key="fact.age_years").value == ""
    assert not app.checkbox


# --- The address -----------------------------------------------------------------------------------------------


def test_everything_stands_in_the_address_and_an_address_restores_everything(
    unopened: AppTest, kb: KnowledgeBase
) -> None:
    given = {
        "id": ["R 1"],
        "f.cpt_codes": ["0735T;77424"],
        "f.oncologic": ["false"],
        "f.primary_site": ["rectum"],
        "f.t_category": ["T4"],
        "f.age_years": ["61"],
        "f.ei_conditions": ["[]"],
        "b.primary_site": ["colon"],
        "r.rectosigmoid": ["colon"],
        "presumptions": ["off"],
        "as_of": ["2026-01-31"],
        "case.section": ["Why not"],
        "case.payer": ["nia"],
        "case.want": ["denied"],
        "case.fix": ["age_years", "t_category"],
    }
    for name, values in given.items():
        unopened.query_params[name] = values
    app = unopened.run()
    assert not app.exception
    assert link(app) == given
    assert "could be used" not in text_of(app)
    assert app.session_state["fact.oncologic"] == "false"
    assert app.session_state["fact.cpt_codes"] == ["0735T", "77424"]
    assert "Primary site: rectum (was colon)" in text_of(app)
    assert "1 of 27 readings changed; assumptions off; today is 2026-01-31." in text_of(app)
    assert app.selectbox(key="choice.case.want").value == "denied"
    app.selectbox(key="fact.primary_site").select(UNKNOWN).run()
    assert "f.primary_site" not in link(app)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "f.primary_site",
            "rectim",
            "primary site: unknown value &#x27;rectim&#x27;; did you mean &#x27;rectum&#x27;?",
        ),
        ("f.nothing", "1", "unknown attribute &#x27;nothing&#x27;"),
        ("f.age_years", "1" * 5000, "5,000 characters are too long"),
        ("b.age_years", "300", "age: &#x27;300&#x27; is not a whole number from 0 to 120"),
        ("r.rectosigmoid", "liver", "reading rectosigmoid: unknown option &#x27;liver&#x27;"),
        ("r.nothing", "x", "unknown reading &#x27;nothing&#x27;"),
        ("presumptions", "maybe", "presumptions: &#x27;maybe&#x27; is neither on nor off"),
        ("as_of", "2026-02-31", "as_of: &#x27;2026-02-31&#x27; is not a day of the calendar"),
        ("case.section", "Nowhere", "case.section: there is no &#x27;Nowhere&#x27;"),
        ("case.only", "perhaps", "case.only: &#x27;perhaps&#x27; cannot be used"),
        ("compare.left", "x", "unknown parameter &#x27;compare.left&#x27;"),
        ("<script>alert(1)</script>", "1", "unknown parameter &#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;"),
        ("f.primary_site", '{{7*7}}<img src=x onerror="alert(1)">', "&lt;img src=x onerror="),
        ("f.primary_site", "rectum). :- a(", "unknown value &#x27;rectum). :- a(&#x27;"),
    ],
)
def test_what_cannot_be_used_of_an_address_is_told_and_left_out(
    unopened: AppTest, name: str, value: str, told: str
) -> None:
    unopened.query_params["f.t_category"] = "T4"
    unopened.query_params[name] = value
    app = unopened.run()
    assert not app.exception
    assert "Not everything in the address could be used" in text_of(app)
    assert told in text_of(app)
    assert outcomes(app) == ["open", "open"]
    assert link(app) == {"f.t_category": ["T4"]}
    app.selectbox(key="fact.t_category").select("T3").run()
    assert "Not everything in the address" not in text_of(app), "the message goes once the person goes on"


def test_what_an_address_chooses_in_a_section_is_checked_when_that_opens(unopened: AppTest) -> None:
    unopened.query_params["case.want"] = "riches"
    app = open_section(unopened.run(), "Why not")
    assert "case.want: there is no &#x27;riches&#x27;" in text_of(app)
    assert link(app) == {"case.section": ["Why not"]}


def test_the_case_is_still_there_after_a_visit_to_another_page(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    open_page(app, "policies")
    assert not [name for name in link(app) if name.startswith("f.")], "a case stands in no other page's address"
    open_page(app, "")
    assert outcomes(app) == ["denied", "approved"]
    assert app.session_state["fact.age_years"] == "62"


def test_an_age_follows_from_two_dates_and_says_so(app: AppTest, kb: KnowledgeBase) -> None:
    """The birth date is a field of the form; the age follows, and stands in no field of its own."""
    open_form(app)
    app.text_input(key="fact.birth_date").input("1973-03-02")
    app.text_input(key="fact.date_of_service").input("2023-03-01").run()
    assert "age 49 years: whole years from birth date 1973-03-02 to date of service 2023-03-01" in text_of(app)
    assert app.text_input(key="fact.age_years").value == ""
    app.text_input(key="fact.age_years").input("50").run()
    assert "50 years is stated, but it is 49 years" in text_of(app)
    assert not app.exception


def test_pasted_fhir_is_offered_as_a_note_and_never_read_as_a_case(app: AppTest) -> None:
    resource = '{"resourceType": "Condition", "code": {"text": "Rectal cancer", "coding": [{"code": "C20"}]}}'
    app.text_area(key="load.text").input(resource).run()
    button(app, "Read the text")
    assert outcomes(app) == [], "nothing is applied yet"
    assert [each.label for each in app.checkbox] == ["Primary site: rectum"]


def test_pasted_fhir_without_a_fact_says_so(app: AppTest) -> None:
    app.text_area(key="load.text").input('{"resourceType": "Patient", "active": true}').run()
    button(app, "Read the text")
    assert "this is FHIR, and it states no fact of this form" in text_of(app)
