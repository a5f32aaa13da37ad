"""The life of an intake, verb by verb: what it leaves behind, and what it refuses."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import OrganisationKind, Role
from accounts.history import AppendOnlyError
from accounts.models import Invitation, Organisation
from accounts.policy import Conflict, Refused
from companies import consents, services
from companies.enums import ConsentKind, IntakeState, LogKind, Maturity, QuestionnaireState
from companies.models import Company, Intake, IntakeAnswer, IntakeLog, Questionnaire
from notifications.models import OutboundMail
from phases.models import Participation
from tests.companies.conftest import answers, details, new_enterprise_number, submit

pytestmark = pytest.mark.django_db


def reasons(refusal) -> list[str]:
    return [str(reason) for reason in refusal.value.reasons]


def kinds(intake) -> list[str]:
    """What is in the log, oldest first."""
    return list(intake.log.order_by("id").values_list("kind", flat=True))


def mails_to(address) -> list[str]:
    return list(OutboundMail.objects.filter(to=address).order_by("id").values_list("event", flat=True))


def refinement(intake, number, value, why="Nagekeken aan de telefoon") -> services.Refinement:
    return services.Refinement(answer=intake.answers.get(question__number=number), value=value, why=why)


# --- Submit -----------------------------------------------------------------------------------------------------------


def test_an_intake_keeps_answers_consents_log_and_mail(world, settings):
    intake = submit(world.trajectory, Maturity.NONE, Maturity.UNKNOWN, consents=[ConsentKind.NEWSLETTER])
    assert intake.state == IntakeState.SUBMITTED
    assert [answer.declared for answer in intake.answers.all()] == ["0", "unknown", *["2"] * 11]
    given = {consent.kind: (consent.version, consent.text) for consent in intake.consents.all()}
    assert given == {
        kind: (consents.VERSION, consents.text_of(kind)) for kind in (ConsentKind.PRIVACY, ConsentKind.NEWSLETTER)
    }
    assert settings.CONTROLLER in given["privacy"][1]
    assert kinds(intake) == ["submitted"]
    mail = OutboundMail.objects.get()
    assert mail.to == "greet.janssens@staalbouw.example"
    assert mail.subject == "We kregen je inschrijving voor IN2STEM"
    assert "Bedankt dat je Staalbouw Kempen nv inschreef voor Testtraject." in mail.text
    assert "Bedankt dat je Staalbouw Kempen nv inschreef voor Testtraject." in mail.html


def test_the_same_form_sent_twice_is_one_intake_and_one_mail(world):
    key, number = uuid.uuid4(), new_enterprise_number()
    first = submit(world.trajectory, key=key, enterprise_number=number)
    second = submit(world.trajectory, key=key, enterprise_number=number)
    assert first == second
    assert (Intake.objects.count(), IntakeAnswer.objects.count(), OutboundMail.objects.count()) == (1, 13, 1)


@pytest.mark.parametrize(
    "change", [{"company_name": "Andere naam"}, {"remark": "Nog iets"}, {"contact_phone": "+3214000000"}]
)
def test_a_form_that_changed_after_it_was_sent_is_not_silently_dropped(world, change):
    key, number = uuid.uuid4(), new_enterprise_number()
    submit(world.trajectory, key=key, enterprise_number=number)
    with pytest.raises(services.AlreadySent):
        submit(world.trajectory, key=key, enterprise_number=number, **change)
    assert Intake.objects.count() == 1


def test_a_changed_answer_trajectory_or_consent_makes_it_another_form(world):
    key, number = uuid.uuid4(), new_enterprise_number()
    submit(world.trajectory, key=key, enterprise_number=number)
    for trajectory, values, extra in [
        (world.trajectory, [Maturity.INTEGRATED], []),
        (world.other_trajectory, [], []),
        (world.trajectory, [], [ConsentKind.NEWSLETTER]),
    ]:
        with pytest.raises(services.AlreadySent):
            submit(trajectory, *values, key=key, enterprise_number=number, consents=extra)


def test_two_real_forms_of_one_company_are_both_kept(world):
    first = submit(world.trajectory, enterprise_number="0566988259")
    second = submit(world.trajectory, enterprise_number="0566988259", contact_first_name="Jo")
    assert first != second
    assert Intake.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("enterprise_number", "0566988258"),
        ("enterprise_number", "2147812701"),
        ("enterprise_number", ""),
        ("company_name", ""),
        ("company_name", "x" * 201),
        ("postal_code", "0999"),
        ("postal_code", "9993"),
        ("sector", "magic"),
        ("headcount_band", "7"),
        ("contact_email", "not an address"),
        ("website", "javascript:alert(1)"),
    ],
)
def test_a_value_that_no_form_lets_through_is_refused_here_too(world, field, value):
    with pytest.raises(ValidationError):
        submit(world.trajectory, **{field: value})
    assert not Intake.objects.exists()


def test_every_question_is_answered_once(world, questionnaire):
    complete = answers(questionnaire)
    for given in (complete[:-1], [*complete, complete[0]], [*complete[:-1], complete[0]]):
        with pytest.raises(Conflict) as refusal:
            services.submit(
                submission_key=uuid.uuid4(),
                questionnaire=questionnaire,
                details=details(),
                answers=given,
                given_consents={ConsentKind.PRIVACY},
            )
        assert reasons(refusal) == ["Beantwoord elke vraag één keer. Je kan altijd ‘weet niet’ kiezen."]


def test_a_refused_intake_tells_everything_at_once(world, questionnaire):
    given = answers(questionnaire)
    Questionnaire.objects.update(state=QuestionnaireState.RETIRED)
    world.trajectory.is_open_for_intake = False
    with pytest.raises(Conflict) as refusal:
        services.submit(
            submission_key=uuid.uuid4(),
            questionnaire=questionnaire,
            details=details(),
            answers=given,
            given_consents=set(),
            trajectory=world.trajectory,
        )
    assert reasons(refusal) == [
        "De vragen zijn intussen vernieuwd. Kijk je antwoorden na en verstuur het formulier opnieuw.",
        "Bedrijven kunnen zich niet meer inschrijven voor dit traject. Kies een ander of laat Voka mee kiezen.",
        "Je kan je inschrijving pas versturen als je de privacyverklaring gelezen hebt.",
    ]
    assert not Intake.objects.exists()
    assert not OutboundMail.objects.exists()


# --- Follow up --------------------------------------------------------------------------------------------------------


def test_who_starts_the_contact_follows_it_up(world):
    intake = submit(world.trajectory)
    intake = services.start_contact(intake=intake, by=world.facilitator)
    assert (intake.state, intake.owner) == (IntakeState.IN_CONTACT, world.facilitator)
    assert kinds(intake) == ["submitted", "in_contact"]


def test_an_owner_stays_the_owner_when_a_colleague_starts_the_contact(world):
    intake = submit(world.trajectory)
    services.change_details(intake=intake, by=world.administrator, changes={"owner": world.administrator})
    assert services.start_contact(intake=intake, by=world.facilitator).owner == world.administrator


def test_contact_starts_once(world):
    intake = submit(world.trajectory)
    services.start_contact(intake=intake, by=world.facilitator)
    with pytest.raises(Conflict) as refusal:
        services.start_contact(intake=intake, by=world.administrator)
    assert reasons(refusal) == ["Het contact met Staalbouw Kempen nv is al gestart."]


def test_a_note_says_who_when_and_what(world):
    intake = submit(world.trajectory)
    note = services.add_note(intake=intake, by=world.facilitator, kind=LogKind.CALL, text=" Terugbellen ")
    assert (note.kind, note.by, note.text) == (LogKind.CALL, world.facilitator, "Terugbellen")
    with pytest.raises(Conflict):
        services.add_note(intake=intake, by=world.facilitator, kind=LogKind.CALL, text="  ")
    with pytest.raises(Conflict):
        services.add_note(intake=intake, by=world.facilitator, kind=LogKind.ACCEPTED, text="Stiekem aanvaard")


def test_a_refined_answer_stands_beside_the_declared_one(world):
    intake = submit(world.trajectory, Maturity.INTEGRATED)
    services.correct_answers(
        intake=intake, by=world.facilitator, refinements=[refinement(intake, 1, Maturity.AD_HOC, "Het was één keer")]
    )
    answer = intake.answers.get(question__number=1)
    assert (answer.declared, answer.refined, answer.value) == ("4", "1", Maturity.AD_HOC)
    assert (answer.refined_by, answer.refined_why) == (world.facilitator, "Het was één keer")
    assert answer.refined_at is not None
    entry = intake.log.first()
    assert (entry.kind, entry.old_value, entry.new_value, entry.question, entry.text) == (
        LogKind.CORRECTION,
        "4",
        "1",
        answer.question,
        "Het was één keer",
    )
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED


def test_an_answer_can_be_refined_to_one_that_does_not_count(world):
    intake = submit(world.trajectory, Maturity.NONE)
    services.correct_answers(
        intake=intake, by=world.facilitator, refinements=[refinement(intake, 1, Maturity.NOT_APPLICABLE)]
    )
    assert intake.answers.get(question__number=1).value == Maturity.NOT_APPLICABLE


def test_a_refinement_can_be_taken_back(world):
    intake = submit(world.trajectory, Maturity.INTEGRATED)
    services.correct_answers(intake=intake, by=world.facilitator, refinements=[refinement(intake, 1, Maturity.AD_HOC)])
    services.correct_answers(intake=intake, by=world.administrator, refinements=[refinement(intake, 1, None, "")])
    answer = intake.answers.get(question__number=1)
    assert (answer.value, answer.refined, answer.refined_by, answer.refined_at) == (Maturity.INTEGRATED, "", None, None)
    assert kinds(intake) == ["submitted", "correction", "correction"]


def test_the_same_refinement_again_changes_nothing(world):
    intake = submit(world.trajectory)
    for _ in range(2):
        services.correct_answers(
            intake=intake, by=world.facilitator, refinements=[refinement(intake, 1, Maturity.AD_HOC)]
        )
    assert kinds(intake) == ["submitted", "correction"]


def test_a_refinement_needs_a_reason(world):
    intake = submit(world.trajectory)
    with pytest.raises(Conflict) as refusal:
        services.correct_answers(
            intake=intake, by=world.facilitator, refinements=[refinement(intake, 1, Maturity.NONE, " ")]
        )
    assert reasons(refusal) == ["Schrijf waarom je het antwoord op ‘Bedrijfsbezoeken’ verfijnt."]


def test_an_answer_of_another_intake_is_out_of_reach(world):
    intake, other = submit(world.trajectory), submit(world.trajectory)
    with pytest.raises(IntakeAnswer.DoesNotExist):
        services.correct_answers(
            intake=intake, by=world.facilitator, refinements=[refinement(other, 1, Maturity.INTEGRATED)]
        )
    assert other.answers.get(question__number=1).refined == ""


def test_refining_moves_the_intake_and_is_done_once(world):
    intake = submit(world.trajectory)
    intake = services.refine(
        intake=intake, by=world.facilitator, refinements=[refinement(intake, 2, Maturity.NONE)], note="Alles overlopen"
    )
    assert (intake.state, intake.owner) == (IntakeState.REFINED, world.facilitator)
    assert intake.is_refined
    assert kinds(intake) == ["submitted", "correction", "refined"]
    with pytest.raises(Conflict) as refusal:
        services.refine(intake=intake, by=world.facilitator)
    assert reasons(refusal) == ["De antwoorden van Staalbouw Kempen nv waren al verfijnd."]


def test_an_accepted_intake_can_still_be_refined_and_stays_accepted(world):
    intake = services.accept(intake=submit(world.trajectory), by=world.facilitator)
    intake = services.refine(intake=intake, by=world.facilitator)
    assert (intake.state, intake.is_refined) == (IntakeState.ACCEPTED, True)


# --- Accept -----------------------------------------------------------------------------------------------------------


def test_accepting_makes_organisation_profile_participation_and_invitation(world):
    intake = services.accept(intake=submit(world.trajectory, enterprise_number="0566988259"), by=world.facilitator)
    organisation = intake.organisation
    assert (organisation.name, organisation.kind, organisation.chamber) == (
        "Staalbouw Kempen nv",
        OrganisationKind.COMPANY,
        world.chamber,
    )
    assert (organisation.postal_code, organisation.municipality) == ("2300", "Turnhout")
    company = organisation.company
    assert (company.pk, company.enterprise_number, company.sector, company.headcount_band) == (
        organisation.pk,
        "0566988259",
        "metal_machines",
        "50-249",
    )
    assert Participation.objects.filter(trajectory=world.trajectory, organisation=organisation, left_on=None).exists()
    invitation = Invitation.objects.get(organisation=organisation)
    assert (invitation.email, invitation.role, invitation.first_name, invitation.phone, invitation.invited_by) == (
        "greet.janssens@staalbouw.example",
        Role.REPRESENTATIVE,
        "Greet",
        "+3214580102",
        world.facilitator,
    )
    assert (intake.decided_by, intake.state) == (world.facilitator, IntakeState.ACCEPTED)
    assert kinds(intake) == ["submitted", "accepted"]
    assert mails_to(intake.contact_email) == ["companies/intake_received", "accounts/invitation"]


def test_accepting_twice_does_it_once(world):
    intake = submit(world.trajectory)
    services.accept(intake=intake, by=world.facilitator)
    with pytest.raises(Conflict) as refusal:
        services.accept(intake=intake, by=world.administrator)
    assert reasons(refusal)[0].startswith("Fien Begeleider heeft Staalbouw Kempen nv al aanvaard op ")
    assert Invitation.objects.count() == 1
    assert kinds(intake) == ["submitted", "accepted"]


def test_an_intake_without_a_trajectory_asks_for_one(world):
    intake = submit(None)
    with pytest.raises(Conflict) as refusal:
        services.accept(intake=intake, by=world.facilitator)
    assert reasons(refusal) == ["Kies eerst een traject: Staalbouw Kempen nv laat dat aan Voka over."]
    services.change_details(intake=intake, by=world.facilitator, changes={"trajectory": world.trajectory})
    assert services.accept(intake=intake, by=world.facilitator).trajectory == world.trajectory


def test_the_same_company_in_another_trajectory_stays_one_company(world):
    first = services.accept(intake=submit(world.trajectory, enterprise_number="0566988259"), by=world.facilitator)
    second = services.accept(
        intake=submit(world.other_trajectory, enterprise_number="0566988259", company_name="Nieuwe naam nv"),
        by=world.facilitator,
    )
    assert first.organisation == second.organisation
    assert Company.objects.filter(enterprise_number="0566988259").count() == 1
    assert second.organisation.name == "Staalbouw Kempen nv"
    assert second.organisation.participations.count() == 2


def test_a_second_intake_for_the_same_trajectory_is_not_accepted_too(world):
    services.accept(intake=submit(world.trajectory, enterprise_number="0566988259"), by=world.facilitator)
    again = submit(world.trajectory, enterprise_number="0566988259")
    with pytest.raises(Conflict) as refusal:
        services.accept(intake=again, by=world.facilitator)
    assert reasons(refusal) == [
        "Staalbouw Kempen nv doet al mee aan Testtraject door een andere inschrijving. Wijs deze af."
    ]


def test_a_company_that_voka_added_by_hand_is_reused(world):
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    count = Organisation.objects.count()
    intake = services.accept(intake=submit(world.trajectory, enterprise_number="0566988259"), by=world.facilitator)
    assert intake.organisation == world.company
    assert Organisation.objects.count() == count


def test_a_contact_who_already_belongs_to_the_company_gets_no_invitation(world):
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    intake = submit(world.trajectory, enterprise_number="0566988259", contact_email=world.owner.email.upper())
    intake = services.accept(intake=intake, by=world.facilitator)
    assert intake.state == IntakeState.ACCEPTED
    assert not Invitation.objects.exists()
    mail = OutboundMail.objects.get(event="companies/intake_accepted")
    assert mail.subject == "Staalbouw Kempen nv doet mee aan Testtraject"
    assert "/mijn/" in mail.text


def test_a_company_that_left_the_trajectory_comes_back(world):
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    participation = Participation.objects.get(trajectory=world.trajectory, organisation=world.company)
    Participation.objects.filter(pk=participation.pk).update(left_on=participation.joined_on)
    services.accept(intake=submit(world.trajectory, enterprise_number="0566988259"), by=world.facilitator)
    participation.refresh_from_db()
    assert participation.left_on is None


# --- Decline ----------------------------------------------------------------------------------------------------------


def test_declining_tells_the_company_why(world):
    intake = submit(world.trajectory)
    intake = services.decline(intake=intake, by=world.facilitator, reason="Jullie doen al mee in Limburg & omstreken.")
    assert (intake.state, intake.decided_by) == (IntakeState.DECLINED, world.facilitator)
    assert kinds(intake) == ["submitted", "declined"]
    mail = OutboundMail.objects.get(event="companies/intake_declined")
    assert mail.to == intake.contact_email
    assert "Jullie doen al mee in Limburg & omstreken." in mail.text
    assert "Jullie doen al mee in Limburg &amp; omstreken." in mail.html
    assert not Participation.objects.filter(organisation__name="Staalbouw Kempen nv").exists()


def test_declining_needs_a_reason(world):
    intake = submit(world.trajectory)
    with pytest.raises(Conflict) as refusal:
        services.decline(intake=intake, by=world.facilitator, reason=" \n ")
    assert reasons(refusal) == ["Schrijf waarom je afwijst. Het bedrijf krijgt dit te lezen."]
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED


def test_what_is_decided_stays_decided(world):
    accepted = services.accept(intake=submit(world.trajectory), by=world.facilitator)
    declined = services.decline(intake=submit(world.trajectory), by=world.facilitator, reason="Te laat")
    verbs = [
        lambda intake: services.accept(intake=intake, by=world.administrator),
        lambda intake: services.decline(intake=intake, by=world.administrator, reason="Toch niet"),
        lambda intake: services.start_contact(intake=intake, by=world.administrator),
        lambda intake: services.change_details(
            intake=intake, by=world.administrator, changes={"trajectory": world.other_trajectory}
        ),
        lambda intake: services.change_details(
            intake=intake, by=world.administrator, changes={"company_name": "Iets anders"}
        ),
    ]
    for intake in (accepted, declined):
        before = Intake.objects.filter(pk=intake.pk).values().get()
        for verb in verbs:
            with pytest.raises(Conflict):
                verb(intake)
        assert Intake.objects.filter(pk=intake.pk).values().get() == before
    with pytest.raises(Conflict):
        services.correct_answers(intake=declined, by=world.administrator, refinements=[])
    with pytest.raises(Conflict):
        services.refine(intake=declined, by=world.administrator)


def test_a_decided_intake_can_still_get_another_owner(world):
    accepted = services.accept(intake=submit(world.trajectory), by=world.facilitator)
    intake = services.change_details(intake=accepted, by=world.facilitator, changes={"owner": world.administrator})
    assert intake.owner == world.administrator


@pytest.mark.parametrize(
    "changes",
    [{"owner": "teacher"}, {"enterprise_number": "0566988258"}, {"postal_code": "999"}, {"company_name": ""}],
)
def test_details_are_checked_again_when_voka_changes_them(world, changes):
    intake = submit(world.trajectory)
    changes = {name: getattr(world, value) if name == "owner" else value for name, value in changes.items()}
    with pytest.raises(ValidationError):
        services.change_details(intake=intake, by=world.facilitator, changes=changes)


def test_the_state_is_no_detail(world):
    intake = submit(world.trajectory)
    with pytest.raises(ValueError, match="state"):
        services.change_details(intake=intake, by=world.facilitator, changes={"state": "accepted"})


@pytest.mark.parametrize("person", ["owner", "colleague", "teacher", "stranger", "chair", "expert", "deactivated"])
def test_only_voka_follows_up_and_decides(world, person):
    intake = submit(world.trajectory)
    by = getattr(world, person)
    draft = services.copy_questionnaire(questionnaire=intake.questionnaire, by=world.facilitator)
    for verb in (
        lambda: services.start_contact(intake=intake, by=by),
        lambda: services.add_note(intake=intake, by=by, kind=LogKind.NOTE, text="x"),
        lambda: services.change_details(intake=intake, by=by, changes={}),
        lambda: services.correct_answers(intake=intake, by=by, refinements=[]),
        lambda: services.refine(intake=intake, by=by),
        lambda: services.accept(intake=intake, by=by),
        lambda: services.decline(intake=intake, by=by, reason="x"),
        lambda: services.put_in_use(questionnaire=draft, by=by),
        lambda: services.copy_questionnaire(questionnaire=draft, by=by),
    ):
        with pytest.raises(Refused):
            verb()
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED
    assert kinds(intake) == ["submitted"]


# --- What the database itself refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "declined"},
        {"state": "accepted"},
        {"state": "refined"},
        {"state": "magic"},
        {"enterprise_number": "2147812701"},
        {"enterprise_number": "056698825"},
        {"declined_reason": "Zonder besluit"},
    ],
)
def test_the_database_keeps_the_rules_of_an_intake(world, fields):
    intake = submit(world.trajectory)
    with pytest.raises(IntegrityError), transaction.atomic():
        Intake.objects.filter(pk=intake.pk).update(**fields)


@pytest.mark.parametrize("fields", [{"declared": "5"}, {"declared": ""}, {"refined": "3"}, {"refined_why": "Zomaar"}])
def test_the_database_keeps_the_rules_of_an_answer(world, fields):
    answer = submit(world.trajectory).answers.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeAnswer.objects.filter(pk=answer.pk).update(**fields)


@pytest.mark.parametrize("number", ["2147812701", "056698825", "O566988259", ""])
def test_the_database_keeps_enterprise_numbers_to_ten_digits(world, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.filter(pk=world.company.pk).update(enterprise_number=number)


def test_the_log_only_grows(world):
    entry = submit(world.trajectory).log.get()
    entry.text = "Herschreven"
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        IntakeLog.objects.update(text="Herschreven")


# --- Questionnaires ---------------------------------------------------------------------------------------------------


def test_an_answer_keeps_the_wording_it_was_given_under(world, questionnaire):
    intake = submit(world.trajectory)
    draft = services.copy_questionnaire(questionnaire=questionnaire, by=world.facilitator)
    draft.questions.filter(number=1).update(text="Bezoeken aan je bedrijf")
    services.put_in_use(questionnaire=draft, by=world.facilitator)
    questionnaire.refresh_from_db()
    draft.refresh_from_db()
    assert (questionnaire.state, draft.state, draft.version) == ("retired", "current", 2)
    assert intake.answers.get(question__number=1).question.text == "Bedrijfsbezoeken"
    assert submit(world.trajectory).answers.get(question__number=1).question.text == "Bezoeken aan je bedrijf"


def test_only_a_draft_with_questions_can_be_put_in_use(world, questionnaire):
    with pytest.raises(Conflict):
        services.put_in_use(questionnaire=questionnaire, by=world.facilitator)
    empty = Questionnaire.objects.create(version=9, title="Leeg")
    with pytest.raises(Conflict) as refusal:
        services.put_in_use(questionnaire=empty, by=world.facilitator)
    assert reasons(refusal) == ["Deze vragenlijst heeft nog geen vragen."]
    questionnaire.refresh_from_db()
    assert questionnaire.state == QuestionnaireState.CURRENT


def test_the_database_has_one_questionnaire_in_use(questionnaire):
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.create(version=2, title="Tweede", state=QuestionnaireState.CURRENT)


def test_the_first_questionnaire_holds_the_thirteen_forms_of_cooperation(questionnaire):
    questions = list(questionnaire.questions.all())
    assert [question.number for question in questions] == list(range(1, 14))
    assert (questions[0].text, questions[12].text) == (
        "Bedrijfsbezoeken",
        "STEM-promotie, wedstrijden, meisjes in STEM",
    )
    assert all(question.explanation for question in questions)
