"""Handing in while a check ends or a file is added, on real PostgreSQL: what is on record is what can be downloaded.

Each has its negative control: with the guard off, the wrong outcome really happens.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.policy import Conflict
from documents import services as documents
from documents.enums import DocumentState
from schools import selectors, services
from schools.enums import EvidenceState
from schools.models import Evidence, School
from tests.documents import files
from tests.schools.conftest import DAY, evidence, file_of, pdf, safe_evidence

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def photo_evidence(committed_world):
    """A draft with a photo that was not checked yet: the check will write it anew."""
    school = School.objects.get(pk=committed_world.school.pk)
    photo = SimpleUploadedFile("foto.jpg", files.photo_with_gps())
    return evidence(school, committed_world.teacher, [selectors.current_criteria().first()], upload=photo)


def beside(call, meanwhile):
    """Start `call` in another thread; it gets an event to set halfway, after which `meanwhile` runs. Both results."""
    halfway = Event()

    def one():
        try:
            return call(halfway)
        finally:
            halfway.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(one)
        assert halfway.wait(20)
        try:
            other = meanwhile()
        except Conflict as conflict:
            other = conflict
        return running.result(), other


def hand_in_while_the_check_ends(made, teacher, monkeypatch):
    """Hand in once the clean copy is written and the check has not yet committed; and again afterwards."""
    replace = documents._replace
    waiting = Event()

    def check(halfway):
        def replace_and_wait(document, clean):
            has_room = replace(document, clean)
            halfway.set()
            waiting.wait(10)
            return has_room

        monkeypatch.setattr(documents, "_replace", replace_and_wait)
        documents.check(file_of(made).pk)

    def submit():
        try:
            return services.submit_evidence(evidence=made, by=teacher)
        finally:
            waiting.set()

    return beside(check, submit)[1]


def on_record_and_on_disk(made):
    (line,) = made.revisions.get().files
    with file_of(made).file.open("rb") as stored:
        return line["sha256"], hashlib.file_digest(stored, "sha256").hexdigest()


def test_handing_in_while_a_photo_is_written_anew_waits_for_what_can_be_downloaded(
    committed_world, photo_evidence, monkeypatch
):
    early = hand_in_while_the_check_ends(photo_evidence, committed_world.teacher, monkeypatch)
    assert str(early).startswith("Het bestand “foto.jpg” wordt nog gecontroleerd. Probeer het over enkele ogenblikken")
    assert (Evidence.objects.get().state, photo_evidence.revisions.count()) == (EvidenceState.DRAFT, 0)
    services.submit_evidence(evidence=photo_evidence, by=committed_world.teacher)
    recorded, downloadable = on_record_and_on_disk(photo_evidence)
    assert recorded == downloadable


def test_without_that_rule_the_record_would_name_a_file_that_nobody_can_open(
    committed_world, photo_evidence, monkeypatch
):
    """The negative control."""
    monkeypatch.setattr(services.evidence, "_require_safe", lambda documents: None)
    hand_in_while_the_check_ends(photo_evidence, committed_world.teacher, monkeypatch)
    recorded, downloadable = on_record_and_on_disk(photo_evidence)
    assert recorded != downloadable


def hand_in_while_a_file_is_added(world, monkeypatch):
    """A colleague is halfway with adding a file when the teacher hands in."""
    school = School.objects.get(pk=world.school.pk)
    criteria = [selectors.current_criteria().first()]
    made = safe_evidence(school, world.teacher, criteria)
    add = services.evidence._add_files
    waiting = Event()

    def change(halfway):
        def add_and_wait(*args):
            add(*args)
            halfway.set()
            waiting.wait(1)

        monkeypatch.setattr(services.evidence, "_add_files", add_and_wait)
        return services.change_evidence(
            evidence=made,
            by=world.administrator,
            title="Robotklas",
            text="Met een foto erbij.",
            practice_date=DAY,
            criteria=criteria,
            pupils_confirmed=True,
            seen_version=1,
            uploads=[pdf("erbij.pdf", files.pdf() + b"%2")],
        )

    return made, beside(change, lambda: services.submit_evidence(evidence=made, by=world.teacher))[1]


def states_of(made):
    return sorted(document.state for document in Evidence.objects.get(pk=made.pk).documents)


def test_handing_in_while_a_file_is_added_sees_that_file(committed_world, monkeypatch):
    made, answer = hand_in_while_a_file_is_added(committed_world, monkeypatch)
    assert isinstance(answer, Conflict)
    assert "“erbij.pdf”" in str(answer)
    assert (Evidence.objects.get().state, states_of(made)) == (EvidenceState.DRAFT, ["checking", "safe"])


def test_without_the_lock_an_unchecked_file_would_slip_in_after_handing_in(committed_world, monkeypatch):
    """The negative control."""
    original = services.evidence._locked
    monkeypatch.setattr(services.evidence, "_locked", lambda evidence: Evidence.objects.get(pk=evidence.pk))
    made, answer = hand_in_while_a_file_is_added(committed_world, monkeypatch)
    monkeypatch.setattr(services.evidence, "_locked", original)
    assert isinstance(answer, Evidence)
    assert DocumentState.CHECKING in states_of(made)
    assert [file["name"] for file in made.revisions.get().files] == ["bewijs.pdf"]
