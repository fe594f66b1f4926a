"""A label, an abbreviation or another name is refused with the name or value that it means, wherever it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from payerlogic import CaseError, KnowledgeBase
from payerlogic.cases.files import read_cases
from payerlogic.errors import PayerlogicError
from payerlogic.program.attribute import Attribute
from payerlogic.program.library import Library
from payerlogic.program.source_files import shipped_folder
from payerlogic.tables.mapping import Mapping

SERVICES = ("iort", "lung_screening")


@pytest.fixture(scope="module")
def models() -> dict[str, KnowledgeBase]:
    kb = KnowledgeBase.load()
    return {name: kb.of_service(name) for name in SERVICES}


def others(attribute: Attribute) -> Iterator[tuple[str, str]]:
    """The labels and other names of values, as an author of the knowledge base wrote them."""
    for choice in attribute.choices:
        if choice.value != attribute.open_value:
            yield choice.label, choice.value
            yield choice.value.replace("_", " "), choice.value
            yield choice.value.replace("_", "-").upper(), choice.value
    for value, words in attribute.also_called:
        yield from ((each, value) for each in words.split(", "))


def problems(kb: KnowledgeBase, stated: dict[str, object]) -> list[str]:
    try:
        kb.read(stated)
    except CaseError as error:
        return [str(each) for each in error.problems]
    return []


@pytest.mark.parametrize("service", SERVICES)
def test_a_word_for_a_value_is_the_value_or_names_it(models: dict[str, KnowledgeBase], service: str) -> None:
    kb, asked = models[service], 0
    for name, attribute in kb.vocabulary.stateable.items():
        if attribute.type not in ("choice", "set"):
            continue
        for words, value in others(attribute):
            written = [words] if attribute.type == "set" else words
            reading = attribute.read(written)
            if reading.problem is None:  # a spelling of the knowledge base
                assert reading.value in (value, frozenset({value})), (name, words)
                continue
            asked += 1
            assert reading.problem.hint == f"did you mean {value!r}?", (name, words)
            assert problems(kb, {name: written})[0].endswith(f"did you mean {value!r}?")
    assert asked > 5


@pytest.mark.parametrize("service", SERVICES)
def test_a_word_for_an_attribute_names_it(models: dict[str, KnowledgeBase], service: str) -> None:
    kb = models[service]
    for name, attribute in kb.vocabulary.stateable.items():
        printed = [attribute.label, attribute.label.upper(), f"{attribute.label} ({name})", *attribute.also_labeled]
        printed += [name.replace("_", " "), name.replace("_", "-")]
        for words in printed:
            if words.lower() != name:
                (problem,) = problems(kb, {words: None})
                assert problem.endswith(f"; did you mean {name!r}?"), words


def test_so_it_is_in_the_columns_of_a_file_and_in_a_mapping(models: dict[str, KnowledgeBase], tmp_path: Path) -> None:
    library, path = Library.read(shipped_folder()), tmp_path / "cases.csv"
    for kb in models.values():
        for name, attribute in kb.vocabulary.stateable.items():
            for words in {attribute.label, *attribute.also_labeled} - {name}:
                path.write_text(f'id,"{words}"\nA,\n')
                with pytest.raises(PayerlogicError, match=rf"unknown column .*; did you mean '{name}'\?"):
                    list(read_cases(path, library.stated))
                with pytest.raises(PayerlogicError, match=rf"no such attribute; did you mean '{name}'\?"):
                    Mapping.parse(f"columns: {{{json.dumps(words)}: X}}", kb.vocabulary)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            {"smoking history": 30},
            "did you mean 'pack_years'? It is a fact of lung_screening, and not of iort",
        ),
        ({"margin_status": "close or positive"}, "state one of them, 'close' or 'positive', or leave it out"),
        ({"margin_status": "clear, close"}, "state one of them, 'negative' or 'close', or leave it out"),
        ({"modality": "protons / electrons"}, "state one of them, 'proton' or 'electron_beam', or leave it out"),
        ({"margin_status": "close or unclear"}, "it can be negative, close, intermediate, positive"),
        ({"margin_status": "R0"}, "R0 does not say how close the margin is"),
        ({"age_years": "45 years"}, "write the number alone: 45"),
        ({"age_years": "61-year"}, "it is in years"),
        ({"fractions": "1 fractions"}, "write the number alone: 1"),
        ({"age_years": "old"}, "it is in years"),
    ],
)
def test_other_words_that_the_product_prints(
    models: dict[str, KnowledgeBase], stated: dict[str, object], expected: str
) -> None:
    (problem,) = problems(models["iort"], stated)
    assert expected in problem
