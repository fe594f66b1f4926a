"""What other engines need for the same rules on the same complete cases; runs in the benchmark's own environment.

    python batch_side.py FOLDER

FOLDER holds ``rules.json`` and ``cases.npz`` (see batch.py). Prints the versions, milliseconds of the processor for one
row, and the classes that each engine gives.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np


def decision(rules: list[list[str]]) -> str:
    """The rules as a decision table of GoRules: the first row whose condition holds."""
    rows = [{"_id": f"r{at}", "when": when, "then": json.dumps(then)} for at, (when, then) in enumerate(rules)]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "then", "name": "class", "field": "class"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {
            "id": "table",
            "type": "decisionTableNode",
            "name": "table",
            "position": {"x": 1, "y": 0},
            "content": content,
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def with_zen(rules: dict[str, list[list[str]]], cases: list[dict[str, Any]]) -> tuple[float, dict[str, list[str]]]:
    import zen

    engine = zen.ZenEngine()
    decisions = {policy: engine.create_decision(decision(each)) for policy, each in rules.items()}
    found: dict[str, list[str]] = {}
    start = time.process_time()
    for policy, each in decisions.items():
        found[policy] = [each.evaluate(case)["result"]["class"] for case in cases]
    return (time.process_time() - start) * 1000 / len(cases), found


def with_numpy(rules: dict[str, list[list[str]]], columns: dict[str, Any]) -> tuple[float, dict[str, list[str]]]:
    start = time.process_time()
    found = {policy: select(each, columns) for policy, each in rules.items()}
    took = (time.process_time() - start) * 1000
    names = {policy: [then for _, then in each] for policy, each in rules.items()}
    size = len(next(iter(columns.values())))
    return took / size, {policy: [names[policy][place] for place in found[policy]] for policy in rules}


def select(rules: list[list[str]], columns: dict[str, Any]) -> Any:
    """The number of the first rule that holds, for every case at once."""
    conditions = [eval(when, {"__builtins__": {}}, columns) for when, _ in rules[:-1]]
    return np.select(conditions, list(range(len(conditions))), default=len(conditions))


def with_openfisca(rules: dict[str, list[list[str]]], columns: dict[str, Any]) -> tuple[float, dict[str, list[str]]]:
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import MONTH
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity("request", "requests", "a request", is_person=True)
    system = TaxBenefitSystem([person])

    def variable(name: str, kind: type, formula: Any = None) -> type:
        members = {"value_type": kind, "entity": person, "definition_period": MONTH, "label": name}
        if formula is not None:
            members["formula"] = formula
        return type(name, (Variable,), members)

    for name, values in columns.items():
        system.add_variable(variable(name, bool if values.dtype == bool else int))
    for policy, each in rules.items():

        def formula(requests: Any, period: Any, parameters: Any = None, each: Any = each) -> Any:
            return select(each, {name: requests(name, period) for name in columns})

        formula.__name__ = "formula"
        system.add_variable(variable(f"{policy}_class", int, formula))
    size = len(next(iter(columns.values())))
    simulation = SimulationBuilder().build_default_simulation(system, count=size)
    for name, values in columns.items():
        simulation.set_input(name, "2026-01", values)
    start = time.process_time()
    found = {policy: simulation.calculate(f"{policy}_class", "2026-01") for policy in rules}
    took = (time.process_time() - start) * 1000
    return took / size, {p: [rules[p][int(place)][1] for place in found[p]] for p in rules}


def main() -> None:
    folder = Path(sys.argv[1])
    asked = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    columns = dict(np.load(folder / "cases.npz"))
    answers: dict[str, Any] = {}
    for name, package, run in (
        ("GoRules ZEN", "zen-engine", lambda: with_zen(asked["zen"], asked["cases"])),
        ("NumPy by hand", "numpy", lambda: with_numpy(asked["numpy"], columns)),
        ("OpenFisca", "openfisca-core", lambda: with_openfisca(asked["numpy"], columns)),
    ):
        try:
            ms, classes = run()
            size = len(asked["cases"])
            first = {policy: each[:size] for policy, each in classes.items()}
            answers[name] = {"version": version(package), "ms": ms, "classes": first}
        except Exception as error:
            answers[name] = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
