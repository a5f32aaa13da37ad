"""Evidence: added and changed by the school, reviewed by Voka."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from documents.enums import DocumentPurpose, DocumentState
from documents.services import atomic_with_files, store
from notifications.services import queue_mail
from schools.enums import EDITABLE, EvidenceState
from schools.models import (
    Evidence,
    EvidenceLog,
)
from schools.services.assessment import Stale


@atomic_with_files()
def add_evidence(
    *, school, title, text, practice_date, criteria, pupils_confirmed, by, upload=None, link="", text_en=""
) -> Evidence:
    """Add a draft. Raises ValidationError when the file is not acceptable."""
    require(by, Action.EDIT_SCHOOL, school)
    _check_content(criteria, pupils_confirmed)
    evidence = Evidence.objects.create(
        school=school,
        title=title,
        text=text,
        text_en=text_en,
        practice_date=practice_date,
        link=link,
        document=_stored(upload, school, by),
        pupils_confirmed_by=by,
        pupils_confirmed_at=timezone.now(),
        created_by=by,
    )
    evidence.criteria.set(criteria)
    _log(evidence, by)
    return evidence


@atomic_with_files()
def change_evidence(
    *,
    evidence,
    title,
    text,
    practice_date,
    criteria,
    pupils_confirmed,
    by,
    seen_version,
    upload=None,
    link="",
    text_en="",
) -> Evidence:
    """Change a draft, or add what Voka asked. A new file replaces the old one, which stays on record. May raise Stale."""
    require(by, Action.EDIT_SCHOOL, evidence)
    _check_content(criteria, pupils_confirmed)
    evidence = _locked(evidence)
    if not evidence.is_editable:
        raise Conflict(_("This evidence was handed in, so it cannot be changed now."))
    if seen_version != evidence.version:
        raise Stale(evidence)
    evidence.title, evidence.text, evidence.text_en = title, text, text_en
    evidence.practice_date, evidence.link = practice_date, link
    evidence.pupils_confirmed_by, evidence.pupils_confirmed_at = by, timezone.now()
    evidence.version += 1
    if upload:
        evidence.document = _stored(upload, evidence.school, by)
    evidence.save()
    evidence.criteria.set(criteria)
    _log(evidence, by)
    return evidence


def _check_content(criteria, pupils_confirmed):
    if not criteria:
        raise Conflict(_("Choose at least one criterion."))
    if not pupils_confirmed:
        raise Conflict(_("Confirm that no pupil is recognisable without permission."))


def _stored(upload, school, by):
    if upload is None:
        return None
    return store(upload=upload, organisation=school.organisation, purpose=DocumentPurpose.EVIDENCE, by=by)


def _locked(evidence):
    return Evidence.objects.select_for_update(of=("self",)).select_related("document").get(pk=evidence.pk)


def _log(evidence, by, comment=""):
    EvidenceLog.objects.create(
        evidence=evidence, state=evidence.state, comment=comment, document=evidence.document, by=by, at=timezone.now()
    )


@transaction.atomic
def submit_evidence(*, evidence, by) -> Evidence:
    """Hand a draft in to Voka. Handing in twice is handing in once."""
    require(by, Action.EDIT_SCHOOL, evidence)
    evidence = _locked(evidence)
    if evidence.state == EvidenceState.SUBMITTED:
        return evidence
    if evidence.state not in EDITABLE:
        raise Conflict(_("This evidence is already approved."))
    if evidence.document and evidence.document.state == DocumentState.REFUSED:
        raise Conflict(_("The file was refused. Choose another file before you hand this in."))
    return _move(evidence, EvidenceState.SUBMITTED, by)


@transaction.atomic
def approve_evidence(*, evidence, by, comment="") -> Evidence:
    """Voka finds it good. Only what was handed in, and whose file is found safe."""
    evidence = _under_review(evidence, by)
    if evidence.document and not evidence.document.is_safe:
        raise Conflict(_("The file is not checked yet. Wait a minute and try again."))
    return _move(evidence, EvidenceState.APPROVED, by, comment)


@transaction.atomic
def ask_more(*, evidence, by, comment) -> Evidence:
    """Voka asks for an addition and says which; the person who added the evidence gets a mail."""
    evidence = _under_review(evidence, by)
    if not comment.strip():
        raise Conflict(_("Write what is still missing, so that the school knows what to add."))
    return _move(evidence, EvidenceState.MORE_ASKED, by, comment)


def _under_review(evidence, by):
    require(by, Action.MODERATE)
    evidence = _locked(evidence)
    if evidence.state != EvidenceState.SUBMITTED:
        last = evidence.log.select_related("by").first()
        raise Conflict(
            _("This is not waiting for a review now. Its state is “%(state)s”, by %(who)s.")
            % {"state": evidence.get_state_display(), "who": last.by}
        )
    return evidence


def _move(evidence, state, by, comment=""):
    evidence.state, evidence.state_since = state, timezone.now()
    if state != EvidenceState.SUBMITTED:
        evidence.reviewer_comment = comment.strip()
    evidence.save(update_fields=["state", "state_since", "reviewer_comment"])
    _log(evidence, by, comment.strip())
    if state != EvidenceState.SUBMITTED:
        _tell_school(evidence)
    return evidence


def _tell_school(evidence):
    person = evidence.created_by
    queue_mail(
        event="schools/evidence_reviewed",
        to=person.email,
        recipient=person,
        context={
            "first_name": person.first_name,
            "title": evidence.title,
            "is_approved": evidence.state == EvidenceState.APPROVED,
            "comment": evidence.reviewer_comment,
            "link": settings.BASE_URL + evidence.get_absolute_url(),
        },
    )
