"""A comparison as one self-contained page, fit to be sent and printed. No script, nothing fetched.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> text = page(Report.of(kb, kb.compare("nia", "bcbsaz")))
>>> text[:15], "<script" in text, "http" in text.replace("http-equiv", "")
('<!DOCTYPE html>', False, False)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from payerlogic.answers.decision import CitedClause
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.writers.style import STYLE
from payerlogic.text.phrases import number, percent, sentence
from payerlogic.wording.comparison import RELATIONS
from payerlogic.wording.regions import PairReport, RegionReport
from payerlogic.wording.side_by_side import Items

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(report: Report) -> str:
    """The whole page as text."""
    title = escape(report.title)
    sections = [
        ("summary", "Summary", _summary(report)),
        ("revised", "What the text revised", _revised(report)),
        ("matrix", "Sites and modalities", _matrix(report)),
        ("sites", "Site by site", _stories(report)),
        ("regions", "All regions", "".join(_pair(report, each) for each in report.pairs)),
        ("readings", "Readings in question", _questions(report)),
        ("sides", "Side by side", _sides(report)),
        ("premises", "What this rests on", _list(report.premises)),
        ("method", "Method and proof", _list(report.method)),
    ]
    shown = [each for each in sections if each[2]]
    links = "".join(f'<li><a href="#{id_}">{heading}</a></li>' for id_, heading, _ in shown)
    body = "".join(
        f'<section id="{id_}" aria-labelledby="{id_}-h"><h2 id="{id_}-h">{heading}</h2>{text}</section>'
        for id_, heading, text in shown
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
        f"<header><h1>{title}</h1><p>{escape(report.subtitle)}</p>"
        f"<p><small>{escape(report.disclaimer)}</small></p></header>"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>{body}</main></body></html>\n'
    )


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _revised(report: Report) -> str:
    """Between two editions of one policy: what was revised, and which presumption hides the effect."""
    return "".join(
        f"<article><h3>{escape(each.heading)}</h3>{_list(each.lines) if each.lines else ''}</article>"
        for each in report.revised
    )


def _badge(relation: str, more: str = "") -> str:
    """A relation by its mark, its word and its color."""
    told = RELATIONS[relation]
    amount = f" {escape(more)}" if more else ""
    return f'<span class="badge {relation}"><span aria-hidden="true">{told.mark}</span> {told.word}{amount}</span>'


# --- Summary and matrix --------------------------------------------------------------------------------------


def _summary(report: Report) -> str:
    mixed = report.mix is not None
    columns = ["relation", report.words.left, report.words.right, "regions", "cells"]
    columns += ["own cases"] if mixed else []
    head = "".join(f'<th scope="col" role="columnheader">{escape(each)}</th>' for each in columns)
    rows = []
    for each in report.pairs:
        cells = [escape(each.left), escape(each.right), f'<a href="#r{each.regions[0].number}">{each.numbers}</a>']
        cells.append(f"{percent(each.pair.share)} <small>({number(each.pair.cells)})</small>")
        cells += [f"{number(each.cases or 0)} <small>({percent(each.cases_share)})</small>"] if mixed else []
        data = "".join(
            f'<td role="cell" data-of="{escape(name)}">{cell}</td>'
            for name, cell in zip(columns[1:], cells, strict=True)
        )
        badge = _badge(each.pair.relation)
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{badge}</th>{data}</tr>')
    return (
        f'{_list(report.summary)}<table class="stack" role="table"><caption>Pairs of classes</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>{_legend()}'
    )


def _legend() -> str:
    items = "".join(f"<li>{_badge(name)} {escape(each.meaning)}</li>" for name, each in RELATIONS.items())
    return f'<ul class="legend">{items}</ul>'


def _matrix(report: Report) -> str:
    if not report.matrix:
        return ""
    head = "".join(f'<th scope="col" role="columnheader">{escape(each)}</th>' for each in report.columns)
    rows = []
    for row in report.matrix:
        cells = "".join(
            f'<td role="cell" data-of="{escape(column)}">{" ".join(_badge(name, share) for name, share in cell)}</td>'
            for column, cell in zip(report.columns, row.cells, strict=True)
        )
        sites = escape(", ".join(row.sites))
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{sites}</th>{cells}</tr>')
    return (
        '<table class="stack matrix" role="table"><caption>How the two relate, as shares of the cells of each site and '
        f'modality</caption><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">site</th>{head}'
        f'</tr></thead><tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


# --- Sites and regions ----------------------------------------------------------------------------------------


def _stories(report: Report) -> str:
    told = []
    for story in report.stories:
        parts = []
        for part in story.parts:
            where = "".join(
                f'<li>{escape(text)} <a href="#r{count}"><small>region {count}</small></a></li>'
                for count, text in part.where
            )
            parts.append(f"<p>{_badge(part.relation)} {_both(report, part.left, part.right)}</p><ul>{where}</ul>")
        told.append(f"<article><h3>{escape(sentence(', '.join(story.sites)))}</h3>{''.join(parts)}</article>")
    return "".join(told)


def _both(report: Report, left: str, right: str) -> str:
    names = report.words.left, report.words.right
    return f"<b>{escape(names[0])}</b> {escape(left)}; <b>{escape(names[1])}</b> {escape(right)}"


def _pair(report: Report, pair: PairReport) -> str:
    regions = "".join(_region(report, each) for each in pair.regions)
    return (
        f'<section class="pair"><h3>{_badge(pair.pair.relation)} {_both(report, pair.left, pair.right)}</h3>'
        f"<p>{percent(pair.pair.share)} of the cells.</p>{regions}</section>"
    )


def _region(report: Report, region: RegionReport) -> str:
    rows = [("Example", escape(region.example))]
    rows.append((escape(report.words.left), _clauses(region.left)))
    rows.append((escape(report.words.right), _clauses(region.right)))
    if region.always:
        rows.append(("Readings", escape(region.always)))
    if region.switches:
        items = "".join(f"<li>{escape(told)}</li>" for _, told in region.switches)
        rows.append(("On the example, it may end if read as", f"<ul>{items}</ul>"))
    if region.whole:
        items = "".join(f"<li>{escape(told)}</li>" for _, told in region.whole)
        rows.append(("In the whole region, it ends if read as", f"<ul>{items}</ul>"))
    told = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows)
    return (
        f'<article class="region" id="r{region.number}"><h4>{region.number}. {escape(sentence(region.where))} '
        f"<small>({percent(region.share)} of the cells)</small></h4><dl>{told}</dl></article>"
    )


def _clauses(clauses: Sequence[CitedClause]) -> str:
    told = (f"{escape(clause.title)} <small>[{escape(clause.citation)}]</small>" for clause in clauses)
    return "<br>".join(told) or "no clause"


def _questions(report: Report) -> str:
    """The readings that some conflict depends on, each with what it asks."""
    return "".join(
        f"<article><h3>{escape(each.question)}</h3><p>Here: {escape(each.taken)}. <small>{escape(each.name)}"
        f"{f' [{escape(each.cited)}]' if each.cited else ''}</small></p></article>"
        for each in report.questions
    )


# --- Side by side ----------------------------------------------------------------------------------------------


def _sides(report: Report) -> str:
    names = report.words.left, report.words.right
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in names)
    rows = []
    for row in report.sides:
        cells = "".join(
            f'<td role="cell" data-of="{escape(name)}">{_items(items)}</td>'
            for name, items in zip(names, (row.left, row.right), strict=True)
        )
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{escape(row.what)}</th>{cells}</tr>')
    return (
        '<table class="stack sides" role="table"><caption>What the two documents say on each subject</caption>'
        f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">subject</th>{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def _items(items: Items) -> str:
    told = [f"{escape(item.text)}{f' <small>[{escape(item.cited)}]</small>' if item.cited else ''}" for item in items]
    return told[0] if len(told) == 1 else f"<ul>{''.join(f'<li>{each}</li>' for each in told)}</ul>"
