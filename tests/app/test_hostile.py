"""What someone types, pastes, uploads, links to or writes into a knowledge base is shown as text or refused.

In a real Chromium: nothing of it runs, nothing is fetched for it, and no style of it takes hold.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from payerlogic import KnowledgeBase
from payerlogic.app.url_state import _declared
from tests.app.conftest import ROOT, Server, served
from tests.app.visiting import HOSTILE, PAGES, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
EVERYTHING = " ".join(text for name, text in HOSTILE.items() if name != "long")
MEGABYTE = 1024 * 1024


def panel(page: Page) -> Locator:
    """The panel for cases of one's own, opened."""
    field = page.get_by_test_id("stFileUploaderDropzoneInput")
    opens = page.get_by_role("button", name="Paste or upload a case")
    field.or_(opens).first.wait_for(state="attached")
    if not field.count():
        opens.click()
    field.wait_for(state="attached")
    return field


def upload(visit: Visit, name: str, data: bytes) -> None:
    panel(visit.page).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def is_shown_as_text(page: Page) -> None:
    """No element of the hostile text stands in the page, and its style has no effect."""
    assert page.locator("img[src='x'], svg[onload], a[href^='javascript'], img[src*='example.org']").count() == 0
    assert page.locator("[data-testid='stApp'] script").count() == 0
    assert page.locator("[data-testid='stMain'] h1").first.is_visible()


# --- The address ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "case")
@pytest.mark.parametrize("first", [0, 5])
def test_every_parameter_of_every_page(
    browser: Browser, server: Server, kb: KnowledgeBase, path: str, first: int
) -> None:
    texts = [*HOSTILE.values()][first:] + [*HOSTILE.values()][:first]
    names = ["id", "as_of", "presumptions", "nothing", *(text[:40] for text in texts[:3])]
    names += [f"f.{name}" for name in [*kb.vocabulary][first::3]] + ["b.age_years", "r.nothing"]
    names += [f"r.{name}" for name in [*kb.catalog.readings][first::5]]
    names += [name for name in _declared if name.startswith(f"{path or 'case'}.")]
    with visiting(browser, server) as visit:
        visit.go(f"{path}?{urlencode(dict(zip(names, cycle(texts), strict=False)), quote_via=quote)}")
        is_shown_as_text(visit.page)


def test_an_address_as_long_as_a_server_takes(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go("?" + urlencode({f"f.x{number}": "x" * 40 for number in range(150)}))
        visit.page.get_by_role("alert").get_by_text("more parameters cannot be used").wait_for()


# --- What is typed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [EVERYTHING, HOSTILE["long"]], ids=["everything", "long"])
def test_every_field_for_text(browser: Browser, server: Server, text: str) -> None:
    with visiting(browser, server) as visit:
        visit.go("?f.age_years=50")
        page = visit.page
        fields = page.locator("[data-testid='stMain'] input[type=text]:visible:not([role=combobox])")
        fields.nth(2).wait_for()  # a page that has come to rest can still be about to run again
        names = fields.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
        for name in names:
            field = page.get_by_role("textbox", name=name, exact=True)
            if field.count() == 1 and field.is_visible():  # what is wrong above can close what is below
                field.fill(text)
                field.press("Enter")
                visit.settle()
        assert len(names) > 2
        assert text[:20] in page.locator("body").inner_text() + _values(page)
        is_shown_as_text(page)


def _values(page: Page) -> str:
    found = page.locator("input").evaluate_all("all => all.map(each => each.value).join(' ')")
    return str(found)


@pytest.mark.parametrize("text", [HOSTILE["script"], HOSTILE["markdown image"], HOSTILE["formula"], HOSTILE["asp"]])
def test_what_an_address_says_was_typed_in_a_list(browser: Browser, server: Server, text: str) -> None:
    with visiting(browser, server) as visit:
        visit.go("?" + urlencode({"typed.primary_site": text, "typed.cpt_codes": text, "f.age_years": "50"}))
        visit.page.get_by_role("alert").first.wait_for()
        is_shown_as_text(visit.page)


# --- What is pasted and uploaded --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (EVERYTHING, "the text.yaml"),
        (json.dumps({"id": EVERYTHING, "primary_site": "brain"}), "Loaded"),
        (json.dumps({EVERYTHING[:80]: "x"}), "unknown attribute"),
        ("a: &a [x]\nb: [*a, *a]", "anchors and aliases"),
        ("primary_site: !!python/object/apply:os.system [echo]", "the tag"),
        ("[" * 20_000, "the text.json"),
        ("[" * 900, "is not JSON from here on"),
        ("- " * 900 + "x", "nested too deeply"),
    ],
    ids=["everything", "hostile id", "hostile attribute", "alias", "tag", "brackets", "nested json", "nested yaml"],
)
def test_a_pasted_text(browser: Browser, server: Server, text: str, told: str) -> None:
    with visiting(browser, server) as visit:
        visit.go()
        page = visit.page
        panel(page)
        area = page.get_by_role("textbox", name="Paste a note, or a case as JSON or YAML")
        area.fill(text)
        area.press("Control+Enter")
        page.get_by_role("button", name="Read the text").click()
        page.get_by_text(told).first.wait_for()
        visit.settle()
        is_shown_as_text(page)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("<img src=x onerror=window.owned=1>.yaml", b"primary_site: brian", "did you mean 'brain'?"),
        ("x.csv", f'id,primary_site\n"{HOSTILE["formula"]}",brain\n'.encode(), "Loaded"),
        ("x.csv", b"<script>window.owned=1</script>,b\n1,2\n", "unknown column"),
        ("x.json", b"\x00\x01\x02" * 100, "is not UTF-8 text"),
        ("x.json", b'{"a":' * 5000, "x.json"),
        ("x.yaml", b"- {a: &x [1,1,1,1,1,1,1,1,1]}\n- {b: &y [*x,*x,*x,*x]}\n", "anchors and aliases"),
        ("x.yaml", b"[" * 1_000_000, "nested too deeply"),
        ("x.jsonl", b"\n".join([b"[]"] * 50), "none of the first 10 records is a case"),
        ("x.csv", b"id,primary_site\n" + b'A,"' + b"x" * 3_000_000, "x.csv"),
        ("x.csv", b"", "x.csv"),
    ],
    ids=[
        *("name", "formula", "column", "binary", "deep json", "bomb", "deep yaml", "no cases", "open quote", "empty"),
    ],
)
def test_an_uploaded_file_is_told_in_words_and_soon(
    browser: Browser, server: Server, name: str, data: bytes, told: str
) -> None:
    with visiting(browser, server) as visit:
        visit.go()
        start = time.monotonic()
        upload(visit, name, data)
        visit.page.get_by_text(told).first.wait_for()
        assert time.monotonic() - start < 30
        visit.settle()
        is_shown_as_text(visit.page)
        still = visit.page.get_by_role("heading", name="Or begin with your own")  # where nothing was loaded
        still.or_(visit.page.get_by_role("button", name="Clear the case")).first.wait_for()


