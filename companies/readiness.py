"""What must be true of the companies before a trajectory leaves phase 1, and before it leaves phase 4."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from companies.enums import UNDECIDED, IntakeState
from companies.models import Intake
from companies.selectors import to_be_measured
from phases.machine import Blocker


def every_intake_is_decided_and_refined(trajectory):
    """Voka accepted or declined each company that signed up, and went over the answers of each accepted one."""
    waiting = Intake.objects.filter(
        Q(state__in=UNDECIDED) | Q(state=IntakeState.ACCEPTED, refined_at__isnull=True), trajectory=trajectory
    ).order_by("company_name", "id")
    for intake in waiting:
        sentence = (
            _("The answers of %(company)s are not refined by Voka yet.")
            if intake.is_decided
            else _("The intake of %(company)s is not accepted or declined yet.")
        )
        yield Blocker(
            sentence % {"company": intake.company_name}, reverse("admin:companies_intake_change", args=[intake.pk])
        )


def every_final_measurement_is_in(trajectory):
    """Each company that was measured at the start is measured at the end too, or Voka marked that as missing."""
    waiting = to_be_measured().filter(trajectory=trajectory)
    for intake in waiting.select_related("organisation").order_by("organisation__name", "id"):
        yield Blocker(
            _("The final measurement of %(company)s is not complete yet.") % {"company": intake.organisation},
            f"{reverse('companies:measurement', args=[intake.organisation_id])}?traject={trajectory.slug}",
        )
