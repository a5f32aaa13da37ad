"""Reads about certificates: the list, how a trajectory stands, and what the public page tells."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.policy import is_voka_staff
from certificates.eligibility import Eligibility, eligibilities, of_participations
from certificates.enums import ISSUING_PHASES, State, Status
from certificates.facts import shown_enterprise_number
from certificates.models import Certificate, CertificateRefusal
from phases.enums import Phase
from phases.models import Participation, Trajectory
from phases.selectors import phase_is


def certificate_list(user, words=""):
    """Certificates this person may see; each of `words` occurs in the number, the company's or the trajectory's name."""
    certificates = Certificate.objects.visible_to(user).select_related("organisation", "trajectory")
    for word in words.split():
        certificates = certificates.filter(
            Q(number__icontains=word) | Q(organisation__name__icontains=word) | Q(trajectory__name__icontains=word)
        )
    return certificates


@dataclass(frozen=True)
class Row:
    """One company in one trajectory: how it stands, and what was decided."""

    standing: Eligibility
    certificate: Certificate | None
    refusal: CertificateRefusal | None

    @property
    def organisation(self):
        return self.standing.organisation

    @property
    def is_decided(self) -> bool:
        return self.certificate is not None or self.refusal is not None

    @property
    def can_be_issued(self) -> bool:
        return self.standing.eligible and not self.is_decided


def prospects(user) -> list[Row]:
    """How the companies of this person stand in trajectories where they have no valid certificate. Nine queries."""
    if is_voka_staff(user):
        return []
    participations = Participation.objects.active().filter(
        organisation__in=user.organisation_ids, organisation__kind=OrganisationKind.COMPANY
    )
    pairs = set(participations.values_list("organisation", "trajectory"))
    if not pairs:
        return []
    of_mine = {"organisation__in": user.organisation_ids}
    pairs -= set(Certificate.objects.valid().filter(**of_mine).values_list("organisation", "trajectory"))
    refusals = {(row.organisation_id, row.trajectory_id): row for row in CertificateRefusal.objects.filter(**of_mine)}
    standings = {(each.organisation.pk, each.trajectory.pk): each for each in of_participations(participations)}
    return [
        Row(standing, certificate=None, refusal=refusals.get(pair))
        for pair, standing in standings.items()
        if pair in pairs
    ]


@dataclass(frozen=True)
class Overview:
    """All companies of a trajectory in three groups. Eight queries, however many companies."""

    ready_to_issue: list[Row]
    decided: list[Row]
    not_yet: list[Row]


def overview(trajectory) -> Overview:
    """Who gets a certificate, who has one or was refused, and who not yet and why."""
    certificates = {row.organisation_id: row for row in trajectory.certificates.valid()}
    refusals = {row.organisation_id: row for row in trajectory.certificate_refusals.select_related("by")}
    rows = [
        Row(standing, certificates.get(standing.organisation.pk), refusals.get(standing.organisation.pk))
        for standing in eligibilities(trajectory)
    ]
    return Overview(
        ready_to_issue=[row for row in rows if row.can_be_issued],
        decided=[row for row in rows if row.is_decided],
        not_yet=[row for row in rows if not row.is_decided and not row.standing.eligible],
    )


def failed_certificates():
    """Valid certificates whose PDF could not be made: Voka's work list."""
    return Certificate.objects.failed()


def by_token(token) -> Certificate | None:
    """The certificate behind a public code; None when there is none."""
    return Certificate.objects.filter(token=token).first()


def by_number(number, enterprise_number) -> Certificate | None:
    """The certificate with this number, when the enterprise number on it is right too: numbers alone are easy to guess."""
    certificate = Certificate.objects.filter(number=number).first()
    if certificate is None or certificate.facts["enterprise_number"] != enterprise_number:
        return None
    return certificate


def public_facts(certificate) -> dict[str, Any]:
    """What anyone may know of a certificate, as JSON: what was printed and whether it holds."""
    facts = certificate.facts
    status = certificate.status
    if status == Status.VALID and not certificate.is_ready:
        status = State.QUEUED.value
    return {
        "status": status,
        "number": certificate.number,
        "company": facts["company"],
        "enterprise_number": shown_enterprise_number(facts),
        "trajectory": facts["trajectory"],
        "school_years": facts["school_years"],
        "workgroups": facts["workgroups"],
        "contributions": facts["contributions"],
        "issuer": facts["chamber"],
        "signatory": facts["signatory"],
        "issued_on": facts["issued_on"],
        "revoked_on": timezone.localdate(certificate.revoked_at).isoformat() if certificate.revoked_at else None,
        "revoked_reason": certificate.revoked_reason or None,
        "sha256": certificate.sha256 or None,
        "is_stem_school_label": False,
    }


def issuing_is_open(trajectory) -> bool:
    """Whether the phase lets certificates be issued; services.issue asks the same."""
    return phase_is(trajectory, *ISSUING_PHASES)


def trajectories_in_issue(user):
    """Trajectories in the phase of the certificates, for staff."""
    return Trajectory.objects.visible_to(user).filter(phase=Phase.LEVEL_UP).select_related("chamber")
