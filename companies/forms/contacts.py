"""The contacts of a company: inviting one, and who takes over when one leaves. The service has the last word on both."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.enums import FunctionProfile, OrganisationKind, Role
from accounts.models import Invitation, Membership

# What is typed here is somebody else's, so the browser must not offer one's own.
OF_SOMEBODY_ELSE = {
    "email": forms.EmailInput(attrs={"autocomplete": "off"}),
    "first_name": forms.TextInput(attrs={"autocomplete": "off"}),
    "last_name": forms.TextInput(attrs={"autocomplete": "off"}),
}
ROLES = (Role.COLLEAGUE, Role.REPRESENTATIVE)


class ContactForm(forms.ModelForm):
    """Who is invited, and as what."""

    class Meta:
        model = Invitation
        fields = ["email", "first_name", "last_name", "role", "job_function", "function_profile"]
        widgets = OF_SOMEBODY_ELSE
        help_texts = {
            "role": _(
                "A representative speaks for the organisation and can invite colleagues. A colleague works along."
            ),
            "job_function": _("For example HR manager or STEM coordinator."),
            "function_profile": _("With this Voka finds the right person for a workgroup."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in ROLES]
        self.fields["role"].initial = ROLES[0]
        self.fields["function_profile"].choices = FunctionProfile.fitting(OrganisationKind.COMPANY)

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def validate_constraints(self):
        """An open invitation for the same address is no fault: the service renews it."""


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
        widgets = OF_SOMEBODY_ELSE

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
