"""The brute force, made once for all tests of this folder; and a made-up policy with contrived presumptions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase

from .brute import Brute

ACME = """
payer(acme, "Acme Mutual"). policy(acme, acme, iort, "ACME-7", "A made-up policy").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "in situ tumors are covered", rule).
statement(acme, "A2", "Criteria", "sentence 2", "so are other tumors after a resection at high risk", rule).
clause(acme, a1, "In situ tumors").
met(acme, a1) :- case(t_category, "Tis").
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
clause(acme, a2, "Resected tumors").
met(acme, a2) :- not case(t_category, "Tis"), not case(resection, not_performed), case(high_recurrence_risk, true).
concludes(acme, a2, medically_necessary).
cites(acme, a2, "A2").
clause(acme, a3, "No tumor found").
met(acme, a3) :- case(t_category, "T0"), case(resection, planned), case(high_recurrence_risk, false).
concludes(acme, a3, case_by_case).
cites(acme, a3, "A2").
% What is presumed of the resection waits for either of two facts, and gives way to two others together.
presumption(20, acme_resection, acme, resection).
presumption_needs(acme_resection, intent, boost).
presumption_needs(acme_resection, disease_status, local_recurrence).
gives_way(acme_resection, intent, boost, margin_status, positive).
gives_way(acme_resection, disease_status, local_recurrence, margin_status, close).
presumption_holds(acme_resection) :- case(resection, done).
presumption_holds(acme_resection) :- case(resection, planned).
label(acme_resection, "the tumor has been or will be resected").
cites(acme, acme_resection, "A2").
"""


@pytest.fixture(scope="session")
def brute(kb: KnowledgeBase, as_of: date) -> Brute:
    return Brute(kb, as_of)


@pytest.fixture(scope="session")
def acme(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The knowledge base with one more policy."""
    folder = tmp_path_factory.mktemp("acme") / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / "acme.lp").write_text(ACME, encoding="utf-8")
    return KnowledgeBase.load(folder)


@pytest.fixture(scope="session")
def acme_brute(acme: KnowledgeBase, as_of: date) -> Brute:
    return Brute(acme, as_of)
