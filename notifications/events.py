"""What each mail is about, in words for staff. The events are the names of templates (templates/emails/, and allauth's).

What a newcomer gets wrong: a new mail without words here. A test compares this list with the templates.
"""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "accounts/invitation": _("Invitation"),
    "certificates/ready": _("Certificate is ready"),
    "certificates/revoked": _("Certificate was revoked"),
    "companies/draft_link": _("Link to go on signing up"),
    "companies/draft_reminder": _("Sign-up not sent yet"),
    "companies/intake_accepted": _("Sign-up accepted"),
    "companies/intake_declined": _("Sign-up declined"),
    "companies/intake_received": _("Sign-up received"),
    "companies/intakes_waiting": _("Sign-ups that wait"),
    "phases/moved": _("Trajectory in another phase"),
    "practices/published": _("Practice published"),
    "practices/sent_back": _("Practice sent back"),
    "schools/evidence_reviewed": _("Evidence reviewed"),
    "schools/file_refused": _("File refused"),
    "schools/label_expires": _("Label ends soon"),
    "workgroups/seated": _("Seat in a workgroup"),
}
SIGNING_IN = _("Password and signing in")


def words_for(event) -> str:
    """An event in words; what allauth sends about an account has one name."""
    return str(EVENTS.get(event, SIGNING_IN if event.startswith("account/") else event))
