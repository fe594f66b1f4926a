"""Reports on a comparison: complete, stable, self-contained, and safe whatever a text says."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.documents import FORMATS, render
from payerlogic.documents.comparison_document import document
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.writers import html
from payerlogic.documents.writers.csv import csv_text
from payerlogic.documents.writers.markdown import markdown
from payerlogic.documents.writers.xlsx import workbook
from payerlogic.semantics.outcomes import RELATIONS

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def page(report: Report) -> str:
    return html.page(document(report))


class Tags(HTMLParser):
    """Every element of a page, with its attributes, and whether what is opened is closed."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def cells_of(data: bytes) -> dict[str, list[ElementTree.Element]]:
    """The cells of each sheet of a workbook."""
    with ZipFile(BytesIO(data)) as file:
        names = sorted(name for name in file.namelist() if name.startswith("xl/worksheets/sheet"))
        return {name: list(ElementTree.fromstring(file.read(name)).iter(f"{SHEET}c")) for name in names}


# --- What a report tells --------------------------------------------------------------------------------------


def test_every_region_is_told_once_with_its_witness_and_both_citations(report: Report) -> None:
    regions = [region for pair in report.pairs for region in pair.regions]
    assert [region.number for region in regions] == list(range(1, len(regions) + 1))
    assert all(region.left and region.right and region.example for region in regions)
    assert all(clause.citation for region in regions for clause in (*region.left, *region.right))


def test_the_summary_tells_the_implication_and_the_exceptions(report: Report) -> None:
    assert report.comparison.implies["approved"] == "right"
    claim = next(
        line for line in report.summary if line.startswith("Whatever is approved by BCBSAZ is approved by NIA")
    )
    for premise in (
        "for cases that agree with the presumptions",
        "the edition of January 1, 2023 (NIA)",
        "the edition of September 3, 2024 (BCBSAZ)",
        "under the default readings",
    ):
        assert premise in claim
    same = "On the same premises: of what is approved by NIA, "
    assert any(line.startswith(same) and "See regions 1 to " in line for line in report.summary)


def test_the_story_of_a_site_covers_exactly_its_regions(report: Report) -> None:
    """What is left out of a story lies, at that site, within another region of the same pair."""
    axis = report.words.axes["primary_site"]
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    stories = {site: story for story in report.stories for site in story.values}
    assert set(stories) == set(labels.values())
    for position, members in enumerate(axis.classes):
        for part in stories[labels[str(members[0])]].parts:
            pair = next(p for p in report.pairs if (p.left, p.right) == (part.left, part.right))
            told = [r for r in pair.regions if str(r.number) in {number for number, _ in part.where}]
            here = [r for r in pair.regions if position in r.region.positions.get("primary_site", {position})]
            assert all(any(_within(r.region.positions, t.region.positions) for t in told) for r in here)


def _within(inner: object, outer: object) -> bool:
    assert isinstance(inner, dict)
    assert isinstance(outer, dict)
    rest = {name: values for name, values in outer.items() if name != "primary_site"}
    return all(name in inner and inner[name] <= values for name, values in rest.items())


def test_two_readings_of_one_policy_are_told_apart(kb: KnowledgeBase, settings: Settings) -> None:
    other = kb.settings({"nia_fractions": "eligibility"}, as_of=settings.as_of)
    told = Report.of(kb, kb.compare("nia", "nia", settings, right_settings=other))
    assert told.title == "NIA (nia_fractions=cap) and NIA (nia_fractions=eligibility) compared"
    assert any("nia_fractions=eligibility" in line for line in told.method)
    assert not told.questions


@pytest.mark.parametrize("format_", FORMATS["Report"])
def test_two_runs_give_the_same_bytes(
    anew: None, kb: KnowledgeBase, settings: Settings, report: Report, format_: str
) -> None:
    again = Report.of(kb, kb.compare("nia", "bcbsaz", settings))
    assert render(again, format_, kb) == render(report, format_, kb)


