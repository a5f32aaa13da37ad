"""The demo world: the people of the contract, six trajectories that got where they are by the rules, the same every time."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import Membership, Organisation, User
from accounts.policy import is_voka_administrator, is_voka_staff
from certificates.models import Certificate
from companies.models import FinalMeasurement, Intake, IntakeDraft
from companies.selectors import suspects_of_intake
from in2stem.demo.world import DOMAIN, PASSWORD
from phases.enums import Phase
from phases.machine import TRANSITIONS
from phases.models import Trajectory
from phases.selectors import next_steps
from schools.enums import ApplicationState, EvidenceState, OutcomeKind
from schools.models import Evidence, LabelApplication, School
from schools.selectors import current_criteria, expiring_labels
from workgroups.models import Seat

PEOPLE = (
    "voka", "facilitator", "stuurgroep", "voorzitter", "bedrijf", "school", "ander-bedrijf", "andere-school", "buiten",
)  # fmt: skip


@override_settings(DEBUG=True)
def load(*args):
    call_command("demo", *args, stdout=StringIO())


def person(login):
    return User.objects.get(email=f"{login}@{DOMAIN}")


def facts():
    return {
        "organisations": list(Organisation.objects.order_by("pk").values_list("pk", "kind", "name", "municipality")),
        "people": list(
            Membership.objects.order_by("pk").values_list("user__email", "user__last_name", "organisation", "role")
        ),
        "intakes": list(
            Intake.objects.order_by("pk", "answers__question__number").values_list(
                "company_name", "state", "answers__declared"
            )
        ),
        "evidence": list(
            Evidence.objects.order_by("pk", "files__pk").values_list("title", "state", "files__document__sha256")
        ),
        "drafts": list(IntakeDraft.objects.order_by("pk").values_list("key", "data")),
        "certificates": list(Certificate.objects.order_by("pk").values_list("number", "facts")),
    }


@pytest.fixture(scope="module")
def loaded(empty_database, django_db_blocker):
    """Made once for all tests. It takes seconds, so none of them may really commit: that would remove it."""
    with django_db_blocker.unblock():
        load()
        yield facts()
        empty_database.put_back()


@pytest.fixture
def demo(loaded, db):
    """The demo world; what a test changes in it is rolled back."""


def test_there_is_one_trajectory_in_each_phase(demo):
    assert sorted(Trajectory.objects.values_list("phase", flat=True)) == sorted(Phase.values)


@pytest.mark.parametrize("phase", list(Phase)[1:])
def test_each_trajectory_got_where_it_is_with_all_needs_met(demo, phase):
    trajectory = Trajectory.objects.get(phase=phase)
    changes = trajectory.phase_changes.order_by("sequence")
    assert [change.kind for change in changes] == ["regular"] * (phase.number - 1)
    assert [change.target for change in changes] == [Phase(value).value for value in list(Phase)[1 : phase.number]]


@pytest.mark.parametrize("phase", list(Phase)[:-1])
def test_each_unfinished_trajectory_still_has_something_to_do(demo, phase):
    trajectory = Trajectory.objects.get(phase=phase)
    forward = next(step for step in next_steps(trajectory, person("voka")) if step.target.number == phase.number + 1)
    assert forward.blockers


@pytest.mark.parametrize("login", PEOPLE)
def test_everyone_of_the_contract_can_sign_in(demo, client, login):
    response = client.post("/account/login/", {"login": f"{login}@{DOMAIN}", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/mijn/")


def test_everyone_has_the_part_that_the_contract_gives_them(demo):
    kempen = Trajectory.objects.get(phase=Phase.ACTION)
    assert is_voka_administrator(person("voka"))
    assert is_voka_staff(person("facilitator"))
    assert not is_voka_administrator(person("facilitator"))
    assert kempen.steering_chair_id() == person("stuurgroep").pk

    def seats(login):
        found = Seat.objects.filter(membership__user=person(login))
        return {(seat.workgroup.trajectory.slug, seat.role) for seat in found}, set(
            found.values_list("workgroup", flat=True)
        )

    assert seats("voorzitter")[0] == {("kempen", "chair")}
    for mine, other in (("bedrijf", "ander-bedrijf"), ("school", "andere-school")):
        assert seats(mine)[0] == seats(other)[0] == {("kempen", "participant")}
        assert not seats(mine)[1] & seats(other)[1]
    assert list(Trajectory.objects.visible_to(person("buiten")).values_list("slug", flat=True)) == ["limburg-maakt"]


def test_the_label_still_knows_its_criteria_and_thresholds(demo, client):
    client.force_login(person("school"))
    school = School.objects.get(organisation__memberships__user=person("school"))
    assert (current_criteria().count(), client.get(school.get_gap_url()).status_code) == (21, 200)


def test_there_is_evidence_in_every_state_and_its_files_can_be_opened(demo):
    school = School.objects.get(organisation__memberships__user=person("school"))
    assert sorted(school.evidence.values_list("state", flat=True)) == sorted(EvidenceState.values)
    asked = school.evidence.get(state=EvidenceState.MORE_ASKED)
    assert asked.reviewer_comment == "Voeg toe wat de leerkrachten er nadien mee deden in de klas."
    documents = [document for item in school.evidence.all() for document in item.documents]
    assert [document.is_safe for document in documents] == [True, True]


def test_a_mentor_company_sees_the_self_assessment_of_one_school(demo):
    mentor = person("bedrijf").memberships.get().organisation
    shared = School.objects.filter(scores_shared_with=mentor)
    assert [school.organisation for school in shared] == [person("school").memberships.get().organisation]


def test_labels_are_applied_for_granted_and_refused_and_one_ends_soon(demo):
    found = LabelApplication.objects.order_by("pk").values_list("trajectory__phase", "state")
    assert sorted(found) == sorted(
        [
            (Phase.ACTION.value, ApplicationState.SUBMITTED.value),
            (Phase.LEVEL_UP.value, ApplicationState.GRANTED.value),
            (Phase.KEEP_LEARNING.value, ApplicationState.GRANTED.value),
            (Phase.KEEP_LEARNING.value, ApplicationState.NOT_GRANTED.value),
        ]
    )
    for application in LabelApplication.objects.exclude(state=ApplicationState.SUBMITTED):
        outcome = application.trajectory.label_outcomes.get(school=application.school)
        assert (outcome.outcome == OutcomeKind.MOVED_UP) == (application.state == ApplicationState.GRANTED)
    assert len(expiring_labels(60)) == 1


def test_voka_has_doubles_to_merge_and_sign_ups_that_were_begun(demo):
    westhoek = Trajectory.objects.get(phase=Phase.BASELINE)
    doubtful = {
        intake.contact_last_name: suspects_of_intake(intake)
        for intake in Intake.objects.filter(contact_last_name__in=["Vanhoutte", "Lannoo"])
    }
    assert [suspect.is_company for suspect in doubtful["Lannoo"]][:1] == [True]
    assert [suspect.found.trajectory for suspect in doubtful["Vanhoutte"]] == [westhoek]
    assert sorted(draft.company_name for draft in IntakeDraft.objects.unsent()) == [
        "Polderkaas Vandamme bv",
        "Yzerweg Elektrotechniek bv",
    ]


@pytest.mark.parametrize("phase", [Phase.EVALUATION, Phase.LEVEL_UP, Phase.KEEP_LEARNING])
def test_companies_measured_again_from_phase_4_on(demo, phase):
    intakes = Intake.objects.accepted().filter(trajectory__phase=phase)
    measured = [intake for intake in intakes if FinalMeasurement.objects.filter(intake=intake).exists()]
    assert len(measured) == len(intakes) - (phase == Phase.EVALUATION)


def test_making_it_again_gives_the_same_world(demo, loaded):
    load()
    assert facts() == loaded


def test_if_missing_leaves_an_existing_world_alone(demo):
    Organisation.objects.filter(name="Nete Automatisering nv").update(name="Iemand was hier")
    load("--if-missing")
    assert Organisation.objects.filter(name="Iemand was hier").exists()


def test_a_size_makes_that_many_times_as_many_organisations(demo):
    load("--size", "2")
    kempen = Trajectory.objects.get(phase=Phase.ACTION)
    kinds = list(kempen.participations.values_list("organisation__kind", flat=True))
    assert (kinds.count("school"), kinds.count("company")) == (8, 14)


def test_it_refuses_outside_debug(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=1"):
        call_command("demo")


def test_every_need_is_listed_in_the_machine_once():
    needs = [need for row in TRANSITIONS for need in row.needs]
    assert len(needs) == len(set(needs))
