"""What someone agrees to when signing up, word for word.

Change a text and its version together: an intake keeps the words that were on the screen, in `IntakeConsent.text`.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from companies.enums import ConsentKind

VERSION = "2026-11"


def text_of(kind: ConsentKind) -> str:
    """The sentence beside the box, in the language of the visitor."""
    return {
        ConsentKind.PRIVACY: _(
            "I have read the privacy statement. %(controller)s uses my details to handle this sign-up"
        )
        % {"controller": settings.CONTROLLER},
        ConsentKind.NEWSLETTER: _("Send me the IN2STEM newsletter. I can stop it at any time."),
        ConsentKind.PUBLICATION: _(
            "IN2STEM may show the name and logo of our company as a participant. We can withdraw this at any time."
        ),
    }[kind]
