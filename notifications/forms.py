"""Inviting somebody by mail. The service has the last word: what it refuses is shown beside the form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import FunctionProfile, OrganisationKind, Role
from accounts.models import Invitation
from accounts.policy import Conflict, Refused
from accounts.services import check_invitation

ROLES = {True: (Role.STAFF, Role.ADMINISTRATOR), False: (Role.COLLEAGUE, Role.REPRESENTATIVE)}


class InvitationForm(forms.ModelForm):
    """Who is invited, by `by`, to `organisation` (or to the one chosen in the form, in the back office)."""

    organisation = None
    by = None

    class Meta:
        model = Invitation
        fields = ["email", "first_name", "last_name", "role", "job_function", "function_profile"]
        # What is typed here is a colleague's, so the browser must not offer one's own.
        widgets = {name: forms.TextInput(attrs={"autocomplete": "off"}) for name in ("first_name", "last_name")} | {
            "email": forms.EmailInput(attrs={"autocomplete": "off"})
        }
        help_texts = {
            "job_function": _("For example HR manager or STEM coordinator."),
            "function_profile": _("With this Voka finds the right person for a workgroup."),
        }

    def clean(self):
        cleaned = super().clean()
        organisation = cleaned.get("organisation") or self.organisation
        if organisation and cleaned.get("email") and cleaned.get("role"):
            cleaned["email"] = cleaned["email"].lower()
            try:
                check_invitation(organisation=organisation, email=cleaned["email"], role=cleaned["role"], by=self.by)
            except Refused as refusal:
                self.add_error(None, refusal.sentence)
            except Conflict as conflict:
                self.add_conflict(conflict)
        return cleaned

    def add_conflict(self, conflict):
        """Show what the service refused."""
        self.add_error(None, [str(reason) for reason in conflict.reasons])

    def validate_constraints(self):
        """An open invitation for the same address is no fault: the service renews it."""


class ColleagueForm(InvitationForm):
    """On the portal's own page: the roles that fit the organisation."""

    def __init__(self, *args, organisation, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation, self.by = organisation, by
        is_voka = organisation.kind == OrganisationKind.VOKA
        self.fields["role"].choices = [(role.value, role.label) for role in ROLES[is_voka]]
        self.fields["role"].initial = ROLES[is_voka][0]
        self.fields["function_profile"].choices = FunctionProfile.fitting(organisation.kind)
        if not is_voka:
            self.fields["role"].help_text = _(
                "A representative speaks for the organisation and can invite colleagues. A colleague works along."
            )


class AdminInvitationForm(InvitationForm):
    """In the back office, where the organisation is chosen too and the admin says who invites."""

    class Meta(InvitationForm.Meta):
        fields = ["organisation", *InvitationForm.Meta.fields]
