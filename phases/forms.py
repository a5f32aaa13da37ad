"""Input of a phase move. Who and when are for the service; here only whether the input is a phase and a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from phases.enums import Phase
from phases.services import REASON_MAX_LENGTH


class MoveForm(forms.Form):
    """`seen` is the phase that the page showed; `override` says that the sender means to go on while something is missing."""

    to = forms.ChoiceField(choices=Phase, widget=forms.HiddenInput)
    seen = forms.ChoiceField(choices=[("", ""), *Phase.choices], widget=forms.HiddenInput, required=False)
    override = forms.BooleanField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your name and your reason go into the history. Everyone in the trajectory can read them."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("override") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write why you go on while something is missing."))
        return cleaned
