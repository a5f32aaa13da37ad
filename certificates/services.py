"""Verbs on certificates: issue, decide not to, draw the PDF, retry, revoke.

The trajectory's row is the lock for every decision to issue or not, so that issuing and moving the phase queue up; what happens
to one certificate locks only that row. A number taken in a rolled-back transaction goes to the next certificate: nobody ever
saw it, and there are no gaps.
"""

import hashlib
import logging
import os
import re
import unicodedata
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.policy import Action, Conflict, require
from certificates import facts
from certificates.eligibility import eligibilities, eligibility, rules_of
from certificates.enums import ISSUING_PHASES, Event, State, Status
from certificates.models import (
    REASON_MAX_LENGTH,
    Certificate,
    CertificateCounter,
    CertificateLog,
    CertificateRefusal,
)
from companies.models import Company
from jobs.services import GiveUp, enqueue
from notifications.services import queue_mail
from phases.enums import Phase
from phases.models import Trajectory
from phases.selectors import phase_is
from practices.selectors import published_of
from workgroups.selectors import contributions_of

logger = logging.getLogger(__name__)

RENDER = "certificates.render"


# --- Deciding ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def issue(*, organisation, trajectory, by) -> Certificate:
    """Give a company its certificate; its PDF follows in the background. Asking again answers the same certificate.

    Raises Conflict with every reason: the phase, a decision not to issue, each condition that is not met.
    """
    require(by, Action.ISSUE_CERTIFICATE, trajectory)
    trajectory = _enter(trajectory)
    existing = Certificate.objects.valid().filter(organisation=organisation, trajectory=trajectory).first()
    if existing:
        return existing
    _require_issuing_phase(trajectory)
    refusal = CertificateRefusal.objects.filter(organisation=organisation, trajectory=trajectory).first()
    if refusal:
        raise Conflict(
            _("Voka decided not to issue this certificate: %(reason)s Withdraw that decision first.")
            % {"reason": _as_sentence(refusal.reason)}
        )
    standing = eligibility(organisation, trajectory)
    if not standing.eligible:
        raise Conflict(*standing.blockers)
    return _write(organisation, trajectory, rules_of(trajectory), by)


@transaction.atomic
def issue_to_all(*, trajectory, by) -> list[Certificate]:
    """Give every company that meets the conditions its certificate; skips who has one or was refused. Returns the new ones."""
    require(by, Action.ISSUE_CERTIFICATE, trajectory)
    trajectory = _enter(trajectory)
    _require_issuing_phase(trajectory)
    rules = rules_of(trajectory)
    decided = set(trajectory.certificates.valid().values_list("organisation", flat=True))
    decided |= set(trajectory.certificate_refusals.values_list("organisation", flat=True))
    return [
        _write(standing.organisation, trajectory, rules, by)
        for standing in eligibilities(trajectory)
        if standing.eligible and standing.organisation.pk not in decided
    ]


@transaction.atomic
def refuse(*, organisation, trajectory, reason, by) -> CertificateRefusal:
    """Record why a company gets no certificate. Deciding it again changes the reason."""
    require(by, Action.ISSUE_CERTIFICATE, trajectory)
    trajectory = _enter(trajectory)
    reason = _needed(reason)
    _require_issuing_phase(trajectory)
    if Certificate.objects.valid().filter(organisation=organisation, trajectory=trajectory).exists():
        raise Conflict(_("This company already has its certificate. Revoke that one first."))
    if not trajectory.participations.filter(organisation=organisation).exists():
        raise Conflict(_("This company does not take part in this trajectory."))
    refusal, _created = CertificateRefusal.objects.update_or_create(
        organisation=organisation, trajectory=trajectory, defaults={"reason": reason, "by": by, "at": timezone.now()}
    )
    _log(Event.REFUSED, organisation=organisation, trajectory=trajectory, by=by, detail=reason)
    return refusal


@transaction.atomic
def withdraw_refusal(*, refusal, by) -> None:
    """Take back the decision not to issue; the log keeps it."""
    require(by, Action.ISSUE_CERTIFICATE, refusal.trajectory)
    _enter(refusal.trajectory)
    for found in CertificateRefusal.objects.filter(pk=refusal.pk).select_related("organisation", "trajectory"):
        _log(
            Event.REFUSAL_WITHDRAWN,
            organisation=found.organisation,
            trajectory=found.trajectory,
            by=by,
            detail=found.reason,
        )
        found.delete()


