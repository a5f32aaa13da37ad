"""Input about schools. Who and when are for the services; here only whether the input makes sense."""

from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from documents.models import Document
from documents.services import MAX_FILES, validate_upload
from schools import selectors
from schools.enums import FIRST_AWARDS, LABELS, EvidenceState, LabelLevel, OutcomeKind, Score
from schools.models import Criterion

TEXT_MAX_LENGTH = 5000
COMMENT_MAX_LENGTH = 2000
# The largest value that every database accepts in an integer column.
MAX_VERSION = 2**31 - 1
FILE_HELP = _("PDF, photo, Office document, OpenDocument or MP4, at most 25 MB.")


def date_field(label, **options):
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def text_field(label, *, rows, max_length=TEXT_MAX_LENGTH, **options):
    return forms.CharField(label=label, max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **options)


class UploadField(forms.FileField):
    """A file of an accepted type and size; what is inside is checked afterwards, in the background."""

    default_validators = [validate_upload]

    def __init__(self, **options):
        super().__init__(allow_empty_file=True, help_text=FILE_HELP, **options)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files at once; each is judged on its own, and the answer is a list.

    `good` holds those that can be kept, also when another one, or another field, has to be put right.
    """

    widget = SeveralFiles
    good: tuple = ()

    def clean(self, data, initial=None):
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if len(uploads) > MAX_FILES:
            raise forms.ValidationError(
                _("These are %(count)d files. You can send at most %(maximum)d at once."),
                params={"count": len(uploads), "maximum": MAX_FILES},
            )
        complaints = [(upload, self._complaint(upload)) for upload in uploads]
        self.good = tuple(upload for upload, words in complaints if not words)
        if refused := [words for _upload, words in complaints if words]:
            raise forms.ValidationError(refused)
        return uploads

    def _complaint(self, upload):
        """Why this one cannot be kept, with its name in front; nothing when it can."""
        try:
            super().clean(upload)
        except forms.ValidationError as refusal:
            return f"{upload.name}: {refusal.messages[0]}"
        return ""


class NotInTheFuture:
    """Mixin: the dates named in `past_fields` lie today or before."""

    past_fields: tuple[str, ...] = ()

    def clean(self):
        cleaned = super().clean()
        for name in self.past_fields:
            value = cleaned.get(name)
            if value and value > timezone.localdate():
                self.add_error(name, _("This date lies in the future. Choose today or an earlier day."))
        return cleaned


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name, place or institution number"), max_length=100, required=False)


class ScoreForm(forms.Form):
    """Score and argument on one criterion. `version` is what the page showed (see services.score_criterion)."""

    score = forms.TypedChoiceField(
        label=_("How far is your school?"), choices=Score, coerce=int, widget=forms.RadioSelect
    )
    argument = text_field(
        _("Why this score?"),
        rows=6,
        max_length=3000,
        help_text=_("What do you do, with whom, and how do you see that it works? A few sentences are enough."),
    )
    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)

    def options(self):
        """Each score with what it stands for."""
        return [(radio, Score(int(radio.data["value"])).meaning) for radio in self["score"]]


class CriteriaField(forms.ModelMultipleChoiceField):
    """Checkboxes under the name of their key element."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options):
        super().__init__(queryset=Criterion.objects.none(), **options)

    def load(self):
        criteria = list(selectors.current_criteria())
        self.queryset = selectors.current_criteria()
        groups: dict[str, list] = {}
        for criterion in criteria:
            groups.setdefault(str(criterion.key_element), []).append((criterion.pk, str(criterion)))
        self.choices = list(groups.items())


