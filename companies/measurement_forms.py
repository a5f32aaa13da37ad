"""The final measurement as people fill it in: one form per pillar, filled in beforehand with the start.

What a newcomer gets wrong: `version` is the whole measurement's, as it was when the page was made; a colleague who saves
another pillar meanwhile is no reason to stop, one who saves this one is.
"""

from functools import cached_property

from django import forms
from django.utils.translation import gettext as _

from companies.enums import Maturity
from companies.forms import ANSWER_REMARK_MAX_LENGTH, BaselinePart, QuestionRow, VolumeField
from companies.models import REASON_MAX_LENGTH
from companies.services import MeasuredAnswer

MAX_VERSION = 2_000_000_000


class PartForm(forms.Form):
    """The questions of one pillar. What was saved comes first, then the start."""

    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)

    def __init__(self, *args, part, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.part = part
        # What a colleague saved meanwhile, by question id.
        self.newer: dict[int, MeaningOf] = {}
        self.fields["version"].initial = version
        for row in part.rows:
            self.fields |= self._fields_of(row)

    @staticmethod
    def _fields_of(row):
        shown, question = row.answer, row.question
        sentence = _("Choose an answer. You don't know? Then choose “I don't know”.")
        return {
            f"answer_{question.number}": forms.ChoiceField(
                label=question.text,
                choices=Maturity.choices,
                widget=forms.RadioSelect,
                initial=shown.value if shown else row.start.value.value,
                error_messages={"required": sentence, "invalid_choice": sentence},
            ),
            f"volume_{question.number}": VolumeField(
                label=_("%(question)s: how often") % {"question": question.text},
                initial=shown.volume if shown else row.start.volume,
            ),
            f"remark_{question.number}": forms.CharField(
                label=_("%(question)s: remark") % {"question": question.text},
                max_length=ANSWER_REMARK_MAX_LENGTH,
                required=False,
                initial=shown.remark if shown else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }

    def clean(self):
        cleaned = super().clean()
        if self.errors.get("version"):
            del self.errors["version"]
            self.add_error(None, _("Something went wrong with the form. Look it over and send it again."))
            self._show_version(self.fields["version"].initial)
        return cleaned

    @cached_property
    def questions(self) -> list[QuestionRow]:
        return [
            QuestionRow(
                row.question,
                self[f"answer_{row.question.number}"],
                self[f"volume_{row.question.number}"],
                self[f"remark_{row.question.number}"],
            )
            for row in self.part.rows
        ]

    @property
    def lines(self):
        """Each question with the start, and with what a colleague saved meanwhile."""
        return [
            (question, row.start, self.newer.get(row.question.pk))
            for question, row in zip(self.questions, self.part.rows, strict=True)
        ]

    steps, specials = BaselinePart.steps, BaselinePart.specials

    def given_answers(self) -> list[MeasuredAnswer]:
        return [
            MeasuredAnswer(
                question=row.question,
                value=Maturity(self.cleaned_data[f"answer_{row.question.number}"]),
                volume=self.cleaned_data[f"volume_{row.question.number}"],
                remark=self.cleaned_data[f"remark_{row.question.number}"],
            )
            for row in self.part.rows
        ]

    def refuse(self, conflict):
        """Show why nothing was saved, above everything that was typed."""
        for reason in conflict.reasons:
            self.add_error(None, str(reason))

    def compare(self, stale):
        """Show what a colleague saved; saving once more is then on purpose."""
        self.refuse(stale)
        self.newer = {pk: MeaningOf(answer) for pk, answer in stale.current.items()}
        self._show_version(stale.version)

    def _show_version(self, version):
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = version


class MeaningOf:
    """A stored answer in words."""

    def __init__(self, answer):
        self.value = Maturity(answer.value).in_full
        self.volume = answer.volume
        self.remark = answer.remark
        self.by = answer.updated_by


class MissingForm(forms.Form):
    """Why a final measurement will not come."""

    reason = forms.CharField(
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why is it missing?")
        self.fields["reason"].help_text = _("The company reads this too.")
