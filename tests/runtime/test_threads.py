"""Several threads may ask one knowledge base, as the sessions of one server do: nobody gets another's answer."""

from __future__ import annotations

import random
import sys
from threading import Thread

import pytest

from payerlogic import CaseError, KnowledgeBase
from tests.support.axes import all_axes

pytestmark = pytest.mark.usefixtures("anew")


def made_up_cases(kb: KnowledgeBase, count: int) -> list[dict[str, object]]:
    rng = random.Random(11)
    found: list[dict[str, object]] = []
    names = [name for name, axis in all_axes(kb).items() if axis.attribute.type == "choice"]
    while len(found) < count:
        case = {name: rng.choice(kb.vocabulary[name].spelled) for name in names if rng.random() < 0.5}
        try:
            kb.read(case)
        except CaseError:
            continue
        found.append(case)
    return found


def test_answers_do_not_depend_on_who_else_is_asking(kb_folder: object) -> None:
    asked, shared = KnowledgeBase.load(kb_folder), KnowledgeBase.load(kb_folder)  # type: ignore[arg-type]
    cases = made_up_cases(asked, 60)
    expected = [asked.decide(case).to_dict() for case in cases]
    answers: dict[int, list[dict[str, object]]] = {}

    def ask(number: int) -> None:
        order = cases if number % 2 else cases[::-1]
        found = [shared.decide(case).to_dict() for case in order]
        answers[number] = found if number % 2 else found[::-1]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=ask, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert all(found == expected for found in answers.values())
    assert len(answers) == 6
