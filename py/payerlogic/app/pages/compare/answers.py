"""What the page asks of the knowledge base, kept so that an unchanged question is not asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.comparison.reading_changes import Shift
from payerlogic.comparison.result import Comparison
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Grid

KEPT = 24
Readings = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """Two sides and how each is read, in values that can be a key."""

    left: str
    right: str
    left_readings: Readings
    right_readings: Readings
    presumptions: bool
    as_of: date

    @classmethod
    def of(
        cls, names: tuple[str, str], readings: tuple[Mapping[str, str], Mapping[str, str]], presuming: bool, as_of: date
    ) -> Asked:
        left, right = (tuple(sorted(each.items())) for each in readings)
        return cls(*names, left, right, presuming, as_of)

    @property
    def policies(self) -> tuple[str, str]:
        return self.left.partition("@")[0], self.right.partition("@")[0]

    @property
    def is_same(self) -> bool:
        """Whether both sides are one and the same."""
        return self.left == self.right and self.left_readings == self.right_readings

    def by_default(self) -> Asked:
        """The same question with every text read as by default."""
        return Asked(self.left, self.right, (), (), self.presumptions, self.as_of)

    def asked_of(self, kb: KnowledgeBase) -> Comparison:
        left, right = (
            kb.settings(dict(each), presumptions=self.presumptions, as_of=self.as_of)
            for each in (self.left_readings, self.right_readings)
        )
        return kb.compare(self.left, self.right, left_settings=left, right_settings=right)


@dataclass(frozen=True)
class Compared:
    """A comparison as the page shows it."""

    report: Report
    grid: Grid | None


def compared(kb: KnowledgeBase, asked: Asked) -> Compared:
    """The comparison, proved and in words. Raises QuestionError for sides that are not there."""
    return _compare(kb, kb.digest, asked)


@st.cache_resource(max_entries=KEPT, show_spinner="Comparing every possible case, with the proof")
def _compare(_kb: KnowledgeBase, digest: str, asked: Asked) -> Compared:
    report = Report.of(_kb, asked.asked_of(_kb))
    return Compared(report, Grid.of(report))


def shifts(kb: KnowledgeBase, asked: Asked) -> tuple[Comparison, list[Shift]]:
    """The comparison under the default readings, and what moves from there to the readings asked for."""
    return _shifts(kb, kb.digest, asked)


@st.cache_resource(max_entries=KEPT, show_spinner="Comparing both sets of readings")
def _shifts(_kb: KnowledgeBase, digest: str, asked: Asked) -> tuple[Comparison, list[Shift]]:
    before = asked.by_default().asked_of(_kb)
    return before, _kb.shifts(before, compared(_kb, asked).report.comparison)
