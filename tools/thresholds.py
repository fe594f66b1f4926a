"""Write ``kb/run/thresholds.lp``: the numbers that the rules compare with, for clingo alone.

    python tools/thresholds.py [FOLDER]

The loader collects these numbers from the rules itself; plain clingo has to be given them. A test holds the file to
what the rules say.
"""

import sys
from pathlib import Path

from payerlogic.program.files import Program, shipped_folder
from payerlogic.program.library import Library

HEAD = """%% thresholds.lp: the numbers that the rules compare with, collected by `make thresholds`. Do not edit.
%%
%%   bound(Attribute, at_least or at_most, Number)     see core/case.lp
%%   counts_as(Attribute, Decimal, Number)             "2.5" counts as 25, with one place

"""


def text(folder: Path) -> str:
    """What the file has to say.

    >>> text(shipped_folder()).splitlines()[5]
    'bound(age_years,at_least,50).'
    """
    library = Library.read(folder)
    programs = [Program.of(library, service=each) for each in library.services or ("",)]
    facts = {str(each) for program in programs for each in (*program.thresholds, *program.counted)}
    return HEAD + "".join(f"{each}.\n" for each in sorted(facts))


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_folder()
    (folder / "run" / "thresholds.lp").write_text(text(folder), encoding="utf-8")
