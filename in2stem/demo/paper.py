"""Sheets of paper for the demo: small PDFs that can be uploaded, the same bytes every time."""

import io

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

# Helvetica is in every reader; WinAnsi has the letters of Dutch.
_FONT = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}


def sheet(title: str, lines: tuple[str, ...]) -> bytes:
    """One page of A4 with a title and some lines below it."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in _FONT.items()})
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    words = [f"BT /F1 20 Tf 60 760 Td {_literal(title)} Tj /F1 12 Tf 0 -20 Td"]
    words += [f"0 -22 Td {_literal(line)} Tj" for line in lines]
    contents = StreamObject()
    contents.set_data("\n".join([*words, "ET"]).encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(contents)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _literal(text: str) -> str:
    for sign in "\\()":
        text = text.replace(sign, "\\" + sign)
    return f"({text})"
