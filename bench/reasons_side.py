"""clingexplaid's side of the comparison of reasons; runs in an environment of its own, which has clingexplaid.

Reads lines of JSON, each a program with the names of its assumption atoms, and prints for each how long it
took to find all minimal unsatisfiable subsets of these assumptions (MARCO on clingo), and the subsets. Only
the search is timed, not the grounding.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

import clingo


def main() -> None:
    from clingexplaid.unsat import SubsetComputer  # not installed where the tests look at this file

    print(json.dumps({"clingexplaid": version("clingexplaid")}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        control = clingo.Control(["--warn=none"])
        control.add(asked["program"])
        control.ground()
        assumptions = [(clingo.Function("taken", [clingo.Function(name)]), True) for name in asked["facts"]]
        start = time.process_time()
        computer = SubsetComputer(control, assumptions)
        found = list(computer.multiple())
        elapsed = time.process_time() - start
        subsets = sorted(sorted(str(symbol.arguments[0]) for symbol, _ in subset.iter_symbols()) for subset in found)
        print(json.dumps({"ms": elapsed * 1000, "subsets": subsets}), flush=True)


if __name__ == "__main__":
    main()