def test_fifty_megabytes_are_refused_with_a_message(browser: Browser, server: Server, tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (50 * MEGABYTE))
    with visiting(browser, server) as visit:
        visit.go()
        panel(visit.page).set_input_files(large)
        visit.page.get_by_text(re.compile("must be .*MB or smaller|exceeds|too large", re.IGNORECASE)).first.wait_for()
        assert visit.page.get_by_role("heading", name="Or begin with your own").count() == 1, "the page still stands"


def test_the_server_itself_refuses_what_is_too_large(browser: Browser, server: Server) -> None:
    """Whoever goes around the page's own check gets no further."""
    import http.client

    connection = http.client.HTTPConnection("localhost", server.port, timeout=30)
    try:
        connection.request("PUT", "/_stcore/upload_file/x/y", body=b" " * (48 * MEGABYTE))
        assert connection.getresponse().status >= 400
    except (BrokenPipeError, ConnectionResetError):
        pass  # it does not even listen to the end
    finally:
        connection.close()


# --- The knowledge base --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a knowledge base in which a payer's every word is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    copytree(ROOT / "kb", folder / "kb")
    (folder / "kb" / "policies" / "mal.lp").write_text(MAL, encoding="utf-8")
    with served(folder / "log.txt", folder / "kb") as running:
        yield running


def _quoted(name: str) -> str:
    return HOSTILE[name].replace("\\", "\\\\").replace('"', '\\"')


MAL = f"""\
% A made-up payer whose words are hostile, for tests only.
payer(mal, "{_quoted("script")}").
policy(mal, mal, iort, "{_quoted("image")}", "{_quoted("markdown image")}").
version(mal, 20200101, "{_quoted("svg")}").
history(mal, 202001, "{_quoted("markdown link")}").
vague(mal, reach, "{_quoted("style")} {_quoted("image")}").
statement(mal, "M1", "{_quoted("script")}", "{_quoted("markdown link")}", "{_quoted("image")}", rule).
clause(mal, m1, "{_quoted("svg")} {_quoted("bare address")}").
met(mal, m1) :- criterion(mal, hostile).
criterion(mal, hostile) :- case(primary_site, brain), reading(mal_reach, every_age).
criterion(mal, hostile) :- case(primary_site, brain), reading(mal_reach, adults), at_least(age_years, 18).
label(criterion(mal, hostile), "{_quoted("markdown image")} {_quoted("script")}").
bound(age_years, at_least, 18).
concludes(mal, m1, medically_necessary).
cites(mal, m1, "M1").
cites(mal, hostile, "M1").
ambiguity(mal, mal_reach, "{_quoted("image")} {_quoted("markdown image")} {_quoted("bare address")}",
  "{_quoted("script")}").
option(mal_reach, 1, every_age, "{_quoted("markdown link")}").
option(mal_reach, 2, adults, "{_quoted("svg")} {_quoted("bare address")}").
cites(mal, mal_reach, "M1").
"""


@pytest.mark.parametrize(
    "path",
    [
        "?f.primary_site=brain",
        "?f.primary_site=brain&case.section=Why&case.payer=mal&case.view=all",
        "?f.primary_site=brain&case.section=Why+not&case.payer=mal",
        "?f.primary_site=breast&case.section=What+to+ask",
        "?f.primary_site=brain&case.section=Why+the+payers+disagree&case.left=mal&case.right=nia",
        "?f.primary_site=brain&case.section=Export",
        "compare?compare.left=mal&compare.right=nia",
        "consistency?consistency.payer=mal&consistency.policy=mal",
        "policies?policies.policy=mal&policies.payer=mal",
    ],
)
def test_a_hostile_knowledge_base(browser: Browser, hostile_server: Server, path: str) -> None:
    with visiting(browser, hostile_server) as visit:
        visit.go(path)
        visit.page.wait_for_timeout(1500)
        visit.settle()
        assert visit.page.get_by_text("Something went wrong").count() == 0
        assert "<script>" in visit.page.locator("body").inner_text() + _values(visit.page)
        is_shown_as_text(visit.page)