class EvidenceForm(NotInTheFuture, forms.Form):
    """A draft: a title, or a file that gives one, is enough. What handing in asks is for services.submit_evidence."""

    past_fields = ("practice_date",)

    title = forms.CharField(
        label=_("Title"), max_length=150, required=False, help_text=_("Left empty: the name of your first file.")
    )
    file = UploadsField(label=_("Add files"), required=False)
    text = text_field(_("What did you do, and what shows that it works?"), rows=7, required=False)
    practice_date = date_field(
        _("Date of the practice"),
        required=False,
        help_text=_("When did you do this with your pupils? Not the date of this upload."),
    )
    criteria = CriteriaField(
        label=_("Which criteria does this prove?"), required=False, help_text=_("One piece may prove several.")
    )
    link = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("To a page or a film online."),
    )
    text_en = text_field(
        _("The same in English"),
        rows=5,
        required=False,
        help_text=_("You need this later, when you apply for the label."),
    )
    take_off = forms.ModelMultipleChoiceField(
        label=_("Take off"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("These files disappear for good. Their name and SHA-256 stay on record."),
    )
    pupils_confirmed = forms.BooleanField(
        label=_("No recognisable pupils without permission"),
        required=False,
        help_text=_("Your name and this moment are kept with your confirmation. Never upload names of pupils."),
    )
    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput, initial=0)

    def __init__(self, *args, documents=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criteria"].load()
        if documents:
            self.fields["take_off"].queryset = Document.objects.filter(pk__in=[each.pk for each in documents])
            self.fields["take_off"].choices = [(each.pk, _file_words(each)) for each in documents]
        else:
            del self.fields["take_off"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("title") and not {"title", "file"} & self.errors.keys():
            files = cleaned.get("file")
            if files:
                cleaned["title"] = files[0].name.rpartition(".")[0][:150] or files[0].name[:150]
            else:
                self.add_error("title", _("Give it a title, or choose a file. The rest can wait."))
        return cleaned

    def criteria_by_element(self):
        """Each key element with its boxes, and how many of them are ticked."""
        groups: dict[str, list] = {}
        names = {pk: group for group, options in self.fields["criteria"].choices for pk, _label in options}
        for box in self["criteria"].subwidgets:
            groups.setdefault(names.get(_pk_of(box), ""), []).append(box)
        return [(name, boxes, sum(bool(box.data["selected"]) for box in boxes)) for name, boxes in groups.items()]

    @property
    def good_files(self) -> tuple:
        """What was sent along and can be kept, whatever else has to be put right."""
        field = cast(UploadsField, self.fields["file"])
        return field.good if self.is_bound else ()


def _pk_of(box):
    value = box.data["value"]
    return getattr(value, "value", value)


def _file_words(document):
    if document.is_safe:
        return document.name
    return f"{document.name} ({document.get_state_display().lower()})"


class EvidenceFilterForm(forms.Form):
    """What the list of evidence shows."""

    staat = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *EvidenceState.choices])
    criterium = forms.ChoiceField(label=_("Criterion"), required=False)

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterium"].choices = [
            ("", _("All criteria")),
            *((each.number, str(each)) for each in criteria),
        ]

    def chosen(self) -> dict[str, str]:
        """The filters that make sense; what does not is told beside its field."""
        self.is_valid()
        return {
            "state": self.cleaned_data.get("staat", ""),
            "criterion": self.cleaned_data.get("criterium", ""),
        }


