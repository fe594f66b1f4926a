"""The state of the app lives in the address: facts, readings, presumptions, the day, and what a page has chosen.

Opening an address restores it, the browser's Back undoes a change, and nothing is kept on the server. Whatever
of an address cannot be used is shown as a problem and left out; nothing of it is ever executed.

| parameter | |
| --- | --- |
| ``service`` | the service line, where it is not the default one |
| ``id``, ``f.<attribute>`` | the case, as a case file would have it; on the Case page alone |
| ``typed.<attribute>`` | what is typed in the form and cannot be read yet |
| ``b.<attribute>``, ``b`` | the baseline beside it, or the baseline of which nothing is stated |
| ``r.<reading>`` | a reading that is not at its default |
| ``presumptions``, ``as_of`` | ``off``; the day that counts as today |
| ``<page>.<name>`` | what a page declared with ``declare`` |

A page says once, at import, what of its choices belongs to the address, and gives the key to its widget::

    SITE = declare("compare.site")
    st.selectbox("Site", sites, key=choice(SITE, sites, sites[0]), persist_state="session")
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import case_form_state, settings_panel
from payerlogic.app.url_codec import Parameters, Restored, read_parameters, write_case, write_facts
from payerlogic.cases.case import SERVICE, StatedCase
from payerlogic.errors import CaseError, Problem, nearest, shown
from payerlogic.program.values import Value
from payerlogic.semantics.model import Model
from payerlogic.text.printable import printable

CASE_PAGE = "case"
Choice = TypeVar("Choice", str, bool, list[str])

_LOADED = "state.loaded"
_RESTORED = "state.restored"
_NOTES = "state.notes"
_DEFAULTS = "state.defaults"
_BASELINE = "state.baseline"
_WRITTEN = "state.written"
_LATER = "state.later"
_STALE_SECONDS = 0.5
_declared: dict[str, None] = {}


@dataclass(frozen=True)
class _Address:
    """The address that a run wrote: of which page, what stood there before, and when."""

    page: str
    parameters: Parameters
    before: Parameters
    at: float


# --- What the case and the question are -------------------------------------------------------------------


def case_now(kb: KnowledgeBase) -> StatedCase:
    """The case that the session holds. Raises CaseError for facts that cannot be read or cannot go together."""
    held = case_form_state.written_case(kb.vocabulary)
    if held.problems:
        raise CaseError(held.problems)
    return Model.read(kb, held.record)  # of the service that is shown, whatever it states


def load_case(kb: KnowledgeBase, case: StatedCase | None) -> None:
    """Put another case in place of the present one and its baseline; None makes everything unknown."""
    case_form_state.put_case(kb.vocabulary, case)
    set_baseline(None)
    _count_loaded()


def times_loaded() -> int:
    """How often a whole case was put in place; a page that has to follow compares it with what it saw last."""
    return int(st.session_state.get(_LOADED, 0))


def times_restored() -> int:
    """How often an address was taken over: what it points to is then to be brought into view."""
    return int(st.session_state.get(_RESTORED, 0))


def set_baseline(case: StatedCase | None) -> None:
    """Keep ``case`` to compare the present one with; None keeps none."""
    st.session_state[_BASELINE] = dict(case.facts) if case is not None else None


def baseline(kb: KnowledgeBase) -> StatedCase | None:
    """The baseline, if there is one and this knowledge base can still read it."""
    held: dict[str, Value] | None = st.session_state.get(_BASELINE)
    if held is None or not held.keys() <= kb.vocabulary.keys():
        return None
    return StatedCase(None, held)


# --- What a page has chosen ---------------------------------------------------------------------------------


def declare(name: str) -> str:
    """Say, at import, that ``page.name`` belongs to the address of that page; its key in the session."""
    _declared[name] = None
    return f"choice.{name}"


def choice(key: str, options: Collection[str] | None, default: Choice, elsewhere: Collection[str] = ()) -> str:
    """``key`` for a widget, once the session holds an allowed value of the type of ``default`` under it.

    What is allowed ``elsewhere`` (with another policy or comparison) is let go of; what is allowed nowhere is noted.
    """
    raw = st.session_state.get(key)
    held = _as_like(raw, default)
    if raw is not None and held is None:
        _note([Problem(f"{shown(raw)} cannot be used", key.partition(".")[2])])
    if options is not None and held is not None and not isinstance(held, bool):
        chosen = held if isinstance(held, list) else [held]
        left = [each for each in chosen if each in options or each not in elsewhere]
        if not set(left) <= set(options):
            name = key.partition(".")[2]
            _note([Problem(f"there is no {shown(each)}", name) for each in left if each not in options])
            held = None
        elif left != chosen:
            held = left if isinstance(held, list) else None
    value = default if held is None else held
    st.session_state.setdefault(_DEFAULTS, {})[key] = default
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def recall(key: str, options: Collection[str] | None, default: Choice, elsewhere: Collection[str] = ()) -> Choice:
    """What is chosen under ``key``; ``default`` while nothing is, or nothing that is allowed."""
    value: Choice = st.session_state[choice(key, options, default, elsewhere)]
    return value


def remember(key: str, value: str | bool | list[str] | None) -> None:
    """Choose ``value`` under ``key``; None forgets. Before the widget of that key is made, or in a callback."""
    if value is None:
        st.session_state.pop(key, None)
    else:
        st.session_state[key] = value


def _as_like(held: object, default: Choice) -> Choice | None:
    """What an address or an earlier run left, in the type of ``default``; None where it cannot be that."""
    if isinstance(default, bool) and isinstance(held, str):
        held = {"on": True, "off": False}.get(held)
    elif isinstance(default, list) and isinstance(held, str):
        held = [held]
    return held if isinstance(held, type(default)) else None


# --- The address --------------------------------------------------------------------------------------------


def service_of_address() -> str | None:
    """The service that the address names, empty for the default one; None where this session wrote the address."""
    incoming = _incoming()
    last: _Address | None = st.session_state.get(_WRITTEN)
    if not incoming or (last is not None and (incoming == last.parameters or _is_late(incoming, last))):
        return None
    return (incoming.get(SERVICE) or [""])[-1]


def begin(kb: KnowledgeBase, page: str, *, moved: bool = False) -> None:
    """Take over what the address says, where a person and not this session has changed it.

    ``moved`` says that it names another service than the one that was shown.
    """
    incoming = _incoming()
    last: _Address | None = st.session_state.get(_WRITTEN)
    if moved:
        wanted = True
    elif last is None or last.page != page:
        wanted = bool(incoming) and incoming != _parameters(kb, page)
    else:
        changed_here = _parameters(kb, page) != last.parameters
        if changed_here:
            st.session_state[_NOTES] = []
        # An empty address comes from going back to where the navigation led in; nothing entered is lost by it.
        wanted = bool(incoming) and incoming != last.parameters and not changed_here and not _is_late(incoming, last)
    if wanted:
        _restore(kb, page, read_parameters(kb, incoming, [*_declared]))
    _note(st.session_state.pop(_LATER, []))


def _is_late(incoming: Parameters, last: _Address) -> bool:
    """A quick click can arrive with the address that stood there before the last one was written."""
    return incoming == last.before and time.monotonic() - last.at < _STALE_SECONDS


def note_later(problems: Sequence[Problem]) -> None:
    """What of the address could not be used, found before it is read as a whole."""
    st.session_state[_LATER] = list(problems)


def _incoming() -> Parameters:
    """The address as it stands, with a sign for whatever a page cannot show."""
    return {printable(name): [*map(printable, st.query_params.get_all(name))] for name in st.query_params}


def finish(kb: KnowledgeBase, page: str) -> None:
    """Write the address of what the page now shows."""
    before = _incoming()
    now = _parameters(kb, page)
    last: _Address | None = st.session_state.get(_WRITTEN)
    is_new = last is None or (last.page, last.parameters) != (page, now)
    # Writing where nothing has changed would put the person back whenever the browser's Back comes here.
    if now != before and (is_new or before):
        st.query_params.from_dict(now)
    if is_new:
        st.session_state[_WRITTEN] = _Address(page, now, before, time.monotonic())


def notes() -> Sequence[Problem]:
    """What of the address could not be used."""
    found: list[Problem] = st.session_state.get(_NOTES, [])
    return found


def link(kb: KnowledgeBase, page: str, **changes: str | list[str] | None) -> str:
    """The address of ``page`` in its present state, relative to any page; None leaves a parameter out."""
    found = _parameters(kb, page)
    for name, value in changes.items():
        found.pop(name, None)
        if value is not None:
            found[name] = [value] if isinstance(value, str) else value
    query = urlencode(found, doseq=True)
    path = "./" if page == CASE_PAGE else page
    return f"{path}?{query}" if query else path


def address_of(kb: Model, page: str, **choices: str) -> str:
    """The address of another page with these choices and no others, of the same service."""
    service = {SERVICE: kb.service} if _is_other(kb) else {}
    return f"{page}?{urlencode(service | choices)}"


def _parameters(kb: KnowledgeBase, page: str) -> Parameters:
    """The state of ``page`` as the parameters of an address, in a fixed order."""
    found: Parameters = {SERVICE: [kb.service]} if _is_other(kb) else {}
    if page == CASE_PAGE:
        found |= write_case(kb.vocabulary)
    kept = baseline(kb) if page == CASE_PAGE else None
    if kept is not None:
        found |= write_facts(kb.vocabulary, kept) or {"b": ["none"]}
    found |= {f"r.{id_}": [option] for id_, option in sorted(settings_panel.readings_now(kb).items())}
    if not settings_panel.presuming():
        found["presumptions"] = ["off"]
    if isinstance(day := settings_panel.as_of_typed(), date):
        found["as_of"] = [day.isoformat()]
    for name in _declared:
        value = st.session_state.get(f"choice.{name}")
        is_default = value == st.session_state.get(_DEFAULTS, {}).get(f"choice.{name}")
        if name.partition(".")[0] == page and value is not None and value != [] and not is_default:
            found[name] = value if isinstance(value, list) else [_word(value)]
    return found


def _is_other(kb: Model) -> bool:
    """Whether the service is another one than the default, which an address does not name."""
    library = kb.program.library
    return library is not None and kb.service != library.default


def _word(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _restore(kb: KnowledgeBase, page: str, found: Restored) -> None:
    problems = list(found.problems)
    st.session_state[_RESTORED] = times_restored() + 1
    if page == CASE_PAGE:
        case_form_state.put_case(kb.vocabulary, None)
        st.session_state[case_form_state.NAME_KEY] = found.name
        for name, written in found.facts.items():
            case_form_state.put_written(kb.vocabulary.stateable[name], written)
        for name, written in found.typed.items():
            case_form_state.put_typed(kb.vocabulary.stateable[name], written)
        set_baseline(found.baseline)
        _count_loaded()
    settings_panel.put(kb, found.readings, presumptions=found.presumptions, as_of=found.as_of)
    for name in _declared:
        if name.partition(".")[0] == page:
            remember(f"choice.{name}", found.choices.get(name))
    foreign = [name for name in found.choices if name.partition(".")[0] != page]
    hints = [name for name in _declared if name.startswith(f"{page}.")]
    problems += [Problem(f"unknown parameter {shown(name)}", hint=nearest(name, hints)) for name in foreign]
    st.session_state[_NOTES] = problems


def _note(problems: Sequence[Problem]) -> None:
    st.session_state[_NOTES] = [*notes(), *(each for each in problems if each not in notes())]


def _count_loaded() -> None:
    st.session_state[_LOADED] = times_loaded() + 1
