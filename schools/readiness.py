"""What must be true of the schools before a trajectory may move. The same number of queries for one school or thirty."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from documents.enums import DocumentState
from phases.machine import Blocker
from phases.selectors import participants
from schools import selectors
from schools.enums import Moment


def every_school_has_a_label_on_record(trajectory):
    """Companies come in after the schools obtained the label: an award of level competent or higher."""
    schools = _schools(trajectory)
    labels = selectors.labels_on_record([school.pk for school in schools])
    for school in schools:
        award = labels.get(school.pk)
        if award:
            yield from _unproven(school, award)
        else:
            yield Blocker(
                _("%(school)s: no STEM School Label is on record yet.") % {"school": school.name},
                reverse("schools:label", args=[school.pk]) + "#labels",
            )


def every_school_has_assessed_itself(trajectory):
    """All criteria of the start measurement have a score with an argument."""
    schools = _schools(trajectory)
    progress = selectors.assessment_progress_by_school(trajectory, Moment.START, [school.pk for school in schools])
    for school in schools:
        if not progress[school.pk].is_complete:
            yield Blocker(
                ngettext(
                    "%(school)s: in the self-assessment %(count)d criterion of %(total)d is still missing.",
                    "%(school)s: in the self-assessment %(count)d criteria of %(total)d are still missing.",
                    progress[school.pk].missing,
                )
                % {"school": school.name, "count": progress[school.pk].missing, "total": progress[school.pk].total},
                f"{reverse('schools:label', args=[school.pk])}?traject={trajectory.slug}&moment={Moment.START}",
            )


def every_school_has_a_label_outcome(trajectory):
    """Each school's step is recorded: moved up or kept, with its date."""
    recorded = selectors.outcomes_on_record(trajectory)
    for school in _schools(trajectory):
        outcome = recorded.get(school.pk)
        if outcome and outcome.award:
            yield from _unproven(school, outcome.award)
        elif not outcome:
            yield Blocker(
                _("%(school)s: record whether the school moved up a level or kept its label.")
                % {"school": school.name},
                f"{reverse('schools:outcome', args=[school.pk])}?traject={trajectory.slug}",
            )


def _unproven(school, award):
    """A label whose proof was refused, or is not checked yet, does not count. For the check nobody can do anything."""
    if award.is_proven:
        return
    if award.proof.state == DocumentState.REFUSED:
        yield Blocker(
            _("%(school)s: the proof of the label was refused: %(reason)s Add a new proof.")
            % {"school": school.name, "reason": award.proof.refusal},
            award.get_proof_url(),
        )
    else:
        yield Blocker(_("%(school)s: the proof of the label is still being checked.") % {"school": school.name})


def _schools(trajectory):
    return [participation.organisation for participation in participants(trajectory, OrganisationKind.SCHOOL)]