@transaction.atomic
def revoke(*, certificate, reason, by) -> Certificate:
    """From now on this certificate no longer holds; its public page says so, and why. Nothing is deleted."""
    require(by, Action.REVOKE_CERTIFICATE, certificate)
    certificate = _lock(certificate.pk)
    reason = _needed(reason)
    if not certificate.is_valid:
        raise Conflict(
            _("This certificate was already revoked on %(date)s by %(person)s.")
            % {"date": f"{timezone.localtime(certificate.revoked_at):%d/%m/%Y}", "person": certificate.revoked_by}
        )
    certificate.status, certificate.revoked_at = Status.REVOKED, timezone.now()
    certificate.revoked_by, certificate.revoked_reason = by, reason
    certificate.save()
    _log(Event.REVOKED, certificate=certificate, by=by, detail=reason)
    _tell_representatives(certificate, "certificates/revoked", {"reason": reason})
    return certificate


@transaction.atomic
def retry(*, certificate, by) -> Certificate:
    """Draw a failed certificate again, with a new series of attempts."""
    require(by, Action.ISSUE_CERTIFICATE, certificate)
    # The job's row before the certificate's, in the order of a worker that parks it.
    enqueue(RENDER, certificate.pk)
    certificate = _lock(certificate.pk)
    if not certificate.is_valid:
        raise Conflict(_("A revoked certificate is not made again."))
    if certificate.state != State.FAILED:
        raise Conflict(_("Only a certificate that failed can be tried again."))
    certificate.state, certificate.failed_reason = State.QUEUED, ""
    certificate.save()
    _log(Event.RETRIED, certificate=certificate, by=by)
    return certificate


def _enter(trajectory) -> Trajectory:
    """The trajectory, read again under its lock."""
    return Trajectory.objects.select_for_update(of=("self",)).select_related("chamber").get(pk=trajectory.pk)


def _lock(certificate_id) -> Certificate:
    certificates = Certificate.objects.select_for_update(of=("self",))
    return certificates.select_related("organisation", "trajectory", "revoked_by").get(pk=certificate_id)


def _require_issuing_phase(trajectory):
    if not phase_is(trajectory, *ISSUING_PHASES):
        phase = Phase(trajectory.phase)
        raise Conflict(
            _("Certificates are issued from phase 5 on. This trajectory is in phase %(number)s (%(name)s).")
            % {"number": phase.number, "name": phase.label}
        )


def _needed(reason) -> str:
    reason = reason.strip()[:REASON_MAX_LENGTH]
    if not reason:
        raise Conflict(_("Write down the reason."))
    return reason


def _as_sentence(text) -> str:
    return text if text[-1:] in ".!?" else f"{text}."


def _write(organisation, trajectory, rules, by) -> Certificate:
    """Number, snapshot, row, log and job: together or not at all. The trajectory is locked and all questions are answered."""
    issued_at = timezone.now()
    contributions = contributions_of(organisation, trajectory)
    certificate = Certificate.objects.create(
        number=next_number(trajectory, issued_at),
        organisation=organisation,
        trajectory=trajectory,
        facts=facts.collect(
            organisation=organisation,
            trajectory=trajectory,
            enterprise_number=Company.objects.get(pk=organisation.pk).enterprise_number,
            rules=rules,
            seats=[(each.workgroup.name, each.roles[0]) for each in contributions.workgroups if each.roles],
            counts={
                "action_points_done": contributions.action_points_done,
                "objectives_reached": contributions.objectives_reached,
                "practices_published": published_of(organisation, trajectory).count(),
            },
            issued_at=issued_at,
        ),
        issued_by=by,
        issued_at=issued_at,
    )
    _log(Event.ISSUED, certificate=certificate, by=by)
    enqueue(RENDER, certificate.pk)
    return certificate


def next_number(trajectory, issued_at) -> str:
    """The next serial of this chamber in this year (Belgian time), e.g. IN2-2027-MK-0014. Needs a transaction."""
    year, code = timezone.localtime(issued_at).year, chamber_code(trajectory.chamber.name)
    counter, _created = CertificateCounter.objects.select_for_update().get_or_create(year=year, chamber_code=code)
    counter.last_sequence += 1
    counter.save()
    return f"IN2-{year}-{code}-{counter.last_sequence:04}"


