"""Making an account from an invitation, one's own profile, and a membership in the back office."""

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.policy import Conflict, Refused
from accounts.services import check_member

# Long enough for a sentence; without a limit hashing a megabyte is work that anyone could ask for.
PASSWORD_MAX_LENGTH = 200


class AccountForm(SetPasswordMixin, forms.ModelForm):
    """Name and password of a new person. The address comes from the invitation and cannot be typed."""

    password1, password2 = SetPasswordMixin.create_password_fields(_("Choose a password"), _("The same password again"))

    class Meta:
        model = User
        fields = ["first_name", "last_name"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    def __init__(self, *args, invitation, **kwargs):
        user = User(email=invitation.email, first_name=invitation.first_name, last_name=invitation.last_name)
        super().__init__(*args, instance=user, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].max_length = PASSWORD_MAX_LENGTH
            self.fields[name].widget.attrs["maxlength"] = PASSWORD_MAX_LENGTH
        self.fields["password1"].help_text = _(
            "At least 10 characters. A few words in a row are easy to remember. "
            "Do not use your name or e-mail address, or a password that many people use."
        )
        self.fields["password2"].help_text = ""

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        if len(password) > PASSWORD_MAX_LENGTH:
            raise forms.ValidationError(
                _("Use at most %(count)d characters."), params={"count": PASSWORD_MAX_LENGTH}, code="max_length"
            )
        return password

    def clean(self):
        self.validate_passwords()
        return super().clean()

    def _post_clean(self):
        # Only now the instance holds the typed name, which a password may not look like.
        super()._post_clean()
        self.validate_password_for_user(self.instance, "password1")


class ProfileForm(forms.ModelForm):
    """Own name and telephone."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        }
        help_texts = {"phone": _("Voka and your own colleagues can see it.")}


class MembershipForm(forms.ModelForm):
    """A membership in the back office. `by` is set by the admin; what the service refuses stands beside the form."""

    by = None

    class Meta:
        model = Membership
        fields = ["user", "organisation", "role", "job_function", "function_profile", "started_on"]

    def clean(self):
        cleaned = super().clean()
        organisation = cleaned.get("organisation") or getattr(self.instance, "organisation", None)
        if organisation and cleaned.get("role"):
            try:
                check_member(user=cleaned.get("user"), organisation=organisation, role=cleaned["role"], by=self.by)
            except Refused as refusal:
                self.add_error(None, refusal.sentence)
            except Conflict as conflict:
                self.add_error(None, [str(reason) for reason in conflict.reasons])
        return cleaned
