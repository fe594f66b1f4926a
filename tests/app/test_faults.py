"""A fault of the program: words on the page, its kind and place in the log, and nothing of the case in either."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic.app import error_page as faults
from payerlogic.app import main as page
from payerlogic.app.context import Context
from tests.app.conftest import text_of

NAME = "Zebra-4711"


def broken(context: Context) -> None:
    raise ValueError(f"{NAME} cannot be")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What all loggers of interest write, formatted as a console would show it."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter("%(message)s").format(record))

    kept = Kept()
    for name in (*faults.LOGGERS, faults.LOG.name):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [kept])
        monkeypatch.setattr(logger, "propagate", False)
    return lines


def test_a_page_that_fails(unopened: AppTest, monkeypatch: pytest.MonkeyPatch, logged: list[str]) -> None:
    monkeypatch.setattr(page, "PAGES", {**page.PAGES, "case": ("Case", broken)})
    app = unopened.run()
    told = text_of(app)
    assert not app.exception, "Streamlit's own box with a traceback"
    assert "Something went wrong" in told
    assert "This explains a policy" in told, "the rest of the page stands"
    assert "ValueError at test_faults.py" in told
    assert NAME not in told
    assert [line for line in logged if "ValueError at test_faults.py" in line]
    assert NAME not in "\n".join(logged)


@pytest.mark.parametrize("name", faults.LOGGERS)
def test_what_streamlit_logs_of_an_exception(name: str, logged: list[str]) -> None:
    faults.keep_contents_out_of_the_log()
    faults.keep_contents_out_of_the_log()  # every run of every page says so
    try:
        raise KeyError(NAME)
    except KeyError as error:
        logging.getLogger(name).error("Uncaught app execution", exc_info=error)
        logging.getLogger(name).exception("of %s", "a download")
    assert len(logged) == 2
    assert all(line.startswith("KeyError at test_faults.py:") for line in logged)
    assert NAME not in "\n".join(logged)


def test_other_lines_of_the_log_stay(logged: list[str]) -> None:
    faults.keep_contents_out_of_the_log()
    logging.getLogger(faults.LOGGERS[0]).error("the port %d is taken", 8501)
    assert logged == ["the port 8501 is taken"]


def test_an_exception_that_was_never_raised_has_a_kind() -> None:
    assert faults.place_of(RuntimeError(NAME)) == "RuntimeError"