class ReviewForm(forms.Form):
    """Voka's answer to a piece of evidence."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("ask_more", "")], widget=forms.HiddenInput)
    comment = text_field(
        _("Comment for the school"),
        rows=3,
        max_length=COMMENT_MAX_LENGTH,
        required=False,
        help_text=_("Needed when you ask for an addition. The school reads it."),
    )


class OfTheLabel(NotInTheFuture):
    """Mixin: the dates named in `past_fields` are of a time in which the label existed."""

    def clean(self):
        cleaned = super().clean()
        for name in self.past_fields:
            value = cleaned.get(name)
            if value and value < FIRST_AWARDS:
                self.add_error(name, _("This date is too long ago: the STEM School Label did not exist yet."))
        return cleaned


class LabelForm(OfTheLabel, forms.Form):
    """A label that EUN gave, or "no label": then there is no award to date, and it holds from today."""

    past_fields = ("awarded_on",)

    level = forms.ChoiceField(label=_("Level"), choices=LabelLevel)
    awarded_on = date_field(_("Awarded on"), required=False, help_text=_("Leave empty when you choose “No label”."))
    valid_until = date_field(_("Valid until"), required=False)
    proof = UploadField(label=_("Proof"), required=False)
    note = text_field(_("Remark"), rows=3, max_length=COMMENT_MAX_LENGTH, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("level") == LabelLevel.NONE:
            return cleaned | {"awarded_on": timezone.localdate(), "valid_until": None}
        if not cleaned.get("awarded_on") and "awarded_on" not in self.errors:
            self.add_error("awarded_on", _("Fill in when EUN gave the label."))
        start, end = cleaned.get("awarded_on"), cleaned.get("valid_until")
        if start and end and end <= start:
            self.add_error("valid_until", _("The end date is before the date of the award."))
        return cleaned


class ProofForm(forms.Form):
    """Another proof of a label that is on record already."""

    proof = UploadField(label=_("New proof"))


class OutcomeForm(OfTheLabel, forms.Form):
    """How the step ended; `level_now` is the level the school has."""

    past_fields = ("decided_on",)

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=OutcomeKind, widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label=_("New level"),
        required=False,
        choices=[("", "---------"), *((level.value, level.label) for level in LABELS)],
        help_text=_("Only when the school moved up."),
    )
    decided_on = date_field(_("Decided on"))
    proof = UploadField(label=_("Proof of the new label"), required=False)
    note = text_field(_("Remark"), rows=3, max_length=COMMENT_MAX_LENGTH, required=False)

    def __init__(self, *args, level_now, **kwargs):
        super().__init__(*args, **kwargs)
        self.level_now = level_now

    def clean(self):
        cleaned = super().clean()
        outcome, level = cleaned.get("outcome"), cleaned.get("level")
        if outcome == OutcomeKind.MOVED_UP and not level:
            self.add_error("level", _("Choose the new level."))
        elif outcome and outcome != OutcomeKind.MOVED_UP and level not in ("", None, self.level_now):
            self.add_error(
                "level", _("A new level belongs to “Moved up a level”. Choose that, or leave the level empty.")
            )
        return cleaned


class ShareForm(forms.Form):
    """Which companies of the trajectory may see the scores."""

    companies = forms.ModelMultipleChoiceField(
        label=_("Companies that may see your scores"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick your mentor company, for example. It then reads your scores and the reason you gave with each. "
            "It never sees your evidence, your files or your applications."
        ),
    )

    def __init__(self, *args, school, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["companies"].queryset = selectors.companies_near(school)


class TakeOverForm(forms.Form):
    """Which earlier scores still hold. One tick each: nobody takes 21 of them over without looking."""

    criteria = forms.MultipleChoiceField(
        label=_("Earlier scores that still hold"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one score.")},
    )

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self._criteria = {str(criterion.pk): criterion for criterion in criteria}
        self.fields["criteria"].choices = [(pk, str(criterion)) for pk, criterion in self._criteria.items()]

    def chosen(self) -> list[Criterion]:
        return [self._criteria[pk] for pk in self.cleaned_data["criteria"]]


class ApplicationForm(forms.Form):
    level = forms.ChoiceField(choices=[(level.value, level.label) for level in LABELS])


class SubmitForm(OfTheLabel, forms.Form):
    """The application was sent to EUN."""

    past_fields = ("submitted_on",)

    submitted_on = date_field(_("Sent to EUN on"))
    note = text_field(_("Remark"), rows=2, max_length=COMMENT_MAX_LENGTH, required=False)


class AnswerForm(OfTheLabel, forms.Form):
    """What EUN answered. A label comes with its proof."""

    past_fields = ("decided_on",)

    is_granted = forms.TypedChoiceField(
        label=_("What did EUN answer?"),
        choices=[("yes", _("We got the label")), ("no", _("We did not get it this time"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    decided_on = date_field(_("Decided on"))
    valid_until = date_field(
        _("Valid until"), required=False, help_text=_("As it stands on the proof. We remind you in time.")
    )
    proof = UploadField(label=_("Proof of the new label"), required=False)
    note = text_field(_("Remark"), rows=2, max_length=COMMENT_MAX_LENGTH, required=False)

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("decided_on"), cleaned.get("valid_until")
        if cleaned.get("is_granted") and start and end and end <= start:
            self.add_error("valid_until", _("The end date is before the date of the award."))
        return cleaned


class WithdrawForm(forms.Form):
    note = text_field(_("Why do you stop?"), rows=2, max_length=COMMENT_MAX_LENGTH, required=False)
