"""Builds the demo world through the portal's own services, so that every trajectory got where it is by the rules.

The people of the contract live in the trajectory Kempen, in phase 3; "buiten" in Limburg. What a newcomer gets wrong: writing
rows by hand here. If a service refuses, the story is wrong.
"""

import datetime

from django.utils import timezone

import certificates.services
import documents.services
import phases.services
from accounts.enums import FunctionProfile, OrganisationKind, Role
from accounts.models import Organisation
from in2stem.demo import companies, labels, people, schools, work
from in2stem.demo.calendar import first_year_for, on_day, phase_starts
from in2stem.demo.stage import DOMAIN, PASSWORD, SETTINGS, Cast, Stage
from jobs.models import Job
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.models import PhasePlan, Trajectory

__all__ = ["DOMAIN", "PASSWORD", "build"]


@documents.services.atomic_with_files()
def build(size: int = 1) -> None:
    """Fill an empty database with the demo world, `size` times as many organisations. Deterministic for a given day."""
    stage = Stage(size)
    people.add_voka(stage)
    for setting in SETTINGS:
        _trajectory(stage, setting)
    # What was mailed and announced is part of the past; the certificates still have to be drawn.
    Job.objects.exclude(kind=certificates.services.RENDER).delete()
    now = timezone.now()
    Job.objects.update(created_at=now, next_try_at=now, wake_at=now)
    OutboundMail.objects.update(sent_at=timezone.now(), text="", html="")


def _trajectory(stage, setting):
    first_year = first_year_for(setting.phase.number, stage.today)
    starts = phase_starts(first_year)
    with on_day(starts[0] - datetime.timedelta(days=30)):
        trajectory = Trajectory.objects.create(
            name=f"{setting.name} {first_year}\u2011{first_year + 2}",
            slug=setting.slug,
            chamber=stage.chambers[setting.chamber],
            manager=stage.facilitator.user if setting.slug == "kempen" else stage.voka,
            first_school_year=first_year,
            last_school_year=first_year + 1,
        )
        PhasePlan.objects.bulk_create(
            PhasePlan(trajectory=trajectory, phase=phase, starts_on=day, ends_on=following)
            for phase, day, following in zip(
                Phase, starts, [day - datetime.timedelta(days=1) for day in starts[1:]] + [None], strict=True
            )
        )
    cast = Cast(trajectory, starts)
    steps = (_baseline, work.choose_priorities, work.act, work.evaluate, labels.level_up)
    targets = list(Phase)[1:]
    for number, (step, target) in enumerate(zip(steps, targets, strict=True), start=1):
        finished = number < setting.phase.number
        step(stage, cast, setting, finished)
        if number == Phase.ACTION.number and finished:
            trajectory.is_open_for_intake = False
            trajectory.save(update_fields=["is_open_for_intake"])
        if not finished:
            return
        with on_day(stage.day(starts[number])):
            phases.services.move(trajectory=trajectory, to=target, by=stage.voka)
        trajectory.refresh_from_db()


def _baseline(stage, cast, setting, finished):
    kempen, limburg = setting.slug == "kempen", setting.slug == "limburg-maakt"
    with on_day(stage.day(cast.starts[0], 8)):
        for index in range(setting.schools * stage.size):
            schools.take_part(stage, cast, setting, index, finished)
        for index in range(setting.companies * stage.size):
            logins = {}
            if kempen:
                logins = {
                    0: ("Lieselotte", "Vandenbroucke", "bedrijf"),
                    1: ("Dirk", "Peeters-Wouters", "ander-bedrijf"),
                    2: ("Marleen", "Goossens", "voorzitter"),
                }
            elif limburg:
                logins = {0: ("Nele", "Hermans", "buiten")}
            if finished or index < setting.companies * stage.size - 1:
                cast.companies.append(companies.add_company(stage, cast.trajectory, index, login=logins.get(index)))
        if kempen:
            partner = Organisation.objects.create(
                kind=OrganisationKind.PARTNER, name="Sectorfonds Techniek Kempen", chamber=cast.trajectory.chamber
            )
            phases.services.join(trajectory=cast.trajectory, organisation=partner)
            cast.partner = people.add_person(
                stage,
                "Griet",
                "De Clercq",
                "stuurgroep",
                partner,
                Role.REPRESENTATIVE,
                "Directeur",
                FunctionProfile.MANAGEMENT,
            )
    if not finished:
        companies.add_open_intakes(stage, cast)
