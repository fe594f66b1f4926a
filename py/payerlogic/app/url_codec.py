"""The parameters of an address: a case, readings and choices as words, written and read back.

Whatever is read is checked as a case file is: what cannot be used becomes a problem to show, and is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from payerlogic.api import KnowledgeBase
from payerlogic.app import case_form_state
from payerlogic.cases.case import SERVICE, StatedCase
from payerlogic.errors import CaseError, Problem, QuestionError, nearest, shown
from payerlogic.program.attribute import SEPARATOR, Attribute
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.model import Model
from payerlogic.text.days import HOW, read_day

Parameters = dict[str, list[str]]
LONGEST = 1000
MOST_PROBLEMS = 8
TYPED = "typed"


@dataclass
class Restored:
    """What an address says, as far as it can be used, and what is wrong with the rest."""

    name: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    """What someone typed that cannot be read yet."""
    baseline: StatedCase | None = None
    readings: dict[str, str] = field(default_factory=dict)
    presumptions: bool = True
    as_of: str = ""
    choices: dict[str, str | list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def write_case(vocabulary: Vocabulary) -> Parameters:
    """The case that the session holds, as it is written there; what cannot be read stands apart, so that it is not lost
    when the page is loaded again."""
    found: Parameters = {}
    held = case_form_state.written_case(vocabulary).record
    for name in ("id", *vocabulary.stateable):
        if name in held:
            value = held[name]
            word = SEPARATOR.join(map(str, value)) or "[]" if isinstance(value, list) else str(value)
            found[name if name == "id" else f"f.{name}"] = [word]
    for name, word in case_form_state.unreadable(vocabulary).items():
        found[f"{TYPED}.{name}"] = [word[:LONGEST]]
    return found


def write_facts(vocabulary: Vocabulary, case: StatedCase) -> Parameters:
    """A baseline."""
    return {
        f"b.{name}": [case_form_state.in_a_word(vocabulary[name], case.facts[name])]
        for name in vocabulary
        if name in case.facts
    }


def read_parameters(kb: KnowledgeBase, given: Parameters, declared: Collection[str]) -> Restored:
    """What an address says of a case and a question, and which of the ``declared`` choices it makes."""
    found = Restored()
    baseline: dict[str, object] = {}
    names = ["id", SERVICE, "b", "presumptions", "as_of", *declared]
    for name, values in given.items():
        value = values[-1] if values else ""
        mark, _, rest = name.partition(".")
        if any(len(each) > LONGEST for each in values):
            found.problems.append(Problem(f"{len(value):,} characters are too long", _where(name)))
        elif name in declared:
            found.choices[name] = values if len(values) > 1 else value
        elif len(values) > 1:
            found.problems.append(Problem("stands in the address more than once", _where(name)))
        elif name == "id":
            found.name = value
        elif mark in ("f", "b") and rest:
            wrong = _fact_problem(kb.vocabulary, rest, value)
            if wrong is None and mark == "f":
                found.facts[rest] = value
            elif wrong is None:
                baseline[rest] = value
            else:
                found.problems.append(wrong)
        elif mark == TYPED and rest in kb.vocabulary.stateable:
            found.typed[rest] = value
        elif mark == "r" and rest:
            found.readings |= _reading(kb, rest, value, found.problems)
        elif name == SERVICE:
            continue  # it is read before: which facts there are depends on it
        elif name in ("presumptions", "as_of"):
            found.problems += _asking(found, name, value)
        elif name != "b":
            found.problems.append(Problem(f"unknown parameter {shown(name)}", hint=_nearest(kb, name, names)))
    if baseline or "b" in given:
        try:
            found.baseline = replace(Model.read(kb, baseline), id=None)
        except CaseError as error:
            found.problems += [problem.at("baseline") for problem in error.problems]
    if len(found.problems) > MOST_PROBLEMS:
        more = len(found.problems) - MOST_PROBLEMS
        found.problems[MOST_PROBLEMS:] = [Problem(f"{more} more parameters cannot be used")]
    return found


def _where(name: str) -> str:
    return name if len(name) < 40 and name.replace(".", "_").isidentifier() else shown(name)


def _nearest(kb: KnowledgeBase, name: str, names: Collection[str]) -> str:
    facts_ = [f"f.{each}" for each in kb.vocabulary.stateable]
    readings = [f"r.{each}" for each in kb.catalog.readings]
    return nearest(name, [*names, *facts_, *readings])


def _fact_problem(vocabulary: Vocabulary, name: str, value: str) -> Problem | None:
    if name not in vocabulary.stateable:
        return Problem(f"unknown attribute {shown(name)}", hint=nearest(name, vocabulary.stateable, vocabulary.called))
    attribute: Attribute = vocabulary.stateable[name]
    problem = attribute.read(value).problem
    return replace(problem, where=attribute.label) if problem else None


def _reading(kb: KnowledgeBase, id_: str, option: str, problems: list[Problem]) -> Mapping[str, str]:
    try:
        return kb.settings({id_: option}).readings
    except QuestionError as error:
        problems += error.problems
        return {}


def _asking(found: Restored, name: str, value: str) -> Iterator[Problem]:
    if name == "presumptions":
        if value not in ("on", "off"):
            yield Problem(f"{shown(value)} is neither on nor off", name)
        found.presumptions = value != "off"
        return
    try:
        found.as_of = read_day(value).isoformat()
    except ValueError as error:
        yield Problem(str(error), name, HOW)
