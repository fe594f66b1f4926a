"""Proofs over every case and every choice of readings, by clingo on the files of the knowledge base.

A statement is proved by asking for a counterexample: the rules of ``kb/``, a rule that derives
``violation`` from one, and the constraint that there is a violation. If clingo finds that
unsatisfiable, no case under any choice of readings violates the statement. Nothing of the engine
takes part. Presumptions are left open, so that what is proved holds with and without them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from clingo import Control

from payerlogic.program.files import Program

KB = Path(__file__).resolve().parent.parent.parent / "kb"
SECOND = Path(__file__).resolve().parent.parent / "policies" / "second_reading"
FILES = [*(file.path for file in Program.read(KB).files), KB / "run" / "thresholds.lp"]

# Words for the theorems: how far a request has come in the order of decision.
WORDS = """
past_gates(P) :- policy(P,_,_,_,_), not met(P,G) : gate(P,G).
cancer_past_gates(P) :- past_gates(P), case(oncologic,true).
own_section :- site((breast; cervix_uteri; colon; pancreas; rectum)).
named_site :- own_section.
named_site :- site(soft_tissue).
delegated :- reading(nia_site_guideline,delegation), own_section.
here :- cancer_past_gates(nia), not delegated.
"""


def control(extra: str = "", files: Iterable[Path] = (), options: Iterable[str] = ()) -> Control:
    """A fresh clingo with the knowledge base, ``files`` and ``extra``, grounded."""
    found = Control(["--warn=no-atom-undefined", *options])
    for file in [*FILES, *files]:
        found.load(str(file))
    found.add("base", [], WORDS + extra)
    found.ground([("base", [])])
    return found


def counterexample(violation: str, files: Iterable[Path] = ()) -> list[str] | None:
    """The inputs and clauses of a case that derives ``violation``; None proves that there is none."""
    shown = ("case", "reading", "met", "stands", "determination", "second")
    asked = control(f"{violation}\n:- not violation.\n#defined violation/0.", files)
    with asked.solve(yield_=True) as handle:
        for model in handle:
            return sorted(str(symbol) for symbol in model.symbols(atoms=True) if symbol.name in shown)
    return None


def happens(condition: str) -> bool:
    """Whether ``condition`` (a rule body) holds in some case under some readings."""
    return counterexample(f"violation :- {condition}.") is not None
