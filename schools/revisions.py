"""What changed between two handed-in versions of a piece of evidence, word by word.

What a newcomer gets wrong: comparing files by name. The same name with another SHA-256 is another file.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils import formats
from django.utils.translation import gettext as _

from schools.models import EvidenceRevision

KEPT, ADDED, REMOVED = "kept", "added", "removed"


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, came or went."""

    kind: str
    words: str


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Step:
    """A version with what differs from the one before it; of the first one there is nothing to compare."""

    revision: EvidenceRevision
    is_first: bool
    changes: list[Change]


def steps(revisions: list[EvidenceRevision]) -> list[Step]:
    """Newest first, as `revisions` is; the oldest one is only compared when it is not number 1."""
    found = []
    for at, revision in enumerate(revisions):
        before = revisions[at + 1] if at + 1 < len(revisions) else None
        found.append(Step(revision, before is None, differences(before, revision) if before else []))
    return found


def differences(before: EvidenceRevision, after: EvidenceRevision) -> list[Change]:
    """The fields that differ, in the order of the page."""
    changes = [
        _words(_("Title"), before.title, after.title),
        _words(_("Text"), before.text, after.text),
        _words(_("In English"), before.text_en, after.text_en),
        _whole(_("Date of the practice"), _day(before.practice_date), _day(after.practice_date)),
        _whole(_("Link"), before.link, after.link),
        _set(_("Criteria"), before.criteria, after.criteria),
        _set(_("Files"), _files(before), _files(after)),
    ]
    return [change for change in changes if change]


def _day(day):
    return formats.date_format(day, "d/m/Y")


def _files(revision):
    return [f"{file['name']} (SHA-256 {file['sha256'][:12]}…)" for file in revision.files]


def _words(label, before, after):
    if before == after:
        return None
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    pieces = []
    for kind, low, high, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(KEPT, "".join(old[low:high])))
            continue
        pieces += [
            piece
            for piece in (Piece(REMOVED, "".join(old[low:high])), Piece(ADDED, "".join(new[start:end])))
            if piece.words
        ]
    return Change(label, pieces)


def _whole(label, before, after):
    if before == after:
        return None
    return Change(label, [piece for piece in (Piece(REMOVED, before), Piece(ADDED, after)) if piece.words])


def _set(label, before, after):
    gone = [Piece(REMOVED, each) for each in before if each not in after]
    came = [Piece(ADDED, each) for each in after if each not in before]
    return Change(label, gone + came) if gone or came else None
