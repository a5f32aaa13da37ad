"""The pages: who gets in, what stands on them, and what a form does with good and bad input."""

import datetime
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.policy import Action, may
from phases.enums import Phase
from phases.models import Participation
from tests.workgroups.scenery import make_workgroup
from workgroups import services
from workgroups.enums import ActionState, MeasurementKind, PriorityState, SeatRole
from workgroups.forms import figure_field
from workgroups.models import (
    ActionPoint,
    ActionPriority,
    Measurement,
    Objective,
    Seat,
    SteeringSeat,
    TargetAdjustment,
    Workgroup,
)

pytestmark = pytest.mark.django_db
FINAL = MeasurementKind.FINAL


def membership(scene, name):
    return scene.world.membership(getattr(scene.world, name))


def at(scene, name, *arguments):
    """The address of a page below the scene's workgroup."""
    return reverse(f"workgroups:{name}", args=[scene.workgroup.pk, *arguments])


def steering(scene, name="steering_group", *arguments):
    return reverse(f"workgroups:{name}", args=[scene.world.trajectory.slug, *arguments])


# --- Who gets in ------------------------------------------------------------------------------------------------------

MEMBERS = (
    "administrator",
    "facilitator",
    "chair",
    "owner",
    "teacher",
    "expert",
    "colleague",
    "neighbour",
    "other_teacher",
)
INSIDE = ("administrator", "facilitator", "chair", "owner", "teacher")


def every_page(scene):
    """Every page about the scene: GET addresses, and POST addresses with their input."""
    point, objective = scene.action_point(title="GEHEIM actiepunt"), scene.objective(title="GEHEIM doel")
    seat = Seat.objects.get(workgroup=scene.workgroup, membership=membership(scene, "teacher"))
    steering_seat = SteeringSeat.objects.first()
    gets = [
        steering(scene),
        at(scene, "detail"),
        at(scene, "objective", objective.pk),
        at(scene, "action_point", point.pk),
    ]
    reason = {"reason": "omdat"}
    posts = {
        steering(scene, "edit_charter"): {"charter": "x"},
        steering(scene, "appoint"): {"membership": membership(scene, "neighbour").pk, "role": "member"},
        steering(scene, "end_steering_seat", steering_seat.pk): {},
        steering(scene, "propose_priority"): {"title": "x"},
        steering(scene, "edit_priority", scene.priority.pk): {"title": "x"},
        steering(scene, "decide_priority", scene.priority.pk): {},
        steering(scene, "drop_priority", scene.priority.pk): reason,
        steering(scene, "create_workgroup", scene.priority.pk): {"name": "x"},
        at(scene, "edit"): {"name": "x"},
        at(scene, "add_seat"): {"membership": membership(scene, "neighbour").pk, "role": "participant"},
        at(scene, "end_seat", seat.pk): {},
        at(scene, "no_practice"): reason,
        at(scene, "add_objective"): {"title": "x"},
        at(scene, "edit_objective", objective.pk): {"title": "x"},
        at(scene, "measure", objective.pk): {"value": "1", "measured_on": "2026-02-01", "kind": "final"},
        at(scene, "explain", objective.pk): {"explanation": "omdat"},
        at(scene, "not_measured", objective.pk): reason,
        at(scene, "adjust", objective.pk): reason | {"new_target": "1"},
        at(scene, "add_action_point"): {"title": "x", "due_on": "2026-02-01"},
        at(scene, "edit_action_point", point.pk): {"title": "x", "due_on": "2026-02-01"},
        at(scene, "start_action_point", point.pk): {},
        at(scene, "complete_action_point", point.pk): {},
        at(scene, "drop_action_point", point.pk): reason,
        at(scene, "reopen_action_point", point.pk): {},
    }
    return gets, posts


def rows():
    """Everything that a forbidden POST could have changed."""
    tables = (ActionPriority, Workgroup, Seat, SteeringSeat, Objective, TargetAdjustment, Measurement, ActionPoint)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("name", MEMBERS)
