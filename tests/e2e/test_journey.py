"""The main job, as its people live it: from the intake form on a phone to a certificate that a stranger verifies.

Pages and worker are real. What takes a school or a workgroup months is done through the services in between.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.models import Membership
from companies import services as companies
from companies.enums import Maturity
from companies.models import Intake
from phases.enums import Phase
from phases.models import PhaseChange
from practices import services as practices
from schools import services as schools
from schools.enums import LabelLevel, Moment, OutcomeKind
from schools.models import Framework
from tests.cast import make_world
from tests.e2e.pdf import first_page_as_picture
from workgroups import services as workgroups
from workgroups.enums import MeasurementKind, SeatRole, SteeringRole

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

COMPANY = "Turbines Łódź-Kempen nv"
EMAIL = "zofia.kowalska@turbines.example"
PASSWORD = "warme-wind-over-mol"


class Journey:
    """Everyone of one trajectory, and the parts of the story that no page has to tell."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.trajectory = world.trajectory

    def refresh(self) -> None:
        self.trajectory.refresh_from_db()

    def companies_of_the_cast_step_back(self) -> None:
        """Only the company of this story takes part, beside the schools."""
        self.trajectory.participations.filter(organisation__kind="company").update(left_on=timezone.localdate())

    def schools_record_where_they_stand(self) -> None:
        for teacher in (self.world.teacher, self.world.other_teacher):
            school = teacher.memberships.get().organisation.school
            schools.record_label(
                school=school, level=LabelLevel.COMPETENT, awarded_on=timezone.localdate(), by=self.world.facilitator
            )
            for criterion in Framework.objects.get(is_current=True).criteria.all():
                schools.score_criterion(
                    school=school,
                    trajectory=self.trajectory,
                    moment=Moment.START,
                    criterion=criterion,
                    score=2,
                    argument="We doen dit in de tweede graad.",
                    by=teacher,
                )

    def steering_group_decides(self, member: Membership) -> Any:
        by, world, trajectory = self.world.facilitator, self.world, self.trajectory
        expert, teacher = world.membership(world.expert), world.membership(world.teacher)
        for membership, role in (
            (expert, SteeringRole.CHAIR),
            (teacher, SteeringRole.MEMBER),
            (member, SteeringRole.MEMBER),
        ):
            workgroups.appoint(trajectory=trajectory, membership=membership, role=role, by=by)
        priority = workgroups.propose_priority(trajectory=trajectory, title="Stages die kloppen", by=by)
        workgroups.decide_priority(priority=priority, by=by)
        workgroup = workgroups.create_workgroup(priority=priority, name="Stagetrajecten die kloppen", by=by)
        for membership, role in (
            (expert, SeatRole.CHAIR),
            (world.membership(by), SeatRole.FACILITATOR),
            (teacher, SeatRole.PARTICIPANT),
            (member, SeatRole.PARTICIPANT),
        ):
            workgroups.seat(workgroup=workgroup, membership=membership, role=role, by=by)
        workgroups.add_objective(
            workgroup=workgroup,
            title="Stageplaatsen met een vaste mentor",
            indicator="plaatsen met een vaste mentor",
            unit="plaatsen",
            baseline_value=Decimal(12),
            target_value=Decimal(45),
            due_on=timezone.localdate(),
            by=by,
        )
        return workgroup

    def workgroup_shares_a_practice(self, workgroup: Any) -> None:
        practice = practices.write(
            workgroup=workgroup,
            title="Eén stageplan voor drie scholen",
            context="Elke school had haar eigen stageboek.",
            approach="We legden de boeken naast elkaar.",
            result="Mentoren vullen één blad in.",
            by=self.world.teacher,
        )
        practices.submit(practice=practice, by=self.world.teacher)
        practices.publish(practice=practice, by=self.world.facilitator)

    def objective_is_measured(self, workgroup: Any) -> None:
        workgroups.measure(
            objective=workgroup.objectives.get(),
            value=Decimal(47),
            measured_on=timezone.localdate(),
            kind=MeasurementKind.FINAL,
            by=self.world.facilitator,
        )

    def companies_are_measured(self) -> None:
        for intake in Intake.objects.accepted().filter(trajectory=self.trajectory):
            answers = [
                companies.MeasuredAnswer(question=answer.question, value=Maturity.STRUCTURAL)
                for answer in intake.answers.select_related("question")
            ]
            companies.fill_final_measurement(intake=intake, answers=answers, by=self.world.facilitator, complete=True)

    def schools_hear_about_their_label(self) -> None:
        for teacher in (self.world.teacher, self.world.other_teacher):
            schools.record_outcome(
                school=teacher.memberships.get().organisation.school,
                trajectory=self.trajectory,
                outcome=OutcomeKind.KEPT,
                decided_on=timezone.localdate(),
                by=self.world.facilitator,
            )


