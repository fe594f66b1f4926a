"""The fewest conditions because of which a node of a derivation graph fails, requirements apart from alternatives.

    >>> from payerlogic import KnowledgeBase
    >>> case = {"primary_site": "rectum", "t_category": "T3", "disease_status": "primary", "margin_status": "negative"}
    >>> graph = KnowledgeBase.load().explain(case, "nia").graph
    >>> for need in needs(graph, "met(nia,n26)"):
    ...     print(need)
    needs T category: T4 (now T3), or status of the disease: local recurrence or regional recurrence (now primary)
    surgical margin is negative, needs close or positive

A need is a group of conditions that all fail, and one of which has to hold before the node can: changing any of
them is not enough while another need fails, and no need can be left as it is. What holds is in no need.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import networkx as nx

from payerlogic.semantics.phrases import any_member

MOST = 64
"""More needs than this of one node are not spelled out: the node itself is then the need."""


@dataclass(frozen=True)
class Lack:
    """A condition that fails: what it is about, what it needs, what is so instead; else a phrase of its own."""

    phrase: str
    attribute: str = ""
    positions: frozenset[Hashable] = frozenset()
    fact: str = ""
    about: str = ""
    needed: str = ""
    now: str = ""
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.phrase or f"{self.fact}, needs {self.needed}"

    @property
    def as_alternative(self) -> str:
        return f"{self.about}: {self.needed} (now {self.now})" if self.attribute else self.phrase

    def implies(self, other: Lack) -> bool:
        """Whether meeting this condition meets the other one."""
        if not self.attribute:
            return self == other
        return self.attribute == other.attribute and self.positions <= other.positions


@dataclass(frozen=True)
class Need:
    """Conditions that all fail and of which one has to hold."""

    lacks: tuple[Lack, ...]

    def __str__(self) -> str:
        if len(self.lacks) == 1:
            return str(self.lacks[0])
        return f"needs {', or '.join(lack.as_alternative for lack in self.lacks)}"

    def implies(self, other: Need) -> bool:
        """Whether the other need is met wherever this one is."""
        return all(any(mine.implies(theirs) for theirs in other.lacks) for mine in self.lacks)


def needs(graph: nx.DiGraph[str], node: str) -> list[Need]:
    """The needs of an unmet node; nothing for a node that is met or open."""
    data = graph.nodes[node]
    if data["status"] != "unmet":
        return []
    if data["attribute"]:
        keys = ("attribute", "positions", "fact", "about", "needed", "now", "members")
        return [Need((Lack(data["label"], **{key: data[key] for key in keys}),))]
    children = [child for child in graph.successors(node) if not qualifies(graph, child)]
    if data.get("counts"):
        lacking = "; ".join(str(graph.nodes[child]["label"]) for child in _failing(graph, children))
        return [Need((Lack(f"needs {data['label']}, and these do not hold: {lacking}"),))]
    if data["role"] == "not":
        against = list(dict.fromkeys(_against(graph, node, children))) or [str(data["label"])]
        return [Need((Lack(phrase),)) for phrase in against]
    below = [needs(graph, child) for child in _failing(graph, children)]
    found = _fewest(each for group in below for each in group) if data["role"] == "all" else _one_of(below)
    return found if 0 < len(found) <= MOST else [Need((Lack(str(data["label"])),))]


def reasons_against(graph: nx.DiGraph[str], node: str) -> list[str]:
    """The needs of an unmet node in words; nothing for a node that is met or open."""
    return [str(need) for need in needs(graph, node)]


def qualifies(graph: nx.DiGraph[str], node: str) -> bool:
    """Whether a node says how another one is read, or why it follows, and is no condition itself."""
    return bool(graph.nodes[node].get("qualifies"))


def _failing(graph: nx.DiGraph[str], children: Iterable[str]) -> list[str]:
    return [child for child in children if graph.nodes[child]["status"] == "unmet"]


def _one_of(below: list[list[Need]]) -> list[Need]:
    """The needs of alternatives: for every choice of one need of each, that one of these be met."""
    found: list[Need] = []
    for group in below:
        pairs = product(found, group) if found else ((Need(()), each) for each in group)
        found = _fewest(Need(tuple(_joined([*one.lacks, *other.lacks]))) for one, other in pairs)
        if len(found) > MOST:
            break
    return found


def _joined(lacks: Iterable[Lack]) -> Iterator[Lack]:
    """Alternatives of one attribute as one condition: "close" or "positive" is "close or positive"."""
    merged: dict[object, Lack] = {}
    for lack in lacks:
        key: object = lack.attribute or lack
        before = merged.get(key)
        if before is None or before.implies(lack):
            merged[key] = lack
        elif not lack.implies(before):
            merged[key] = _either(before, lack)
    yield from merged.values()


def _either(one: Lack, other: Lack) -> Lack:
    """Two conditions on one attribute as one; of a list, by the members of which one has to be on it."""
    members = tuple(dict.fromkeys((*one.members, *other.members))) if one.members and other.members else ()
    needed = any_member(members) if members else f"{one.needed} or {other.needed}"
    return replace(one, phrase="", positions=one.positions | other.positions, needed=needed, members=members)


def _fewest(found: Iterable[Need]) -> list[Need]:
    """Without needs that another one implies: meeting that one meets them as well."""
    kept: list[Need] = []
    for need in dict.fromkeys(found):
        if not any(other.implies(need) for other in kept):
            kept = [other for other in kept if not need.implies(other)] + [need]
    return kept


def _against(graph: nx.DiGraph[str], node: str, children: list[str]) -> Iterator[str]:
    """What holds although it must not: the clauses by name where there are any, else the condition itself."""
    data = graph.nodes[node]
    holding = [child for child in children if graph.nodes[child]["status"] == "met"]
    clauses = [child for child in holding if graph.nodes[child]["kind"] == "clause"]
    if data.get("overrides"):
        yield from (f"overridden by “{graph.nodes[child]['label']}”" for child in clauses or holding)
    elif clauses or not data.get("negates"):
        yield from (f"excluded by: {graph.nodes[child]['label']}" for child in clauses or holding)
    else:
        yield f"excluded by: {data['negates']}"
