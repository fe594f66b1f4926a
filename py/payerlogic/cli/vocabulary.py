"""``payerlogic vocabulary``: what a case can state."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.cli.options import JsonOption, KbOption, Screen, ServiceOption, load, to_json, write_utf8
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.attribute import Attribute
from payerlogic.program.catalog import Catalog
from payerlogic.program.records import slot_name
from payerlogic.program.vocabulary import Vocabulary


def vocabulary(
    schema: Annotated[bool, typer.Option("--schema", help="The JSON schema of a case.")] = False,
    service: ServiceOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """List what a case of a service can state.

    All attributes with their values, what is presumed of those that are not stated, and what cannot go
    together. An attribute that is neither stated nor presumed is unknown, never "no". Names and values
    are matched without regard to case. In a CSV file the items of a list are separated by semicolons,
    and [] is the empty list.

    \b
    Example:
      payerlogic vocabulary --schema > case.schema.json
    """
    if schema and json:
        raise QuestionError(Problem("cannot be combined", "--json and --schema"))
    base = load(kb, service=service)
    if schema:
        write_utf8(f"{to_json(base.reader.schema())}\n")
    elif json:
        write_utf8(f"{to_json(_as_json(base.vocabulary, base.catalog))}\n")
    else:
        _show(base.vocabulary, base.catalog)


def _as_json(words: Vocabulary, catalog: Catalog) -> dict[str, object]:
    derived = {
        name: {"from": list(each.sources), "how": str(each.operation), "rounded": each.rounding}
        for name, each in words.formulas.items()
    }
    return {
        "attributes": [_attribute(each) for each in words.values() if each.slot is None],
        "derived": derived,
        "inputs": [_attribute(each) for each in words.inputs.values()],
        "records": [
            {
                "name": each.name,
                "most": each.most,
                "fields": [{**_attribute(own), "name": field} for field, own in each.fields.items()],
            }
            for each in words.records.values()
        ],
        "axioms": [
            {"id": each.id, "sentence": each.sentence, "source": each.source} for each in catalog.axioms.values()
        ],
        "kinds": [{"name": each.name, "label": each.label, "help": each.help} for each in words.kinds],
        "presumptions": [
            {
                "id": each.id,
                "attribute": each.attribute,
                "label": each.label,
                "needs": list(each.needs),
                "policy": each.policy,
                "value": each.value,
            }
            for each in catalog.presumptions
        ],
    }


def _attribute(attribute: Attribute) -> dict[str, object]:
    is_number = attribute.type in ("integer", "decimal")
    places: dict[str, object] = {"places": attribute.places} if attribute.type == "decimal" else {}
    return places | {
        "name": attribute.name,
        "type": attribute.type,
        "kind": attribute.kind,
        "fixed": attribute.fixed,
        "label": attribute.label,
        "help": attribute.help,
        "unit": attribute.unit,
        "range": [attribute.json_number(each) for each in (attribute.least, attribute.greatest)] if is_number else None,
        "values": [
            {"value": each.value, "label": each.label}
            for each in attribute.choices
            if each.value != attribute.open_value
        ],
        "other_values": attribute.open_pattern_in_words or None,
        "typical": attribute.to_dict(attribute.typical) if attribute.typical is not None else None,
        "can_be_empty": not attribute.nonempty if attribute.type == "set" else None,
    }


def _show(words: Vocabulary, catalog: Catalog) -> None:
    screen = Screen()
    for kind in words.kinds:
        members = [each for each in words.values() if each.kind == kind.name and each.slot is None]
        if not members:
            continue
        rows = [(each.name, each.values_in_words, _note(each)) for each in members]
        screen.table(f"{kind.name}: {kind.help or kind.label}", ("attribute", "values", "meaning"), rows)
        screen.gap()
    for record in words.records.values():
        rows = [(field, each.values_in_words, _note(each)) for field, each in record.fields.items()]
        column = slot_name(next(iter(record.fields)), record.name, 1)
        title = f"{record.name}: a list of at most {record.most}, each with these fields; in a table {column} and so on"
        screen.table(title, ("field", "values", "meaning"), rows)
        screen.gap()
    if words.inputs:
        inputs = words.inputs.values()
        rows = [(each.name, each.values_in_words, f"{_note(each)} {_gives(words, each)}") for each in inputs]
        screen.table("Stated only to work out others", ("input", "values", "meaning"), rows)
        screen.gap()
    presumed = [(each.attribute, each.label, each.policy.replace("_", " ")) for each in catalog.presumptions]
    screen.table("Presumed, when it is not stated", ("attribute", "presumption", "payer"), presumed)
    screen.gap()
    rules = [(each.sentence, each.source) for each in catalog.axioms.values()]
    screen.table("What cannot go together is an error", ("rule", "source"), rules)


def _note(attribute: Attribute) -> str:
    fixed = " It never changes." if attribute.fixed else ""
    return f"{attribute.label}. {attribute.help}{fixed}"


def _gives(words: Vocabulary, source: Attribute) -> str:
    return f"Gives: {', '.join(name for name, each in words.formulas.items() if source.name in each.sources)}."
