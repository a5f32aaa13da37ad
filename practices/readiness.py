"""What must be true of the practices before a trajectory leaves phase 3."""

from django.utils.translation import gettext as _

from phases.machine import Blocker
from practices.enums import PracticeState
from workgroups.models import Workgroup


def every_workgroup_shared_a_practice(trajectory):
    """Each workgroup of a decided priority has a shared practice, or says why not. Two queries."""
    workgroups = Workgroup.objects.of_decided_priorities().filter(
        priority__trajectory=trajectory, no_practice_reason=""
    )
    for workgroup in workgroups.prefetch_related("practices"):
        states = {practice.state for practice in workgroup.practices.all()}
        if PracticeState.PUBLISHED in states:
            continue
        sentence = (
            _("A practice of the workgroup “%(workgroup)s” waits until Voka has read it.")
            if PracticeState.REVIEW in states
            else _("The workgroup “%(workgroup)s” has not shared a practice yet and does not say why.")
        )
        yield Blocker(sentence % {"workgroup": workgroup.name}, workgroup.get_absolute_url() + "#praktijken")
