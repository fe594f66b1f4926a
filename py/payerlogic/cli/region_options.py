"""How many regions a command lists, by number or by time.

payerlogic compare nia bcbsaz --regions 3
payerlogic compare nia bcbsaz --time 10
"""

from __future__ import annotations

from typing import Annotated

import typer

RegionsOption = Annotated[
    int | None,
    typer.Option(
        "--regions", min=1, metavar="N", help="List at most N regions of each kind, the largest. [default: all]"
    ),
]
TimeOption = Annotated[
    float | None,
    typer.Option(
        "--time",
        min=0,
        metavar="SECONDS",
        help="Look for more than one region of each kind no longer than this. Which are listed may then differ from "
        "one run to the next; numbers and proofs do not. [default: no limit]",
    ),
]
