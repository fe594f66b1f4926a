"""The rationale as a document: what it says, and that each format can be opened, heard and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from docx import Document as open_docx
from docx.oxml.ns import qn
from pypdf import PdfReader

from payerlogic import DISCLAIMER, KnowledgeBase, Settings
from payerlogic.documents import render
from payerlogic.documents.blocks import Bullets, Document, Picture, Table, plain
from payerlogic.documents.rationale import rationale

MADE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples" / "cases").glob("0*.yaml"))
HOSTILE = (
    "<script>alert(1)</script> ![x](http://example.org/x.png) [y](javascript:z) <b>&amp;</b> "
    "=1+1 | `code` $x^2$ {{y}} \x00\x1b[2J\u202egnp.exe\u200b % not prolog :- a, b."
)
BREAST = {"primary_site": "breast", "t_category": "T1", "modality": "electron_beam", "tumor_behavior": "invasive"}


def text_of_docx(data: bytes) -> str:
    """Everything that the document says, its tables and the words of its pictures included."""
    document = open_docx(BytesIO(data))
    told = [each.text for each in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    told += [each.get("descr", "") for each in document.element.iter(qn("wp:docPr"))]
    return "\n".join(told)


def text_of_pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def text_of_markdown(data: bytes) -> str:
    """As a reader shows it: without the backslashes and entities that keep text from being markup."""
    text = re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", data.decode("utf-8"))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&#58;", ":").replace("&amp;", "&")


TEXT: dict[str, Callable[[bytes], str]] = {"md": text_of_markdown, "docx": text_of_docx, "pdf": text_of_pdf}


def squeezed(text: str) -> str:
    """Without spaces, since lines are broken anywhere."""
    return "".join(text.split())


@pytest.fixture
def early_breast(kb: KnowledgeBase, settings: Settings) -> Document:
    return rationale(kb, {"id": "R-1", **BREAST}, (), settings, want="approved", made=MADE)


# --- What it says ------------------------------------------------------------------------------------------


def test_every_fact_says_how_it_is_known(kb: KnowledgeBase, settings: Settings) -> None:
    case = {"primary_site": "rectum", "disease_status": "primary", "oncologic": True}
    table = next(b for b in rationale(kb, case, (), settings).sections[1].blocks if isinstance(b, Table))
    facts = rationale(kb, case, (), settings).sections[2].blocks[0]
    assert isinstance(facts, Table)
    known = {row[0]: row[2] for row in facts.rows}
    assert known["primary site"] == "stated"
    assert known["date of service"].startswith("presumed")
    assert known["surgical margin"].startswith("unknown; can still change the answer of")
    assert table.header[:2] == ("Payer", "Outcome")


def test_what_follows_from_the_stated_facts_is_told(kb: KnowledgeBase, settings: Settings) -> None:
    facts = rationale(kb, {"device": "intrabeam", "t_category": "T4"}, (), settings).sections[2].blocks[0]
    assert isinstance(facts, Table)
    assert ("modality", "electronic brachytherapy (x-ray)", "follows from what is stated") in facts.rows
    assert ("behavior of the tumor", "invasive (/3)", "follows from what is stated") in facts.rows


def test_it_cites_paraphrases_and_dates(early_breast: Document, kb: KnowledgeBase, settings: Settings) -> None:
    told = text_of_markdown(render(early_breast, "md", kb))
    for policy, found in kb.decide(BREAST, None, settings).determinations.items():
        assert found.policy in told
        assert str(found.version) in told
        for clause in found.clauses:
            for statement in clause.statements:
                assert kb.catalog.policies[policy].statements[statement].paraphrase in told
        for remark in (*found.presumptions, *found.limits, *found.advisories):
            assert remark.text in told
    assert "November 22, 2026, 09:30 UTC" in told
    assert kb.digest in told
    assert told.count(DISCLAIMER) == 2


def test_a_denial_on_a_presumption_about_the_payer_says_so_first(kb: KnowledgeBase, early_breast: Document) -> None:
    told = text_of_markdown(render(early_breast, "md", kb))
    assert told.index("Assumes that the payer finds") < told.index("The case")


def test_what_decides_only_the_class_is_not_said_to_decide_the_outcome(kb: KnowledgeBase, settings: Settings) -> None:
    """Denied with every modality; only as what, the modality decides."""
    cases = ({"primary_site": "breast", "t_category": category} for category in ("T4", "T1"))
    denied, open_ = (text_of_markdown(render(rationale(kb, case, ["nia"], settings), "md", kb)) for case in cases)
    assert re.search(r"Denied at .*: only the class depends on modality\.", denied)
    assert "Facts that can still decide the class alone" in denied
    assert re.search(r"Open at .*: it depends on ", open_)
    assert "Facts that can still decide it" in open_


def test_readings_that_are_not_the_default_are_told_with_the_default(kb: KnowledgeBase, settings: Settings) -> None:
    changed = replace(settings, readings={"nia_fractions": "eligibility"})
    told = text_of_markdown(render(rationale(kb, BREAST, ["nia"], changed), "md", kb))
    reading = kb.catalog.readings["nia_fractions"]
    assert f"Here: {reading.meaning('eligibility')} (default: {reading.meaning(reading.default)})" in told
    other = text_of_markdown(render(rationale(kb, BREAST, ["bcbsaz"], changed), "md", kb))
    assert reading.question not in other


def test_headings_never_skip_a_level(early_breast: Document) -> None:
    levels = [level for level, _ in early_breast.walk()]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_picture_shows_what_its_words_say(early_breast: Document) -> None:
    pictures = [b for _, s in early_breast.walk() for b in s.blocks if isinstance(b, Picture)]
    assert len(pictures) == 2
    for each in pictures:
        assert each.draw("png").startswith(b"\x89PNG")
        assert len(each.alternative.splitlines()) > 3


def test_an_empty_case_and_a_third_payer_have_a_rationale(made_up: Callable[..., KnowledgeBase]) -> None:
    harbor = (Path(__file__).resolve().parents[1] / "policies" / "third" / "harbor.lp").read_text(encoding="utf-8")
    kb = made_up({"harbor": harbor})
    told = text_of_markdown(render(rationale(kb, {}), "md", kb))
    assert "Nothing is stated of this case." in told
    assert kb.catalog.policies["harbor"].payer in told


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_has_the_same_words_in_every_format(kb: KnowledgeBase, settings: Settings, file: Path) -> None:
    case = yaml.safe_load(file.read_text(encoding="utf-8"))
    document = rationale(kb, case, (), settings, want="denied", made=MADE)
    told = {format_: squeezed(TEXT[format_](render(document, format_, kb))) for format_ in TEXT}
    for _, section in document.walk():
        for format_, text in told.items():
            assert squeezed(plain(section.heading)) in text, (format_, section.heading)
            for block in section.blocks:
                lines = [plain(line) for _, line in block.items] if isinstance(block, Bullets) else []
                lines += [plain(cell) for row in block.rows for cell in row] if isinstance(block, Table) else []
                if format_ != "pdf":  # where a line or cell may be broken by the foot of a page
                    assert all(squeezed(line) in text for line in lines), format_


# --- What a program makes of it ------------------------------------------------------------------------------


def test_the_word_document_has_what_a_screen_reader_needs(kb: KnowledgeBase, early_breast: Document) -> None:
    document = open_docx(BytesIO(render(early_breast, "docx", kb)))
    assert document.core_properties.title == early_breast.title
    assert document.core_properties.language == "en-US"
    styles = [each.style.name for each in document.paragraphs if each.style is not None]
    assert styles.count("Title") == 1
    assert {"Heading 1", "Heading 2", "List Bullet", "List Bullet 2", "Caption"} <= set(styles)
    for table in document.tables:
        assert table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    pictures = list(document.element.iter(qn("wp:docPr")))
    assert len(pictures) == 2
    assert all("In words: - " in each.get("descr", "") for each in pictures)


def test_the_pdf_has_title_language_outline_and_page_numbers(kb: KnowledgeBase, early_breast: Document) -> None:
    reader = PdfReader(BytesIO(render(early_breast, "pdf", kb)))
    assert reader.metadata is not None
    assert reader.metadata.title == early_breast.title
    assert reader.trailer["/Root"]["/Lang"] == "en-US"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert len(reader.outline) > 3
    pages = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert f"Page {number} of {pages}" in page.extract_text()
        assert DISCLAIMER in page.extract_text()
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()
            assert "DejaVu" in described["/BaseFont"] or described["/BaseFont"] == "/Helvetica"


def test_marks_are_letters_of_the_embedded_font(kb: KnowledgeBase, settings: Settings) -> None:
    told = text_of_pdf(render(rationale(kb, {"id": "≠ ✓ ✗ § ~ ◐ – “é” Ω Ж", **BREAST}, (), settings), "pdf", kb))
    assert "≠ ✓ ✗ § ~ ◐ – “é” Ω Ж" in told
    assert "U+" not in told
    assert "\ufffd" not in told


def test_a_letter_that_the_font_lacks_is_named(kb: KnowledgeBase, settings: Settings) -> None:
    document = rationale(kb, {"id": "中", **BREAST}, ["nia"], settings)
    assert "[U+4E2D]" in text_of_pdf(render(document, "pdf", kb))
    assert "中" in text_of_docx(render(document, "docx", kb))


# --- Hostile text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", TEXT)
def test_hostile_text_is_shown_as_text(kb: KnowledgeBase, settings: Settings, format_: str) -> None:
    data = render(rationale(kb, {"id": HOSTILE, "primary_site": "brain"}, ["nia"], settings), format_, kb)
    told = squeezed(TEXT[format_](data))
    assert squeezed("<script>alert(1)</script> ![x](http://example.org/x.png) [y](javascript:z)") in told
    for control in "\x00\x1b\u202e\u200b":
        assert control not in told
    if format_ == "md":
        raw = data.decode("utf-8")
        assert "<script" not in raw
        assert not re.search(r"(?<!\\)\]\(", raw)
        assert "http:" not in raw
    if format_ == "pdf":
        reader = PdfReader(BytesIO(data))
        assert "/JavaScript" not in str(reader.trailer["/Root"])
        assert not [each for page in reader.pages for each in page.get("/Annots", [])]


@pytest.mark.parametrize("format_", TEXT)
@pytest.mark.parametrize("name", ["x" * 200_000, "wort " * 40_000, "\u05d0\u05d1 " * 500, "<" * 5000], ids=len)
def test_a_name_of_any_length_is_cut_and_counted(
    kb: KnowledgeBase, settings: Settings, format_: str, name: str
) -> None:
    told = TEXT[format_](render(rationale(kb, {"id": name, "primary_site": "brain"}, ["nia"], settings), format_, kb))
    assert "characters)" in told
    assert len(told) < 60_000


@pytest.mark.parametrize("format_", TEXT)
def test_a_list_that_is_longer_than_a_page_is_kept_whole(kb: KnowledgeBase, settings: Settings, format_: str) -> None:
    codes = [f"{number:05}" for number in range(10_000, 10_400)]
    told = squeezed(TEXT[format_](render(rationale(kb, {"cpt_codes": codes}, ["nia"], settings), format_, kb)))
    assert all(code in told for code in (codes[0], codes[200], codes[-1]))


def test_it_begins_with_one_paragraph_and_the_fields_of_a_file(early_breast: Document, kb: KnowledgeBase) -> None:
    summary, fields = early_breast.sections[0].blocks
    for policy, found in kb.decide(BREAST).determinations.items():
        outcome = kb.catalog.outcomes.get(found.outcome, "Open")
        assert f"{outcome} at {kb.catalog.policies[policy].payer}: " in plain(summary.text)
    assert [row[0] for row in fields.rows] == ["Request number", "Reviewer", "Signature", "Date of the review"]
