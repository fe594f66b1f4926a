"""Find a Chromium for the browser tests, or install one.

Looks at PAYERLOGIC_CHROMIUM, then on PATH, then asks apt-get (as root, where there is one) or
Playwright for one, and says in one line what came of it. Without a browser the browser tests are
skipped; only where CI=true is that a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

VARIABLE = "PAYERLOGIC_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")
TIMEOUT = 900.0


def find() -> str | None:
    """The path of a Chromium that is already here; what PAYERLOGIC_CHROMIUM names goes first."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def run(*command: str) -> bool:
    """Run a command quietly; show the end of what it printed if it failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command)}: {error}", file=sys.stderr)
        return False
    if done.returncode:
        print(f"{' '.join(command)} failed:", *done.stdout.splitlines()[-5:], sep="\n  ", file=sys.stderr)
    return done.returncode == 0


def install() -> str | None:
    """Install a Chromium and say where it is; None if none could be had."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        updated = run("apt-get", "update")
        if updated and run("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES):
            return find()
    if run(sys.executable, "-m", "playwright", "install", "chromium"):
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
