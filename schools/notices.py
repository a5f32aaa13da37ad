"""Mails about files of a school that were refused; documents/ calls these by their dotted path (documents.enums).

What a newcomer gets wrong: mailing about a file that was replaced meanwhile. Only what still counts is worth a mail.
"""

from django.conf import settings

from notifications.services import queue_mail
from schools.models import Evidence
from schools.selectors import standing_awards


def tell_of_refused_evidence(document) -> None:
    """To the uploader, when this is still the file of a piece of evidence."""
    evidence = Evidence.objects.filter(document=document).first()
    if evidence:
        _tell(document, evidence.title, evidence.get_absolute_url(), is_editable=evidence.is_editable)


def tell_of_refused_proof(document) -> None:
    """To the uploader, when this is still the proof of a label."""
    award = standing_awards().filter(proof=document).first()
    if award:
        _tell(document, award.get_level_display(), award.get_proof_url(), is_proof=True)


def _tell(document, title, url, *, is_proof=False, is_editable=False):
    person = document.uploaded_by
    queue_mail(
        event="schools/file_refused",
        to=person.email,
        recipient=person,
        context={
            "first_name": person.first_name,
            "file": document.name,
            "title": title,
            "is_proof": is_proof,
            "is_editable": is_editable,
            "reason": document.refusal,
            "link": settings.BASE_URL + url,
        },
    )
