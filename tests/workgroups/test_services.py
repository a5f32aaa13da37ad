"""Each verb: who may do it, in which phase, and what it leaves behind."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.policy import Conflict, Refused
from accounts.services import end_membership
from jobs.models import Job
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.models import Participation
from tests.workgroups.scenery import make_workgroup, put_in_phase
from workgroups import services
from workgroups.enums import ActionEvent, ActionState, Direction, MeasurementKind, PriorityState, SeatRole, SteeringRole
from workgroups.models import ActionPoint, Measurement, Objective, Seat, SteeringGroup, TargetAdjustment
from workgroups.windows import WINDOWS

pytestmark = pytest.mark.django_db
FINAL, INTERIM = MeasurementKind.FINAL, MeasurementKind.INTERIM
EVERYONE = (
    "administrator", "facilitator", "expert", "chair", "owner", "teacher", "colleague", "neighbour", "other_teacher", "stranger", "deactivated",
)  # fmt: skip
VOKA = {"administrator", "facilitator"}
STEERS = VOKA | {"expert"}
LEADS = VOKA | {"chair"}
WORKS = LEADS | {"owner", "teacher"}


def conflict(verb) -> list[str]:
    """The reasons why it cannot be done now."""
    with pytest.raises(Conflict) as error:
        verb()
    return [str(reason) for reason in error.value.reasons]


# --- Who and when, verb by verb ---------------------------------------------------------------------------------------
# One row per verb: who may do it, in which phases people of the trajectory may, in which phases Voka may, and the call.


def closed_point(scene):
    return scene.action_point(state=ActionState.DONE, closed_at=timezone.now(), closed_by=scene.world.administrator)


def missed(scene):
    objective = scene.objective()
    Measurement.objects.create(
        objective=objective, value=11, measured_on=timezone.localdate(), kind=FINAL, by=scene.world.administrator
    )
    return objective


def proposed(scene):
    return scene.world.trajectory.priorities.create(title="Meisjes in STEM")


def undisposed(scene):
    """A decided priority without a workgroup."""
    today, by = timezone.localdate(), scene.world.administrator
    return scene.world.trajectory.priorities.create(
        title="Robots", state=PriorityState.DECIDED, decided_on=today, decided_by=by
    )


def membership(scene, name="neighbour"):
    return scene.world.membership(getattr(scene.world, name))


def seat_of(scene, name):
    return Seat.objects.get(workgroup=scene.workgroup, membership=membership(scene, name))


ALL = set(range(1, 7))
SAME = {"indicator": "x", "unit": "", "direction": "up", "baseline_value": 1, "target_value": 2, "due_on": None}
TODAY = datetime.date(2026, 2, 1)

VERBS = {
    "set_steering_charter": (VOKA, set(), ALL, lambda s: {"trajectory": s.world.trajectory, "charter": "Samen"}),
    "appoint": (
        VOKA, set(), ALL, lambda s: {"trajectory": s.world.trajectory, "membership": membership(s), "role": SteeringRole.MEMBER},
    ),
    "end_steering_seat": (VOKA, set(), ALL, lambda s: {"seat": s.world.trajectory.steering_group.seats.first()}),
    "propose_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"trajectory": s.world.trajectory, "title": "Robots"}),
    "update_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": s.priority, "title": "Robots"}),
    "decide_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": proposed(s)}),
    "drop_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": s.priority, "reason": "Te duur"}),
    "create_workgroup": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": undisposed(s), "name": "Robots"}),
    "update_workgroup": (LEADS, {2, 3, 4}, ALL, lambda s: {"workgroup": s.again(), "name": "Nieuwe naam"}),
    "seat": (
        LEADS, {2, 3, 4}, ALL, lambda s: {"workgroup": s.again(), "membership": membership(s), "role": SeatRole.PARTICIPANT},
    ),
    "unseat": (LEADS, {2, 3, 4}, ALL, lambda s: {"seat": seat_of(s, "teacher")}),
    "state_no_practice_reason": (LEADS, {3, 4}, ALL, lambda s: {"workgroup": s.again(), "reason": "Nog te pril"}),
    "add_objective": (LEADS, {2}, {1, 2, 3, 4}, lambda s: {"workgroup": s.again(), "title": "Meer bezoeken"}),
    "update_objective": (
        LEADS, {2}, {1, 2, 3, 4}, lambda s: {"objective": Objective.objects.create(workgroup=s.workgroup, title="x"), "title": "y", **SAME},
    ),
    "adjust_target": (
        LEADS | STEERS, {3, 4}, {3, 4}, lambda s: {"objective": s.objective(), "new_target": Decimal(15), "reason": "Minder plaatsen"},
    ),
    "measure": (LEADS, {3, 4}, {3, 4}, lambda s: {"objective": s.objective(), "value": 12, "measured_on": TODAY, "kind": INTERIM}),
    "measure final": (
        LEADS, {4}, {4, 5, 6}, lambda s: {"objective": s.objective(), "value": 12, "measured_on": TODAY, "kind": FINAL},
    ),
    "explain_missed_target": (LEADS, {4}, {4, 5, 6}, lambda s: {"objective": missed(s), "explanation": "Ziekte"}),
    "mark_not_measured": (LEADS, {4}, {4, 5, 6}, lambda s: {"objective": s.objective(), "reason": "De school stopte"}),
    "add_action_point": (WORKS, {3}, {2, 3, 4}, lambda s: {"workgroup": s.again(), "title": "Bellen", "due_on": TODAY}),
    "update_action_point": (WORKS, {3}, {2, 3, 4}, lambda s: {"action_point": s.action_point(), "title": "x", "due_on": TODAY}),
    "start_action_point": (WORKS, {3, 4}, ALL, lambda s: {"action_point": s.action_point()}),
    "complete_action_point": (WORKS, {3, 4}, ALL, lambda s: {"action_point": s.action_point()}),
    "drop_action_point": (LEADS, {3, 4}, ALL, lambda s: {"action_point": s.action_point(), "reason": "Niet meer nodig"}),
    "reopen_action_point": (LEADS, {3}, {2, 3, 4}, lambda s: {"action_point": closed_point(s)}),
}  # fmt: skip


def test_the_table_knows_every_verb():
    assert {name.split()[0] for name in VERBS} == set(services.__all__)


def attempt(scene, name, user, phase):
    """ "done", "refused" (who) or "conflict" (when)."""
    arguments = VERBS[name][3](scene)
    put_in_phase(scene.world.trajectory, phase)
    try:
        getattr(services, name.split()[0])(**arguments, by=getattr(scene.world, user))
    except Refused:
        return "refused"
    except Conflict:
        return "conflict"
    return "done"


@pytest.mark.parametrize("name", VERBS)
def test_who_may_do_it(scene, name):
    may, people, voka, _arguments = VERBS[name]
    phase = list(Phase)[min(people or voka) - 1]
    doers = set()
    for user in EVERYONE:
        with transaction.atomic():
            if attempt(scene, name, user, phase) != "refused":
                doers.add(user)
            transaction.set_rollback(True)
    assert doers == may


@pytest.mark.parametrize("name", VERBS)
def test_when_it_may_be_done(scene, name):
    may, people, voka, _arguments = VERBS[name]
    doers = {"administrator": voka} | ({sorted(may - VOKA)[0]: people} if may - VOKA else {})
    for user, phases in doers.items():
        open_in = set()
        for phase in Phase:
            with transaction.atomic():
                answer = attempt(scene, name, user, phase)
                transaction.set_rollback(True)
            assert answer in ("done", "conflict")
            if answer == "done":
                open_in.add(phase.number)
        assert (user, open_in) == (user, phases)


def test_every_kind_of_work_is_open_to_voka_somewhere_and_says_why_not_elsewhere():
    for window in WINDOWS.values():
        assert window.voka
        assert set(window.people) <= set(window.voka)
        assert str(window.closed).endswith(".")


# --- Steering group and priorities ------------------------------------------------------------------------------------


def test_appointing_founds_the_steering_group(world):
    by, trajectory = world.facilitator, world.trajectory
    services.appoint(trajectory=trajectory, membership=world.membership(world.expert), role=SteeringRole.CHAIR, by=by)
    group = SteeringGroup.objects.get(trajectory=trajectory)
    assert group.steering_chair_id() == world.expert.pk
    assert type(trajectory).objects.get(pk=trajectory.pk).steering_chair_id() == world.expert.pk


def test_the_steering_group_takes_one_chair_and_each_person_once(scene):
    world, by = scene.world, {"trajectory": scene.world.trajectory, "by": scene.world.administrator}
    neighbour, owner = world.membership(world.neighbour), world.membership(world.owner)
    assert conflict(lambda: services.appoint(membership=neighbour, role=SteeringRole.CHAIR, **by)) == [
        "De stuurgroep heeft al een voorzitter. Beëindig eerst die plaats."
    ]
    assert conflict(lambda: services.appoint(membership=owner, role=SteeringRole.MEMBER, **by)) == [
        "Deze persoon zit al in de stuurgroep."
    ]


def test_only_who_takes_part_or_voka_gets_a_seat(scene):
    world, by = scene.world, {"by": scene.world.administrator}
    stranger = world.membership(world.stranger)
    sentence = ["Vreemde Firma nv neemt niet deel aan dit traject."]
    appoint = {"trajectory": world.trajectory, "membership": stranger, "role": SteeringRole.MEMBER}
    seat = {"workgroup": scene.workgroup, "membership": stranger, "role": SeatRole.PARTICIPANT}
    assert conflict(lambda: services.appoint(**appoint, **by)) == sentence
    assert conflict(lambda: services.seat(**seat, **by)) == sentence
    Participation.objects.filter(organisation=world.other_company).update(left_on=timezone.localdate())
    seat["membership"] = world.membership(world.neighbour)
    assert conflict(lambda: services.seat(**seat, **by)) == ["Lasrobots bv neemt niet deel aan dit traject."]


def test_who_left_the_organisation_gets_no_seat_and_keeps_none_taken(scene):
    world = scene.world
    left = world.membership(world.chair)
    end_membership(membership=left, by=world.administrator)
    left.refresh_from_db()
    seat = {"workgroup": scene.workgroup, "by": world.administrator}
    assert conflict(lambda: services.seat(membership=left, role=SeatRole.PARTICIPANT, **seat)) == [
        "Victor Voorzitter (Boormachines nv) hoort niet meer bij deze organisatie."
    ]
    new = services.seat(membership=world.membership(world.neighbour), role=SeatRole.CHAIR, **seat)
    assert scene.again().chair == new
    assert seat_of(scene, "chair").ended_on == timezone.localdate()


def test_a_decision_says_when_by_whom_and_what(scene):
    priority = services.propose_priority(trajectory=scene.world.trajectory, title="Robots", by=scene.world.expert)
    assert priority.order == scene.priority.order + 1
    priority = services.decide_priority(priority=priority, decision="Unaniem.", by=scene.world.expert)
    assert (priority.state, priority.decision, priority.decided_by) == (
        PriorityState.DECIDED,
        "Unaniem.",
        scene.world.expert,
    )
    assert priority.decided_on == timezone.localdate()
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert conflict(lambda: services.decide_priority(priority=priority, by=scene.world.expert)) == [
        f"Deze prioriteit is al beslist op {today}."
    ]


def test_a_priority_is_dropped_with_a_reason_and_can_come_back(scene):
    by = scene.world.expert
    assert conflict(lambda: services.drop_priority(priority=scene.priority, reason="  ", by=by)) == [
        "Schrijf waarom deze prioriteit geschrapt wordt."
    ]
    dropped = services.drop_priority(priority=scene.priority, reason="Te duur", by=by)
    assert (dropped.state, dropped.decision) == (PriorityState.DROPPED, "Te duur")
    assert conflict(lambda: services.drop_priority(priority=scene.priority, reason="Nog eens", by=by)) == [
        "Deze prioriteit is al geschrapt."
    ]
    assert services.decide_priority(priority=scene.priority, by=by).state == PriorityState.DECIDED


def test_only_a_decided_priority_gets_a_workgroup_and_only_one(scene):
    by = scene.world.administrator
    assert conflict(lambda: services.create_workgroup(priority=proposed(scene), name="Robots", by=by)) == [
        "Alleen een besliste prioriteit krijgt een werkgroep. Beslis ze eerst."
    ]
    assert conflict(lambda: services.create_workgroup(priority=scene.priority, name="Nog een", by=by)) == [
        "Deze prioriteit heeft al een werkgroep."
    ]


def test_a_workgroup_looks_for_known_function_profiles_only(scene):
    workgroup = {"workgroup": scene.workgroup, "name": "Stage", "by": scene.world.administrator}
    assert services.update_workgroup(**workgroup, wanted_profiles=["hr"]).wanted_profiles == ["hr"]
    assert conflict(lambda: services.update_workgroup(**workgroup, wanted_profiles=["tovenaar"])) == [
        "Kies uit de lijst van functieprofielen."
    ]


# --- Seats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [SeatRole.CHAIR, SeatRole.PARTICIPANT])
def test_voka_only_facilitates(scene, role):
    workgroup = make_workgroup(scene.world, "Nieuw", people=False)
    seat = {"workgroup": workgroup, "membership": membership(scene, "facilitator"), "by": scene.world.administrator}
    sentence = ["Voka faciliteert een werkgroep; de voorzitter en de deelnemers komen uit het netwerk."]
    assert conflict(lambda: services.seat(role=role, **seat)) == sentence


def test_only_voka_facilitates(scene):
    workgroup = make_workgroup(scene.world, "Nieuw", people=False)
    seat = {"workgroup": workgroup, "role": SeatRole.FACILITATOR, "by": scene.world.administrator}
    for name in ("teacher", "neighbour", "expert"):
        sentence = ["Voka faciliteert een werkgroep; de voorzitter en de deelnemers komen uit het netwerk."]
        assert conflict(lambda n=name: services.seat(membership=membership(scene, n), **seat)) == sentence


@pytest.mark.parametrize("name", ["teacher", "neighbour", "expert"])
def test_a_chair_may_come_from_a_school_a_company_or_a_partner(scene, name):
    workgroup = make_workgroup(scene.world, "Nieuw", people=False)
    seat = services.seat(
        workgroup=workgroup, membership=membership(scene, name), role=SeatRole.CHAIR, by=scene.world.administrator
    )
    workgroup = type(workgroup).objects.get(pk=workgroup.pk)
    assert workgroup.chair == seat
    assert workgroup.chair_is_from_school == (name == "teacher")


@pytest.mark.parametrize("role", [SeatRole.CHAIR, SeatRole.FACILITATOR])
def test_leaders_are_chosen_by_voka_or_the_steering_groups_chair_not_by_the_group(scene, role):
    world, workgroup = scene.world, make_workgroup(scene.world, "Nieuw", people=False)
    person = membership(scene, "administrator" if role == SeatRole.FACILITATOR else "neighbour")
    services.seat(workgroup=workgroup, membership=membership(scene, "chair"), role=SeatRole.CHAIR, by=world.expert)
    workgroup = type(workgroup).objects.get(pk=workgroup.pk)
    with pytest.raises(Refused):
        services.seat(workgroup=workgroup, membership=person, role=role, by=world.chair)
    with pytest.raises(Refused):
        services.unseat(seat=workgroup.chair, by=world.chair)
    services.unseat(seat=workgroup.chair, by=world.expert)
    assert services.seat(workgroup=workgroup, membership=person, role=role, by=world.expert).role == role


def test_a_second_chair_or_facilitator_is_refused_with_a_sentence(scene):
    seat = {"workgroup": scene.workgroup, "by": scene.world.administrator}
    assert conflict(lambda: services.seat(membership=membership(scene), role=SeatRole.CHAIR, **seat)) == [
        "Deze werkgroep heeft al een voorzitter. Beëindig eerst die plaats."
    ]
    administrator = membership(scene, "administrator")
    assert conflict(lambda: services.seat(membership=administrator, role=SeatRole.FACILITATOR, **seat)) == [
        "Deze werkgroep heeft al een facilitator. Beëindig eerst die plaats."
    ]
    assert conflict(
        lambda: services.seat(membership=membership(scene, "teacher"), role=SeatRole.PARTICIPANT, **seat)
    ) == ["Deze persoon zit al in deze werkgroep."]


def test_ending_a_seat_twice_changes_nothing(scene):
    seat = seat_of(scene, "teacher")
    first = services.unseat(seat=seat, by=scene.world.chair).ended_on
    assert services.unseat(seat=seat, by=scene.world.administrator).ended_on == first


def test_whoever_gets_a_seat_gets_one_mail_and_who_takes_one_gets_none(scene):
    OutboundMail.objects.all().delete()
    seat = {"workgroup": scene.workgroup, "by": scene.world.administrator}
    services.seat(membership=membership(scene), role=SeatRole.PARTICIPANT, **seat)
    mail = OutboundMail.objects.get()
    assert (mail.to, mail.subject) == (scene.world.neighbour.email, "Je zit in de werkgroep Stagetrajecten")
    assert "neem je deel aan de werkgroep Stagetrajecten van Testtraject" in mail.text
    assert f"http://testserver/werkgroepen/{scene.workgroup.pk}/" in mail.text
    assert Job.objects.filter(object_id=mail.pk).exists()
    services.unseat(seat=seat_of(scene, "facilitator"), by=scene.world.administrator)
    services.seat(membership=membership(scene, "administrator"), role=SeatRole.FACILITATOR, **seat)
    assert OutboundMail.objects.count() == 1


# --- Objectives -------------------------------------------------------------------------------------------------------


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


# --- Action points ----------------------------------------------------------------------------------------------------


def test_an_action_point_leaves_its_whole_life_in_its_history(scene):
    world = scene.in_phase(Phase.ACTION).world
    point = services.add_action_point(
        workgroup=scene.workgroup,
        title="Bellen",
        due_on=datetime.date(2026, 2, 1),
        by=world.teacher,
        owner=membership(scene, "owner"),
    )
    act = {"action_point": point}
    services.start_action_point(**act, by=world.owner)
    services.drop_action_point(**act, reason="Niemand nam op", by=world.owner)
    services.reopen_action_point(**act, by=world.owner)
    services.update_action_point(**act, title="Mailen", due_on=point.due_on, by=world.teacher)
    services.complete_action_point(**act, by=world.teacher)
    log = [(row.event, row.by, row.note) for row in point.log.order_by("id")]
    assert log == [
        (ActionEvent.ADDED, world.teacher, ""),
        (ActionEvent.STARTED, world.owner, ""),
        (ActionEvent.DROPPED, world.owner, "Niemand nam op"),
        (ActionEvent.REOPENED, world.owner, ""),
        (ActionEvent.CHANGED, world.teacher, ""),
        (ActionEvent.COMPLETED, world.teacher, ""),
    ]
    point.refresh_from_db()
    assert (point.state, point.closed_by, point.closed_reason) == (ActionState.DONE, world.teacher, "")


def test_a_closed_action_point_stays_as_it_is(scene):
    world, point = scene.in_phase(Phase.ACTION).world, closed_point(scene)
    act = {"action_point": point, "by": world.chair}
    closed = ["Dit actiepunt is al gesloten. Heropen het eerst."]
    day = {"title": "x", "due_on": point.due_on}
    assert conflict(lambda: services.start_action_point(**act)) == closed
    assert conflict(lambda: services.complete_action_point(**act)) == closed
    assert conflict(lambda: services.drop_action_point(reason="Toch niet", **act)) == closed
    assert conflict(lambda: services.update_action_point(**day, **act)) == closed
    assert ActionPoint.objects.get().state == ActionState.DONE


def test_an_action_point_is_started_once_and_dropped_with_a_reason(scene):
    act = {"action_point": scene.in_phase(Phase.ACTION).action_point(), "by": scene.world.chair}
    services.start_action_point(**act)
    assert conflict(lambda: services.start_action_point(**act)) == ["Iemand is al aan dit actiepunt begonnen."]
    assert conflict(lambda: services.drop_action_point(reason=" ", **act)) == [
        "Schrijf waarom dit actiepunt gesloten wordt zonder dat het gedaan is."
    ]
    assert conflict(lambda: services.reopen_action_point(**act)) == ["Dit actiepunt staat nog open."]


def test_lateness_counts_only_while_it_is_open(scene):
    late = timezone.localdate() - datetime.timedelta(days=10)
    assert scene.action_point(due_on=late).days_late == 10
    assert scene.action_point(due_on=timezone.localdate()).days_late == 0
    closed = closed_point(scene)
    closed.due_on = late
    assert closed.days_late == 0
