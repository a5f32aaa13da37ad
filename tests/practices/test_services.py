"""From draft to shared: who may do what, in which state, and what it leaves behind."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.history import AppendOnlyError
from accounts.policy import Conflict, Refused
from notifications.models import OutboundMail
from phases.enums import Phase
from practices import services
from practices.enums import PracticeEvent, PracticeState
from practices.models import Practice, PracticeLog
from tests.practices.conftest import SHEET, published, submitted, write
from workgroups.services import unseat

pytestmark = pytest.mark.django_db
EVERYONE = (
    "administrator",
    "facilitator",
    "expert",
    "chair",
    "owner",
    "teacher",
    "colleague",
    "neighbour",
    "other_teacher",
    "stranger",
    "deactivated",
)
VOKA = {"administrator", "facilitator"}
WRITERS = VOKA | {"chair", "owner", "teacher"}


def conflict(verb) -> list[str]:
    with pytest.raises(Conflict) as error:
        verb()
    return [str(reason) for reason in error.value.reasons]


VERBS = {
    "write": (WRITERS, lambda s: {"workgroup": s.again(), "title": "Nieuw"}),
    "edit": (WRITERS, lambda s: {"practice": write(s), "version": 1, **SHEET}),
    "submit": (WRITERS, lambda s: {"practice": write(s)}),
    "publish": (VOKA, lambda s: {"practice": submitted(s)}),
    "send_back": (VOKA, lambda s: {"practice": submitted(s), "comment": "Wat kostte het?"}),
}


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_do_it(scene, verb):
    may, arguments = VERBS[verb]
    doers = set()
    for name in EVERYONE:
        with transaction.atomic():
            given = arguments(scene)
            try:
                getattr(services, verb)(**given, by=getattr(scene.world, name))
                doers.add(name)
            except Refused:
                pass
            transaction.set_rollback(True)
    assert doers == may


@pytest.mark.parametrize("phase", list(Phase))
def test_a_practice_can_be_written_and_shared_in_every_phase(scene, phase):
    scene.in_phase(phase)
    assert published(scene).is_published


def test_the_author_keeps_writing_after_leaving_the_workgroup(scene):
    practice = write(scene)
    seat = scene.workgroup.seats.get(membership=scene.world.membership(scene.world.teacher))
    unseat(seat=seat, by=scene.world.administrator)
    practice = Practice.objects.get(pk=practice.pk)
    services.edit(practice=practice, version=1, by=scene.world.teacher, **SHEET | {"title": "Beter"})
    assert Practice.objects.get().title == "Beter"


def test_two_practices_with_one_title_have_two_addresses_and_an_address_stays(scene):
    first, second, third = (write(scene, title="Robots!") for _ in range(3))
    assert [practice.slug for practice in (first, second, third)] == ["robots", "robots-2", "robots-3"]
    services.edit(practice=first, version=1, by=scene.world.teacher, **SHEET)
    assert Practice.objects.get(pk=first.pk).slug == "robots"


@pytest.mark.parametrize("title", ["!!!", "中文", "x" * 160])
def test_every_title_gets_an_address(scene, title):
    slug = write(scene, title=title).slug
    assert slug in ("praktijk", "x" * 70)


def test_handing_over_asks_for_the_texts_a_reader_needs_all_at_once(scene):
    practice = write(scene, context=" ", approach="", result="")
    assert conflict(lambda: services.submit(practice=practice, by=scene.world.teacher)) == [
        "Vul eerst ‘Context’ in.",
        "Vul eerst ‘Aanpak’ in.",
        "Vul eerst ‘Resultaat’ in.",
    ]
    assert Practice.objects.get().state == PracticeState.DRAFT


def test_the_whole_way_of_a_practice_stays_readable(scene):
    world = scene.world
    practice = write(scene)
    services.submit(practice=practice, by=world.owner)
    services.send_back(practice=practice, comment="Wat kostte het?", by=world.facilitator)
    practice.refresh_from_db()
    assert (practice.state, practice.review_comment) == (PracticeState.DRAFT, "Wat kostte het?")
    services.edit(practice=practice, version=1, by=world.teacher, **SHEET | {"costs": "Niets"})
    services.submit(practice=practice, by=world.teacher)
    services.publish(practice=practice, by=world.administrator)
    practice.refresh_from_db()
    assert (practice.state, practice.published_by, practice.review_comment) == (
        PracticeState.PUBLISHED,
        world.administrator,
        "",
    )
    lines = [(row.event, row.version, row.by, row.note) for row in practice.log.order_by("id")]
    assert lines == [
        (PracticeEvent.WRITTEN, 1, world.teacher, ""),
        (PracticeEvent.SUBMITTED, 1, world.owner, ""),
        (PracticeEvent.SENT_BACK, 1, world.facilitator, "Wat kostte het?"),
        (PracticeEvent.EDITED, 2, world.teacher, ""),
        (PracticeEvent.SUBMITTED, 2, world.teacher, ""),
        (PracticeEvent.PUBLISHED, 2, world.administrator, ""),
    ]


def test_each_step_is_taken_once_and_in_order(scene):
    world = scene.world
    draft, voka = write(scene), {"by": world.administrator}
    assert conflict(lambda: services.publish(practice=draft, **voka)) == [
        "Deze praktijk is nog een concept. Ze moet eerst aan Voka gegeven worden."
    ]
    assert conflict(lambda: services.send_back(practice=draft, comment="x", **voka)) == [
        "Deze praktijk is al bij de schrijvers."
    ]
    services.submit(practice=draft, by=world.teacher)
    assert conflict(lambda: services.submit(practice=draft, by=world.owner)) == ["Deze praktijk is geen concept meer."]
    services.publish(practice=draft, **voka)
    shared = Practice.objects.get()
    assert conflict(lambda: services.publish(practice=draft, **voka)) == [
        f"Deze praktijk is al gedeeld op {timezone.localtime(shared.published_at):%d/%m/%Y}."
    ]
    assert conflict(lambda: services.send_back(practice=draft, comment=" ", **voka)) == ["Schrijf wat er anders moet."]
    assert Practice.objects.get() == shared


def test_writers_do_not_change_what_voka_reads_or_shared_and_voka_may(scene):
    for practice in (submitted(scene), published(scene)):
        change = {"practice": practice, "version": 1, **SHEET, "title": "Stiekem"}
        for name in ("teacher", "chair"):
            assert conflict(lambda c=change, n=name: services.edit(by=getattr(scene.world, n), **c)) == [
                "Deze praktijk is bij Voka. Vraag Voka om ze terug te sturen als je ze wilt wijzigen."
            ]
        services.edit(by=scene.world.facilitator, **change | {"title": "Tikfout weg"})
        practice.refresh_from_db()
        assert practice.title == "Tikfout weg"


def test_a_shared_practice_that_is_sent_back_is_no_longer_shared(scene):
    practice = published(scene, is_public=True)
    services.send_back(practice=practice, comment="Een foto klopt niet", by=scene.world.administrator)
    practice.refresh_from_db()
    assert (practice.state, practice.published_at, practice.published_by) == (PracticeState.DRAFT, None, None)
    assert not practice.is_shared_with(scene.world.stranger)


def test_voka_decides_whether_everyone_may_read_it(scene):
    assert services.publish(practice=submitted(scene, is_public=True), by=scene.world.facilitator).is_public
    assert not services.publish(
        practice=submitted(scene, is_public=True), by=scene.world.facilitator, is_public=False
    ).is_public
    assert services.publish(practice=submitted(scene), by=scene.world.facilitator, is_public=True).is_public


def test_an_edit_of_an_older_version_is_refused_and_loses_nothing(scene):
    practice, world = write(scene), scene.world
    services.edit(practice=practice, version=1, by=world.owner, **SHEET | {"title": "Van Olga"})
    with pytest.raises(services.Overtaken) as error:
        services.edit(practice=practice, version=1, by=world.teacher, **SHEET | {"title": "Van Lore"})
    assert str(error.value) == (
        "Olga Eigenaar heeft deze praktijk intussen gewijzigd. Vergelijk de teksten en bewaar daarna opnieuw."
    )
    assert error.value.practice.title == "Van Olga"
    assert (Practice.objects.get().title, Practice.objects.get().version) == ("Van Olga", 2)


def test_the_author_gets_a_mail_when_voka_shares_or_asks_and_not_of_oneself(scene):
    world = scene.world
    OutboundMail.objects.all().delete()
    practice = submitted(scene)
    services.send_back(practice=practice, comment="Wat kostte <het>?", by=world.facilitator)
    services.submit(practice=practice, by=world.teacher)
    services.publish(practice=practice, by=world.facilitator)
    asked, shared = OutboundMail.objects.order_by("id")
    assert {asked.to, shared.to} == {world.teacher.email}
    assert "Wat kostte <het>?" in asked.text
    assert "Wat kostte &lt;het&gt;?" in asked.html
    assert shared.subject == "Je praktijk is gedeeld: Eén stageplan voor drie scholen"
    assert f"http://testserver/praktijken/{practice.slug}/" in shared.text
    own = services.write(workgroup=scene.again(), by=world.facilitator, **SHEET)
    services.submit(practice=own, by=world.facilitator)
    services.publish(practice=own, by=world.facilitator)
    assert OutboundMail.objects.count() == 2


def test_the_database_refuses_a_shared_practice_without_date_and_reader(scene):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Practice.objects.filter(pk=write(scene).pk).update(state=PracticeState.PUBLISHED)
    if connection.vendor == "postgresql":
        assert "a_shared_practice_says_when_and_by_whom" in str(error.value)


def test_the_history_of_a_practice_only_grows(scene):
    row = write(scene).log.get()
    for change in (row.save, row.delete, PracticeLog.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
