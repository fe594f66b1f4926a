"""Conditions as expressions of sqlglot, in the words that each dialect has for them.

>>> terms = Terms("duckdb")
>>> terms.one_of(column("margin_status"), ["close", "positive"]).sql("duckdb")
"margin_status IN ('close', 'positive')"
>>> either([column("a"), FALSE, both([TRUE, column("b")])]).sql()
'a OR b'

Every condition is three-valued: NULL where the facts that it needs are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from payerlogic.errors import Problem, QuestionError, shown
from payerlogic.program.attribute import DIGITS

Term = exp.Expr
MOST_PARTS = 3

TRUE = exp.true()
FALSE = exp.false()
TYPES = {"choice": "TEXT", "boolean": "BOOLEAN", "integer": "INT", "date": "DATE", "set": "TEXT[]"}
"""The type of a column, by the type of its attribute, as DuckDB writes it; that of a decimal has its places too."""


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, quoted where its name is not a plain word."""
    return exp.column(identifier(name), table)


def identifier(name: str) -> exp.Identifier:
    plain = name.isascii() and name.isidentifier() and name == name.lower() and name.upper() not in RESERVED
    return exp.to_identifier(name, quoted=not plain)


def text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def number(value: int) -> Term:
    return exp.convert(value)


def decimal(value: str, digits: int, places: int) -> Term:
    """A decimal as one, exactly: a bare 2.6 is a binary float in some dialects."""
    return exp.cast(text(value), f"DECIMAL({digits}, {places})")


def both(terms: Iterable[Term]) -> Term:
    """All of ``terms``; they are taken as they are, except that constants vanish."""
    left = [term for term in dict.fromkeys(_parts(terms, exp.And)) if term != TRUE]
    if FALSE in left:
        return FALSE
    return exp.and_(*left) if left else TRUE


def either(terms: Iterable[Term]) -> Term:
    """Any of ``terms``."""
    left = [term for term in dict.fromkeys(_parts(terms, exp.Or)) if term != FALSE]
    if TRUE in left:
        return TRUE
    return exp.or_(*left) if left else FALSE


def _parts(terms: Iterable[Term], kind: type[exp.Connector]) -> Iterable[Term]:
    """The terms, those of one kind taken apart; none of them in parentheses that it does not need."""
    for term in terms:
        bare = term.this if isinstance(term, exp.Paren) else term
        if isinstance(bare, kind):
            yield from _parts(bare.flatten(unnest=False), kind)
        else:
            yield bare


def negate(term: Term) -> Term:
    if term in (TRUE, FALSE):
        return FALSE if term == TRUE else TRUE
    if isinstance(term, exp.Not):
        inner = term.this
        bare: Term = inner.this if isinstance(inner, exp.Paren) else inner
        return bare
    if isinstance(term, exp.EQ) and not isinstance(term.expression, exp.Any):
        return exp.NEQ(this=term.this, expression=term.expression)
    return exp.not_(term)


def case(branches: Sequence[tuple[Term, Term]], otherwise: Term | None) -> Term:
    """The first whose condition is true; ``otherwise`` alone where there are no branches."""
    if not branches:
        return otherwise if otherwise is not None else exp.null()
    found = exp.Case()
    for condition, value in branches:
        found = found.when(condition, value)
    return found.else_(otherwise) if otherwise is not None else found


def known(term: Term) -> Term:
    return exp.Not(this=exp.Is(this=term, expression=exp.null()))


def unknown(term: Term) -> Term:
    return exp.Is(this=term, expression=exp.null())


