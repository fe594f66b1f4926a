"""Who should mend what a finding shows, and by what: the text is the payer's, the rules are those of their author.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> who_mends(kb.catalog, kb.check("bcbsaz")[0]).partition(":")[0]
'BCBSAZ'
"""

from __future__ import annotations

from payerlogic.consistency.finding import Finding
from payerlogic.program.catalog import Catalog

AUTHOR = "The author of the rules"
FIRST = f"{AUTHOR}: first check that the rule says what the text says."
NOBODY = "Nobody has to mend this"


def who_mends(catalog: Catalog, finding: Finding) -> str:
    """One sentence: who, and what to do."""
    payer = catalog.policies[finding.policy].payer_short
    if not finding.by_default:
        asked = [r for r, options in finding.under.items() if catalog.readings[r].default not in options]
        return f"{payer}: say what the text means ({', '.join(asked)}). Under the default readings there is no problem."
    if finding.settled:
        return f"{NOBODY}: stated precedence decides. {payer} can make it plainer by saying which clause comes first."
    match finding.kind:
        case "conflict":
            return f"{payer}: say in the text which of {_all(finding.clauses)} comes first, or narrow one of them."
        case "gap":
            return f"{payer}: say in the text what holds for these cases."
        case "dead":
            return f"{payer}: drop or correct what can never be met. {FIRST}"
        case "redundant":
            return f"{payer}: can drop it, or say what it was to add. {FIRST}"
        case "overlap":
            return f"{NOBODY}: the clauses agree on these cases."
        case "unused":
            return f"{AUTHOR}: leave it out, or write the rule that needs it."
        case _:
            return f"{payer}: define the term in the text."


def _all(clauses: tuple[str, ...]) -> str:
    return " and ".join(clauses)
