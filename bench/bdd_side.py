"""A BDD library's side of the comparison of policies; runs in an environment of its own, which has dd.

Reads one line of JSON: the ground rules of two policies as definitions of atoms, what is given, for each attribute the
atoms that are true at each of its values, in the order in which its bits are to be asked, and the pairs of classes.
Prints on how many cells each pair holds, on how many any case is possible, and how much of the processor that took.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    from dd import __version__  # not installed where the tests look at this file
    from dd.autoref import BDD

    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    start = time.process_time()
    sys.setrecursionlimit(100_000)
    bdd = BDD()
    known: dict[int, Any] = {}
    valid, bits = bdd.true, 0
    for name, values in asked["values"].items():
        own = [f"{name}_{at}" for at in range(max(1, (len(values) - 1).bit_length()))]
        bdd.declare(*own)
        bits += len(own)
        cells = [bdd.cube({bit: bool(number >> at & 1) for at, bit in enumerate(own)}) for number in range(len(values))]
        some = bdd.false
        for cell, true in zip(cells, values, strict=True):
            some |= cell
            for atom in true:
                known[atom] = known.get(atom, bdd.false) | cell
        for atom in asked["attributes"][name]:
            known.setdefault(atom, bdd.false)
        valid &= some

    given = set(asked["given"])

    def literal(number: int) -> Any:
        atom = abs(number)
        if atom not in known:
            if str(atom) in asked["rules"]:
                found = bdd.false
                for rule in asked["rules"][str(atom)]:
                    found |= body(rule)
                known[atom] = found
            elif atom in given or -atom in given:
                known[atom] = bdd.true if atom in given else bdd.false
            else:
                raise ValueError(f"nothing is known of atom {atom}")
        return known[atom] if number > 0 else ~known[atom]

    def body(rule: dict[str, Any]) -> Any:
        if rule["weights"] is not None:
            raise ValueError("a made-up policy counts nothing")
        found = bdd.true
        for each in rule["body"]:
            found &= literal(each)
        return found

    possible = valid
    for each in given:
        if abs(each) in known or str(abs(each)) in asked["rules"]:
            possible &= literal(each)
    counts = [
        bdd.count(possible & literal(pair["left"]) & literal(pair["right"]), nvars=bits) for pair in asked["pairs"]
    ]
    whole = bdd.count(possible, nvars=bits)
    took = 1000 * (time.process_time() - start)
    print(json.dumps({"dd": __version__, "counts": counts, "whole": whole, "nodes": len(bdd), "ms": took}))


if __name__ == "__main__":
    main()
