"""Applying for a level: each step once, the label recorded with it, and reminders before it expires."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.history import AppendOnlyError
from accounts.policy import Conflict, Refused
from documents.enums import DocumentState
from in2stem.asks import desk_of
from jobs.models import Job
from notifications.models import OutboundMail
from phases.enums import Phase
from schools import selectors, services
from schools.enums import ApplicationState, LabelLevel, OutcomeKind
from schools.models import ApplicationStep, ExpiryReminder, LabelApplication, LabelAward, LabelOutcome
from tests.schools.conftest import DAY, give_label, move_to, pdf, settle, tomorrow

pytestmark = pytest.mark.django_db
LATER = DAY + datetime.timedelta(days=30)


def started(school, world, level=LabelLevel.PROFICIENT):
    return services.start_application(school=school, level=level, by=world.teacher)


def sent(school, world, level=LabelLevel.PROFICIENT):
    return services.submit_application(application=started(school, world, level), submitted_on=DAY, by=world.teacher)


def granted(application, world, **how):
    return services.grant_application(application=application, decided_on=LATER, by=world.teacher, **how)


def in_phase_5(world):
    move_to(world.trajectory, Phase.LEVEL_UP)
    world.trajectory.participations.update(joined_on=DAY)


def test_an_application_walks_from_preparation_to_the_label(school, world):
    give_label(school, world.facilitator, awarded_on=DAY - datetime.timedelta(days=300))
    in_phase_5(world)
    until = LATER + datetime.timedelta(days=730)
    done = granted(sent(school, world), world, proof=pdf(), valid_until=until)
    assert (done.state, done.award.level, done.award.valid_until) == (ApplicationState.GRANTED, "proficient", until)
    assert done.award.proof.organisation_id == school.pk
    assert selectors.label_level_of(school) is LabelLevel.PROFICIENT
    outcome = LabelOutcome.objects.get(school=school)
    assert (outcome.outcome, outcome.award) == (OutcomeKind.MOVED_UP, done.award)
    assert LabelAward.objects.filter(school=school).count() == 2
    assert [step.state for step in done.steps.all()] == ["granted", "submitted", "preparing"]


def test_each_step_twice_is_that_step_once(school, world):
    first = started(school, world)
    assert started(school, world) == first
    for _again in range(2):
        services.submit_application(application=first, submitted_on=DAY, by=world.teacher)
    for _again in range(2):
        granted(first, world, proof=pdf())
    assert LabelAward.objects.filter(school=school).count() == 1
    assert ApplicationStep.objects.count() == 3


def test_a_school_has_one_open_application(school, world):
    started(school, world)
    with pytest.raises(Conflict, match="al een lopende aanvraag voor Proficient"):
        started(school, world, LabelLevel.EXPERT)
    with pytest.raises(IntegrityError), transaction.atomic():
        LabelApplication.objects.create(school=school, level="expert", created_by=world.teacher)


def test_a_lower_level_than_it_has_cannot_be_applied_for_but_a_renewal_can(school, world):
    give_label(school, world.facilitator, LabelLevel.PROFICIENT)
    with pytest.raises(Conflict, match="hoger niveau"):
        started(school, world, LabelLevel.COMPETENT)
    assert started(school, world, LabelLevel.PROFICIENT).state == ApplicationState.PREPARING


def test_a_level_only_rises_when_an_open_application_is_granted(school, world):
    application = sent(school, world)
    give_label(school, world.facilitator, LabelLevel.EXPERT)
    with pytest.raises(Conflict, match="Je school heeft al Expert, en dat is hoger. Trek deze aanvraag in."):
        services.grant_application(application=application, decided_on=DAY, by=world.facilitator)
    assert selectors.label_level_of(school) is LabelLevel.EXPERT
    assert LabelApplication.objects.get().state == ApplicationState.SUBMITTED
    assert services.withdraw_application(application=application, by=world.teacher).state == ApplicationState.WITHDRAWN


def test_a_renewal_gives_a_new_label_and_no_step_up(school, world):
    give_label(school, world.facilitator, LabelLevel.PROFICIENT, awarded_on=DAY - datetime.timedelta(days=700))
    in_phase_5(world)
    done = granted(sent(school, world), world, proof=pdf())
    assert selectors.label_of(school) == done.award
    assert not LabelOutcome.objects.exists()


def test_a_label_that_somebody_recorded_already_is_not_entered_twice(school, world):
    recorded = give_label(school, world.facilitator, LabelLevel.PROFICIENT, awarded_on=LATER)
    assert granted(sent(school, world), world).award == recorded
    assert LabelAward.objects.count() == 1


def test_an_answer_adds_its_proof_and_validity_to_a_label_that_was_recorded_without(school, world):
    recorded = give_label(school, world.facilitator, LabelLevel.PROFICIENT, awarded_on=LATER)
    until = LATER + datetime.timedelta(days=730)
    done = granted(sent(school, world), world, proof=pdf(), valid_until=until)
    assert (done.award.replaces, done.award.valid_until) == (recorded, until)
    assert [award.pk for award in selectors.standing_awards().filter(school=school)] == [done.award.pk]


def test_the_school_adds_the_proof_and_nothing_is_recorded_without_it(school, world):
    application = sent(school, world)
    with pytest.raises(Conflict, match="Voeg het bewijs toe"):
        granted(application, world)
    application.refresh_from_db()
    assert (application.state, LabelAward.objects.count()) == (ApplicationState.SUBMITTED, 0)


def test_not_granted_leaves_the_label_as_it_is_and_is_the_outcome(school, world):
    give_label(school, world.facilitator)
    in_phase_5(world)
    application = services.refuse_application(application=sent(school, world), decided_on=LATER, by=world.teacher)
    assert application.state == ApplicationState.NOT_GRANTED
    assert LabelOutcome.objects.get().outcome == OutcomeKind.REFUSED
    assert selectors.label_level_of(school) is LabelLevel.COMPETENT


def test_an_outcome_that_was_recorded_by_hand_answers_the_open_application(school, world):
    application = sent(school, world)
    in_phase_5(world)
    services.record_outcome(
        trajectory=world.trajectory, school=school, outcome=OutcomeKind.MOVED_UP, level="proficient", decided_on=LATER,
        proof=pdf(), by=world.teacher,
    )  # fmt: skip
    application.refresh_from_db()
    assert (application.state, application.award) == (ApplicationState.GRANTED, LabelAward.objects.get())


def test_an_application_can_be_withdrawn_and_another_started(school, world):
    application = services.withdraw_application(application=sent(school, world), by=world.teacher, note="Te vroeg.")
    assert (application.state, application.steps.first().note) == (ApplicationState.WITHDRAWN, "Te vroeg.")
    assert started(school, world) != application
    with pytest.raises(Conflict, match="Ingetrokken"):
        granted(application, world, proof=pdf())


def test_dates_make_sense(school, world):
    application = started(school, world)
    with pytest.raises(Conflict, match="toekomst"):
        services.submit_application(application=application, submitted_on=tomorrow(), by=world.teacher)
    services.submit_application(application=application, submitted_on=LATER, by=world.teacher)
    with pytest.raises(Conflict, match="ouder"):
        services.grant_application(application=application, decided_on=DAY, proof=pdf(), by=world.teacher)


def test_the_history_of_an_application_only_grows(school, world):
    step = started(school, world).steps.get()
    with pytest.raises(AppendOnlyError):
        step.save()


def test_a_refused_proof_is_renewed_for_the_application_too(school, world):
    done = granted(sent(school, world), world, proof=pdf())
    settle(done.award.proof, DocumentState.REFUSED, "Kapot.")
    assert selectors.label_level_of(school) is LabelLevel.NONE
    renewed = services.renew_proof(award=done.award, proof=pdf("nieuw.pdf"), by=world.teacher)
    done.refresh_from_db()
    assert done.award == renewed


# --- For whom --------------------------------------------------------------------------------------------------------

PEOPLE = [("other_teacher", 403), ("owner", 403), ("expert", 403), ("stranger", 404)]


@pytest.mark.parametrize(("who", "status"), PEOPLE)
@pytest.mark.parametrize("page", ["", "indienen/", "antwoord/", "intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_comes_near_an_application(who, status, page, method, school, world, sign_in_as):
    application = sent(school, world)
    client = sign_in_as(getattr(world, who))
    response = getattr(client, method)(application.get_absolute_url() + page, {"note": "x"})
    assert response.status_code in (status, 405)
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED


@pytest.mark.parametrize(("who", "status"), PEOPLE)
def test_nobody_else_starts_one(who, status, school, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).post(f"/scholen/{school.pk}/label/aanvraag/", {"level": "expert"})
    assert response.status_code == status
    assert not LabelApplication.objects.exists()


def test_an_application_of_another_school_is_not_found_under_this_one(school, other_school, world, sign_in_as):
    application = sent(school, world)
    client = sign_in_as(world.other_teacher)
    assert client.get(f"/scholen/{other_school.pk}/label/aanvraag/{application.pk}/").status_code == 404


def test_a_company_that_reads_the_scores_sees_and_changes_no_application(school, world, sign_in_as):
    application = sent(school, world)
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    client = sign_in_as(world.owner)
    assert client.get(application.get_absolute_url()).status_code == 403
    assert client.post(application.get_absolute_url() + "intrekken/").status_code == 403
    with pytest.raises(Refused):
        services.withdraw_application(application=application, by=world.owner)


# --- On the page -----------------------------------------------------------------------------------------------------


def test_a_school_applies_and_records_the_answer_on_the_page(school, world, sign_in_as):
    client = sign_in_as(world.teacher)
    response = client.post(f"/scholen/{school.pk}/label/aanvraag/", {"level": "competent"})
    application = LabelApplication.objects.get()
    assert response.url == application.get_absolute_url()
    url = application.get_absolute_url()
    assert client.post(url + "indienen/", {"submitted_on": "2026-03-20"}).url == url
    wrong = client.post(url + "antwoord/", {"is_granted": "yes", "decided_on": "2026-04-20", "note": "Fijn nieuws"})
    assert wrong.status_code == 409
    assert "Voeg het bewijs toe" in wrong.content.decode()
    assert "Fijn nieuws" in wrong.content.decode()
    answer = {"is_granted": "yes", "decided_on": "2026-04-20", "valid_until": "2028-04-20", "proof": pdf("label.pdf")}
    assert client.post(url + "antwoord/", answer).url == url
    html = client.get(url).content.decode()
    assert "Het label Competent is vastgelegd." in html
    assert "Leg het antwoord vast" not in html
    assert selectors.label_of(school).valid_until == datetime.date(2028, 4, 20)


def test_what_is_typed_wrong_stays_on_the_page_with_the_reason(school, world, sign_in_as):
    application = started(school, world)
    client = sign_in_as(world.teacher)
    page = client.post(
        application.get_absolute_url() + "indienen/", {"submitted_on": "2031-01-01", "note": "Bewaar me"}
    )
    assert page.status_code == 200
    assert "Bewaar me" in page.content.decode()
    assert client.post(f"/scholen/{school.pk}/label/aanvraag/", {"level": "goud"}).status_code == 409


# --- Before it expires -----------------------------------------------------------------------------------------------


def expires_in(school, world, days, **how):
    until = timezone.localdate() + datetime.timedelta(days=days)
    return give_label(school, world.facilitator, valid_until=until, **how)


def mails():
    return [(mail.to, mail.subject) for mail in OutboundMail.objects.filter(event="schools/label_expires")]


def test_the_people_of_the_school_hear_it_once_per_term(school, world, time_machine, settings):
    settings.LABEL_EXPIRY_REMINDERS = [14, 60]
    expires_in(school, world, 61)
    start, told = timezone.now(), []
    for day in range(70):
        time_machine.move_to(start + datetime.timedelta(days=day))
        told += [day] * services.remind_of_expiry()
    assert told == [1, 47]
    assert [to for to, _subject in mails()] == [world.teacher.email] * 2


@pytest.mark.parametrize(
    ("days", "term"), [(181, None), (180, 180), (61, 180), (60, 60), (14, 14), (0, 14), (-1, None)]
)
def test_the_shortest_term_that_was_reached_counts(days, term, school, world):
    award = expires_in(school, world, days)
    assert services.remind_of_expiry() == (term is not None)
    assert services.remind_of_expiry() == 0
    assert [row.days_ahead for row in ExpiryReminder.objects.filter(award=award)] == ([term] if term else [])
    expected = [(world.teacher.email, f"Je label Competent vervalt op {award.valid_until:%d/%m/%Y}")] if term else []
    assert mails() == expected


def test_a_label_that_a_newer_one_followed_expires_in_silence(school, other_school, world):
    expires_in(school, world, 30)
    give_label(school, world.facilitator, LabelLevel.PROFICIENT, awarded_on=LATER)
    refused = expires_in(other_school, world, 30, proof=pdf())
    settle(refused.proof, DocumentState.REFUSED, "Kapot.")
    assert services.remind_of_expiry() == 0


def test_beat_starts_the_reminders_as_a_job(school, world, run_on_commit):
    from jobs.tasks import start

    start(services.REMIND)
    assert Job.objects.get().kind == "schools.remind_of_expiry"


def test_the_school_is_asked_to_renew_on_its_own_page(school, world):
    award = expires_in(school, world, 30)
    asks = [ask for ask in desk_of(world.teacher).asks if ask.url == school.get_gap_url()]
    assert [(str(ask.title), ask.due_on) for ask in asks] == [("Vernieuw het label Competent", award.valid_until)]
    assert not [ask for ask in desk_of(world.owner).asks if ask.url == school.get_gap_url()]
