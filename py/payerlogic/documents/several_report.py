"""Several policies compared, as a document and as sheets of a workbook.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load().of_service("lung_screening")
>>> found = kb.compare_several(["acs_ldct", "cms_ldct", "uspstf_ldct"])
>>> [section.name for section in document(kb, found).sections]
['summary', 'approves', 'vectors', 'premises', 'method']
>>> [name for name, _, _ in sheets(kb, found)]
['Summary', 'Outcomes', 'Approving sets', 'Approved by others', 'Two by two', 'Regions', 'Method']
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from payerlogic.comparison.several import SeveralPolicies, Vector
from payerlogic.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Lines,
    Named,
    Paragraph,
    Picture,
    Section,
    Span,
    Table,
)
from payerlogic.documents.sheets import Sheet, box_columns
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import number, percent, sentence
from payerlogic.wording.several import RELATIONS, SeveralWords

REGIONS = "Regions"


def document(kb: Model, found: SeveralPolicies) -> Document:
    """The whole document."""
    words = SeveralWords.of(kb, found)
    sections = (
        Section("Summary", tuple(_summary(words)), name="summary"),
        Section("Who approves what another approves", tuple(_approves(words)), name="approves"),
        Section("Each combination of outcomes", sections=tuple(_vectors(words)), name="vectors"),
        Section("What this rests on", (Bullets.of("Premises", found.premises.sentences()),), name="premises"),
        Section("Method and proof", (Bullets.of("Method", words.method()),), name="method"),
    )
    return Document(words.title(), DISCLAIMER, sections)


def outcome_rows(words: SeveralWords) -> tuple[list[str], list[list[str]]]:
    """A row for each combination of outcomes, as a table of a terminal has it."""
    header = ["no.", "relation", *words.names, "regions", "cells", "share"]
    rows = []
    for count, each in enumerate(words.found.vectors, 1):
        relation = RELATIONS[each.relation]
        outcomes = [words.words.outcome(outcome) for outcome in each.outcomes]
        regions = number(len(each.regions)) + ("" if each.all_listed else f" ({percent(each.listed)} listed)")
        share = percent(each.share)
        rows.append([str(count), f"{relation.mark} {relation.word}", *outcomes, regions, number(each.cells), share])
    return header, rows


def _summary(words: SeveralWords) -> Iterator[Block]:
    yield Bullets.of("Summary", words.summary())
    header, rows = outcome_rows(words)
    linked: list[tuple[Cell, ...]] = [((Span(first, link=f"v{first}"),), *rest) for first, *rest in rows]
    yield Table.of("Combinations of outcomes", header, linked)
    yield Bullets.of("Relations", [f"{each.mark} {each.word}: {each.meaning}" for each in RELATIONS.values()])


def _approves(words: SeveralWords) -> Iterator[Block]:
    sets = [
        (who, *("yes" if each else "no" for each in approving), percent(share), example)
        for who, approving, share, example in words.approvers()
    ]
    yield Table.of("Who approves the same cases", ("approved by", *words.names, "share of cells", "for example"), sets)
    yield Paragraph(" ".join(words.order()))
    if words.found.order.steps:
        yield Picture("Who is stricter than whom", " ".join(words.order()), partial(_drawn, words))
    rows = [(f"Of what {left} approves", right, how, example) for left, right, how, example in words.approvals()]
    yield Table.of("What is approved elsewhere too", ("what", "approved by", "how much", "for example not"), rows)
    yield Table.of(
        "Two by two, as shares of the cells",
        ("policies", *(each.word for each in RELATIONS.values())),
        [(f"{left} and {right}", *map(percent, shares)) for left, right, shares in words.pairs()],
    )


def _drawn(words: SeveralWords, kind: str) -> bytes:
    from payerlogic.documents.pictures.strictness import strictness_drawn, strictness_svg

    return strictness_svg(words).encode() if kind == "svg" else strictness_drawn(words, kind)


def _vectors(words: SeveralWords) -> Iterator[Section]:
    for count, each in enumerate(words.found.vectors, 1):
        heading = f"{count}. {sentence(words.outcomes(each.outcomes))}"
        yield Section(heading, tuple(_vector(words, each)), name=f"v{count}", look="region")


def _vector(words: SeveralWords, vector: Vector) -> Iterator[Block]:
    yield Paragraph(f"{percent(vector.share)} of the cells ({number(vector.cells)}). {words.listed(vector)}".strip())
    yield Named(
        (
            ("Example", words.words.case(vector.witness)),
            *(
                (name, Lines(tuple(f"{title} [{cited}]" if cited else title for title, cited in clauses)))
                for name, clauses in words.clauses(vector)
            ),
        )
    )
    regions = [f"{words.words.region(region)} ({percent(region.share)} of the cells)" for region in vector.regions]
    yield Bullets.of("Where", regions)


def sheets(kb: Model, found: SeveralPolicies) -> Iterator[Sheet]:
    """The sheets of a workbook, of which that with the regions is the CSV file."""
    words = SeveralWords.of(kb, found)
    boxes = [region.box for vector in found.vectors for region in vector.regions]
    names, written = box_columns(kb.vocabulary, boxes)
    rows: list[list[str | int | float]] = []
    for count, vector in enumerate(found.vectors, 1):
        for region in vector.regions:
            where = words.words.region(region)
            witness = json.dumps(region.witness.to_dict(kb.vocabulary), ensure_ascii=False)
            rows.append(
                [
                    count,
                    vector.relation,
                    *vector.outcomes,
                    round(float(region.share), 9),
                    where,
                    *written(region.box),
                    witness,
                ]
            )
    yield "Summary", ["Summary"], [[line] for line in (words.title(), *words.summary(), *found.premises.sentences())]
    header = ["Combination", "Relation", *words.names, "Cells", "Share of cells", "Share listed", "Example"]
    yield (
        "Outcomes",
        header,
        [
            [
                count,
                RELATIONS[each.relation].word,
                *map(words.words.outcome, each.outcomes),
                each.cells,
                round(float(each.share), 9),
                round(float(each.listed), 9),
                words.words.case(each.witness),
            ]
            for count, each in enumerate(found.vectors, 1)
        ],
    )
    yield (
        "Approving sets",
        ["Approved by", *words.names, "Share of cells", "For example"],
        [
            [who, *("yes" if each else "no" for each in approving), round(float(share), 9), example]
            for who, approving, share, example in words.approvers()
        ],
    )
    yield (
        "Approved by others",
        ["Of what it approves", "Approved by", "How much", "For example not"],
        [list(row) for row in words.approvals()],
    )
    yield (
        "Two by two",
        ["Policy", "Other policy", *(each.word for each in RELATIONS.values())],
        [[left, right, *(round(float(share), 9) for share in shares)] for left, right, shares in words.pairs()],
    )
    yield REGIONS, ["combination", "relation", *found.names, "share_of_cells", "where", *names, "witness"], rows
    yield "Method", ["Method"], [[line] for line in (*words.method(), DISCLAIMER)]
