"""Voka's work lists on the front page of the back office and on "mijn volgende stap": how much waits, and where."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import CharField, Count, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.enums import State, Status
from certificates.models import Certificate
from companies.enums import IntakeState
from companies.models import Intake
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from practices.enums import PracticeState
from practices.models import Practice
from schools.enums import EvidenceState
from schools.models import Evidence


@dataclass(frozen=True)
class Pile:
    """A kind of work: what it is called, which rows wait, and the filter under which the back office shows just those."""

    title: str | Promise
    rows: QuerySet
    table: str
    filters: dict[str, str]

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.table}_changelist") + "?" + urlencode(self.filters)


@dataclass(frozen=True)
class Worklist:
    """A named pile of work with its size and the admin list that shows it."""

    title: str | Promise
    count: int
    url: str


def _piles() -> list[Pile]:
    return [
        Pile(
            _("Intakes to contact"),
            Intake.objects.filter(state=IntakeState.SUBMITTED),
            "companies_intake",
            {"state__exact": IntakeState.SUBMITTED},
        ),
        Pile(
            _("Intakes in contact"),
            Intake.objects.filter(state=IntakeState.IN_CONTACT),
            "companies_intake",
            {"state__exact": IntakeState.IN_CONTACT},
        ),
        Pile(
            _("Intakes to decide"),
            Intake.objects.filter(state=IntakeState.REFINED),
            "companies_intake",
            {"state__exact": IntakeState.REFINED},
        ),
        Pile(
            _("Accepted intakes to refine"),
            Intake.objects.filter(state=IntakeState.ACCEPTED, refined_at__isnull=True),
            "companies_intake",
            {"state__exact": IntakeState.ACCEPTED, "refined_at__isnull": "True"},
        ),
        Pile(
            _("Evidence to review"),
            Evidence.objects.filter(state=EvidenceState.SUBMITTED),
            "schools_evidence",
            {"state__exact": EvidenceState.SUBMITTED},
        ),
        Pile(
            _("Practices to review"),
            Practice.objects.filter(state=PracticeState.REVIEW),
            "practices_practice",
            {"state__exact": PracticeState.REVIEW},
        ),
        Pile(
            _("Certificates that failed"),
            Certificate.objects.failed(),
            "certificates_certificate",
            {"state__exact": State.FAILED, "status__exact": Status.VALID},
        ),
        Pile(
            _("Mails that were not sent"),
            OutboundMail.objects.filter(sent_at__isnull=True).exclude(failed_reason=""),
            "notifications_outboundmail",
            {"sent_at__isnull": "True"},
        ),
        Pile(
            _("Background work that needs a look"),
            Job.objects.filter(state=JobState.PARKED),
            "jobs_job",
            {"state__exact": JobState.PARKED},
        ),
    ]


def worklists() -> list[Worklist]:
    """Every work list, also the empty ones: staff see that nothing waits. One query."""
    piles = _piles()
    first, *others = (_counted(number, pile.rows) for number, pile in enumerate(piles))
    counts = dict(first.union(*others, all=True))
    return [Worklist(pile.title, counts[str(number)], pile.url) for number, pile in enumerate(piles)]


def _counted(number, rows):
    """One row: which pile, and how many."""
    counted = rows.order_by().annotate(pile=Value(str(number), output_field=CharField()))
    return counted.values("pile").annotate(number=Count("pk")).values_list("pile", "number")