def test_members_of_the_trajectory_read_all_pages(scene, sign_in_as, name):
    gets, _posts = every_page(scene)
    client = sign_in_as(getattr(scene.world, name))
    assert {address: client.get(address).status_code for address in gets} == dict.fromkeys(gets, 200)


def test_a_stranger_finds_nothing_and_changes_nothing(scene, sign_in_as):
    gets, posts = every_page(scene)
    client, before = sign_in_as(scene.world.stranger), rows()
    for address in gets:
        response = client.get(address)
        assert (address, response.status_code) == (address, 404)
        assert "GEHEIM" not in response.content.decode()
    for address, data in posts.items():
        assert (address, client.post(address, data).status_code) == (address, 404)
    assert rows() == before


@pytest.mark.parametrize("name", ["colleague", "neighbour", "other_teacher"])
def test_a_participant_outside_the_workgroup_may_not_act(scene, sign_in_as, name):
    _gets, posts = every_page(scene)
    for phase in (Phase.PRIORITIES, Phase.ACTION, Phase.EVALUATION):
        scene.in_phase(phase)
        client, before = sign_in_as(getattr(scene.world, name)), rows()
        for address, data in posts.items():
            assert (address, client.post(address, data).status_code) == (address, 403)
        assert rows() == before


def test_a_visitor_is_sent_to_sign_in(scene, client):
    gets, posts = every_page(scene)
    before = rows()
    for response in [*(client.get(address) for address in gets), *(client.post(address) for address in posts)]:
        assert response.status_code == 302
        assert response.url.startswith("/account/login/?next=/")
    assert rows() == before


def test_deeds_are_not_done_by_get(scene, sign_in_as):
    _gets, posts = every_page(scene)
    client, before = sign_in_as(scene.world.administrator), rows()
    for address in posts:
        assert client.get(address).status_code in (200, 405)
    assert rows() == before


def test_objects_of_another_workgroup_are_not_found_below_this_one(scene, sign_in_as):
    other = make_workgroup(scene.world, "Andere groep", people=False)
    point, objective = scene.action_point(), scene.objective()
    for row in (point, objective):
        type(row).objects.filter(pk=row.pk).update(workgroup=other)
    elsewhere = ActionPriority.objects.create(trajectory=scene.world.other_trajectory, title="Elders")
    client, before = sign_in_as(scene.world.administrator), rows()
    addresses = [
        at(scene, "action_point", point.pk),
        at(scene, "drop_action_point", point.pk),
        at(scene, "objective", objective.pk),
        at(scene, "measure", objective.pk),
        steering(scene, "drop_priority", elsewhere.pk),
        steering(scene, "create_workgroup", elsewhere.pk),
        at(scene, "objective", 999_999_999),
        reverse("workgroups:detail", args=[999_999_999]),
        "/werkgroepen/99999999999999999999999/",
    ]
    for address in addresses:
        assert (address, client.post(address, {"reason": "x"}).status_code) == (address, 404)
    assert rows() == before


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_only_workgroups_of_own_trajectories(scene, sign_in_as):
    elsewhere = make_workgroup(scene.world, "Elders", trajectory=scene.world.other_trajectory, people=False)
    page = reverse("workgroups:list")
    shown = {}
    for name in ("neighbour", "stranger", "facilitator"):
        response = sign_in_as(getattr(scene.world, name)).get(page)
        shown[name] = set(response.context["page_obj"].object_list)
        assert ("Elders" in response.content.decode()) == (elsewhere in shown[name])
    assert shown == {
        "neighbour": {scene.workgroup},
        "stranger": {elsewhere},
        "facilitator": {scene.workgroup, elsewhere},
    }


def test_the_queryset_and_the_policy_agree_on_who_sees_a_workgroup_former_participants_too(scene):
    world = scene.world
    Participation.objects.filter(organisation=world.other_company).update(left_on=timezone.localdate())
    workgroup = Workgroup.objects.get()
    for name in (*MEMBERS, "stranger"):
        user = getattr(world, name)
        sees = workgroup in Workgroup.objects.visible_to(user)
        assert (name, sees) == (name, may(user, Action.SEE_WORKGROUP, workgroup)) == (name, name != "stranger")
    assert not Workgroup.objects.visible_to(AnonymousUser()).exists()


