"""Patterns of users and policies: bounded in time and size, and refused with a reason."""

from __future__ import annotations

import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerlogic.text import patterns

FITTING = [
    ("rect(um|al)", "Rectal", ("al",)),
    ("[cp]?T([0-4])[ab]?", "pt4B", ("4",)),
    ("a(b)?", "A", (None,)),
    ("(a)(b)", "ab", ("a", "b")),
    ("C18[.][0-9]", "c18.7", ()),
    ("é+", "ÉÉ", ()),
    (".", "é", ()),
    ("a$", "a", ()),
    ("", "", ()),
    (r"\d{3}", "123", ()),
    ("[[:digit:]]+", "12", ()),
]

NOT_FITTING = [
    ("rectum", "rectum;colon"),
    ("rectum|colon", "rectumcolon"),
    ("a", "\ud800"),
    ("a.b", "a\nb"),
    (r"\d", "٣"),
    ("T4", "ypT4"),
    ("", " "),
    ("a+", ""),
    ("(?-i)a", "A"),
    ("[^a]", "aa"),
]

REFUSED = [
    "(",
    "a)",
    "[a",
    "*a",
    "a**",
    "(?=a)",
    "(?<!a)b",
    r"(a)\1",
    "a{1001}",
    "((a{100}){100}){100}",
    "(" * 400,
    "x" * 1001,
    "\\",
    r"\p{Nope}",
    "\ud800",
    "a{2,1}",
]


@pytest.mark.parametrize(("pattern", "text", "groups"), FITTING)
def test_a_pattern_fits_the_whole_text_whatever_the_case(
    pattern: str, text: str, groups: tuple[str | None, ...]
) -> None:
    assert patterns.compile(pattern).fullmatch(text) == groups


@pytest.mark.parametrize(("pattern", "text"), NOT_FITTING)
def test_a_part_that_fits_is_not_enough(pattern: str, text: str) -> None:
    assert patterns.compile(pattern).fullmatch(text) is None


@pytest.mark.parametrize("pattern", REFUSED, ids=lambda text: repr(text[:20]))
def test_what_cannot_be_used_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(patterns.PatternError) as caught:
        patterns.compile(pattern)
    (problem,) = caught.value.problems
    assert problem.what
    assert problem.hint
    assert len(str(problem)) < 400


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+", "(a*)*b", "(.*)*x", "(a|a?)+b", "((a+)(a+))+c", "(?:a{1,50}){1,19}b", "a?" * 99 + "a" * 99],
)
def test_no_pattern_freezes_on_the_longest_text(pattern: str) -> None:
    begun = time.process_time()
    patterns.compile(pattern).fullmatch("a" * (patterns.LONGEST_TEXT - 1) + "!")
    assert time.process_time() - begun < 1


def test_a_longer_text_is_refused_and_not_called_unfitting() -> None:
    with pytest.raises(patterns.PatternError, match="1000 characters"):
        patterns.compile("a*").fullmatch("a" * (patterns.LONGEST_TEXT + 1))


def test_a_pattern_can_be_pickled() -> None:
    pattern = patterns.compile("a(b)")
    assert pickle.loads(pickle.dumps(pattern)) == pattern
    assert pickle.loads(pickle.dumps(pattern)).fullmatch("AB") == ("B",)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_end_in_an_answer_or_in_a_problem(pattern: str, text: str) -> None:
    try:
        groups = patterns.compile(pattern).fullmatch(text)
    except patterns.PatternError:
        return
    assert groups is None or all(group is None or group in text for group in groups)
