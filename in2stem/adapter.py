"""allauth's hooks: accounts exist by invitation only, and its mails leave through our outbox, in our frame."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.template.loader import render_to_string

from notifications.services import frame, queue_rendered

# Where allauth puts the one link of a mail, if it has one.
LINKS = ("password_reset_url", "activate_url")


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Queue the mail instead of sending it inside the request. Password and sign-in mails hold secret links.

        The templates (templates/account/email/) give the paragraphs. The link leads to BASE_URL, whatever host the request
        claimed to be for: allauth would take the host of who asks.
        """
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        link = next((context[name] for name in LINKS if name in context), "")
        facts = frame() | {
            "subject": message.subject,
            "paragraphs": [" ".join(paragraph.split()) for paragraph in message.body.split("\n\n")],
            "link": settings.BASE_URL + urlsplit(link).path if link else "",
        }
        queue_rendered(
            event=template_prefix,
            to=email,
            subject=message.subject,
            text=render_to_string("emails/framed.txt", facts).strip() + "\n",
            html=render_to_string("emails/framed.html", facts),
            is_sensitive=True,
        )
