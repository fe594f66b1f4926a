"""z3's side of the comparison of policies; runs in an environment of its own, which has z3-solver.

Reads one line of JSON: the ground rules of two policies as definitions of atoms, what is given and presumed,
the pairs of classes and, for each, the boxes that payerlogic found. Prints how much of the processor z3 took

- to build the formulas,
- to prove that the boxes of each pair are exactly its cases, and that there is no other pair,
- to cover the cases of the first pair with maximal boxes of its own: a model, widened value by value as far
  as it stays within the pair, is barred, and so on until no model is left.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    import z3  # not installed where the tests look at this file

    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    start = time.process_time()
    atoms: dict[int, Any] = {}

    def literal(number: int) -> Any:
        atom = atoms.setdefault(abs(number), z3.Bool(f"a{abs(number)}"))
        return atom if number > 0 else z3.Not(atom)

    def body(rule: dict[str, Any]) -> Any:
        literals = [literal(each) for each in rule["body"]]
        if rule["weights"] is None:
            return z3.And(literals)
        return z3.PbGe(list(zip(literals, rule["weights"], strict=True)), rule["bound"])

    base = [literal(each) for each in asked["given"]]
    for head, rules in asked["rules"].items():
        base.append(literal(int(head)) == z3.Or([body(rule) for rule in rules]))
    for group in asked["attributes"].values():
        base.append(z3.PbEq([(literal(atom), 1) for atom in group], 1))
    base += [z3.Or([literal(atom) for atom in group]) for group in asked["nonempty"]]
    pairs = [z3.And(literal(pair["left"]), literal(pair["right"])) for pair in asked["pairs"]]
    boxes = [
        z3.Or([z3.And([z3.Or([literal(atom) for atom in side]) for side in box]) for box in pair["boxes"]])
        for pair in asked["pairs"]
    ]
    built = time.process_time()

    def impossible(*conditions: Any) -> bool:
        solver = z3.Solver()
        solver.add(*base, *conditions)
        return bool(solver.check() == z3.unsat)

    exact = all(
        impossible(pair, z3.Not(box)) and impossible(box, z3.Not(pair)) for pair, box in zip(pairs, boxes, strict=True)
    )
    whole = impossible(z3.Not(z3.Or(pairs)))
    proved = time.process_time()

    inside, outside = z3.Solver(), z3.Solver()
    inside.add(*base, pairs[0])
    outside.add(*base, z3.Not(pairs[0]))
    found = 0
    while inside.check() == z3.sat:
        model = inside.model()
        taken = {
            name: {atom for atom in group if z3.is_true(model[literal(atom)])}
            for name, group in asked["attributes"].items()
        }
        for name, group in asked["attributes"].items():
            for atom in group:
                if atom not in taken[name]:
                    taken[name].add(atom)
                    barred = [
                        -other
                        for each, all_ in asked["attributes"].items()
                        for other in all_
                        if other not in taken[each]
                    ]
                    if outside.check(*(literal(each) for each in barred)) != z3.unsat:
                        taken[name].discard(atom)
        found += 1
        sides = [[atom for atom in group if atom not in taken[name]] for name, group in asked["attributes"].items()]
        inside.add(z3.Or([literal(atom) for side in sides for atom in side]))
    covered = time.process_time()
    answer = {
        "z3": z3.get_version_string(),
        "proved": exact and whole,
        "boxes": found,
        "build_ms": (built - start) * 1000,
        "prove_ms": (proved - built) * 1000,
        "cover_ms": (covered - proved) * 1000,
    }
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
