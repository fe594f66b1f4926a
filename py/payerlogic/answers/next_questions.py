"""What to ask next: the unknown facts that still matter, the best question first.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> asked = kb.ask({"primary_site": "rectum", "disease_status": "local_recurrence"}, "bcbsaz")
    >>> asked.questions[0].attribute, asked.settling
    ('margin_status', (('margin_status',),))

The measure of a question is exact, by counting on the diagram: the share of completions (cells
between cut points of the policy, equally weighted, among those that are possible) in which its answer settles the
class. Ties are broken by the uncertainty that is left (expected entropy of the class, in bits).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import fsum, log2

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.relevance import bearing, switching, withholding
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.counts import Counts
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.gathered import LocalAxis, SetClasses, classes_of, example_in
from payerlogic.semantics.model import Model
from payerlogic.semantics.own_cells import OwnCells
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.value_sets import BoxValues, box_values

Shares = dict[str, Fraction]


@dataclass(frozen=True)
class Reply:
    """One possible answer to a question: the values, its share of the completions, and what then follows."""

    values: BoxValues = field(hash=False)
    share: Fraction
    possible: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """The answer with what is then possible, as ``ask --json`` prints it."""
        return {"values": self.values, "share": round(float(self.share), 4), "possible": list(self.possible)}


@dataclass(frozen=True)
class Question:
    """An unknown fact: the share of completions that its answer settles, and the bits left open after it.

    ``answers`` exclude each other and their shares add up to 1.
    """

    attribute: str
    settles: Fraction
    remaining_bits: float
    answers: tuple[Reply, ...]

    def to_dict(self) -> dict[str, object]:
        """The question with what each answer leads to, as ``ask --json`` prints it."""
        return {
            "attribute": self.attribute,
            "settles": round(float(self.settles), 4),
            "remaining_bits": round(self.remaining_bits, 4),
            "answers": [answer.to_dict() for answer in self.answers],
        }


@dataclass(frozen=True)
class Questions(CaseAnswer):
    """What still matters for one policy.

    ``questions`` are the facts that decide, and those that change what is possible through another fact (a device
    through its modality). ``settling`` are the minimal sets that settle the class whatever their values,
    ``together`` the unknown facts that can matter only once others are stated, ``irrelevant`` those that can no
    longer change the answer, whatever else is stated.
    """

    policy: str
    possible: tuple[str, ...]
    questions: tuple[Question, ...]
    settling: tuple[tuple[str, ...], ...]
    irrelevant: tuple[str, ...]
    together: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The questions as ``ask --json`` prints them for one payer."""
        return {
            "policy": self.policy,
            "possible": list(self.possible),
            "questions": [question.to_dict() for question in self.questions],
            "settling": [list(each) for each in self.settling],
            "together": list(self.together),
            "irrelevant": list(self.irrelevant),
            "premises": self.premises.to_dict(),
        }


