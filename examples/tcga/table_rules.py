"""From a row of a TCGA clinical table to a case: one rule for each attribute, with its reason.

What a row does not record, or records of another moment than the request, stays unknown. Where two
columns contradict each other one is chosen, and the row carries a note that says so. Notes hold no
data of the row, so that they can be counted and shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from payerlogic import Case

Row = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """What a rule makes of a row: a value, or None for unknown, and what had to be chosen."""

    value: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """How one attribute is read, from which columns, and why so."""

    attribute: str
    columns: tuple[str, ...]
    how: str
    why: str
    read: Callable[[Row], Found]


@dataclass(frozen=True)
class ReadRow:
    """A row as a case, with the notes of all rules."""

    case: Case
    notes: tuple[str, ...] = field(default=())


# --- Site --------------------------------------------------------------------------------------------

SITE_OF_COHORT = {
    "TCGA-BRCA": ("breast", "C50"),
    "TCGA-CESC": ("cervix_uteri", "C53"),
    "TCGA-PAAD": ("pancreas", "C25"),
    "TCGA-SARC": ("soft_tissue", ""),  # sarcomas are coded to the organ in which they grew
}
BOWEL_COHORTS = {"TCGA-COAD": ("C18",), "TCGA-READ": ("C19", "C20")}
SITE_OF_BOWEL_CODE = {"C18": "colon", "C19": "rectosigmoid_junction", "C20": "rectum"}


def site(row: Row) -> Found:
    code = (row["icdo3_site"] or row["icd10"])[:3].upper()
    cohort = row["cohort"].upper()
    if cohort in SITE_OF_COHORT:
        value, usual = SITE_OF_COHORT[cohort]
        odd = code and not code.startswith(usual)
        return Found(value, (f"{cohort} coded to another site: the cohort is taken",) if odd else ())
    if cohort not in BOWEL_COHORTS:
        return Found(None, ("a cohort without a rule for the site: left unknown",))
    if code not in SITE_OF_BOWEL_CODE:
        missing = "no code" if not code else "a code outside of the bowel"
        return Found(None, (f"{cohort} with {missing}: colon, rectum or the junction? left unknown",))
    value = SITE_OF_BOWEL_CODE[code]
    # Both cohorts hold tumors of the junction.
    odd = code != "C19" and code not in BOWEL_COHORTS[cohort]
    return Found(value, (f"{cohort} coded {code}: the code is taken",) if odd else ())


# --- Tumor -------------------------------------------------------------------------------------------


def behavior(row: Row) -> Found:
    code = row["icdo3_hist"].rpartition("/")[2] if "/" in row["icdo3_hist"] else ""
    value = {"2": "in_situ", "3": "invasive"}.get(code)
    if value or not code:
        return Found(value)
    return Found(None, (f"histology /{code} is neither in situ nor invasive: behavior left unknown",))


def t_category(row: Row) -> Found:
    if not row["pT"]:
        return Found()
    before = "y" if row["neoadjuvant"].lower().startswith("yes") else ""
    return Found(before + "p" + re.sub(r"^[yp]+", "", row["pT"]))


def age(row: Row) -> Found:
    return Found(row["age"] or None)


# --- Margins -----------------------------------------------------------------------------------------

MARGINS = {"negative": "negative", "close": "close", "positive": "positive"}
AFTER_HYSTERECTOMY = {"positive vaginal margin": "positive", "positive bladder margin": "positive"}
RESIDUAL = {"R0": "negative", "R1": "positive", "R2": "positive"}


def margin(row: Row) -> Found:
    """The first of: margin after re-excision, margin, margin of a hysterectomy, residual tumor."""
    residual = RESIDUAL.get(row["residual_tumor"].upper())
    if again := MARGINS.get(row["margin_reexcision"].lower()):
        return Found(again)
    if value := MARGINS.get(row["margin_status"].lower()):
        # R0 says that no tumor is at the edge, which "close" does not deny.
        clash = residual is not None and residual != ("positive" if value == "positive" else "negative")
        beside = f"margin {value} beside {row['residual_tumor'].upper()}: the margin is taken"
        return Found(value, (beside,) if clash else ())
    if at := row["margins_hysterectomy"].lower():
        if at in AFTER_HYSTERECTOMY:
            return Found(AFTER_HYSTERECTOMY[at])
        if residual is None:
            kind = "parametrial involvement" if "parametrial" in at else "another location"
            return Found(None, (f"hysterectomy margins tell of {kind}, not of the cut edge: left unknown",))
    if residual == "negative" and _is_zero(row["crm_mm"]):
        return Found(residual, ("a distance of 0 mm beside R0: the residual tumor is taken",))
    return Found(residual)


def _is_zero(written: str) -> bool:
    return re.fullmatch(r"0+([.]0*)?", written) is not None


# --- The rules ---------------------------------------------------------------------------------------

RULES = (
    Rule(
        "primary_site",
        ("cohort", "icdo3_site", "icd10"),
        "cohort BRCA breast, CESC cervix_uteri, PAAD pancreas, SARC soft_tissue whatever the organ; "
        "COAD and READ by code: C18 colon, C19 rectosigmoid_junction, C20 rectum, any other unknown",
        "a cohort was reviewed for its kind of cancer; the two bowel cohorts were not parted by site, "
        "so there the code is the better witness (ICD-O-3 first: it codes the tumor, ICD-10 the diagnosis)",
        site,
    ),
    Rule(
        "tumor_behavior",
        ("icdo3_hist",),
        "histology /2 in_situ, /3 invasive, any other unknown",
        "the fifth digit of an ICD-O-3 histology is the behavior; desmoid and other borderline tumors (/1) "
        "are neither, which an advisory says at soft tissue",
        behavior,
    ),
    Rule(
        "t_category",
        ("pT", "neoadjuvant"),
        "as recorded, with p before it, and yp after neoadjuvant treatment",
        "the category is of the resected tumor, where a policy may mean the one before surgery: with the "
        "prefix an advisory says so (AJCC editions differ between rows, and so may a T4)",
        t_category,
    ),
    Rule(
        "age_years",
        ("age",),
        "as recorded; what is no age from 0 to 120 is refused",
        "the age at diagnosis stands for that at the operation, from which the tissue was taken "
        "(90 stands for 90 or more)",
        age,
    ),
    Rule(
        "margin_status",
        ("margin_reexcision", "margin_status", "margins_hysterectomy", "residual_tumor", "crm_mm"),
        "the first that is recorded: the margin after re-excision; the margin; of a hysterectomy a positive "
        "vaginal or bladder margin; residual tumor (R0 negative, R1 and R2 positive, RX unknown)",
        "a re-excision has the last word on the edge; a margin that is recorded as such says more than R0, "
        "which a close margin is too; parametrial involvement is spread and no margin; a distance in "
        "millimeters is not used, because no policy gives one",
        margin,
    ),
)

NOT_STATED = (
    ("clinical_n_category", "the table has pN only, and a pathological category is not a clinical one"),
    (
        "disease_status",
        "locoregional_event tells what came after the operation; whether the tumor was primary or a "
        "recurrence when it was removed is not recorded",
    ),
    ("fractions, intent, device, fda_status, cpt_codes", "nobody asked for intraoperative radiotherapy"),
    ("resection", "every tumor was removed, but a request comes before that"),
    ("prior_radiation", "rt_types and rt_sites do not say whether it came before"),
    ("high_recurrence_risk, completely_removable, close_margin_anticipated", "judgements that nobody recorded"),
    ("penetration, perforation, centrality", "not recorded; a T category is no substitute"),
    ("date_of_service", "the years differ from row to row and are withheld: today is presumed"),
)

ID_COLUMN = "patient"
COLUMNS = tuple(dict.fromkeys([ID_COLUMN, *(column for rule in RULES for column in rule.columns)]))


def clean(row: Mapping[str | None, object]) -> dict[str, str]:
    """The columns that are used, stripped; a bracketed remark such as [Not Available] is a blank."""
    found = {column: str(row.get(column) or "").strip() for column in COLUMNS}
    return {column: "" if re.fullmatch(r"\[.*\]|'?--", text) else text for column, text in found.items()}


def read_row(row: Row, id_: str, assumed: Mapping[str, str]) -> ReadRow | None:
    """The case of a cleaned row; None if the row records nothing that any rule reads."""
    found = {rule.attribute: rule.read(row) for rule in RULES}
    stated = {name: each.value for name, each in found.items() if each.value is not None}
    if not stated:
        return None
    notes = tuple(note for each in found.values() for note in each.notes)
    return ReadRow(Case(stated, id=id_, **assumed), notes)
