"""The verbs of a school: scores, evidence, label and outcome - who, when, and what stays on record."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.history import AppendOnlyError
from accounts.models import Organisation
from accounts.policy import Conflict, Refused
from documents.enums import DocumentState
from documents.models import Document
from notifications.models import OutboundMail
from phases.enums import Phase
from schools import framework, selectors, services
from schools.enums import EvidenceState, LabelLevel, Moment, OutcomeKind
from schools.models import (
    Criterion,
    CriterionScore,
    Evidence,
    EvidenceLog,
    Framework,
    KeyElement,
    LabelAward,
    LabelOutcome,
    School,
    SelfAssessment,
)
from tests.schools.conftest import (
    DAY,
    assess,
    evidence,
    file_of,
    give_label,
    move_to,
    pdf,
    safe_evidence,
    score,
    settle,
    tomorrow,
)

pytestmark = pytest.mark.django_db


# --- The school ------------------------------------------------------------------------------------------------------


def test_every_organisation_of_kind_school_has_a_profile_wherever_it_was_made(world):
    assert School.objects.filter(pk=world.school.pk).exists()
    assert not School.objects.filter(pk=world.company.pk).exists()


def test_a_school_is_made_with_its_profile_and_its_address(world):
    school = services.create_school(
        name="Nieuwe School", by=world.facilitator, institution_number="030569", municipality="Geel", pupils=640
    )
    stored = School.objects.get(pk=school.pk)
    assert (stored.institution_number, stored.pupils) == ("030569", 640)
    assert (stored.organisation.name, stored.organisation.municipality) == ("Nieuwe School", "Geel")


def test_only_voka_adds_a_school(world):
    with pytest.raises(Refused):
        services.create_school(name="Eigen School", by=world.teacher)


def test_a_new_number_keeps_the_old_one_on_record(school, world):
    services.change_institution_number(school=school, number="030569", by=world.facilitator)
    services.change_institution_number(school=school, number="030577", by=world.facilitator)
    school.refresh_from_db()
    assert school.institution_number == "030577"
    assert [former.number for former in school.former_numbers.all()] == ["030569"]


def test_two_schools_may_have_the_same_number(school, other_school, world):
    for each in (school, other_school):
        services.change_institution_number(school=each, number="030569", by=world.facilitator)
    assert School.objects.filter(institution_number="030569").count() == 2


@pytest.mark.parametrize("number", ["30569", "03056a", "0 5690"])
def test_the_database_refuses_a_malformed_number(number, school):
    school.institution_number = number
    with pytest.raises(IntegrityError), transaction.atomic():
        school.save()


def test_the_school_decides_which_companies_see_its_scores(school, world):
    assert not school.shows_scores_to(world.owner)
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    fresh = School.objects.get(pk=school.pk)
    assert fresh.shows_scores_to(world.owner)
    assert not fresh.shows_scores_to(world.neighbour)
    services.share_scores(school=school, companies=[], by=world.teacher)
    assert not School.objects.get(pk=school.pk).shows_scores_to(world.owner)


def test_not_even_voka_decides_that_for_the_school(school, world):
    for person in (world.administrator, world.owner, world.other_teacher):
        with pytest.raises(Refused):
            services.share_scores(school=school, companies=[world.company], by=person)
    assert not school.scores_shared_with.exists()


def test_a_company_of_another_trajectory_cannot_be_chosen(school, world):
    with pytest.raises(Conflict):
        services.share_scores(school=school, companies=[world.strange_company], by=world.teacher)


# --- Self-assessment -------------------------------------------------------------------------------------------------


def test_a_score_keeps_who_gave_it_and_the_wording_of_that_day(school, world, criteria):
    stored = score(school, world, criteria[5], by=world.teacher, score=3, argument="Wij doen dit elk jaar.")
    criteria[5].label_nl = "Anders verwoord"
    criteria[5].save()
    stored.refresh_from_db()
    assert (stored.score, stored.argument, stored.updated_by, stored.version) == (
        3,
        "Wij doen dit elk jaar.",
        world.teacher,
        1,
    )
    assert stored.wording == "STEM in een reële context"


def test_who_saves_an_old_version_is_told_and_nothing_is_lost(school, world, criteria):
    score(school, world, criteria[0], by=world.teacher, argument="Eerste tekst.")
    score(school, world, criteria[0], by=world.teacher, argument="Tweede tekst.", seen_version=1)
    with pytest.raises(services.Stale) as stale:
        score(school, world, criteria[0], by=world.administrator, argument="Op basis van de eerste.", seen_version=1)
    assert stale.value.current.argument == "Tweede tekst."
    assert CriterionScore.objects.get().argument == "Tweede tekst."


def test_a_first_save_on_a_page_that_was_still_empty_is_stale_too(school, world, criteria):
    score(school, world, criteria[0], by=world.teacher, argument="Van Lore.")
    with pytest.raises(services.Stale):
        score(school, world, criteria[0], by=world.administrator, argument="Van een ander.")


def test_a_double_click_saves_once(school, world, criteria):
    for _click in range(2):
        score(school, world, criteria[0], by=world.teacher)
    assert CriterionScore.objects.get().version == 1


def test_an_assessment_is_complete_when_all_21_criteria_have_a_score(school, world, criteria):
    assess(school, world, criteria[:-1])
    assert SelfAssessment.objects.get().completed_at is None
    assert selectors.assessment_progress(school, world.trajectory) == selectors.Progress(20, 21)
    score(school, world, criteria[-1])
    assert SelfAssessment.objects.get().completed_at is not None
    assert selectors.assessment_progress(school, world.trajectory).is_complete


def test_a_score_needs_an_argument_and_lies_between_0_and_4(school, world, criteria):
    for wrong in ({"argument": ""}, {"score": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            score(school, world, criteria[0], **wrong)


@pytest.mark.parametrize("who", ["owner", "other_teacher", "expert", "stranger"])
def test_only_the_school_and_voka_give_scores(who, school, world, criteria):
    with pytest.raises(Refused):
        score(school, world, criteria[0], by=getattr(world, who))
    assert not SelfAssessment.objects.exists()


def test_a_school_scores_only_in_its_own_trajectory(strange_school, world, criteria):
    with pytest.raises(Conflict):
        score(strange_school, world, criteria[0])


def test_the_start_is_fixed_after_phase_1_but_what_was_empty_can_still_be_filled(school, world, criteria):
    score(school, world, criteria[0])
    move_to(world.trajectory, Phase.PRIORITIES)
    with pytest.raises(Conflict):
        score(school, world, criteria[0], score=4, seen_version=1)
    assert score(school, world, criteria[1]).score == 2
    assert CriterionScore.objects.get(criterion=criteria[0]).score == 2


def test_the_end_opens_in_phase_4(school, world, criteria):
    with pytest.raises(Conflict):
        score(school, world, criteria[0], moment=Moment.END)
    move_to(world.trajectory, Phase.EVALUATION)
    score(school, world, criteria[0], moment=Moment.END, score=4)
    move_to(world.trajectory, Phase.KEEP_LEARNING)
    assert score(school, world, criteria[0], moment=Moment.END, score=3, seen_version=1).version == 2


# --- Evidence --------------------------------------------------------------------------------------------------------


def test_a_draft_keeps_its_criteria_its_file_and_who_confirmed_the_pupils(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:3], upload=pdf())
    assert made.state == EvidenceState.DRAFT
    assert list(made.criteria.all()) == criteria[:3]
    assert (file_of(made).organisation, file_of(made).state) == (world.school, DocumentState.CHECKING)
    assert made.pupils_confirmed_by == world.teacher
    assert timezone.now() - made.pupils_confirmed_at < datetime.timedelta(minutes=1)
    step = made.log.get()
    assert (step.state, step.by) == (EvidenceState.DRAFT, world.teacher)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"text": " "}, "Schrijf wat je deed"),
        ({"practice_date": None}, "datum van de praktijk"),
        ({"criteria": []}, "minstens één criterium"),
        ({"pupils_confirmed": False}, "Bevestig"),
    ],
)
def test_a_draft_may_lack_anything_and_what_is_handed_in_nothing(missing, sentence, school, world, criteria):
    how = {"text": "x", "practice_date": DAY, "criteria": criteria[:1], "pupils_confirmed": True} | missing
    made = services.add_evidence(school=school, by=world.teacher, title="x", **how)
    with pytest.raises(Conflict, match=sentence):
        services.submit_evidence(evidence=made, by=world.teacher)
    assert Evidence.objects.get().state == EvidenceState.DRAFT
    assert not made.revisions.exists()


def test_a_refused_file_leaves_no_evidence_behind(school, world, criteria):
    with pytest.raises(ValidationError):
        evidence(school, world.teacher, criteria[:1], upload=pdf("macro.docm"))
    assert not Evidence.objects.exists()
    assert not Document.objects.exists()


def test_a_failure_after_the_upload_leaves_no_file_behind(school, world, criteria, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(services.evidence, "_log", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        evidence(school, world.teacher, criteria[:1], upload=pdf())
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def change(made, by, criteria, *, text="Nieuwe tekst.", seen_version=1, **how):
    return services.change_evidence(
        evidence=made,
        by=by,
        title=made.title,
        text=text,
        practice_date=DAY,
        criteria=criteria,
        pupils_confirmed=True,
        seen_version=seen_version,
        **how,
    )


def test_who_changes_an_old_version_of_evidence_is_told_and_nothing_is_lost(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    change(made, world.teacher, criteria[:1], text="Van Lore.")
    with pytest.raises(services.Stale) as stale:
        change(made, world.administrator, criteria[:1], text="Van Ada.")
    assert stale.value.current.text == "Van Lore."
    assert Evidence.objects.get().text == "Van Lore."


def test_evidence_walks_from_draft_to_approved_with_an_addition_in_between(school, world, criteria, mailoutbox):
    made = safe_evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    services.ask_more(evidence=made, by=world.facilitator, comment="Voeg een foto toe.")
    asked = Evidence.objects.get()
    assert (asked.state, asked.reviewer_comment) == (EvidenceState.MORE_ASKED, "Voeg een foto toe.")
    change(asked, world.teacher, criteria[:1], text="Met foto.")
    services.submit_evidence(evidence=made, by=world.teacher)
    services.approve_evidence(evidence=made, by=world.facilitator, comment="Mooi werk.")
    assert [(step.state, step.by) for step in made.log.all()] == [
        (EvidenceState.APPROVED, world.facilitator),
        (EvidenceState.SUBMITTED, world.teacher),
        (EvidenceState.MORE_ASKED, world.teacher),
        (EvidenceState.MORE_ASKED, world.facilitator),
        (EvidenceState.SUBMITTED, world.teacher),
        (EvidenceState.DRAFT, world.teacher),
    ]
    assert [(mail.to, mail.subject) for mail in OutboundMail.objects.order_by("pk")] == [
        ("lore.leerkracht@test.example", "Voka vraagt een aanvulling bij je bewijs: Robotklas"),
        ("lore.leerkracht@test.example", "Je bewijs is goedgekeurd: Robotklas"),
    ]
    assert "Voeg een foto toe." in OutboundMail.objects.order_by("pk").first().text


def test_handing_in_twice_is_handing_in_once(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    for _click in range(2):
        services.submit_evidence(evidence=made, by=world.teacher)
    assert EvidenceLog.objects.count() == 2


def test_evidence_with_a_refused_file_cannot_be_handed_in(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1], upload=pdf())
    settle(file_of(made), DocumentState.REFUSED, "Te groot.")
    with pytest.raises(Conflict):
        services.submit_evidence(evidence=made, by=world.teacher)


def test_evidence_whose_file_is_not_there_now_cannot_be_approved(school, world, criteria):
    made = safe_evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    settle(file_of(made), DocumentState.MISSING)
    with pytest.raises(Conflict):
        services.approve_evidence(evidence=made, by=world.facilitator)


def test_asking_for_an_addition_needs_a_comment(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    with pytest.raises(Conflict):
        services.ask_more(evidence=made, by=world.facilitator, comment="  ")
    assert Evidence.objects.get().state == EvidenceState.SUBMITTED


def test_only_what_was_handed_in_is_reviewed(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    for verb in (services.approve_evidence, services.ask_more):
        with pytest.raises(Conflict):
            verb(evidence=made, by=world.facilitator, comment="Iets.")


@pytest.mark.parametrize("state", [EvidenceState.SUBMITTED, EvidenceState.APPROVED])
def test_what_was_handed_in_cannot_be_changed(state, school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    Evidence.objects.update(state=state)
    with pytest.raises(Conflict):
        change(made, world.teacher, criteria[:1])


def test_a_school_does_not_review_its_own_evidence(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    with pytest.raises(Refused):
        services.approve_evidence(evidence=made, by=world.teacher)


@pytest.mark.parametrize("who", ["owner", "other_teacher", "expert", "stranger"])
def test_only_the_school_and_voka_work_on_evidence(who, school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    person = getattr(world, who)
    for attempt in (
        lambda: evidence(school, person, criteria[:1]),
        lambda: change(made, person, criteria[:1]),
        lambda: services.submit_evidence(evidence=made, by=person),
    ):
        with pytest.raises(Refused):
            attempt()
    assert Evidence.objects.get().version == 1


# --- Label and outcome -----------------------------------------------------------------------------------------------


def test_a_school_without_award_has_no_label(school):
    assert selectors.label_level_of(school) is LabelLevel.NONE


def test_the_newest_award_counts(school, world):
    give_label(school, world.facilitator, LabelLevel.PROFICIENT, datetime.date(2026, 1, 5))
    give_label(school, world.facilitator, LabelLevel.COMPETENT, datetime.date(2024, 1, 5))
    assert selectors.label_level_of(school) is LabelLevel.PROFICIENT
    assert selectors.label_level_of(world.school) is LabelLevel.PROFICIENT


def test_a_school_adds_its_proof_and_voka_may_go_without(school, other_school, world):
    with pytest.raises(Conflict):
        give_label(school, world.teacher)
    award = give_label(school, world.teacher, proof=pdf("label.pdf"))
    assert award.proof.name == "label.pdf"
    assert give_label(other_school, world.facilitator).proof is None


def test_recording_the_same_label_twice_is_recording_it_once(school, world):
    for _click in range(2):
        give_label(school, world.facilitator)
    assert LabelAward.objects.count() == 1


def test_a_label_from_the_future_is_refused(school, world):
    with pytest.raises(Conflict):
        give_label(school, world.facilitator, awarded_on=tomorrow())


def test_a_wrong_award_is_corrected_by_a_new_row_and_stays_on_record(school, world):
    wrong = give_label(school, world.facilitator, LabelLevel.EXPERT)
    give_label(school, world.facilitator, LabelLevel.COMPETENT, replaces=wrong)
    assert selectors.label_level_of(school) is LabelLevel.COMPETENT
    assert LabelAward.objects.count() == 2
    with pytest.raises(Conflict):
        give_label(school, world.facilitator, LabelLevel.PROFICIENT, replaces=wrong)


def test_awards_and_steps_of_evidence_are_append_only(school, world, criteria):
    award = give_label(school, world.facilitator)
    step = evidence(school, world.teacher, criteria[:1]).log.get()
    for row in (award, step):
        for attempt in (row.save, row.delete, type(row).objects.all().delete):
            with pytest.raises(AppendOnlyError):
                attempt()
        with pytest.raises(AppendOnlyError):
            type(row).objects.update(pk=99)


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["schools_labelaward", "schools_evidencelog"])
def test_the_database_itself_refuses_to_change_history(table, school, world, criteria):
    give_label(school, world.facilitator)
    evidence(school, world.teacher, criteria[:1])
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("who", ["owner", "other_teacher", "expert", "stranger"])
def test_only_the_school_and_voka_record_a_label(who, school, world):
    with pytest.raises(Refused):
        give_label(school, getattr(world, who), proof=pdf())
    assert not LabelAward.objects.exists()


def outcome(school, world, kind=OutcomeKind.KEPT, *, by=None, **how):
    return services.record_outcome(
        trajectory=world.trajectory, school=school, outcome=kind, decided_on=DAY, by=by or world.facilitator, **how
    )


@pytest.fixture
def at_level_up(world):
    move_to(world.trajectory, Phase.LEVEL_UP)
    world.trajectory.participations.update(joined_on=datetime.date(2025, 9, 1))


def test_moving_up_records_the_label_too(school, world, at_level_up):
    give_label(school, world.facilitator, awarded_on=datetime.date(2024, 5, 14))
    recorded = outcome(school, world, OutcomeKind.MOVED_UP, level=LabelLevel.PROFICIENT)
    assert (recorded.level, recorded.award.level) == (LabelLevel.PROFICIENT, LabelLevel.PROFICIENT)
    assert recorded.award.trajectory == world.trajectory
    assert selectors.label_level_of(school) is LabelLevel.PROFICIENT


def test_keeping_the_level_records_no_new_label(school, world, at_level_up):
    give_label(school, world.facilitator, awarded_on=datetime.date(2024, 5, 14))
    recorded = outcome(school, world, OutcomeKind.NOT_APPLIED)
    assert (recorded.level, recorded.award) == (LabelLevel.COMPETENT, None)
    assert LabelAward.objects.count() == 1


def test_moving_up_needs_a_higher_level(school, world, at_level_up):
    give_label(school, world.facilitator, LabelLevel.PROFICIENT, datetime.date(2024, 5, 14))
    for level in (LabelLevel.COMPETENT, LabelLevel.PROFICIENT, LabelLevel.NONE, "", "onzin"):
        with pytest.raises(Conflict):
            outcome(school, world, OutcomeKind.MOVED_UP, level=level)
    assert not LabelOutcome.objects.exists()


def test_a_label_that_was_recorded_during_the_trajectory_counts_as_the_step(school, world, at_level_up):
    award = give_label(school, world.facilitator, LabelLevel.PROFICIENT, datetime.date(2026, 2, 1))
    recorded = outcome(school, world, OutcomeKind.MOVED_UP, level=LabelLevel.PROFICIENT)
    assert recorded.award == award
    assert LabelAward.objects.count() == 1


def test_an_answer_that_comes_later_replaces_the_outcome_but_moved_up_stays(school, world, at_level_up):
    give_label(school, world.facilitator, awarded_on=datetime.date(2024, 5, 14))
    outcome(school, world)
    move_to(world.trajectory, Phase.KEEP_LEARNING)
    for _click in range(2):
        outcome(school, world, OutcomeKind.MOVED_UP, level=LabelLevel.PROFICIENT)
    with pytest.raises(Conflict):
        outcome(school, world)
    assert LabelOutcome.objects.get().outcome == OutcomeKind.MOVED_UP
    assert LabelAward.objects.count() == 2


def test_an_outcome_belongs_to_phase_5_or_later(school, world):
    with pytest.raises(Conflict):
        outcome(school, world)


def test_an_outcome_belongs_to_a_school_of_the_trajectory(strange_school, world, at_level_up):
    with pytest.raises(Conflict):
        outcome(strange_school, world)


@pytest.mark.parametrize("who", ["owner", "other_teacher", "stranger"])
def test_only_the_school_and_voka_record_an_outcome(who, school, world, at_level_up):
    with pytest.raises(Refused):
        outcome(school, world, by=getattr(world, who))


def test_the_criteria_are_there_once(db):
    assert selectors.current_criteria().count() == 21
    elements = [(each.key_element.number, each.number) for each in selectors.current_criteria()]
    assert [sum(number == n for number, _criterion in elements) for n in range(1, 8)] == [3, 3, 2, 3, 3, 5, 2]
    unconfirmed = selectors.current_criteria().filter(to_be_confirmed=True).values_list("number", flat=True)
    assert list(unconfirmed) == ["3.1", "3.2", "6.3", "6.4", "6.5"]


def test_loading_the_criteria_again_changes_nothing(criteria):
    criteria[0].label_nl = "Door Voka verwoord"
    criteria[0].save()
    framework.load(Framework, KeyElement, Criterion)
    assert Criterion.objects.count() == 21
    assert Criterion.objects.get(pk=criteria[0].pk).label_nl == "Door Voka verwoord"


def test_saving_an_organisation_again_does_not_make_a_second_profile(world):
    Organisation.objects.get(pk=world.school.pk).save()
    assert School.objects.filter(pk=world.school.pk).count() == 1
