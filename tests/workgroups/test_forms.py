"""The forms of workgroups and steering groups: what good and bad input does."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from phases.enums import Phase
from tests.workgroups.scenery import at, make_workgroup, membership, steering, text
from workgroups import services
from workgroups.enums import ActionState, MeasurementKind, PriorityState
from workgroups.forms import figure_field
from workgroups.models import (
    ActionPoint,
    ActionPriority,
    Objective,
    SteeringSeat,
    Workgroup,
)

pytestmark = pytest.mark.django_db
FINAL = MeasurementKind.FINAL


def test_a_chair_adds_an_objective_with_a_decimal_comma(scene, sign_in_as):
    data = {
        "title": "Meer vaste mentoren",
        "indicator": "Plaatsen",
        "unit": "plaatsen",
        "direction": "up",
        "baseline_value": "12,5",
        "target_value": "45",
        "due_on": timezone.localdate().isoformat(),
        "owner": membership(scene, "teacher").pk,
    }
    response = sign_in_as(scene.world.chair).post(at(scene, "add_objective"), data)
    assert response.url == f"/werkgroepen/{scene.workgroup.pk}/#doelstellingen"
    objective = Objective.objects.get()
    assert (objective.baseline_value, objective.target_value) == (Decimal("12.5"), Decimal(45))
    assert (objective.due_on, objective.owner) == (timezone.localdate(), membership(scene, "teacher"))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.500", 1500),
        ("1 500", 1500),
        ("12.345.678,5", "12345678.5"),
        ("1.5", "1.5"),
        ("15,25", "15.25"),
        ("-2.000", -2000),
    ],
)
def test_a_figure_is_understood_as_people_type_it(typed, value):
    field = figure_field("Waarde")
    assert field.clean(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["1.5000", "1.500.5", "1,500", "1.500 000", "..", "1e3000000"])
def test_a_figure_that_says_two_things_is_refused(typed):
    with pytest.raises(ValidationError):
        figure_field("Waarde").clean(typed)


def test_a_target_below_its_start_and_a_date_in_the_past_are_told_beside_their_fields(scene, sign_in_as):
    data = {
        "title": "x",
        "indicator": "x",
        "direction": "up",
        "baseline_value": "12",
        "target_value": "11",
        "due_on": "2020-01-01",
    }
    response = sign_in_as(scene.world.chair).post(at(scene, "add_objective"), data)
    assert response.context["form"].errors == {
        "target_value": ["Hoger is hier beter. De streefwaarde moet dus hoger zijn dan de startwaarde."],
        "due_on": ["Deze datum ligt in het verleden. Kies vandaag of een latere dag."],
    }
    objective = scene.in_phase(Phase.ACTION).objective()
    data = {"new_target": "10", "new_due_on": "2020-01-01", "reason": "x"}
    response = sign_in_as(scene.world.chair).post(at(scene, "adjust", objective.pk), data)
    assert set(response.context["form"].errors) == {"new_target", "new_due_on"}


def test_bad_figures_come_back_with_a_sentence_and_with_what_was_typed(scene, sign_in_as):
    data = {
        "title": "Blijft staan",
        "indicator": "x",
        "direction": "sideways",
        "baseline_value": "veel",
        "target_value": "NaN",
        "due_on": "2026-02-30",
    }
    response = sign_in_as(scene.world.chair).post(at(scene, "add_objective"), data)
    assert set(response.context["form"].errors) == {"direction", "baseline_value", "target_value", "due_on"}
    page = text(response)
    assert 'value="Blijft staan"' in page
    assert 'value="veel"' in page
    assert not Objective.objects.exists()


@pytest.mark.parametrize("bad", ["\x00", "x" * 201, ""])
def test_a_title_that_cannot_be_is_refused_beside_the_field(scene, sign_in_as, bad):
    client = sign_in_as(scene.in_phase(Phase.ACTION).world.teacher)
    response = client.post(at(scene, "add_action_point"), {"title": bad, "due_on": "2026-02-01"})
    assert (response.status_code, list(response.context["form"].errors)) == (200, ["title"])
    assert not ActionPoint.objects.exists()


def test_an_owner_from_elsewhere_is_no_choice(scene, sign_in_as):
    client = sign_in_as(scene.in_phase(Phase.ACTION).world.teacher)
    for name in ("neighbour", "stranger"):
        data = {"title": "x", "due_on": "2026-02-01", "owner": membership(scene, name).pk}
        response = client.post(at(scene, "add_action_point"), data)
        assert list(response.context["form"].errors) == ["owner"]
    assert not ActionPoint.objects.exists()


def test_a_form_offers_people_of_this_trajectory_only(scene, sign_in_as):
    for name, address in (("administrator", steering(scene, "appoint")), ("chair", at(scene, "add_seat"))):
        page = text(sign_in_as(getattr(scene.world, name)).get(address))
        assert "Bea Buur" in page
        assert "Sam Vreemd" not in page
        assert "Dirk Vertrokken" not in page


def test_the_groups_own_leaders_can_only_add_participants(scene, sign_in_as):
    client, person = sign_in_as(scene.world.chair), membership(scene, "neighbour")
    response = client.post(at(scene, "add_seat"), {"membership": person.pk, "role": "chair"})
    assert list(response.context["form"].errors) == ["role"]
    response = client.post(at(scene, "add_seat"), {"membership": person.pk, "role": "participant"})
    assert response.status_code == 302
    assert scene.again().has_seat(scene.world.neighbour)


def test_a_second_chair_is_refused_on_the_form_with_what_was_chosen_still_there(scene, sign_in_as):
    person = membership(scene, "neighbour")
    response = sign_in_as(scene.world.administrator).post(
        at(scene, "add_seat"), {"membership": person.pk, "role": "chair"}
    )
    assert response.status_code == 409
    page = text(response)
    assert "Deze werkgroep heeft al een voorzitter. Beëindig eerst die plaats." in page
    assert f'<option value="{person.pk}" selected>' in page


def test_a_closed_action_point_answers_a_late_click_with_409(scene, sign_in_as):
    point = scene.in_phase(Phase.ACTION).action_point()
    client = sign_in_as(scene.world.teacher)
    assert client.post(at(scene, "complete_action_point", point.pk)).status_code == 302
    response = client.post(at(scene, "complete_action_point", point.pk))
    assert response.status_code == 409
    assert "Dit actiepunt is al gesloten. Heropen het eerst." in text(response)
    assert point.log.count() == 1


def test_the_wrong_phase_is_told_on_the_form(scene, sign_in_as):
    objective = scene.objective()
    data = {"value": "12", "measured_on": "2026-02-01", "kind": "final"}
    response = sign_in_as(scene.world.chair).post(at(scene, "measure", objective.pk), data)
    assert response.status_code == 409
    assert "De eindmeting hoort bij fase 4." in text(response)


def test_nobody_smuggles_in_other_fields(scene, sign_in_as):
    client = sign_in_as(scene.in_phase(Phase.ACTION).world.teacher)
    other = make_workgroup(scene.world, "Andere groep", people=False)
    data = {
        "title": "x",
        "due_on": "2026-02-01",
        "state": "done",
        "workgroup": other.pk,
        "closed_by": scene.world.teacher.pk,
    }
    client.post(at(scene, "add_action_point"), data)
    point = ActionPoint.objects.get()
    assert (point.workgroup, point.state, point.closed_by) == (scene.workgroup, ActionState.OPEN, None)


def test_from_a_proposal_to_a_workgroup_on_the_pages(scene, sign_in_as):
    client = sign_in_as(scene.world.expert)
    client.post(
        steering(scene, "propose_priority"), {"title": "Robots in de klas", "description": "Omdat", "themes": "2.3"}
    )
    priority = ActionPriority.objects.get(title="Robots in de klas")
    client.post(steering(scene, "decide_priority", priority.pk), {"decision": "Unaniem"})
    priority.refresh_from_db()
    assert (priority.state, priority.decided_by) == (PriorityState.DECIDED, scene.world.expert)
    page = client.get(steering(scene, "create_workgroup", priority.pk))
    assert 'value="Robots in de klas"' in text(page)
    client.post(
        steering(scene, "create_workgroup", priority.pk), {"name": "Robots", "wanted_profiles": ["hr", "technical"]}
    )
    workgroup = Workgroup.objects.get(name="Robots")
    assert (workgroup.priority, workgroup.wanted_profiles) == (priority, ["hr", "technical"])
    assert f"Deze werkgroep zoekt: {', '.join(workgroup.wanted_profile_labels)}." in text(
        client.get(workgroup.get_absolute_url())
    )
    again = client.post(steering(scene, "create_workgroup", priority.pk), {"name": "Nog een"})
    assert again.status_code == 409


def test_the_steering_page_works_before_anyone_has_a_seat(world, sign_in_as):
    response = sign_in_as(world.owner).get(reverse("workgroups:steering_group", args=["testtraject"]))
    assert response.status_code == 200
    assert "Er zit nog niemand in de stuurgroep." in text(response)


def test_an_objectives_page_keeps_old_targets_and_all_measurements_in_view(scene, sign_in_as):
    world = scene.in_phase(Phase.EVALUATION).world
    objective = scene.objective()
    services.adjust_target(objective=objective, new_target=Decimal(15), reason="Een bedrijf stopte", by=world.expert)
    for value, kind in ((12, MeasurementKind.INTERIM), (14, FINAL)):
        services.measure(objective=objective, value=value, measured_on=timezone.localdate(), kind=kind, by=world.chair)
    page = text(sign_in_as(world.neighbour).get(at(scene, "objective", objective.pk)))
    for words in (
        "Doel van 20 naar 15",
        "Ellen Expert · Een bedrijf stopte",
        "12 plaatsen",
        "14 plaatsen",
        "Doel deels gehaald",
    ):
        assert words in page


def test_what_is_fixed_cannot_be_typed_over_on_the_form(scene, sign_in_as):
    objective = scene.in_phase(Phase.ACTION).objective(due_on=None)
    data = {
        "title": "Beter gezegd",
        "indicator": "Anders",
        "direction": "down",
        "baseline_value": "1",
        "target_value": "2",
    }
    client = sign_in_as(scene.world.facilitator)
    response = client.post(at(scene, "edit_objective", objective.pk), data | {"due_on": "2026-12-31"})
    assert response.status_code == 302
    objective.refresh_from_db()
    assert (objective.title, objective.indicator) == ("Beter gezegd", "Plaatsen met een vaste mentor")
    assert (objective.direction, objective.baseline_value, objective.target_value) == ("up", Decimal(10), Decimal(20))
    assert objective.due_on == datetime.date(2026, 12, 31)


def test_starting_a_workgroup_leads_to_its_page(scene, sign_in_as):
    priority = ActionPriority.objects.create(
        trajectory=scene.world.trajectory,
        title="Robots",
        state=PriorityState.DECIDED,
        decided_on=timezone.localdate(),
        decided_by=scene.world.administrator,
        order=9,
    )
    response = sign_in_as(scene.world.expert).post(steering(scene, "create_workgroup", priority.pk), {"name": "Robots"})
    assert response.url == f"/werkgroepen/{Workgroup.objects.get(name='Robots').pk}/#leden"


def test_who_sits_there_already_is_not_offered_again(scene, sign_in_as):
    client = sign_in_as(scene.world.administrator)
    for address, seats in (
        (at(scene, "add_seat"), scene.workgroup.seats.all()),
        (steering(scene, "appoint"), SteeringSeat.objects.all()),
    ):
        response = client.get(address)
        offered = {each.user_id for each in response.context["form"].fields["membership"].queryset}
        assert offered
        assert offered.isdisjoint({seat.membership.user_id for seat in seats})
        assert "Wie de uitnodiging voor het portaal nog niet aanvaardde, kan je nog niet kiezen." in text(response)


@pytest.mark.parametrize(("name", "phase"), [("add_action_point", Phase.EVALUATION), ("add_objective", Phase.ACTION)])
def test_an_empty_form_for_what_is_closed_now_is_a_409(scene, sign_in_as, name, phase):
    client = sign_in_as(scene.world.chair)
    assert client.get(at(scene.in_phase(phase), name)).status_code == 409
    open_phase = Phase.ACTION if name == "add_action_point" else Phase.PRIORITIES
    assert client.get(at(scene.in_phase(open_phase), name)).status_code == 200
