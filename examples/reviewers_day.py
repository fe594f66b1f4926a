"""A reviewer's day: five requests, and the questions that come up. Every case here is made up.

Run it with ``python examples/reviewers_day.py``; in a notebook each answer shows itself.
"""

from datetime import date

from payerlogic import KnowledgeBase

kb = KnowledgeBase.load()
today = kb.settings(as_of=date(2026, 1, 31))


def heading(text: str) -> None:
    print(f"\n=== {text} ===\n")


heading("9:00  A request comes in half empty: where does it stand, and what should I ask?")
request = {"id": "R-101", "primary_site": "breast", "modality": "electron_beam", "t_category": "cT1c"}
for determination in kb.decide(request, settings=today).determinations.values():
    print(f"{determination.policy}: {determination.outcome} {list(determination.possible)}")
print()
print(kb.text(kb.ask(request, "nia", today)))

heading("10:00  The answers are in. Why approved, and which facts carry it?")
request |= {"tumor_behavior": "invasive", "age_years": 62, "clinical_n_category": "cN0", "margin_status": "negative"}
request |= {"fractions": 1}
print(kb.text(kb.explain(request, "nia", today)))
print(kb.text(kb.reasons(request, "nia", today)))

heading("11:00  The same patient is insured elsewhere. Why do the payers disagree?")
print(kb.text(kb.contrast(request, "nia", "bcbsaz", today)))

heading("13:00  A denial is appealed: what would have changed it?")
appeal = {
    "id": "R-102",
    "primary_site": "rectum",
    "t_category": "T3",
    "disease_status": "primary",
    "margin_status": "close",
    "completely_removable": True,
    "high_recurrence_risk": False,
    "modality": "electron_beam",
    "intent": "boost",
    "fractions": 1,
}
print(kb.text(kb.why_not(appeal, "nia", "approved", today)))

heading("15:00  Does that denial depend on how the sentence is read?")
print(kb.text(kb.robustness(appeal, "nia", today)))

heading("16:00  And an approval that nothing but an impossible change could bring")
print(kb.text(kb.why_not(request | {"age_years": 45}, "nia", "approved", today, fix=["t_category"])))
