"""The one door: what a move writes, what it refuses and what it tells the person who came second."""

import pytest

from accounts.policy import Conflict, Refused
from jobs.models import Job
from phases import services
from phases.enums import MoveKind, Phase
from phases.models import Participation, PhaseChange
from tests.phases.conftest import needs_of, put_in_phase


@pytest.mark.django_db
def test_a_move_writes_the_phase_and_one_line_of_history(world, needs):
    change = services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.facilitator)
    world.trajectory.refresh_from_db()
    assert world.trajectory.phase == Phase.PRIORITIES
    assert list(PhaseChange.objects.all()) == [change]
    assert (change.sequence, change.source, change.target) == (1, Phase.BASELINE, Phase.PRIORITIES)
    assert (change.kind, change.by, change.reason, change.open_points) == (MoveKind.REGULAR, world.facilitator, "", [])


@pytest.mark.django_db
@pytest.mark.parametrize("phase", list(Phase)[:-1])
def test_companies_sign_up_until_the_work_is_done(phase, world, needs):
    put_in_phase(world.trajectory, phase)
    target = list(Phase)[phase.number]
    services.move(trajectory=world.trajectory, to=target, by=world.facilitator)
    world.trajectory.refresh_from_db()
    assert world.trajectory.is_open_for_intake is (target != Phase.LEVEL_UP)


@pytest.mark.django_db
def test_history_numbers_each_trajectory_by_itself(world, needs):
    for target in (Phase.PRIORITIES, Phase.ACTION):
        services.move(trajectory=world.trajectory, to=target, by=world.facilitator)
    services.move(trajectory=world.other_trajectory, to=Phase.PRIORITIES, by=world.facilitator)
    assert list(PhaseChange.objects.order_by("trajectory", "sequence").values_list("trajectory", "sequence")) == [
        (world.trajectory.pk, 1),
        (world.trajectory.pk, 2),
        (world.other_trajectory.pk, 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.KEEP_LEARNING])
def test_a_blocked_move_tells_all_its_reasons_at_once(phase, world, needs):
    sentences = needs.block_phase(phase)
    put_in_phase(world.trajectory, phase)
    target = list(Phase)[phase.number]
    with pytest.raises(Conflict) as refusal:
        services.move(trajectory=world.trajectory, to=target, by=world.facilitator)
    assert [reason.sentence for reason in refusal.value.reasons] == sentences
    assert len(sentences) == 2 * len(needs_of(phase)) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.KEEP_LEARNING])
def test_one_need_that_is_not_met_is_enough_to_block(phase, world, needs):
    put_in_phase(world.trajectory, phase)
    target = list(Phase)[phase.number]
    for need in needs_of(phase):
        needs.clear()
        needs.block(need.path, "Dit ontbreekt")
        with pytest.raises(Conflict, match="^Dit ontbreekt$"):
            services.move(trajectory=world.trajectory, to=target, by=world.administrator)
    assert PhaseChange.objects.count() == 0


@pytest.mark.django_db
def test_an_override_is_recorded_with_its_reason_and_what_was_missing(world, needs):
    sentences = needs.block_phase(Phase.BASELINE)
    change = services.move(
        trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator, reason="  EUN antwoordt traag. "
    )
    change.refresh_from_db()
    assert (change.kind, change.reason) == (MoveKind.OVERRIDE, "EUN antwoordt traag.")
    assert [point["sentence"] for point in change.open_points] == sentences


@pytest.mark.django_db
def test_a_reason_of_an_administrator_is_no_override_when_nothing_is_missing(world, needs):
    change = services.move(
        trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator, reason="Iedereen is klaar."
    )
    assert (change.kind, change.open_points) == (MoveKind.REGULAR, [])


@pytest.mark.django_db
def test_spaces_are_no_reason(steered_world, needs):
    put_in_phase(steered_world.trajectory, Phase.EVALUATION)
    with pytest.raises(services.ReasonMissing):
        services.move(trajectory=steered_world.trajectory, to=Phase.ACTION, by=steered_world.expert, reason=" \n ")
    assert PhaseChange.objects.count() == 0


@pytest.mark.django_db
def test_who_saw_an_older_phase_is_told_who_was_first(world, needs):
    services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator)
    with pytest.raises(Conflict, match="Intussen gewijzigd door Ada Beheer") as refusal:
        services.move(trajectory=world.trajectory, to=Phase.ACTION, by=world.facilitator, seen=Phase.BASELINE)
    assert "fase 2 (Actiedomeinen bepalen)" in str(refusal.value)
    assert PhaseChange.objects.count() == 1


@pytest.mark.django_db
def test_a_second_click_of_the_same_person_changes_nothing_and_says_so_kindly(world, needs):
    services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator, seen=Phase.BASELINE)
    with pytest.raises(Conflict, match="^Dit heb je al gedaan"):
        services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator, seen=Phase.BASELINE)
    assert PhaseChange.objects.count() == 1


@pytest.mark.django_db
def test_a_move_that_never_existed_blames_nobody(world, needs):
    services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator)
    with pytest.raises(Conflict, match="^Dit traject staat in fase 2 .* Van daar kan je niet") as refusal:
        services.move(trajectory=world.trajectory, to=Phase.LEVEL_UP, by=world.facilitator)
    assert "Ada Beheer" not in str(refusal.value)


@pytest.mark.django_db
def test_who_may_not_move_learns_nothing_about_who_did(world, needs):
    services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator)
    with pytest.raises(Refused, match="^Alleen Voka"):
        services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.teacher, seen=Phase.BASELINE)


@pytest.mark.django_db
def test_an_unknown_phase_is_refused_even_without_the_form(world, needs):
    with pytest.raises(Conflict):
        services.move(trajectory=world.trajectory, to="vacation", by=world.administrator, reason="Toch.")


@pytest.mark.django_db
def test_a_refused_move_leaves_no_work_behind(world, needs):
    needs.block_phase(Phase.BASELINE)
    with pytest.raises(Conflict):
        services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.facilitator)
    assert not Job.objects.filter(kind=services.ANNOUNCE).exists()


@pytest.mark.django_db
def test_an_organisation_that_left_comes_back_on_the_same_row(world):
    participation = Participation.objects.get(organisation=world.school)
    participation.left_on = participation.joined_on
    participation.save()
    assert services.join(trajectory=world.trajectory, organisation=world.school) == participation
    assert services.join(trajectory=world.trajectory, organisation=world.school) == participation
    assert Participation.objects.get(organisation=world.school).left_on is None
