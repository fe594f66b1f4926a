"""The app's Case page on one knowledge base: a first visit and a changed fact, in ms of processor. Run by library.py.

python bench/app_side.py KB
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from streamlit.testing.v1 import AppTest

from measuring import TOP

PATIENCE = 60
AGES = (60, 67, 74, 81)


def main() -> None:
    os.environ["PAYERLOGIC_KB"] = sys.argv[1]
    page = AppTest.from_file(str(TOP / "py" / "payerlogic" / "app" / "served" / "script.py"), default_timeout=PATIENCE)
    page.query_params["service"] = "oxygen_0"
    page.query_params["f.saturation_0"] = "84"
    page.query_params["f.age_years"] = "50"

    def took(run: Callable[[], object]) -> float:
        begun = process_time()
        run()
        assert not page.exception, page.exception
        return (process_time() - begun) * 1000

    first = took(page.run)
    assert "saturation" in str(page), "the page is about another service"
    changes = [took(page.text_input(key="fact.age_years").input(str(age)).run) for age in AGES]
    print(json.dumps({"first": first, "change": median(changes)}))


if __name__ == "__main__":
    main()
