"""Where a case comes from: an example, a text that is pasted, a file that is uploaded.

Files and texts are read by the readers of the command line, so that problems have the same words and the
same places. What was read stays in this session alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import service_picker, url_state
from payerlogic.app.cache import knowledge_base
from payerlogic.app.components import CASE_MEGABYTES
from payerlogic.app.html import plain, show_note, show_problems
from payerlogic.app.pages.case.note_panel import forget_note, take_note
from payerlogic.cases.case import StatedCase
from payerlogic.cases.files import Record, read_case_bytes
from payerlogic.cases.formats import READERS
from payerlogic.cases.routing import service_of, without_others
from payerlogic.errors import CaseError, Problem
from payerlogic.notes import note_of_fhir
from payerlogic.semantics.model import Model
from payerlogic.text.phrases import sentence

EXAMPLE_KEY, UPLOAD_KEY, PASTE_KEY, RECORD_KEY = "example", "load.file", "load.text", "load.record"
READ_KEY = "load.read"
MOST_RECORDS = 5000
MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Read:
    """What a file or text held: the records by a name that tells them apart, and what is wrong with the whole."""

    source: str
    records: dict[str, Record]
    problems: tuple[Problem, ...]
    note: str = ""


def show_loading(kb: KnowledgeBase, cases: dict[str, StatedCase], *, inline: bool) -> None:
    """The examples, a way to begin anew, and the panel for one's own cases, unless it stands ``inline`` in the page."""
    if cases:
        st.selectbox(
            "Start from an example (all made up)",
            list(cases),
            index=None,
            placeholder="Made-up examples",
            key=EXAMPLE_KEY,
            on_change=_load_example,
            args=(kb, cases),
            label_visibility="collapsed",
            width=190,
        )
    if not inline:
        with st.popover("Paste or upload a case", key="load.panel"):
            show_panel(kb)
        st.button("Clear the case", on_click=_clear, args=(kb,))


def _load_example(kb: KnowledgeBase, cases: dict[str, StatedCase]) -> None:
    if case := cases.get(str(st.session_state[EXAMPLE_KEY])):
        st.session_state.pop(READ_KEY, None)
        url_state.load_case(kb, case)


def _clear(kb: KnowledgeBase) -> None:
    st.session_state[EXAMPLE_KEY] = None
    st.session_state.pop(READ_KEY, None)
    forget_note()
    url_state.load_case(kb, None)


def show_panel(kb: KnowledgeBase) -> None:
    """A file to upload and a text to paste."""
    st.text_area(
        "Paste a note, or a case as JSON or YAML",
        key=PASTE_KEY,
        placeholder=_how_to_write(kb),
        height=140,
        persist_state="session",
    )
    st.button("Read the text", on_click=_read_text, args=(kb,))
    st.file_uploader(
        f"Or a case file ({', '.join(ending.lstrip('.').upper() for ending in READERS)})",
        type=[ending.lstrip(".") for ending in READERS],
        key=UPLOAD_KEY,
        max_upload_size=CASE_MEGABYTES,
        on_change=_read_upload,
        args=(kb,),
        help="One case or several. It is read in memory and not stored.",
    )


# --- Reading -------------------------------------------------------------------------------------------


def _how_to_write(kb: KnowledgeBase) -> str:
    """Two facts as a note has them, whatever the vocabulary."""
    choices = [each for each in kb.vocabulary.values() if each.type == "choice"][:2]
    lines = "\n".join(f"{sentence(each.label)}: {each.choices[0].label}" for each in choices)
    return f"Free text, or lines such as\n{lines}"


def _read_upload(kb: KnowledgeBase) -> None:
    upload = st.session_state.get(UPLOAD_KEY)
    if upload is None or _take_fhir(kb, upload.name, upload.getvalue().decode("utf-8", "replace")):
        return
    _take(kb, _read(kb, upload.name, upload.getvalue()))


def _take_fhir(kb: KnowledgeBase, source: str, text: str) -> bool:
    """Offer what a FHIR resource says, as a note; whether it is one. It is never read as a case file."""
    lines = note_of_fhir(text)
    if lines is None:
        return False
    forget_note()
    if take_note(kb, lines):
        st.session_state.pop(READ_KEY, None)
    else:
        hint = "only what confirmed conditions and final observations say in words or codes of the form is read"
        nothing = Problem("this is FHIR, and it states no fact of this form", source, hint)
        st.session_state[READ_KEY] = Read(source, {}, (nothing,), "")
    return True


