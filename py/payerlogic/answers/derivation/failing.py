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

Some alternatives cannot be said in one line: a count beside others, or conditions on one of several records. A
criterion that rests on these is then the need, by its label, and marked as one whose parts are to be looked at.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import networkx as nx

from payerlogic.semantics.phrases import any_member
from payerlogic.text.phrases import joined, listed

MOST = 64
"""More needs than this of one node are not spelled out: the node itself is then the need."""


@dataclass(frozen=True)
class Lack:
    """A condition that fails: what it is about, what it needs, what is so instead; else a phrase of its own, and how
    that reads as one of several alternatives. ``has_parts`` says that one line does not say all of it."""

    phrase: str
    choice: str = ""
    has_parts: bool = False
    attribute: str = ""
    positions: frozenset[Hashable] = frozenset()
    fact: str = ""
    about: str = ""
    needed: str = ""
    now: str = ""
    members: tuple[str, ...] = ()
    record: tuple[str, int] | None = None

    def __str__(self) -> str:
        return self.phrase or f"{self.fact}, needs {self.needed}"

    @property
    def as_alternative(self) -> str:
        return f"{self.about}: {self.needed} (now {self.now})" if self.attribute else self.choice or self.phrase

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

    @property
    def is_plain(self) -> bool:
        """Whether one line says all of it: no alternatives but facts of the case, of one record at most."""
        alone, records = len(self.lacks) == 1, {lack.record for lack in self.lacks} - {None}
        return not any(lack.has_parts for lack in self.lacks) and (
            alone or (len(records) < 2 and all(lack.attribute for lack in self.lacks))
        )

    def implies(self, other: Need) -> bool:
        """Whether the other need is met wherever this one is."""
        return all(any(mine.implies(theirs) for theirs in other.lacks) for mine in self.lacks)


def needs(graph: nx.DiGraph[str], node: str) -> list[Need]:
    """The needs of an unmet node; nothing for a node that is met or open."""
    data = graph.nodes[node]
    if data["status"] != "unmet":
        return []
    if data["attribute"]:
        keys = ("attribute", "positions", "fact", "about", "needed", "now", "members", "record")
        return [Need((Lack(data["label"], **{key: data[key] for key in keys}),))]
    children = [child for child in graph.successors(node) if not qualifies(graph, child)]
    if data.get("counts"):
        return [Need((_count(graph, data, children),))]
    if data["role"] == "not":
        return [Need((lack,)) for lack in dict.fromkeys(_against(graph, node, children))] or _itself(data)
    below = [needs(graph, child) for child in _failing(graph, children)]
    found = _fewest(each for group in below for each in group) if data["role"] == "all" else _one_of(below)
    if not 0 < len(found) <= MOST:
        return _itself(data)
    return _itself(data) if not all(need.is_plain for need in found) and _has_words(data) else found


def _itself(data: Mapping[str, Any]) -> list[Need]:
    """A node as its own need, by its label."""
    return [Need((Lack(f"needs {data['label']}", str(data["label"]), has_parts=True),))]


def _has_words(data: Mapping[str, Any]) -> bool:
    """Whether the label of a node says what it is about, and not merely what lies below it."""
    return data["kind"] == "criterion" and not data.get("is_way") and not data.get("is_either")


def _count(graph: nx.DiGraph[str], data: Mapping[str, Any], children: Iterable[str]) -> Lack:
    """A count that fails, with its members by what they are now."""
    said: dict[str, list[str]] = {"met": [], "unmet": [], "unknown": []}
    has_parts = False
    for child in children:
        member = graph.nodes[child]
        said[member["status"]].append(
            f"{member['about']}: {listed(member['members'])}" if member.get("members") else str(member["label"])
        )
        has_parts |= not member["attribute"]
    verbs = {"met": ("holds", "hold"), "unmet": ("does not", "do not"), "unknown": ("is not known", "are not known")}
    if not said["met"]:
        verbs["unmet"] = ("does not hold", "do not hold")
    now = [f"{len(each)} {verbs[status][len(each) > 1]} ({'; '.join(each)})" for status, each in said.items() if each]
    return Lack(f"needs {data['label']}, and {joined(now)}", f"{data['label']} ({joined(now)})", has_parts)


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


def _against(graph: nx.DiGraph[str], node: str, children: list[str]) -> Iterator[Lack]:
    """What holds although it must not: the clauses by name where there are any, else the condition itself."""
    data = graph.nodes[node]
    holding = [child for child in children if graph.nodes[child]["status"] == "met"]
    clauses = [child for child in holding if graph.nodes[child]["kind"] == "clause"]
    if data.get("overrides"):
        labels = [graph.nodes[child]["label"] for child in clauses or holding]
        yield from (Lack(f"overridden by “{label}”", f"that “{label}” does not override it") for label in labels)
        return
    named = clauses or not data.get("negates")
    labels = [graph.nodes[child]["label"] for child in clauses or holding] if named else [data["negates"]]
    yield from (Lack(f"excluded by: {label}", f"that it is not excluded by “{label}”") for label in labels)
