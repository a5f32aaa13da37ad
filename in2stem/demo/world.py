"""Builds the demo world through the portal's own services, so that every trajectory got where it is by the rules.

The people of the contract live in the trajectory Kempen, in phase 3; "buiten" in Limburg. What a newcomer gets wrong: writing
rows by hand here. If a service refuses, the story is wrong.
"""

import datetime
import random
import uuid
from dataclasses import dataclass, field
from itertools import count

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

import certificates.services
import companies.services
import phases.services
import practices.services
import schools.services
import workgroups.services
from accounts.enums import FunctionProfile, OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from accounts.services import add_member
from certificates.models import CertificateRules
from companies.enums import ConsentKind, Maturity
from companies.selectors import current_questionnaire
from in2stem.demo import names
from in2stem.demo.calendar import first_year_for, on_day, phase_starts
from in2stem.demo.stories import ARGUMENTS, STORIES
from jobs.models import Job
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.models import PhasePlan, Trajectory
from schools.enums import LabelLevel, Moment, Network, OutcomeKind
from schools.models import Framework
from workgroups.enums import MeasurementKind, SeatRole, SteeringRole
from workgroups.models import Workgroup

PASSWORD = "demo-in2stem"
DOMAIN = "in2stem.example"


@dataclass
class Setting:
    """A trajectory of the demo: where, in which phase, how many take part at size 1."""

    name: str
    slug: str
    chamber: str
    phase: Phase
    schools: int
    companies: int
    stories: int = 3


SETTINGS = (
    Setting("Westhoek", "westhoek", "Voka West-Vlaanderen", Phase.BASELINE, schools=3, companies=3),
    Setting("Limburg maakt", "limburg-maakt", "Voka Limburg", Phase.PRIORITIES, schools=3, companies=5, stories=2),
    Setting("Kempen", "kempen", "Voka Mechelen-Kempen", Phase.ACTION, schools=4, companies=7),
    Setting("Waasland", "waasland", "Voka Antwerpen-Waasland", Phase.EVALUATION, schools=3, companies=5),
    Setting(
        "Vlaams-Brabant Noord", "vlaams-brabant-noord", "Voka Vlaams-Brabant", Phase.LEVEL_UP, schools=3, companies=5
    ),
    Setting(
        "Gent en Meetjesland",
        "gent-en-meetjesland",
        "Voka Oost-Vlaanderen",
        Phase.KEEP_LEARNING,
        # Enough of both that averages may be shown: below five answers the portal shows none.
        schools=6,
        companies=9,
    ),
)


@dataclass
class Cast:
    """Everyone of one trajectory while it is built."""

    trajectory: Trajectory
    starts: list[datetime.date]
    schools: list[Membership] = field(default_factory=list)
    companies: list[Membership] = field(default_factory=list)
    partner: Membership | None = None

    @property
    def phase(self) -> Phase:
        return Phase(self.trajectory.phase)


@transaction.atomic
def build(size: int = 1) -> None:
    """Fill an empty database with the demo world, `size` times as many organisations. Deterministic for a given day."""
    Builder(size).build()


