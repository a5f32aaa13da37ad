"""Uploaded lists of schools: kept for the preview, taken over once."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from schools import importing
from schools.importing import Outcome
from schools.models import SchoolList


@transaction.atomic
def keep_list(*, name, content, by) -> SchoolList:
    """Keep a list until someone looked at what it would change. Raises UnreadableList when it is no list of schools."""
    require(by, Action.MODERATE)
    importing.read(content)
    return SchoolList.objects.create(
        name=name[:150], content=content, sha256=hashlib.sha256(content).hexdigest(), uploaded_by=by
    )


def preview_list(*, school_list, by) -> importing.Report:
    """What taking over would do now. Writes nothing."""
    require(by, Action.MODERATE)
    if school_list.content is None:
        raise Conflict(_("This list was taken over already."))
    return importing.import_schools(bytes(school_list.content), dry_run=True)


@transaction.atomic
def take_over_list(*, school_list, by) -> SchoolList:
    """Read the list again and write it. Twice, or twice at the same moment, is once; the bytes go afterwards."""
    require(by, Action.MODERATE)
    school_list = SchoolList.objects.select_for_update(of=("self",)).get(pk=school_list.pk)
    if school_list.taken_over_at:
        return school_list
    report = importing.import_schools(bytes(school_list.content))
    for outcome in Outcome:
        setattr(school_list, outcome.value, report.count(outcome))
    school_list.content, school_list.taken_over_by, school_list.taken_over_at = None, by, timezone.now()
    school_list.save()
    return school_list
