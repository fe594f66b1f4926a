"""Do the stored cases notice when a rule changes? A seeded sample of mutants, and the reviewed list.

``payerlogic mutate --shared --answers --accepted tests/policies/mutation/survivors.yaml`` tries all mutants (some
minutes); here a sample is tried at every run, and
each survivor of the reviewed list is proved again to be what the list says.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from payerlogic.authoring.mutation import NOTICED, Trial, answer, sample
from payerlogic.program.files import Program
from payerlogic.program.mutants import mutants
from payerlogic.program.source_files import shipped_folder

SEED, SHARES, EACH = 20261122, 2, 30
REVIEWED = {
    row["mutant"]: row
    for row in yaml.safe_load((Path(__file__).parent / "mutation" / "survivors.yaml").read_text(encoding="utf-8"))
}
# No shipped policy names a last day or has lists of records: what these files say is tested by made-up policies that do
# (test_case_space, test_records, test_generated), and no stored case could notice.
ELSEWHERE = ("calendar.lp: ", "records.lp: ")
EVERY = {mutant.id: mutant for mutant in mutants(Program.read(shipped_folder())) if not mutant.id.startswith(ELSEWHERE)}
EQUIVALENT = [id_ for id_, row in REVIEWED.items() if row["equivalent"]]
APART = [id_ for id_, row in REVIEWED.items() if not row["equivalent"]]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(shipped_folder(), tmp_path_factory.mktemp("mutants"), whole_answers=True)


def test_there_are_many_mutants() -> None:
    assert len(EVERY) > 1_000
    assert len(REVIEWED) < 50


@pytest.mark.parametrize("share", range(SHARES))
def test_sample(trial: Trial, share: int) -> None:
    """Each mutant is refused, or some stored case gets another answer or explanation, or it is on the list."""
    unlisted = [mutant for id_, mutant in EVERY.items() if id_ not in REVIEWED]
    chosen = sample(unlisted, SHARES * EACH, SEED)[share::SHARES]
    alive = [(mutant.id, *trial(mutant, prove=False)) for mutant in chosen]
    assert [each for each in alive if each[1] not in NOTICED] == []


def test_listed_survivors_exist_and_say_why() -> None:
    assert set(REVIEWED) <= set(EVERY)
    assert all(row["why"] for row in REVIEWED.values())


@pytest.mark.parametrize("id_", EQUIVALENT)
def test_equivalent_as_listed(trial: Trial, id_: str) -> None:
    """No case under any readings tells the mutant from the original: clingo finds none."""
    with trial.changed(EVERY[id_]):
        assert trial.proof()[0] == "equivalent"


@pytest.mark.parametrize("id_", APART)
def test_not_equivalent_as_listed(trial: Trial, id_: str) -> None:
    """Clingo can tell the mutant apart, and still every stored determination is the same."""
    with trial.changed(EVERY[id_]):
        assert trial.proof()[0] == "survived"
        assert not trial.noticed(EVERY[id_], answer)
