"""A refusal in words: what is wrong with the file and what to do about it. One sentence or two, for a teacher."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.checks.refusal import Reason

_SENTENCES = {
    Reason.NO_NAME: gettext_lazy(
        "This file has no proper name. Give it a name with an ending, for example poster.pdf."
    ),
    Reason.TYPE: gettext_lazy(
        "We do not accept this type of file. Send a PDF, photo, Office document, OpenDocument or MP4."
    ),
    Reason.EMPTY: gettext_lazy("This file is empty. Choose another file."),
    Reason.TOO_LARGE: gettext_lazy("This file is %(size)s MB. The maximum is %(maximum)s MB."),
    Reason.INCOMPLETE: gettext_lazy("This file does not seem to be complete. Save it again and upload it once more."),
    Reason.PASSWORD: gettext_lazy("This file is protected by a password. Send a version without a password."),
    Reason.OLD_OR_LOCKED: gettext_lazy(
        "This document has a password or an old format. Save it without a password as .docx, .xlsx or .pptx."
    ),
    Reason.MACROS: gettext_lazy("This document contains macros. Save it without macros (.docx, .xlsx or .pptx)."),
    Reason.ACTIVE_PDF: gettext_lazy(
        "This PDF contains a script or an attachment. Print the document to a new PDF and try again."
    ),
    Reason.LINKED: gettext_lazy(
        "This document fetches something from another file or program. Break those links and save it again."
    ),
    Reason.ATTACHMENT: gettext_lazy("This document has a file packed inside. Take it out and save the document again."),
    Reason.UNPACKED: gettext_lazy(
        "This file is built in an unusual way and becomes far too large when opened. Save it again as a PDF."
    ),
    Reason.ODD: gettext_lazy(
        "This file is built in an unusual way, so we cannot check it. Open it, save it as a PDF and send that."
    ),
    Reason.PIXELS: gettext_lazy("This picture has more than 50 million pixels. Make it smaller and try again."),
    Reason.TOO_COMPLEX: gettext_lazy("We could not check this file: it is too complex. Save it as a simple PDF."),
    Reason.VIRUS: gettext_lazy(
        "Our virus scanner stopped this file. Have your computer checked and choose another file."
    ),
    Reason.FULL: gettext_lazy("Your storage is full. Remove an old file or contact Voka."),
    Reason.MISSING: gettext_lazy("We lost this file: it is no longer on our disk. Upload it again or contact Voka."),
    Reason.UNCHECKED: gettext_lazy("We could not check this file because of a problem on our side. Upload it again."),
}
_FOUND = {
    "pdf": gettext_lazy("a PDF"),
    "png": gettext_lazy("a PNG picture"),
    "jpeg": gettext_lazy("a JPEG picture"),
    "webp": gettext_lazy("a WebP picture"),
    "gif": gettext_lazy("a GIF picture"),
    "bmp": gettext_lazy("a BMP picture"),
    "tiff": gettext_lazy("a TIFF picture"),
    "mp4": gettext_lazy("a video"),
    "word": gettext_lazy("a Word document"),
    "excel": gettext_lazy("an Excel workbook"),
    "powerpoint": gettext_lazy("a PowerPoint presentation"),
    "odt": gettext_lazy("an OpenDocument text"),
    "ods": gettext_lazy("an OpenDocument spreadsheet"),
    "odp": gettext_lazy("an OpenDocument presentation"),
    "old_office": gettext_lazy("an old Office document"),
    "rtf": gettext_lazy("an RTF document"),
    "zip": gettext_lazy("a zip archive"),
    "archive": gettext_lazy("an archive"),
    "program": gettext_lazy("a program"),
    "markup": gettext_lazy("a web page or drawing in text form"),
}


def sentence(reason: Reason, facts: dict | None = None) -> str:
    """The refusal in the current language."""
    facts = facts or {}
    if reason == Reason.CONTENT:
        return _wrong_content(facts["extension"], facts.get("found", ""))
    return str(_SENTENCES[reason]) % facts


# Another ending would not help these.
_NEVER_ACCEPTED = {"program", "archive", "zip", "markup"}


def _wrong_content(extension, found):
    if found in _NEVER_ACCEPTED:
        return _(
            "This file is called .%(extension)s, but it is %(found)s. We do not accept that: choose another file."
        ) % {
            "extension": extension,
            "found": _FOUND[found],
        }
    if found in _FOUND:
        return _(
            "This file is called .%(extension)s, but it is %(found)s. Save it as %(type)s or correct the ending."
        ) % {
            "extension": extension,
            "found": _FOUND[found],
            "type": extension.upper(),
        }
    return _("This file is called .%(extension)s, but it contains something else. Save it again as %(type)s.") % {
        "extension": extension,
        "type": extension.upper(),
    }
