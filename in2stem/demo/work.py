"""Phases 2 to 4 of a trajectory: steering group, priorities, workgroups, action points, practices and measurements."""

import datetime

from django.utils import timezone

import practices.services
import workgroups.services
from accounts.enums import FunctionProfile
from in2stem.demo import companies, labels, schools
from in2stem.demo.calendar import on_day
from in2stem.demo.stories import STORIES
from schools.enums import Moment
from workgroups.enums import MeasurementKind, SeatRole, SteeringRole
from workgroups.models import Workgroup


def choose_priorities(stage, cast, setting, finished):
    chair = cast.partner or cast.companies[-1]
    with on_day(stage.day(cast.starts[1], 6)):
        workgroups.services.set_steering_charter(
            trajectory=cast.trajectory,
            charter="We kiezen samen waar het traject voor gaat en kijken of het lukt.",
            by=stage.voka,
        )
        workgroups.services.appoint(
            trajectory=cast.trajectory, membership=chair, role=SteeringRole.CHAIR, by=stage.voka
        )
        for membership in (cast.schools[0], cast.companies[0]) if finished else (cast.schools[0],):
            if membership != chair:
                workgroups.services.appoint(
                    trajectory=cast.trajectory, membership=membership, role=SteeringRole.MEMBER, by=stage.voka
                )
        for index, story in enumerate(STORIES[: setting.stories]):
            priority = workgroups.services.propose_priority(
                trajectory=cast.trajectory,
                title=story.priority,
                description=story.description,
                themes=story.themes,
                by=stage.voka,
            )
            if not finished and index == setting.stories - 1:
                continue  # still to be decided
            workgroups.services.decide_priority(
                priority=priority, by=stage.voka, decision="Gekozen op basis van het groepsrapport van de scholen."
            )
            _workgroup(stage, cast, story, priority, index, finished)


def _workgroup(stage, cast, story, priority, index, finished):
    workgroup = workgroups.services.create_workgroup(
        priority=priority,
        name=story.workgroup,
        charter=story.charter,
        wanted_profiles=[FunctionProfile.INTERNSHIP_MENTOR, FunctionProfile.STEM_TEACHER],
        by=stage.voka,
    )
    chair, participants = _who_sits(stage, cast, index)
    seats = (
        [(chair, SeatRole.CHAIR), (stage.facilitator, SeatRole.FACILITATOR)] if finished else [(chair, SeatRole.CHAIR)]
    )
    for membership, role in seats + [(membership, SeatRole.PARTICIPANT) for membership in participants]:
        workgroups.services.seat(workgroup=workgroup, membership=membership, role=role, by=stage.voka)
    for goal in story.goals if finished else story.goals[:1]:
        workgroups.services.add_objective(
            workgroup=workgroup,
            title=goal.title,
            indicator=goal.indicator,
            unit=goal.unit,
            direction=goal.direction,
            baseline_value=goal.baseline,
            target_value=goal.target,
            due_on=cast.starts[3] - datetime.timedelta(days=4),
            by=stage.voka,
        )


def _who_sits(stage, cast, index):
    """Chair and participants of the index-th workgroup. In Kempen the demo's "other" people sit in another one."""
    if cast.trajectory.slug == "kempen":
        others = [cast.companies[3:], cast.companies[1:2] + cast.companies[3:4], cast.companies[5:]]
        pupils = [
            [cast.schools[0], cast.schools[2]],
            [cast.schools[1], cast.schools[3]],
            [cast.schools[2], cast.schools[3]],
        ]
        chairs = [cast.companies[2], cast.companies[4], cast.partner]
        mine = [cast.companies[0]] if index == 0 else []
        return chairs[index], mine + [m for m in others[index] if m != chairs[index]][:2] + pupils[index]
    chair = cast.companies[index % len(cast.companies)]
    rest = [m for m in cast.companies if m != chair]
    return chair, [rest[index % len(rest)], rest[(index + 1) % len(rest)], *cast.schools[:2]]


def act(stage, cast, setting, finished):
    for index, workgroup in enumerate(_workgroups(stage, cast)):
        story = STORIES[index]
        participants = [seat.membership for seat in workgroup.seats.filter(role=SeatRole.PARTICIPANT)]
        for n, title in enumerate(story.actions):
            owner = participants[n % len(participants)]
            with on_day(stage.day(cast.starts[2], 12)):
                point = workgroups.services.add_action_point(
                    workgroup=workgroup,
                    title=title,
                    owner=owner,
                    due_on=cast.starts[2] + datetime.timedelta(days=60 + 75 * n)
                    if finished
                    else stage.today + datetime.timedelta(days=21 * n - 12),
                    by=stage.voka,
                )
            if finished or n == 0:
                with on_day(stage.day(cast.starts[2], 55 + 30 * n)):
                    workgroups.services.complete_action_point(action_point=point, by=owner.user)
            elif n == 1:
                workgroups.services.start_action_point(action_point=point, by=owner.user)
        with on_day(stage.day(cast.starts[2], 120)):
            for objective, goal in zip(workgroup.objectives.all(), story.goals, strict=False):
                workgroups.services.measure(
                    objective=objective,
                    value=goal.interim,
                    measured_on=timezone.localdate(),
                    kind=MeasurementKind.INTERIM,
                    by=stage.voka,
                )
        if finished or index < 2:
            _practice(stage, cast, workgroup, story, participants[0], publish=finished or index == 0)
    if not finished:
        schools.gather_evidence(stage, cast)
        schools.share_with_a_mentor(cast)
        labels.apply(stage, cast.schools[0])


def _practice(stage, cast, workgroup, story, writer, *, publish):
    sheet = story.sheet
    # Every network works on the same stories here; the outside world reads each practice once.
    is_public = sheet.title not in stage.public_titles
    if is_public and publish:
        stage.public_titles.add(sheet.title)
    with on_day(stage.day(cast.starts[2], 150)):
        practice = practices.services.write(
            workgroup=workgroup,
            title=sheet.title,
            context=sheet.context,
            approach=sheet.approach,
            result=sheet.result,
            material=sheet.material,
            tips=sheet.tips,
            costs=sheet.costs,
            tags=sheet.tags,
            is_public=is_public,
            by=writer.user,
        )
        practices.services.submit(practice=practice, by=writer.user)
    if publish:
        with on_day(stage.day(cast.starts[2], 157)):
            practices.services.publish(practice=practice, by=stage.voka)


def evaluate(stage, cast, setting, finished):
    for index, workgroup in enumerate(_workgroups(stage, cast)):
        for n, (objective, goal) in enumerate(zip(workgroup.objectives.all(), STORIES[index].goals, strict=False)):
            if not finished and (index, n) in ((1, 1), (2, 1)):
                continue
            with on_day(stage.day(cast.starts[3], 10)):
                workgroups.services.measure(
                    objective=objective,
                    value=goal.final,
                    measured_on=timezone.localdate(),
                    kind=MeasurementKind.FINAL,
                    by=stage.voka,
                )
                if goal.explanation and finished:
                    workgroups.services.explain_missed_target(
                        objective=objective, explanation=goal.explanation, by=stage.voka
                    )
    for member in cast.schools if finished else cast.schools[:1]:
        with on_day(stage.day(cast.starts[3], 12)):
            schools.assess(stage, cast, member, Moment.END)
    for index, member in enumerate(cast.companies):
        with on_day(stage.day(cast.starts[3], 14)):
            companies.measure(stage, cast, member, index, finished)


def _workgroups(stage, cast):
    return list(Workgroup.objects.filter(priority__trajectory=cast.trajectory).order_by("pk"))
