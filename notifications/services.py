"""Write a mail now, send it soon. Call these inside the transaction of the cause; the job follows after commit.

Inviting by mail lives here and not in accounts: it needs both, so it belongs to the higher floor.
"""

import re
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Invitation
from accounts.services import account_of, invite
from jobs.services import GiveUp, enqueue
from notifications.models import OutboundMail

SEND = "notifications.send"
INVITATION = "accounts/invitation"
# From here on an SMTP answer means "never" (RFC 5321, 4.2.1); below it means "not now".
PERMANENT_FAILURE = 500


def frame() -> dict[str, str]:
    """What every mail template may use (templates/emails/base.*)."""
    return {
        "base_url": settings.BASE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "contact_phone": settings.CONTACT_PHONE,
    }


@transaction.atomic
def queue_mail(*, event, to, context, recipient=None, is_sensitive=False) -> OutboundMail:
    """Render `templates/emails/<event>.txt` and `.html` in Dutch and queue the mail.

    The first line of the text template is the subject. Give primitive values in `context`, no model instances with
    secrets; `frame()` is added.
    """
    context = frame() | context
    subject, text = written(event=event, context=context)
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string(f"emails/{event}.html", context | {"subject": subject})
    return queue_rendered(
        event=event,
        to=to,
        subject=subject,
        text=text,
        html=html,
        recipient=recipient,
        is_sensitive=is_sensitive,
    )


def written(*, event, context) -> tuple[str, str]:
    """Subject and text of a mail as it would leave, for whoever reads it first; nothing is queued."""
    with translation.override(settings.LANGUAGE_CODE):
        whole = render_to_string(f"emails/{event}.txt", frame() | context).strip()
    subject, _separator, text = whole.partition("\n")
    return " ".join(subject.split()), re.sub(r"\n\s*\n", "\n\n", text.strip()) + "\n"


@transaction.atomic
def queue_rendered(*, event, to, subject, text, html="", recipient=None, is_sensitive=False) -> OutboundMail:
    """Queue a mail that is already written.

    Line breaks in the subject become spaces: nobody adds headers through it. Where a template's tags left several empty
    lines in the text, one stays.
    """
    mail = OutboundMail.objects.create(
        event=event,
        to=to,
        recipient=recipient,
        subject=" ".join(subject.split())[:300],
        text=re.sub(r"\n\s*\n", "\n\n", text),
        html=html,
        is_sensitive=is_sensitive,
    )
    enqueue(SEND, mail.pk)
    return mail


@transaction.atomic
def invite_by_mail(*, organisation, email, role, by, takes_part_in="", **details) -> Invitation:
    """Invite someone and mail the link. `details` as for accounts.services.invite; raises what that raises.

    `takes_part_in` is the trajectory that the organisation was just accepted for: the mail begins with that news.
    """
    invitation = invite(organisation=organisation, email=email, role=role, by=by, **details)
    send_invitation(invitation=invitation, takes_part_in=takes_part_in)
    return invitation


@transaction.atomic
def invite_again(*, invitation, by) -> Invitation:
    """Renew an invitation that was not accepted, also an expired or withdrawn one, and mail its new link."""
    return invite_by_mail(
        organisation=invitation.organisation,
        email=invitation.email,
        role=invitation.role,
        by=by,
        first_name=invitation.first_name,
        last_name=invitation.last_name,
        phone=invitation.phone,
        job_function=invitation.job_function,
        function_profile=invitation.function_profile,
    )


@transaction.atomic
def send_invitation(*, invitation, takes_part_in="") -> OutboundMail:
    """Mail the link of an invitation to the invited address."""
    link = settings.BASE_URL + invitation.get_absolute_url()
    return queue_mail(
        event=INVITATION,
        to=invitation.email,
        context=words_of_invitation(invitation, link=link, takes_part_in=takes_part_in),
        is_sensitive=True,
    )


def words_of_invitation(invitation, *, link, takes_part_in="") -> dict[str, Any]:
    """What the mail of an invitation says; the invitation may be one that is only thought of."""
    return {
        "first_name": invitation.first_name,
        "organisation": invitation.organisation.name,
        "invited_by": str(invitation.invited_by) if invitation.invited_by else "",
        "link": link,
        "expires_at": invitation.expires_at,
        "has_account": account_of(invitation.email) is not None,
        "takes_part_in": takes_part_in,
    }


@transaction.atomic
def deliver(mail_id) -> None:
    """Hand one mail to the mail server, once. Raises what the mail server raises, so that the job tries again.

    GiveUp for an address that the mail server refuses for good. The row stays locked meanwhile: a second run waits, and
    then sees that the mail has left.
    """
    mail = OutboundMail.objects.select_for_update().get(pk=mail_id)
    if mail.sent_at:
        return
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers={"Auto-Submitted": "auto-generated"}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        code, answer = next(iter(refusal.recipients.values()))
        if code >= PERMANENT_FAILURE:
            reason = _("The mail server refuses this address: %(code)s %(answer)s")
            raise GiveUp(reason % {"code": code, "answer": answer.decode(errors="replace")}) from None
        raise
    mail.sent_at, mail.failed_reason = timezone.now(), ""
    if mail.is_sensitive:
        mail.text = mail.html = ""
    mail.save()


def note_failure(mail_id, reason) -> None:
    """Staff see on the mail itself why it never left."""
    OutboundMail.objects.filter(pk=mail_id, sent_at=None).update(failed_reason=reason)
