"""Options of commands take names; a label is refused with the name that it means."""

from __future__ import annotations

import pytest

from tests.cli.conftest import BAD_INPUT, Run, Write


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--want", "medically necessary"], "did you mean 'medically_necessary'?"),
        (["--want", "approved", "--fix", "surgical margin"], "did you mean 'margin_status'?"),
        (["--want", "approved", "--free", "T stage"], "did you mean 't_category'?"),
        (
            ["--want", "approved", "--reading", "nia_fractions=no indication is met with more than one fraction"],
            "did you mean 'eligibility'?",
        ),
    ],
)
def test_an_option_names_what_its_words_mean(run: Run, write: Write, options: list[str], expected: str) -> None:
    answer = run("whynot", write("case.yaml", "primary_site: rectum\n"), "--payer", "nia", *options)
    assert answer.status == BAD_INPUT
    assert expected in answer.errors
