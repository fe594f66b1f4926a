"""Synthetic policies, to see how the engine grows: 20 clauses over 12 attributes each, all of it made up.

    python tools/synthetic.py FOLDER --count 100 [--seed 1]

Writes ``syn001.lp``, ``syn002.lp`` ... into FOLDER (the ``policies`` folder of a copy of ``kb/``). The same
seed gives the same files, and the policy of a number does not depend on how many are written. No payer has
any of these policies.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

CLAUSES = 20
ATTRIBUTES = 12
READINGS = 3
AGES = (18, 40, 50, 60, 65, 70, 75)
CLASSES = (
    "medically_necessary",
    "medically_necessary",
    "experimental_investigational",
    "investigational_not_medically_necessary",
    "physician_review",
    "case_by_case",
)
ALWAYS = ("primary_site", "modality")
VALUES = {
    "primary_site": ("breast", "cervix_uteri", "colon", "rectum", "pancreas", "soft_tissue", "brain", "lung"),
    "modality": ("electron_beam", "electronic_brachytherapy", "orthovoltage_xray", "hdr_brachytherapy", "proton"),
    "t_category": ('"T1"', '"T2"', '"T3"', '"T4"'),
    "clinical_n_category": ('"N0"', '"N1"', '"N2"', '"N3"'),
    "disease_status": ("primary", "persistent", "local_recurrence", "regional_recurrence"),
    "margin_status": ("negative", "close", "intermediate", "positive"),
    "resection": ("done", "planned", "not_performed"),
    "intent": ("boost", "sole_modality"),
    "prior_radiation": ("none", "other_field", "overlapping_target"),
    "centrality": ("central", "noncentral"),
    "fda_status": ("approved", "cleared_510k", "none"),
    "tumor_behavior": ("in_situ", "invasive"),
    "penetration": ("true", "false"),
    "perforation": ("true", "false"),
    "completely_removable": ("true", "false"),
    "high_recurrence_risk": ("true", "false"),
    "close_margin_anticipated": ("true", "false"),
}
NUMBERS = ("age_years",)


def policy(number: int, seed: int = 1) -> tuple[str, str]:
    """The name and the text of one made-up policy."""
    name = f"syn{number:03d}"
    return name, "\n".join(_lines(name, Random(f"{seed} {number}"))) + "\n"


def write(folder: Path, count: int, seed: int = 1) -> None:
    """The first ``count`` policies, as files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        name, text = policy(number, seed)
        (folder / f"{name}.lp").write_text(text, encoding="utf-8")


def _lines(name: str, rng: Random) -> Iterator[str]:
    yield f"%% {name}.lp: made up by tools/synthetic.py; no payer has this policy."
    yield f'payer({name}, "Synthetic {name[3:]} (made up)").'
    yield f'policy({name}, {name}, iort, "{name.upper()}", "Made-up Policy {name[3:]}").'
    others = sorted({*VALUES, *NUMBERS} - {*ALWAYS})
    chosen = [*ALWAYS, *rng.sample(others, ATTRIBUTES - len(ALWAYS))]
    yield ""
    yield f'statement({name}, "V", "Header", "date", "in force from 2024", version).'
    yield f'version({name}, 20240101, "first edition").'
    yield f'cites({name}, version, "V").'
    yield f'clause({name}, not_in_force, "No edition in force").'
    yield f"gate({name}, 1, not_in_force)."
    yield f"met({name}, not_in_force) :- not in_force({name})."
    yield f"concludes({name}, not_in_force, not_in_force)."
    yield f'cites({name}, not_in_force, "V").'
    read = rng.sample(range(1, CLAUSES), READINGS)
    classes = {clause: rng.choice(CLASSES) for clause in range(1, CLAUSES)}
    uses = _spread(chosen, rng)
    for clause in range(1, CLAUSES):
        yield ""
        yield from _clause(name, clause, classes[clause], uses[clause - 1], clause in read, rng)
    yield ""
    yield from _precedence(name, classes)
    yield f'statement({name}, "S{CLAUSES}", "Criteria", "last", "all else", rule).'
    yield f'clause({name}, c{CLAUSES}, "Everything else").'
    yield f"otherwise({name}, c{CLAUSES})."
    yield f"met({name}, c{CLAUSES}) :- not criterion({name}, addressed)."
    yield f"criterion({name}, addressed) :- met({name}, ({'; '.join(f'c{each}' for each in range(1, CLAUSES))}))."
    yield f'label(criterion({name}, addressed), "a clause applies").'
    yield f"concludes({name}, c{CLAUSES}, investigational_not_medically_necessary)."
    yield f'cites({name}, c{CLAUSES}, "S{CLAUSES}").'


def _spread(chosen: list[str], rng: Random) -> list[list[str]]:
    """Which attributes each clause asks about besides the site: all of them are used by some clause."""
    rest = [attribute for attribute in chosen if attribute != "primary_site"]
    queue: list[str] = []
    found = []
    for _ in range(1, CLAUSES):
        while len(queue) < 3:
            queue += rng.sample(rest, len(rest))
        size = rng.choice((2, 3))
        found.append(list(dict.fromkeys(queue[:size])))
        del queue[:size]
    return found


def _clause(name: str, clause: int, class_: str, uses: list[str], read: bool, rng: Random) -> Iterator[str]:
    yield f'statement({name}, "S{clause}", "Criteria", "clause {clause}", "made-up criterion {clause}", rule).'
    yield f'clause({name}, c{clause}, "Made-up criterion {clause}").'
    # Like real policies, these have sections: each clause is about one site.
    sites = VALUES["primary_site"]
    body = [f"case(primary_site, {sites[clause % len(sites)]})", *(_condition(attribute, rng) for attribute in uses)]
    if not read:
        yield f"met({name}, c{clause}) :- {', '.join(body)}."
    else:
        reading = f"{name}_reading{clause}"
        yield f"met({name}, c{clause}) :- reading({reading}, all_of_them), {', '.join(body)}."
        yield f"met({name}, c{clause}) :- reading({reading}, without_the_last), {', '.join(body[:-1])}."
        yield f'ambiguity({name}, {reading}, "Is the last condition meant?", "it is written").'
        yield f'option({reading}, 1, all_of_them, "it is").'
        yield f'option({reading}, 2, without_the_last, "it is not").'
        yield f'cites({name}, {reading}, "S{clause}").'
    yield f"concludes({name}, c{clause}, {class_})."
    yield f'cites({name}, c{clause}, "S{clause}").'


def _condition(attribute: str, rng: Random) -> str:
    if attribute in NUMBERS:
        return f"at_least({attribute}, {rng.choice(AGES)})"
    values = VALUES[attribute]
    some = rng.sample(values, rng.randint(1, max(1, len(values) // 2)))
    return f"case({attribute}, {some[0] if len(some) == 1 else '(' + '; '.join(sorted(some)) + ')'})"


def _precedence(name: str, classes: dict[int, str]) -> Iterator[str]:
    """The earlier of two clauses prevails: this is transitive, and leaves each case one class."""
    for clause in range(1, CLAUSES - 1):
        later = "; ".join(f"c{each}" for each in range(clause + 1, CLAUSES))
        yield f"prevails({name}, c{clause}, {'(' + later + ')' if ';' in later else later})."


def main() -> None:
    parser = argparse.ArgumentParser(description="Write made-up policies, to see how the engine grows.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(asked.folder, asked.count, asked.seed)


if __name__ == "__main__":
    main()
