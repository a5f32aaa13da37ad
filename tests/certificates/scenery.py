"""A trajectory in phase 5 in which `company` meets every condition of a certificate, and helpers to make more of them."""

import datetime
import re
import uuid
from dataclasses import dataclass

from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from certificates.models import Certificate
from companies.enums import IntakeState
from companies.models import Company, Intake
from companies.selectors import current_questionnaire
from phases.enums import Phase
from phases.models import Participation
from tests.cast import World, make_organisation, make_person
from tests.companies.conftest import new_enterprise_number
from tests.workgroups.scenery import A_DAY, make_workgroup, put_in_phase
from workgroups.enums import ActionState, SeatRole
from workgroups.models import ActionPoint, Seat, Workgroup

NUMBER = "1000000516"

FACTS = {
    "company": "Metaalconstructie Van den Eynde-Verschueren nv",
    "enterprise_number": NUMBER,
    "trajectory": "Kempen 2025-2027",
    "chamber": "Voka Mechelen-Kempen",
    "school_years": "2025-2026 en 2026-2027",
    "workgroups": [{"name": "Stagetrajecten die kloppen", "role": "voorzitter"}],
    "contributions": [
        {"count": 7, "words": "actiepunten uitgevoerd met de werkgroep"},
        {"count": 1, "words": "goede praktijk gedeeld met het netwerk"},
    ],
    "signatory": {"name": "Ann-Sophie Depauw-Lemmens", "title": "Directeur, Voka Mechelen-Kempen"},
    "issued_on": "2027-06-18",
    "rules_version": 1,
    "design_version": 1,
    "base_url": "https://in2stem.voka.example",
}
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXY2"
SERIAL = "IN2-2027-MK-0014"

# The cast, by what certificates are to them.
STAFF = ("administrator", "facilitator")
RECIPIENTS = ("owner", "colleague", "chair")
OTHERS = ("neighbour", "teacher", "other_teacher", "expert", "stranger")


@dataclass
class Stage:
    """The trajectory of the cast in phase 5, with one workgroup of which `owner` and `chair` of the company are members."""

    world: World
    workgroup: Workgroup

    def issue(self, **changes) -> Certificate:
        """A certificate through the front door."""
        from certificates import services

        chosen = {"organisation": self.world.company, "trajectory": self.world.trajectory, "by": self.world.facilitator}
        return services.issue(**chosen | changes)


def make_stage(world) -> Stage:
    """Build it; callable from transactional tests too."""
    put_in_phase(world.trajectory, Phase.PRIORITIES)
    workgroup = make_workgroup(world)
    give_intake(world.company, world, NUMBER)
    action_point_done(workgroup, world)
    put_in_phase(world.trajectory, Phase.LEVEL_UP)
    return Stage(world, workgroup)


def give_intake(organisation, world, enterprise_number=None, *, trajectory=None, refined=True) -> Intake:
    """An accepted intake, and the enterprise number that comes with it."""
    number = enterprise_number or new_enterprise_number()
    Company.objects.update_or_create(organisation=organisation, defaults={"enterprise_number": number})
    now = timezone.now()
    return Intake.objects.create(
        submission_key=uuid.uuid4(),
        fingerprint=uuid.uuid4().hex,
        trajectory=trajectory or world.trajectory,
        questionnaire=current_questionnaire(),
        company_name=organisation.name,
        enterprise_number=number,
        postal_code="2300",
        municipality="Turnhout",
        sector="metal_machines",
        headcount_band="50-249",
        contact_first_name="Greet",
        contact_last_name="Geheim",
        contact_email="greet.geheim@test.example",
        contact_phone="+3214580102",
        state=IntakeState.ACCEPTED,
        organisation=organisation,
        refined_at=now if refined else None,
        decided_at=now,
        decided_by=world.administrator,
    )


def action_point_done(workgroup, world) -> ActionPoint:
    return ActionPoint.objects.create(
        workgroup=workgroup,
        title="Mentoren bellen",
        due_on=datetime.date(2026, 3, 1),
        state=ActionState.DONE,
        closed_at=timezone.now(),
        closed_by=world.administrator,
    )


def another_company(stage, name, *, eligible=True, number=None) -> Organisation:
    """One more company in the trajectory, with a seat in the workgroup when it must meet the conditions."""
    world = stage.world
    organisation = make_organisation(OrganisationKind.COMPANY, name, world.chamber)
    Participation.objects.create(trajectory=world.trajectory, organisation=organisation)
    give_intake(organisation, world, number)
    if eligible:
        person = make_person("Persoon", f"nummer{organisation.pk}", organisation, Role.REPRESENTATIVE)
        Seat.objects.create(
            workgroup=stage.workgroup, membership=person.memberships.get(), role=SeatRole.PARTICIPANT, started_on=A_DAY
        )
    return organisation


def text_of(pdf: bytes) -> str:
    """The text of a PDF in reading order, spaces and line ends as single spaces."""
    import io

    from pypdf import PdfReader

    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def text(response) -> str:
    """What the page says, tags and extra spaces away."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
