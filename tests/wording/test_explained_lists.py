"""Why a clause fails that rests on a count or on one of several records: as a tree, with what counts by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic import KnowledgeBase
from payerlogic.answers.derivation.failing import reasons_against
from payerlogic.wording.explanation import rationale
from payerlogic.wording.outline import as_text
from tests.conftest import AS_OF
from tests.semantics.test_records import small

STEPS = """
payer(oak, "Oak"). policy(steps, oak, stepping, "OH-7", "Made up").
statement(steps, "O1", "Criteria", "1", "two long therapies, or one in a high dose", rule).
clause(steps, c, "The clause"). concludes(steps, c, medically_necessary). cites(steps, c, "O1").
met(steps, c) :- criterion(steps, tried), criterion(steps, drugs), criterion(steps, bad).

criterion(steps, long(I)) :- given(therapy, I), at_least(of(months, therapy, I), 3).
label(criterion(steps, long(I)), "therapy # lasted 3 months") :- slot(therapy, I).
criterion(steps, tried) :- #count { I : criterion(steps, long(I)) } >= 2.
criterion(steps, tried) :- criterion(steps, long(I)), at_least(of(dose_mg, therapy, I), 20).
label(criterion(steps, tried), "two long therapies, or one in a high dose").

criterion(steps, used(D)) :- given(therapy, I), case(of(drug, therapy, I), D).
label(criterion(steps, used(D)), "# was used") :- value(of(drug, therapy), _, D, _).
criterion(steps, drugs) :- #count { D : criterion(steps, used(D)) } >= 2.
label(criterion(steps, drugs), "two drugs").

criterion(steps, bad) :- 2 { case(severe, true); at_least(therapy, 1); at_least(visit, 2) }.
label(criterion(steps, bad), "two signs of a bad course").
"""
CASE = {
    "severe": False,
    "visit": [{}],
    "therapy": [{"drug": "other", "months": 4, "dose_mg": 15}, {"drug": "other", "months": 2, "dose_mg": 25}],
}
EXPLAINED = """\
  ✗ The clause [O1], needs all of:
    ✗ two signs of a bad course: needs at least 2 of these 3, and 1 holds (number of prior therapies is 2, needs 1 or \
more) and 2 do not (severe disease: no, needs yes; number of visits is 1, needs 2 or more)
    ✗ two drugs:
      ✗ at least 2 of these 3:
        ✗ adalimumab was used
        ✗ methotrexate was used
        ✓ another drug was used
    ✗ two long therapies, or one in a high dose, needs one of:
      ✗ at least 2 of these:
        ✓ therapy 1 lasted 3 months
        ✗ therapy 2 lasted 3 months: therapy 2: duration is 2 months, needs 3 or more
      ✗ one more: number of prior therapies is 2, needs 3 or more
      ✗ therapy 1: weekly dose is 15 mg, needs 20 or more
      ✗ therapy 2: duration is 2 months, needs 3 or more
"""


@pytest.fixture(scope="module")
def kb(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = small(kb_folder, tmp_path_factory.mktemp("lists") / "kb")
    (folder / "policies" / "steps.lp").write_text(STEPS, encoding="utf-8")
    return KnowledgeBase.load(folder)


def test_what_fails_is_a_tree(kb: KnowledgeBase) -> None:
    text = as_text(rationale(kb.explain(CASE, "steps", kb.settings(as_of=AS_OF))))
    assert EXPLAINED in text, text


def test_in_one_line_criteria_are_named_by_their_labels(kb: KnowledgeBase) -> None:
    graph = kb.explain(CASE, "steps", kb.settings(as_of=AS_OF)).graph
    reasons = reasons_against(graph, "met(steps,c)")
    assert "needs two long therapies, or one in a high dose" in reasons
    assert not any("needs needs" in each for each in reasons)
