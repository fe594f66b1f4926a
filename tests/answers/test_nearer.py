"""Changes of more attributes that move a number less far, against the definition.

A small service of two numbers, a decimal and two yes-or-no facts; random policies over them are read once more in
Python, and every change of every set of facts is tried. A change is beaten by one of fewer attributes unless it moves
one of these to a place strictly between where it is and where the other one moves it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase
from payerlogic.wording.case_answers import sentences
from tests.conftest import AS_OF
from tests.tiers import amounts

NUMBERS = {"height": range(5), "weight": range(4), "depth": range(3)}
FLAGS = ("urgent", "repeat")
NAMES = (*NUMBERS, *FLAGS)
Case = dict[str, int | bool]
Rule = list[tuple[str, str, int]]
SERVICE = "".join(
    [
        'service(small, "small"). default_service(small). matrix(small, urgent, repeat).\n',
        *(
            f'attribute({at}, {name}, integer, finding). label({name}, "{name}"). help({name}, "x"). '
            f"range({name}, 0, {max(values)}).\n"
            for at, (name, values) in enumerate(NUMBERS.items(), 101)
        ),
        *(
            f'attribute({at}, {name}, boolean, finding). label({name}, "{name}"). help({name}, "x").\n'
            for at, name in enumerate(FLAGS, 120)
        ),
    ]
)
POLICY = """
payer(acme, "Acme"). policy(acme, acme, small, "A-1", "Made up"). version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "1", "made up", rule).
clause(acme, c, "The clause"). concludes(acme, c, medically_necessary). cites(acme, c, "A1").
"""


def loaded(kb_folder: Path, folder: Path, rules: list[Rule]) -> KnowledgeBase:
    for room in ("core", "run", "house"):
        copytree(kb_folder / room, folder / room)
    policy = POLICY + "\n".join(map(written, rules))
    for room, name, text in (("services", "small", SERVICE), ("policies", "acme", policy)):
        (folder / room).mkdir()
        (folder / room / f"{name}.lp").write_text(text, encoding="utf-8")
    return KnowledgeBase.load(folder)


def written(rule: Rule) -> str:
    said = (
        f"case({name}, {'true' if n else 'false'})" if how == "case" else f"{how}({name}, {n})" for name, how, n in rule
    )
    return f"met(acme, c) :- {', '.join(said)}."


def holds(rules: list[Rule], case: Case) -> bool:
    tests: dict[str, Callable[[int, int], bool]] = {
        "at_least": lambda value, n: value >= n,
        "at_most": lambda value, n: value <= n,
        "case": lambda value, n: value == n,
    }
    return any(all(tests[how](case[name], n) for name, how, n in rule) for rule in rules)


def some_rules(rng: Random) -> list[Rule]:
    """Rules most of which ask for one and the same number, the more beside it the less of it."""

    def condition(name: str) -> tuple[str, str, int]:
        if name in FLAGS:
            return name, "case", rng.randrange(2)
        how = rng.choice(["at_least", "at_least", "at_most"])
        most = max(NUMBERS[name])
        return name, how, rng.randrange(1, most + 1) if how == "at_least" else rng.randrange(most)

    main, found = rng.choice(["height", "weight"]), []
    others = [name for name in NAMES if name != main]
    for size in sorted(rng.randrange(3) for _ in range(rng.randrange(2, 6))):
        beside = [condition(each) for each in rng.sample(others, size)]
        asked = (main, "at_least", max(1, max(NUMBERS[main]) - size - rng.randrange(2)))
        found.append([asked, *beside] if rng.random() < 0.85 or not beside else beside)
    return found


def works(rules: list[Rule], stated: Case, changed: Case) -> bool:
    """Whether a case is met whatever is still unknown."""
    case = {**stated, **changed}
    unknown = [name for name in NAMES if name not in case]
    every = ({**case, **dict(zip(unknown, row, strict=True))} for row in product(*map(values_of, unknown)))
    return all(holds(rules, each) for each in every)


def values_of(name: str) -> list[int]:
    return list(NUMBERS.get(name, range(2)))


def beats(one: Case, other: Case, stated: Case) -> bool:
    def is_nearer(name: str) -> bool:
        low, high = sorted((stated[name], one[name]))
        return low < other[name] < high

    return one.keys() < other.keys() and not any(is_nearer(name) for name in one if name in NUMBERS and name in stated)


def by_hand(rules: list[Rule], stated: Case) -> set[frozenset[str]]:
    """The sets of attributes with a change that no other one beats, and that are not minimal as sets."""
    every = [
        changed
        for size in range(1, len(NAMES) + 1)
        for names in combinations(NAMES, size)
        for row in product(*map(values_of, names))
        if works(rules, stated, changed := dict(zip(names, row, strict=True)))
    ]
    sets = {frozenset(each) for each in every}
    least = {each for each in sets if not any(other < each for other in sets)}
    larger = [each for each in every if frozenset(each) not in least]
    return {frozenset(each) for each in larger if not any(beats(other, each, stated) for other in every)}


@pytest.mark.parametrize("count", amounts(12, 80))
def test_what_no_change_beats(kb_folder: Path, tmp_path: Path, count: int) -> None:
    rng, seen, larger = Random(count), 0, 0
    for at in range(count):
        rules = some_rules(rng)
        kb = loaded(kb_folder, tmp_path / str(at), rules)
        for _ in range(3):
            stated: Case = {name: rng.choice(values_of(name)[:2]) for name in NAMES if rng.random() < 0.9}
            if works(rules, stated, {}):
                continue
            case = {name: bool(value) if name in FLAGS else value for name, value in stated.items()}
            answer = kb.why_not(case, "acme", "approved", kb.settings(as_of=AS_OF))
            found = {frozenset(change.attribute for change in changes) for changes in answer.nearer}
            assert found == by_hand(rules, stated), (list(map(written, rules)), stated)
            seen += 1
            larger += bool(found)
    assert seen > count
    assert larger > count / 6


RULES: list[Rule] = [
    [("height", "at_least", 4)],
    [("height", "at_least", 2), ("urgent", "case", 1)],
    [("height", "at_least", 3), ("weight", "at_least", 3), ("repeat", "case", 1)],
]


def test_a_smaller_number_with_one_more_fact(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", RULES)
    case = {"height": 1, "weight": 3, "depth": 0, "urgent": False, "repeat": False}
    answer = kb.why_not(case, "acme", "approved", kb.settings(as_of=AS_OF))
    said = [
        [{each.attribute: each.to for each in changes} for changes in found]
        for found in (answer.changes, answer.nearer)
    ]
    assert said == [
        [{"height": ["4.."]}],
        [{"height": ["3.."], "repeat": [True]}, {"height": ["2.."], "urgent": [True]}],
    ]
    lines = [line.text for line in sentences(kb, answer)]
    assert "Or with a smaller change of a number or date, together with other changes:" in lines
    assert "height: 2 or more (now 1); urgent: yes (now no)" in lines


def test_nothing_where_the_other_change_is_no_smaller(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(
        kb_folder, tmp_path / "kb", [[("height", "at_least", 2)], [("height", "at_least", 2), ("depth", "at_least", 1)]]
    )
    case = {"height": 1, "weight": 0, "depth": 0, "urgent": False, "repeat": False}
    assert kb.why_not(case, "acme", "approved", kb.settings(as_of=AS_OF)).nearer == ()
