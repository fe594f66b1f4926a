"""Find a Java for the tests that use Spark, or install one.

Looks at JAVA_HOME, then on PATH; an older one than Spark needs does not count. Where there is none, asks apt-get (as
root, where there is one), and says in one line what came of it. Without Java the tests of Spark are skipped; only where
CI=true is that a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import debian

LEAST = 17
PACKAGE = "openjdk-17-jre-headless"


def candidates() -> list[str]:
    """The programs that could be it: what JAVA_HOME names goes first."""
    home = os.environ.get("JAVA_HOME")
    named = [str(Path(home) / "bin" / "java")] if home else []
    return [path for each in [*named, "java"] if (path := shutil.which(each))]


def release(java: str) -> int:
    """The feature release of a Java, such as 17; 0 if it does not say."""
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, errors="replace", timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    told = re.search(r'version "(?:1\.)?([0-9]+)', done.stderr + done.stdout)
    return int(told.group(1)) if told else 0


def find() -> str | None:
    """The path of a Java that is new enough."""
    return next((java for java in candidates() if release(java) >= LEAST), None)


def install() -> str | None:
    """Install a Java and say where it is; None if none could be had."""
    return find() if debian.install(PACKAGE) else None


def main() -> int:
    """Print what was found; the exit code is 1 only if CI has to do without."""
    java = find() or install()
    if java is not None:
        print(f"Java for the tests of Spark: {java} ({release(java)})")
        return 0
    in_ci = os.environ.get("CI") == "true"
    print(
        f"No Java {LEAST} (none found or installed): the tests of Spark {'cannot run' if in_ci else 'will be skipped'}"
    )
    return 1 if in_ci else 0


if __name__ == "__main__":
    sys.exit(main())
