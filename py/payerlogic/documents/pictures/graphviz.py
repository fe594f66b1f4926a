"""What every picture that Graphviz lays out shares: how it is drawn, its font, and labels that are text only.

>>> plain_label("a <b> & c")
'a ‹b› &amp; c'
"""

from __future__ import annotations

import os
import sys
import tempfile
from threading import Lock
from xml.etree import ElementTree

import pygraphviz

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
FONT = "DejaVu Sans, Helvetica, Arial, sans-serif"

_drawing = Lock()  # Graphviz keeps state of its own, and so does the stream that is turned aside


def plain_label(text: str) -> str:
    """Text without what Graphviz would read as an escape or markup."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown.replace("\\", "\\\\").replace("<", "‹").replace(">", "›").replace("&", "&amp;")


def accessible(drawn: bytes, name: str, title: str, words: str) -> str:
    """An SVG with a title and a description for those who cannot see it; ``name`` keeps their ids apart on a page."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(drawn)
    for group in root.iter(f"{{{SVG}}}g"):  # generated names would only be read out
        if (generated := group.find(f"{{{SVG}}}title")) is not None:
            group.remove(generated)
    for at, (tag, text) in enumerate((("title", title), ("desc", words))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(at, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-desc")
    return ElementTree.tostring(root, encoding="unicode")


def draw(picture: pygraphviz.AGraph, kind: str) -> bytes:
    """Draw, one picture at a time, without the remarks that the font library prints about the system's own settings."""
    with _drawing:
        return _draw(picture, kind)


def _draw(picture: pygraphviz.AGraph, kind: str) -> bytes:
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as remarks:
            os.dup2(remarks.fileno(), 2)
            try:
                found: bytes = picture.draw(prog="dot", format=kind)
            finally:
                os.dup2(kept, 2)
            remarks.seek(0)
            for line in remarks.read().decode(errors="replace").splitlines():
                if line and not line.startswith("Fontconfig"):
                    print(line, file=sys.stderr)
    finally:
        os.close(kept)
    return found
