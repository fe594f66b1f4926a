"""What the text of a policy revised between two days, and whether a presumption hides that from the outcomes.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.compare("bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    >>> [revision.day.isoformat() for revision in found.revised.revisions]
    ['2023-09-21']
    >>> [statement.id for statement in found.revised.revisions[0].statements]
    ['B03', 'B24', 'B27', 'B28', 'B29']
    >>> [presumption.id for hidden in found.revised.hidden for presumption in hidden.presumptions]
    ['bcbsaz_listed_code', 'bcbsaz_evidence_finding']

A revision is what the policy cites for an edition (``cites(Policy, version(Day), Statement)``), and the rules that
begin or end with a day: those that ask whether the day has come, and whose criterion, clause or remark holds
elsewhere after it. The program is asked, no list is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from payerlogic.comparison.result import Boxed, Revised, Revision, RuleChange
from payerlogic.comparison.space import boxed
from payerlogic.diagrams.budget import Budget
from payerlogic.diagrams.covers import largest_first
from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.program.catalog import Policy
from payerlogic.program.checks.ownership import Owners
from payerlogic.program.grounding import GroundRule
from payerlogic.semantics.compiler import Compiler, Readings
from payerlogic.semantics.gathered import Gathered
from payerlogic.text.days import date_of

CRITERION, CLAUSE, REMARKS = "criterion", "met", ("advisory", "limit")
BOXES = 3
"""Boxes that say for which cases something holds: more are no longer a condition that is read."""


def revised(compiler: Compiler, policy: str, days: tuple[date, date], readings: Iterable[Mapping[str, str]]) -> Revised:
    """What the policy revised between two days, in whichever order they are given."""
    return _Between(compiler, policy, min(days), max(days), readings).revised()


class _Between:
    def __init__(
        self, compiler: Compiler, policy: str, first: date, last: date, readings: Iterable[Mapping[str, str]]
    ) -> None:
        self.compiler = compiler
        self.policy: Policy = compiler.catalog.policies[policy]
        self.first, self.last = first, last
        self.readings: list[Readings] = [compiler.readings(each) for each in readings]
        self._owners = Owners(compiler.ground.program)
        self.day = compiler.catalog.version_day
        self.dates = frozenset(compiler.axes[self.day].atoms.values()) if self.day in compiler.axes else frozenset()

    def revised(self) -> Revised:
        changes: dict[date, list[RuleChange]] = {}
        for day, change in self._changes():
            changes.setdefault(day, []).append(change)
        firsts = {date_of(first): what for first, what in self.policy.versions}
        editions = {day: what for day, what in firsts.items() if day is not None and self._within(day)}
        found = [
            self._revision(day, editions.get(day, ""), changes.get(day, []))
            for day in sorted(editions.keys() | changes.keys())
        ]
        months = (self.first.year * 100 + self.first.month, self.last.year * 100 + self.last.month)
        history = tuple((month, what) for month, what in self.policy.history if months[0] < month <= months[1])
        return Revised(self.first, self.last, tuple(found), history)

    def _within(self, day: date) -> bool:
        return self.first < day <= self.last

    def _revision(self, day: date, edition: str, changes: Sequence[RuleChange]) -> Revision:
        ids = self.policy.cites.get(f"version({day.strftime('%Y%m%d')})", ())
        statements = tuple(self.policy.statements[each] for each in ids if each in self.policy.statements)
        citation = self.compiler.catalog.citation(self.policy.id, ids)
        ranked = sorted(changes, key=lambda each: (KINDS.index(each.kind), not each.begins, each.thing))
        return Revision(day, edition, statements, citation, tuple(ranked))

    # --- Rules that begin or end ---------------------------------------------------------------------------

    def _changes(self) -> Iterator[tuple[date, RuleChange]]:
        """Every own rule that is on at one of the two days only, where that moves what it is about."""
        if not self.dates:
            return
        graph, names = self.compiler.graph, self.compiler.ground.symbol_of
        cuts = [day for number in self.compiler.axes[self.day].atoms if (day := date_of(int(number)))]
        between = [day for day in cuts if self._within(day)]
        seen: set[tuple[date, str, bool]] = set()
        for atom in sorted(graph.rules.keys() & names.keys()):
            kind = self._kind(atom)
            if kind is None or not graph.support[atom] & self.dates or not self._moves(atom):
                continue
            if kind in REMARKS and not self._cited(str(names[atom].arguments[1])):
                continue  # a remark of the encoding, such as that no edition is known on a day, is none of the text
            for rule in graph.rules[atom]:
                before, after = self._on(rule, self.first), self._on(rule, self.last)
                if before == after:
                    continue
                day = next(each for each in between if self._on(rule, each) == after)
                change = self._change(atom, kind, day, begins=after)
                if (key := (day, change.thing, after)) not in seen:
                    seen.add(key)
                    yield day, change

    def _cited(self, thing: str) -> str:
        return self.compiler.catalog.citation(self.policy.id, self.policy.cites.get(thing, ()))

    def _kind(self, atom: int) -> str | None:
        """What an atom of the policy's own is."""
        symbol = self.compiler.ground.symbol_of[atom]
        if self._owners.writes(self.policy.id, symbol):
            return CRITERION
        own = symbol.arguments and str(symbol.arguments[0]) == self.policy.id
        return symbol.name if own and symbol.name in KINDS else None

    def _on(self, rule: GroundRule, day: date) -> bool:
        """Whether what a rule asks of the date alone holds on a day."""
        support = self.compiler.graph.support
        asked = [each for each in rule.body if support[abs(each)] and support[abs(each)] <= self.dates]
        return all((self._holds(abs(each), day) == TRUE) == (each > 0) for each in asked)

    def _moves(self, atom: int) -> bool:
        """Whether the atom holds on other cases on the last day than on the first."""
        return any(
            self._holds(atom, self.first, readings) != self._holds(atom, self.last, readings)
            for readings in self.readings
        )

    def _holds(self, atom: int, day: date, readings: Readings | None = None) -> int:
        compiler = self.compiler
        node = compiler.diagram(atom, self.readings[0] if readings is None else readings)
        if node in (FALSE, TRUE):
            return node
        return compiler.forest.cofactor(node, compiler.variable[self.day], compiler.value_axis(self.day).position(day))

    def _change(self, atom: int, kind: str, day: date, *, begins: bool) -> RuleChange:
        catalog, symbol = self.compiler.catalog, self.compiler.ground.symbol_of[atom]
        thing = str(symbol) if kind == CRITERION else str(symbol.arguments[1])
        title = self.policy.clauses[thing].title if kind == CLAUSE else catalog.remark(self.policy.id, thing)
        before, after = (self._cases(atom, each) for each in (day - timedelta(days=1), day))
        return RuleChange(thing, kind, title, begins, tuple(self._clauses(atom)), self._cited(thing), before, after)

    def _cases(self, atom: int, day: date) -> tuple[Boxed, ...] | None:
        """The cases for which an atom holds on a day, as boxes; None if these are many."""
        node = self._holds(atom, day)
        gathered = Gathered.of(self.compiler, self.compiler.forest, (node,))
        (root,) = gathered.roots
        found, whole = largest_first(gathered.forest, root, root, Budget(BOXES))
        if not whole:
            return None
        scratch = Forest(self.compiler.forest.sizes)
        named = (boxed(gathered, each, scratch) for each in found)
        return tuple(Boxed(each.values, each.positions) for each in named)

    def _clauses(self, atom: int) -> list[str]:
        """The clauses that rest on an atom, itself among them; a clause hides what rests on it in turn."""
        graph, names = self.compiler.graph, self.compiler.ground.symbol_of
        found, stack, seen = set(), [atom], {atom}
        while stack:
            at = stack.pop()
            symbol = names.get(at)
            if symbol is not None and symbol.name == CLAUSE:
                if str(symbol.arguments[0]) == self.policy.id:
                    found.add(str(symbol.arguments[1]))
                continue
            fresh = graph.dependents.get(at, set()) - seen
            seen |= fresh
            stack += fresh
        return sorted(found)


KINDS = (CLAUSE, CRITERION, *REMARKS)