def test_the_list_narrows_to_one_trajectory_and_refuses_nonsense(scene, sign_in_as):
    elsewhere = make_workgroup(scene.world, "Elders", trajectory=scene.world.other_trajectory, people=False)
    client, page = sign_in_as(scene.world.facilitator), reverse("workgroups:list")
    response = client.get(page, {"traject": "ander-traject", "page": "x"})
    assert list(response.context["page_obj"].object_list) == [elsewhere]
    response = client.get(page, {"traject": "bestaat-niet"})
    assert response.status_code == 200
    assert list(response.context["page_obj"].object_list) == []
    response = sign_in_as(scene.world.stranger).get(page, {"traject": "testtraject"})
    assert list(response.context["page_obj"].object_list) == []


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_with_one_row_as_with_three(scene, sign_in_as):
    client, page = sign_in_as(scene.world.owner), reverse("workgroups:list")
    with_one = cost(client, page)
    for title in ("Tweede", "Derde"):
        make_workgroup(scene.world, title)
    assert len(client.get(page).context["page_obj"].object_list) == 3
    assert cost(client, page) == with_one <= 8


def fill(scene, number):
    for count in range(number):
        point = scene.action_point(title=f"Punt {count}", owner=membership(scene, "teacher"))
        point.log.create(event="added", by=scene.world.owner)
        objective = scene.objective(title=f"Doel {count}", owner=membership(scene, "owner"))
        Measurement.objects.create(
            objective=objective, value=12, measured_on=timezone.localdate(), kind=FINAL, by=scene.world.chair
        )
        TargetAdjustment.objects.create(
            objective=objective, old_target=20, new_target=21, reason="x", by=scene.world.chair
        )
        scene.workgroup.practices.create(
            title=f"Praktijk {count}", slug=f"p{count}-{point.pk}", author=scene.world.owner
        )


@pytest.mark.parametrize("name", ["facilitator", "owner", "neighbour"])
def test_the_page_of_a_workgroup_costs_the_same_with_one_of_each_as_with_three(scene, sign_in_as, name):
    client, page = sign_in_as(getattr(scene.world, name)), at(scene, "detail")
    fill(scene, 1)
    with_one = cost(client, page)
    fill(scene, 2)
    assert cost(client, page) == with_one <= 16


def test_the_steering_groups_page_costs_the_same_with_one_priority_as_with_three(scene, sign_in_as):
    client, page = sign_in_as(scene.world.owner), steering(scene)
    with_one = cost(client, page)
    for title in ("Tweede", "Derde"):
        make_workgroup(scene.world, title)
    assert cost(client, page) == with_one <= 10


# --- What stands on the pages -----------------------------------------------------------------------------------------


def text(response):
    return " ".join(response.content.decode().split())


def test_the_page_says_that_a_chair_from_industry_or_a_partner_is_preferred_and_allows_one_from_a_school(
    scene, sign_in_as
):
    sentence = "Een voorzitter uit een bedrijf of van een externe partner heeft de voorkeur. Deze voorzitter komt uit een school: dat mag."
    client = sign_in_as(scene.world.owner)
    assert sentence not in text(client.get(at(scene, "detail")))
    by = scene.world.administrator
    services.unseat(seat=scene.again().chair, by=by)
    services.seat(workgroup=scene.workgroup, membership=membership(scene, "other_teacher"), role=SeatRole.CHAIR, by=by)
    assert sentence in text(client.get(at(scene, "detail")))


