"""A made-up service whose policies no attribute divides into sections: 20 clauses each over any number of attributes.

    python tools/undivided.py FOLDER --attributes 25 --policies 2 [--seed 1]

FOLDER is a copy of ``kb/``, to which the service ``undivided`` and its policies are added. The same numbers give the
same files. Each clause asks three to five attributes drawn at random, so that the regions of a comparison are ragged
and many, as those of shipped policies are not. No payer has any of these policies.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

CLAUSES = 20
SERVICE = "undivided"
NAMES = ("ash", "beech", "cedar", "elm", "fir", "hazel", "larch", "maple")
CLASSES = (
    "medically_necessary",
    "medically_necessary",
    "experimental_investigational",
    "investigational_not_medically_necessary",
    "physician_review",
)
CUTS = (20, 40, 60, 80)


def write(folder: Path, attributes: int, policies: int = 2, seed: int = 1) -> tuple[str, ...]:
    """The service and its policies, as files of a knowledge base; the names of the policies."""
    names = tuple(f"{name}_{attributes}" for name in NAMES[:policies])
    (folder / "services" / f"{SERVICE}.lp").write_text("\n".join(_service(attributes)) + "\n", encoding="utf-8")
    place = folder / "policies" / SERVICE
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (place / f"{name}.lp").write_text("\n".join(_policy(name, attributes, seed)) + "\n", encoding="utf-8")
    return names


def _kind(number: int) -> str:
    """Of ten attributes two are numbers, two are choices, and six are yes or no."""
    return {0: "integer", 5: "integer", 2: "choice", 7: "choice"}.get(number % 10, "boolean")


def _service(attributes: int) -> Iterator[str]:
    yield f"%% {SERVICE}.lp: a made-up service line."
    yield f'service({SERVICE}, "made-up service").'
    yield f"uses({SERVICE}, request)."
    yield f"matrix({SERVICE}, fact_1, fact_2)."
    yield 'value(cpt_codes, 1, "99999", "99999, made up").'
    for number in range(1, attributes + 1):
        yield f"attribute({100 + number}, fact_{number}, {_kind(number)}, finding)."
        yield f'label(fact_{number}, "made-up fact {number}").'
        yield f'help(fact_{number}, "Made up.").'
        if _kind(number) == "integer":
            yield f"range(fact_{number}, 0, 100)."
            yield f'unit(fact_{number}, "points").'
        elif _kind(number) == "choice":
            for value in range(1, 5):
                yield f'value(fact_{number}, {value}, kind_{value}, "kind {value}").'


def _policy(name: str, attributes: int, seed: int) -> Iterator[str]:
    rng = Random(f"{seed} {name}")
    yield f"%% {name}.lp: made up by tools/undivided.py; no payer has this policy."
    yield f'payer({name}, "{name} (made up)").'
    yield f'policy({name}, {name}, {SERVICE}, "{name.upper()}", "Made-up Policy {name}").'
    for clause in range(1, CLAUSES):
        asked = rng.sample(range(1, attributes + 1), rng.choice((3, 4, 5)))
        body = ", ".join(_condition(number, rng) for number in sorted(asked))
        yield f'statement({name}, "S{clause}", "Criteria", "clause {clause}", "made-up criterion {clause}", rule).'
        yield f'clause({name}, c{clause}, "Made-up criterion {clause}").'
        yield f"met({name}, c{clause}) :- {body}."
        yield f"concludes({name}, c{clause}, {rng.choice(CLASSES)})."
        yield f'cites({name}, c{clause}, "S{clause}").'
    for clause in range(1, CLAUSES - 1):  # the earlier of two prevails: each case has one class
        later = "; ".join(f"c{each}" for each in range(clause + 1, CLAUSES))
        yield f"prevails({name}, c{clause}, {'(' + later + ')' if ';' in later else later})."
    every = "; ".join(f"c{each}" for each in range(1, CLAUSES))
    yield f'statement({name}, "S{CLAUSES}", "Criteria", "last", "all else", rule).'
    yield f'clause({name}, c{CLAUSES}, "Everything else").'
    yield f"otherwise({name}, c{CLAUSES})."
    yield f"met({name}, c{CLAUSES}) :- not criterion({name}, addressed)."
    yield f"criterion({name}, addressed) :- met({name}, ({every}))."
    yield f'label(criterion({name}, addressed), "a clause applies").'
    yield f"concludes({name}, c{CLAUSES}, investigational_not_medically_necessary)."
    yield f'cites({name}, c{CLAUSES}, "S{CLAUSES}").'


def _condition(number: int, rng: Random) -> str:
    kind = _kind(number)
    if kind == "integer":
        return f"{rng.choice(('at_least', 'at_most'))}(fact_{number}, {rng.choice(CUTS)})"
    if kind == "choice":
        some = sorted(rng.sample(range(1, 5), 2))
        return f"case(fact_{number}, ({'; '.join(f'kind_{each}' for each in some)}))"
    return f"case(fact_{number}, {rng.choice(('true', 'false'))})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Add a made-up service that nothing divides to a knowledge base.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--attributes", type=int, default=12)
    parser.add_argument("--policies", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(asked.folder, asked.attributes, asked.policies, asked.seed)


if __name__ == "__main__":
    main()
