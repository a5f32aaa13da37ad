"""What must be true of the certificates before a trajectory leaves phase 5."""

from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.eligibility import eligibilities
from certificates.enums import State
from phases.machine import Blocker


def every_eligible_company_has_a_decision(trajectory):
    """Each company that meets the conditions has its certificate issued or refused with a reason, and none has failed.

    A certificate whose PDF is still being made counts: it is decided, and the queue does not lose it.
    """
    page = reverse("certificates:trajectory", args=[trajectory.slug])
    certificates = list(trajectory.certificates.valid().select_related("organisation"))
    decided = {certificate.organisation_id for certificate in certificates}
    decided |= set(trajectory.certificate_refusals.values_list("organisation", flat=True))
    for standing in eligibilities(trajectory):
        if standing.eligible and standing.organisation.pk not in decided:
            yield Blocker(
                _("%(company)s meets the conditions but has no certificate yet. Issue it, or write why not.")
                % {"company": standing.organisation.name},
                page,
            )
    for certificate in certificates:
        if certificate.state == State.FAILED:
            yield Blocker(
                _("The PDF of certificate %(number)s of %(company)s could not be made.")
                % {"number": certificate.number, "company": certificate.organisation.name},
                page,
            )
