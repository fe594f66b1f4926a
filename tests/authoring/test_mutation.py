"""Which changes the tests of a made-up policy notice, what clingo says of the others, and what counts as noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic.authoring.mutation import Trial, sample
from payerlogic.program.mutants import Mutant, mutants
from tests.authoring.conftest import SMALL, Folder

POLICY = SMALL.replace(
    "met(acme, a1) :- case(oncologic, true).",
    "met(acme, a1) :- at_least(age_years, 65), case(primary_site, (rectum; colon)).\n"
    "advisory(acme, ask) :- case(intent, boost). "
    'label(advisory(acme, ask), "ask"). cites(acme, ask, "A1").\n'
    "met(acme, a1) :- case(primary_site, rectum), at_least(age_years, 80).",
)
TESTS = """\
as_of: 2026-01-31
tests:
- {name: old enough, case: {age_years: 65, primary_site: rectum, intent: boost}, expect: {acme: approved}}
- {name: too young, case: {age_years: 64, primary_site: rectum}, expect: {acme: no_criterion}}
"""


@pytest.fixture
def place(folder: Folder) -> Path:
    found = folder(acme=POLICY)
    (found / "policies" / "tests").mkdir()
    (found / "policies" / "tests" / "acme.yaml").write_text(TESTS, encoding="utf-8")
    return found


def of_acme(trial: Trial) -> dict[str, Mutant]:
    return {each.what.partition(" in ")[0]: each for each in mutants(trial.kb.program) if each.file == "acme.lp"}


@pytest.mark.slow
def test_the_fate_of_each_change(place: Path, tmp_path: Path) -> None:
    trial = Trial(place, tmp_path / "work")
    found = of_acme(trial)
    assert trial(found["move at_least(age_years,65) to 66"]) == ("killed", "acme, acme: old enough")
    assert trial(found["move at_least(age_years,65) to 64"]) == ("killed", "acme, acme: too young")
    assert trial(found["conclude physician_review"])[0] == "killed"
    assert trial(found["leave rectum out"])[0] == "killed"
    assert trial(found["leave colon out"]) == (
        "survived",
        "acme gives {primary_site: colon, age_years: 65} no_criterion instead of medically_necessary",
    )
    assert trial(found["move at_least(age_years,80) to 81"]) == ("equivalent", "proved")
    fate, by = trial(found["drop case(intent,boost)"])  # no test expects the remark
    assert (fate, by) == ("same classes", "no case gets another class; what differs: advisory(acme,ask)")
    (deleted,) = (each for what, each in found.items() if what.startswith("delete clause"))
    assert trial(deleted)[0] == "refused"
    assert (trial.folder / "policies" / "acme.lp").read_text(encoding="utf-8") == POLICY


def test_any_other_answer_may_count(place: Path, tmp_path: Path) -> None:
    trial = Trial(place, tmp_path / "work", whole_answers=True)
    assert trial(of_acme(trial)["drop case(intent,boost)"])[0] == "killed"


def test_a_sample_is_the_same_for_a_seed(place: Path, tmp_path: Path) -> None:
    every = list(of_acme(Trial(place, tmp_path / "work")).values())
    assert sample(every, 5, 1) == sample(every, 5, 1) != sample(every, 5, 2)
    assert len(sample(every, 10_000, 1)) == len(every)