@dataclass(frozen=True)
class Terms:
    """What is written differently from dialect to dialect."""

    dialect: str

    def one_of(self, value: Term, words: Sequence[str]) -> Term:
        if len(words) == 1:
            return exp.EQ(this=value, expression=text(words[0]))
        return exp.In(this=value, expressions=[text(word) for word in words])

    def array(self, items: Sequence[Term]) -> Term:
        """A list of texts."""
        if not items and self.dialect != "snowflake":  # whose lists have no type of their own
            return exp.cast(exp.Array(expressions=[]), "TEXT[]", dialect="duckdb")
        return exp.Array(expressions=list(items))

    def contains(self, words: Term, word: str) -> Term:
        """Whether a list has ``word``; NULL if the list is."""
        if self.dialect == "postgres":
            return exp.EQ(this=text(word), expression=exp.Any(this=exp.paren(words)))
        if self.dialect == "bigquery":
            # BigQuery takes a list that is NULL for an empty one here.
            return case([(known(words), exp.In(this=text(word), unnest=exp.Unnest(expressions=[words])))], None)
        if self.dialect == "snowflake":
            variant = exp.cast(text(word), "VARIANT", dialect="snowflake")
            return exp.Anonymous(this="ARRAY_CONTAINS", expressions=[variant, words])
        name = "LIST_CONTAINS" if self.dialect == "duckdb" else "ARRAY_CONTAINS"
        return exp.Anonymous(this=name, expressions=[words, text(word)])

    def has_other(self, words: Term, than: Sequence[str]) -> Term:
        """Whether a list has a word that is none of ``than``."""
        listed = exp.Array(expressions=[text(word) for word in than])
        if self.dialect == "postgres":
            return exp.Not(this=exp.paren(exp.ArrayContainedBy(this=words, expression=listed)))
        if self.dialect == "bigquery":
            rest = exp.select("1").from_(
                exp.Unnest(expressions=[words], alias=exp.TableAlias(columns=[exp.to_identifier("word")]))
            )
            other = exp.Exists(this=rest.where(exp.Not(this=self.one_of(column("word"), than))))
            return case([(known(words), other)], None)
        if self.dialect == "duckdb":
            return exp.Not(this=exp.Anonymous(this="LIST_HAS_ALL", expressions=[listed, words]))
        size = "SIZE" if self.dialect == "spark" else "ARRAY_SIZE"
        others = exp.Anonymous(this="ARRAY_EXCEPT", expressions=[words, listed])
        return exp.GT(this=exp.Anonymous(this=size, expressions=[others]), expression=number(0))

    def any_word(self, words: Term, condition: Callable[[Term], Term]) -> Term:
        """Whether a list has an item of which ``condition`` holds; items can be NULL."""
        word = column("word")
        if self.dialect in ("postgres", "bigquery"):
            names = exp.TableAlias(this=exp.to_identifier("items"), columns=[exp.to_identifier("word")])
            if self.dialect == "bigquery":
                names = exp.TableAlias(columns=[exp.to_identifier("word")])
            rows = exp.select("1").from_(exp.Unnest(expressions=[words], alias=names))
            return exp.Exists(this=rows.where(condition(word)))
        if self.dialect == "duckdb":
            chosen = exp.Comprehension(this=word, expression=word, iterator=words, condition=condition(word))
            size = exp.Anonymous(this="LEN", expressions=[exp.Array(expressions=[chosen])])
            return exp.GT(this=size, expression=number(0))
        if self.dialect == "snowflake":  # whose lists have no type of their own
            condition_ = condition(exp.cast(word, "VARCHAR", dialect="snowflake"))
            some = exp.Anonymous(
                this="FILTER", expressions=[words, exp.Lambda(this=condition_, expressions=[word.this])]
            )
            return exp.GT(this=exp.Anonymous(this="ARRAY_SIZE", expressions=[some]), expression=number(0))
        return exp.Anonymous(
            this="EXISTS", expressions=[words, exp.Lambda(this=condition(word), expressions=[word.this])]
        )

    def fits(self, value: Term, pattern: str) -> Term:
        """Whether a pattern fits the whole of a text."""
        if self.dialect == "duckdb":
            return exp.Anonymous(this="REGEXP_FULL_MATCH", expressions=[value, text(pattern)])
        whole = text(f"^(?:{pattern})$")
        if self.dialect == "spark":  # where $ also fits before a line feed at the end
            first = exp.Anonymous(this="REGEXP_EXTRACT", expressions=[value, whole, number(0)])
            return both([exp.RegexpLike(this=value, expression=whole), exp.EQ(this=first, expression=value)])
        return exp.RegexpLike(this=value, expression=whole)

    def type_of(self, type_: str, places: int = 0) -> exp.DataType:
        """The type of a column, by the type of its attribute."""
        if type_ == "decimal":
            return exp.DataType.build(f"DECIMAL({DIGITS}, {places})", "duckdb")
        untyped = type_ == "set" and self.dialect == "snowflake"
        return exp.DataType.build("ARRAY" if untyped else TYPES[type_], "snowflake" if untyped else "duckdb")

    def is_empty(self, words: Term) -> Term:
        name = {"duckdb": "LEN", "spark": "SIZE", "snowflake": "ARRAY_SIZE", "bigquery": "ARRAY_LENGTH"}
        size = exp.Anonymous(this=name.get(self.dialect, "CARDINALITY"), expressions=[words])
        return exp.EQ(this=size, expression=number(0))

    def coded(self, value: Term, codes: Mapping[str, int], otherwise: int) -> Term:
        """The number of a word; ``otherwise`` for NULL and for every other word."""
        words: dict[int, list[str]] = {}
        for word, code in codes.items():
            if code != otherwise:
                words.setdefault(code, []).append(word)
        if self.dialect == "duckdb" and len(words) > 1:
            # A function of one column is worked out once for each word of a dictionary, a CASE for each row.
            listed = [(word, code) for code, each in words.items() for word in each]
            keys = exp.Array(expressions=[text(word) for word, _ in listed])
            values = exp.Array(expressions=[number(code) for _, code in listed])
            found = exp.Bracket(this=exp.Map(keys=keys, values=values), expressions=[value])
            return exp.Coalesce(this=found, expressions=[number(otherwise)])
        return case([(self.one_of(value, each), number(code)) for code, each in words.items()], number(otherwise))

    @property
    def first_index(self) -> int:
        """The index of the first item of a list."""
        return 1 if self.dialect in ("duckdb", "postgres") else 0


