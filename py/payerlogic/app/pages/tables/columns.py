"""The columns of a table: drop-downs for what each is, how it is written, and what its odd values mean.

What is chosen here becomes a ``Mapping`` and that becomes YAML; the run reads the YAML like any other. A rule of an
uploaded mapping that drop-downs cannot show stays as it is until another attribute is chosen for its column.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle, islice

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from payerlogic.api import KnowledgeBase
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.html import escape, plain, show_note, show_problems
from payerlogic.app.pages.tables.run import Preview, Upload, preview_table, read_mapping
from payerlogic.errors import PayerlogicError
from payerlogic.program.attribute import Attribute
from payerlogic.tables import Mapping
from payerlogic.tables.column_rules import Rule
from payerlogic.tables.mapping_rules import as_text
from payerlogic.tables.suggestion import OddValue, SeenColumn, is_as_written, odd_values, rule_of, ways_of
from payerlogic.text.phrases import joined, number, plural, sentence

KEY = "batch.column"
PREVIEW_KEY = "batch.preview"
UNUSED, NAMES_ROWS, UNKNOWN, REFUSE = "unused", "id", "unknown", ""
FIRST_VALUES, ODD_SHOWN = 4, 8
LONGEST, MOST_UNUSED = 40, 60
WAYS = {
    "": "as it is written",
    "days": "counts days",
    "months": "counts months",
    "month_first": "month/day/year",
    "day_first": "day/month/year",
}


@dataclass
class ColumnChoices:
    """What is chosen for the columns of a table: rules by attribute, the column that names a row, and of which columns
    something else than the mapping to start from says."""

    rules: dict[str, list[Rule]]
    names_rows: str
    changed: set[str]


def show_columns(kb: KnowledgeBase, table: Upload, uploaded: Upload | None) -> tuple[bool, Upload | None]:
    """The panel; whether the table can be decided, and the mapping to decide it by, if it needs one."""
    st.header("Columns", anchor=False)
    try:
        mapping = read_mapping(kb, uploaded)
        preview = _preview(kb, table)
    except PayerlogicError as error:
        show_problems(error.problems, "The table cannot be decided")
        return False, None
    base = (mapping or preview.suggested).spelled_out([each.name for each in preview.columns], kb.vocabulary)
    as_written = mapping is None and is_as_written(kb, base, preview.columns)
    _show_intro(preview, mapping is not None, as_written)
    mark = _mark(table, uploaded, kb)
    made = _mapping(base, preview, _choose(kb, base, preview, f"{KEY}.{mark}", folded=as_written))
    if as_written and made == base:
        return True, None
    text = made.to_yaml()
    with st.expander("The mapping that these choices make (YAML)", key=f"{KEY}.yaml"):
        show_note("Keep it for the next table of this kind: upload it here, or use it with 'payerlogic batch'.")
        st.code(text, language=None, wrap_lines=True)
    show_downloads([Download("Download the mapping (YAML)", "mapping.yaml", text.encode)], f"{KEY}.files")
    if not (made.columns or made.constants):
        show_note("Choose what at least one column is.")
        return False, None
    return True, Upload("mapping.yaml", text.encode())


def _choose(kb: KnowledgeBase, base: Mapping, preview: Preview, key: str, *, folded: bool) -> ColumnChoices:
    """All columns, those that are used at first in view: a choice moves nothing."""
    chosen = ColumnChoices({}, base.id or "", set())
    columns = {f"{key}.{place}": each for place, each in enumerate(preview.columns)}
    used = {name: each for name, each in columns.items() if _now(base, each.name) != UNUSED}
    box = st.expander(f"{plural(len(used), 'column')} used", key=f"{KEY}.used", expanded=not folded)
    with box, st.container(gap="small", key="batch-columns"):
        for name, each in used.items():
            _show_column(kb, base, each, name, chosen)
        if not used:
            show_note("No column was recognized. Choose below what each is.")
    unused = {name: each for name, each in columns.items() if name not in used}
    if unused:
        with st.expander(f"{plural(len(unused), 'column')} not used", key=f"{KEY}.unused", expanded=not used):
            for name, each in islice(unused.items(), MOST_UNUSED):
                _show_column(kb, base, each, name, chosen)
            if len(unused) > MOST_UNUSED:
                show_note(f"The first {MOST_UNUSED} of them are here; others can be mapped in the YAML.")
    if twice := [name for name, rules in chosen.rules.items() if len(rules) > 1]:
        labels = joined([kb.vocabulary.stateable[name].label for name in twice])
        show_note(f"Several columns are {labels}: in each row the first that states something counts.")
    return chosen


def _preview(kb: KnowledgeBase, table: Upload) -> Preview:
    """The columns of the table, kept in this session until there is another one."""
    mark = _mark(table, None, kb)
    held: tuple[str, Preview] | None = st.session_state.get(PREVIEW_KEY)
    if held is None or held[0] != mark:
        with st.spinner("Reading the columns"):
            held = mark, preview_table(kb, table)
        st.session_state[PREVIEW_KEY] = held
    return held[1]


def _mark(table: Upload, mapping: Upload | None, kb: KnowledgeBase) -> str:
    """Tells tables apart, so that what was chosen for one is not taken for another."""
    parts = (table.name.encode("utf-8", "replace"), table.data, mapping.data if mapping else b"", kb.digest.encode())
    return sha256(b"\0".join(parts)).hexdigest()[:12]


def _show_intro(preview: Preview, given: bool, as_written: bool) -> None:
    if as_written:
        show_note("Every column is named as a fact of a case, so no mapping is needed. Correct what is wrong below.")
    elif given:
        show_note("As the uploaded mapping has it. What you change here makes a new mapping.")
    else:
        found = len(preview.suggested.rules)
        show_note(
            f"Suggested for {number(found)} of {plural(len(preview.columns), 'column')} by their names and values. "
            "Check each one: what a column is decides what the policies see."
        )


def _now(base: Mapping, column: str) -> str:
    """What a column is by a mapping: an attribute, the name of the row, or not used."""
    reading = [
        name for name, rules in base.rules.items() if any(column in (*rule.sources, *rule.when) for rule in rules)
    ]
    if reading:
        return next((name for name in reading if _is_simple(base, name)), reading[0])
    return NAMES_ROWS if column == (base.id or NAMES_ROWS) else UNUSED


def _is_simple(base: Mapping, name: str) -> bool:
    """Whether drop-downs can show how an attribute is read: from one column, as it is written or in one of the ways."""
    rule, *others = base.rules[name]
    return not others and any(rule == rule_of(rule.column, way, rule.values) for way in WAYS if rule.column)


def _show_column(kb: KnowledgeBase, base: Mapping, column: SeenColumn, key: str, chosen: ColumnChoices) -> None:
    """One column, and what is chosen for it."""
    words = kb.vocabulary.stateable
    now = _now(base, column.name)
    labels = {UNUSED: "not used", NAMES_ROWS: "names the row"}
    options = [UNUSED, NAMES_ROWS, *words]
    left, middle, right = st.columns((5, 5, 3), vertical_alignment="center")
    left.html(_values(column))
    what = middle.selectbox(
        plain(f"What {_short(column.name)} is"),
        options,
        index=options.index(now),
        format_func=lambda name: labels.get(name) or sentence(words[name].label),
        key=f"{key}.what",
        label_visibility="collapsed",
    )
    if what != now:
        chosen.changed.add(column.name)
    if what == NAMES_ROWS:
        chosen.names_rows = column.name
    elif chosen.names_rows == column.name:
        chosen.names_rows = ""
    if what in labels:
        return
    if what == now and not _is_simple(base, what):
        right.html('<p class="pl pl-quiet">by a rule of the mapping</p>')
        return
    held = base.rules[what][0] if what == now else rule_of(column.name)
    way = _choose_way(words[what], held, right, column, key)
    rule = rule_of(column.name, way, held.values)
    picked = _show_odd(kb, base, words[what], rule, column, key)
    chosen.rules.setdefault(what, []).append(rule_of(column.name, way, {**rule.values, **picked}))


def _choose_way(attribute: Attribute, held: Rule, place: DeltaGenerator, column: SeenColumn, key: str) -> str:
    ways = ["", *ways_of(attribute)]
    if len(ways) == 1:
        return ""
    now = next((way for way in ways if held == rule_of(column.name, way, held.values)), "")
    found: str = place.selectbox(
        plain(f"How {_short(column.name)} is written"),
        ways,
        index=ways.index(now),
        format_func=WAYS.__getitem__,
        key=f"{key}.way.{attribute.name}",
        label_visibility="collapsed",
    )
    return found


def _show_odd(
    kb: KnowledgeBase, base: Mapping, attribute: Attribute, rule: Rule, column: SeenColumn, key: str
) -> dict[str, str]:
    """The values that are not understood, each with what it may mean; what was picked for them."""
    odd = odd_values(kb, base.model_copy(update={"columns": {attribute.name: [rule]}, "constants": {}}), column)
    if not odd:
        return {}
    rows = sum(each.rows for each in odd)
    what = f"{plural(len(odd), 'value')} not understood, in {plural(rows, 'row')}"
    hint = "these rows are refused unless you say what it means"
    if attribute.type not in ("choice", "boolean"):
        hint = f"{odd[0].problem.what}; {odd[0].problem.hint or hint}"
    st.html(f'<p class="pl pl-problem"><strong>{escape(what)}</strong>: {escape(hint)}</p>')
    if rule.unit is not None:
        return {}
    choices = attribute.choices if attribute.type in ("choice", "boolean") else ()
    values = {each.value: each.label for each in choices if each.value != attribute.open_value}
    key = f"{key}.{attribute.name}"
    picked = {}
    for at, column_of_page in zip(range(0, ODD_SHOWN), cycle(st.columns(2)), strict=False):
        if at < len(odd):
            with column_of_page:
                picked[odd[at].value] = _pick(odd[at], values, f"{key}.{at}")
    others = odd[ODD_SHOWN:]
    if others and st.checkbox(
        f"Take {plural(len(others), 'more value')} as unknown; otherwise their rows are refused",
        key=f"{key}.others",
    ):
        picked |= {each.value: UNKNOWN for each in others}
    return {value: meaning for value, meaning in picked.items() if meaning != REFUSE}


def _pick(odd: OddValue, values: Dict[str, str], key: str) -> str:
    """What a value means, as a person picks it; empty while its rows are refused."""
    near = [odd.nearest] if odd.nearest in values else []
    options = [REFUSE, *near, UNKNOWN, *(each for each in values if each not in near)]

    def words(option: str) -> str:
        if option == REFUSE:
            return "refuse these rows"
        if option == UNKNOWN:
            return "unknown"
        return plain(values[option] or option)

    nearest = f", nearest to {values[near[0]] or near[0]}," if near else ""
    found: str = st.selectbox(
        plain(f"“{_short(odd.value)}” ({plural(odd.rows, 'row')}){nearest} means"), options, format_func=words, key=key
    )
    return found


def _values(column: SeenColumn) -> str:
    """The name of a column and its first values, shortened."""
    first = [_short(as_text(value)) for value, _ in column.stated[:FIRST_VALUES]]
    more = len(column.stated) - len(first)
    listed = ", ".join(first) + (f" and {number(more)} more" if more > 0 else "") if first else "nothing stated"
    name = escape(_short(column.name))
    return f'<p class="pl"><strong>{name}</strong><br><span class="pl-quiet">{escape(listed)}</span></p>'


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _mapping(base: Mapping, preview: Preview, chosen: ColumnChoices) -> Mapping:
    """The mapping to start from, with what was chosen in its place. INVARIANT: with nothing changed it is the same one.

    A rule that no drop-down shows is kept while nothing else is chosen for its columns.
    """
    names = [each.name for each in preview.columns]
    shown = {_now(base, name) for name in names}

    def read_by(rules: Sequence[Rule]) -> set[str]:
        return {column for rule in rules for column in (*rule.sources, *rule.when)}

    kept = {
        name: rules
        for name, rules in base.rules.items()
        if not (_is_simple(base, name) and name in shown) and not read_by(rules) & chosen.changed
    }
    # In the order of the mapping, then of the columns.
    found = {name: chosen.rules.get(name) or kept.get(name, []) for name in {**base.rules, **chosen.rules}}
    rules = {name: each for name, each in found.items() if each}
    read = {chosen.names_rows or NAMES_ROWS}.union(*map(read_by, rules.values()))
    ignored = [name for name in (base.ignore if base.rest == "ignore" else names) if name not in read]
    constants = {name: value for name, value in base.constants.items() if name not in rules}
    id_ = chosen.names_rows if chosen.names_rows != NAMES_ROWS else base.id
    changes = {"columns": rules, "constants": constants, "id": id_ or None, "ignore": ignored}
    return base.model_copy(update=changes)
