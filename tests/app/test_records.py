"""The form with facts that repeat: as many records as the case says there are, and links that keep them."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import APP, SECONDS, text_of
from tests.semantics.test_records import small


@pytest.fixture(scope="module")
def folder(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(kb_folder, tmp_path_factory.mktemp("records") / "kb")


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Before its first run."""
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    return AppTest.from_file(str(APP), default_timeout=SECONDS)


def sound(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def fields(app: AppTest) -> set[str]:
    """The fields of the form that speak of a therapy."""
    widgets = (*app.text_input, *app.selectbox, *app.radio)
    return {str(each.key) for each in widgets if str(each.key).startswith("fact.therapy")}


def test_the_form_has_as_many_as_there_are(app: AppTest) -> None:
    sound(app.run())
    assert fields(app) == {"fact.therapy"}
    app.session_state["fact.therapy"] = "2"
    sound(app.run())
    assert {"fact.therapy_1_drug", "fact.therapy_2_months"} <= fields(app)
    assert not any("therapy_3" in each for each in fields(app))
    app.session_state["fact.therapy_2_drug"] = "adalimumab"
    sound(app.run())
    assert str(app.query_params["f.therapy_2_drug"]) == "adalimumab"
    app.session_state["fact.therapy"] = "1"
    sound(app.run())
    assert "f.therapy_2_drug" not in app.query_params, "what is out of sight is not stated"
    assert "therapy_2_drug is, too" not in text_of(app)


def test_a_link(app: AppTest) -> None:
    """A link has a parameter for each field, and gives the case back."""
    link = {
        "f.severe": "false",
        "f.therapy": "2",
        "f.therapy_1_drug": "mtx",
        "f.therapy_1_months": "3",
        "f.therapy_2_drug": "adalimumab",
        "f.therapy_2_months": "3",
    }
    app.query_params.update(link)
    sound(app.run())
    assert {name: str(app.query_params[name]) for name in link} == link
    assert "Approved" in text_of(app)
    assert "Read as methotrexate" in text_of(app)
