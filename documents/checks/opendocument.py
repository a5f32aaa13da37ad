"""OpenDocument text, sheets and slides: no macros, no password, no links that are followed on opening."""

import re
from collections.abc import Iterator
from pathlib import Path

from documents.checks import archive
from documents.checks.refusal import Reason, Refusal
from documents.checks.types import ACCEPTED

_FOUND = {ACCEPTED[extension].content_type: extension for extension in ("odt", "ods", "odp")}
# LibreOffice writes empty library indexes in any document that ever saw its macro window; modules are what count.
_MACRO_PART = re.compile(r"^(basic/.+/(?!script-l[bc]\.xml$)[^/]+|scripts/.+|dialogs/.+/(?!dialog-l[bc]\.xml$)[^/]+)$")
_LIBRARY_INDEX = re.compile(r"^(basic|dialogs)/(.+/)?(script|dialog)-l[bc]\.xml$")


def check(path: Path, extension: str) -> None:
    """Raise Refusal when this OpenDocument file is broken, locked, active, linked or something else than it says."""
    with archive.opened(path) as package:
        names = package.namelist()
        # The format wants "mimetype" in front; a document that was packed again by hand opens without that just as well.
        if {"mimetype", "content.xml", "META-INF/manifest.xml"} - set(names):
            raise Refusal(Reason.INCOMPLETE)
        declared = archive.read_part(package, "mimetype", at_most=200).decode("ascii", "replace").strip()
        if _FOUND.get(declared) != extension:
            raise Refusal(Reason.CONTENT, extension=extension, found=_FOUND.get(declared, ""))
        if any(_MACRO_PART.match(name.lower()) for name in names if not name.endswith("/")):
            raise Refusal(Reason.MACROS)
        for name, chunks in archive.parts(package):
            _check_part(name, chunks)


def _check_part(name: str, chunks: Iterator[bytes]) -> None:
    lower = name.lower()
    if lower.endswith((".xml", ".rdf")) and not _LIBRARY_INDEX.match(lower):
        archive.read_xml(chunks, on_start=_check_element, known_type="-//OpenOffice.org//DTD ")
    else:
        archive.drain(chunks)


def _check_element(name: str, attributes: dict[str, str]) -> None:
    if name == "encryption-data":
        raise Refusal(Reason.PASSWORD)
    if name in ("dde-source", "dde-connection-decl", "dde-link") or "dde-application" in attributes:
        raise Refusal(Reason.LINKED)
    if name == "event-listener" and attributes.get("href", "").lower().startswith(("vnd.sun.star", "macro:")):
        raise Refusal(Reason.MACROS)
    if name == "module" and "language" in attributes:  # Basic, written inside the document itself
        raise Refusal(Reason.MACROS)
    if name in ("section-source", "table-source") and attributes.get("href"):
        raise Refusal(Reason.LINKED)
