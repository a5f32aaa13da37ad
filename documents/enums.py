"""What an uploaded file is for, and where its check stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentPurpose(models.TextChoices):
    EVIDENCE = "evidence", _("Evidence")
    LABEL_PROOF = "label_proof", _("Proof of a label")


class DocumentState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    SAFE = "safe", _("Safe")
    REFUSED = "refused", _("Refused")
    # Found safe once, but its bytes are not on the disk now. Comes back by itself when they do (documents.sweep).
    MISSING = "missing", _("Missing")
    # Taken away by its owner: the bytes are gone, name and SHA-256 stay on record.
    REMOVED = "removed", _("Removed")


# What takes room: the bytes of the others are gone.
STORED = (DocumentState.CHECKING, DocumentState.SAFE)


# Who may open a file is decided by the floor that owns it: a dotted path to a function(user) that returns the ids of the
# documents this person may see (Voka staff see all). documents/ itself knows nothing about schools.
WHO_SEES = {
    DocumentPurpose.EVIDENCE: "schools.selectors.evidence_documents_visible_to",
    DocumentPurpose.LABEL_PROOF: "schools.selectors.label_documents_visible_to",
}

# Who is told that a file was refused: a dotted path to a function(document), called with the refusal.
WHO_HEARS_OF_REFUSAL = {
    DocumentPurpose.EVIDENCE: "schools.notices.tell_of_refused_evidence",
    DocumentPurpose.LABEL_PROOF: "schools.notices.tell_of_refused_proof",
}

# The pages above the log of a file, on the floor that owns it: a dotted path to a function(document) that returns two pairs of
# words and address, the nearest one last; none when the file belongs to nothing there.
WHERE_IT_BELONGS = {
    DocumentPurpose.EVIDENCE: "schools.selectors.pages_above_evidence",
    DocumentPurpose.LABEL_PROOF: "schools.selectors.pages_above_proof",
}