GO_ON = re.compile("^Volgende")


def fill_in_the_intake(page: Page, trajectory: Any) -> None:
    page.goto("/")
    page.get_by_role("link", name="Schrijf je bedrijf in").first.click()
    page.get_by_label("Naam van het bedrijf").fill(COMPANY)
    page.get_by_label("Ondernemingsnummer").fill("BE 0566.988.259")
    page.get_by_label("Postcode").fill("2400")
    page.get_by_label("Gemeente").fill("Mol")
    page.get_by_label("Sector").select_option("energy_environment")
    page.get_by_label("Aantal werknemers").select_option("50-249")
    page.get_by_label("Voor welk traject?").select_option(str(trajectory.pk))
    page.get_by_role("button", name=GO_ON).click()
    page.get_by_label("Voornaam").fill("Zofia")
    page.get_by_label("Achternaam").fill("Kowalska")
    page.get_by_label("E-mailadres").first.fill(EMAIL)
    page.get_by_label("Telefoon").fill("014 58 01 02")
    page.get_by_role("button", name=GO_ON).click()
    for numbers in (range(1, 6), range(6, 11), range(11, 14)):
        for number in numbers:
            value = ("2", "1", "unknown", "3", "not_applicable")[number % 5]
            page.locator(f"input[name=answer_{number}][value='{value}']").check(force=True)
        page.get_by_role("button", name=GO_ON).click()
    page.get_by_role("button", name=GO_ON).click()
    page.get_by_label("Ik heb de privacyverklaring gelezen").check()
    page.get_by_role("button", name=GO_ON).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nalezen en versturen")


def move_on(page: Page, journey: Journey, to: Phase) -> None:
    """Voka clicks the button of the next phase on the trajectory's page."""
    page.goto(journey.trajectory.get_absolute_url())
    page.get_by_role("button", name=f"Start fase {to.number}").click()
    expect(page.get_by_text(f"Het traject staat nu in fase {to.number}")).to_be_visible()
    journey.refresh()
    assert journey.trajectory.phase == to


def mail_to(worker: Any, address: str, subject: str) -> str:
    """The text of the mail that the worker sent, waiting for it if needed."""

    def found() -> str | None:
        for mail in worker.mails:
            if mail["To"] == address and subject in mail["Subject"]:
                return mail.get_body(("plain",)).get_content()
        return None

    return worker.wait_for(found, timeout=60)


