"""The characters of a program file, separated as clingo does: code, strings, comments.

    >>> text = 'met(acme, a1) :- age(50). % "quoted" #include'
    >>> code(text)
    'met(acme, a1) :- age(50).                    '
    >>> [problem.what for problem in problems_in('a(“x”).', "acme.lp")][0]
    "'“' (left double quotation mark, U+201C) stands outside of a string or comment"

Clingo ends the whole process on some texts, and reads others to mean what nobody wrote: bytes outside of ASCII,
numbers beyond 32 bits, terms of great depth, comments within comments. They are refused here, before it sees them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from payerlogic.errors import Problem, shown

LEAST, GREATEST = -(2**31), 2**31 - 1
"""The whole numbers that clingo can hold; what goes beyond them wraps around without a word."""

DEEPEST = 50
LONGEST = 50_000
MOST_OPERATORS = 200

FORBIDDEN = re.compile(
    r"#\s*(script|include|external|program|theory|heuristic|edge|project|minimi[sz]e|maximi[sz]e)\b|(@)"
)
DECIDES_BY_CLAUSES = (
    "a policy decides by its clauses: where two are met, prevails(Policy, Clause, Other) says which one counts"
)
_CALCULATE = "rules compare, they do not calculate: derived(...) declares what is to be worked out (core/derived.lp)"
_SAYS_NOTHING = "leave it out: it says nothing of a case"
_INSTEAD = {
    **dict.fromkeys(("minimize", "minimise", "maximize", "maximise"), DECIDES_BY_CLAUSES),
    **dict.fromkeys(("script", "theory", "@"), _CALCULATE),
    **dict.fromkeys(("heuristic", "edge", "project"), _SAYS_NOTHING),
    "include": "leave it out: every file of the knowledge base is read",
    "program": "leave it out: all rules are one program",
    "external": "what a case can state is an attribute(...) of vocabulary/ or services/, unknown until it is stated",
}
"""What to write for a directive that is not allowed."""
_DECIMAL = re.compile(r"(?<![\w.])[0-9]+\.[0-9]+(?!\w|\.[\d.])")
_BEFORE = re.compile(r"\b([a-z]\w*)\s*(>=|<=|==?|>|<)\s*\Z")
_AFTER = re.compile(r"\s*(>=|<=|==?|>|<)\s*([a-z]\w*)")
_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\["\\n])*"|"|%\*|%[^\n]*|#![^\n]*')
_IN_BLOCK_COMMENT = re.compile(r"%\*|\*%|%[^\n]*")
_NOT_CODE = re.compile(r"[^\t\n\r -~]")
_NOT_IN_STRINGS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NOWHERE = re.compile(r"\x00|\r(?!\n)|[\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"(?<![\w'])(?:0[xX]([0-9A-Fa-f]+)|0o([0-7]+)|0b([01]+)|([0-9]{10,}))")
_STRUCTURE = re.compile(r"(?<!\.)\.(?!\.)|[(\[{)\]}]|[-+*/\\|&?^~]")
_PLAIN = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("–—‒―−‐‑", "-"),
    **{"…": "..", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "←": ":-", "¬": "not"},
}


def code(text: str) -> str:
    """``text`` with strings and comments blanked out, so that every place stays where it was."""
    return _Scan(text).code


class _Scan:
    """The code of a text, the strings in it, and what is never closed (with its place)."""

    def __init__(self, text: str) -> None:
        self.strings: list[tuple[int, str]] = []
        self.open: list[tuple[int, str]] = []
        parts: list[str] = []
        at = 0
        while match := _STRING_OR_COMMENT.search(text, at):
            parts.append(text[at : match.start()])
            at = match.end()
            if match[0] == '"':
                self.open.append((match.start(), "a string that does not end on its line, or has an unknown \\ in it"))
            elif match[0] == "%*":
                at = self._block(text, match.start())
            elif match[0].startswith('"'):
                self.strings.append((match.start(), match[0]))
            parts.append(_blank(text[match.start() : at]))
        parts.append(text[at:])
        self.code = "".join(parts)

    def _block(self, text: str, start: int) -> int:
        """Where the block comment that begins at ``start`` ends: comments nest, and a % in one hides its line."""
        depth, at = 1, start + 2
        while match := _IN_BLOCK_COMMENT.search(text, at):
            at = match.end()
            depth += {"%*": 1, "*%": -1}.get(match[0], 0)
            if depth == 0:
                return at
        self.open.append((start, "a comment that is never closed"))
        return len(text)


def _blank(text: str) -> str:
    return " " * len(text) if "\n" not in text else re.sub(r"[^\n]", " ", text)


def problems_in(text: str, path: str) -> list[Problem]:
    """Everything in ``text`` that clingo must not see, in the order of the lines."""
    scan = _Scan(text)
    found = [*_characters(text, scan), *_directives(scan.code), *_numbers(scan.code), *_decimals(scan.code)]
    found += _structure(scan.code)
    return [
        Problem(what, f"{path}, line {text.count(chr(10), 0, at) + 1}", hint)
        for at, what, hint in sorted(found, key=lambda each: each[0])
    ]


_Found = Iterator[tuple[int, str, str]]


def _characters(text: str, scan: _Scan) -> _Found:
    for at, what in scan.open:
        yield at, what, "close it"
    seen: set[tuple[int, str]] = set()
    for match in _NOT_CODE.finditer(scan.code):
        line = text.count("\n", 0, match.start())
        if (line, match[0]) not in seen:
            seen.add((line, match[0]))
            yield match.start(), f"{_named(match[0])} stands outside of a string or comment", instead_of(match[0])
    for at, string in scan.strings:
        if odd := _NOT_IN_STRINGS.search(string):
            yield at, f"{_named(odd[0])} stands in a string", "leave it out"
    for match in _NOWHERE.finditer(text):
        yield match.start(), f"{_named(match[0])} hides how the file is read", "leave it out"


def _named(character: str) -> str:
    name = unicodedata.name(character, "a control character").lower()
    visible = character if character.isprintable() else ascii(character)[1:-1]
    return f"'{visible}' ({name}, U+{ord(character):04X})"


def instead_of(character: str) -> str:
    """What to write for a character that code cannot hold.

    >>> instead_of("”"), instead_of("ü"), instead_of("\\N{NO-BREAK SPACE}")
    ('write "', 'write u', 'write a plain space')
    """
    if character in _PLAIN:
        return f"write {_PLAIN[character]}"
    if character == "\ufeff":
        return "save the file as UTF-8 without a byte-order mark"
    if unicodedata.category(character) == "Zs":
        return "write a plain space"
    if unicodedata.category(character) in ("Cf", "Cc", "Zl", "Zp"):
        return "leave it out"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode().strip()
    return f"write {plain}" if plain else "names are written in plain letters; other characters stand in strings only"


def plain_character(character: str) -> str | None:
    """What stands for a typographic character wherever code is meant; None where somebody has to decide.

    >>> plain_character("”"), plain_character("–"), plain_character("\\N{ZERO WIDTH SPACE}"), plain_character("é")
    ('"', '-', '', None)
    """
    if character in _PLAIN:
        return _PLAIN[character]
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category in ("Cf", "Zl", "Zp") and not _NOWHERE.match(character) else None


def with_plain_characters(text: str) -> str:
    """``text`` with typographic characters in its code replaced by plain ones; strings and comments stay.

    >>> with_plain_characters('label(a, “far”). % “far”')
    'label(a, "far"). % “far”'
    """
    return "".join(
        plain if seen != " " and not seen.isascii() and (plain := plain_character(seen)) is not None else written
        for seen, written in zip(code(text), text, strict=True)
    )


def _directives(code_: str) -> _Found:
    for match in FORBIDDEN.finditer(code_):
        what = f"#{match[1]}" if match[1] else "@ (a call of a script)"
        yield match.start(), f"{what} is not allowed in the knowledge base", _INSTEAD[match[1] or match[2]]


def _numbers(code_: str) -> _Found:
    for match in _NUMBER.finditer(code_):
        digits, base = next((each, base) for each, base in zip(match.groups(), (16, 8, 2, 10), strict=True) if each)
        if len(digits) > 40 or int(digits, base) > GREATEST:
            yield match.start(), f"the number {shown(match[0])} is too large", f"whole numbers go to {GREATEST:,}"


def _decimals(code_: str) -> _Found:
    for match in _DECIMAL.finditer(code_):
        before = _BEFORE.search(code_, max(match.start() - 200, 0), match.start())
        after = _AFTER.match(code_, match.end())
        if before:
            yield before.start(), f"{before[0]}{match[0]} is no condition", instead(before[1], before[2], match[0])
        elif after:
            how = _TURNED.get(after[1], after[1])
            yield match.start(), f"{match[0]}{after[0]} is no condition", instead(after[2], how, match[0])
        else:
            yield match.start(), f"{match[0]} stands without quotes", f'a decimal is written in quotes: "{match[0]}"'


def instead(name: str, how: str, number: str) -> str:
    """What a rule asks in place of a comparison as other languages write it.

    >>> instead("bmi", ">=", "40.0")
    'write at_least(bmi, "40.0")'
    """
    number = f'"{number}"' if "." in number else number
    least, most = f"at_least({name}, {number})", f"at_most({name}, {number})"
    asked = {">=": least, "<=": most, ">": f"not {most}", "<": f"not {least}", "!=": f"not {least}, or not {most}"}
    return f"write {asked.get(how, f'{least}, {most}')}"


def _structure(code_: str) -> _Found:
    """Statements that are too long or too deep: clingo reads terms by recursion, and ends where its stack does."""
    start = depth = operators = 0
    reported = False

    def too(what: str) -> tuple[int, str, str]:
        begins = len(code_[start:]) - len(code_[start:].lstrip()) + start
        return begins, f"a statement {what}", "split it into several"

    for match in _STRUCTURE.finditer(code_):
        mark = match[0]
        if mark == ".":
            if match.start() - start > LONGEST and not reported:
                yield too(f"of {match.start() - start:,} characters (at most {LONGEST:,})")
            start, depth, operators, reported = match.end(), 0, 0, False
            continue
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        else:
            operators += 1
        if not reported and (depth > DEEPEST or operators > MOST_OPERATORS):
            reported = True
            deep = f"nests more than {DEEPEST} brackets" if depth > DEEPEST else f"has over {MOST_OPERATORS} operators"
            yield too(f"that {deep}")
    if len(code_) - start > LONGEST and code_[start:].strip() and not reported:
        yield too(f"of over {LONGEST:,} characters")