# --- HTML -----------------------------------------------------------------------------------------------------


def test_the_page_is_well_formed_and_fetches_nothing(report: Report) -> None:
    text = page(report)
    tags = Tags(text)
    assert not {"script", "link", "img", "iframe", "form", "object", "embed", "base"} & {tag for tag, _ in tags.seen}
    assert not re.search(r"https?:|//|url\(|@import|javascript:", text)
    assert all((each["href"] or "").startswith("#") for each in tags.all("a"))
    assert any((each.get("content") or "").startswith("default-src 'none'") for each in tags.all("meta"))
    assert not any(name.startswith("on") or name == "style" for _, attributes in tags.seen for name in attributes)


def test_links_of_the_page_lead_somewhere_and_headers_have_scopes(report: Report) -> None:
    tags = Tags(page(report))
    ids = [attributes["id"] for _, attributes in tags.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(each["href"] or "")[1:] for each in tags.all("a")} <= set(ids)
    assert all(each.get("scope") in ("row", "col") for each in tags.all("th"))
    assert len(tags.all("h1")) == 1


def test_colors_never_stand_alone(report: Report) -> None:
    badges = re.findall(r'<span class="badge (\w+)"><span aria-hidden="true">(.)</span> ([a-z ]+)', page(report))
    assert {name for name, _, _ in badges} == set(RELATIONS)
    assert len({(mark, word.strip()) for _, mark, word in badges}) == len(RELATIONS)


def test_a_hostile_text_stays_text_in_the_page(hostile: Report) -> None:
    text = page(hostile)
    assert "&lt;script&gt;alert(1)" in text
    assert "script" not in {tag for tag, _ in Tags(text).seen}


# --- CSV, XLSX, Markdown --------------------------------------------------------------------------------------------


def test_csv_has_a_row_for_each_region_with_its_box(report: Report) -> None:
    rows = list(csv.DictReader(StringIO(csv_text(report), newline="")))
    regions = [(pair.pair, region) for pair in report.pairs for region in pair.regions]
    assert len(rows) == len(regions)
    for row, (pair, region) in zip(rows, regions, strict=True):
        assert (row["left"], row["right"], row["relation"]) == (pair.left, pair.right, pair.relation)
        assert {name for name in report.words.vocabulary if row.get(name)} == set(region.region.box)
        assert row["left_clauses"] == "|".join(clause.id for clause in region.left)


def test_csv_has_no_cell_that_is_a_formula(hostile: Report) -> None:
    rows = list(csv.reader(StringIO(csv_text(hostile), newline="")))
    assert any(cell.startswith("'@SUM") for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_workbook_has_frozen_headers_filters_and_no_formula(hostile: Report, report: Report) -> None:
    for each in (hostile, report):
        data = workbook(each)
        for cells in cells_of(data).values():
            assert cells
            assert not [cell for cell in cells if cell.find(f"{SHEET}f") is not None]
        with ZipFile(BytesIO(data)) as file:
            sheets = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
            names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
            everything = "".join(file.namelist())
        assert all('state="frozen"' in sheet and "<cols>" in sheet for sheet in sheets)
        assert sum("<autoFilter" in sheet for sheet in sheets) >= len(sheets) - 2
        assert {"Summary", "Pairs", "Matrix", "Regions", "Side by side", "Method"} <= set(names)
        assert "hyperlink" not in everything
        assert "externalLink" not in everything


def test_the_workbook_has_every_region(report: Report) -> None:
    with ZipFile(BytesIO(workbook(report))) as file:
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
        sheet = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{names.index('Regions') + 1}.xml"))
    assert len(list(sheet.iter(f"{SHEET}row"))) == 1 + sum(len(pair.regions) for pair in report.pairs)


def test_markdown_tables_keep_their_columns_and_markup_stays_text(hostile: Report, report: Report) -> None:
    for each in (hostile, report):
        text = markdown(document(each))
        assert "<script" not in text
        assert not re.search(r"(?<!\\)\]\(", text)
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1
