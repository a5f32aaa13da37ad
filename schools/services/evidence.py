"""Evidence: added and changed by the school, reviewed by Voka, and sent back by the portal when a file is refused.

Order of locks: the file before its evidence, in the order of a check that refuses a file (documents.services.refuse).
A newcomer's mistake: keeping the SHA-256 of a file that is still being checked. The check may write a photo anew, so only
what is found safe can be handed in; from then on its bytes never change, and the lock on the evidence keeps others out.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policy import Action, Conflict, require
from documents.enums import DocumentPurpose, DocumentState
from documents.models import Document
from documents.services import MAX_FILES, atomic_with_files, remove, store
from notifications.services import queue_mail
from schools.enums import EDITABLE, EvidenceState
from schools.models import Evidence, EvidenceFile, EvidenceLog, EvidenceRevision
from schools.services.assessment import Stale

_CHECKING = DocumentState.CHECKING


@atomic_with_files()
def add_evidence(
    *,
    school,
    title,
    by,
    text="",
    practice_date=None,
    criteria=(),
    pupils_confirmed=False,
    uploads=(),
    link="",
    text_en="",
) -> Evidence:
    """Add a draft; a title is enough. Raises ValidationError when a file is not acceptable."""
    require(by, Action.EDIT_SCHOOL, school)
    evidence = Evidence.objects.create(
        school=school,
        title=title,
        text=text,
        text_en=text_en,
        practice_date=practice_date,
        link=link,
        pupils_confirmed_by=by if pupils_confirmed else None,
        pupils_confirmed_at=timezone.now() if pupils_confirmed else None,
        created_by=by,
    )
    evidence.criteria.set(criteria)
    _add_files(evidence, uploads, by)
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
    uploads=(),
    take_off=(),
    link="",
    text_en="",
) -> Evidence:
    """Change a draft, or add what Voka asked. `take_off` holds ids of documents to remove: name and SHA-256 stay on record.

    May raise Stale.
    """
    require(by, Action.EDIT_SCHOOL, evidence)
    uploads = list(uploads)
    list(Document.objects.select_for_update().filter(pk__in=take_off).order_by("pk"))
    evidence = _locked(evidence)
    _require_editable(evidence)
    if seen_version != evidence.version:
        raise Stale(evidence)
    evidence.title, evidence.text, evidence.text_en = title, text, text_en
    evidence.practice_date, evidence.link = practice_date, link
    if pupils_confirmed:
        evidence.pupils_confirmed_by, evidence.pupils_confirmed_at = by, timezone.now()
    elif uploads:  # nobody said anything about these yet
        evidence.pupils_confirmed_by = evidence.pupils_confirmed_at = None
    evidence.version += 1
    evidence.save()
    evidence.criteria.set(criteria)
    _take_off_files(evidence, take_off, by)
    _add_files(evidence, uploads, by)
    _log(evidence, by)
    return evidence


@atomic_with_files()
def add_files(*, evidence, uploads, by) -> Evidence:
    """Keep files of a form that has something to put right: nobody chooses them twice. The rest of the draft stays as it is."""
    require(by, Action.EDIT_SCHOOL, evidence)
    evidence = _locked(evidence)
    _require_editable(evidence)
    # Nobody said anything about the pupils on these yet.
    evidence.pupils_confirmed_by = evidence.pupils_confirmed_at = None
    evidence.save(update_fields=["pupils_confirmed_by", "pupils_confirmed_at"])
    _add_files(evidence, uploads, by)
    _log(evidence, by)
    return evidence


@transaction.atomic
def take_off_file(*, evidence, document, by) -> Evidence:
    """Remove one file and leave the rest as it is. What was handed in needs its files; taking off twice is once."""
    require(by, Action.EDIT_SCHOOL, evidence)
    Document.objects.select_for_update().get(pk=document.pk)
    evidence = _locked(evidence)
    if evidence.files.filter(document=document, removed_at=None).exists():
        _require_editable(evidence)
        _take_off_files(evidence, [document.pk], by)
        with translation.override(settings.LANGUAGE_CODE):
            _log(evidence, by, _("Removed the file “%(file)s”.") % {"file": document.name})
    return evidence


def _require_editable(evidence):
    if not evidence.is_editable:
        raise Conflict(_("This evidence was handed in, so it cannot be changed now."))


def _require_complete(evidence):
    """What a draft may lack, and Voka has to read."""
    lacking = [
        sentence
        for is_there, sentence in (
            (evidence.text.strip(), _("Write what you did, and what shows that it works.")),
            (evidence.practice_date, _("Fill in the date of the practice.")),
            (evidence.criteria.exists(), _("Choose at least one criterion.")),
            (evidence.pupils_confirmed_at, _("Confirm that no pupil is recognisable without permission.")),
        )
        if not is_there
    ]
    if lacking:
        raise Conflict(*lacking)


def _add_files(evidence, uploads, by):
    uploads = list(uploads)
    if uploads and len(evidence.documents) + len(uploads) > MAX_FILES:
        raise Conflict(
            _("One piece of evidence has at most %(maximum)d files. Make a second piece for the others.")
            % {"maximum": MAX_FILES}
        )
    for upload in uploads:
        document = store(
            upload=upload, organisation=evidence.school.organisation, purpose=DocumentPurpose.EVIDENCE, by=by
        )
        EvidenceFile.objects.create(evidence=evidence, document=document)


def _take_off_files(evidence, take_off, by):
    files = evidence.files.filter(removed_at=None, document__in=take_off).select_related("document")
    for file in files:
        remove(document=file.document, by=by)
        file.removed_at = timezone.now()
        file.save()


def _locked(evidence):
    return Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)


def _log(evidence, by, comment=""):
    EvidenceLog.objects.create(evidence=evidence, state=evidence.state, comment=comment, by=by, at=timezone.now())


@transaction.atomic
def submit_evidence(*, evidence, by, pupils_confirmed=False) -> Evidence:
    """Hand a draft in to Voka; what it says at this moment is kept as a revision. Handing in twice is handing in once.

    Only when it is complete and its files were found safe. Conflict says what is missing, refused, or still being checked.
    """
    require(by, Action.EDIT_SCHOOL, evidence)
    evidence = _locked(evidence)
    if evidence.state == EvidenceState.SUBMITTED:
        return evidence
    if evidence.state not in EDITABLE:
        raise Conflict(_("This evidence is already approved."))
    if pupils_confirmed and not evidence.pupils_confirmed_at:
        evidence.pupils_confirmed_by, evidence.pupils_confirmed_at = by, timezone.now()
        evidence.save(update_fields=["pupils_confirmed_by", "pupils_confirmed_at"])
    _require_complete(evidence)
    documents = _present_documents(evidence)
    _require_safe(documents)
    _keep_revision(evidence, documents, by)
    return _move(evidence, EvidenceState.SUBMITTED, by)


def _present_documents(evidence):
    """Asked under the lock of the evidence: nobody adds or takes off a file now."""
    files = evidence.files.filter(removed_at=None).select_related("document")
    return [file.document for file in files]


def _require_safe(documents):
    closed = [document.name for document in documents if document.state not in (_CHECKING, DocumentState.SAFE)]
    if closed:
        raise Conflict(
            ngettext(
                "The file %(names)s was refused. Take it off, or choose another one, before you hand this in.",
                "The files %(names)s were refused. Take them off, or choose others, before you hand this in.",
                len(closed),
            )
            % {"names": _listed(closed)}
        )
    checking = [document.name for document in documents if document.state == _CHECKING]
    if checking:
        raise Conflict(
            ngettext(
                "The file %(names)s is still being checked. Try again in a few moments. Your evidence is kept as it is.",
                "The files %(names)s are still being checked. Try again in a few moments. "
                "Your evidence is kept as it is.",
                len(checking),
            )
            % {"names": _listed(checking)}
        )


def _listed(names):
    return ", ".join(f"“{name}”" for name in names)


def _keep_revision(evidence, documents, by):
    newest = evidence.revisions.first()
    EvidenceRevision.objects.create(
        evidence=evidence,
        number=newest.number + 1 if newest else 1,
        title=evidence.title,
        text=evidence.text,
        text_en=evidence.text_en,
        practice_date=evidence.practice_date,
        link=evidence.link,
        criteria=[criterion.number for criterion in evidence.criteria.all()],
        files=[{"name": document.name, "sha256": document.sha256, "size": document.size} for document in documents],
        by=by,
    )


@transaction.atomic
def approve_evidence(*, evidence, by, comment="") -> Evidence:
    """Voka finds it good. Only what was handed in, and whose files are all found safe."""
    evidence = _under_review(evidence, by)
    if not all(document.is_safe for document in evidence.documents):
        raise Conflict(_("Not every file is checked yet. Wait a minute and try again."))
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
            % {"state": evidence.get_state_display(), "who": last.by or _("the portal")}
        )
    return evidence


def send_back_refused(document) -> tuple[Evidence | None, bool]:
    """A file of evidence was refused: what was handed in already goes back to the school, with the reason.

    Runs in the transaction that refuses the file. Answers the evidence to which the file still belongs, if any, and whether
    it went back just now: handing in waits for the check, so that is only what was handed in before it did.
    """
    file = EvidenceFile.objects.filter(document=document, removed_at=None).select_related("evidence").first()
    if file is None:
        return None, False
    evidence = _locked(file.evidence)
    is_returned = evidence.state == EvidenceState.SUBMITTED
    if is_returned:
        reason = _("The portal refused the file “%(file)s”: %(reason)s Replace it and hand your evidence in again.")
        evidence.reviewer_comment = reason % {"file": document.name, "reason": document.refusal}
        evidence.state, evidence.state_since = EvidenceState.MORE_ASKED, timezone.now()
        evidence.save(update_fields=["state", "state_since", "reviewer_comment"])
        _log(evidence, None, evidence.reviewer_comment)
    return evidence, is_returned


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
