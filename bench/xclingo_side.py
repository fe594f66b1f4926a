"""The other side of the comparison of explanations; runs in an environment of its own, which has xclingo.

Reads a line of JSON with the annotated program and answers with the versions in use; then, for each further
line (the facts of a case, as JSON text), prints what xclingo found and how much of the processor it took. A
new control for each case is what xclingo's API asks for: the facts are part of its program.
"""

from __future__ import annotations

import json
import re
import sys
import time
from importlib.metadata import version


def main() -> None:
    from xclingo import XclingoControl  # not installed where the tests look at this file

    program = json.loads(sys.stdin.readline())
    print(json.dumps({"xclingo": version("xclingo"), "clingo": version("clingo")}), flush=True)
    for line in sys.stdin:
        facts = json.loads(line)
        start = time.process_time()
        control = XclingoControl(n_solutions="1", n_explanations="1")
        control.add("base", [], f"{program}\n{facts}")
        control.ground()
        trees = [tree for answer in control.explain() for tree in answer]
        elapsed = time.process_time() - start
        text = "".join(tree.ascii_tree() for tree in trees)
        print(
            json.dumps(
                {
                    "ms": elapsed * 1000,
                    "classes": sorted(set(re.findall(r"determines (\w+)", text))),
                    "lines": len(text.splitlines()),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
