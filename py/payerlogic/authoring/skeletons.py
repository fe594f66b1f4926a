"""A new policy or service line: commented files that load, with tests that pass.

    >>> from payerlogic.program.library import Library
    >>> from payerlogic.program.source_files import shipped_folder
    >>> draft = policy_draft(Library.read(shipped_folder()), "acme_iort", None, "acme")
    >>> [path.relative_to(shipped_folder()).as_posix() for path in draft]
    ['policies/iort/acme_iort.lp', 'policies/iort/tests/acme_iort.yaml']

The texts are in ``kb/house/skeletons``; what they show of facts, values and classes is what the service has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from string import Template

from payerlogic.authoring.case_tests import read_tests
from payerlogic.authoring.running import run_all
from payerlogic.errors import InternalDisagreement, Problem, QuestionError, nearest, shown
from payerlogic.program.attribute import Attribute
from payerlogic.program.library import Library
from payerlogic.program.source_files import POLICIES, SERVICES, VOCABULARY, shipped_folder
from payerlogic.runtime.atomic import replace_file
from payerlogic.semantics.model import Model

NAME = re.compile(r"[a-z][a-z0-9_]*")
Draft = Mapping[Path, str]
"""The files to be written, with their texts."""


def check_name(name: str, what: str) -> None:
    """QuestionError for what cannot name a file and stand in rules."""
    if NAME.fullmatch(name) is None:
        hint = "use small letters, digits and _, the first a letter"
        raise QuestionError(Problem(f"a {what} cannot be called {name!r}", hint=hint))


def policy_draft(library: Library, name: str, service: str | None = None, payer: str | None = None) -> Draft:
    """A policy of ``service`` (by default the usual one) and of ``payer`` (by default one of its name), and its tests.

    QuestionError for a name that is taken or cannot be one, and for an unknown service.
    """
    check_name(name, "policy")
    check_name(payer or name, "payer")
    if name in library.policies:
        raise QuestionError(Problem(f"there is a policy {name!r}", str(library.policies[name].file.path)))
    of = library.check_service(service) if service is not None else library.default
    model = Model.of_library(library, None, of or None)
    attribute, value, other = _asked(model)
    classes = model.catalog.classes
    first = next(iter(classes))
    other_class = next((each for each in classes if classes[each].outcome != classes[first].outcome), first)
    today = date.today()
    known = model.vocabulary[attribute]
    words = {
        "policy": name,
        "payer": payer or name,
        "payer_name": _payer_name(library, payer or name),
        "service": of or "some_service",
        "document": name.upper(),
        "first_day": f"{today.year}0101",
        "day": today.isoformat(),
        "attribute": attribute,
        "value": value,
        "written": _written(known, value),
        "other_written": _written(known, other),
        "class": first,
        "other_class": other_class,
    }
    place = library.folder / POLICIES / of
    return {place / f"{name}.lp": _text("policy", words), place / "tests" / f"{name}.yaml": _text("tests", words)}


def service_draft(library: Library, name: str, subjects: Sequence[str] = ()) -> Draft:
    """A service line that uses these subjects of the vocabulary; by default those without which no policy has editions.

    QuestionError for a name that is taken or cannot be one, and for a subject that is not there.
    """
    check_name(name, "service")
    if name in library.services:
        raise QuestionError(Problem(f"there is a service {name!r}", str(library.folder / SERVICES / f"{name}.lp")))
    files = {file.path.stem: file for file in library.files if file.room == VOCABULARY}
    for subject in subjects:
        if subject not in files:
            raise QuestionError(Problem(f"there is no subject {shown(subject)}", hint=nearest(subject, files)))
    needed = [stem for stem, file in files.items() if re.search(r"^version_day\(", file.text, re.MULTILINE)]
    words = {
        "service": name,
        "label": name.replace("_", " "),
        "subjects": "; ".join(dict.fromkeys([*needed, *subjects])),
        "all_subjects": ", ".join(files),
    }
    return {library.folder / SERVICES / f"{name}.lp": _text("service", words)}


def new_service(folder: Path, name: str, subjects: Sequence[str] = (), payer: str | None = None) -> list[Path]:
    """Write a service line and a first policy of it, and see that they load and that the tests pass."""
    draft = service_draft(Library.read(folder), name, subjects)
    policy = f"{name}_policy"
    with _all_or_nothing(draft) as made:
        library = Library.read(folder)
        return [*made, *written(library, policy_draft(library, policy, name, payer), policy)]


def written(library: Library, draft: Draft, policy: str) -> list[Path]:
    """Write the files, all of them new, and see that they load and that the tests pass."""
    with _all_or_nothing(draft) as made:
        tests = read_tests(path for path in made if path.suffix == ".yaml")
        report = run_all(Model.load(library.folder, [policy]), tests)
        if report.failed:
            raise InternalDisagreement(f"the tests of a new policy fail: {report.failed[0].departures[0].in_words}")
        return made


@contextmanager
def _all_or_nothing(draft: Draft) -> Iterator[list[Path]]:
    """The files are there while what follows goes well; else none of them is."""
    for path in draft:
        if path.exists():
            raise QuestionError(Problem("is there already", str(path), "choose another name"))
    for path, text in draft.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode("utf-8"))
    try:
        yield list(draft)
    except BaseException:
        for path in draft:
            with suppress(OSError):
                path.unlink()
        raise


def _asked(model: Model) -> tuple[str, str, str]:
    """A fact to begin with, and two of its values: one that nothing presumes, and best one with few values."""
    presumed = {each.attribute for each in model.catalog.presumptions}
    known = [each for each in model.vocabulary.values() if each.name not in presumed and each.slot is None]
    free = [each for type_ in ("choice", "boolean") for each in known if each.type == type_ and len(_values(each)) > 1]
    if not free:
        hint = "declare one: attribute(Rank, Name, boolean, Kind)."
        raise QuestionError(Problem("has no yes-or-no fact or choice to begin with", str(model.program.folder), hint))
    value, other, *_ = _values(free[0])
    return free[0].name, value, other


def _values(attribute: Attribute) -> list[str]:
    """The values that a rule writes as plain names."""
    values = ["true", "false"] if attribute.type == "boolean" else [choice.value for choice in attribute.choices]
    return [each for each in values if NAME.fullmatch(each)]


def _payer_name(library: Library, payer: str) -> str:
    """What the payer is called in the files that there are; else a name made of its id."""
    names = (re.search(rf'\bpayer\(\s*{payer}\s*,\s*"([^"]*)"', file.text) for file in library.files)
    return next((match[1] for match in names if match), payer.replace("_", " ").title())


def _written(attribute: Attribute, value: str) -> str:
    """A value as a case file has it."""
    return {"true": "yes", "false": "no"}[value] if attribute.type == "boolean" else value


def _text(name: str, words: Mapping[str, str]) -> str:
    path = shipped_folder() / "house" / "skeletons" / f"{name}.txt"
    return Template(path.read_text(encoding="utf-8")).substitute(words)
