"""Input of the steering group and the workgroups. Who and when are for the services; here only whether the input makes sense."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import FunctionProfile, OrganisationKind
from accounts.models import Membership
from phases.models import Trajectory
from workgroups.enums import Direction, MeasurementKind, SeatRole, SteeringRole
from workgroups.models.steering import TEXT_MAX_LENGTH
from workgroups.services.objective import wrong_date, wrong_target

NO_PUPILS = _("Do not name pupils.")


def text_field(label, *, rows=4, **options):
    """A longer text, with its cap."""
    return forms.CharField(
        label=label, max_length=TEXT_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def date_field(label, **options):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class FigureField(forms.DecimalField):
    """A figure, typed with a comma or a point; 1.500 and 1 500 are the thousands of a Belgian keyboard."""

    THOUSANDS = re.compile(r"\s*-?\d{1,3}(?:([.\s])\d{3})(?:\1\d{3})*(?:,\d*)?\s*")

    def to_python(self, value):
        if isinstance(value, str) and self.THOUSANDS.fullmatch(value):
            value = re.sub(r"[.\s]", "", value)
        return super().to_python(value)


def figure_field(label, **options):
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return FigureField(label=label, max_digits=12, decimal_places=2, localize=True, widget=widget, **options)


class PersonField(forms.ModelChoiceField):
    """A choice of people, each with function and organisation."""

    def __init__(self, **options):
        empty_label = _("Choose someone") if options.get("required", True) else _("Nobody yet")
        super().__init__(queryset=Membership.objects.none(), empty_label=empty_label, **options)

    def label_from_instance(self, membership):
        function = membership.job_function or membership.get_function_profile_display()
        details = [part for part in (function, membership.organisation.name) if part]
        return f"{membership.user} · {', '.join(details)}"


def network_members(trajectory, *, voka):
    """Who can sit in a group of this trajectory: active people of active participants, and Voka's when `voka`."""
    taking_part = trajectory.participations.active().values("organisation")
    people = Membership.objects.active().filter(user__is_active=True, organisation__in=taking_part)
    if voka:
        people |= Membership.objects.active().filter(user__is_active=True, organisation__kind=OrganisationKind.VOKA)
    return people.select_related("user", "organisation").order_by("user__last_name", "user__first_name", "id")