def test_the_page_tells_who_is_still_missing(scene, sign_in_as):
    client = sign_in_as(scene.world.owner)
    assert "Scholen en bedrijven zitten er samen in" in text(client.get(at(scene, "detail")))
    services.unseat(seat=scene.again().chair, by=scene.world.administrator)
    page = text(client.get(at(scene, "detail")))
    assert "De werkgroep ‘Stagetrajecten’ heeft nog geen voorzitter." in page
    assert "Een voorzitter uit een bedrijf of van een externe partner heeft de voorkeur." in page


def test_late_action_points_are_counted_in_words(scene, sign_in_as):
    today = timezone.localdate()
    for days in (1, 10):
        scene.action_point(due_on=today - datetime.timedelta(days=days))
    scene.action_point(due_on=today)
    page = text(sign_in_as(scene.world.owner).get(at(scene, "detail")))
    assert "3 staan open. 2 zijn te laat." in page
    assert "10 dagen te laat" in page
    assert "1 dag te laat" in page


def test_everything_people_type_is_shown_as_typed(scene, sign_in_as):
    evil = '"><svg/onload=alert(1)>{{7*7}}{% debug %}'
    world = scene.in_phase(Phase.ACTION).world
    services.update_workgroup(workgroup=scene.workgroup, name=evil, charter=evil, by=world.administrator)
    objective = services.add_objective(
        workgroup=scene.workgroup,
        title=evil,
        indicator=evil,
        unit=evil[:40],
        by=world.administrator,
        target_value=Decimal(2),
    )
    services.adjust_target(objective=objective, new_target=Decimal(3), reason=evil, by=world.chair)
    point = services.add_action_point(
        workgroup=scene.workgroup, title=evil, description=evil, due_on=timezone.localdate(), by=world.teacher
    )
    services.drop_action_point(action_point=point, reason=evil, by=world.chair)
    services.state_no_practice_reason(workgroup=scene.workgroup, reason=evil, by=world.chair)
    client = sign_in_as(world.administrator)
    for address in (
        at(scene, "detail"),
        at(scene, "objective", objective.pk),
        at(scene, "action_point", point.pk),
        steering(scene),
    ):
        page = text(client.get(address))
        assert "<svg/onload" not in page
        assert "&lt;svg/onload=alert(1)&gt;{{7*7}}{% debug %}" in page or address == steering(scene)
        assert ">49" not in page


@pytest.mark.parametrize("name", ["administrator", "expert", "chair", "teacher", "neighbour"])
@pytest.mark.parametrize("phase", list(Phase))
def test_no_button_leads_to_a_refusal(scene, sign_in_as, name, phase):
    """Whatever link or button a person sees in whatever phase works for that person."""
    fill(scene, 1)
    scene.action_point(title="Tweede punt")
    scene.in_phase(phase)
    client = sign_in_as(getattr(scene.world, name))
    point, objective = ActionPoint.objects.first(), Objective.objects.first()
    pages = [
        steering(scene),
        at(scene, "detail"),
        at(scene, "objective", objective.pk),
        at(scene, "action_point", point.pk),
    ]
    found_on = {}
    for page in pages:
        response = client.get(page)
        assert (page, response.status_code) == (page, 200)
        html = response.content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        found_on |= dict.fromkeys(re.findall(r'href="(/(?:stuurgroep|werkgroepen|praktijken)/[^"#]*)', main), page)
    for link in found_on.keys() - pages:
        assert (found_on[link], link, client.get(link).status_code) == (found_on[link], link, 200)


# --- Forms ------------------------------------------------------------------------------------------------------------


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
        assert "Wie de uitnodiging voor het portaal nog niet aanvaardde, kun je nog niet kiezen." in text(response)


@pytest.mark.parametrize(("name", "phase"), [("add_action_point", Phase.EVALUATION), ("add_objective", Phase.ACTION)])
def test_an_empty_form_for_what_is_closed_now_is_a_409(scene, sign_in_as, name, phase):
    client = sign_in_as(scene.world.chair)
    assert client.get(at(scene.in_phase(phase), name)).status_code == 409
    open_phase = Phase.ACTION if name == "add_action_point" else Phase.PRIORITIES
    assert client.get(at(scene.in_phase(open_phase), name)).status_code == 200
