"""Evidence: coverage of the criteria, the review list, and which documents may be opened."""

from dataclasses import dataclass

from django.db.models import Count, Q

from schools.enums import EvidenceState
from schools.models import (
    Criterion,
    Evidence,
    EvidenceLog,
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
    """Ids of the files behind the evidence this person may see, earlier versions included (documents.enums.WHO_SEES)."""
    visible = Evidence.objects.visible_to(user).order_by()
    # Every save writes a step with the file of that moment, so the steps know the present file as well as earlier ones.
    steps = EvidenceLog.objects.filter(evidence__in=visible.values("pk"), document__isnull=False)
    return steps.order_by().values("document")


def label_documents_visible_to(user):
    """Ids of the proofs of a person's own school (documents.enums.WHO_SEES)."""
    return LabelAward.objects.filter(school__in=user.organisation_ids, proof__isnull=False).order_by().values("proof")