@pytest.mark.django_db(transaction=True)
def test_from_intake_to_verified_certificate(
    site: str,
    phone: Page,
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    celery_worker_process: Any,
    screenshot: Callable[[Page, str], Path],
    tmp_path: Path,
) -> None:
    worker, world = celery_worker_process, make_world()
    journey = Journey(world)
    journey.companies_of_the_cast_step_back()

    # A company director signs up on a phone.
    fill_in_the_intake(phone, journey.trajectory)
    screenshot(phone, "inschrijving-phone")
    phone.get_by_role("button", name="Verstuur de inschrijving").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Bedankt")
    assert COMPANY in mail_to(worker, EMAIL, "inschrijving")

    # Voka calls, goes over the answers and accepts.
    voka = open_page()
    sign_in(voka, world.facilitator)
    voka.goto("/beheer/companies/intake/")
    voka.get_by_role("link", name=COMPANY).click()
    for button in ("Contact starten", "Verfijning is klaar"):
        voka.get_by_role("button", name=button).first.click()
    voka.get_by_role("link", name="Aanvaarden").click()
    voka.get_by_role("button", name="Aanvaarden en mailen").click()

    # The invitation becomes an account.
    link = re.search(r"http\S+/account/uitnodiging/\S+", mail_to(worker, EMAIL, "doet mee aan"))
    assert link is not None
    company = open_page()
    company.goto(link.group())
    company.get_by_label("Kies een wachtwoord").fill(PASSWORD)
    company.get_by_label("Hetzelfde wachtwoord nog eens").fill(PASSWORD)
    company.get_by_role("button", name="Mijn account maken").click()
    expect(company).to_have_url(f"{site}/mijn/")
    representative = Membership.objects.get(user__email=EMAIL)

    # Phase 1 asks for the schools; then the trajectory goes from phase to phase.
    voka.goto(journey.trajectory.get_absolute_url())
    expect(voka.get_by_role("button", name="Start fase 2")).to_have_attribute("aria-disabled", "true")
    screenshot(voka, "traject-desktop")
    journey.schools_record_where_they_stand()
    move_on(voka, journey, Phase.PRIORITIES)
    workgroup = journey.steering_group_decides(representative)
    move_on(voka, journey, Phase.ACTION)

    # The company does what it promised.
    company.goto(workgroup.get_absolute_url())
    company.get_by_role("link", name="Nieuw actiepunt").click()
    company.get_by_label("Wat moet er gebeuren?").fill("Fiche voor mentoren schrijven")
    company.get_by_label("Tegen wanneer?").fill(f"{timezone.localdate():%Y-%m-%d}")
    company.get_by_role("button", name="Voeg dit actiepunt toe").click()
    company.get_by_role("link", name="Fiche voor mentoren schrijven").click()
    company.get_by_role("button", name="Klaar").click()
    journey.workgroup_shares_a_practice(workgroup)
    move_on(voka, journey, Phase.EVALUATION)
    journey.objective_is_measured(workgroup)
    journey.companies_are_measured()
    company.goto(workgroup.get_absolute_url())
    screenshot(company, "werkgroep-desktop")
    move_on(voka, journey, Phase.LEVEL_UP)

    # Voka issues the certificate, the worker draws it, the company downloads it.
    voka.goto(f"/certificaten/traject/{journey.trajectory.slug}/")
    voka.get_by_role("button", name=f"Reik uit aan {COMPANY}").click()
    mail_to(worker, EMAIL, "certificaat")
    company.goto("/certificaten/")
    with company.expect_download() as download:
        company.get_by_role("link", name="Download").first.click()
    pdf = tmp_path / "certificaat.pdf"
    download.value.save_as(pdf)
    assert COMPANY in PdfReader(pdf).pages[0].extract_text()

    # A stranger holds a phone over the code.
    code = zxingcpp.read_barcode(Image.open(first_page_as_picture(pdf, tmp_path)))
    assert code is not None
    assert code.text.upper().startswith(f"{site}/C/".upper())
    stranger = open_page()
    stranger.goto(code.text.replace(site.upper(), site))
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("geldig")
    expect(stranger.get_by_text(COMPANY).first).to_be_visible()
    assert EMAIL not in stranger.content()
    screenshot(stranger, "certificaat-desktop")

    journey.schools_hear_about_their_label()
    move_on(voka, journey, Phase.KEEP_LEARNING)
    assert PhaseChange.objects.filter(trajectory=journey.trajectory, kind="regular").count() == 5