def _read_text(kb: KnowledgeBase) -> None:
    if _take_fhir(kb, "the text", str(st.session_state.get(PASTE_KEY) or "")):
        return
    data = str(st.session_state.get(PASTE_KEY) or "").encode("utf-8", "surrogatepass")
    as_yaml = _read(kb, "the text.yaml", data)
    # What begins like JSON and cannot be read is better explained as JSON than as strange YAML.
    is_json = data.lstrip()[:1] in (b"{", b"[")
    forget_note()
    as_json = _read(kb, "the text.json", data) if is_json else as_yaml
    if as_yaml.problems and not is_json and take_note(kb, data.decode("utf-8", "replace")):
        st.session_state.pop(READ_KEY, None)
        return
    _take(kb, as_yaml if as_json.problems and not as_yaml.problems else as_json)


def _take(kb: KnowledgeBase, found: Read) -> None:
    """Keep the records; a single one that is a case goes into the form at once."""
    st.session_state[EXAMPLE_KEY] = None
    st.session_state[READ_KEY] = found
    if len(found.records) == 1:
        _load_record(kb, found, next(iter(found.records)))


def _read(kb: KnowledgeBase, source: str, data: bytes) -> Read:
    records: dict[str, Record] = {}
    problems: list[Problem] = []
    note = ""
    library = kb.program.library
    reading = read_case_bytes(data, source, library.stated if library else kb.vocabulary.called)
    try:
        for record in islice(reading, MOST_RECORDS):
            name = f"{record.number}: {record.id}" if record.id != str(record.number) else f"record {record.number}"
            records[name] = record
        if next(reading, None) is not None:
            note = f"Only the first {MOST_RECORDS:,} cases are offered here."
    except CaseError as error:
        problems += error.problems
    if not any(record.stated for record in records.values()):
        problems += [problem.at(record.place) for record in records.values() for problem in record.problems]
    return Read(source, records, tuple(problems), note)


def _load_record(kb: KnowledgeBase, found: Read, name: str) -> None:
    """Put a record into the form, or show what is wrong with it and leave the form as it is."""
    record = found.records[name]
    try:
        if record.stated is None or record.problems:
            raise CaseError(record.problems)
        kb, stated = _of_its_service(kb, record.stated)
        case = Model.read(kb, stated)
    except CaseError as error:
        place = found.problems or tuple(problem.at(record.place) for problem in error.problems)
        st.session_state[READ_KEY] = Read(found.source, found.records, place, found.note)
        return
    st.session_state[READ_KEY] = Read(found.source, found.records, (), f"Loaded: {name}, of {found.source}.")
    url_state.load_case(kb, case)


def _of_its_service(kb: KnowledgeBase, stated: Mapping[str, object]) -> tuple[KnowledgeBase, Mapping[str, object]]:
    """The service of a record, which is shown from now on, and what the record states of it. In a callback."""
    library = kb.program.library
    if library is None or len(library.services) < 2:
        return kb, stated
    service = service_of(library, stated, kb.service)
    if service != kb.service:
        service_picker.choose(service)
        kb = knowledge_base(service)
    return kb, without_others(library, service, stated)


def _choose_record(kb: KnowledgeBase) -> None:
    found: Read = st.session_state[READ_KEY]
    name = st.session_state.get(RECORD_KEY)
    if name in found.records:
        _load_record(kb, Read(found.source, found.records, ()), name)


# --- What came of it ------------------------------------------------------------------------------------


def show_read(kb: KnowledgeBase) -> None:
    """What came of the text or file that was read last."""
    found: Read | None = st.session_state.get(READ_KEY)
    if found is None:
        return
    if found.problems:
        show_problems(found.problems, "This could not be loaded; the case is unchanged", MOST_PROBLEMS)
    elif found.note:
        show_note(found.note)
    if len(found.records) > 1:
        st.selectbox(
            plain(f"Which of the {len(found.records):,} cases of {found.source}?"),
            list(found.records),
            index=None,
            placeholder="choose one",
            format_func=plain,
            key=RECORD_KEY,
            on_change=_choose_record,
            args=(kb,),
        )
