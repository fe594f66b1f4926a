"""Of a knowledge base of many policies, only those that are asked are parsed, checked and grounded."""

from cProfile import Profile
from pathlib import Path
from shutil import copytree

import pytest

import synthetic
import thresholds
from payerlogic import KnowledgeBase, KnowledgeBaseError, QuestionError
from payerlogic.program.files import Program
from payerlogic.semantics import model
from payerlogic.semantics.settings import Settings
from tests.conftest import AS_OF
from tests.support.random_cases import RandomCases
from tests.tiers import amounts


@pytest.fixture(scope="module")
def many(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copytree(kb_folder, tmp_path_factory.mktemp("kb") / "many")
    synthetic.write(folder / "policies", 5)
    return folder


def test_only_what_is_asked_is_read(many: Path) -> None:
    some, every = KnowledgeBase.load(many, ["NIA", "syn003"]), KnowledgeBase.load(many)
    assert set(some.policies) == {"nia", "syn003"}
    assert not any("syn001" in str(symbol) for symbol in some.ground.symbol_of.values())
    assert some.digest == every.digest


def test_the_digest_changes_with_a_file_that_is_not_read(many: Path, tmp_path: Path) -> None:
    other = copytree(many, tmp_path / "other")
    with (other / "policies" / "syn001.lp").open("a") as file:
        file.write("% One more line.\n")
    assert KnowledgeBase.load(other, ["nia"]).digest != KnowledgeBase.load(many, ["nia"]).digest


@pytest.mark.parametrize("count", amounts(12, 40))
def test_answers_are_those_of_the_whole(many: Path, count: int) -> None:
    some, every = KnowledgeBase.load(many, ["nia", "bcbsaz"]), KnowledgeBase.load(many)
    settings, random = Settings(as_of=AS_OF), RandomCases(every, 5)
    for case in (random.case() for _ in range(count)):
        for policy in ("nia", "bcbsaz"):
            answers = [kb.decide(case, policy, settings, with_readings=True).to_dict() for kb in (some, every)]
            assert answers[0] == answers[1]


def test_a_name_without_a_file_reads_all_so_that_the_nearest_can_be_named(many: Path) -> None:
    kb = KnowledgeBase.load(many, ["nai"])
    assert "syn005" in kb.policies
    with pytest.raises(QuestionError, match="did you mean 'nia'"):
        kb.check_policy("nai")


def test_whose_a_predicate_is_depends_on_every_name(many: Path, tmp_path: Path) -> None:
    """nia may not speak for nia_plus, whether or not that policy is read."""
    folder = copytree(many, tmp_path / "kb")
    other = 'payer(nia_plus, "Plus"). policy(nia_plus, nia_plus, iort, "P", "Policy").\n'
    (folder / "policies" / "nia_plus.lp").write_text(other)
    with next((folder / "policies").rglob("nia.lp")).open("a") as file:
        file.write("ready(nia_plus, yes).\ncriterion(nia, extra) :- ready(nia_plus, yes).\n")
    with pytest.raises(KnowledgeBaseError, match="nia_plus"):
        KnowledgeBase.load(folder, ["nia"])


def test_a_problem_in_another_file_is_reported_when_all_are_loaded(many: Path, tmp_path: Path) -> None:
    folder = copytree(many, tmp_path / "kb")
    (folder / "policies" / "syn002.lp").write_text("criterion(nia, extra).\n")
    assert KnowledgeBase.load(folder, ["nia"]).policies == ("nia",)
    with pytest.raises(KnowledgeBaseError, match="syn002"):
        KnowledgeBase.load(folder)


def test_the_shipped_knowledge_base_passes_the_checks_that_loading_it_leaves_out(kb_folder: Path) -> None:
    assert KnowledgeBase(Program.read(kb_folder)).policies


def test_any_other_knowledge_base_is_checked(kb_folder: Path, tmp_path: Path) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "extra.lp").write_text("criterion(nia, extra).\n")
    with pytest.raises(KnowledgeBaseError, match="extra"):
        KnowledgeBase.load(folder)


def test_a_copy_is_checked_whatever_its_digest(
    kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the shipped folder is taken as checked: a digest of twelve digits can be matched by who wants to."""
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "extra.lp").write_text("{ extra(1) }.\n", encoding="utf-8")
    monkeypatch.setattr(model, "CHECKED", Program.read(folder).digest)
    with pytest.raises(KnowledgeBaseError, match="choices stand only in core/"):
        KnowledgeBase.load(folder)


def test_two_policies_word_a_remark_of_one_name_each_in_their_way(kb_folder: Path, tmp_path: Path) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    good = (Path(__file__).parent / "lint" / "good" / "smallest.lp").read_text(encoding="utf-8")
    for name in ("acme", "acme_plus"):
        late = f'advisory({name}, late) :- in_force({name}). label(advisory({name}, late), "late at {name}").\n'
        (folder / "policies" / f"{name}.lp").write_text(good.replace("acme", name) + late, encoding="utf-8")
    kb = KnowledgeBase.load(folder)
    decided = kb.decide(kb.read({"date_of_service": "2026-01-01"}), ["acme", "acme_plus"])
    remarks = {name: [each.text for each in found.advisories] for name, found in decided.determinations.items()}
    assert {name: [each for each in said if each.startswith("late at")] for name, said in remarks.items()} == {
        "acme": ["late at acme"],
        "acme_plus": ["late at acme_plus"],
    }


def test_plain_clingo_is_given_the_numbers_that_the_rules_compare_with(kb_folder: Path) -> None:
    """kb/run/thresholds.lp is what ``make thresholds`` writes."""
    said = (kb_folder / "run" / "thresholds.lp").read_text(encoding="utf-8")
    assert said == thresholds.text(kb_folder)


def test_loading_grows_with_the_number_of_policies_and_no_faster(kb_folder: Path, tmp_path: Path) -> None:
    """Counted in calls, which no other process disturbs: the next ten policies cost about what the ten before did."""
    calls = []
    for count in (10, 20, 30):
        folder = copytree(kb_folder, tmp_path / str(count))
        synthetic.write(folder / "policies", count)
        with Profile(builtins=False) as counted:
            KnowledgeBase.load(folder)
        calls.append(sum(each.callcount for each in counted.getstats()))
    assert calls[2] - calls[1] < 1.25 * (calls[1] - calls[0]), calls
