"""Buttons that download what is made when they are clicked, so that a run of the page stays cheap.

>>> file_stem("../R 1/<b>Ünde", "rationale")
'rationale-R-1-b-Ünde'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from payerlogic.app.html import plain
from payerlogic.documents import ALIASES, MIME

LONGEST = 40


@dataclass(frozen=True)
class Download:
    """One file: what its button says, its name with its ending, and how it is made."""

    label: str
    name: str
    make: Callable[[], bytes]


def show_downloads(downloads: Iterable[Download], key: str) -> None:
    """A row of buttons, as many beside each other as there is room for. ``key`` names the row."""
    with st.container(horizontal=True, key=key):
        for each in downloads:
            st.download_button(
                plain(each.label),
                each.make,
                file_name=each.name,
                mime=MIME.get(each.name.rpartition(".")[2], "application/octet-stream"),
                on_click="ignore",
                key=f"{key}.{each.name.rpartition('.')[2]}.{each.label}",
            )


def show_formats(stem: str, formats: Mapping[str, str], make: Callable[[str], bytes], key: str) -> None:
    """The same in several formats: ``formats`` says what the button of each says, ``make`` makes the file of one."""
    files = [
        Download(label, f"{stem}.{ALIASES.get(each, each)}", partial(make, each)) for each, label in formats.items()
    ]
    show_downloads(files, key)


def file_stem(name: str | None, what: str) -> str:
    """The name of a file without its ending: what it is, and letters and digits of the case's name."""
    words = re.sub(r"[\W_]+", "-", name or "").strip("-")[:LONGEST].strip("-")
    return f"{what}-{words}" if words else what
