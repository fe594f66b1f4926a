"""Installing Debian's packages, where there is apt-get and the right to use it: for what the tests need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

TIMEOUT = 900.0


def install(*packages: str) -> bool:
    """Whether apt-get could install these; it is tried only as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return run("apt-get", "update") and run("apt-get", "install", "-y", "--no-install-recommends", *packages)


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
