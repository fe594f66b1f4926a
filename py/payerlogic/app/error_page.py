"""Bugs of this program: shown without a traceback, and logged without what the case said.

    >>> try:
    ...     int("R-1, Jane Doe")
    ... except ValueError as error:
    ...     place_of(error).partition(" at ")[0]
    'ValueError'

The text of an exception can hold a value of the case, and a log can be read by others. So the log gets the kind
of the fault and where in the program it arose, which is what mending it takes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb

from payerlogic.app.html import show_problems
from payerlogic.errors import PayerlogicError, Problem

LOG = logging.getLogger("payerlogic.app")
# What of Streamlit logs the exceptions of an app: of a page, a fragment, a callback, a download.
LOGGERS = (
    "streamlit.error_util",
    "streamlit.elements.exception",
    "streamlit.runtime.app_session",
    "streamlit.runtime.backend_operation_handler",
    "streamlit.runtime.fragment",
    "streamlit.runtime.scriptrunner.script_runner",
)
FRAMES = 4


@contextmanager
def faults_shown() -> Iterator[None]:
    """What cannot be answered, and whatever fails within, is said on the page; the log gets no case."""
    try:
        yield
    except PayerlogicError as error:
        show_problems(error.problems, "This cannot be answered")
    except Exception as error:
        show_fault(error)


def show_fault(error: Exception) -> None:
    """Say on the page that this program failed, and what to do."""
    LOG.error("%s", place_of(error))
    show_problems(
        [
            Problem(
                "This part of the page failed because of a bug in payerlogic, not because of your input",
                hint="the case is still in the form and in the address: change a fact, or reload the page",
            ),
            Problem(f"For the developers: {place_of(error)}"),
        ],
        "Something went wrong",
    )


def place_of(error: BaseException) -> str:
    """The kind of an exception and the places it came through, without its text."""
    frames = extract_tb(error.__traceback__)[-FRAMES:]
    where = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames))
    return f"{type(error).__name__} at {where}" if where else type(error).__name__


def keep_contents_out_of_the_log() -> None:
    """From now on Streamlit's log has of an exception only its kind and place."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _WithoutContents) for each in logger.filters):
            logger.addFilter(_WithoutContents())


class _WithoutContents(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg, record.args = place_of(error), ()
            record.exc_info = record.exc_text = None
        return True
