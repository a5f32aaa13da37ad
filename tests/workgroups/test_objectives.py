"""Objectives: what is frozen and when, targets that are adjusted, measurements, owners."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.policy import Conflict, Refused
from phases.enums import Phase
from tests.workgroups.scenery import conflict, membership, seat_of
from workgroups import services
from workgroups.enums import Direction, MeasurementKind
from workgroups.models import Measurement, Objective, TargetAdjustment

pytestmark = pytest.mark.django_db
FINAL = MeasurementKind.FINAL


def values_of(objective):
    fields = ("title", "indicator", "unit", "direction", "baseline_value", "target_value", "due_on", "owner")
    return {field: getattr(objective, field) for field in fields}


FROZEN = {
    "baseline_value": (Decimal(99), "‘Startwaarde’"),
    "target_value": (Decimal(98), "‘Streefwaarde’"),
    "due_on": (datetime.date(2060, 1, 1), "‘Tegen wanneer?’"),
    "direction": (Direction.DOWN, "‘Welke kant is beter?’"),
    "indicator": ("Iets anders", "‘Indicator’"),
    "unit": ("stuks", "‘Eenheid’"),
}
ADVICE = " Stuur de streefwaarde of de datum bij met een reden; de oude blijft zichtbaar."


@pytest.mark.parametrize("field", FROZEN)
def test_what_is_measured_against_is_frozen_from_phase_3_on_also_for_voka(scene, field):
    objective, by = scene.objective(), scene.world.administrator
    value, name = FROZEN[field]
    old = getattr(objective, field)
    for phase in (Phase.ACTION, Phase.EVALUATION):
        scene.in_phase(phase)
        change = values_of(objective) | {field: value}
        assert conflict(lambda c=change: services.update_objective(objective=objective, by=by, **c)) == [
            f"Ligt vast sinds fase 3: {name}." + (ADVICE if field in ("target_value", "due_on") else "")
        ]
    assert getattr(Objective.objects.get(), field) == old


def test_all_frozen_fields_are_named_at_once(scene):
    objective = scene.in_phase(Phase.ACTION).objective()
    change = values_of(objective) | {field: value for field, (value, _name) in FROZEN.items()}
    reasons = conflict(lambda: services.update_objective(objective=objective, by=scene.world.administrator, **change))
    assert reasons == [
        "Ligt vast sinds fase 3: ‘Indicator’, ‘Eenheid’, ‘Welke kant is beter?’, ‘Startwaarde’, ‘Streefwaarde’, ‘Tegen wanneer?’."
        + ADVICE
    ]


def test_in_phase_2_everything_may_change(scene):
    objective = scene.objective()
    change = values_of(objective) | {field: value for field, (value, _name) in FROZEN.items()}
    services.update_objective(objective=objective, by=scene.world.chair, **change)
    assert values_of(Objective.objects.get()) == change


TOO_LOW = "Hoger is hier beter. De streefwaarde moet dus hoger zijn dan de startwaarde."
TOO_HIGH = "Lager is hier beter. De streefwaarde moet dus lager zijn dan de startwaarde."
TOO_LATE = "Deze datum ligt in het verleden. Kies vandaag of een latere dag."


@pytest.mark.parametrize(
    ("direction", "start", "target", "sentence"),
    [
        (Direction.UP, 10, 10, TOO_LOW),
        (Direction.UP, 10, 9, TOO_LOW),
        (Direction.DOWN, 10, 10, TOO_HIGH),
        (Direction.DOWN, 10, 11, TOO_HIGH),
    ],
)
def test_a_target_is_better_than_its_start(scene, direction, start, target, sentence):
    figures = {"direction": direction, "baseline_value": Decimal(start), "target_value": Decimal(target)}
    by = {"by": scene.world.chair}
    assert conflict(lambda: services.add_objective(workgroup=scene.again(), title="x", **figures, **by)) == [sentence]
    objective = scene.objective()
    change = values_of(objective) | figures | by
    assert conflict(lambda: services.update_objective(objective=objective, **change)) == [sentence]


def test_a_new_date_is_today_or_later_and_an_old_one_may_stay(scene):
    today = timezone.localdate()
    yesterday, by = today - datetime.timedelta(days=1), {"by": scene.world.chair}
    late = {"due_on": yesterday}
    assert conflict(lambda: services.add_objective(workgroup=scene.again(), title="x", **late, **by)) == [TOO_LATE]
    objective = scene.objective(due_on=today - datetime.timedelta(days=9))
    change = values_of(objective) | late | by
    assert conflict(lambda: services.update_objective(objective=objective, **change)) == [TOO_LATE]
    services.update_objective(objective=objective, **(change | {"due_on": objective.due_on, "title": "Beter"}))
    services.add_objective(workgroup=scene.again(), title="Vandaag mag", due_on=today, **by)


def test_an_adjusted_target_and_date_obey_the_same_rules(scene):
    objective = scene.in_phase(Phase.ACTION).objective()
    adjust = {"objective": objective, "reason": "Zomaar", "by": scene.world.chair}
    assert conflict(lambda: services.adjust_target(new_target=Decimal(10), **adjust)) == [TOO_LOW]
    late = {"new_target": Decimal(15), "new_due_on": timezone.localdate() - datetime.timedelta(days=1)}
    assert conflict(lambda: services.adjust_target(**late, **adjust)) == [TOO_LATE]
    assert not TargetAdjustment.objects.exists()


def test_voka_may_still_fill_in_what_was_empty_and_change_the_words(scene):
    objective = scene.in_phase(Phase.ACTION).objective(target_value=None, due_on=None)
    change = values_of(objective) | {"title": "Beter gezegd", "target_value": Decimal(30)}
    services.update_objective(objective=objective, by=scene.world.facilitator, **change)
    assert values_of(Objective.objects.get()) == change


def test_an_adjusted_target_keeps_the_old_one(scene):
    objective = scene.in_phase(Phase.ACTION).objective()
    new_date = timezone.localdate() + datetime.timedelta(days=90)
    adjust = {"objective": objective, "by": scene.world.chair}
    services.adjust_target(new_target=Decimal(15), reason="Een bedrijf stopte", new_due_on=new_date, **adjust)
    services.adjust_target(new_target=Decimal(12), reason="Nog een stopte", **adjust)
    objective.refresh_from_db()
    assert (objective.target_value, objective.due_on) == (Decimal(12), new_date)
    rows = TargetAdjustment.objects.values_list("old_target", "new_target", "old_due_on", "new_due_on", "reason")
    assert list(rows) == [
        (Decimal(20), Decimal(15), datetime.date(2026, 6, 30), new_date, "Een bedrijf stopte"),
        (Decimal(15), Decimal(12), new_date, new_date, "Nog een stopte"),
    ]


def test_a_target_is_adjusted_with_a_reason_and_to_something_else(scene):
    adjust = {"objective": scene.in_phase(Phase.ACTION).objective(), "by": scene.world.expert}
    assert conflict(lambda: services.adjust_target(new_target=Decimal(15), reason=" ", **adjust)) == [
        "Schrijf waarom de streefwaarde bijgestuurd wordt."
    ]
    assert conflict(lambda: services.adjust_target(new_target=Decimal(20), reason="Zomaar", **adjust)) == [
        "Dit zijn de streefwaarde en de datum die de doelstelling al heeft."
    ]
    assert not TargetAdjustment.objects.exists()


def measure(scene, objective, value, kind=FINAL, by=None, on=None):
    return services.measure(
        objective=objective, value=value, measured_on=on or timezone.localdate(), kind=kind, by=by or scene.world.chair
    )


def test_whoever_follows_an_objective_up_may_measure_it_and_nobody_elses(scene):
    scene.in_phase(Phase.EVALUATION)
    own = scene.objective(owner=membership(scene, "teacher"))
    assert measure(scene, own, 12, by=scene.world.teacher).by == scene.world.teacher
    with pytest.raises(Refused):
        measure(scene, scene.objective(), 12, by=scene.world.teacher)
    services.unseat(seat=seat_of(scene, "teacher"), by=scene.world.chair)
    with pytest.raises(Refused):
        measure(scene, Objective.objects.get(pk=own.pk), 13, by=scene.world.teacher)


def test_a_measurement_is_not_of_tomorrow_and_fits_its_column(scene):
    objective = scene.in_phase(Phase.EVALUATION).objective()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert conflict(lambda: measure(scene, objective, 12, on=tomorrow)) == [
        "De datum van een meting is vandaag of vroeger."
    ]
    with pytest.raises(Conflict):
        measure(scene, objective, Decimal("12345678901234"))
    assert not Measurement.objects.exists()


def test_not_measured_and_a_final_measurement_exclude_each_other(scene):
    objective = scene.in_phase(Phase.EVALUATION).objective()
    say = {"objective": objective, "by": scene.world.chair}
    assert conflict(lambda: services.mark_not_measured(reason="", **say)) == [
        "Schrijf waarom deze doelstelling niet gemeten is."
    ]
    assert services.mark_not_measured(reason="De school stopte", **say).not_measured_reason == "De school stopte"
    measure(scene, objective, 25)
    assert Objective.objects.get().not_measured_reason == ""
    assert conflict(lambda: services.mark_not_measured(reason="Toch niet", **say)) == [
        "Deze doelstelling heeft al een eindmeting."
    ]


def test_only_a_missed_target_is_explained(scene):
    objective = scene.in_phase(Phase.EVALUATION).objective()
    explain = {"objective": objective, "by": scene.world.chair}
    nothing = ["Er is niets te verklaren: er is geen eindmeting die het doel mist."]
    assert conflict(lambda: services.explain_missed_target(explanation="Ziekte", **explain)) == nothing
    measure(scene, objective, 20)
    assert conflict(lambda: services.explain_missed_target(explanation="Ziekte", **explain)) == nothing
    measure(scene, objective, 19)
    assert conflict(lambda: services.explain_missed_target(explanation=" ", **explain)) == [
        "Schrijf waarom het doel niet gehaald is."
    ]
    assert services.explain_missed_target(explanation="Ziekte", **explain).explanation == "Ziekte"


@pytest.mark.parametrize("name", ["neighbour", "expert", "stranger"])
def test_an_owner_sits_in_the_workgroup(scene, name):
    owner = membership(scene, name)
    sentence = [f"{owner.user} zit niet in deze werkgroep."]
    by = {"by": scene.world.administrator, "owner": owner}
    assert conflict(lambda: services.add_objective(workgroup=scene.workgroup, title="x", **by)) == sentence
    assert (
        conflict(lambda: services.update_objective(objective=scene.objective(), **(values_of(scene.objective()) | by)))
        == sentence
    )
    scene.in_phase(Phase.ACTION)
    day = {"title": "x", "due_on": datetime.date(2026, 2, 1)}
    assert conflict(lambda: services.add_action_point(workgroup=scene.workgroup, **day, **by)) == sentence
    assert conflict(lambda: services.update_action_point(action_point=scene.action_point(), **day, **by)) == sentence


def test_an_owner_who_left_the_workgroup_may_stay_owner(scene):
    owner = membership(scene, "teacher")
    point = scene.in_phase(Phase.ACTION).action_point(owner=owner)
    services.unseat(seat=seat_of(scene, "teacher"), by=scene.world.chair)
    changed = services.update_action_point(
        action_point=point, title="Toch", due_on=point.due_on, owner=owner, by=scene.world.chair
    )
    assert (changed.title, changed.owner) == ("Toch", owner)
