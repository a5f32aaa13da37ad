"""What a visitor may type when signing a company up, and what Voka fills in beside it.

The intake form is built of four parts that also stand alone: company, contact, baseline, consent. A refused form always
shows everything that was typed; only the hidden fields are renewed.
"""

import re
import uuid
from dataclasses import dataclass

import phonenumbers
from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from companies import consents, enterprise_numbers
from companies.enums import CONTACT_KINDS, ConsentKind, HeadcountBand, LogKind, Maturity, Sector
from companies.models import (
    ANSWER_REMARK_MAX_LENGTH,
    MAX_VOLUME,
    NOTE_MAX_LENGTH,
    REASON_MAX_LENGTH,
    REMARK_MAX_LENGTH,
    Company,
    Intake,
    IntakeAnswer,
    validate_postal_code,
)
from companies.services import DETAILS, GivenAnswer
from phases.models import Trajectory

# Line breaks, other control characters, and the marks that turn the writing direction around.
one_line = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]",
    _("Use ordinary letters, digits and punctuation, on one line."),
    inverse_match=True,
)
# These names go into a mail to an address that nobody has confirmed yet.
no_web_address = RegexValidator(
    r"://|www\.", _("Leave web addresses out of this field."), inverse_match=True, flags=re.IGNORECASE
)


def line(label, max_length, *, required=True, autocomplete="", validators=(), **kwargs):
    """A field for one line of text."""
    attrs = {"autocomplete": autocomplete} if autocomplete else {}
    return forms.CharField(
        label=label,
        max_length=max_length,
        required=required,
        validators=[one_line, *validators],
        widget=forms.TextInput(attrs=attrs),
        **kwargs,
    )


class EnterpriseNumberField(forms.CharField):
    """Takes an enterprise number in every common notation; its value is the ten digits, or None when empty."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Enterprise number"))
        kwargs.setdefault(
            "help_text", _("10 digits, for example 0566.988.259. You find it on every invoice of your company.")
        )
        super().__init__(max_length=enterprise_numbers.MAX_INPUT_LENGTH, empty_value=None, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        return value and enterprise_numbers.clean(value)


class PhoneField(forms.CharField):
    """Takes a telephone number, Belgian unless it says otherwise; its value is international: +3214000000."""

    def __init__(self, **kwargs):
        super().__init__(max_length=30, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return value
        try:
            number = phonenumbers.parse(value, "BE")
        except phonenumbers.NumberParseException:
            number = None
        possible = phonenumbers.ValidationResult.IS_POSSIBLE
        if number is None or phonenumbers.is_possible_number_with_reason(number) != possible:
            raise forms.ValidationError(
                _("Fill in a complete telephone number, for example 014 00 00 00."), code="phone"
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class WebsiteField(forms.URLField):
    """Takes a web address, also without https:// in front."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Website"))
        super().__init__(
            max_length=300,
            required=False,
            assume_scheme="https",
            validators=[URLValidator(schemes=["http", "https"])],
            widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
            error_messages={"invalid": _("Fill in a web address, for example www.company.be.")},
            **kwargs,
        )


