"""How each attribute of a case stands: stated, implied, presumed, still to ask, or of no consequence any more.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "t_category": "T4", "device": "mobetron"})
    >>> found = standings(kb, case, kb.settings(), kb.decide(case).determinations)
    >>> [found[name].state for name in ("primary_site", "modality", "margin_status", "centrality")]
    ['stated', 'implied', 'open', 'settled']

It is what ``decide`` says of a case, attribute by attribute and over all policies at once: a fact still
matters while some policy's class can change with it, or rests on a presumption about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from payerlogic.answers.decision import Determination
from payerlogic.answers.relevance import bearing
from payerlogic.cases.case import StatedCase
from payerlogic.errors import CaseError
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.case_space import AnyAxis, Place, ValueAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.gathered import classes_at, example_in, places
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.value_sets import values_at, values_in_words
from payerlogic.text.phrases import joined

STATED, IMPLIED, PRESUMED, OPEN, SETTLED = "stated", "implied", "presumed", "open", "settled"


@dataclass(frozen=True)
class FactStatus:
    """One attribute: its state, and why that is so, in words.

    ``open`` if it is unknown and some policy's class can still change with it, ``presumed`` if some policy's
    class rests on a presumption about it, ``settled`` if it is unknown or presumed and no class does either.
    ``policies`` are those whose answer depends on it.
    """

    attribute: str
    state: str
    why: str
    policies: tuple[str, ...] = ()
    value: str = ""
    """What it is known or presumed to be, in words."""

    @property
    def matters(self) -> bool:
        """Whether stating it, or stating another value, could still change an answer."""
        return self.state not in (IMPLIED, SETTLED)


@one_at_a_time
def standings(
    kb: Model, case: StatedCase, settings: Settings, found: Mapping[str, Determination]
) -> dict[str, FactStatus]:
    """The standing of every attribute; ``found`` are the determinations of the same case and settings."""
    views = {policy: kb.view(case, policy, settings) for policy in found}
    first = {name: _standing(kb, case, name, views, found) for name in kb.vocabulary}
    bears = {
        policy: bearing(kb.situations, view) | _presumed_and_bearing(kb, case, settings, view)
        for policy, view in views.items()
    }
    return {name: _through_others(kb, each, bears, found) for name, each in first.items()}


def _presumed_and_bearing(kb: Model, case: StatedCase, settings: Settings, view: View) -> frozenset[str]:
    """What is only presumed, of which some other value, once stated, changes what is possible."""
    found = set()
    for _, name in view.made:
        axis = classes_at(kb.compiler, name, (view.classes, *(diagram for _, diagram in view.constraints)))
        for position in places(axis):
            try:
                tried = kb.read(case.changed({name: example_in(axis, position)}))
            except CaseError:
                continue
            if kb.view(tried, view.policy, settings).possible != view.possible:
                found.add(name)
                break
    return frozenset(found)


def _through_others(
    kb: Model, standing: FactStatus, bears: Mapping[str, frozenset[str]], found: Mapping[str, Determination]
) -> FactStatus:
    """A settled attribute again: can stating it change an answer through other attributes?"""
    name = standing.attribute
    policies = tuple(policy for policy, names in bears.items() if name in names)
    if standing.state != SETTLED or not policies:
        return standing
    groups = [group for group, _ in kb.compiler.constraints((), kb.compiler.default_readings) if name in group]
    deciding = {each for policy in policies for each in found[policy].deciding}
    labels = [kb.vocabulary[each].label for each in kb.vocabulary if each in deciding.intersection(*groups, deciding)]
    why = f"limits {' and '.join(labels)}, which" if groups and labels else "together with other facts, it"
    return FactStatus(name, OPEN, f"{why} can still change the answer of {_payers(kb, policies)}", policies)


def _standing(
    kb: Model, case: StatedCase, name: str, views: Mapping[str, View], found: Mapping[str, Determination]
) -> FactStatus:
    if name in case.facts:
        return FactStatus(name, STATED, "", value=kb.vocabulary[name].in_words(case.facts[name]))
    for view in views.values():
        if name in view.known:
            words = _in_words(kb.axes[name], view.known[name])
            return FactStatus(name, IMPLIED, f"follows from what is stated: {words}", value=words)
    deciding = tuple(policy for policy, each in found.items() if name in each.deciding)
    if deciding:
        return FactStatus(name, OPEN, f"can still change the answer of {_payers(kb, deciding)}", deciding)
    presumed = {policy: _presumption(view, name) for policy, view in views.items()}
    texts = {p: each.text for p, id_ in presumed.items() for each in found[p].presumptions if each.id == id_}
    if resting := tuple(texts):
        labels = dict.fromkeys(kb.catalog.label(presumed[policy]) for policy in resting)
        rest = "rest" if len(resting) > 1 else "rests"
        why = f"presumed: {'; '.join(labels)} ({_payers(kb, resting)} {rest} on it)"
        return FactStatus(name, PRESUMED, why, resting, "; ".join(dict.fromkeys(texts.values())))
    return FactStatus(name, SETTLED, _why_settled(kb, found))


def _presumption(view: View, name: str) -> str | None:
    """The presumption that speaks for an attribute at one policy."""
    if name in view.presumed_facts:
        return view.presumed_facts[name][0]
    return next((id_ for id_, attribute in view.presumed if attribute == name), None)


def _why_settled(kb: Model, found: Mapping[str, Determination]) -> str:
    decided = [policy for policy, each in found.items() if each.class_ is not None]
    undecided = [policy for policy in found if policy not in decided]
    if not undecided:
        return f"{_payers(kb, decided)} {_is(decided)} settled without it"
    still = f"{_payers(kb, undecided)} {_is(undecided)} open, but does not depend on it"
    if len(undecided) > 1:
        still = f"{_payers(kb, undecided)} are open, but do not depend on it"
    return f"{_payers(kb, decided)} {_is(decided)} settled without it; {still}" if decided else still


def _is(policies: Iterable[str]) -> str:
    return "is" if len(list(policies)) == 1 else "are"


def _payers(kb: Model, policies: Iterable[str]) -> str:
    return joined(map(kb.catalog.called, policies))


def _in_words(axis: AnyAxis, place: Place) -> str:
    if isinstance(axis, ValueAxis):
        assert isinstance(place, int), "a set is no one value"
        return values_in_words(axis, values_at(axis, {place}))
    assert isinstance(place, frozenset), "a set attribute has sets"
    return values_in_words(axis, {"exactly": [each for each in axis.asked if each in place]})
