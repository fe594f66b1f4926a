"""The app on a library of two services: every page follows the picker, which the address holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import APP, SECONDS, open_page, text_of
from tests.support.second_service import with_second_service

OXYGEN = "home_oxygen"


@pytest.fixture(scope="module")
def folder(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_second_service(kb_folder, tmp_path_factory.mktemp("kb") / "two")


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Before its first run."""
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    return AppTest.from_file(str(APP), default_timeout=SECONDS)


def sound(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def choose(app: AppTest, service: str) -> AppTest:
    return sound(app.selectbox(key="service").select(service).run())


def parameters(app: AppTest) -> dict[str, str]:
    return {name: str(app.query_params[name]) for name in app.query_params}


def test_the_picker_changes_policies_form_and_address(app: AppTest) -> None:
    sound(app.run())
    assert "NIA" in text_of(app)
    app.session_state["fact.age_years"] = "70"
    app.session_state["fact.primary_site"] = "rectum"
    sound(app.run())
    assert "f.primary_site" in parameters(app)
    choose(app, OXYGEN)
    assert parameters(app) == {"service": OXYGEN, "f.age_years": "70"}
    assert "Coastal Health" in text_of(app)
    assert "BCBSAZ" not in text_of(app)
    choose(app, "iort")
    assert parameters(app) == {"f.age_years": "70", "f.primary_site": "rectum"}


def test_an_address_names_the_service(app: AppTest) -> None:
    app.query_params.update({"service": OXYGEN, "f.saturation": "80", "f.age_years": "70"})
    sound(app.run())
    assert parameters(app) == {"service": OXYGEN, "f.saturation": "80", "f.age_years": "70"}
    assert text_of(app).count("Approved") >= 2
    # The browser's Back: an earlier address of the other service.
    app.query_params.clear()
    app.query_params.update({"f.primary_site": "brain"})
    sound(app.run())
    assert app.selectbox(key="service").value == "iort"
    assert parameters(app) == {"f.primary_site": "brain"}


def test_a_service_that_is_not_there_is_said(app: AppTest) -> None:
    app.query_params.update({"service": "home_oxigen", "f.age_years": "70"})
    sound(app.run())
    assert "unknown service" in text_of(app)
    assert "home_oxygen" in text_of(app)
    assert parameters(app) == {"f.age_years": "70"}


@pytest.mark.parametrize("page", ["compare", "consistency", "policies", "draft", "batch"])
def test_every_page_follows(app: AppTest, page: str) -> None:
    sound(app.run())
    sound(open_page(app, page))
    choose(app, OXYGEN)
    shown = text_of(app) + " ".join(str(box.options) for box in (*app.selectbox, *app.multiselect))
    assert "Coastal Health" in shown
    assert "BCBSAZ" not in shown.replace(str(app.selectbox(key="service").options), "")
    assert parameters(app)["service"] == OXYGEN
    choose(app, "iort")
    sound(open_page(app, page))
    assert "service" not in app.query_params


def test_a_case_that_is_pasted_brings_its_service(app: AppTest) -> None:
    sound(app.run())
    app.session_state["load.panel"] = True
    sound(app.run())
    app.text_area(key="load.text").input("saturation: 80\nage_years: 70\n").run()
    button = next(each for each in app.button if each.label == "Read the text")
    sound(button.click().run())
    assert parameters(app) == {"service": OXYGEN, "f.saturation": "80", "f.age_years": "70"}


def test_with_one_service_nothing_is_shown(unopened: AppTest, kb_folder: Path) -> None:
    sound(unopened.run())
    several = len(list((kb_folder / "services").glob("*.lp"))) > 1
    assert any(box.key == "service" for box in unopened.selectbox) == several
    assert "service" not in unopened.query_params
