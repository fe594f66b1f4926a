"""The findings of a policy: sentences, data, or SARIF for code scanning.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> as_text(CheckedPolicy(tuple(kb.check("bcbsaz"))), kb).partition(" ")[2].partition(":")[0]
'findings'
"""

from __future__ import annotations

from payerlogic.consistency.baseline import CheckedPolicy
from payerlogic.semantics.model import Model
from payerlogic.text.json_text import json_text
from payerlogic.wording.findings import lines
from payerlogic.wording.outline import as_text as as_lines


def as_text(checked: CheckedPolicy, kb: Model) -> str:
    return as_lines(lines(kb, checked))


def as_json(checked: CheckedPolicy, kb: Model) -> str:
    known = checked.baseline is not None
    rows = [
        each.to_dict(kb.vocabulary) | ({"accepted": checked.is_accepted(each)} if known else {})
        for each in checked.findings
    ]
    return json_text({"findings": rows, "kb": kb.digest})


def as_sarif(checked: CheckedPolicy, kb: Model) -> str:
    from payerlogic.documents.writers.sarif import sarif

    return json_text(sarif(kb, checked.findings, checked.baseline))
