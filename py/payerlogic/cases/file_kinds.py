"""What a file is that is named like text but begins like something else.

>>> kind_of(b"PK\\x03\\x04"), advice_for(b"\\x1f\\x8b\\x08")
('an Excel workbook or another zip archive', 'decompress it first')
"""

from __future__ import annotations

import os
import stat
from errno import EINVAL
from os import PathLike

_AS_TEXT = "save it as text with the encoding UTF-8"
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"PK\x03\x04",
        "an Excel workbook or another zip archive",
        "save the sheet as CSV UTF-8, or name it .xlsx and decide it with 'payerlogic batch'; unpack another archive",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "compressed by gzip", "decompress it first"),
    (b"BZh", "compressed by bzip2", "decompress it first"),
    (b"\xfd7zXZ", "compressed by xz", "decompress it first"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "decompress it first"),
    (b"PAR1", "a Parquet file", "name it .parquet, and decide it with 'payerlogic batch FILE --out OUT'"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV UTF-8"),
    (b"%PDF-", "a PDF document", "export its table as CSV UTF-8"),
    (b"\xff\xfe", "in the encoding UTF-16", _AS_TEXT),
    (b"\xfe\xff", "in the encoding UTF-16", _AS_TEXT),
)


def kind_of(start: bytes) -> str | None:
    """What the first bytes of a file say that it is; None for what may be text."""
    binary = any(byte < 9 for byte in start[:4096])  # text could begin with some of the words
    return next((kind for magic, kind, _ in _KINDS if binary and start.startswith(magic)), None)


def advice_for(start: bytes) -> str:
    """What to do with a file of that kind."""
    return next((advice for magic, _, advice in _KINDS if start.startswith(magic)), _AS_TEXT)


AS_A_TABLE = "decide a table with 'payerlogic batch FILE --out OUT'"
_TABLES = (".xlsx", ".parquet")
_OTHER_TABLES = (".xls", ".xlsm", ".ods", ".tsv")


def advice_for_name(ending: str) -> str:
    """What to do with a file that is a table by the ending of its name, and no case file; empty for any other file.

    >>> advice_for_name(".parquet"), advice_for_name(".tsv"), advice_for_name(".docx")
    ("decide a table with 'payerlogic batch FILE --out OUT'", 'save the table as CSV UTF-8', '')
    """
    if ending in _TABLES:
        return AS_A_TABLE
    return "save the table as CSV UTF-8" if ending in _OTHER_TABLES else ""


def not_a_file(path: str | PathLike[str]) -> str | None:
    """What ``path`` is, where reading it might never end: a pipe, a device, a socket. None for files and folders.

    >>> not_a_file(os.devnull)
    'a device'
    """
    mode = os.stat(path).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def check_is_file(path: str | PathLike[str]) -> None:
    """OSError, with the reason, for what would be read without end."""
    if what := not_a_file(path):
        raise OSError(EINVAL, f"it is {what}, not a file", os.fspath(path))
