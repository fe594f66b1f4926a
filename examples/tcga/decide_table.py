"""Decide every row of a TCGA clinical table at every payer, and count what came out.

    python examples/tcga/decide_table.py clinical.csv --modality electron_beam --out results

Nobody in such a table was a candidate for intraoperative radiotherapy: each row is asked as if it had
been requested, with one modality for all, so the counts tell of the policies and not of the patients.
``--rules`` prints how a row becomes a case, and why so. Barcodes go into the files of ``--out`` only.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from table_rules import COLUMNS, ID_COLUMN, NOT_STATED, RULES, ReadRow, clean, read_row

from payerlogic import DISCLAIMER, CaseError, DecidedCase, Determination, KnowledgeBase, PayerlogicError, Settings
from payerlogic.errors import Problem

MODALITY = "electron_beam"
UNKNOWN_SITE = "unknown"
WIDE = 132  # columns, where the output is no terminal and nothing tells its width


@dataclass(frozen=True)
class Decided:
    """A row that was decided."""

    number: int
    row: ReadRow
    decided: DecidedCase

    @property
    def site(self) -> str:
        return str(self.row.case.stated.get("primary_site", UNKNOWN_SITE))


@dataclass(frozen=True)
class Refused:
    """A row that was not, and why."""

    number: int
    id: str
    reasons: tuple[str, ...]


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, or, by its ending, of one with tabs."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t" if path.suffix in (".tsv", ".txt") else ",")
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise PayerlogicError(Problem(f"no column {', '.join(missing)}", str(path)))
            return [clean(row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PayerlogicError(Problem(f"cannot be read as a table ({error})", str(path))) from None


def decide_rows(
    kb: KnowledgeBase, rows: Iterable[Mapping[str, str]], modality: str, settings: Settings
) -> Iterator[Decided | Refused]:
    """Every row in turn, numbered from 1."""
    for number, row in enumerate(rows, start=1):
        id_ = f"{number} {row[ID_COLUMN]}".strip()
        read = read_row(row, id_, {"modality": modality})
        if read is None:
            yield Refused(number, id_, ("the row records nothing of the patient",))
            continue
        try:
            yield Decided(number, read, kb.decide(read.case, settings=settings))
        except CaseError as error:
            yield Refused(number, id_, tuple(map(str, error.problems)))


# --- What is printed ---------------------------------------------------------------------------------


def result(determination: Determination) -> str:
    """A decided class, or the classes between which the row is open."""
    if determination.class_ is not None:
        return determination.class_
    return "open:\n" + "\n".join(f"  {class_}" for class_ in determination.possible)


def outcome_table(kb: KnowledgeBase, payer: str, decided: list[Decided]) -> Table:
    """How many rows of each site came out how, at one payer."""
    counts = Counter((result(each.decided.determinations[payer]), each.site) for each in decided)
    present = {site for _, site in counts}
    sites = [site for site in (*kb.vocabulary["primary_site"].spelled, UNKNOWN_SITE) if site in present]
    totals = Counter(result(each.decided.determinations[payer]) for each in decided)
    table = Table(title=f"{kb.catalog.policies[payer].payer}: rows by class and site", title_justify="left")
    table.add_column("class")
    for site in (*sites, "all"):
        table.add_column(site.replace("_", "\n"), justify="right")
    for name, total in totals.most_common():
        table.add_row(name, *(str(counts[name, site] or "") for site in sites), str(total))
    return table


def deciding_table(kb: KnowledgeBase, decided: list[Decided]) -> Table:
    """How many open rows turn on each unknown fact."""
    counts = {
        payer: Counter(name for each in decided for name in each.decided.determinations[payer].deciding)
        for payer in kb.policies
    }
    table = Table(title="unknown facts that can change the class of open rows", title_justify="left")
    table.add_column("attribute")
    for payer in kb.policies:
        table.add_column(payer, justify="right")
    for name in sorted(kb.vocabulary, key=lambda name: -sum(each[name] for each in counts.values())):
        if any(each[name] for each in counts.values()):
            table.add_row(name, *(str(counts[payer][name] or "") for payer in kb.policies))
    return table


def counted(title: str, texts: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("rows", justify="right")
    table.add_column("what")
    for text, count in Counter(texts).most_common():
        table.add_row(str(count), text)
    return table


def rules_table() -> Table:
    table = Table(title="how a row becomes a case", title_justify="left", show_lines=True)
    for heading in ("attribute", "columns", "rule", "reason"):
        table.add_column(heading)
    for rule in RULES:
        table.add_row(rule.attribute, "\n".join(rule.columns), rule.how, rule.why)
    for attributes, why in NOT_STATED:
        table.add_row(attributes.replace(", ", "\n"), "", "left unknown", why)
    table.add_row("modality", "", "the same for every row (--modality)", "no row records one")
    return table


# --- What is written ---------------------------------------------------------------------------------


def write_results(folder: Path, kb: KnowledgeBase, decided: list[Decided], refused: list[Refused]) -> None:
    """results.jsonl (everything), results.csv (a line for each row and payer) and refused.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "results.jsonl").open("w", encoding="utf-8") as file:
        for each in decided:
            stated = kb.read(each.row.case).to_dict(kb.vocabulary)
            record = {**each.decided.to_dict(), "row": each.number, "stated": stated, "notes": list(each.row.notes)}
            file.write(json.dumps(record, sort_keys=True) + "\n")
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "row", "site", "payer", "outcome", "class", "possible", "deciding", "clauses", "notes"])
        for each in decided:
            for payer, found in each.decided.determinations.items():
                lists = [found.possible, found.deciding, [clause.id for clause in found.clauses], each.row.notes]
                start = [each.decided.id, each.number, each.site, payer, found.outcome, found.class_ or ""]
                writer.writerow([*start, *(";".join(items) for items in lists)])
    with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "row", "reasons"])
        writer.writerows([each.id, each.number, "; ".join(each.reasons)] for each in refused)


def arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Decide every row of a TCGA clinical table at every payer, and count what came out.",
        epilog="example: python examples/tcga/decide_table.py clinical.csv --modality electron_beam --out results",
    )
    parser.add_argument("table", type=Path, nargs="?", help="the table, comma- or tab-separated (.tsv, .txt)")
    parser.add_argument("--modality", default=MODALITY, help=f"assumed for every row (default: {MODALITY})")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day of service, year-month-day (default: today)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the results of each row there")
    parser.add_argument("--rules", action="store_true", help="print how a row becomes a case, and stop")
    found = parser.parse_args(words)
    if found.table is None and not found.rules:
        parser.error("name a table, or ask for --rules")
    return found


def main(words: list[str] | None = None) -> int:
    """Exit status: 0 done, 2 if the table or some of its rows could not be used."""
    asked = arguments(words)
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    progress = Console(stderr=True)
    if asked.rules:
        console.print(rules_table())
        return 0
    try:
        rows = read_table(asked.table)
        kb = KnowledgeBase.load()
        modality = kb.read({"modality": asked.modality}).facts.get("modality")
        if modality is None:
            raise PayerlogicError(Problem("a modality has to be assumed", "--modality"))
    except PayerlogicError as error:
        for problem in error.problems:
            progress.print(f"error: {problem}", markup=False, highlight=False, soft_wrap=True)
        return 2
    settings = kb.settings(as_of=asked.as_of)
    waiting = track(rows, "deciding", console=progress, transient=True, disable=not sys.stderr.isatty())
    results = list(decide_rows(kb, waiting, str(modality), settings))
    decided = [each for each in results if isinstance(each, Decided)]
    refused = [each for each in results if isinstance(each, Refused)]
    console.print(
        f"{len(results)} rows: {len(decided)} decided, {len(refused)} refused; each asked as if IORT with {modality} "
        f"had been requested on {settings.as_of.isoformat()}; knowledge base {kb.digest}.",
        highlight=False,
        soft_wrap=True,
    )
    for payer in kb.policies:
        console.print(outcome_table(kb, payer, decided))
    if any(found.deciding for each in decided for found in each.decided.determinations.values()):
        console.print(deciding_table(kb, decided))
    if notes := [note for each in decided for note in each.row.notes]:
        console.print(counted("chosen or left unknown", notes))
    for each in refused:
        reasons = "; ".join(each.reasons)
        console.print(f"row {each.number} refused: {reasons}", markup=False, highlight=False, soft_wrap=True)
    if asked.out is not None:
        write_results(asked.out, kb, decided, refused)
        console.print(f"written: results.jsonl, results.csv and refused.csv in {asked.out}", highlight=False)
    console.print(DISCLAIMER)
    return 2 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
