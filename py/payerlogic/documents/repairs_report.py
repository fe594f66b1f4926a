"""The repairs of a policy as a document, and as data.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.repair.result import PolicyRepairs
>>> document(KnowledgeBase.load(), PolicyRepairs("nia", (), ())).title
'Repairs of NIA, nia'
"""

from __future__ import annotations

from dataclasses import replace

from payerlogic.consistency.baseline import CheckedPolicy
from payerlogic.consistency.causes import causes
from payerlogic.documents.blocks import Bullets, Document, Section
from payerlogic.documents.stricter_report import document as strictness_document
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.repair.result import PolicyRepairs, Repairs, StrictnessRepairs
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import sentence
from payerlogic.wording.repairs import EditWords, by_edits, finding_title, group_lines, summary, title, tried


def document(kb: Model, found: PolicyRepairs) -> Document:
    """A summary, and a section a finding."""
    words = EditWords.of(kb, found.policy)
    sections = [Section("Summary", (Bullets.of("Summary", summary(kb, found)),), name="summary")]
    for number, each in enumerate(found.repairs, 1):
        assert each.finding is not None, "of one policy each is about a finding"
        sections.append(section(words, each, f"{number}. {finding_title(each.finding)}", f"f{number}"))
    return Document(title(kb, found), DISCLAIMER, tuple(sections))


def section(words: EditWords, found: Repairs, heading: str, name: str) -> Section:
    """The repairs of one finding."""
    items: list[tuple[int, str]] = [(0, sentence(tried(found)))]
    for alike in by_edits(found.repairs):
        edit, *details = group_lines(words, alike)
        items += [(0, sentence(edit)), *((1, sentence(each)) for each in details)]
    return Section(heading, (Bullets.of("Repairs", items),), name=name)


def as_data(found: PolicyRepairs, vocabulary: Vocabulary) -> dict[str, object]:
    """As ``check --repair --json`` prints it: what ``check --json`` has, and the repairs."""
    return {
        "findings": CheckedPolicy(found.findings).to_dict(vocabulary),
        "causes": [each.to_dict(found.findings) for each in causes(found.findings)],
        "repairs": [each.to_dict() for each in found.repairs],
    }


def strictness(kb: Model, found: StrictnessRepairs) -> Document:
    """Whether a plan is stricter than a base, and what ends it."""
    document = strictness_document(kb, found.strictness)
    if found.repairs is None:
        return document
    words = EditWords.of(kb, found.strictness.plan.policy)
    return replace(document, sections=(*document.sections, section(words, found.repairs, "Repairs", "repairs")))
