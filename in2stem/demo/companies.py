"""The companies of the demo, from the sign-up of a visitor to the final measurement; and what Voka still has to look at."""

import datetime
import uuid

from django.utils import timezone

import companies.services
from accounts.enums import FunctionProfile, Role
from companies.enums import ConsentKind, Maturity
from companies.selectors import current_questionnaire
from in2stem.demo import names, people
from in2stem.demo.calendar import on_day


def sign_up(stage, trajectory, region):
    """A company of a region fills in the form, as a visitor would."""
    n, nth = next(stage.companies), next(stage.in_region["company", region])
    name, sector = names.company(region, nth)
    address, (first, last) = names.address(region, nth), names.person(n * 5 + 3)
    details = {
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
        "contact_email": f"contact{n + 1}@{names.host(name)}",
        "contact_phone": f"+3214{550000 + n:06d}",
    }
    return _send(trajectory, details, stage.random, is_named=n % 3 > 0)


def _send(trajectory, details, dice, *, is_named=False):
    """`is_named`: the company also agrees that its name is published."""
    questionnaire = _questionnaire()
    return companies.services.submit(
        submission_key=uuid.UUID(int=dice.getrandbits(128)),
        questionnaire=questionnaire,
        trajectory=trajectory,
        details=details,
        answers=[_given(question, dice) for question in questionnaire.questions.all()],
        given_consents={ConsentKind.PRIVACY, ConsentKind.PUBLICATION} if is_named else {ConsentKind.PRIVACY},
    )


def _questionnaire():
    questionnaire = current_questionnaire()
    assert questionnaire is not None, "the questionnaire is seeded by a migration"
    return questionnaire


def _given(question, dice):
    """An answer of which the number of times fits: what a company does not do, it did not do four times."""
    declared, volume = _answer(dice), dice.choice([None, 1, 2, 4])
    if declared in (Maturity.NONE, Maturity.NOT_APPLICABLE):
        volume = None
    return companies.services.GivenAnswer(question=question, declared=declared, volume=volume)


def _answer(dice):
    return dice.choice([
        Maturity.NONE, Maturity.AD_HOC, Maturity.AD_HOC, Maturity.REPEATED, Maturity.REPEATED, Maturity.STRUCTURAL,
        Maturity.UNKNOWN, Maturity.NOT_APPLICABLE,
    ])  # fmt: skip


def add_company(stage, trajectory, index, *, login=None):
    """A company that was accepted: intake, contact, refinement, acceptance, and the first person signed in."""
    intake = sign_up(stage, trajectory, trajectory.slug)
    companies.services.start_contact(intake=intake, by=stage.voka)
    answer = intake.answers.order_by("question__number")[index % 5]
    companies.services.refine(
        intake=intake,
        by=stage.voka,
        refinements=[
            companies.services.Refinement(answer, Maturity.REPEATED, "Aan de telefoon bleek dat dit elk jaar gebeurt.")
        ],
        note="De antwoorden overlopen met de contactpersoon.",
    )
    organisation = companies.services.accept(intake=intake, by=stage.voka).organisation
    organisation.invitations.update(withdrawn_at=timezone.now())
    if login:
        return people.add_person(stage, *login, organisation, Role.REPRESENTATIVE, "HR-manager", FunctionProfile.HR)
    return people.add_someone(
        stage, organisation, Role.REPRESENTATIVE, "Stagebegeleider", FunctionProfile.INTERNSHIP_MENTOR
    )


def add_open_intakes(stage, cast):
    """Work that waits for Voka: one intake per state that is not decided, one declined, one without a trajectory, two that
    look like one that is there, and two that were begun."""
    with on_day(stage.day(cast.starts[0], 40)):
        declined = sign_up(stage, cast.trajectory, cast.trajectory.slug)
        companies.services.decline(
            intake=declined,
            by=stage.voka,
            reason="Dit schooljaar zoeken we in deze regio bedrijven die leerlingen kunnen ontvangen.",
        )
    with on_day(stage.day(stage.today, -6)):
        contacted = sign_up(stage, cast.trajectory, cast.trajectory.slug)
        companies.services.start_contact(intake=contacted, by=stage.facilitator.user)
        refined = sign_up(stage, cast.trajectory, cast.trajectory.slug)
        companies.services.refine(intake=refined, by=stage.facilitator.user, note="Bezoek ter plaatse.")
        _sign_up_again(stage, cast.trajectory, contacted, "Griet", "Vanhoutte", name=contacted.company_name.upper())
    with on_day(stage.day(stage.today, -2)):
        sign_up(stage, cast.trajectory, cast.trajectory.slug)
        sign_up(stage, None, cast.trajectory.slug)
        member = cast.companies[0].organisation.intakes.accepted().get(trajectory=cast.trajectory)
        _sign_up_again(stage, None, member, "Bart", "Lannoo")
    _begin(stage, 2, "Yzerweg Elektrotechniek bv", "sofie.dewitte@yzerweg.example")
    _begin(stage, 26, "Polderkaas Vandamme bv", "info@polderkaas.example")


def _sign_up_again(stage, trajectory, intake, first, last, *, name=""):
    """A colleague signs up a company that is known already: under the same number, with details of its own."""
    details = {field: getattr(intake, field) for field in ("street", "postal_code", "municipality", "sector")}
    details |= {
        "company_name": name or intake.company_name,
        "enterprise_number": intake.enterprise_number,
        "headcount_band": intake.headcount_band,
        "contact_first_name": first,
        "contact_last_name": last,
        "contact_function": "Personeelsdienst",
        "contact_email": f"{first.lower()}@{names.host(intake.company_name)}",
        "contact_phone": f"+3257{stage.chance.randrange(200000, 800000)}",
    }
    return _send(trajectory, details, stage.chance)


def _begin(stage, days_ago, name, email):
    """A sign-up that was kept for later and is not sent yet; the older one will soon go away."""
    with on_day(stage.today - datetime.timedelta(days=days_ago)):
        key = uuid.UUID(int=stage.chance.getrandbits(128))
        draft = companies.services.start_draft(key=key, questionnaire=_questionnaire())
        typed = {"company_name": name, "postal_code": "8600", "municipality": "Diksmuide", "headcount_band": "10-49"}
        companies.services.save_step(draft=draft, part="company", typed=typed, email=email)


def measure(stage, cast, member, index, finished):
    """The final measurement of a company. While phase 4 lasts one is half filled in and the last one is not begun."""
    last = len(cast.companies) - 1
    if not finished and index == last:
        return
    intake = member.organisation.intakes.accepted().get(trajectory=cast.trajectory)
    is_half = not finished and index == last - 1
    answers = [
        companies.services.MeasuredAnswer(
            question=answer.question,
            value=_later(answer.value, answer.question.number + index),
            volume=None if answer.volume is None else answer.volume + index % 3,
        )
        for answer in intake.answers.select_related("question")
    ]
    companies.services.fill_final_measurement(
        intake=intake, answers=answers[:6] if is_half else answers, by=member.user, complete=not is_half
    )


def _later(start, n):
    """Most forms of cooperation went up a step, some stayed, one answer on the scale in eleven went down."""
    if start.points is None:
        return start
    change = -1 if n % 11 == 0 else (1, 0, 1, 2, 0)[n % 5]
    return Maturity(str(min(max(start.points + change, 0), 4)))