class FilterForm(forms.Form):
    """The trajectory whose workgroups are shown; `has_choice` is False for who sees only one. One query."""

    traject = forms.ChoiceField(label=_("Trajectory"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.trajectories = {trajectory.slug: trajectory for trajectory in Trajectory.objects.visible_to(user)}
        names = [(slug, trajectory.name) for slug, trajectory in self.trajectories.items()]
        self.fields["traject"].choices = [("", _("All trajectories")), *names]
        self.has_choice = len(names) > 1

    def clean_traject(self):
        return self.trajectories.get(self.cleaned_data["traject"])


NOT_YET = _("Somebody is missing? Only who accepted the invitation to the portal can be chosen.")


def not_seated(people, seats):
    """`people` without those who have a seat already, for whichever organisation."""
    return people.exclude(user__in=[seat.membership.user_id for seat in seats])


class AppointForm(forms.Form):
    membership = PersonField(label=_("Who?"), help_text=NOT_YET)
    role = forms.ChoiceField(label=_("Role"), choices=SteeringRole, initial=SteeringRole.MEMBER)

    def __init__(self, *args, trajectory, **kwargs):
        super().__init__(*args, **kwargs)
        group = getattr(trajectory, "steering_group", None)
        people = network_members(trajectory, voka=True)
        self.fields["membership"].queryset = not_seated(people, group.current_seats if group else [])


class CharterForm(forms.Form):
    charter = text_field(_("What is the steering group for?"), required=False)


class PriorityForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
    description = text_field(_("Why is this a priority?"), required=False)
    themes = forms.CharField(
        label=_("Themes of the label"),
        max_length=200,
        required=False,
        help_text=_("Key elements or criteria of the STEM School Label, for example 2.3 and 6.1."),
    )


class DecideForm(forms.Form):
    decision = text_field(_("What exactly was decided?"), required=False)


class ReasonForm(forms.Form):
    reason = text_field(_("Reason"), help_text=_("Everyone in the trajectory can read your reason."))


class WorkgroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160)
    charter = text_field(_("What does this workgroup want to reach?"), required=False)
    wanted_profiles = forms.MultipleChoiceField(
        label=_("Which people does it look for?"),
        choices=FunctionProfile,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class SeatForm(forms.Form):
    membership = PersonField(label=_("Who?"), help_text=NOT_YET)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=SeatRole,
        initial=SeatRole.PARTICIPANT,
        help_text=_("A chair from industry or an external partner is preferred. The facilitator is from Voka."),
    )

    def __init__(self, *args, workgroup, may_choose_leaders, **kwargs):
        super().__init__(*args, **kwargs)
        people = network_members(workgroup.trajectory, voka=may_choose_leaders)
        self.fields["membership"].queryset = not_seated(people, workgroup.current_seats)
        if not may_choose_leaders:
            self.fields["role"].choices = [(SeatRole.PARTICIPANT.value, SeatRole.PARTICIPANT.label)]


class OwnedForm(forms.Form):
    """A form with an owner from the workgroup; whoever owned it before may stay."""

    def __init__(self, *args, workgroup, current_owner=None, **kwargs):
        super().__init__(*args, **kwargs)
        people = [seat.membership_id for seat in workgroup.current_seats]
        if current_owner is not None:
            people.append(current_owner.pk)
        self.fields["owner"].queryset = Membership.objects.filter(pk__in=people).select_related("user", "organisation")


class ObjectiveRules:
    """Mixin: what the services say of a changed target or date, beside its field. The back office's form has it too."""

    def clean(self):
        cleaned = super().clean()
        direction, figures = cleaned.get("direction"), ("baseline_value", "target_value")
        if direction and {"direction", *figures} & set(self.changed_data):
            _say(self, "target_value", wrong_target(direction, *(cleaned.get(name) for name in figures)))
        if "due_on" in self.changed_data:
            _say(self, "due_on", wrong_date(cleaned.get("due_on")))
        return cleaned


class ObjectiveForm(ObjectiveRules, OwnedForm):
    """An objective; `fixed` names the fields that are frozen and keep their value."""

    title = forms.CharField(label=_("What do you want to reach?"), max_length=200)
    indicator = forms.CharField(
        label=_("Indicator"),
        max_length=200,
        help_text=_("What you count or measure, for example: places with a regular mentor."),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=60, required=False, help_text=_("For example: places, percent of the pupils.")
    )
    direction = forms.ChoiceField(label=_("Which way is better?"), choices=Direction, initial=Direction.UP)
    baseline_value = figure_field(_("Start value"))
    target_value = figure_field(_("Target"))
    due_on = date_field(_("By when?"))
    owner = PersonField(label=_("Who follows it up?"), required=False)

    def __init__(self, *args, fixed=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name in fixed:
            self.fields[name].disabled = True


class MeasurementForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=MeasurementKind)
    value = figure_field(_("Value"))
    measured_on = date_field(_("Measured on"))
    note = text_field(_("How did you measure?"), rows=3, required=False, help_text=NO_PUPILS)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.initial.setdefault("kind", kinds[-1] if kinds else None)
        self.initial.setdefault("measured_on", timezone.localdate())


class ExplanationForm(forms.Form):
    explanation = text_field(_("Why was the target missed?"), help_text=NO_PUPILS)


class AdjustForm(forms.Form):
    new_target = figure_field(_("New target"))
    new_due_on = date_field(_("New date"), required=False, help_text=_("Leave empty to keep the date."))
    reason = text_field(_("Reason"), help_text=_("Everyone in the trajectory can read your reason."))

    def __init__(self, *args, objective, **kwargs):
        super().__init__(*args, **kwargs)
        self.objective = objective

    def clean(self):
        cleaned, now = super().clean(), self.objective
        target, due_on = cleaned.get("new_target"), cleaned.get("new_due_on")
        if target != now.target_value:
            _say(self, "new_target", wrong_target(now.direction, now.baseline_value, target))
        if due_on != now.due_on:
            _say(self, "new_due_on", wrong_date(due_on))
        return cleaned


def _say(form, field, sentence):
    if sentence:
        form.add_error(field, sentence)


class ActionPointForm(OwnedForm):
    title = forms.CharField(label=_("What has to be done?"), max_length=200)
    description = text_field(_("Explanation"), required=False, help_text=NO_PUPILS)
    owner = PersonField(label=_("Who does it?"), required=False)
    due_on = date_field(_("By when?"))
