"""Whatever is written, in whatever format: no exception but the one with the problems, no silent change of meaning,
no record lost, and what is accepted is read again as itself.

``test_odd_values``          a stored list that every attribute refuses
``test_any_text``            texts made of pieces of spellings and of anything else
``test_nothing_is_read_around``   a spelling with something more beside it is never the same value
``test_any_json``            values of any shape
``test_every_format``        the same records in every format of a case file give the same cases
``test_damaged_files``       files with bytes changed, lost and repeated
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from itertools import count, product
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from payerlogic import CaseError, KnowledgeBase, StatedCase
from payerlogic.cases.files import Record, read_case_bytes
from payerlogic.program.attribute import Attribute

KB = KnowledgeBase.load()
SPELLINGS = yaml.safe_load(Path(__file__).with_name("spellings.yaml").read_text(encoding="utf-8"))
ODD = [str(each) for each in yaml.safe_load(Path(__file__).with_name("odd_values.yaml").read_text(encoding="utf-8"))]
ATTRIBUTES = list(KB.vocabulary.values())
ENDINGS = (".json", ".jsonl", ".yaml", ".csv")

PIECES = sorted(
    {str(each) for parts in SPELLINGS.values() for part in parts.values() for each in part}
    | {choice.value for attribute in ATTRIBUTES for choice in attribute.choices}
    | {*"cpyrTNX4b() ;,/-.0C\n", "is", "(m)", "D05"}
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=4).map("".join) | st.text(max_size=30)
attributes = st.sampled_from(ATTRIBUTES)


def accepted(attribute: Attribute) -> list[str]:
    """Spellings that this attribute reads as a value."""
    listed = SPELLINGS.get(attribute.name, {"reads": {}})["reads"]
    plain = [str(attribute.to_dict(attribute.typical))] if isinstance(attribute.typical, str | int) else []
    return [str(each) for each in (*listed, *plain) if attribute.read(str(each)).value is not None]


def check(attribute: Attribute, written: object) -> None:
    """A value of the vocabulary that is read again as itself, unknown, or one short problem of this attribute."""
    reading = attribute.read(written)
    if reading.problem is not None:
        assert reading.value is None
        assert reading.problem.where == attribute.name
        assert len(str(reading.problem)) < 800
        return
    if reading.value is None:
        blank = written is None or (isinstance(written, float) and written != written)
        known = reading.written is not None or str(written).strip().lower() in ("", "unknown")
        assert blank or known, "what is unknown was written so"
        return
    value = attribute.to_dict(reading.value)
    again = attribute.read(value)
    assert (again.value, again.written, again.besides) == (reading.value, None, ())
    assert attribute.read(json.loads(json.dumps(value))).value == reading.value
    if attribute.type == "choice":
        assert value in attribute.spelled
    assert all(KB.vocabulary[other].read(said).value == said for other, said in reading.besides)


# --- Fields ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda each: each.name)
def test_odd_values(attribute: Attribute) -> None:
    for written in ODD:
        reading = attribute.read(written)
        assert (reading.value, reading.problem is not None) == (None, True), written
        check(attribute, written)


@given(attributes, texts)
@settings(max_examples=400)
def test_any_text(attribute: Attribute, written: str) -> None:
    check(attribute, written)


@pytest.mark.long
@given(attributes, texts)
@settings(max_examples=10_000)
def test_any_text_for_long(attribute: Attribute, written: str) -> None:
    check(attribute, written)


BESIDE = [
    *"?!~*<>=/,|&#\u200b",
    *(
        " (?)",
        " (ruled out)",
        " ruled out",
        " suspected",
        " no",
        " (not this)",
        "\n(left)",
        " or T1",
        " or C50",
        "; other",
    ),
]


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda each: each.name)
def test_nothing_is_read_around(attribute: Attribute) -> None:
    for spelling, more in product(accepted(attribute), BESIDE):
        for written in (f"{spelling}{more}", f"{more} {spelling}"):
            assert attribute.read(written).problem is not None, written


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.binary(max_size=4)
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(attributes, values)
@settings(max_examples=400)
def test_any_json(attribute: Attribute, written: object) -> None:
    check(attribute, written)


# --- Files -------------------------------------------------------------------------------------------

good = st.sampled_from([(each.name, spelling) for each in ATTRIBUTES for spelling in accepted(each)])
facts = st.lists(good | st.tuples(attributes.map(lambda each: each.name), texts), max_size=6).map(dict)
ids = st.text(min_size=1, max_size=8).filter(lambda text: text.strip() != "" and "\0" not in text)


def outcome(record: Record) -> object:
    """The case of a record, or what is wrong with it."""
    if record.problems or record.stated is None:
        return sorted({problem.where for problem in record.problems}) or ["?"]
    try:
        return KB.read(record.stated)
    except CaseError as error:
        return [str(problem) for problem in error.problems]


def written(records: list[dict[str, str]], ending: str) -> bytes:
    """The records as a file of this format, every value as text."""
    if ending == ".json":
        return json.dumps(records).encode()
    if ending == ".jsonl":
        return "".join(f"{json.dumps(record)}\n" for record in records).encode()
    if ending == ".yaml":
        return json.dumps(records, ensure_ascii=True).encode()  # YAML reads JSON
    names = list(dict.fromkeys(name for record in records for name in record))
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, names, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writeheader()
    rows.writerows(records)
    return out.getvalue().encode()


def writable(text: str, ending: str) -> bool:
    """Whether the format has this text at all."""
    if re.search("[\ud800-\udfff]", text):
        return ending == ".json" or ending == ".jsonl"
    if ending == ".yaml" and max(text, default="") > "\uffff":  # JSON writes it as a pair, which is not YAML
        return False
    return "\0" not in text and "\r" not in text


@given(st.lists(st.tuples(ids, facts), min_size=1, max_size=4))
@settings(max_examples=100)
def test_every_format(records: list[tuple[str, dict[str, str]]]) -> None:
    check_formats(records)


@pytest.mark.long
@given(st.lists(st.tuples(ids, facts), min_size=1, max_size=4))
@settings(max_examples=1_500)
def test_every_format_for_long(records: list[tuple[str, dict[str, str]]]) -> None:
    check_formats(records)


def check_formats(records: list[tuple[str, dict[str, str]]]) -> None:
    rows = [{"id": id_, **stated} for id_, stated in records]
    wanted = [outcome(Record("", number, None, row)) for number, row in enumerate(rows, 1)]
    for ending in ENDINGS:
        if not all(writable(text, ending) for row in rows for text in row.values()):
            continue
        found = list(read_case_bytes(written(rows, ending), f"cases{ending}", KB.vocabulary))
        assert len(found) == len(rows), f"{ending}: no record is lost"
        for record, expected, row in zip(found, wanted, rows, strict=True):
            given_ = outcome(record)
            assert given_ == expected, (ending, row)
            if isinstance(given_, StatedCase) and isinstance(expected, StatedCase):
                assert given_.written == expected.written
                assert given_.id == row["id"]
                again = KB.read(json.loads(json.dumps(given_.to_dict(KB.vocabulary))))
                assert again == given_, "what is accepted is read again as itself"


FILE: Mapping[str, bytes] = {
    ending: written(
        [
            {"id": "A", "primary_site": "C20.9", "t_category": "cT4b", "age_years": "62", "cpt_codes": "77424;77425"},
            {"id": "B", "primary_site": "rectum", "t_category": "ypT3", "date_of_service": "2026-01-31"},
            {"id": "C", "oncologic": "yes", "ei_conditions": "none", "margin_status": "R1"},
        ],
        ending,
    )
    for ending in ENDINGS
}
changes = st.tuples(
    st.sampled_from(["set", "cut", "repeat", "insert"]), st.floats(0, 1), st.binary(min_size=1, max_size=4)
)


def damaged(data: bytes, how: list[tuple[str, float, bytes]]) -> bytes:
    for what, where, some in how:
        at = int(where * len(data))
        if what == "set":
            data = data[:at] + some + data[at + len(some) :]
        elif what == "cut":
            data = data[:at] + data[at + 8 * len(some) :]
        elif what == "repeat":
            data = data[:at] + data[max(0, at - 16) : at] * 2 + data[at:]
        else:
            data = data[:at] + some + data[at:]
    return data


@given(st.sampled_from(ENDINGS), st.lists(changes, min_size=1, max_size=4))
@settings(max_examples=300)
def test_damaged_files(ending: str, how: list[tuple[str, float, bytes]]) -> None:
    check_damaged(ending, how)


@pytest.mark.long
@given(st.sampled_from(ENDINGS), st.lists(changes, min_size=1, max_size=4))
@settings(max_examples=6_000)
def test_damaged_files_for_long(ending: str, how: list[tuple[str, float, bytes]]) -> None:
    check_damaged(ending, how)


def check_damaged(ending: str, how: list[tuple[str, float, bytes]]) -> None:
    file = f"cases{ending}"
    records = read_case_bytes(damaged(FILE[ending], how), file, KB.vocabulary)
    for expected in count(1):
        try:
            record = next(records, None)
        except CaseError as error:  # the rest cannot be read, and the error says where
            problems = error.problems
            break
        if record is None:
            return
        assert record.number == expected
        found = outcome(record)
        assert found
        if isinstance(found, StatedCase):
            assert KB.read(found.to_dict(KB.vocabulary)) == found
    assert all(problem.where.startswith(file) for problem in problems)
