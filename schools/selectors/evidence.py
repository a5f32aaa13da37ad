"""Evidence: coverage of the criteria, the review list, and which documents may be opened."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from schools.enums import EvidenceState
from schools.models import (
    Criterion,
    Evidence,
    EvidenceFile,
    LabelAward,
)
from schools.selectors.assessment import ElementRows, current_criteria, grouped

SQUARES = 8


@dataclass(frozen=True)
class Square:
    """One piece of evidence on the map."""

    left: int
    is_approved: bool

    @property
    def inner_left(self) -> int:
        """Where an open square starts, whose line is drawn around it."""
        return self.left + 1


@dataclass(frozen=True)
class Cell:
    """A criterion on the coverage map: how much evidence was handed in for it, and how much of that is approved."""

    criterion: Criterion
    total: int
    approved: int

    @property
    def squares(self) -> list[Square]:
        """One per piece of evidence, the approved ones first."""
        return [Square(9 * n, n < self.approved) for n in range(min(self.total, SQUARES))]

    @property
    def squares_width(self) -> int:
        return 9 * min(self.total, SQUARES)


def coverage(school) -> list[ElementRows]:
    """Evidence per criterion, grouped by key element; drafts do not count yet. One query."""
    handed_in = Q(evidence__school=school.pk) & ~Q(evidence__state=EvidenceState.DRAFT)
    approved = Q(evidence__school=school.pk, evidence__state=EvidenceState.APPROVED)
    criteria = current_criteria().annotate(
        handed_in=Count("evidence", filter=handed_in, distinct=True),
        approved=Count("evidence", filter=approved, distinct=True),
    )
    return grouped([Cell(criterion, criterion.handed_in, criterion.approved) for criterion in criteria])


def evidence_to_review():
    """What waits for Voka, oldest first."""
    return Evidence.objects.filter(state=EvidenceState.SUBMITTED).order_by("state_since", "id")


def evidence_documents_visible_to(user):
    """Ids of the files of the evidence this person may see, also of those taken off (documents.enums.WHO_SEES)."""
    visible = Evidence.objects.visible_to(user).order_by()
    return EvidenceFile.objects.filter(evidence__in=visible.values("pk")).order_by().values("document")


def pages_above_evidence(document) -> list[tuple[str, str]]:
    """From the log of a file back to its evidence (documents.enums.WHERE_IT_BELONGS)."""
    evidence = Evidence.objects.select_related("school").filter(files__document=document).first()
    if evidence is None:
        return []
    return [(_("Evidence"), evidence.school.get_evidence_url()), (evidence.title, evidence.get_absolute_url())]


def evidence_of(school, *, state="", criterion=""):
    """A school's evidence with its files, newest first; `criterion` is a number."""
    found = school.evidence.with_files()
    if state:
        found = found.filter(state=state)
    if criterion:
        found = found.filter(criteria__number=criterion).distinct()
    return found


def label_documents_visible_to(user):
    """Ids of the proofs of a person's own school (documents.enums.WHO_SEES)."""
    return LabelAward.objects.filter(school__in=user.organisation_ids, proof__isnull=False).order_by().values("proof")


def pages_above_proof(document) -> list[tuple[str, str]]:
    """From the log of a proof back to the label of its school (documents.enums.WHERE_IT_BELONGS)."""
    award = LabelAward.objects.select_related("school__organisation").filter(proof=document).first()
    if award is None:
        return []
    school = award.school
    return [(str(school), school.get_absolute_url()), (_("Self-assessment and label"), school.get_label_url())]
