"""Verbs on practices: write, edit, submit, publish, send back.

There is no "when" here: a practice can be written as soon as its workgroup exists and in every phase after that. What a
newcomer gets wrong: saving an edit without `version`; two people write in the same practice.
"""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import Action, Conflict, may, require
from notifications.services import queue_mail
from practices.enums import PracticeEvent, PracticeState
from practices.models import Practice, PracticeLog

# What another reader needs at least.
NEEDED_TEXTS = {
    "context": gettext_lazy("Context"),
    "approach": gettext_lazy("Approach"),
    "result": gettext_lazy("Result"),
}


class Overtaken(Conflict):
    """Somebody else saved this practice since this page was opened; `practice` is how it reads now."""

    def __init__(self, sentence, practice):
        super().__init__(sentence)
        self.practice = practice


@transaction.atomic
def write(
    *,
    workgroup,
    title,
    by,
    context="",
    approach="",
    result="",
    material="",
    tips="",
    costs="",
    tags="",
    is_public=False,
) -> Practice:
    """Start a practice of a workgroup, as a draft."""
    require(by, Action.WORK_IN_WORKGROUP, workgroup)
    practice = Practice(
        workgroup=workgroup,
        author=by,
        title=title,
        context=context,
        approach=approach,
        result=result,
        material=material,
        tips=tips,
        costs=costs,
        tags=tags,
        is_public=is_public,
    )
    _save_with_own_address(practice)
    return _log(practice, PracticeEvent.WRITTEN, by)


def _save_with_own_address(practice):
    """An address from the title, with a number when it is taken: also when two people write the same title at once."""
    base = slugify(practice.title)[:70].strip("-") or "praktijk"
    number = 1
    while True:
        practice.slug = base if number == 1 else f"{base}-{number}"
        number += 1
        if Practice.objects.filter(slug=practice.slug).exists():
            continue
        try:
            with transaction.atomic():
                practice.save()
        except IntegrityError:
            if not Practice.objects.filter(slug=practice.slug).exists():
                raise
        else:
            return


@transaction.atomic
def edit(
    *,
    practice,
    version,
    title,
    by,
    context="",
    approach="",
    result="",
    material="",
    tips="",
    costs="",
    tags="",
    is_public=False,
) -> Practice:
    """Save a new version. `version` is the one the writer had before them; Overtaken when that is no longer the last."""
    require(by, Action.WRITE_PRACTICE, practice)
    practice = _locked(practice)
    if practice.version != version:
        last = practice.log.select_related("by").first()
        sentence = _("%(person)s changed this practice in the meantime. Compare the texts, then save again.")
        raise Overtaken(sentence % {"person": last.by}, practice)
    require_editable(practice, by)
    practice.title, practice.context, practice.approach, practice.result = title, context, approach, result
    practice.material, practice.tips, practice.costs, practice.tags = material, tips, costs, tags
    practice.is_public = is_public
    practice.version += 1
    practice.save()
    return _log(practice, PracticeEvent.EDITED, by)


def require_editable(practice, by) -> None:
    """Writers change drafts only: what Voka reads or shared does not change under its hands."""
    if practice.state != PracticeState.DRAFT and not may(by, Action.MODERATE, practice):
        raise Conflict(_("This practice is with Voka. Ask Voka to send it back if you want to change it."))


@transaction.atomic
def submit(*, practice, by) -> Practice:
    """Hand a draft to Voka."""
    require(by, Action.WRITE_PRACTICE, practice)
    practice = _locked(practice)
    if practice.state != PracticeState.DRAFT:
        raise Conflict(_("This practice is no longer a draft."))
    empty = [name for field, name in NEEDED_TEXTS.items() if not getattr(practice, field).strip()]
    if empty:
        raise Conflict(*(_("Fill in “%(field)s” first.") % {"field": name} for name in empty))
    practice.state, practice.review_comment = PracticeState.REVIEW, ""
    practice.save()
    return _log(practice, PracticeEvent.SUBMITTED, by)


@transaction.atomic
def publish(*, practice, by, is_public=None) -> Practice:
    """Voka read it and shares it. `is_public` overrules what the writers chose; None keeps their choice."""
    require(by, Action.MODERATE, practice)
    practice = _locked(practice)
    if practice.state == PracticeState.PUBLISHED:
        raise Conflict(_("This practice was already shared on %(date)s.") % {"date": _date(practice.published_at)})
    if practice.state != PracticeState.REVIEW:
        raise Conflict(_("This practice is still a draft. It has to be handed to Voka first."))
    practice.state, practice.review_comment = PracticeState.PUBLISHED, ""
    practice.published_at, practice.published_by = timezone.now(), by
    if is_public is not None:
        practice.is_public = is_public
    practice.save()
    _tell_author(practice, "practices/published", by)
    return _log(practice, PracticeEvent.PUBLISHED, by)


@transaction.atomic
def send_back(*, practice, comment, by) -> Practice:
    """Voka asks for a change, or takes a shared practice back; it becomes a draft again."""
    require(by, Action.MODERATE, practice)
    comment = comment.strip()
    if not comment:
        raise Conflict(_("Write what has to change."))
    practice = _locked(practice)
    if practice.state == PracticeState.DRAFT:
        raise Conflict(_("This practice is already with its writers."))
    practice.state, practice.review_comment = PracticeState.DRAFT, comment
    practice.published_at = practice.published_by = None
    practice.save()
    _tell_author(practice, "practices/sent_back", by)
    return _log(practice, PracticeEvent.SENT_BACK, by, comment)


def _locked(practice) -> Practice:
    """The practice, read again under its lock."""
    rows = Practice.objects.select_for_update(of=("self",)).select_related("workgroup__priority__trajectory", "author")
    return rows.get(pk=practice.pk)


def _log(practice, event, by, note=""):
    PracticeLog.objects.create(practice=practice, event=event, version=practice.version, note=note, by=by)
    return practice


def _tell_author(practice, event, by):
    if practice.author_id == by.pk:
        return
    queue_mail(
        event=event,
        to=practice.author.email,
        recipient=practice.author,
        context={
            "first_name": practice.author.get_short_name(),
            "practice": practice.title,
            "comment": practice.review_comment,
            "is_public": practice.is_public,
            "link": settings.BASE_URL + practice.get_absolute_url(),
        },
    )


def _date(moment):
    return f"{timezone.localtime(moment):%d/%m/%Y}"
