"""Versions of the questionnaire: copy, put in use."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from companies.enums import QuestionnaireState
from companies.models import (
    Question,
    Questionnaire,
)

# What a question says, and of whom it is asked: all that a copy takes along.
WORDING = tuple(field.name for field in Question._meta.fields if field.name not in ("id", "questionnaire"))


@transaction.atomic
def put_in_use(*, questionnaire, by) -> Questionnaire:
    """From now on companies get these questions. The version in use until now retires; its answers keep its words."""
    require(by, Action.MODERATE)
    versions = {row.pk: row for row in Questionnaire.objects.select_for_update().order_by("pk")}
    questionnaire = versions[questionnaire.pk]
    if not questionnaire.is_draft:
        raise Conflict(_("Only a draft can be put in use. Copy this version to change it."))
    if not questionnaire.questions.exists():
        raise Conflict(_("This questionnaire has no questions yet."))
    for row in versions.values():
        if row.state == QuestionnaireState.CURRENT:
            row.state = QuestionnaireState.RETIRED
            row.save(update_fields=["state"])
    questionnaire.state = QuestionnaireState.CURRENT
    questionnaire.save(update_fields=["state"])
    return questionnaire


@transaction.atomic
def copy_questionnaire(*, questionnaire, by) -> Questionnaire:
    """A draft with the same questions and the next version number."""
    require(by, Action.MODERATE)
    copy = Questionnaire.objects.create(version=_next_version(), title=questionnaire.title)
    Question.objects.bulk_create(
        Question(questionnaire=copy, **{name: getattr(row, name) for name in WORDING})
        for row in questionnaire.questions.all()
    )
    return copy


def _next_version() -> int:
    """The number after the last one. Who waited for the lock has to look again: its own first look missed the new row."""
    list(Questionnaire.objects.select_for_update().order_by("pk"))
    return Questionnaire.objects.aggregate(last=Max("version"))["last"] + 1
