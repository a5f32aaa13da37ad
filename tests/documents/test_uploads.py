"""How bytes come in: to disk, bounded, and with an answer a script can follow."""

import errno
import io

import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from documents.models import Document
from documents.uploads import DiskUploadHandler, UploadMiddleware
from schools.models import Evidence
from schools.selectors import current_criteria
from tests.documents import files
from tests.documents.conftest import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(world, sign_in_as):
    """`send(file)`: a teacher sends the form for new evidence."""

    def post(file, **headers):
        fields = {
            "title": "Robotklas",
            "text": "We bouwden een robot.",
            "practice_date": "2026-03-20",
            "criteria": [current_criteria()[0].pk],
            "pupils_confirmed": "on",
            "version": "0",
            "file": file,
        }
        return sign_in_as(world.teacher).post(
            reverse("schools:evidence-new", args=[world.school.pk]), fields, headers=headers
        )

    return post


def test_a_small_file_goes_to_disk_too_and_leaves_nothing_behind(send, settings, tmp_path, monkeypatch):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    seen = []
    complete = DiskUploadHandler.file_complete
    monkeypatch.setattr(
        DiskUploadHandler, "file_complete", lambda self, size: seen.append(list(tmp_path.iterdir())) or complete(self, size)
    )  # fmt: skip
    assert send(upload(files.pdf())).status_code == 302
    assert [len(paths) for paths in seen] == [1]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_refused_leaves_nothing_behind(send, settings, tmp_path, empty_disk):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    assert send(upload(b"MZ", "spel.exe")).status_code == 200
    assert (list(tmp_path.iterdir()), empty_disk(), Document.objects.count()) == ([], [], 0)


def test_a_request_that_declares_too_much_is_413_with_a_sentence_before_anything_is_written(send, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.UPLOAD_MAX_BODY = 1000
    response = send(upload(files.pdf().ljust(5000)))
    assert response.status_code == 413
    assert "Wat je verstuurde, is groter dan we kunnen aanvaarden." in response.content.decode()
    assert list(tmp_path.iterdir()) == []


class BreakingLine(io.BytesIO):
    """Breaks after half a megabyte."""

    def read(self, size=-1):
        if self.tell() > 500_000:
            raise OSError("the connection broke")
        return super().read(size)


def test_a_connection_that_breaks_leaves_no_half_file(world, sign_in_as, settings, tmp_path, monkeypatch):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    written = []
    receive = DiskUploadHandler.receive_data_chunk
    monkeypatch.setattr(
        DiskUploadHandler,
        "receive_data_chunk",
        lambda self, data, start: written.append(list(tmp_path.iterdir())) or receive(self, data, start),
    )
    body = encode_multipart(BOUNDARY, {"title": "Robotklas", "file": upload(files.pdf().ljust(1_000_000))})
    environ = {"wsgi.input": BreakingLine(body), "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": MULTIPART_CONTENT}
    url = reverse("schools:evidence-new", args=[world.school.pk])
    client = sign_in_as(world.teacher)
    client.handler.enforce_csrf_checks, client.cookies["csrftoken"] = True, "a" * 32
    assert client.generic("POST", url, b"", MULTIPART_CONTENT, **environ).status_code == 403
    assert len(written[0]) == 1
    assert list(tmp_path.iterdir()) == []
    assert not Document.objects.exists()


def test_a_full_disk_is_507_with_a_sentence(send, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    response = send(upload(files.pdf()))
    assert response.status_code == 507
    assert "Je bestand is niet bewaard: onze schijf is vol." in response.content.decode()
    assert not Evidence.objects.exists()


def test_more_files_than_anyone_needs_are_400(world, sign_in_as):
    many = {f"file{number}": upload(b"x", f"{number}.pdf") for number in range(21)}
    url = reverse("schools:evidence-new", args=[world.school.pk])
    assert sign_in_as(world.teacher).post(url, many).status_code == 400


def test_a_script_is_told_where_to_go_and_the_message_waits_for_the_visitor(send, world, client):
    response = send(upload(files.pdf()), **{"X-Upload": "1"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["X-Upload-Location"] == Evidence.objects.get().get_absolute_url()


def test_an_answer_keeps_its_cookies_on_the_way_to_a_script(rf):
    redirect = HttpResponse(status=302, headers={"Location": "/x/"})
    redirect.set_cookie("a", "b")
    answer = UploadMiddleware(lambda request: redirect)(rf.post("/", headers={"X-Upload": "1"}))
    assert answer.cookies["a"].value == "b"


def test_a_page_for_a_script_stays_a_page(send):
    response = send(upload(b"MZ", "spel.exe"), **{"X-Upload": "1"})
    assert response.status_code == 200
    assert "Dit bestandstype aanvaarden we niet." in response.content.decode()
