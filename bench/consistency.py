"""The parts of the benchmark about whole policies: check, compare, and the questions about one case.

The two shipped policies are compared with z3 beside: the same ground rules, presumptions and readings go to
z3 as formulas, which then proves that the boxes of ``compare`` are exact, and covers the conflict region with
boxes of its own. Reasons have clingexplaid beside: its minimal unsatisfiable subsets of the stated facts, with
the class denied, are the minimal reasons without presumptions, and have to be the same sets.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from measuring import HERE, TOP, InternalDisagreement, Measured, in_turn, other_python, timed
from payerlogic import KnowledgeBase
from payerlogic.comparison.result import Comparison
from payerlogic.comparison.space import Space
from payerlogic.semantics.case_space import Axis, Member, ValueAxis

sys.path.insert(0, str(TOP / "tools"))
import synthetic
import undivided

LEFT, RIGHT = "nia", "bcbsaz"
REASONS = 10  # cases for clingexplaid
PATIENCE = 300  # seconds for another process
UNDIVIDED = {12: 2000, 17: 5000, 25: 20_000, 40: 90_000}
"""Attributes of made-up policies without sections, and milliseconds."""
FIVE = 5
COUNTED = (12, 17)
"""Attributes up to which a BDD library in plain Python counts in a reasonable time."""


def consistency(kb: KnowledgeBase, cases: list[dict[str, object]], repeats: int) -> Iterator[Measured]:
    """All rows about consistency, comparison and the questions about one case."""
    yield from _policies(kb, repeats)
    yield from _undivided()
    yield from _questions(kb, cases)
    yield from _reasons(kb, [case for case in cases if _addressed(kb, case)][:REASONS])


def _addressed(kb: KnowledgeBase, case: dict[str, object]) -> bool:
    """Whether a complete case gets past the gates: at a gate a single fact is the reason."""
    return kb.decide(case, LEFT).outcome not in ("not_addressed", "pended")


# --- Whole policies ------------------------------------------------------------------------------------


def _policies(kb: KnowledgeBase, repeats: int) -> Iterator[Measured]:
    """First answers of a fresh knowledge base: nothing is remembered from the answer before."""
    settings = kb.settings()
    compared, again, checked = [], [], []
    for _ in in_turn(range(min(repeats, 5)), "comparing"):
        fresh = KnowledgeBase.load()
        first, found = timed(lambda fresh=fresh: fresh.compare(LEFT, RIGHT, settings))
        compared.append(first)
        again.append(timed(lambda fresh=fresh: fresh.compare(LEFT, RIGHT, settings))[0])
        fresh = KnowledgeBase.load()
        checked.append(timed(lambda fresh=fresh: fresh.check(LEFT))[0])
    regions = sum(len(pair.regions) for pair in found.pairs)
    other, why = _z3(kb, found)
    note = f"{regions} regions of {found.cells} cells, proved by clingo"
    if other is None:
        yield Measured(f"compare {LEFT} {RIGHT}, after loading", median(compared), 1000, note=f"{note}; {why}")
    else:
        if not other["proved"]:
            raise InternalDisagreement(f"z3 does not confirm the boxes of compare {LEFT} {RIGHT}")
        note += f", and again by z3 {other['z3']} in {other['prove_ms']:.0f} ms"
        yield Measured(f"compare {LEFT} {RIGHT}, after loading", median(compared), 1000, note=note)
        mine = len(found.pairs[0].regions)
        yield Measured(
            "the same, again: all pairs of classes covered, irredundant, and proved",
            median(again),
            None,
            "z3 covers one pair, redundantly",
            other["cover_ms"],
            None,
            f"the pair approved and denied: {mine} boxes here, z3 {other['boxes']}",
        )
    yield Measured(f"check {LEFT}, after loading", median(checked), 2000)


def _undivided() -> Iterator[Measured]:
    """Two made-up policies that no attribute divides: everything exact and proved, and one region of each pair."""
    for attributes, target in UNDIVIDED.items():
        with TemporaryDirectory() as place:
            folder = Path(place) / "kb"
            copytree(TOP / "kb", folder)
            left, right = undivided.write(folder, attributes)
            kb, fresh = (KnowledgeBase.load(folder, service=undivided.SERVICE) for _ in range(2))
        what = f"{undivided.CLAUSES} clauses over {attributes} attributes that nothing divides"
        compared, found = timed(lambda kb=kb, left=left, right=right: kb.compare(left, right, regions=1))
        note = f"{len(found.pairs)} pairs of {found.cells} cells, proved"
        yield Measured(f"compare, {what}", compared, target, note=note)
        differing, rows = timed(lambda kb=kb, found=found: kb.clause_differences(found))
        yield Measured(f"clause by clause, {what}", differing, target, note=f"{len(rows)} rows, proved")
        if attributes in COUNTED:
            yield _counted(fresh, found, what)
    yield from _several()


def _counted(kb: KnowledgeBase, found: Comparison, what: str) -> Measured:
    """The cells of each pair of classes alone, counted by a BDD library from the same ground rules."""
    part = kb.only(found.left.policy, found.right.policy)

    def count() -> dict[object, int]:
        space = Space.of(part.situations, (found.left, found.right))
        return space.counts.all_of(space.joint)

    took, _ = timed(count)
    values = {
        name: [axis.true_atoms(members[0]) for members in axis.classes]
        for name, axis in ((name, kb.axes[name]) for name in part.compiler.attribute_order)
        if isinstance(axis, ValueAxis)
    }
    other, why = _other_side("bdd_side.py", {**formulas(kb, found), "values": values})
    name = f"the cells of each pair alone, {what}"
    if other is None:
        return Measured(name, took, note=why)
    for pair, cells in zip(found.pairs, other["counts"], strict=True):
        if Fraction(cells, other["whole"]) != pair.share:
            raise InternalDisagreement(f"{pair.left}, {pair.right}: {pair.share}, dd {cells} of {other['whole']}")
    note = f"the same counts; dd {other['nodes']} nodes at the end"
    return Measured(name, took, None, f"dd {other['dd']}", other["ms"], None, note)


def _several() -> Iterator[Measured]:
    """Five made-up policies of one service, all at once."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "kb"
        copytree(TOP / "kb", folder)
        names = undivided.write(folder, min(UNDIVIDED), FIVE)
        kb = KnowledgeBase.load(folder, service=undivided.SERVICE)
    took, found = timed(lambda: kb.compare_several(names, regions=1))
    what = f"compare {FIVE} policies, {undivided.CLAUSES} clauses over {min(UNDIVIDED)} attributes that nothing divides"
    yield Measured(what, took, 10_000, note=f"{len(found.vectors)} combinations of {found.cells} cells, proved")


