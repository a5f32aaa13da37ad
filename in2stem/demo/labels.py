"""Phase 5 of a trajectory: applications for a label, how they end, and certificates."""

import datetime

from django.utils import timezone

import certificates.services
import schools.services
from certificates.models import CertificateRules
from in2stem.demo.calendar import on_day
from schools.enums import LabelLevel, OutcomeKind

# How long EUN's labels count in the demo; one is about to end.
VALID, ENDS_SOON = datetime.timedelta(days=730), datetime.timedelta(days=45)


def apply(stage, member, *, started=None):
    """A school applies for the next level and has sent everything to EUN. Without a day: it waits for the answer now."""
    started = started or stage.today - datetime.timedelta(days=40)
    with on_day(started):
        application = schools.services.start_application(
            school=member.organisation.school, level=LabelLevel.PROFICIENT, by=member.user
        )
    with on_day(stage.day(started, 19)):
        return schools.services.submit_application(
            application=application,
            submitted_on=timezone.localdate(),
            by=member.user,
            note="Met het volledige dossier.",
        )


def level_up(stage, cast, setting, finished):
    """The first school moves up a level, the last one of a finished trajectory does not get it, the others keep theirs."""
    last = len(cast.schools) - 1
    applying = {0, last} if finished else {0}
    sent = {index: apply(stage, cast.schools[index], started=stage.day(cast.starts[4], 10)) for index in applying}
    with on_day(stage.day(cast.starts[4], 90)):
        CertificateRules.objects.create(
            trajectory=cast.trajectory,
            signatory_name="Ilse Verstraeten-Maes",
            signatory_title=f"Directeur, {cast.trajectory.chamber}",
        )
        for index, member in enumerate(cast.schools):
            if index in sent:
                _answer(stage, sent[index], is_granted=not index, ends_soon=finished)
            elif finished or index < last:
                schools.services.record_outcome(
                    school=member.organisation.school,
                    trajectory=cast.trajectory,
                    outcome=OutcomeKind.KEPT,
                    level=LabelLevel.COMPETENT,
                    decided_on=timezone.localdate(),
                    by=stage.voka,
                )
        if finished:
            certificates.services.issue_to_all(trajectory=cast.trajectory, by=stage.voka)
        else:
            certificates.services.issue(
                organisation=cast.companies[0].organisation, trajectory=cast.trajectory, by=stage.voka
            )


def _answer(stage, application, *, is_granted, ends_soon):
    """EUN answers; with the answer the outcome of the trajectory is on record too."""
    decided_on = timezone.localdate()
    if is_granted:
        schools.services.grant_application(
            application=application,
            decided_on=decided_on,
            valid_until=stage.today + ENDS_SOON if ends_soon else decided_on + VALID,
            by=stage.voka,
        )
    else:
        schools.services.refuse_application(
            application=application,
            decided_on=decided_on,
            note="EUN vroeg meer bewijs voor twee criteria.",
            by=stage.voka,
        )
