"""The page without a browser: what it asks, what it shows, what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from payerlogic import DISCLAIMER, KnowledgeBase
from payerlogic.app import examples
from payerlogic.app.case_form_state import NOT_STATED, STATED, UNKNOWN
from payerlogic.app.html import plain
from tests.app.conftest import APP, ROOT, open_asking, open_form, text_of

Load = Callable[[AppTest, str], AppTest]
EARLY_BREAST = "Early breast cancer, electron"
OUTCOME = re.compile(r'data-outcome="(\w+)"')


def outcomes(app: AppTest) -> list[str]:
    """The outcomes on the cards, in their order."""
    assert not app.exception, app.exception
    return OUTCOME.findall(text_of(app))


def test_the_first_screen_says_what_this_is_and_how_to_begin(app: AppTest, kb: KnowledgeBase) -> None:
    """No wall of open verdicts while nothing is entered: what it is, of which policies, and four ways to begin."""
    assert outcomes(app) == [], "nothing is asked yet"
    assert "Intraoperative radiotherapy: 2 policies (BCBSAZ and NIA_CG_226)" in text_of(app)
    assert DISCLAIMER in text_of(app)
    cards = [each for each in app.button if str(each.key).startswith("open.")]
    assert len(cards) == 3
    assert {"Start empty", "Read the text"} <= {each.label for each in app.button}
    cards[0].click().run()
    assert len(set(outcomes(app))) == 2, "the first one shows payers that disagree"


def test_starting_empty_shows_what_decides(app: AppTest) -> None:
    next(each for each in app.button if each.label == "Start empty").click().run()
    assert outcomes(app) == ["open", "open"]
    assert "Ask next: <strong>Primary site</strong>" in text_of(app)
    assert "Depends on primary site" in text_of(app)


def test_the_form_is_short_and_no_field_of_it_moves(app: AppTest, load_example: Load) -> None:
    load_example(app, "Early breast cancer, age not stated")

    def fields() -> list[str]:
        keys = [str(each.key) for each in (*app.selectbox, *app.text_input, *app.radio)]
        return [key for key in keys if key.startswith("fact.")]

    before = fields()
    assert "fact.age_years" in before
    assert "fact.centrality" not in before, "it can no longer change an answer"
    app.text_input(key="fact.age_years").input("50").run()
    assert fields() == before
    app.selectbox(key="fact.primary_site").select("rectum").run()
    assert set(before) < set(fields()), "what comes to matter is added"
    assert [each for each in fields() if each in before] == before


def test_every_attribute_of_the_vocabulary_has_a_widget_and_starts_unknown(app: AppTest, kb: KnowledgeBase) -> None:
    next(each for each in app.button if each.label == "Start empty").click().run()
    open_form(app)
    for attribute in kb.vocabulary.values():
        if attribute.type == "set" and not attribute.nonempty:
            assert app.session_state[f"stated.{attribute.name}"] == NOT_STATED
        else:
            assert app.session_state[f"fact.{attribute.name}"] in (UNKNOWN, "", []), attribute.name
    assert "Nothing is stated yet" in text_of(app)


def test_unknown_is_not_no(app: AppTest) -> None:
    radio = open_form(app).radio(key="fact.oncologic")
    assert radio.options == ["unknown", "yes", "no"]
    radio.set_value("false").run()
    assert "treated for cancer: no" in text_of(app).lower()


def test_labels_and_help_come_from_the_vocabulary(app: AppTest, kb: KnowledgeBase) -> None:
    open_form(app)
    shown = [*app.selectbox, *app.radio, *app.text_input, *app.multiselect]
    told = {(widget.label.lower(), widget.help) for widget in shown}
    for attribute in kb.vocabulary.values():
        assert any(
            label.startswith(attribute.label.lower()) and help_ == plain(attribute.help) for label, help_ in told
        )


def test_an_example_fills_the_form_and_is_determined(app: AppTest, load_example: Load) -> None:
    load_example(app, "Rectum, T4, close margin (")
    assert outcomes(app) == ["approved", "approved"]
    assert app.session_state["fact.t_category"] == "T4"
    assert "[N26]" in text_of(app)
    assert "[B16]" in text_of(app)


def test_a_changed_fact_changes_the_determinations(app: AppTest, load_example: Load) -> None:
    load_example(app, "Rectum, T4, close margin (")
    app.selectbox(key="fact.margin_status").select("negative").run()
    assert outcomes(app)[0] == "denied"


def test_a_denial_that_presumes_the_payers_own_finding_says_so_first(app: AppTest, load_example: Load) -> None:
    load_example(app, "Early breast cancer, electron")
    verdict = text_of(app).partition("pl-verdict")[2].partition("</p>")[0]
    assert "Denied" in verdict
    assert "Assumes that the payer finds" in verdict


def test_where_the_outcome_is_certain_and_the_class_is_not_that_is_said(app: AppTest) -> None:
    """Denied whatever the modality is; only as what, the modality decides."""
    app.query_params["f.primary_site"], app.query_params["f.t_category"] = "breast", "T4"
    app.run()
    assert not app.exception
    assert outcomes(app)[1] == "denied"
    assert "Only the class depends on modality, not stated." in text_of(app)
    assert "Missing information that decides the class alone</abbr></h4><ul><li>Modality</li></ul>" in text_of(app)


def test_an_open_case_tells_what_is_possible_and_which_facts_decide(app: AppTest, load_example: Load) -> None:
    load_example(app, "Early breast cancer, age not stated")
    assert outcomes(app) == ["denied", "open"]
    assert "medically necessary or investigational and not medically necessary" in text_of(app)
    assert re.search(r"Missing information that decides it</abbr></h4><ul><li>Age</li></ul>", text_of(app))
    app.text_input(key="fact.age_years").input("50").run()
    assert outcomes(app) == ["denied", "approved"]
    app.text_input(key="fact.age_years").input("").run()
    assert outcomes(app) == ["denied", "open"]


def test_clearing_makes_everything_unknown_again(app: AppTest, load_example: Load, kb: KnowledgeBase) -> None:
    load_example(app, "Stomach")
    assert app.session_state["stated.ei_conditions"] == STATED
    next(button for button in app.button if button.label == "Clear the case").click().run()
    assert outcomes(app) == []
    test_every_attribute_of_the_vocabulary_has_a_widget_and_starts_unknown(app, kb)


def test_an_empty_set_is_a_statement(app: AppTest, load_example: Load) -> None:
    load_example(app, "Stomach")
    assert outcomes(app) == ["not_addressed", "denied"]
    app.radio(key="stated.ei_conditions").set_value(NOT_STATED).run()
    assert outcomes(app) == ["denied", "denied"]


def test_findings_can_be_stated(app: AppTest, load_example: Load) -> None:
    load_example(app, "Stomach")
    app.multiselect(key="fact.ei_conditions").set_value(["insufficient_net_improvement"]).run()
    assert outcomes(app) == ["denied", "denied"]
    assert "This denial rests on a presumption" not in text_of(app)
    app.selectbox(key="fact.fda_status").select(UNKNOWN).run()
    app.multiselect(key="fact.ei_conditions").set_value([]).run()
    assert "payer&#x27;s evidence findings: none" in text_of(app)


def test_other_codes_can_be_typed(app: AppTest) -> None:
    app.session_state["fact.cpt_codes"] = ["0735t", "12345"]
    app.run()
    assert "0735T, 12345" in text_of(app)
    app.session_state["fact.cpt_codes"] = ["twelve"]
    app.run()
    assert outcomes(app) == []
    assert "is not a code; a code has four digits" in text_of(app)


@pytest.mark.parametrize(
    ("attribute", "typed", "told"),
    [
        ("primary_site", "rectim", "Primary site: unknown value &#x27;rectim&#x27;; did you mean &#x27;rectum&#x27;?"),
        ("age_years", "200", "not a whole number from 0 to 120"),
        ("age_years", "old", "not a whole number from 0 to 120"),
        ("date_of_service", "2024-02-31", "not a day of the calendar"),
        ("clinical_n_category", "pN1", "a pathological category is not a clinical one"),
        ("primary_site", "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
    ],
)
def test_invalid_input_is_refused_with_a_reason_and_nothing_is_determined(
    unopened: AppTest, attribute: str, typed: str, told: str
) -> None:
    app = unopened
    app.session_state[f"fact.{attribute}"] = typed
    app.run()
    assert outcomes(app) == []
    assert told in text_of(app)


def test_what_cannot_be_read_stays_and_so_do_the_last_verdicts(app: AppTest, load_example: Load) -> None:
    load_example(app, EARLY_BREAST)
    app.text_input(key="fact.age_years").input("sixty").run()
    assert outcomes(app) == []
    before = text_of(app).partition("Before this change, which is not used yet")[2]
    assert "pl-denied" in before
    assert "pl-approved" in before
    assert "sixty" in app.query_params["typed.age_years"], "loading the page again loses nothing"
    next(each for each in app.button if each.label == "Make it unknown").click().run()
    assert outcomes(app) == ["denied", "open"]
    assert "typed.age_years" not in app.query_params


def test_a_word_that_is_no_value_is_corrected_by_one_click(unopened: AppTest) -> None:
    unopened.query_params["typed.primary_site"] = "rectim"
    app = unopened.run()
    assert app.selectbox(key="fact.primary_site").value == "rectim"
    next(each for each in app.button if each.label == "Use rectum").click().run()
    assert app.selectbox(key="fact.primary_site").value == "rectum"


def test_an_address_holds_what_was_typed_and_cannot_be_read(unopened: AppTest) -> None:
    unopened.query_params["typed.age_years"] = "sixty"
    app = unopened.run()
    assert app.text_input(key="fact.age_years").value == "sixty"
    assert outcomes(app) == []
    next(each for each in app.button if each.label == "Make it unknown").click().run()
    assert app.text_input(key="fact.age_years").value == ""


def test_a_list_takes_no_new_values_and_finds_a_value_by_its_code(app: AppTest) -> None:
    box = app.selectbox(key="fact.primary_site")
    assert not box.proto.accept_new_options
    assert "breast (C50, D05, mammary)" in box.options


def test_a_category_is_read_as_it_is_written_in_notes(unopened: AppTest) -> None:
    app = unopened
    app.session_state["fact.t_category"] = "pT4b"
    app.run()
    assert "Read as T4." in text_of(app)
    assert "basis of the T category is pathological" in text_of(app)


def test_an_impossible_combination_is_named_and_nothing_is_determined(app: AppTest, load_example: Load) -> None:
    open_form(load_example(app, "Breast cancer, Intrabeam"))
    app.selectbox(key="fact.modality").select("electron_beam").run()
    assert outcomes(app) == []
    assert "cannot go together; a device delivers its own modality" in text_of(app)
    app.selectbox(key="fact.modality").select(UNKNOWN).run()
    assert len(outcomes(app)) == 2


def test_each_reading_is_offered_with_its_default_marked(app: AppTest, kb: KnowledgeBase) -> None:
    open_asking(app)
    for reading in kb.catalog.readings.values():
        radio = app.radio(key=f"reading.{reading.id}")
        assert radio.value == reading.default
        assert [option.endswith("(default)") for option in radio.options] == [True] + [False] * (
            len(reading.options) - 1
        )


def test_a_switched_reading_changes_the_determination_and_is_told(app: AppTest, load_example: Load) -> None:
    load_example(app, "Rectum, T3, positive")
    told = text_of(app).partition("depends on a reading: ")[2]
    assert "a positive margin; or a close one with T4; or recurrent”: medically necessary" in told
    open_asking(app)
    app.radio(key="reading.bcbsaz_rectal_scope").set_value("any_of_the_three").run()
    assert outcomes(app) == ["approved", "approved"]
    assert "Readings changed from their defaults" in text_of(app)
    assert "1 of 27 readings changed" in text_of(app)
    next(button for button in app.button if button.label.startswith("Reset all readings")).click().run()
    assert outcomes(app) == ["denied", "approved"]


def test_presumptions_can_be_turned_off(app: AppTest, load_example: Load) -> None:
    load_example(app, "Rectum, T4, close margin (")
    assert "Assumed, because the case does not say" in text_of(app)
    open_asking(app)
    app.toggle(key="asking.presumptions").set_value(False).run()
    assert outcomes(app) == ["open", "open"]
    assert "Assumed, because the case does not say" not in text_of(app)


def test_the_day_that_counts_as_today_can_be_set(app: AppTest, load_example: Load) -> None:
    load_example(app, "Rectum, T4, close margin (")
    open_asking(app)
    app.text_input(key="asking.as_of").input("2022-12-31").run()
    assert outcomes(app) == ["approved", "not_addressed"]
    app.text_input(key="asking.as_of").input("yesterday").run()
    assert outcomes(app) == []
    assert "is not a date; a date is year-month-day" in text_of(app)


def test_the_rationale_is_that_of_the_chosen_payer_and_survives_an_error(app: AppTest, load_example: Load) -> None:
    open_form(load_example(app, "Pancreas"))
    app.selectbox(key="choice.case.payer").select("bcbsaz").run()
    assert 'aria-label="Rationale"><p>BCBSAZ (edition' in text_of(app)
    app.selectbox(key="choice.case.payer").select("nia").run()
    assert 'aria-label="Rationale"><p>NIA_CG_226 (edition' in text_of(app)
    app.text_input(key="fact.age_years").input("old").run()
    assert "Rationale" not in text_of(app)
    app.text_input(key="fact.age_years").input("67").run()
    assert 'aria-label="Rationale"><p>NIA_CG_226 (edition' in text_of(app)


def test_the_name_of_a_case_is_text_and_never_markup(app: AppTest) -> None:
    app.text_input(key="case.name").input("<script>alert(1)</script>").run()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text_of(app)
    assert "<script" not in text_of(app)


def test_a_third_payer_appears_by_its_file_alone(app_with_third_payer: AppTest, load_example: Load) -> None:
    app = open_asking(load_example(app_with_third_payer, "Brain"))
    assert "Acme Mutual" in text_of(app)
    assert outcomes(app) == ["approved", "denied", "not_addressed"]
    assert r"\*too\*" in app.radio(key="reading.acme_reach").label, "a label's text is not markup"
    app.radio(key="reading.acme_reach").set_value("adults").run()
    assert outcomes(app) == ["open", "denied", "not_addressed"]
    app.selectbox(key="choice.case.payer").select("acme").run()
    assert 'aria-label="Rationale"><p>ACME-7 (edition of 2020-01-01): open' in text_of(app)


def test_a_broken_knowledge_base_is_told_with_its_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vocabulary.lp").write_text("attribute(1, a choice).", encoding="utf-8")
    monkeypatch.setenv("PAYERLOGIC_KB", str(tmp_path))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    assert "The knowledge base cannot be used" in text_of(app)
    assert "vocabulary.lp, line 1" in text_of(app)


def test_the_examples_are_cases_and_say_that_they_are_made_up(kb: KnowledgeBase) -> None:
    folder = ROOT / "examples" / "cases"
    files = [path for path in folder.iterdir() if path.suffix in examples.ENDINGS]
    others = [path for path in files if "-lung-" in path.name]  # of another service, which has its own
    assert len(files) - len(others) == len(examples.read_examples(kb, folder))
    lung = KnowledgeBase.load(service="lung_screening")
    assert len(others) == len(examples.read_examples(lung, folder))
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "made-up" in text.splitlines()[0]
        assert "(made up)" in yaml.safe_load(text)["id"]


def test_the_app_names_no_payer_attribute_or_reading(kb: KnowledgeBase) -> None:
    names = {*kb.vocabulary, *kb.policies, *kb.catalog.readings, *kb.catalog.classes}
    for path in (ROOT / "py" / "payerlogic" / "app").rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        code = "\n".join(line for line in lines if not line.lstrip().startswith((">>>", "...")))  # no doctests
        written = set(re.findall(r"""["'](\w+)["']""", code))
        assert not written & names, f"{path.name} names {written & names}"


def test_streamlit_finds_no_folder_of_pages_beside_the_script() -> None:
    assert APP.is_file()
    assert not (APP.parent / "pages").exists()
