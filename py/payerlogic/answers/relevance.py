"""Which unknown facts can still change an answer: by themselves, only together with others, or no longer.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = {"primary_site": "breast", "t_category": "T1", "clinical_n_category": "N0", "age_years": 60,
...         "margin_status": "negative", "tumor_behavior": "invasive", "fractions": 1}
>>> view = kb.view(kb.read(case), "nia")
>>> view.deciding
('modality',)
>>> "device" in bearing(kb.situations, view), "centrality" in bearing(kb.situations, view)
(True, False)

A fact that no rule of the policy asks can still change an answer: an axiom may tie it to one that a rule does ask
(a device has its modality), or stating it may switch a presumption on or off. What is not named here cannot change
the answer, whatever else is stated besides: with more facts a diagram only asks for fewer.
"""

from __future__ import annotations

from payerlogic.diagrams.forest import TRUE, Forest
from payerlogic.semantics.case_view import View
from payerlogic.semantics.presumptions import Situations


def bearing(situations: Situations, view: View) -> frozenset[str]:
    """The unknown facts that can change what is possible, alone or together with others; perhaps a few too many."""
    asked = frozenset().union(*view.differing_within({*view.unknown, *dict(view.presumed).values()}))
    resting = frozenset(
        attribute for name, attribute in view.made if name in view.relied_on and _can_give_way(view, name)
    )
    tied = _tied(view, asked | resting)
    return frozenset(view.unknown) & (asked | tied | _switching(situations, view, asked | tied, resting))


def withholding(situations: Situations, view: View) -> frozenset[str]:
    """The unknown facts of which the stating could take a stated one back: a T category found after treatment is
    not the one that the policies ask for. Nothing is said of them either way."""
    vocabulary = situations.vocabulary
    return frozenset(other for name in view.known for other, _ in vocabulary[name].withheld_by if other in view.unknown)


def switching(situations: Situations, policy: str) -> frozenset[str]:
    """The attributes of which the stating switches a presumption about another attribute on or off."""
    return frozenset().union(
        *(each.switched_by - {each.attribute} for each in situations.catalog.presumptions if each.concerns(policy))
    )


def _can_give_way(view: View, name: str) -> bool:
    """Whether unknown facts could be stated so that the axioms leave no room for what is presumed."""
    compiler, less = view.compiler, view.without_presumption(name)
    attribute = dict(view.made)[name]
    shared = {diagram for group, diagram in view.constraints if attribute not in group} & {
        diagram for _, diagram in less.constraints
    }
    spoken_for = compiler.levels_of(attribute for _, attribute in view.made)
    scratch, room = Forest(compiler.forest.sizes), []
    for one in (view, less):
        everything = TRUE
        for diagram in (each for _, each in one.constraints if each not in shared):  # what they share restricts both
            _, part = compiler.forest.restricted((diagram,), one.fixed, bool, scratch)
            everything = scratch.conj(everything, part)
        room.append(scratch.exists(everything, spoken_for))
    return room[0] != room[1]


def _switching(situations: Situations, view: View, asked: frozenset[str], resting: frozenset[str]) -> frozenset[str]:
    """Those that switch a presumption on which the answer rests, or one about something that is asked."""
    switched = [
        each.switched_by - {each.attribute}
        for each in situations.catalog.presumptions
        if each.concerns(view.policy) and each.attribute in asked | resting
    ]
    return frozenset().union(*switched)


def _tied(view: View, to: frozenset[str]) -> frozenset[str]:
    """What an axiom or a presumption ties, as far as the stated facts leave it open, to any of ``to``."""
    compiler = view.compiler
    stated = compiler.all_at(view.known)
    found = set(to)
    for _, diagram in view.constraints:
        forest, root = compiler.forest.restricted((diagram,), stated, bool)
        group = {compiler.order[level] for level in forest.support(root)}
        if group & to:
            found |= group
    return frozenset(found)
