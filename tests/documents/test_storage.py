"""Room for files: what an organisation keeps never passes its limit, however many send at the same moment."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from documents import services
from documents.checks.refusal import Reason
from documents.enums import DocumentPurpose
from documents.models import Document, StorageLimit
from documents.selectors import MEGABYTE, Storage, storage_of
from tests.documents import files
from tests.documents.conftest import upload

PDF = files.pdf()
HALF_A_MEGABYTE = PDF.ljust(MEGABYTE // 2, b" ")


@pytest.fixture
def limit(world):
    return StorageLimit.objects.create(organisation=world.school, megabytes=1)


@pytest.mark.django_db
def test_a_school_fills_its_room_to_the_last_byte_and_no_further(stored, world, limit, empty_disk):
    stored(HALF_A_MEGABYTE)
    stored(HALF_A_MEGABYTE)
    assert storage_of(world.school) == Storage(used=MEGABYTE, maximum=MEGABYTE)
    with pytest.raises(ValidationError) as refused:
        stored(PDF)
    assert refused.value.messages == ["Jullie opslagruimte is vol. Verwijder een oud bestand of contacteer Voka."]
    assert refused.value.code == Reason.FULL
    assert (Document.objects.count(), len(empty_disk())) == (2, 2)


@pytest.mark.django_db
def test_another_school_has_its_own_room(stored, world, limit):
    stored(HALF_A_MEGABYTE)
    stored(HALF_A_MEGABYTE)
    stored(PDF, organisation=world.other_school)
    assert storage_of(world.other_school).used == len(PDF)


@pytest.mark.django_db
def test_what_was_refused_or_removed_makes_room_again(stored, world, limit, django_capture_on_commit_callbacks):
    refused, removed = stored(HALF_A_MEGABYTE), stored(HALF_A_MEGABYTE)
    services.refuse(refused.pk, Reason.PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove(document=removed, by=world.teacher)
        services.remove(document=removed, by=world.teacher)
    assert storage_of(world.school).used == 0
    sha256 = removed.sha256
    removed.refresh_from_db()
    assert (removed.state, removed.file, removed.sha256) == ("removed", "", sha256)


@pytest.mark.django_db
def test_without_a_limit_of_its_own_a_school_has_the_usual_room(world, settings):
    settings.UPLOAD_QUOTA_MB = 7
    assert storage_of(world.school) == Storage(used=0, maximum=7 * MEGABYTE)


@pytest.mark.parametrize(
    ("used", "left", "nearly"), [(0, 100, False), (90, 10, False), (91, 9, True), (100, 0, True), (130, 0, True)]
)
def test_what_is_left_is_never_less_than_nothing(used, left, nearly):
    storage = Storage(used=used, maximum=100)
    assert (storage.left, storage.is_nearly_full) == (left, nearly)


def send_ten_at_once(world) -> int:
    """How many of ten uploads of half a megabyte are stored."""
    stored, start = [], Barrier(10)

    def send():
        start.wait()
        try:
            document = services.store(
                upload=upload(HALF_A_MEGABYTE),
                organisation=world.school,
                purpose=DocumentPurpose.EVIDENCE,
                by=world.teacher,
            )
            stored.append(document)
        except ValidationError:
            pass
        finally:
            connection.close()

    threads = [Thread(target=send) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return len(stored)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_uploads_at_once_do_not_pass_the_limit(committed_world, empty_disk):
    StorageLimit.objects.create(organisation=committed_world.school, megabytes=2)
    assert send_ten_at_once(committed_world) == 4
    assert storage_of(committed_world.school).left == 0
    assert len(empty_disk()) == Document.objects.count() == 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_lock_they_pass_it_together(committed_world, empty_disk, monkeypatch):
    StorageLimit.objects.create(organisation=committed_world.school, megabytes=2)
    everyone_has_looked = Barrier(10)

    def unlocked(organisation, size):
        has_room = size <= storage_of(organisation).left
        everyone_has_looked.wait(10)
        if not has_room:
            raise ValidationError("full")

    monkeypatch.setattr(services, "_find_room", unlocked)
    assert send_ten_at_once(committed_world) == 10