class VolumeField(forms.IntegerField):
    """How often something happened in the last school year: a whole number, or empty."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        sentence = _("Fill in a whole number, 0 or more.")
        super().__init__(
            required=False,
            min_value=0,
            max_value=MAX_VOLUME,
            error_messages={"invalid": sentence, "min_value": sentence},
            **kwargs,
        )

    def widget_attrs(self, widget):
        return {"inputmode": "numeric"}


class TrajectoryField(forms.ModelChoiceField):
    """A choice of trajectories, each with the chamber that guides it."""

    def label_from_instance(self, obj):
        return f"{obj.name} ({obj.chamber})"


def choices_with_question(question, choices):
    return [("", question), *choices]


class CompanyPart(forms.Form):
    """Part A: which company."""

    company_name = line(_("Name of the company"), 200, autocomplete="organization", validators=[no_web_address])
    enterprise_number = EnterpriseNumberField()
    street = line(_("Street and number"), 200, required=False, autocomplete="street-address")
    postal_code = line(_("Postal code"), 4, autocomplete="postal-code", validators=[validate_postal_code])
    municipality = line(_("Municipality"), 100, autocomplete="address-level2")
    sector = forms.ChoiceField(label=_("Sector"), choices=choices_with_question(_("Choose a sector"), Sector.choices))
    headcount_band = forms.ChoiceField(
        label=_("Number of employees"), choices=choices_with_question(_("Choose a size"), HeadcountBand.choices)
    )
    website = WebsiteField()
    trajectory = TrajectoryField(
        label=_("For which trajectory?"),
        queryset=Trajectory.objects.none(),
        required=False,
        empty_label=_("Voka chooses with me"),
        error_messages={
            "invalid_choice": _(
                "Companies can no longer sign up for this trajectory. Choose another one or leave it to Voka."
            )
        },
    )


class ContactPart(forms.Form):
    """Part B: whom Voka calls."""

    contact_first_name = line(_("First name"), 80, autocomplete="given-name", validators=[no_web_address])
    contact_last_name = line(_("Last name"), 80, autocomplete="family-name", validators=[no_web_address])
    contact_function = line(_("Job function"), 120, required=False, autocomplete="organization-title")
    contact_email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Here we send the confirmation and later your invitation."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = PhoneField(
        label=_("Telephone"),
        help_text=_("Voka calls you to go over your answers."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_contact_email(self):
        return self.cleaned_data["contact_email"].lower()


@dataclass(frozen=True)
class Option:
    """A choice card. Its words are translated once and shown below every question."""

    value: str
    label: str
    explanation: str = ""


@dataclass(frozen=True)
class QuestionRow:
    """A question with its three fields, as the page shows it."""

    question: object
    answer: forms.BoundField
    volume: forms.BoundField
    remark: forms.BoundField

    @property
    def has_remark(self) -> bool:
        return bool(self.remark.value() or self.remark.errors)


class BaselinePart(forms.Form):
    """Part C: how the company works with schools today. Its fields follow from the questionnaire in use."""

    questionnaire_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, questionnaire, **kwargs):
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        self.asked = list(questionnaire.questions.all())
        self.fields["questionnaire_version"].initial = questionnaire.version
        for question in self.asked:
            self.fields |= self._fields_of(question)

    @staticmethod
    def _fields_of(question):
        sentence = _("Choose an answer. You don't know? Then choose “I don't know”.")
        return {
            f"answer_{question.number}": forms.ChoiceField(
                label=question.text,
                choices=Maturity.choices,
                widget=forms.RadioSelect,
                error_messages={"required": sentence, "invalid_choice": sentence},
            ),
            f"volume_{question.number}": VolumeField(label=_("%(question)s: how often") % {"question": question.text}),
            f"remark_{question.number}": forms.CharField(
                label=_("%(question)s: remark") % {"question": question.text},
                max_length=ANSWER_REMARK_MAX_LENGTH,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }

    def clean(self):
        """The questions may have been renewed while the page stood open: what was typed stays, under the new ones."""
        cleaned = super().clean()
        if cleaned.get("questionnaire_version") != self.questionnaire.version:
            self.errors.pop("questionnaire_version", None)
            self.renew("questionnaire_version", self.questionnaire.version)
            self.add_error(
                None, _("The questions have been renewed meanwhile. Go over your answers and send the form again.")
            )
        return cleaned

    def renew(self, name, value):
        """Give a hidden field a new value in the page that comes back."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value

    @cached_property
    def questions(self) -> list[QuestionRow]:
        return [
            QuestionRow(
                question,
                self[f"answer_{question.number}"],
                self[f"volume_{question.number}"],
                self[f"remark_{question.number}"],
            )
            for question in self.asked
        ]

    @cached_property
    def steps(self) -> list[Option]:
        """The answers on the scale, 0 to 4."""
        return [Option(value.value, str(value.label), str(value.explanation)) for value in Maturity if value.counts]

    @cached_property
    def specials(self) -> list[Option]:
        """The two answers that never count."""
        return [Option(value.value, str(value.label)) for value in Maturity if not value.counts]

    def given_answers(self) -> list[GivenAnswer]:
        return [
            GivenAnswer(
                question=question,
                declared=Maturity(self.cleaned_data[f"answer_{question.number}"]),
                volume=self.cleaned_data[f"volume_{question.number}"],
                remark=self.cleaned_data[f"remark_{question.number}"],
            )
            for question in self.asked
        ]


