"""What a visitor may type when signing a company up, and what Voka fills in beside it.

A sign-up is filled in part by part (companies.steps puts them in order): company, contact, baseline, wishes, consent. A
refused part always shows everything that was typed; only the hidden fields are renewed.
"""

import re
from dataclasses import dataclass

import phonenumbers
from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies import consents, enterprise_numbers
from companies.enums import (
    CONTACT_KINDS,
    ConsentKind,
    HeadcountBand,
    KeyElement,
    LogKind,
    Maturity,
    NaceVersion,
    Sector,
    StudyDomain,
    WorkgroupRole,
)
from companies.models import (
    ANSWER_REMARK_MAX_LENGTH,
    MAX_VOLUME,
    NOTE_MAX_LENGTH,
    REASON_MAX_LENGTH,
    REMARK_MAX_LENGTH,
    WISH_MAX_LENGTH,
    Company,
    Intake,
    IntakeAnswer,
    Question,
    validate_nace_code,
    validate_postal_code,
)
from companies.services import GivenAnswer
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


class Guarded(forms.Form):
    """A part with a field that nobody sees, so only a robot fills it in."""

    reply_subject = forms.CharField(
        required=False,
        max_length=200,
        label=_("Leave this field empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reply_subject") or self.errors.get("reply_subject"):
            self.errors.pop("reply_subject", None)
            self.add_error(
                None, _("We thought that a robot filled in this form. Are you a person? Then send it again.")
            )
            self.data = self.data.copy()
            self.data[self.add_prefix("reply_subject")] = ""
        return cleaned


class CompanyPart(Guarded):
    """Part A: which company."""

    company_name = line(_("Name of the company"), 200, autocomplete="organization", validators=[no_web_address])
    enterprise_number = EnterpriseNumberField()
    street = line(_("Street and number"), 200, required=False, autocomplete="street-address")
    postal_code = line(_("Postal code"), 4, autocomplete="postal-code", validators=[validate_postal_code])
    municipality = line(_("Municipality"), 100, autocomplete="address-level2")
    sector = forms.ChoiceField(label=_("Sector"), choices=choices_with_question(_("Choose a sector"), Sector.choices))
    nace_code = line(
        _("NACE-BEL code"),
        5,
        required=False,
        validators=[validate_nace_code],
        help_text=_("Five digits. Only if you know it: Voka does not need it."),
    )
    nace_version = forms.ChoiceField(
        label=_("Version of the code"),
        choices=choices_with_question(_("Choose a version"), NaceVersion.choices),
        required=False,
    )
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trajectory"].queryset = Trajectory.objects.open_for_intake().select_related("chamber")
        self.fields["nace_code"].widget.attrs["inputmode"] = "numeric"
        # While typing: the number is looked up, and the municipalities of the postal code are offered.
        self.fields["enterprise_number"].widget.attrs |= {
            "hx-get": reverse_lazy("companies:number"),
            "hx-trigger": "change",
            "hx-target": "#about-the-number",
        }
        self.fields["postal_code"].widget.attrs |= {
            "inputmode": "numeric",
            "hx-get": reverse_lazy("companies:municipalities"),
            "hx-trigger": "change",
            "hx-target": "#municipalities",
        }
        self.fields["municipality"].widget.attrs["list"] = "municipalities"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("nace_code") and not cleaned.get("nace_version") and "nace_version" not in self.errors:
            self.add_error("nace_version", _("Fill in the NACE-BEL code and its version together."))
        if cleaned.get("nace_version") and not cleaned.get("nace_code"):
            cleaned["nace_version"] = ""
        return cleaned


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

    colleague_name = line(_("Name"), 160, required=False, autocomplete="off", validators=[no_web_address])
    colleague_function = line(_("Job function"), 120, required=False, autocomplete="off")
    colleague_email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_contact_email(self):
        return self.cleaned_data["contact_email"].lower()

    def clean_colleague_email(self):
        return self.cleaned_data["colleague_email"].lower()

    def clean(self):
        cleaned = super().clean()
        told = cleaned.get("colleague_email") or cleaned.get("colleague_function")
        if told and not cleaned.get("colleague_name") and "colleague_name" not in self.errors:
            self.add_error("colleague_name", _("Fill in the name of your colleague too."))
        return cleaned


@dataclass(frozen=True)
class Option:
    """A choice card. Its words are translated once and shown below every question."""

    value: str
    label: str
    explanation: str = ""


@dataclass(frozen=True)
class QuestionRow:
    """A question with its three fields, as the page shows it."""

    question: Question
    answer: forms.BoundField
    volume: forms.BoundField
    remark: forms.BoundField

    @property
    def steps(self) -> list["Option"]:
        """The answers on the scale, 0 to 4, with what each means for this form of cooperation."""
        return [Option(step.value, str(step.label), text) for step, text in self.question.steps.items()]

    @cached_property
    def has_own_steps(self):
        """Whether its steps mean something else than those above the questions."""
        return any(
            Question._meta.get_field(f"step_{step}").default != text for step, text in self.question.steps.items()
        )

    @property
    def has_remark(self) -> bool:
        return bool(self.remark.value() or self.remark.errors)


class BaselinePart(forms.Form):
    """Part C: how the company works with schools today. Its fields follow from the questions of this page."""

    questionnaire_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, questionnaire, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = questions
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
    def steps(self):
        """The answers on the scale, 0 to 4, as most questions explain them."""
        return [
            Option(value.value, str(value.label), str(Question._meta.get_field(f"step_{value}").default))
            for value in Maturity
            if value.counts
        ]

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


class WishesPart(forms.Form):
    """Part D: what the company can and wants. Nothing of it has to be filled in."""

    study_domains = forms.MultipleChoiceField(
        label=_("With which study domains do you want to work?"),
        choices=StudyDomain.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    key_elements = forms.MultipleChoiceField(
        label=_("On which parts of STEM education do you want to work?"),
        help_text=_("The seven key elements of the STEM School Label."),
        choices=KeyElement.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    places_per_year = VolumeField(
        label=_("How many places a year do you have for pupils and teachers?"),
        help_text=_("Internships, projects and visits together. A guess is fine."),
    )
    languages = line(_("In which languages can you receive them?"), 200, required=False)
    safety = forms.CharField(
        label=_("What is needed at your place for safety?"),
        help_text=_("For example a VCA certificate or a minimum age."),
        max_length=WISH_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    partner_schools = forms.CharField(
        label=_("With which schools do you work already?"),
        max_length=WISH_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    workgroup_role = forms.ChoiceField(
        label=_("Can someone of you take part in a workgroup?"),
        choices=choices_with_question(_("Choose an answer"), WorkgroupRole.choices),
        required=False,
    )
    goals = forms.CharField(
        label=_("What do you want to achieve?"),
        max_length=WISH_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    barriers = forms.CharField(
        label=_("What makes it hard today?"),
        max_length=WISH_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    remark = forms.CharField(
        label=_("Is there anything else we should know?"),
        max_length=REMARK_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConsentPart(Guarded):
    """Part E: each consent on its own and unticked; only the privacy statement is needed."""

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


class LinkForm(forms.Form):
    """Where to mail the link to a saved sign-up."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self):
        return self.cleaned_data["email"].lower()


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


class AssignForm(forms.Form):
    """One owner for all selected intakes."""

    owner = forms.ModelChoiceField(label=_("Followed up by"), queryset=User.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True)


class CompanyAdminForm(forms.ModelForm):
    """A company's profile; the enterprise number in every common notation."""

    enterprise_number = EnterpriseNumberField(required=False)

    class Meta:
        model = Company
        fields = ["enterprise_number", "sector", "headcount_band", "nace_code", "nace_version"]
