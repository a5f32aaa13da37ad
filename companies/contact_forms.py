"""The form with which a contact of a company leaves: who takes over."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership


class Way(TextChoices):
    COLLEAGUE = "colleague", _("A colleague takes over")
    NEW = "new", _("Somebody new takes over: send an invitation")
    NOBODY = "nobody", _("Nobody takes over")


class HandOverForm(forms.ModelForm):
    """Who takes over: a colleague, somebody new by e-mail, or nobody. What the service refuses stands beside the form."""

    way = forms.ChoiceField(label=_("Who takes over?"), choices=Way, widget=forms.RadioSelect)
    successor = forms.ModelChoiceField(
        label=_("Which colleague?"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Choose a colleague"),
    )

    class Meta:
        model = Invitation
        fields = ["email", "first_name", "last_name", "job_function"]
        widgets = {name: forms.TextInput(attrs={"autocomplete": "off"}) for name in ("first_name", "last_name")} | {
            "email": forms.EmailInput(attrs={"autocomplete": "off"})
        }

    field_order = ["way", "successor"]

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = not colleagues
        self.fields["successor"].label_from_instance = lambda membership: str(membership.user)
        self.fields["successor"].queryset = colleagues
        if colleagues:
            self.fields["email"].help_text = _("Only when somebody new takes over.")
        else:
            # The last contact: there is nobody to choose, and leaving without a successor is refused.
            del self.fields["successor"]
            self.fields["way"].choices = [(Way.NEW.value, Way.NEW.label)]
            self.fields["way"].initial = Way.NEW

    def clean(self):
        cleaned = super().clean()
        way = cleaned.get("way")
        if way == Way.COLLEAGUE and not cleaned.get("successor") and "successor" not in self.errors:
            self.add_error("successor", _("Choose the colleague who takes over."))
        if way == Way.NEW and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Fill in the e-mail address of the person who takes over."))
        return cleaned

    def validate_constraints(self):
        """An open invitation for the same address is no fault: the service renews it."""
