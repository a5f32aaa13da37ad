"""What Voka fills in beside an intake: a note, a refined answer, a reason, an owner."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.enums import CONTACT_KINDS, KeyElement, LogKind, Maturity, StudyDomain
from companies.forms.fields import EnterpriseNumberField, PhoneField, WebsiteField
from companies.forms.seen import SeenForm
from companies.models import NOTE_MAX_LENGTH, REASON_MAX_LENGTH, Intake, IntakeAnswer
from companies.phone_numbers import shown

# Of what somebody typed and could not be saved: enough to know it again.
QUOTED_LENGTH = 300


class ShownPhoneField(PhoneField):
    """Shows a number as people read it."""

    def prepare_value(self, value):
        return shown(value) if value else value


class IntakeAdminForm(SeenForm):
    """An intake in the back office: details to put right, and beside them a contact to note."""

    note_kind = forms.ChoiceField(
        label=_("Kind of contact"),
        choices=[(kind.value, kind.label) for kind in CONTACT_KINDS],
        initial=LogKind.CALL,
        required=False,
    )
    note = forms.CharField(
        label=_("What was said or agreed"),
        max_length=NOTE_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text=_("No one can change or delete it afterwards."),
    )
    next_on = forms.DateField(label=_("Next contact on"), required=False)

    enterprise_number = EnterpriseNumberField(help_text="")
    contact_phone = ShownPhoneField(label=_("Telephone"))
    website = WebsiteField()
    study_domains = forms.MultipleChoiceField(
        label=_("Study domains"),
        choices=StudyDomain.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    key_elements = forms.MultipleChoiceField(
        label=_("Key elements"),
        choices=KeyElement.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Intake
        # The admin page adds the others, or shows them as text once the intake is decided.
        fields = ["trajectory", "owner"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("next_on") and not cleaned.get("note"):
            self.add_error("note", _("Write what was said or agreed."))
        if cleaned.get("note") and not cleaned.get("note_kind") and "note_kind" not in self.errors:
            self.add_error("note_kind", _("Choose what kind of contact it was."))
        if bool(cleaned.get("nace_code")) != bool(cleaned.get("nace_version")):
            self.add_error("nace_version", _("Fill in the NACE-BEL code and its version together."))
        if lost := list(self._closed_meanwhile()):
            self.add_error(
                None,
                _("This intake is decided meanwhile, so this was not saved: %(what)s.") % {"what": "; ".join(lost)},
            )
        return cleaned

    def _closed_meanwhile(self):
        """What was changed in fields that were open when the page was made, and are text by now."""
        for field in Intake._meta.fields:
            seen = self.data.get(self.add_initial_prefix(field.name))
            typed = self.data.get(self.add_prefix(field.name), "")
            if field.name not in self.fields and seen is not None and seen.splitlines() != typed.splitlines():
                yield f"{field.verbose_name}: {typed[:QUOTED_LENGTH]}"


class RefinementForm(SeenForm):
    """Voka's value beside a declared answer, with the reason."""

    as_one = ("refined", "refined_why")

    class Meta:
        model = IntakeAnswer
        fields = ["refined", "refined_why"]
        help_texts = {"refined": ""}
        widgets = {"refined_why": forms.Textarea(attrs={"rows": 2, "cols": 40})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "refined" in self.fields:
            self.fields["refined"].choices = [("", "—"), *((value.value, value.in_full) for value in Maturity)]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("refined") and not cleaned.get("refined_why") and "refined_why" not in self.errors:
            self.add_error("refined_why", _("Write why you refine this answer."))
        return cleaned


class DeclineForm(forms.Form):
    """Why not: for one intake, or for all that are ticked."""

    reason = forms.CharField(
        label=_("Reason for declining"),
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=_("The company reads this in the mail it gets."),
    )


class AssignForm(forms.Form):
    """One owner for all selected intakes."""

    owner = forms.ModelChoiceField(label=_("Followed up by"), queryset=User.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True)
