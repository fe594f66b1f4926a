"""Derived facts as SQL: years, months and days between two columns, by the calendar and exactly.

    >>> from payerlogic import KnowledgeBase
    >>> age = KnowledgeBase.load().vocabulary.formulas["age_years"]
    >>> derived(age, "t", "duckdb").sql("duckdb")[:72]
    'EXTRACT(YEAR FROM t.date_of_service) - EXTRACT(YEAR FROM t.birth_date) -'

The same calendar as in ``text.calendar``, in the parts of a date that every dialect has. Sums and quotients are not
here: no two dialects divide decimals alike, so a column with the result is asked for instead.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from payerlogic.errors import Problem, QuestionError
from payerlogic.program.formula import Formula
from payerlogic.program.records import slot_name
from payerlogic.program.vocabulary import RecordType
from payerlogic.sql.expressions import Term, Terms, both, case, column, either, known, number

_LONG, _SHORT = 31, 30
_AFTER_SHORT = (5, 7, 10, 12)
"""The months before which there is one of 30 days."""


def derived(formula: Formula, table: str, dialect: str) -> Term:
    """The value that follows from the columns of a table; NULL where one of them is.

    QuestionError for what SQL cannot work out exactly.
    """
    if not formula.is_of_dates:
        name, sources = formula.attribute.name, ", ".join(formula.sources)
        hint = f"give the table a column {name}; 'payerlogic batch' works it out by itself"
        raise QuestionError(Problem(f"{name} cannot be worked out from {sources} exactly in SQL", hint=hint))
    first, last = (column(part.name, table) for part in formula.operation.parts)
    unit = formula.operation.name.partition("_")[0]
    if unit == "days":
        return exp.DateDiff(this=last, expression=first, unit=exp.var("DAY"))
    whole = _years(first, last) if unit == "years" else _months(first, last)
    if formula.rounding == "down":
        return whole
    exact = _on_the_day(first, last) if unit == "months" else both([_same_month(first, last), _on_the_day(first, last)])
    return exp.Add(this=whole, expression=case([(exact, number(0))], number(1)))


def followed(formula: Formula, stated: Term | None, nothing: Term, terms: Terms) -> Term:
    """What is stated in the table ``source``, or follows from its other columns.

    ``nothing`` where nothing can follow, or something else is stated: a value that is outside of the vocabulary, so
    that the row is refused.
    """
    if stated is not None and not formula.is_of_dates:
        return stated
    value = derived(formula, "source", terms.dialect)
    first, last = (column(part.name, "source") for part in formula.operation.parts)
    wrong: list[Term] = [exp.LT(this=last, expression=first)] if formula.in_order else []
    if stated is not None:
        wrong.append(exp.NEQ(this=stated.copy(), expression=exp.paren(value.copy())))
        value = exp.Coalesce(this=stated, expressions=[value])
    return case([(either(wrong), nothing)], value) if wrong else value


def counted(record: RecordType, stated: Term | None, recorded: Collection[str], nothing: Term, terms: Terms) -> Term:
    """How many records the table ``source`` states: what its column says, or else up to the last one that is filled.

    ``nothing`` where the column says fewer.
    """
    branches: list[tuple[Term, Term]] = []
    for at in range(record.most, 0, -1):
        slots = [slot for slot in (slot_name(each, record.name, at) for each in record.fields) if slot in recorded]
        if slots:
            branches.append((either(known(column(slot, "source")) for slot in slots), number(at)))
    last = case(branches, exp.cast(exp.null(), terms.type_of("integer")))
    if stated is None:
        return last
    fewer = exp.LT(this=stated.copy(), expression=exp.paren(last.copy()))
    return case([(fewer, nothing)], exp.Coalesce(this=stated, expressions=[last]))


def _part(what: str, day: Term) -> Term:
    return exp.Extract(this=exp.var(what), expression=day.copy())


def _minus(one: Term, other: Term) -> Term:
    return exp.Sub(this=one, expression=other)


def _times(term: Term, by: int) -> Term:
    return exp.Mul(this=exp.paren(term) if isinstance(term, exp.Binary) else term, expression=number(by))


def _years(first: Term, last: Term) -> Term:
    earlier = exp.LT(this=_day_of_year(last), expression=_day_of_year(first))
    whole = _minus(_part("YEAR", last), _part("YEAR", first))
    return _minus(whole, case([(earlier, number(1))], number(0)))


def _day_of_year(day: Term) -> Term:
    """Month and day as one number, to be compared with another."""
    return exp.Add(this=_times(_part("MONTH", day), 100), expression=_part("DAY", day))


def _months(first: Term, last: Term) -> Term:
    years = _times(_minus(_part("YEAR", last), _part("YEAR", first)), 12)
    months = exp.Add(this=years, expression=exp.paren(_minus(_part("MONTH", last), _part("MONTH", first))))
    earlier = exp.LT(this=_part("DAY", last), expression=_part("DAY", first))
    return _minus(months, case([(earlier, number(1))], number(0)))


def _on_the_day(first: Term, last: Term) -> Term:
    """Whether the last day is so many whole months after the first; for a day that its month lacks, the next."""
    same = exp.EQ(this=_part("DAY", last), expression=_part("DAY", first))
    first_of_month = exp.EQ(this=_part("DAY", last), expression=number(1))
    lacking = exp.GT(this=_part("DAY", first), expression=_length_of_month_before(last))
    return either([same, both([first_of_month, lacking])])


def _same_month(first: Term, last: Term) -> Term:
    """Whether an anniversary of the first day can be the last one: in its month, or on March 1 for February 29."""
    same = exp.EQ(this=_part("MONTH", last), expression=_part("MONTH", first))
    on_the_day = exp.EQ(this=_part("DAY", last), expression=_part("DAY", first))
    leap_day = both(
        [
            exp.EQ(this=_day_of_year(first), expression=number(229)),
            exp.EQ(this=_day_of_year(last), expression=number(301)),
        ]
    )
    return either([both([same, on_the_day]), leap_day])


def _length_of_month_before(day: Term) -> Term:
    month = _part("MONTH", day)
    in_march = exp.EQ(this=month, expression=number(3))
    short = exp.In(this=month.copy(), expressions=[number(each) for each in _AFTER_SHORT])
    leap = both([in_march, _is_leap(day)])
    return case([(leap, number(29)), (in_march, number(28)), (short, number(_SHORT))], number(_LONG))


def _is_leap(day: Term) -> Term:
    def divides(by: int) -> Term:
        return exp.EQ(this=exp.Mod(this=_part("YEAR", day), expression=number(by)), expression=number(0))

    return either([both([divides(4), exp.not_(divides(100))]), divides(400)])