class Builder:
    """Keeps the counters from which names, numbers and answers follow."""

    def __init__(self, size):
        self.size = size
        self.random = random.Random(20)
        self.password = make_password(PASSWORD)
        self.persons, self.companies = count(), count()
        self.in_region = {(kind, setting.slug): count() for kind in ("school", "company") for setting in SETTINGS}
        self.school_numbers = count(990000)
        self.today = timezone.localdate()
        self.chambers = {}
        self.public_titles = set()

    def build(self):
        self._voka()
        for setting in SETTINGS:
            self._trajectory(setting)
        # What was mailed and announced is part of the past; the certificates still have to be drawn.
        Job.objects.exclude(kind=certificates.services.RENDER).delete()
        now = timezone.now()
        Job.objects.update(created_at=now, next_try_at=now, wake_at=now)
        OutboundMail.objects.update(sent_at=timezone.now(), text="", html="")

    # --- people -------------------------------------------------------------------------------------------------------

    def _voka(self):
        for setting in SETTINGS:
            self.chambers[setting.chamber] = Organisation.objects.create(
                kind=OrganisationKind.VOKA, name=setting.chamber
            )
        home = self.chambers["Voka Mechelen-Kempen"]
        with on_day(datetime.date(first_year_for(6, self.today), 8, 20)):
            self.voka = self._person(
                "Ann-Sophie", "Depauw-Lemmens", "voka", home, Role.ADMINISTRATOR, "Programmaverantwoordelijke"
            ).user
            self.facilitator = self._person("Koen", "Van Nieuwenhuyse", "facilitator", home, Role.STAFF, "Facilitator")

    def _person(self, first, last, login, organisation, role, job_function, profile=""):
        user = User.objects.create(email=f"{login}@{DOMAIN}", first_name=first, last_name=last, password=self.password)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return add_member(
            user=user, organisation=organisation, role=role, job_function=job_function, function_profile=profile
        )

    def _someone(self, organisation, role, job_function, profile):
        n = next(self.persons)
        first, last = names.person(n)
        return self._person(first, last, f"persoon{n + 1}", organisation, role, job_function, profile)

    # --- organisations ------------------------------------------------------------------------------------------------

    def _school(self, trajectory):
        region = trajectory.slug
        n = next(self.in_region["school", region])
        address = names.address(region, n * 3 + 1)
        organisation = schools.services.create_school(
            name=names.school(region, n),
            chamber=trajectory.chamber,
            street=address.street,
            postal_code=address.postal_code,
            municipality=address.municipality,
            institution_number=str(next(self.school_numbers)),
            network=self._network(names.school(region, n)),
            pupils=380 + n % 9 * 65,
            stem_teachers=9 + n % 7 * 3,
        ).organisation
        phases.services.join(trajectory=trajectory, organisation=organisation)
        return organisation

    def _network(self, name):
        if name.startswith("GO!"):
            return Network.GO
        return Network.OFFICIAL if name.startswith(("Provinciaal", "Provinciale")) else Network.FREE

    def _intake(self, trajectory, region):
        """A company of a region fills in the form, as a visitor would."""
        n, nth = next(self.companies), next(self.in_region["company", region])
        name, sector = names.company(region, nth)
        address, (first, last) = names.address(region, nth), names.person(n * 5 + 3)
        questionnaire = current_questionnaire()
        assert questionnaire is not None, "the questionnaire is seeded by a migration"
        return companies.services.submit(
            submission_key=uuid.UUID(int=self.random.getrandbits(128)),
            questionnaire=questionnaire,
            trajectory=trajectory,
            details={
                "company_name": name,
                "enterprise_number": names.enterprise_number(n),
                "street": address.street,
                "postal_code": address.postal_code,
                "municipality": address.municipality,
                "sector": sector,
                "headcount_band": ("10-49", "50-249", "250+", "1-9")[n % 4],
                "contact_first_name": first,
                "contact_last_name": last,
                "contact_function": ("Zaakvoerder", "HR-manager", "Stagebegeleider", "Productieleider")[n % 4],
                "contact_email": f"contact{n + 1}@{DOMAIN}",
                "contact_phone": f"+3214{550000 + n:06d}",
            },
            answers=[
                companies.services.GivenAnswer(
                    question=question, declared=self._answer(), volume=self.random.choice([None, 1, 2, 4])
                )
                for question in questionnaire.questions.all()
            ],
            given_consents={ConsentKind.PRIVACY, ConsentKind.PUBLICATION} if n % 3 else {ConsentKind.PRIVACY},
        )

    def _answer(self):
        return self.random.choice([
            Maturity.NONE, Maturity.AD_HOC, Maturity.AD_HOC, Maturity.REPEATED, Maturity.REPEATED, Maturity.STRUCTURAL,
            Maturity.UNKNOWN, Maturity.NOT_APPLICABLE,
        ])  # fmt: skip

    def _company(self, trajectory, index, *, login=None):
        """A company that was accepted: intake, contact, refinement, acceptance, and the first person signed in."""
        intake = self._intake(trajectory, trajectory.slug)
        companies.services.start_contact(intake=intake, by=self.voka)
        answer = intake.answers.order_by("question__number")[index % 5]
        companies.services.refine(
            intake=intake,
            by=self.voka,
            refinements=[
                companies.services.Refinement(
                    answer, Maturity.REPEATED, "Aan de telefoon bleek dat dit elk jaar gebeurt."
                )
            ],
            note="De antwoorden overlopen met de contactpersoon.",
        )
        organisation = companies.services.accept(intake=intake, by=self.voka).organisation
        organisation.invitations.update(withdrawn_at=timezone.now())
        if login:
            return self._person(*login, organisation, Role.REPRESENTATIVE, "HR-manager", FunctionProfile.HR)
        return self._someone(organisation, Role.REPRESENTATIVE, "Stagebegeleider", FunctionProfile.INTERNSHIP_MENTOR)

    # --- one trajectory, phase by phase -------------------------------------------------------------------------------

    def _trajectory(self, setting):
        first_year = first_year_for(setting.phase.number, self.today)
        starts = phase_starts(first_year)
        with on_day(starts[0] - datetime.timedelta(days=30)):
            trajectory = Trajectory.objects.create(
                name=f"{setting.name} {first_year}\u2011{first_year + 2}",
                slug=setting.slug,
                chamber=self.chambers[setting.chamber],
                manager=self.facilitator.user if setting.slug == "kempen" else self.voka,
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
        steps = (self._baseline, self._priorities, self._action, self._evaluation, self._level_up)
        targets = list(Phase)[1:]
        for number, (step, target) in enumerate(zip(steps, targets, strict=True), start=1):
            finished = number < setting.phase.number
            step(cast, setting, finished)
            if number == Phase.ACTION.number and finished:
                trajectory.is_open_for_intake = False
                trajectory.save(update_fields=["is_open_for_intake"])
            if not finished:
                return
            with on_day(self._day(starts[number])):
                phases.services.move(trajectory=trajectory, to=target, by=self.voka)
            trajectory.refresh_from_db()

    def _day(self, day, after=0):
        """`after` days later, but never in the future."""
        return min(day + datetime.timedelta(days=after), self.today)

    def _baseline(self, cast, setting, finished):
        kempen, limburg = setting.slug == "kempen", setting.slug == "limburg-maakt"
        with on_day(self._day(cast.starts[0], 8)):
            for index in range(setting.schools * self.size):
                self._take_part_as_school(cast, setting, index, finished)
            for index in range(setting.companies * self.size):
                logins = {}
                if kempen:
                    logins = {
                        0: ("Lieselotte", "Vandenbroucke", "bedrijf"),
                        1: ("Dirk", "Peeters-Wouters", "ander-bedrijf"),
                        2: ("Marleen", "Goossens", "voorzitter"),
                    }
                elif limburg:
                    logins = {0: ("Nele", "Hermans", "buiten")}
                if finished or index < setting.companies * self.size - 1:
                    cast.companies.append(self._company(cast.trajectory, index, login=logins.get(index)))
            if kempen:
                partner = Organisation.objects.create(
                    kind=OrganisationKind.PARTNER, name="Sectorfonds Techniek Kempen", chamber=cast.trajectory.chamber
                )
                phases.services.join(trajectory=cast.trajectory, organisation=partner)
                cast.partner = self._person(
                    "Griet",
                    "De Clercq",
                    "stuurgroep",
                    partner,
                    Role.REPRESENTATIVE,
                    "Directeur",
                    FunctionProfile.MANAGEMENT,
                )
        if not finished:
            self._open_intakes(cast)

    def _open_intakes(self, cast):
        """Work that waits for Voka: one intake per state that is not decided, one declined, one without a trajectory."""
        with on_day(self._day(cast.starts[0], 40)):
            declined = self._intake(cast.trajectory, cast.trajectory.slug)
            companies.services.decline(
                intake=declined,
                by=self.voka,
                reason="Dit schooljaar zoeken we in deze regio bedrijven die leerlingen kunnen ontvangen.",
            )
        with on_day(self._day(self.today, -6)):
            contacted = self._intake(cast.trajectory, cast.trajectory.slug)
            companies.services.start_contact(intake=contacted, by=self.facilitator.user)
            refined = self._intake(cast.trajectory, cast.trajectory.slug)
            companies.services.refine(intake=refined, by=self.facilitator.user, note="Bezoek ter plaatse.")
        with on_day(self._day(self.today, -2)):
            self._intake(cast.trajectory, cast.trajectory.slug)
            self._intake(None, cast.trajectory.slug)

    def _take_part_as_school(self, cast, setting, index, finished):
        organisation = self._school(cast.trajectory)
        kempen = setting.slug == "kempen"
        login = (
            {0: ("Hanne", "Van Gestel", "school"), 1: ("Ayşe", "Yıldırım", "andere-school")}.get(index)
            if kempen
            else None
        )
        if login:
            member = self._person(
                *login, organisation, Role.REPRESENTATIVE, "STEM-coördinator", FunctionProfile.STEM_COORDINATOR
            )
        else:
            member = self._someone(organisation, Role.REPRESENTATIVE, "STEM-leerkracht", FunctionProfile.STEM_TEACHER)
        cast.schools.append(member)
        last_one = index == setting.schools * self.size - 1
        if finished or not last_one:
            self._label(member, LabelLevel.COMPETENT)
        self._assess(cast, member, Moment.START, complete=finished or not last_one)

    def _label(self, member, level):
        schools.services.record_label(
            school=member.organisation.school,
            level=level,
            awarded_on=timezone.localdate() - datetime.timedelta(days=60),
            by=self.voka,
        )

    def _assess(self, cast, member, moment, *, complete=True):
        criteria = list(Framework.objects.get(is_current=True).criteria.all())
        for criterion in criteria if complete else criteria[:13]:
            score = self.random.choice([1, 1, 2, 2, 3] if moment == Moment.START else [2, 2, 3, 3, 4])
            schools.services.score_criterion(
                school=member.organisation.school,
                trajectory=cast.trajectory,
                moment=moment,
                criterion=criterion,
                score=score,
                argument=self.random.choice(ARGUMENTS),
                by=member.user,
            )

    def _priorities(self, cast, setting, finished):
        chair = cast.partner or cast.companies[-1]
        with on_day(self._day(cast.starts[1], 6)):
            workgroups.services.set_steering_charter(
                trajectory=cast.trajectory,
                charter="We kiezen samen waar het traject voor gaat en kijken of het lukt.",
                by=self.voka,
            )
            workgroups.services.appoint(
                trajectory=cast.trajectory, membership=chair, role=SteeringRole.CHAIR, by=self.voka
            )
            for membership in (cast.schools[0], cast.companies[0]) if finished else (cast.schools[0],):
                if membership != chair:
                    workgroups.services.appoint(
                        trajectory=cast.trajectory, membership=membership, role=SteeringRole.MEMBER, by=self.voka
                    )
            for index, story in enumerate(STORIES[: setting.stories]):
                priority = workgroups.services.propose_priority(
                    trajectory=cast.trajectory,
                    title=story.priority,
                    description=story.description,
                    themes=story.themes,
                    by=self.voka,
                )
                if not finished and index == setting.stories - 1:
                    continue  # still to be decided
                workgroups.services.decide_priority(
                    priority=priority, by=self.voka, decision="Gekozen op basis van het groepsrapport van de scholen."
                )
                self._workgroup(cast, story, priority, index, finished)

    def _workgroup(self, cast, story, priority, index, finished):
        workgroup = workgroups.services.create_workgroup(
            priority=priority,
            name=story.workgroup,
            charter=story.charter,
            wanted_profiles=[FunctionProfile.INTERNSHIP_MENTOR, FunctionProfile.STEM_TEACHER],
            by=self.voka,
        )
        chair, participants = self._who_sits(cast, index)
        seats = (
            [(chair, SeatRole.CHAIR), (self.facilitator, SeatRole.FACILITATOR)]
            if finished
            else [(chair, SeatRole.CHAIR)]
        )
        for membership, role in seats + [(membership, SeatRole.PARTICIPANT) for membership in participants]:
            workgroups.services.seat(workgroup=workgroup, membership=membership, role=role, by=self.voka)
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
                by=self.voka,
            )

    def _who_sits(self, cast, index):
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

    def _action(self, cast, setting, finished):
        for index, workgroup in enumerate(self._workgroups(cast)):
            story = STORIES[index]
            participants = [seat.membership for seat in workgroup.seats.filter(role=SeatRole.PARTICIPANT)]
            for n, title in enumerate(story.actions):
                owner = participants[n % len(participants)]
                with on_day(self._day(cast.starts[2], 12)):
                    point = workgroups.services.add_action_point(
                        workgroup=workgroup,
                        title=title,
                        owner=owner,
                        due_on=cast.starts[2] + datetime.timedelta(days=60 + 75 * n)
                        if finished
                        else self.today + datetime.timedelta(days=21 * n - 12),
                        by=self.voka,
                    )
                if finished or n == 0:
                    with on_day(self._day(cast.starts[2], 55 + 30 * n)):
                        workgroups.services.complete_action_point(action_point=point, by=owner.user)
                elif n == 1:
                    workgroups.services.start_action_point(action_point=point, by=owner.user)
            with on_day(self._day(cast.starts[2], 120)):
                for objective, goal in zip(workgroup.objectives.all(), story.goals, strict=False):
                    workgroups.services.measure(
                        objective=objective,
                        value=goal.interim,
                        measured_on=timezone.localdate(),
                        kind=MeasurementKind.INTERIM,
                        by=self.voka,
                    )
            if finished or index < 2:
                self._practice(cast, workgroup, story, participants[0], publish=finished or index == 0)
        if not finished:
            self._evidence(cast)

    def _practice(self, cast, workgroup, story, writer, *, publish):
        sheet = story.sheet
        # Every network works on the same stories here; the outside world reads each practice once.
        is_public = sheet.title not in self.public_titles
        if is_public and publish:
            self.public_titles.add(sheet.title)
        with on_day(self._day(cast.starts[2], 150)):
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
            with on_day(self._day(cast.starts[2], 157)):
                practices.services.publish(practice=practice, by=self.voka)

    def _evidence(self, cast):
        """What schools gathered so far: something approved, something to review, something that needs more."""
        member = cast.schools[0]
        criteria = {criterion.number: criterion for criterion in Framework.objects.get(is_current=True).criteria.all()}
        items = (
            ("Stageplan dat drie scholen delen", ["6.1", "6.3"], "approve"),
            ("Projectweek koeltechniek in het vijfde jaar", ["1.2", "2.3"], "submit"),
            ("Nascholing sensoren voor zes leerkrachten", ["4.3"], "ask_more"),
            ("Lesopdracht warmteverlies met echte cijfers", ["2.3"], ""),
        )
        for days_ago, (title, numbers, step) in zip((60, 9, 20, 2), items, strict=True):
            with on_day(self.today - datetime.timedelta(days=days_ago)):
                evidence = schools.services.add_evidence(
                    school=member.organisation.school,
                    by=member.user,
                    title=title,
                    text="Wat we deden, met wie, en wat er sindsdien anders is in de klas. De bijlage toont de planning en de opdracht.",
                    practice_date=self.today - datetime.timedelta(days=days_ago + 30),
                    criteria=[criteria[number] for number in numbers],
                    pupils_confirmed=True,
                )
                if step:
                    schools.services.submit_evidence(evidence=evidence, by=member.user)
                if step == "approve":
                    schools.services.approve_evidence(evidence=evidence, by=self.voka, comment="Duidelijk en volledig.")
                if step == "ask_more":
                    schools.services.ask_more(
                        evidence=evidence, by=self.voka, comment="Voeg toe wat de leerkrachten er nadien mee deden."
                    )

    def _evaluation(self, cast, setting, finished):
        for index, workgroup in enumerate(self._workgroups(cast)):
            for n, (objective, goal) in enumerate(zip(workgroup.objectives.all(), STORIES[index].goals, strict=False)):
                if not finished and (index, n) in ((1, 1), (2, 1)):
                    continue
                with on_day(self._day(cast.starts[3], 10)):
                    workgroups.services.measure(
                        objective=objective,
                        value=goal.final,
                        measured_on=timezone.localdate(),
                        kind=MeasurementKind.FINAL,
                        by=self.voka,
                    )
                    if goal.explanation and finished:
                        workgroups.services.explain_missed_target(
                            objective=objective, explanation=goal.explanation, by=self.voka
                        )
        for member in cast.schools if finished else cast.schools[:1]:
            with on_day(self._day(cast.starts[3], 12)):
                self._assess(cast, member, Moment.END)
        for index, member in enumerate(cast.companies):
            with on_day(self._day(cast.starts[3], 14)):
                self._measure_company(cast, member, index, finished)

    def _measure_company(self, cast, member, index, finished):
        """The final measurement of a company. While phase 4 lasts one is half filled in and the last one is not begun."""
        last = len(cast.companies) - 1
        if not finished and index == last:
            return
        intake = member.organisation.intakes.accepted().get(trajectory=cast.trajectory)
        is_half = not finished and index == last - 1
        answers = [
            companies.services.MeasuredAnswer(
                question=answer.question,
                value=self._later(answer.value, answer.question.number + index),
                volume=None if answer.volume is None else answer.volume + index % 3,
            )
            for answer in intake.answers.select_related("question")
        ]
        companies.services.fill_final_measurement(
            intake=intake, answers=answers[:6] if is_half else answers, by=member.user, complete=not is_half
        )

    @staticmethod
    def _later(start, n):
        """Most forms of cooperation went up a step, some stayed, one answer on the scale in eleven went down."""
        if start.points is None:
            return start
        change = -1 if n % 11 == 0 else (1, 0, 1, 2, 0)[n % 5]
        return Maturity(str(min(max(start.points + change, 0), 4)))

    def _level_up(self, cast, setting, finished):
        with on_day(self._day(cast.starts[4], 90)):
            CertificateRules.objects.create(
                trajectory=cast.trajectory,
                signatory_name="Ilse Verstraeten-Maes",
                signatory_title=f"Directeur, {cast.trajectory.chamber}",
            )
            for index, member in enumerate(cast.schools):
                if not finished and index == len(cast.schools) - 1:
                    break
                schools.services.record_outcome(
                    school=member.organisation.school,
                    trajectory=cast.trajectory,
                    outcome=OutcomeKind.KEPT if index else OutcomeKind.MOVED_UP,
                    level=LabelLevel.COMPETENT if index else LabelLevel.PROFICIENT,
                    decided_on=timezone.localdate(),
                    by=self.voka,
                )
            if finished:
                certificates.services.issue_to_all(trajectory=cast.trajectory, by=self.voka)
            else:
                certificates.services.issue(
                    organisation=cast.companies[0].organisation, trajectory=cast.trajectory, by=self.voka
                )

    def _workgroups(self, cast):
        return list(Workgroup.objects.filter(priority__trajectory=cast.trajectory).order_by("pk"))
