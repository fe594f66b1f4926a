"""Files that are there whole or not at all, whoever writes beside us and whenever we are ended.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     replace_file(Path(folder, "report.txt"), b"It is so.")
    ...     Path(folder, "report.txt").read_text(), len(list(Path(folder).iterdir()))
    ('It is so.', 1)

Everything is written under a hidden name that nobody else takes, brought to the disk, and renamed. What somebody
who was killed has left behind is recognized by a lock that nobody holds, and removed.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir
from types import FrameType, ModuleType

fcntl: ModuleType | None = None  # on Windows nothing is locked, so nothing is ever taken for left behind
with suppress(ImportError):
    fcntl = import_module("fcntl")

PREFIX = ".payerlogic-"
YOUNG = 60.0
"""Seconds in which a hidden file may not be locked yet."""
_OURS = re.compile(re.escape(PREFIX) + r"[0-9a-f]{32}(?:[.]part)?")


def hidden_name(suffix: str = ".part") -> str:
    """A name that is unique across threads, processes and containers."""
    return f"{PREFIX}{secrets.token_hex(16)}{suffix}"


def hidden_beside(path: Path) -> Path:
    """A place beside ``path`` to write it at."""
    return path.with_name(hidden_name())


def lock(path: Path) -> int | None:
    """Marks a hidden file or folder as one in use, until the number that comes back is closed."""
    if fcntl is None:
        return None
    with suppress(OSError):  # some network file systems have no locks: what is left there is never removed
        number = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number
        except OSError:
            os.close(number)
    return None


def clean_up(folder: Path) -> None:
    """Remove what a process that is no more has left in ``folder``."""
    with suppress(OSError):
        for each in [path for path in folder.iterdir() if _OURS.fullmatch(path.name)]:
            with suppress(OSError):
                if time.time() - each.lstat().st_mtime > YOUNG and (number := lock(each)) is not None:
                    remove(each)
                    os.close(number)


@contextmanager
def temporary_folder(around: Path | None = None) -> Iterator[Path]:
    """A folder that goes away at the end; one that a killed process left behind goes away at the beginning."""
    outer = around or Path(gettempdir())
    clean_up(outer)
    folder, number = outer / hidden_name(""), None
    try:
        folder.mkdir(mode=0o700)
        number = lock(folder)
        yield folder
    finally:
        remove(folder)
        if number is not None:
            os.close(number)


def remove(path: Path) -> None:
    """A file or folder that may be there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def target_of(path: Path) -> Path:
    """Where a path leads: a link is written through, not replaced."""
    return path.resolve() if path.is_symlink() else path


def sync(path: Path) -> None:
    """Bring a file or folder to the disk."""
    if path.is_dir() and os.name == "nt":  # folders cannot be opened there
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def rename(hidden: Path, path: Path) -> None:
    """Bring what is written to its place, with the permissions of what it replaces."""
    with suppress(FileNotFoundError):
        os.chmod(hidden, path.stat().st_mode & 0o7777)
    os.replace(hidden, path)
    with suppress(OSError):  # a folder that may not be read can still be written to
        sync(path.absolute().parent)


def replace_file(path: Path, data: bytes) -> None:
    """Write a whole file. OSError where it cannot be written; what was there before is then still there."""
    path = target_of(path)
    if path.exists() and not path.is_file():  # a device or a pipe has nothing to lose
        path.write_bytes(data)
        return
    clean_up(path.absolute().parent)
    hidden = hidden_beside(path)
    number = None
    try:
        with hidden.open("xb") as file:
            number = lock(hidden)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with uninterrupted():
            rename(hidden, path)
    finally:
        hidden.unlink(missing_ok=True)
        if number is not None:
            os.close(number)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What is done within is done whole: a polite request to end waits until afterwards."""
    if threading.current_thread() is not threading.main_thread():  # which alone is interrupted
        yield
        return
    heard: list[int] = []

    def later(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    before = {each: signal.signal(each, later) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    for number in heard:
        signal.raise_signal(number)
