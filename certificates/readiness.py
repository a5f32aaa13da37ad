"""What must be true of the certificates before a trajectory leaves phase 5."""

from django.db.models import CharField, Value
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
    decisions = _decisions(trajectory)
    decided = {organisation for organisation, *_rest in decisions}
    for standing in eligibilities(trajectory):
        if standing.eligible and standing.organisation.pk not in decided:
            yield Blocker(
                _("%(company)s meets the conditions but has no certificate yet. Issue it, or write why not.")
                % {"company": standing.organisation.name},
                page,
            )
    for _organisation, company, number, state in decisions:
        if state == State.FAILED:
            yield Blocker(
                _("The PDF of certificate %(number)s of %(company)s could not be made.")
                % {"number": number, "company": company},
                page,
            )


def _decisions(trajectory):
    """Id and name of each company with a certificate, its number and state; without those for a refusal. One query."""
    nothing = Value("", output_field=CharField())
    certificates = trajectory.certificates.valid().order_by()
    refusals = trajectory.certificate_refusals.order_by()
    issued = certificates.values_list("organisation", "organisation__name", "number", "state")
    refused = refusals.values_list("organisation", "organisation__name", nothing, nothing)
    return sorted(issued.union(refused), key=lambda decision: decision[2], reverse=True)