class QuestionSearch:
    """Ranks questions."""

    @classmethod
    def of(cls, model: Model) -> QuestionSearch:
        return model.kept(cls, lambda: cls(model.situations))

    def __init__(self, situations: Situations) -> None:
        self.situations = situations
        self._cells: dict[str, OwnCells] = {}

    def _own(self, policy: str) -> OwnCells:
        if policy not in self._cells:
            self._cells[policy] = OwnCells(self.situations.compiler, policy)
        return self._cells[policy]

    def find(self, case: StatedCase, policy: str, settings: Settings) -> Questions:
        """The questions for one case at one policy; none when nothing unknown can change its class."""
        view = self.situations.view(case, policy, settings)
        possible = self._in_rank(view.possible)
        matters = bearing(self.situations, view)
        questions, together = [], []
        completions = _Completions(view, self._own(policy)) if matters else None
        for name in view.unknown if completions is not None else ():
            if name not in matters or completions is None:
                continue
            axis = completions.axis(name)
            question = self._question(axis, self._after(case, settings, axis, completions), completions.cells)
            changes = any(answer.possible != possible for answer in question.answers)
            if changes or name in view.deciding:
                questions.append(question)
            else:
                together.append(name)
        questions.sort(key=lambda q: (-q.settles, round(q.remaining_bits, 9), self._rank(q.attribute)))
        unsaid = matters | withholding(self.situations, view)
        formulas = self.situations.vocabulary.formulas  # what a fact that still matters follows from matters as well
        unsaid |= {source for name in unsaid if name in formulas for source in formulas[name].sources}
        irrelevant = tuple(name for name in view.unknown if name not in unsaid)
        premises = PremiseSearch(self.situations).of_view(case, view, settings, with_readings=True)
        return Questions(
            policy,
            possible,
            tuple(questions),
            self._settling(view),
            irrelevant,
            tuple(together),
            case=case,
            settings=settings,
            premises=premises,
        )

    def best_for_all(self, asked: Iterable[Questions]) -> tuple[tuple[str, Fraction], ...]:
        """Over several policies: each attribute with the mean share that it settles where the class is open."""
        open_ = [each for each in asked if len(each.possible) > 1]
        shares: Shares = {}
        for each in open_:
            for question in each.questions:
                shares[question.attribute] = shares.get(question.attribute, Fraction(0)) + question.settles
        means = {name: share / len(open_) for name, share in shares.items()}
        return tuple(sorted(means.items(), key=lambda item: (-item[1], self._rank(item[0]))))

    def _rank(self, name: str) -> int:
        return self.situations.vocabulary[name].rank

    def _in_rank(self, classes: Iterable[str]) -> tuple[str, ...]:
        found = set(classes)
        return self.situations.catalog.in_rank(found)

    def _after(
        self, case: StatedCase, settings: Settings, axis: LocalAxis, completions: _Completions
    ) -> dict[int, Shares]:
        """By the position of an answer, the share of completions of each class that is then possible."""
        after = completions.after(axis)
        if axis.attribute.name in switching(self.situations, completions.view.policy):
            return {
                position: self._stated_as(case, settings, axis, position, completions, sum(shares.values()))
                for position, shares in after.items()
            }
        return after

    def _stated_as(
        self,
        case: StatedCase,
        settings: Settings,
        axis: LocalAxis,
        position: int,
        completions: _Completions,
        whole: Fraction | int,
    ) -> Shares:
        """The same where stating a fact switches presumptions: the case is decided again."""
        tried = case.changed({axis.attribute.name: example_in(axis, position)})
        found = _Completions(self.situations.view(tried, completions.view.policy, settings), completions.cells).classes
        total = sum(found.values())
        return {class_: whole * count / total for class_, count in found.items()}

    def _question(self, axis: LocalAxis, after: dict[int, Shares], cells: OwnCells) -> Question:
        whole = sum((sum(shares.values(), Fraction(0)) for shares in after.values()), Fraction(0))
        settled, bits = Fraction(0), 0.0
        for shares in after.values():
            weight = sum(shares.values(), Fraction(0))
            settled += weight if len(shares) == 1 else 0
            bits += float(weight / whole) * _entropy(shares)
        answers = tuple(self._answers(axis, after, whole, cells))
        return Question(axis.attribute.name, settled / whole, bits, answers)

    def _answers(self, axis: LocalAxis, after: dict[int, Shares], whole: Fraction, cells: OwnCells) -> list[Reply]:
        """Answers with the same consequence are one answer."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for position, shares in after.items():
            groups.setdefault(self._in_rank(shares), []).append(position)
        answers = []
        for possible, positions in groups.items():
            share = sum((sum(after[place].values(), Fraction(0)) for place in positions), Fraction(0))
            values = cells.widened(axis.attribute.name, positions) if isinstance(axis, ValueAxis) else positions
            answers.append(Reply(box_values(axis, values), share / whole, possible))
        return sorted(answers, key=lambda answer: (-answer.share, answer.possible))

    def _settling(self, view: View) -> tuple[tuple[str, ...], ...]:
        """The minimal sets that have an unknown fact in common with every set that alone can make a difference.

        Such a set may also hold what is only presumed: if nothing else, stating what is unknown settles nothing.
        """
        unknown = frozenset(view.unknown)
        differing = view.differing_within(unknown.union(attribute for _, attribute in view.presumed))
        found: set[frozenset[str]] = set()
        for choice in product(*(each & unknown for each in differing)):
            candidate = frozenset(choice)
            if not any(smaller <= candidate for smaller in found):
                found = {each for each in found if not candidate <= each} | {candidate}
        named = [tuple(sorted(each, key=self._rank)) for each in found if each]
        return tuple(sorted(named, key=lambda each: (len(each), each)))


class _Completions:
    """The possible completions of a case at one policy, counted in cells of that policy."""

    def __init__(self, view: View, cells: OwnCells) -> None:
        self.view, self.cells = view, cells
        self._forest, root = view.open_diagram
        self._root = cells.alone(self._forest, root)
        self._counts = Counts(self._forest, self._root)

    @property
    def classes(self) -> Shares:
        """How many completions have each class."""
        return _by_class(self._counts.all_of(self._root))

    def axis(self, name: str) -> LocalAxis:
        """The answers to a question that the case tells apart."""
        compiler = self.view.compiler
        axis = compiler.axes[name]
        return axis if isinstance(axis, ValueAxis) else classes_of(compiler, name, self._forest, (self._root,))

    def after(self, axis: LocalAxis) -> dict[int, Shares]:
        """By answer, of each cell one position: how many completions have each class."""
        compiler, forest, root, name = self.view.compiler, self._forest, self._root, axis.attribute.name
        if isinstance(axis, SetClasses):
            levels, nobody = compiler.levels[name], forest.terminal(None)
            inside = [self.cells.projected(forest, axis.sets.in_forest(forest, levels, node)) for node in axis.nodes]
            counted = {at: self._counts.all_of(forest.ite(node, root, nobody)) for at, node in enumerate(inside)}
        else:
            variable, firsts = compiler.variable[name], (cell[0] for cell in self.cells.cells(name))
            counted = {at: self._counts.all_of(root, {variable: at}) for at in firsts}
        return {at: shares for at, found in counted.items() if (shares := _by_class(found))}


def _by_class(found: Mapping[object, int]) -> Shares:
    """Without the cells that are not possible."""
    return {str(class_): Fraction(count) for class_, count in found.items() if class_ is not None}


def _entropy(shares: Shares) -> float:
    whole = float(sum(shares.values()))
    return -fsum(float(share) / whole * log2(float(share) / whole) for share in shares.values())  # in whatever order
