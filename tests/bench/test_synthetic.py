"""The generator of synthetic policies: what it writes loads, is checked and decided, and is always the same."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase
from tests.support.random_cases import RandomCases

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import synthetic
from tests.tiers import amounts

COUNT = 4


@pytest.fixture(scope="module")
def made(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("synthetic") / "kb"
    copytree(kb_folder, folder)
    synthetic.write(folder / "policies", COUNT)
    return KnowledgeBase.load(folder)


def test_the_sizes_promised(made: KnowledgeBase) -> None:
    names = [name for name in made.policies if name.startswith("syn")]
    assert names == [synthetic.policy(number)[0] for number in range(1, COUNT + 1)]
    for name in names:
        book = made.catalog.policies[name]
        assert len([clause for clause in book.clauses.values() if clause.gate is None]) == synthetic.CLAUSES
        assert sum(reading.policy == name for reading in made.catalog.readings.values()) == synthetic.READINGS
        owner = {atom: attribute for attribute, axis in made.axes.items() for atom in axis.atoms.values()}
        met = [atom for atom, symbol in made.ground.atoms("met", 2) if str(symbol.arguments[0]) == name]
        asked = {owner[atom] for each in met for atom in made.graph.support[each] if atom in owner}
        assert len(asked - {"date_of_service"}) == synthetic.ATTRIBUTES
        assert "made up" in book.payer


@pytest.mark.parametrize("count", amounts(40, 200))
def test_each_case_has_one_class(made: KnowledgeBase, count: int) -> None:
    draw = RandomCases(made, 900)
    for _ in range(count):
        case, settings = draw.case(), draw.settings()
        for name in ("syn001", "syn002"):
            view = made.view(case, name, settings)
            assert view.possible
            assert view.possible == made.solver.possible(name, made.situations.situation(view))


def test_the_same_every_time(tmp_path: Path) -> None:
    synthetic.write(tmp_path / "few", 2)
    synthetic.write(tmp_path / "many", 3)
    few = {path.name: path.read_text() for path in (tmp_path / "few").iterdir()}
    many = {path.name: path.read_text() for path in (tmp_path / "many").iterdir()}
    assert few.items() <= many.items()
    assert synthetic.policy(1, seed=2) != synthetic.policy(1)


def test_a_pair_does_not_depend_on_the_others(made: KnowledgeBase) -> None:
    alone = made.only("syn001")
    assert [finding.key for finding in alone.check("syn001")] == [finding.key for finding in made.check("syn001")]
    assert made.only("syn002", "syn001").policies == ("syn001", "syn002")