def _z3(kb: KnowledgeBase, found: Comparison) -> tuple[dict[str, Any] | None, str]:
    """What z3 says of the comparison, or None, and why not."""
    return _other_side("compare_side.py", formulas(kb, found))


def _other_side(script: str, asked: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """What a program in the other environment answers, or None, and why not."""
    python, why = other_python()
    if python is None:
        return None, why
    try:
        done = subprocess.run(
            [python, str(HERE / script)],
            input=json.dumps(asked) + "\n",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"{script} did not answer ({type(error).__name__})"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer, ""


def formulas(kb: KnowledgeBase, found: Comparison) -> dict[str, Any]:
    """Two policies and the boxes of their comparison, as ``compare_side.py`` takes them."""
    sides = [kb.situations.situation(party.view(kb.situations)) for party in (found.left, found.right)]
    day = kb.catalog.version_day
    if sides[0].known.get(day) != sides[1].known.get(day) or sides[0].readings != sides[1].readings:
        raise ValueError("one day and one set of readings for both sides")
    presumed = {name for side in sides for name in side.presumed}
    holding = [atom for atom, s in kb.ground.atoms("presumption_holds", 1) if str(s.arguments[0]) in presumed]
    broken = [atom for atom, _ in kb.ground.atoms("impossible", 1)]
    classes = [
        atom
        for atom, symbol in kb.ground.atoms("determination", 2)
        if str(symbol.arguments[0]) in (found.left.policy, found.right.policy)
    ]
    cone = kb.graph.cone([*holding, *broken, *classes])
    presuming = {atom for atom, _ in kb.ground.atoms("presume", 1)}
    known = [each for side in sides for each in kb.solver.assumptions(side) if abs(each) not in presuming]
    readings = [-atom for atom in kb.ground.reading_names if atom in cone and atom not in sides[0].readings]
    single = {name: axis for name, axis in kb.axes.items() if axis.attribute.type != "set"}
    return {
        "rules": {
            atom: [{"body": rule.body, "weights": rule.weights, "bound": rule.bound} for rule in kb.graph.rules[atom]]
            for atom in sorted(cone)
            if atom in kb.graph.rules
        },
        "given": sorted({*known, *readings, *holding, *(-atom for atom in broken)}),
        "attributes": {name: list(axis.atoms.values()) for name, axis in single.items()},
        "nonempty": [list(axis.atoms.values()) for axis in kb.axes.values() if axis.attribute.nonempty],
        "pairs": [
            {
                "left": kb.compiler.ground_atom("determination", found.left.policy, pair.left),
                "right": kb.compiler.ground_atom("determination", found.right.policy, pair.right),
                "boxes": [
                    [_atoms(kb.axes[name], positions) for name, positions in region.positions.items()]
                    for region in pair.regions
                ],
            }
            for pair in found.pairs
        ],
    }


def _atoms(axis: Axis, positions: frozenset[int]) -> list[int]:
    return [
        atom for position in sorted(positions) for member in axis.classes[position] for atom in axis.true_atoms(member)
    ]


# --- One case ------------------------------------------------------------------------------------------


def _questions(kb: KnowledgeBase, cases: list[dict[str, object]]) -> Iterator[Measured]:
    settings = kb.settings()
    open_cases = [{k: v for k, v in case.items() if i % 3 or k == "primary_site"} for i, case in enumerate(cases)]
    for case in open_cases:  # half of what bears on the class is missing
        for name in ("margin_status", "t_category", "disease_status", "intent"):
            case.pop(name, None)

    def with_readings(case: dict[str, object]) -> object:
        return kb.decide(case, LEFT, settings, with_readings=True)

    asked: list[tuple[str, float, Callable[[dict[str, object]], Any], list[dict[str, object]]]] = [
        ("why not approved, of a complete case", 10, lambda case: kb.why_not(case, LEFT, "approved", settings), cases),
        ("what to ask, with four facts missing", 20, lambda case: kb.ask(case, LEFT, settings), open_cases),
        ("decide with the readings that matter", 50, with_readings, cases),
        ("robustness to all readings", 50, lambda case: kb.robustness(case, LEFT, settings), cases),
    ]  # fmt: skip
    for name, target, ask, some in asked:
        ask(some[0])
        times = [timed(lambda ask=ask, case=case: ask(case))[0] for case in in_turn(some, name)]
        worst = max(times)
        yield Measured(f"{name}, at {LEFT}", median(times), target, note=f"slowest {worst:.0f} ms")


# --- Reasons -------------------------------------------------------------------------------------------


def _reasons(kb: KnowledgeBase, cases: list[dict[str, object]]) -> Iterator[Measured]:
    settings = kb.settings(presumptions=False)
    name = f"all minimal reasons of a complete case at {LEFT}, without presumptions"
    found = [timed(lambda case=case: kb.reasons(case, LEFT, settings)) for case in cases]
    sizes = [len(reasons.reasons) for _, reasons in found]
    note = f"{min(sizes)} to {max(sizes)} reasons"
    python, why = other_python()
    if python is None:
        yield Measured(name, median(ms for ms, _ in found), note=f"{note}; {why}")
        return
    lines = [json.dumps(denied(kb, case, reasons.possible[0])) for case, (_, reasons) in zip(cases, found, strict=True)]
    side = [python, str(HERE / "reasons_side.py")]
    text = "\n".join(lines) + "\n"
    try:
        done = subprocess.run(
            side, input=text, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        yield Measured(name, median(ms for ms, _ in found), note=f"{note}; clingexplaid: {type(error).__name__}")
        return
    about, *answers = (json.loads(line) for line in done.stdout.splitlines())
    for case, (_, reasons), answer in zip(cases, found, answers, strict=True):
        if sorted(map(sorted, reasons.reasons)) != answer["subsets"]:
            raise InternalDisagreement(f"{case}: reasons {reasons.reasons}, clingexplaid {answer['subsets']}")
    theirs = median(answer["ms"] for answer in answers)
    yield Measured(
        name, median(ms for ms, _ in found), None, f"clingexplaid {about['clingexplaid']}", theirs, None, note
    )


def denied(kb: KnowledgeBase, case: dict[str, object], class_: str) -> dict[str, Any]:
    """A program without a model: each fact of the case holds if its assumption is taken, and the class is denied."""
    part = kb.only(LEFT)
    texts = [*(file.text for file in part.program.files), *(f"{each}." for each in part.program.thresholds)]
    facts = part.read(case).facts
    for name, value in facts.items():
        texts.append(f"{{ taken({name}) }}.")
        texts += [f":- taken({name}), {literal}." for literal in _broken_by(part.axes[name], value)]
    texts += [":- default(R,O), not reading(R,O).", ":- presume(P).", f":- determination({LEFT},{class_})."]
    return {"program": "\n".join(texts), "facts": list(facts)}


def _broken_by(axis: Axis, value: Any) -> Iterator[str]:
    member: Member = axis.member(value)
    true = set(axis.true_atoms(member))
    for each, atom in axis.atoms.items():
        text = str(each) if isinstance(each, int) or _constant(each) else f'"{each}"'
        if atom in true:
            yield f"not case({axis.attribute.name}, {text})"
        elif axis.attribute.type == "set":
            yield f"case({axis.attribute.name}, {text})"


def _constant(value: str) -> bool:
    """Whether clingo reads it as a constant: what does not begin with a small letter is written as a string."""
    return value.isidentifier() and value[0].islower()


# --- Growth --------------------------------------------------------------------------------------------


def growing(counts: tuple[int, ...]) -> Iterator[dict[str, float]]:
    """Load so many synthetic payers; check one, compare one pair. Columns that end in a space are milliseconds."""
    for count in in_turn(counts, "growing"):
        with TemporaryDirectory() as folder:
            place = Path(folder) / "kb"
            copytree(TOP / "kb", place)
            synthetic.write(place / "policies", count)
            load, kb = timed(lambda place=place: KnowledgeBase.load(place))
            settings = kb.settings()
            first, _ = timed(lambda kb=kb: kb.only("syn001", "syn002"))
            check, _ = timed(lambda kb=kb: kb.check("syn001"))
            pair, found = timed(lambda kb=kb, settings=settings: kb.compare("syn001", "syn002", settings))
            shipped, _ = timed(lambda kb=kb, settings=settings: kb.compare(LEFT, RIGHT, settings))
            case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}
            kb.decide(case, LEFT, settings)
            decide = median(timed(lambda kb=kb, s=settings, c=case: kb.decide(c, LEFT, s))[0] for _ in range(50))
            yield {
                "payers": count,
                "load ": load,
                "load a payer ": load / (count + 2),
                "take two out ": first,
                "check one ": check,
                "compare two ": pair,
                "regions": sum(len(each.regions) for each in found.pairs),
                f"compare {LEFT} {RIGHT} ": shipped,
                "decide ": decide,
            }
