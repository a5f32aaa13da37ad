"""Input of practices. Who and in which state are for the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.models import SHORT_TEXT_MAX_LENGTH, TEXT_MAX_LENGTH


def _text(label, *, rows, max_length, **options):
    return forms.CharField(
        label=label, max_length=max_length, required=False, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Search in the practices"), max_length=100, required=False)


class PracticeForm(forms.Form):
    """The sheet of a practice. All may stay empty in a draft; handing it to Voka asks for the first three texts."""

    title = forms.CharField(label=_("Title"), max_length=160)
    context = _text(
        _("Context"),
        rows=5,
        max_length=TEXT_MAX_LENGTH,
        help_text=_("Which school and company, which pupils, which question? Do not name pupils."),
    )
    approach = _text(_("Approach"), rows=7, max_length=TEXT_MAX_LENGTH, help_text=_("What did you do, step by step?"))
    result = _text(_("Result"), rows=5, max_length=TEXT_MAX_LENGTH, help_text=_("What changed, and how do you see it?"))
    material = _text(_("Material"), rows=3, max_length=SHORT_TEXT_MAX_LENGTH)
    tips = _text(_("Tips for who starts with it"), rows=3, max_length=SHORT_TEXT_MAX_LENGTH)
    costs = _text(_("Costs"), rows=2, max_length=SHORT_TEXT_MAX_LENGTH)
    tags = forms.CharField(
        label=_("Tags"),
        max_length=200,
        required=False,
        help_text=_("A few words with commas between them, for example: internship, welding."),
    )
    is_public = forms.BooleanField(label=_("Everyone may read it, also outside the trajectory"), required=False)


class PracticeEditForm(PracticeForm):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    is_public = forms.BooleanField(label=_("Everyone may read it, also outside the trajectory"), required=False)


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=_("What has to change?"), max_length=SHORT_TEXT_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )
