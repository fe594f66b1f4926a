"""A chart of an impact: for each site a bar, divided by how the two sides relate.

    >>> picture = svg("Rows", [("rectum", {"agree": 3, "conflict": 1})])
    >>> 'role="img"' in picture and "rectum: 4 rows; conflict 1 (25 %), agree 3 (75 %)" in picture
    True

The picture says the same in words, in the title and description that a screen reader reads; each relation has a
mark and a word in the key besides its color, and each part of a bar that has room its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from html import escape

from payerlogic.tables.impact.result import RELATIONS
from payerlogic.text.phrases import number, percent, plural
from payerlogic.wording.comparison import RELATIONS as WORDS
from payerlogic.wording.comparison import Relation

OPEN = Relation("?", "open", "at least one side leaves the class open, because facts are unknown")
COLORS = {
    "conflict": "#a3271c",
    "process": "#c98a1b",
    "basis": "#4a6fb5",
    "silent": "#7d7d7d",
    "agree": "#2f7d4a",
    "open": "#b7bdc6",
}
DARK_TEXT = ("open", "process")
FONT = "system-ui, 'DejaVu Sans', sans-serif"
LABELS, BARS, NUMBERS, LINE, KEY = 200, 620, 90, 30, 46

Bar = tuple[str, Mapping[str, int]]


def word(relation: str) -> Relation:
    """A relation for people: its mark, its word, what it means."""
    return WORDS.get(relation, OPEN)


def in_words(bar: Bar) -> str:
    """A bar as a sentence."""
    label, counts = bar
    total = sum(counts.values())
    parts = ", ".join(
        f"{word(relation).word} {number(counts[relation])} ({percent(Fraction(counts[relation], total))})"
        for relation in RELATIONS
        if counts.get(relation)
    )
    return f"{label}: {plural(total, 'row')}; {parts}"


def svg(title: str, bars: Sequence[Bar]) -> str:
    """The chart as an SVG element that needs nothing else."""
    shown = [bar for bar in bars if sum(bar[1].values())]
    present = [relation for relation in RELATIONS if any(counts.get(relation) for _, counts in shown)]
    width, height = LABELS + BARS + NUMBERS, KEY + LINE * len(shown) + 8
    description = ". ".join(map(in_words, shown))
    parts = [*_key(present)]
    for row, bar in enumerate(shown):
        parts += _bar(bar, KEY + row * LINE)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="chart-title chart-words" font-family="{FONT}" font-size="13">'
        f'<title id="chart-title">{escape(title)}</title><desc id="chart-words">{escape(description)}.</desc>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _key(present: Sequence[str]) -> Iterator[str]:
    at = 10.0
    for relation in present:
        words = word(relation)
        yield f'<rect x="{at:g}" y="12" width="14" height="14" fill="{COLORS[relation]}"/>'
        yield f'<text x="{at + 20:g}" y="24" fill="#1b1b1b">{words.mark} {words.word}</text>'
        at += 20 + 9 * (len(words.word) + 2) + 16


def _bar(bar: Bar, top: float) -> Iterator[str]:
    label, counts = bar
    total = sum(counts.values())
    short = label if len(label) <= 27 else f"{label[:26]}…"
    middle = top + LINE / 2 + 1
    yield f'<text x="{LABELS - 10}" y="{middle + 4:g}" text-anchor="end" fill="#1b1b1b">{escape(short)}</text>'
    at = float(LABELS)
    for relation in RELATIONS:
        rows = counts.get(relation, 0)
        if not rows:
            continue
        wide = BARS * rows / total
        title = f"{label}, {word(relation).word}: {plural(rows, 'row')}"
        yield (
            f'<rect x="{at:.2f}" y="{top + 4:g}" width="{max(wide, 0.5):.2f}" height="{LINE - 8}" '
            f'fill="{COLORS[relation]}"><title>{escape(title)}</title></rect>'
        )
        written = f"{word(relation).mark} {number(rows)}"
        if wide > 9 * len(written):
            color = "#1b1b1b" if relation in DARK_TEXT else "#ffffff"
            yield (
                f'<text x="{at + wide / 2:.2f}" y="{middle + 4:g}" text-anchor="middle" fill="{color}" '
                f'aria-hidden="true">{written}</text>'
            )
        at += wide
    yield f'<text x="{LABELS + BARS + 8}" y="{middle + 4:g}" fill="#1b1b1b">{number(total)}</text>'
