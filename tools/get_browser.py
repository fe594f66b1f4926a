"""Find a Chromium for the browser tests, or install one.

Looks at PAYERLOGIC_CHROMIUM, then on PATH, then asks apt-get (as root, where there is one) or
Playwright for one, and says in one line what came of it. Without a browser the browser tests are
skipped; only where CI=true is that a failure.
"""

from __future__ import annotations

import os
import shutil
import sys

import debian

VARIABLE = "PAYERLOGIC_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")


def find() -> str | None:
    """The path of a Chromium that is already here; what PAYERLOGIC_CHROMIUM names goes first."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> str | None:
    """Install a Chromium and say where it is; None if none could be had."""
    if debian.install(*PACKAGES):
        return find()
    if debian.run(sys.executable, "-m", "playwright", "install", "chromium"):
        return "the one that Playwright installed"
    return None


def main() -> int:
    """Print what was found; the exit code is 1 only if CI has to do without."""
    browser = find()
    if browser is None and not os.environ.get(VARIABLE):
        browser = install()
    if browser is not None:
        print(f"Chromium for the browser tests: {browser}")
        return 0
    why = f"{VARIABLE} names no program" if os.environ.get(VARIABLE) else "none found or installed"
    in_ci = os.environ.get("CI") == "true"
    print(f"No Chromium ({why}): the browser tests {'cannot run' if in_ci else 'will be skipped'}")
    return 1 if in_ci else 0


if __name__ == "__main__":
    sys.exit(main())