def plain_table(name: str) -> exp.Table:
    """A table by the name that a person gives it: dots part it, double quotes hold a part together.

    >>> plain_table('my schema."a.b"').sql("duckdb")
    '"my schema"."a.b"'
    >>> plain_table("a.b.c.d")
    Traceback (most recent call last):
    payerlogic.errors.QuestionError: table 'a.b.c.d': has 4 parts; it takes a name, schema.name or catalog.schema.name
    """
    parts, inside, at = [""], False, 0
    while at < len(name):
        char = name[at]
        if inside and name[at : at + 2] == '""':
            parts[-1] += char
            at += 1
        elif char == '"':
            inside = not inside
        elif char == "." and not inside:
            parts.append("")
        else:
            parts[-1] += char
        at += 1
    wrong = ""
    if inside:
        wrong = "a quote is never closed"
    elif not all(part.strip() for part in parts):
        wrong = "a part of it is empty"
    elif len(parts) > MOST_PARTS:
        wrong = f"has {len(parts)} parts"
    if wrong:
        hint = "it takes a name, schema.name or catalog.schema.name"
        raise QuestionError(Problem(wrong, f"table {shown(name)}", hint))
    names = dict(zip(("this", "db", "catalog"), reversed([_part(part) for part in parts]), strict=False))
    return exp.Table(**names)


def _part(name: str) -> exp.Identifier:
    plain = name.isascii() and name.isidentifier() and name.upper() not in RESERVED
    return exp.to_identifier(name, quoted=not plain)


RESERVED = frozenset(
    word.upper() for word in Dialect.get_or_raise("duckdb").tokenizer_class.KEYWORDS if word.isidentifier()
) | {"USER", "TABLE"}
"""Words that mean something to SQL and are therefore quoted as names."""


def summed(terms: Sequence[Term]) -> Term:
    """Terms added up."""
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return total


def times(term: Term, factor: int) -> Term:
    """A term that counts so often."""
    inner = exp.paren(term) if isinstance(term, exp.Add) else term
    return exp.Mul(this=inner, expression=number(factor))
