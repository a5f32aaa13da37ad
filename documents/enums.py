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
