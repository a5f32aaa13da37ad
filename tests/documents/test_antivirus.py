"""The virus scanner: a real little server speaks clamd's protocol, and whatever goes wrong with it keeps files closed."""

import socket
import struct
import threading
from contextlib import suppress

import pytest

from documents import antivirus, services
from documents.enums import DocumentState
from documents.models import Document
from documents.sweep import sweep
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import run
from tests.documents import files

pytestmark = pytest.mark.django_db


class Scanner:
    """A clamd on a port of its own. `answer` is what it says; `seen` what it was sent; None as answer: hangs up."""

    def __init__(self, family=socket.AF_INET, address=("127.0.0.1", 0)):
        self.answer: bytes | None = b"stream: OK\0"
        self.seen: list[bytes] = []
        self.server = socket.socket(family)
        self.server.bind(address)
        self.server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"tcp://127.0.0.1:{self.server.getsockname()[1]}"

    def _serve(self):
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self._talk(connection, stream)

    def _talk(self, connection, stream):
        command, content = stream.read(len(b"zINSTREAM\0")), b""
        assert command == b"zINSTREAM\0"
        while size := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(size)
        self.seen.append(content)
        if self.answer is not None:
            connection.sendall(self.answer)

    def stop(self):
        # Closing alone leaves a thread that waits in accept(); stopping twice is stopping once.
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


@pytest.fixture
def scanner(settings):
    scanner = Scanner()
    settings.CLAMD_URL = scanner.url
    yield scanner
    scanner.stop()


def do(kind):
    """Run the job of this kind as a worker would."""
    Job.objects.filter(kind=kind).update(next_try_at="2020-01-01T00:00Z")
    return run(Job.objects.get(kind=kind).pk, worker="test")


def test_the_scanner_gets_every_byte_and_its_verdict_opens_the_file(stored, scanner):
    content = files.pdf() + b" " * 300_000
    document = stored(content)
    do(services.CHECK)
    document.refresh_from_db()
    assert document.state == DocumentState.CHECKING  # sound, but not yet scanned
    do(services.SCAN)
    document.refresh_from_db()
    assert document.is_safe
    assert document.scanned_at is not None
    assert scanner.seen == [content]


def test_what_is_scanned_is_what_will_be_given(stored, scanner):
    document = stored(files.photo_with_gps(), "foto.jpg")
    do(services.CHECK)
    do(services.SCAN)
    document.refresh_from_db()
    assert scanner.seen == [document.file.read()]
    assert b"GEHEIMMERK" not in scanner.seen[0]


def test_a_virus_is_refused_with_a_sentence_and_its_bytes_go(
    stored, scanner, empty_disk, django_capture_on_commit_callbacks
):
    scanner.answer = b"stream: Eicar-Test-Signature FOUND\0"
    with django_capture_on_commit_callbacks(execute=True):
        document = stored(files.pdf())
        services.check(document.pk)
        services.scan(document.pk)
    document.refresh_from_db()
    assert document.refusal == (
        "Onze virusscanner hield dit bestand tegen. Laat je computer nakijken en kies een ander bestand."
    )
    assert empty_disk() == []


def test_a_structure_that_is_refused_never_reaches_the_scanner(stored, scanner):
    services.check(stored(files.pdf_with_javascript()).pk)
    assert scanner.seen == []
    assert not Job.objects.filter(kind=services.SCAN).exists()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"stream: OK",  # cut off
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"OK\0",
        b"stream: NOT OK\0",
        b"UNKNOWN COMMAND\0",
        b"\xff\xfe\0",
    ],
)
def test_anything_but_a_clear_answer_keeps_the_file_closed(answer, stored, scanner):
    scanner.answer = answer
    document = stored(files.pdf())
    do(services.CHECK)
    assert do(services.SCAN) == JobState.WAITING
    document.refresh_from_db()
    assert document.state == DocumentState.CHECKING


def test_a_scanner_that_is_down_is_asked_again_then_parked_for_staff_to_see_and_never_opens_the_file(
    stored, scanner, world, sign_in_as
):
    scanner.stop()
    document = stored(files.pdf())
    do(services.CHECK)
    states = [do(services.SCAN) for _attempt in range(5)]
    assert states == [JobState.WAITING] * 4 + [JobState.PARKED]
    document.refresh_from_db()
    assert document.state == DocumentState.CHECKING
    client = sign_in_as(world.administrator)
    assert client.get(document.get_absolute_url()).status_code == 409
    page = client.get("/beheer/jobs/job/", {"state__exact": "parked"})
    assert "documents.scan" in page.content.decode()
    assert "ConnectionRefusedError" in Job.objects.get(kind=services.SCAN).last_error


def test_once_the_scanner_is_back_the_sweep_has_parked_files_scanned(stored, scanner, settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    document = stored(files.pdf())
    do(services.CHECK)
    for _attempt in range(5):
        do(services.SCAN)
    settings.CLAMD_URL = scanner.url
    assert sweep().restarted == 0  # not within the hour
    Document.objects.update(uploaded_at="2020-01-01T00:00Z")
    assert (sweep().restarted, sweep().restarted) == (1, 0)
    do(services.SCAN)
    document.refresh_from_db()
    assert document.is_safe


def test_a_scanner_that_never_answers_is_left_in_time(settings, monkeypatch, tmp_path):
    silent = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(antivirus, "TOTAL_SECONDS", 0.2)
    settings.CLAMD_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
    path = tmp_path / "upload"
    path.write_bytes(files.pdf())
    with silent, pytest.raises(antivirus.Unavailable):
        antivirus.has_virus(path)


def test_a_scanner_on_a_socket_of_this_machine_works_too(settings, tmp_path):
    scanner = Scanner(socket.AF_UNIX, str(tmp_path / "clamd.ctl"))
    settings.CLAMD_URL = f"unix://{tmp_path}/clamd.ctl"
    path = tmp_path / "upload"
    path.write_bytes(b"x" * 100)
    assert antivirus.has_virus(path) is False
    scanner.answer = b"stream: Eicar FOUND\0"
    assert antivirus.has_virus(path) is True
    scanner.stop()


def test_without_a_scanner_a_file_is_safe_and_says_that_it_was_not_scanned(stored):
    document = stored(files.pdf())
    do(services.CHECK)
    document.refresh_from_db()
    assert document.is_safe
    assert document.scanned_at is None


def test_a_scan_that_comes_twice_changes_nothing_the_second_time(stored, scanner):
    document = stored(files.pdf())
    services.check(document.pk)
    services.scan(document.pk)
    first = Document.objects.get(pk=document.pk).scanned_at
    services.scan(document.pk)
    assert Document.objects.get(pk=document.pk).scanned_at == first
    assert len(scanner.seen) == 1
