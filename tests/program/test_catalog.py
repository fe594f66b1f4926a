"""How policies are called: by their payer, and by their document where one payer has several."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from payerlogic import KnowledgeBase
from payerlogic.program.catalog import Catalog

SMALLEST = Path(__file__).parent / "lint" / "good" / "smallest.lp"
SECOND = """
policy(acme_2, acme, iort, "ACME_2", "Second made-up policy").
statement(acme_2, "A1", "Only section", "sentence 1", "cancer is covered", rule).
version(acme_2, 20200101, "first edition").
clause(acme_2, a1, "Cancer").
met(acme_2, a1) :- case(oncologic, true).
concludes(acme_2, a1, medically_necessary).
cites(acme_2, a1, "A1").
"""


def catalog_with(kb_folder: Path, tmp_path: Path, *more: str) -> Catalog:
    """That of the shipped knowledge base with the smallest policy, and more of the same payer."""
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    for number, text in enumerate((SMALLEST.read_text(encoding="utf-8"), *more), 1):
        (folder / "policies" / f"acme{'' if number == 1 else f'_{number}'}.lp").write_text(text, encoding="utf-8")
    return KnowledgeBase.load(folder).catalog


def test_a_policy_is_called_by_its_payer(kb_folder: Path, tmp_path: Path) -> None:
    catalog = catalog_with(kb_folder, tmp_path)
    assert (catalog.called("acme"), catalog.titled("acme")) == ("Acme", "Acme")
    assert (catalog.called("nia"), catalog.titled("nia")) == ("NIA", catalog.policies["nia"].payer)


def test_and_by_its_document_where_the_payer_has_two(kb_folder: Path, tmp_path: Path) -> None:
    catalog = catalog_with(kb_folder, tmp_path, SECOND)
    assert (catalog.called("acme"), catalog.called("acme_2")) == ("ACME_1", "ACME_2")
    assert catalog.titled("acme_2") == "Acme: ACME_2"
    assert catalog.called("nia") == "NIA"
