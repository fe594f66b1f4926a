"""A policy as SQL: the determination of every row of a table, three-valued and exact.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> query = compile_query(kb, ["nia"], kb.settings(), columns=["id", "primary_site", "age_years"])
    >>> query.output
    ('id', 'impossible', 'nia_class', 'nia_outcome', 'nia_possible', 'nia_clauses')

The table has one column per attribute of the vocabulary, with canonical values (VARCHAR, BOOLEAN, INTEGER,
DATE, DECIMAL; a list of VARCHAR for a set). NULL is unknown and never decides; an attribute without a column is
unknown in every row; an empty list is a set that is stated to be empty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings

DIALECTS = ("duckdb", "spark", "postgres", "snowflake", "bigquery")
IMPOSSIBLE = "impossible"
OF_A_POLICY = ("class", "outcome", "possible", "clauses")


@dataclass(frozen=True)
class Query:
    """One SELECT statement over one table.

    It yields one row for each row of the table (in no particular order) with the columns ``output``: those that
    are kept, ``impossible``, and for each policy P

    - ``P_class``: the class, NULL while several are possible;
    - ``P_outcome``: the outcome that all possible classes share, else 'open';
    - ``P_possible``: the possible classes as a list, in the order of the knowledge base;
    - ``P_clauses``: the ids of the clauses that the class rests on as a list, empty in an open case.

    ``impossible`` is NULL for a case that can be. Else all columns of the policies are NULL, and it holds the id
    of the axiom that the stated facts break, or ``vocabulary: ATTRIBUTE`` for a value that is none of the attribute's,
    or is another one than what it follows from.
    """

    text: str
    dialect: str
    policies: tuple[str, ...]
    reads: tuple[str, ...]
    """The attributes that the query reads; other columns cannot change an answer."""
    output: tuple[str, ...]


@one_at_a_time
def compile_query(
    kb: Model,
    policies: Sequence[str],
    settings: Settings,
    *,
    table: str = "cases",
    dialect: str = "duckdb",
    columns: Collection[str] | None = None,
    keep: Sequence[str] = ("id",),
    check_values: bool = True,
    readable: bool = True,
) -> Query:
    """The determinations of ``policies`` under ``settings`` as SQL over ``table``.

    ``columns`` are those that the table has (None: all of the vocabulary); ``keep`` are carried into the output. With
    the columns of two dates, an age that follows from them is worked out.
    A table name is quoted where it has to be; dots separate schema and table. Raises QuestionError for a policy,
    dialect or column that there is not.

    Without ``check_values`` the query trusts that every value is one of the vocabulary. ``readable`` puts the
    criteria and clauses in it, each a column with its citation, and lets them decide what they can; without, all
    rows go through the exact tables. The answers are the same, and come in half of the time.
    """
    from payerlogic.sql.query import Assembly

    names = tuple(dict.fromkeys(kb.check_policy(policy) for policy in policies))
    if not names:
        raise QuestionError(Problem("no policy is named"))
    if dialect not in DIALECTS:
        raise QuestionError(Problem(f"unknown dialect {shown(dialect)}", hint=nearest(dialect, DIALECTS)))
    output = (*keep, IMPOSSIBLE, *(f"{name}_{what}" for name in names for what in OF_A_POLICY))
    if twice := [name for name in dict.fromkeys(output) if output.count(name) > 1]:
        raise QuestionError(Problem(f"two columns of the output would be named {shown(twice[0])}"))
    assembly = Assembly(
        kb, names, kb.settings(settings.readings, presumptions=settings.presumptions, as_of=settings.as_of), dialect
    )
    text = assembly.text(table, columns, keep, check_values=check_values, readable=readable)
    return Query(text, dialect, names, assembly.columns_read(columns), output)
