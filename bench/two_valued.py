"""The same policies as an ordinary rule set: two-valued, for complete cases only, by hand; what others are given.

One list of conditions in SQL, the first that holds decides. It is rendered as a CASE expression, as a decision table of
GoRules ZEN, and as NumPy expressions over coded columns. The benchmark checks that it gives the classes that ``decide``
does; it is no part of the product, which knows no rule outside of its knowledge base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp

RECURRENT = "disease_status IN ('local_recurrence', 'regional_recurrence')"
RECTAL = (
    "oncologic AND primary_site IN ('rectum', 'rectosigmoid_junction') AND margin_status IN ('positive', 'close')"
    f" AND (t_category = 'T4' OR {RECURRENT})"
)
CODES = {
    "nia": "LIST_CONTAINS(cpt_codes, '77424') OR LIST_CONTAINS(cpt_codes, '77425')",
    "bcbsaz": "LIST_CONTAINS(cpt_codes, '77424') OR LIST_CONTAINS(cpt_codes, '77425')"
    " OR LIST_CONTAINS(cpt_codes, '77469') OR LIST_CONTAINS(cpt_codes, '0735T')",
}
NECESSARY = "medically_necessary"
RULES: dict[str, list[tuple[str, str]]] = {
    "nia": [
        ("date_of_service < DATE '2023-01-01'", "not_in_force"),
        ("NOT service_is_iort", "out_of_scope"),
        (f"NOT ({CODES['nia']})", "code_not_listed"),
        ("NOT documentation_complete", "pended_for_documentation"),
        (
            "oncologic AND primary_site = 'breast' AND modality = 'electronic_brachytherapy'",
            "experimental_investigational",
        ),
        ("oncologic AND primary_site = 'pancreas'", "physician_review"),
        (
            "oncologic AND primary_site = 'breast' AND modality = 'electron_beam' AND fractions <= 1"
            " AND age_years >= 50 AND tumor_behavior = 'invasive' AND t_category IN ('Tis', 'T1')"
            " AND clinical_n_category = 'N0' AND margin_status = 'negative'",
            NECESSARY,
        ),
        (
            f"oncologic AND primary_site = 'cervix_uteri' AND {RECURRENT} AND centrality = 'central'"
            " AND prior_radiation IN ('other_field', 'overlapping_target')",
            NECESSARY,
        ),
        (f"oncologic AND primary_site = 'colon' AND intent = 'boost' AND {RECURRENT}", NECESSARY),
        (RECTAL, NECESSARY),
        (
            "oncologic AND primary_site IN ('soft_tissue', 'cervix_uteri', 'colon', 'rectum', 'rectosigmoid_junction')"
            " AND intent = 'boost' AND modality <> 'proton'"
            " AND (high_recurrence_risk OR NOT completely_removable OR margin_status = 'positive')",
            NECESSARY,
        ),
        ("TRUE", "investigational_not_medically_necessary"),
    ],
    "bcbsaz": [
        ("date_of_service < DATE '2022-09-19'", "not_in_force"),
        ("NOT service_is_iort", "out_of_scope"),
        (f"date_of_service >= DATE '2023-09-21' AND NOT ({CODES['bcbsaz']})", "code_not_listed"),
        (RECTAL, NECESSARY),
        ("oncologic AND mandate_applies AND fda_status IN ('approved', 'cleared_510k')", "medical_necessity_review"),
        (
            "oncologic AND (fda_status = 'none' OR LIST_CONTAINS(ei_conditions, 'lack_of_final_approval')"
            " OR LIST_CONTAINS(ei_conditions, 'insufficient_evidence_of_effect')"
            " OR LIST_CONTAINS(ei_conditions, 'insufficient_outside_investigational')"
            " OR (date_of_service >= DATE '2023-09-21'"
            " AND (LIST_CONTAINS(ei_conditions, 'insufficient_net_improvement')"
            " OR LIST_CONTAINS(ei_conditions, 'insufficient_versus_alternatives'))))",
            "experimental_investigational",
        ),
        ("TRUE", "no_criterion"),
    ],
}


def as_case(policy: str) -> str:
    """The rules as one CASE expression."""
    *rules, (_, last) = RULES[policy]
    return f"CASE {' '.join(f'WHEN {when} THEN {then!r}' for when, then in rules)} ELSE {last!r} END"


def as_sql(table: str = "cases") -> str:
    """All policies as CASE expressions over a table."""
    return f"SELECT id, {', '.join(f'{as_case(name)} AS {name}_class' for name in RULES)} FROM {table}"


def rendered(condition: str, literal: Callable[[str, object], str], words: Mapping[str, str]) -> str:
    """A condition in another language: ``words`` are its connectives, ``literal`` writes the value of a column."""

    def write(node: exp.Expr) -> str:
        if isinstance(node, exp.Paren):
            return f"({write(node.this)})"
        if isinstance(node, exp.And | exp.Or):
            word = words["and" if isinstance(node, exp.And) else "or"]
            return f"({write(node.left)}) {word} ({write(node.right)})"
        if isinstance(node, exp.Not):
            return f"{words['not']}({write(node.this)})"
        if isinstance(node, exp.In):
            tests = [f"({node.this.name} == {literal(node.this.name, each.this)})" for each in node.expressions]
            return f"({' {} '.format(words['or']).join(tests)})"
        if isinstance(node, exp.ArrayContains):
            return f"{node.this.name}_{node.expression.this}"
        if isinstance(node, exp.Boolean):
            return words["true"] if node.this else words["false"]
        if isinstance(node, exp.Column):
            return node.name
        signs = {exp.EQ: "==", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GTE: ">="}
        value = node.right.find(exp.Literal)
        assert value is not None
        return f"{node.left.name} {signs[type(node)]} {literal(node.left.name, value.this)}"

    return write(sqlglot.parse_one(condition, read="duckdb"))


def members() -> list[tuple[str, str]]:
    """The members of sets that the rules ask for, each a column of its own where there are no sets."""
    found: dict[tuple[str, str], None] = {}
    for rules in RULES.values():
        for when, _ in rules:
            for each in sqlglot.parse_one(when, read="duckdb").find_all(exp.ArrayContains):
                found[each.this.name, each.expression.this] = None
    return list(found)
