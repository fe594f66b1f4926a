"""Questions in words: the best first, with what each answer would lead to.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> asked = kb.ask({"primary_site": "rectum", "disease_status": "local_recurrence"}, "bcbsaz")
>>> for line in ranked(kb, asked.questions):
...     print(line)
Ask next, best question first (share of the remaining combinations that its answer settles):
  1. surgical margin (100 %)
    - close or positive: medically necessary
    - negative or intermediate: experimental or investigational
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from payerlogic.answers.next_questions import Question
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.model import Model
from payerlogic.semantics.value_sets import values_in_words
from payerlogic.text.phrases import listed, percent
from payerlogic.wording.outline import Line


def ranked(kb: Model, questions: Sequence[Question]) -> Iterator[Line]:
    """The questions of one payer with their answers."""
    yield Line("Ask next, best question first (share of the remaining combinations that its answer settles):")
    for number, question in enumerate(questions, 1):
        yield Line(f"{kb.vocabulary[question.attribute].label} ({percent(question.settles, 0)})", 1, f"{number}.")
        for answer in question.answers:
            follows = "; or ".join(kb.catalog.classes[name].label for name in answer.possible)
            words = values_in_words(kb.axes[question.attribute], answer.values)
            any_ = "any answer" if len(question.answers) == 1 else words
            yield Line(f"{any_}: {'still open, ' if len(answer.possible) > 1 else ''}{follows}", 2, "-")


def over_all(vocabulary: Vocabulary, together: Sequence[tuple[str, Fraction]]) -> Iterator[Line]:
    """Over several payers, the facts by the mean share that their answer settles; at the end, what settles nothing."""
    useful = [(name, share) for name, share in together if share]
    if useful:
        what = "mean share of the remaining combinations that its answer settles"
        yield Line(f"Over all payers, best question first ({what}):")
    for number, (name, share) in enumerate(useful, 1):
        yield Line(f"{vocabulary[name].label} ({percent(share, 0)})", 1, f"{number}.")
    if idle := [vocabulary[name].label for name, share in together if not share]:
        yield Line(f"Over all payers, these settle nothing alone: {listed(idle)}.")
