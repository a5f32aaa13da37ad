"""Why a file is refused, as a code with facts. The sentence for people is in documents/refusals.py."""

from enum import StrEnum


class Reason(StrEnum):
    """One code per sentence; people read the sentence, never the code."""

    NO_NAME = "no_name"
    TYPE = "type"  # not on the list of accepted types
    CONTENT = "content"  # the content is not what the extension says
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    INCOMPLETE = "incomplete"  # broken or cut off
    PASSWORD = "password"  # noqa: S105 - a reason, not a secret
    OLD_OR_LOCKED = "old_or_locked"  # the container of old Office files and of encrypted new ones
    MACROS = "macros"
    ACTIVE_PDF = "active_pdf"  # script, launch, attachment, XFA, rich media
    LINKED = "linked"  # remote template, external workbook, DDE, linked object
    ATTACHMENT = "attachment"  # a program or file packed inside a document
    UNPACKED = "unpacked"  # a bomb: far more comes out than went in
    ODD = "odd"  # an XML part with a document type of its own, which no Office program writes
    PIXELS = "pixels"
    TOO_COMPLEX = "too_complex"  # the check ran into its limits of time or memory
    VIRUS = "virus"
    FULL = "full"  # the organisation has no room left
    MISSING = "missing"  # the bytes are gone from our disk
    UNCHECKED = "unchecked"  # the check itself could not run: fail closed


class Refusal(Exception):
    """This file is not acceptable. `facts` are plain values that the sentence may need."""

    def __init__(self, reason: Reason, **facts: str | int):
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
