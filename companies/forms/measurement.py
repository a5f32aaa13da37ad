"""The final measurement as people fill it in: one form per pillar, filled in beforehand with the start.

What a newcomer gets wrong: `version` is the whole measurement's, as it was when the page was made; a colleague who saves
another pillar meanwhile is no reason to stop, one who saves this one is.
"""

from django import forms
from django.utils.translation import gettext as _

from companies.enums import Maturity
from companies.forms.baseline import QuestionsForm
from companies.models import REASON_MAX_LENGTH
from companies.services import MeasuredAnswer

MAX_VERSION = 2_000_000_000


class PartForm(QuestionsForm):
    """The questions of one pillar, filled in beforehand with what was saved, else with the step of the start.

    How often is left empty, with the number of the start beside it: it is about another school year, and one tap too many
    would store the old number as the new one.
    """

    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)

    def __init__(self, *args, part, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.part = part
        # What a colleague saved meanwhile, by question id.
        self.newer: dict[int, MeaningOf] = {}
        self.fields["version"].initial = version
        self.asked = [row.question for row in part.rows]
        for row in part.rows:
            shown = row.answer
            self.ask(
                row.question,
                answer=shown.value if shown else row.start.value.value,
                volume=shown.volume if shown else None,
                remark=shown.remark if shown else "",
            )

    def clean(self):
        cleaned = super().clean()
        if self.errors.get("version"):
            del self.errors["version"]
            self.add_error(None, _("Something went wrong with the form. Look it over and send it again."))
            self._show_version(self.fields["version"].initial)
        return cleaned

    @property
    def lines(self):
        """Each question with the start, and with what a colleague saved meanwhile."""
        return [
            (question, row.start, self.newer.get(row.question.pk))
            for question, row in zip(self.questions, self.part.rows, strict=True)
        ]

    def given_answers(self) -> list[MeasuredAnswer]:
        return [MeasuredAnswer(question, *self.given_to(question)) for question in self.asked]

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
