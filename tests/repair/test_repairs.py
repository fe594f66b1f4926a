"""Repairs of findings, against every set of edits tried one by one with clingo alone.

=====================================  ====================================================================
``test_against_every_set_of_edits``    random small policies: each repair ends the finding on every case (sound), no
                                       subset of it does (minimal), and no minimal set up to the size is missing
                                       (complete)
``test_no_repair_is_an_answer``        where no declared edit will do, that is said, with what was tried
``test_a_precedence_...`` and others   what the edits do to a text, and what a repair says that it changes
=====================================  ====================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.consistency.finding import Finding
from payerlogic.program.grounding import GroundProgram
from payerlogic.repair.declared import PolicyEdit, PolicyText, declared
from payerlogic.repair.edited_text import with_edits
from payerlogic.repair.result import Repairs
from payerlogic.repair.search import RepairSearch, edited
from payerlogic.semantics.model import Model
from payerlogic.wording.repairs import EditWords, lines
from tests.support.folders import small_folder, with_policy
from tests.tiers import amounts

HERE = Path(__file__).resolve().parent
CLASSES = ("medically_necessary", "experimental_investigational")
HEAD = """payer(ash, "Ash Health (made up)"). policy(ash, ash, limbs, "ASH_1", "Made up").
statement(ash, "S1", "Criteria", "sentence 1", "made up", rule).
"""


def loaded(kb_folder: Path, folder: Path, text: str) -> KnowledgeBase:
    return with_policy(small_folder(kb_folder, HERE, folder, vocabulary="facts", services="limbs"), "ash", HEAD + text)


def condition(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return f"case({rng.choice(['urgent', 'referred'])}, {rng.choice(['true', 'false'])})"
    if kind < 0.6:
        return f"case(site, {rng.choice(['arm', 'leg', '(arm; hand)'])})"
    return f"{rng.choice(['at_least', 'at_most'])}(visits, {rng.choice([2, 5])})"


def random_policy(rng: Random) -> str:
    """Two clauses, a criterion that one of them shares, and now and then a reading or a precedence."""
    rules = []
    for name, class_ in (("a", CLASSES[0]), ("b", rng.choice(CLASSES))):
        rules += [f'clause(ash, {name}, "Clause {name}"). cites(ash, {name}, "S1"). concludes(ash, {name}, {class_}).']
        body = [condition(rng) for _ in range(rng.randint(1, 2))]
        if name == "b":
            body += ["criterion(ash, shared)"]
        rules.append(f"met(ash, {name}) :- {', '.join(dict.fromkeys(body))}.")
    rules.append(f"criterion(ash, shared) :- {condition(rng)}.")
    if rng.random() < 0.5:
        rules.append(f"criterion(ash, shared) :- reading(ash_r, wide), {condition(rng)}.")
        rules.append('ambiguity(ash, ash_r, "How wide?", "-"). cites(ash, ash_r, "S1").')
        rules.append('option(ash_r, 1, wide, "wide"). option(ash_r, 2, narrow, "narrow").')
    rules.append('label(criterion(ash, shared), "the shared criterion").')
    return "\n".join(rules)


# --- Every set of edits, with clingo alone -------------------------------------------------------------------


def is_found(model: Model, finding: Finding) -> bool:
    """Whether some case, each reading at its default, shows a conflict or a gap: every model is looked at."""
    ground = GroundProgram.of(model.program)
    control = ground.control
    control.configuration.solve.models = 0  # type: ignore[union-attr]
    defaults = {name: each.default for name, each in model.catalog.readings.items()}
    off = [-atom for atom, (name, option) in ground.reading_names.items() if option != defaults[name]]
    with control.solve(assumptions=off, yield_=True) as handle:
        return any(_shows(set(map(str, each.symbols(atoms=True))), finding) for each in handle)


def _shows(atoms: set[str], finding: Finding) -> bool:
    if finding.kind == "gap":
        return "determination(ash,no_criterion)" in atoms
    a, b = finding.clauses
    classes = [{k for k in CLASSES if f"concludes(ash,{name},{k})" in atoms} for name in (a, b)]
    ranked = atoms & {f"prevails(ash,{a},{b})", f"prevails(ash,{b},{a})"}
    return {f"met(ash,{a})", f"met(ash,{b})"} <= atoms and classes[0] != classes[1] and not ranked


def every_repair(
    model: Model, finding: Finding, edits: tuple[PolicyEdit, ...], most: int
) -> set[frozenset[PolicyEdit]]:
    """The minimal sets of edits that a knowledge base may have, and that end the finding."""
    text = PolicyText.of(model, "ash")
    found: set[frozenset[PolicyEdit]] = set()
    for size in range(1, most + 1):
        for chosen in combinations(edits, size):
            if len({each.at for each in chosen}) < size or any(less <= set(chosen) for less in found):
                continue
            try:
                after = edited(model, ["ash"], text, with_edits(text, chosen))
            except KnowledgeBaseError:
                continue
            if not is_found(after, finding):
                found.add(frozenset(chosen))
    return found


@pytest.mark.parametrize("policies", amounts(2, 20))
def test_against_every_set_of_edits(kb_folder: Path, tmp_path: Path, policies: int) -> None:
    seen = Counter(
        kind for seed in range(policies) for kind in compare(loaded(kb_folder, tmp_path / f"{seed}", drawn(seed)))
    )
    assert seen["gap"], seen
    assert policies < 5 or seen["conflict"], seen


def drawn(seed: int) -> str:
    return random_policy(Random(seed))


def compare(kb: KnowledgeBase) -> Iterator[str]:
    """The kinds of the findings whose repairs were compared."""
    search = RepairSearch(kb, "ash", listed=1000)
    for finding in kb.check("ash"):
        if finding.kind not in ("conflict", "gap") or finding.settled or not finding.by_default:
            continue
        assert is_found(kb, finding)
        got = search.of(finding)
        meanings = {
            r: [x.name for x in kb.catalog.readings[r].options if x.name not in o] for r, o in finding.under.items()
        }
        edits = declared(search.text, finding.kind, finding.clauses, meanings=meanings).edits
        assert got.declared == len(edits)
        assert {frozenset(each.edits) for each in got.repairs} == every_repair(kb, finding, edits, got.most)
        shares = [each.share for each in got.repairs]
        assert shares == sorted(shares)
        yield finding.kind


# --- Dead and redundant parts ----------------------------------------------------------------------------------

DEAD = """clause(ash, a, "Clause a"). cites(ash, a, "S1"). concludes(ash, a, medically_necessary).
met(ash, a) :- case(urgent, true), criterion(ash, often).
criterion(ash, often) :- at_least(visits, 5).
criterion(ash, often) :- case(urgent, false), at_least(visits, 2).
label(criterion(ash, often), "often enough").
clause(ash, rest, "Everything else"). cites(ash, rest, "S1"). concludes(ash, rest, experimental_investigational).
otherwise(ash, rest). met(ash, rest) :- not met(ash, a).
"""


def of_kind(kb: KnowledgeBase, kind: str, listed: int = 5) -> Repairs:
    """The repairs of the first finding of a kind."""
    finding = next(each for each in kb.check("ash") if each.kind == kind)
    return RepairSearch(kb, "ash", listed=listed).of(finding)


def kinds(found: Repairs) -> list[list[str]]:
    return [[each.kind for each in repair.edits] for repair in found.repairs]


def test_what_is_dead_is_struck_out_or_can_be_met(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", DEAD)
    dead = of_kind(kb, "dead")
    assert kinds(dead)[0] == ["strike_rule"]
    assert not dead.repairs[0].share
    assert ["drop_condition"] in kinds(dead)
    assert not dead.repairs[0].brings


def test_what_is_redundant_is_struck_out_and_nothing_changes(kb_folder: Path, tmp_path: Path) -> None:
    text = DEAD.replace("case(urgent, false), at_least(visits, 2)", "at_least(visits, 7)")
    kb = loaded(kb_folder, tmp_path / "kb", text)
    redundant = of_kind(kb, "redundant")
    assert kinds(redundant)[0] == ["strike_rule"]
    assert not redundant.repairs[0].share
    assert any("at_least(visits,7)" in (each.before or "") for each in redundant.repairs[0].text)


# --- Conflicts and gaps -----------------------------------------------------------------------------------------

CONFLICT = """clause(ash, a, "Clause a"). cites(ash, a, "S1"). concludes(ash, a, medically_necessary).
met(ash, a) :- at_least(visits, 5).
clause(ash, b, "Clause b"). cites(ash, b, "S1"). concludes(ash, b, experimental_investigational).
met(ash, b) :- at_most(visits, 5).
"""


def test_a_threshold_that_is_moved_ends_a_conflict_and_must_not_open_a_gap(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", CONFLICT)
    found = of_kind(kb, "conflict", 20)
    by_edits = {tuple(map(str, each.edits)): each for each in found.repairs}
    moved = [each for each in by_edits if len(each) == 1 and each[0].startswith("move_threshold")]
    assert len(moved) == 2, "one less of one, or one more of the other"
    for each in moved:
        assert by_edits[each].changes, "five visits are decided"
        assert not by_edits[each].brings
    assert ("state_precedence(a,b)",) in by_edits
    assert [(old, new) for old, new, _ in by_edits["state_precedence(a,b)",].changes] == [
        ("contradiction", "medically_necessary")
    ]


def test_no_repair_is_an_answer(kb_folder: Path, tmp_path: Path) -> None:
    """A dead clause whose own rule contradicts itself twice: no single edit but to strike it will do."""
    text = CONFLICT.replace(
        "at_most(visits, 5)", "case(urgent, true), case(urgent, false), case(site, arm), case(site, leg)"
    )
    kb = loaded(kb_folder, tmp_path / "kb", text)
    finding = next(each for each in kb.check("ash") if each.kind == "dead")
    search = RepairSearch(kb, "ash", most=0)
    found = search.of(finding)
    assert (found.repairs, found.tried, found.found) == ((), 0, 0)
    whole = RepairSearch(kb, "ash").of(finding)
    assert kinds(whole) == [["strike_clause"]]
    assert whole.tried == whole.declared


def test_words_and_data(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", CONFLICT)
    found = kb.repairs("ash", listed=20)
    said = "\n".join(map(str, lines(kb, found)))
    assert "tate that 'Clause a' (a) comes before 'Clause b' (b)" in said
    assert "change 'visits is 5 or more' to 'visits is 6 or more'" in said
    words = EditWords.of(kb, "ash")
    for each in found.repairs:
        for repair in each.repairs:
            assert all(words.edit(edit) for edit in repair.edits)
            assert repair.to_dict()["edits"]


def every_kind() -> Iterator[PolicyEdit]:
    yield PolicyEdit("state_precedence", ("a", "b"))
    yield PolicyEdit("add_clause", ("case_by_case",))
    yield PolicyEdit("strike_clause", ("b",))


@pytest.mark.parametrize("edit", [*every_kind()], ids=str)
def test_an_edited_text_keeps_its_comments_and_loads(kb_folder: Path, tmp_path: Path, edit: PolicyEdit) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", f"% Größe: a remark\n{CONFLICT}")
    text = PolicyText.of(kb, "ash")
    after = with_edits(text, [edit])
    assert "% Größe: a remark" in after
    assert edited(kb, ["ash"], text, after).policies == ("ash",)
