"""Of a misspelled name the first cause is said, with its place: not what every record and rule lacks because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic.authoring.lint import lint
from tests.semantics.test_records import small

TREATMENTS, STEPS = Path("vocabulary/treatments.lp"), Path("policies/steps.lp")
DOSE = 'at_least(of(dose_mg, therapy, I), "17.5")'
ROWS = [
    (
        STEPS,
        "at_least(of(months, therapy, I), 3)",
        "at_least(of(monhts, therapy, I), 3)",
        ["at_least(of(monhts,therapy), 3): of(monhts,therapy) is not a number or a date; did you mean 'of(months,"],
    ),
    (
        TREATMENTS,
        "label(of(months, therapy)",
        "label(of(monhts, therapy)",
        ["label of an unknown attribute 'of(monhts,therapy)'; did you mean 'of(months,therapy)'"],
    ),
    (
        TREATMENTS,
        "range(of(months, therapy)",
        "range(of(monhts, therapy)",
        ["range of an unknown attribute 'of(monhts,therapy)'; did you mean 'of(months,therapy)'"],
    ),
    (
        TREATMENTS,
        "field(visit, 2, months_ago",
        "field(visit, 2, month_ago",
        ["of(month_ago,visit) has no label and no help, and of(months_ago,visit), which has, is not declared"],
    ),
    (
        TREATMENTS,
        "attribute(102, severe,",
        "attribute(102, sevre,",
        ["sevre has no label and no help, and severe, which has, is not declared; did you mean 'severe'"],
    ),
    (STEPS, DOSE, "severe >= 17.5", ['severe >= 17.5 is no condition; write at_least(severe, "17.5")']),
    (STEPS, DOSE, "17.5 < severe", ['17.5 < severe is no condition; write not at_most(severe, "17.5")']),
    (STEPS, DOSE, "severe >= 17", ["it holds always or never; write at_least(severe, 17)"]),
    (STEPS, DOSE, 'at_least(sevree, "17.5")', ["unknown attribute 'sevree'"]),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), ROWS, ids=[row[2][:40] for row in ROWS])
def test_the_first_cause(kb_folder: Path, tmp_path: Path, file: Path, old: str, new: str, said: list[str]) -> None:
    folder = small(kb_folder, tmp_path / "kb")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    found = [each.problem for each in lint(folder).problems]
    assert len(found) == len(said), [*map(str, found)]
    assert all(words in str(each) for words, each in zip(said, found, strict=True)), [*map(str, found)]
    assert all(", line " in each.where for each in found)


def test_an_input_that_a_rule_asks(kb_folder: Path, tmp_path: Path) -> None:
    folder = small(kb_folder, tmp_path / "kb")
    declared = (
        'attribute(120, index, integer, finding). range(index, 0, 50). label(index, "index"). help(index, "x").\n'
        "derived(index, sum(weight, 1), down). input(1, weight, integer, finding). range(weight, 0, 49).\n"
        'label(weight, "weight"). help(weight, "x").\n'
    )
    with (folder / TREATMENTS).open("a", encoding="utf-8") as file:
        file.write(declared)
    steps = (folder / STEPS).read_text(encoding="utf-8")
    (folder / STEPS).write_text(steps.replace(DOSE, "at_least(weight, 40)"), encoding="utf-8")
    (found,) = [str(each.problem) for each in lint(folder).problems]
    assert "weight is an input, which no rule asks; ask what follows from it, index" in found


def test_a_service_that_cannot_be_read_hides_no_other(kb_folder: Path, tmp_path: Path) -> None:
    """Its policies are passed over; the others are checked."""
    folder = small(kb_folder, tmp_path / "kb")
    (folder / "services" / "broken.lp").write_text("service(broken, ", encoding="utf-8")
    (folder / "policies" / "other.lp").write_text(
        'policy(other, o, broken, "O", "O").\nmet(other, x).\n', encoding="utf-8"
    )
    steps = (folder / STEPS).read_text(encoding="utf-8")
    (folder / STEPS).write_text(steps.replace("case(severe, true)", "case(sevree, true)"), encoding="utf-8")
    found = [(Path(each.file).stem, each.kind) for each in lint(folder).problems]
    assert found == [("broken", "syntax"), ("steps", "policy")]