def chamber_code(name) -> str:
    """Two or three letters: the initials of the region, or its first two letters. "Voka Mechelen-Kempen" -> MK."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = [word for word in re.findall("[A-Z]+", ascii_name) if word != "VOKA"]
    if len(words) > 1:
        return "".join(word[0] for word in words[:3])
    return (words[0] if words else "VOKA")[:2]


def _log(event, *, certificate=None, organisation=None, trajectory=None, by=None, detail=""):
    CertificateLog.objects.create(
        certificate=certificate,
        organisation=organisation or certificate.organisation,
        trajectory=trajectory or certificate.trajectory,
        event=event,
        by=by,
        detail=detail,
    )


# --- Making the file (called by the job) ------------------------------------------------------------------------------


def render(certificate_id) -> None:
    """Draw the PDF, store it and tell the company: once, however often and wherever this stops and starts again.

    Drawing happens outside the lock; file, row and mails inside it. Drawing twice gives the same bytes under the same
    name, so a worker that dies between file and commit leaves nothing that the next one does not put right.
    """
    certificate = Certificate.objects.get(pk=certificate_id)
    if not certificate.needs_a_file:
        return
    content = _draw(certificate)
    with transaction.atomic():
        certificate = _lock(certificate_id)
        if not certificate.needs_a_file:
            return  # revoked meanwhile, or another worker was first
        certificate.pdf = f"certificates/{certificate.facts['issued_on'][:4]}/{certificate.number}.pdf"
        _store(certificate.pdf.name, content)
        certificate.sha256, certificate.size = hashlib.sha256(content).hexdigest(), len(content)
        certificate.state, certificate.rendered_at = State.READY, timezone.now()
        certificate.save()
        _log(Event.RENDERED, certificate=certificate)
        _tell_representatives(certificate, "certificates/ready", {})


def _draw(certificate) -> bytes:
    try:
        from certificates import rendering
    except OSError as error:  # WeasyPrint without Pango
        raise RuntimeError(
            _("A system library for drawing PDFs is missing on this server: %(error)s") % {"error": error}
        ) from error
    try:
        return rendering.render(facts=certificate.facts, number=certificate.number, token=certificate.token)
    except rendering.Unprintable as reason:
        raise GiveUp(str(reason)) from reason


def _store(name, content) -> None:
    """Write a file so that it is there completely or not at all, also after a power cut."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        with open(
            part, "wb", opener=lambda file, flags: os.open(file, flags, settings.FILE_UPLOAD_PERMISSIONS)
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@transaction.atomic
def mark_failed(certificate_id, reason) -> None:
    """The job gave up: staff see the certificate among the failed ones, with why."""
    certificate = _lock(certificate_id)
    if not certificate.needs_a_file:
        return
    if re.match(r"[A-Z]\w+: ", reason):  # an exception, not a sentence of ours
        reason = _("Making the PDF did not work after several attempts (%(error)s).") % {"error": reason}
    certificate.state, certificate.failed_reason = State.FAILED, reason
    certificate.save()
    _log(Event.FAILED, certificate=certificate, detail=reason)


def read_pdf(certificate) -> bytes:
    """The stored file, checked against its SHA-256. Conflict when there is none to hand out."""
    if not certificate.is_valid:
        raise Conflict(_("This certificate was revoked and no longer holds. It cannot be downloaded any more."))
    if certificate.state == State.FAILED:
        raise Conflict(_("Making this certificate failed. Voka knows and is looking into it."))
    if not certificate.is_ready:
        raise Conflict(_("This certificate is still being made. Try again in a minute."))
    try:
        content = Path(certificate.pdf.path).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != certificate.sha256:
        logger.error("the file of certificate %s is missing or was changed", certificate.number)
        raise Conflict(_("The file of this certificate is damaged. Ask Voka for help."))
    return content


def _tell_representatives(certificate, event, context) -> None:
    members = Membership.objects.active().filter(
        organisation=certificate.organisation, role=Role.REPRESENTATIVE, user__is_active=True
    )
    for member in members.select_related("user"):
        queue_mail(
            event=event,
            to=member.user.email,
            recipient=member.user,
            context={
                "first_name": member.user.first_name,
                "company": certificate.company_name,
                "number": certificate.number,
                "trajectory": certificate.facts["trajectory"],
                "link": settings.BASE_URL + reverse("certificates:list"),
                "verification_link": certificate.verification_url,
                **context,
            },
        )
