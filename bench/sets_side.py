"""A made-up service whose policy counts the members of a set: times as JSON. Run by library.py, with a limit of memory.

python bench/sets_side.py MEMBERS
"""

from __future__ import annotations

import json
import random
import resource
import sys
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory

from measuring import SEED, TOP, timed
from payerlogic import KnowledgeBase

MEMORY = 3 * 2**30
CASES = 100

SERVICE = """\
service(drugs, "drugs (made up)").
default_service(drugs).
uses(drugs, (request; patient)).
attribute(101, severe, boolean, finding). label(severe, "severe"). help(severe, "Severe disease.").
attribute(102, tried, set, patient). label(tried, "drugs tried"). help(tried, "Whatever was tried.").
value(cpt_codes, 1, "99999", "99999").
"""
POLICY = """\
payer(many, "Many (made up)"). policy(many, many, drugs, "MANY-1", "Many drugs").
statement(many, "S1", "Criteria", "a", "two drugs were tried", rule). version(many, 20200101, "first").
clause(many, two, "Two or more were tried"). cites(many, two, "S1"). concludes(many, two, medically_necessary).
met(many, two) :- case(severe, true), criterion(many, tried).
label(criterion(many, tried), "two or more were tried").
clause(many, rest, "All others"). otherwise(many, rest). cites(many, rest, "S1").
met(many, rest) :- not met(many, two). concludes(many, rest, experimental_investigational).
"""


def made(folder: Path, members: int, *, booleans: bool = False) -> Path:
    """A knowledge base of one service; with ``booleans``, each member is a yes-or-no fact instead."""
    for room in ("core", "run", "house", "vocabulary"):
        copytree(TOP / "kb" / room, folder / room)
    names = [f"drug_{number}" for number in range(members)]
    service, policy = SERVICE, POLICY
    if booleans:
        for rank, name in enumerate(names, 110):
            service += (
                f'attribute({rank}, {name}, boolean, patient). label({name}, "{name}"). help({name}, "Tried.").\n'
            )
        service += 'value(tried, 1, one, "one"). value(tried, 2, two, "two").\n'
        counted = "; ".join(f"case({name}, true)" for name in names)
        policy += f"criterion(many, tried) :- 2 {{ {counted}; case(tried, one) }}.\n"
    else:
        for rank, name in enumerate(names, 1):
            service += f'value(tried, {rank}, {name}, "{name}").\n'
        policy += "criterion(many, tried) :- #count { D : case(tried, D) } >= 2.\n"
    for name, text in (("services/drugs.lp", service), ("policies/drugs/many.lp", policy)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def cases(members: int, *, booleans: bool = False) -> list[dict[str, object]]:
    """Cases that state everything that the policy asks, as a set or as booleans."""
    rng = random.Random(SEED)
    found: list[dict[str, object]] = []
    for _ in range(CASES):
        tried = {f"drug_{number}" for number in range(members) if rng.random() < 2 / members}
        case: dict[str, object] = {"severe": rng.random() < 0.7, "date_of_service": "2026-01-01"}
        if booleans:
            case |= {f"drug_{number}": f"drug_{number}" in tried for number in range(members)} | {"tried": []}
        else:
            case["tried"] = sorted(tried)
        found.append(case)
    return found


def measured(members: int) -> dict[str, float]:
    """Milliseconds of the processor."""
    times: dict[str, float] = {}
    for name in ("decide", "booleans"):
        booleans = name == "booleans"
        with TemporaryDirectory() as folder:
            place = made(Path(folder) / "kb", members, booleans=booleans)
            some = cases(members, booleans=booleans)
            load, kb = timed(lambda place=place: KnowledgeBase.load(place))
            first, _ = timed(lambda kb=kb, some=some: kb.decide(some[0]))
            times[name] = median(timed(lambda case=case, kb=kb: kb.decide(case))[0] for case in some)
            if not booleans:
                times["load"] = load + first
                case = {**some[0], "severe": True, "tried": []}
                answer = kb.why_not(case, "many", "approved")
                times["changes"] = len(answer.changes)
                others = [{**case, "date_of_service": f"2026-01-{day:02d}"} for day in range(2, 12)]
                times["whynot"] = median(
                    timed(lambda case=case, kb=kb: kb.why_not(case, "many", "approved"))[0] for case in others
                )
    return times


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(json.dumps(measured(int(sys.argv[1]))))
