"""Finds what an answer about a case rests on (see basis).

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"primary_site": "colon", "disease_status": "local_recurrence", "intent": "boost"})
>>> found = PremiseSearch(kb.situations).of_case(case, "nia", kb.settings())
>>> [switch.reading for each in found.readings for switch in each.single][:1]
['nia_can_be_used']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from payerlogic.answers.premises import Premises, Remark, Switches, switches_of
from payerlogic.cases.case import StatedCase
from payerlogic.program.catalog import Presumption
from payerlogic.semantics.case_view import View
from payerlogic.semantics.presumptions import TODAY, Situations
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import iso_day


class PremiseSearch:
    """Finds premises."""

    def __init__(self, situations: Situations) -> None:
        self.situations = situations
        self.catalog = situations.catalog

    def of_case(self, case: StatedCase, policy: str, settings: Settings) -> Premises:
        """What the determination of a case rests on, each single switch of a reading tried."""
        return self.of_view(case, self.situations.view(case, policy, settings), settings, with_readings=True)

    def of_view(self, case: StatedCase, view: View, settings: Settings, *, with_readings: bool) -> Premises:
        """The same where the view of the case is there already."""
        if with_readings and "switches" not in view.kept:
            anew = partial(self.situations.view, case, view.policy)
            view.kept["switches"] = tuple(self._switches(view, settings, anew))
        switches = view.kept["switches"] if with_readings else ()
        return self._premises(view, settings, switches, with_readings=with_readings)

    def _premises(
        self, view: View, settings: Settings, switches: tuple[Switches, ...], *, with_readings: bool
    ) -> Premises:
        return Premises(
            self.remarks(view.relied_on, settings),
            switches,
            "single" if with_readings else "none",
            ((self.catalog.policies[view.policy].document, self.edition(view)),),
            jointly=self.remarks(view.jointly, settings),
        )

    def of_reason(self, anew: Callable[[Settings], View], settings: Settings, *, with_readings: bool) -> Premises:
        """What it rests on that a view leaves nothing else possible; ``anew`` makes it for any readings."""
        view = anew(settings)
        switches = tuple(self._switches(view, settings, anew)) if with_readings else ()
        return replace(self._premises(view, settings, switches, with_readings=with_readings), editions=())

    def edition(self, view: View) -> str | None:
        """The first day of the edition in force."""
        days = [iso_day(int(day)) for day in view.remarks("in_force")]
        return days[0] if days else None

    def remarks(self, presumptions: Iterable[str], settings: Settings) -> tuple[Remark, ...]:
        """Presumptions in words; what is presumed to be today names the day."""
        made = {each.id: each for each in self.catalog.presumptions}
        return tuple(self._remark(made[name], settings) for name in presumptions)

    def _remark(self, presumption: Presumption, settings: Settings) -> Remark:
        day = f" ({settings.as_of.isoformat()})" if presumption.value == TODAY else ""
        book = self.catalog.policies.get(presumption.policy)
        cited = book.cites.get(presumption.id, ()) if book else ()
        return Remark(presumption.id, presumption.label + day, self.is_payers_own(presumption), cited)

    def is_payers_own(self, presumption: Presumption) -> bool:
        """Whether a presumption is about what the payer itself finds; a denial that rests on one says so first."""
        return self.situations.vocabulary[presumption.attribute].kind in self.catalog.own_findings

    def _switches(self, view: View, settings: Settings, anew: Callable[[Settings], View]) -> Iterator[Switches]:
        """Each reading of which another option changes what is possible."""
        known: dict[object, frozenset[str]] = {view.question: view.possible}
        for reading in self.situations.mattering(view.policy):
            present = settings.readings.get(reading.id, reading.default)
            for option in reading.options:
                if option.name == present:
                    continue
                taken = {**settings.readings, reading.id: option.name}
                other = view.read_as(taken)
                if (question := other.question) not in known:
                    if other.constraints != view.constraints:  # then other presumptions may be made
                        other = anew(replace(settings, readings=taken))
                    known[question] = other.possible
                if known[question] != view.possible:
                    yield switches_of(self.catalog, [(reading.id, [option.name])], known[question])
