"""The JSON schema of a file of tests, for editors: made from the vocabulary, policies and readings of a service.

    >>> from payerlogic import KnowledgeBase
    >>> schema = schema_of_tests(KnowledgeBase.load())
    >>> sorted(schema["$defs"]["expected"]["properties"])[:3]
    ['bcbsaz', 'error', 'nia']

The schema of a case is that of its reader (``cases.case``). Reading says more, and with its place: see ``case_tests``.
"""

from __future__ import annotations

from typing import Any

from payerlogic.authoring.case_tests import EXPECTABLE, OF_A_FILE, OF_A_TEST
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import OPEN

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DAY = {"type": "string", "pattern": "^[0-9]{4}-?[0-9]{2}-?[0-9]{2}$"}
_WORDS = {"type": "array", "items": {"type": "string"}}


def schema_of_tests(kb: Model) -> dict[str, Any]:
    """What a file of tests of this service can hold."""
    case = dict(kb.reader.schema())
    defs = {**case.pop("$defs", {}), "case": _with_nulls(case)}
    readings = {
        each.id: {"enum": [option.name for option in each.options], "description": each.question}
        for each in kb.catalog.readings.values()
    }
    expected = {policy: {"$ref": f"#/$defs/expected_of_{policy}"} for policy in kb.policies}
    defs |= {f"expected_of_{policy}": _expectation(kb, policy) for policy in kb.policies}
    defs["readings"] = {"type": "object", "properties": readings, "additionalProperties": False}
    defs["expected"] = {
        "type": "object",
        "properties": {**expected, "error": {"anyOf": [{"type": "string"}, _WORDS]}},
        "minProperties": 1,
        "additionalProperties": False,
    }
    test = {
        "name": {"type": "string", "description": "what the test shows"},
        "case": {"$ref": "#/$defs/case"},
        "expect": {"$ref": "#/$defs/expected"},
        "readings": {"$ref": "#/$defs/readings"},
        "presumptions": {
            "enum": [True, False, "yes", "no", "true", "false"],
            "description": "no: as with --no-presumptions",
        },
        "as_of": _DAY,
        "clauses": {"type": "array", "items": {"type": "string"}, "description": EXPECTABLE["clauses"]},
        "deciding": {"type": "array", "items": {"enum": list(kb.vocabulary)}, "description": EXPECTABLE["deciding"]},
    }
    defs["test"] = {
        "type": "object",
        "properties": {name: test[name] for name in OF_A_TEST},
        "required": ["name", "case", "expect"],
        "additionalProperties": False,
    }
    file: dict[str, Any] = {
        "about": {"type": "string", "description": "what the file is for"},
        "as_of": {**_DAY, "description": "the day of its tests, unless a test has its own"},
        "tests": {"type": ["array", "null"], "items": {"$ref": "#/$defs/test"}},
        "gates": {"type": "object"},
        "clauses": {"type": "object"},
    }
    return {
        "$schema": DIALECT,
        "title": f"Tests of policies: {kb.program.service}" if kb.program.service else "Tests of policies",
        "$defs": defs,
        "anyOf": [
            {
                "type": "object",
                "properties": {name: file[name] for name in OF_A_FILE},
                "patternProperties": {r"^\.": {}},
                "additionalProperties": False,
            },
            {"type": "array", "items": {"$ref": "#/$defs/test"}},
        ],
    }


def _with_nulls(case: dict[str, Any]) -> dict[str, Any]:
    """A test can take a fact of its base back, and write a value in any spelling that is read."""
    properties = {
        name: {"anyOf": [each, {"type": ["null", "string"]}]} for name, each in case.get("properties", {}).items()
    }
    return {**case, "properties": properties}


def _expectation(kb: Model, policy: str) -> dict[str, Any]:
    """One word, or what in particular is expected."""
    classes, outcomes = list(kb.catalog.classes), [*kb.catalog.outcomes, OPEN]
    clause = {"type": "array", "items": {"enum": list(kb.catalog.policies[policy].clauses)}}
    given: dict[str, dict[str, Any]] = {
        "class": {"enum": classes},
        "open": {"type": "array", "items": {"enum": classes}},
        "outcome": {"enum": outcomes},
        "clauses": clause,
        "met": clause,
        "deciding": {"type": "array", "items": {"enum": list(kb.vocabulary)}},
        "version": {"anyOf": [_DAY, {"type": "null"}]},
    }
    properties = {name: {**given.get(name, _WORDS), "description": what} for name, what in EXPECTABLE.items()}
    words = list(dict.fromkeys([*classes, *outcomes]))
    detailed = {"type": "object", "properties": properties, "minProperties": 1, "additionalProperties": False}
    return {"anyOf": [{"enum": words}, detailed]}
