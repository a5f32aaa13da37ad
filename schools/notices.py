"""What follows when a file of a school is refused; documents/ calls these by their dotted path (documents.enums).

What a newcomer gets wrong: mailing about a file that was replaced meanwhile. Only what still counts is worth a mail.
"""

from django.conf import settings

from notifications.services import queue_mail
from schools.selectors import standing_awards
from schools.services import send_back_refused


def tell_of_refused_evidence(document) -> None:
    """To the uploader, when this is still a file of a piece of evidence; what was handed in goes back to the school."""
    evidence, is_returned = send_back_refused(document)
    if evidence is None:
        return
    people = {person.pk: person for person in (document.uploaded_by, evidence.created_by)}
    for person in people.values() if is_returned else [document.uploaded_by]:
        _tell(person, document, evidence.title, evidence.get_absolute_url(), is_returned=is_returned)


def tell_of_refused_proof(document) -> None:
    """To the uploader, when this is still the proof of a label."""
    award = standing_awards().filter(proof=document).first()
    if award:
        _tell(document.uploaded_by, document, award.get_level_display(), award.get_proof_url(), is_proof=True)


def _tell(person, document, title, url, *, is_proof=False, is_returned=False):
    queue_mail(
        event="schools/file_refused",
        to=person.email,
        recipient=person,
        context={
            "first_name": person.first_name,
            "file": document.name,
            "title": title,
            "is_proof": is_proof,
            "is_returned": is_returned,
            "reason": document.refusal,
            "link": settings.BASE_URL + url,
        },
    )