class ConsentPart(forms.Form):
    """Part D: each consent on its own and unticked; only the privacy statement is needed."""

    remark = forms.CharField(
        label=_("Is there anything else we should know?"),
        max_length=REMARK_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    newsletter = forms.BooleanField(required=False)
    publication = forms.BooleanField(required=False)
    privacy = forms.BooleanField(
        error_messages={"required": _("We can only keep your details when you have read the privacy statement.")}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in ConsentKind:
            self.fields[kind.value].label = consents.text_of(kind)

    def given_consents(self) -> set[ConsentKind]:
        return {kind for kind in ConsentKind if self.cleaned_data[kind.value]}


class IntakeForm(CompanyPart, ContactPart, BaselinePart, ConsentPart):
    """The whole intake on one page."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    # Nobody sees this field, so only a robot fills it in.
    reply_subject = forms.CharField(required=False, max_length=200, label=_("Leave this field empty"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = uuid.uuid4
        self.fields["reply_subject"].widget.attrs = {"tabindex": "-1", "autocomplete": "off"}
        self.fields["trajectory"].queryset = Trajectory.objects.open_for_intake().select_related("chamber")
        parts = [*CompanyPart.base_fields, *ContactPart.base_fields]
        last = {*ConsentPart.base_fields, "submission_key", "reply_subject"}
        self.order_fields([*parts, *(name for name in self.fields if name not in last), *ConsentPart.base_fields])

    def clean(self):
        cleaned = super().clean()
        if self.errors.get("submission_key"):
            # Forged or damaged: the page that comes back has a good one.
            del self.errors["submission_key"]
            self.add_error(None, _("Something went wrong with the form. Look it over and send it again."))
            self.renew_key()
        if cleaned.get("reply_subject") or self.errors.get("reply_subject"):
            self.errors.pop("reply_subject", None)
            self.add_error(
                None, _("We thought that a robot filled in this form. Are you a person? Then send it again.")
            )
            self.renew("reply_subject", "")
        return cleaned

    def refuse(self, conflict):
        """Show why the form was not kept, above everything that was typed; the next attempt counts as a new form."""
        for reason in conflict.reasons:
            self.add_error(None, str(reason))
        self.renew_key()

    def renew_key(self):
        self.renew("submission_key", str(uuid.uuid4()))

    def submission(self) -> dict:
        """The arguments of services.submit."""
        return {
            "submission_key": self.cleaned_data["submission_key"],
            "questionnaire": self.questionnaire,
            "details": {name: self.cleaned_data[name] for name in DETAILS},
            "answers": self.given_answers(),
            "given_consents": self.given_consents(),
            "trajectory": self.cleaned_data["trajectory"],
        }


class SearchForm(forms.Form):
    """Search in the list of companies."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False)


# --- Back office ------------------------------------------------------------------------------------------------------


class IntakeAdminForm(forms.ModelForm):
    """An intake in the back office: details to put right, and beside them a contact note and a reason for declining."""

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
    decline_reason = forms.CharField(
        label=_("Reason for declining"),
        max_length=REASON_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text=_("The company reads this in the mail it gets. Only needed when you decline."),
    )

    enterprise_number = EnterpriseNumberField(help_text="")
    contact_phone = PhoneField(label=_("Telephone"))
    website = WebsiteField()

    class Meta:
        model = Intake
        # The admin page adds the others, or shows them as text once the intake is decided.
        fields = ["trajectory", "owner"]

    def clean(self):
        cleaned = super().clean()
        if "_decline" in self.data and not cleaned.get("decline_reason"):
            self.add_error("decline_reason", _("Write why you decline. The company gets to read it."))
        if cleaned.get("next_on") and not cleaned.get("note"):
            self.add_error("note", _("Write what was said or agreed."))
        return cleaned


class RefinementForm(forms.ModelForm):
    """Voka's value beside a declared answer, with the reason."""

    class Meta:
        model = IntakeAnswer
        fields = ["refined", "refined_why"]
        widgets = {"refined_why": forms.TextInput(attrs={"size": 40})}
        help_texts = {"refined_why": _("The company can read this.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "refined" in self.fields:
            self.fields["refined"].choices = [("", "—"), *((value.value, value.in_full) for value in Maturity)]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("refined") and not cleaned.get("refined_why"):
            self.add_error("refined_why", _("Write why you refine this answer."))
        return cleaned


class DeclineForm(forms.Form):
    """One reason for all selected intakes."""

    reason = forms.CharField(
        label=_("Reason for declining"),
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=_("Each company reads this in the mail it gets."),
    )


class CompanyAdminForm(forms.ModelForm):
    """A company's profile; the enterprise number in every common notation."""

    enterprise_number = EnterpriseNumberField(required=False)

    class Meta:
        model = Company
        fields = ["enterprise_number", "sector", "headcount_band", "nace_code", "nace_version"]
