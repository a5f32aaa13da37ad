"""The parts of a sign-up, but for the questions (companies.forms.baseline); companies.steps puts them in order.

A refused part always shows everything that was typed; only the hidden fields are renewed.
"""

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from companies import consents
from companies.enums import (
    ConsentKind,
    HeadcountBand,
    KeyElement,
    NaceVersion,
    Sector,
    StudyDomain,
    WorkgroupRole,
)
from companies.forms.fields import (
    Asking,
    EnterpriseNumberField,
    PhoneField,
    TrajectoryField,
    VolumeField,
    WebsiteField,
    choices_with_question,
    line,
    no_web_address,
)
from companies.models import REMARK_MAX_LENGTH, WISH_MAX_LENGTH, validate_nace_code, validate_postal_code
from companies.postal_codes import belongs_to, municipalities_of
from phases.models import Trajectory


class Guarded(Asking):
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


def looking_up(target):
    """While typing: a sentence in `target` when the company may have signed up before."""
    return {"hx-get": reverse_lazy("companies:number"), "hx-trigger": "change", "hx-target": target}


class CompanyPart(Guarded):
    """Part A: which company. A postal code of one municipality fills that in by itself."""

    asks = {
        "company_name": _("Fill in the name of your company."),
        "enterprise_number": _("Fill in your enterprise number."),
        "postal_code": _("Fill in your postal code."),
        "municipality": _("Fill in your municipality."),
        "sector": _("Choose your sector."),
        "headcount_band": _("Choose how many people work at your company."),
    }

    company_name = line(_("Name of the company"), 200, autocomplete="organization", validators=[no_web_address])
    enterprise_number = EnterpriseNumberField()
    street = line(_("Street and number"), 200, required=False, autocomplete="address-line1")
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
        self._fill_in_the_municipality()
        self.fields["trajectory"].queryset = Trajectory.objects.open_for_intake().select_related("chamber")
        self.fields["nace_code"].widget.attrs["inputmode"] = "numeric"
        # While typing: the number is looked up, and the municipalities of the postal code are offered.
        self.fields["enterprise_number"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "off",
            "aria-describedby": "id_enterprise_number_helptext about-the-number",
            "hx-get": reverse_lazy("companies:number"),
            "hx-trigger": "change",
            "hx-target": "#about-the-number",
        }
        self.fields["company_name"].widget.attrs |= looking_up("#about-the-name")
        self.fields["postal_code"].widget.attrs |= {
            "inputmode": "numeric",
            "hx-get": reverse_lazy("companies:municipalities"),
            "hx-trigger": "change",
            "hx-target": "#municipalities",
        }
        self.fields["municipality"].widget.attrs["list"] = "municipalities"

    def _fill_in_the_municipality(self):
        """What the page does while typing, for who has no script."""
        names = municipalities_of(self.data.get("postal_code", ""))
        if len(names) == 1 and not self.data.get("municipality", "").strip():
            self.data = self.data.copy()
            self.data["municipality"] = names[0]

    @property
    def doubt(self) -> str:
        """A question when the municipality is none of its postal code: people mistype, and our list is not the law."""
        code, typed = self.cleaned_data.get("postal_code", ""), self.cleaned_data.get("municipality", "")
        if not typed or belongs_to(code, typed):
            return ""
        return _(
            "%(code)s is the postal code of %(expected)s. Is “%(typed)s” right? "
            "If not, go back to the first step and change it."
        ) % {"code": code, "expected": municipalities_of(code)[0], "typed": typed}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("nace_code") and not cleaned.get("nace_version") and "nace_version" not in self.errors:
            self.add_error("nace_version", _("Fill in the NACE-BEL code and its version together."))
        if cleaned.get("nace_version") and not cleaned.get("nace_code"):
            cleaned["nace_version"] = ""
        return cleaned


class ContactPart(Asking):
    """Part B: whom Voka calls."""

    asks = {
        "contact_first_name": _("Fill in the first name of the contact."),
        "contact_last_name": _("Fill in the last name of the contact."),
        "contact_email": _("Fill in an e-mail address, for example an@company.be."),
        "contact_phone": _("Fill in a telephone number, for example 014 00 00 00."),
    }

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
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    colleague_name = line(_("Name"), 160, required=False, autocomplete="off", validators=[no_web_address])
    colleague_function = line(_("Job function"), 120, required=False, autocomplete="off")
    colleague_email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact_email"].widget.attrs |= looking_up("#about-the-address")

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

    asks = {"privacy": _("You can only send the form when you have read the privacy statement.")}

    privacy = forms.BooleanField()
    newsletter = forms.BooleanField(required=False)
    publication = forms.BooleanField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in ConsentKind:
            self.fields[kind.value].label = consents.text_of(kind)
            # The list of errors on top names the field in short; the label is the whole text of the consent.
            self.fields[kind.value].short_label = kind.label

    def given_consents(self) -> set[ConsentKind]:
        return {kind for kind in ConsentKind if self.cleaned_data[kind.value]}


class OverviewPart(Guarded):
    """The last step: nothing to fill in, only to send."""


class LinkForm(Asking):
    """Where to mail the link to a saved sign-up."""

    asks = {"email": _("Fill in your e-mail address.")}

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self):
        return self.cleaned_data["email"].lower()
