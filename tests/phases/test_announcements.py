"""After a move everyone who takes part gets one mail: whatever happens to the worker, and nobody else."""

import datetime

import pytest
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.services import add_member
from jobs import services as jobs
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from phases import services
from phases.enums import Phase
from phases.models import Announcement, Participation
from tests.cast import make_organisation, make_person
from tests.phases.conftest import put_in_phase


@pytest.fixture
def change(world, needs):
    return services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator)


def addresses():
    return sorted(OutboundMail.objects.filter(event="phases/moved").values_list("to", flat=True))


def everyone_taking_part(world):
    people = (
        world.chair,
        world.owner,
        world.colleague,
        world.neighbour,
        world.teacher,
        world.other_teacher,
        world.expert,
    )  # fmt: skip - a list of people
    return sorted(person.email for person in people)


@pytest.mark.django_db
def test_a_move_leaves_one_job_that_mails_everyone_who_takes_part(world, change):
    job = Job.objects.get(kind=services.ANNOUNCE, object_id=change.pk)
    assert addresses() == []
    assert jobs.run(job.pk, worker="test") == JobState.DONE
    assert addresses() == everyone_taking_part(world)
    assert Announcement.objects.get().recipients == 7


@pytest.mark.django_db
def test_announcing_twice_is_announcing_once(world, change):
    assert services.announce(change.pk) == 7
    assert services.announce(change.pk) == 0
    assert addresses() == everyone_taking_part(world)


@pytest.mark.django_db
def test_each_mail_has_a_job_that_sends_it(world, change, run_on_commit, mailoutbox):
    services.announce(change.pk)
    for job in Job.objects.filter(kind="notifications.send"):
        jobs.run(job.pk, worker="test")
    assert sorted(mail.to for mail in mailoutbox) == [[address] for address in everyone_taking_part(world)]


@pytest.mark.django_db
def test_who_left_ended_or_was_closed_gets_no_mail(world, change):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    world.colleague.memberships.update(started_on=yesterday, ended_on=yesterday)
    Participation.objects.filter(organisation=world.other_school).update(joined_on=yesterday, left_on=yesterday)
    services.announce(change.pk)
    gone = {world.colleague.email, world.other_teacher.email}
    assert addresses() == [address for address in everyone_taking_part(world) if address not in gone]


@pytest.mark.django_db
def test_who_works_for_two_participants_gets_one_mail(world, change):
    add_member(user=world.owner, organisation=world.partner, role=Role.COLLEAGUE)
    services.announce(change.pk)
    assert addresses() == everyone_taking_part(world)


@pytest.mark.django_db
def test_a_change_that_was_overtaken_is_not_announced(world, needs, change):
    services.move(trajectory=world.trajectory, to=Phase.ACTION, by=world.administrator)
    assert services.announce(change.pk) == 0
    assert addresses() == []
    assert Announcement.objects.get().recipients == 0


@pytest.mark.django_db
def test_the_mail_says_which_phase_who_and_where_to_look(world, change):
    services.announce(change.pk)
    mail = OutboundMail.objects.get(to=world.teacher.email)
    assert mail.subject == "Testtraject: fase 2 is gestart"
    assert mail.recipient == world.teacher
    for body in (mail.text, mail.html):
        assert "Dag Lore," in body
        assert "Ada Beheer zette Testtraject in fase 2: Actiedomeinen bepalen." in body
        assert "http://testserver/trajecten/testtraject/" in body
        assert "De reden" not in body


@pytest.mark.django_db
def test_the_mail_about_an_adjusted_course_gives_the_reason_as_text(steered_world, needs):
    put_in_phase(steered_world.trajectory, Phase.EVALUATION)
    change = services.move(
        trajectory=steered_world.trajectory,
        to=Phase.ACTION,
        by=steered_world.expert,
        reason="Nog <b>twee</b> stages & meer",
    )
    services.announce(change.pk)
    mail = OutboundMail.objects.get(to=steered_world.teacher.email)
    assert mail.subject == "Testtraject: terug naar fase 3 om bij te sturen"
    assert "De reden: Nog <b>twee</b> stages & meer" in mail.text
    assert "De reden: Nog &lt;b&gt;twee&lt;/b&gt; stages &amp; meer" in mail.html


@pytest.mark.django_db
def test_a_trajectory_without_participants_is_announced_to_nobody(world, needs):
    empty = make_organisation(OrganisationKind.SCHOOL, "School zonder mensen", world.chamber)
    Participation.objects.filter(trajectory=world.other_trajectory).update(organisation=empty)
    change = services.move(trajectory=world.other_trajectory, to=Phase.PRIORITIES, by=world.administrator)
    assert services.announce(change.pk) == 0
    assert Announcement.objects.get().recipients == 0


@pytest.mark.django_db
def test_the_number_of_queries_grows_only_with_the_mails(world, change, django_assert_max_num_queries):
    make_person("Nog", "Iemand", world.school)
    with django_assert_max_num_queries(8 + 8 * 12):
        assert services.announce(change.pk) == 8
