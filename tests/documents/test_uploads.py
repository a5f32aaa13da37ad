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
    settings.UPLOAD_MAX_BODY = 2000
    response = send(upload(b"%PDF-".ljust(5000)))
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
    assert client.generic("POST", url, b"", MULTIPART_CONTENT, **environ).status_code == 400
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
    many = {f"file{number}": upload(b"x", f"{number}.pdf") for number in range(101)}
    url = reverse("schools:evidence-new", args=[world.school.pk])
    response = sign_in_as(world.teacher).post(url, many)
    assert response.status_code == 400
    assert "Dit waren te veel bestanden tegelijk." in response.content.decode()


def test_a_few_too_many_files_are_told_beside_the_field_and_nothing_is_kept(send):
    response = send([upload(files.pdf(), f"{number}.pdf") for number in range(21)])
    page = response.content.decode()
    assert "Dit zijn 21 bestanden. Je kan er hoogstens 20 tegelijk versturen." in page
    assert "We bouwden een robot." in page
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", [b"caf\xe9.pdf", b"caf\xed\xa0\x80.pdf", b"\xff\xfe.pdf"])
def test_a_name_that_is_not_utf8_is_put_right_and_the_file_is_kept(world, sign_in_as, name):
    parts = [("title", b"Robotklas"), ("version", b"0")]
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (key.encode(), value)
        for key, value in parts
    )
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--x--\r\n' % (
        name,
        files.pdf(),
    )
    url = reverse("schools:evidence-new", args=[world.school.pk])
    response = sign_in_as(world.teacher).generic("POST", url, body, "multipart/form-data; boundary=x")
    assert response.status_code == 302
    (document,) = Evidence.objects.get().documents
    assert document.name.endswith(".pdf")
    assert name != b"caf\xe9.pdf" or document.name == "caf\u00e9.pdf"


def test_good_files_are_kept_when_another_one_is_refused_and_the_next_try_goes_on_with_them(send, world, sign_in_as):
    response = send([upload(files.pdf(), "goed.pdf"), upload(b"MZ", "spel.exe"), upload(b"MZ" * 99, "les.pdf")])
    page = response.content.decode()
    evidence = Evidence.objects.get()
    assert [document.name for document in evidence.documents] == ["goed.pdf"]
    assert "Deze bestanden zijn bewaard in je concept." in page
    assert "spel.exe: Dit bestandstype aanvaarden we niet." in page
    assert (
        "les.pdf: Dit bestand heet .pdf, maar het is een programma. Dat aanvaarden we niet: kies een ander bestand."
        in page
    )
    edit = reverse("schools:evidence-edit", args=[world.school.pk, evidence.pk])
    assert f'action="{edit}"' in page
    again = {"title": "Robotklas", "text": "Nu goed.", "version": str(evidence.version)}
    assert sign_in_as(world.teacher).post(edit, again).status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.text, [document.name for document in evidence.documents]) == ("Nu goed.", ["goed.pdf"])


def test_good_files_are_kept_when_a_field_has_to_be_put_right(world, sign_in_as):
    url = reverse("schools:evidence-new", args=[world.school.pk])
    fields = {"title": "", "practice_date": "2999-01-01", "version": "0", "file": upload(files.pdf(), "goed.pdf")}
    page = sign_in_as(world.teacher).post(url, fields).content.decode()
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.documents[0].name) == ("goed", "goed.pdf")
    assert "goed.pdf" in page


def test_good_files_are_added_to_evidence_that_is_there_when_another_one_is_refused(send, world, sign_in_as):
    send(upload(files.pdf(), "eerst.pdf"))
    evidence = Evidence.objects.get()
    edit = reverse("schools:evidence-edit", args=[world.school.pk, evidence.pk])
    fields = {
        "title": "Anders",
        "version": str(evidence.version),
        "file": [upload(files.pdf(), "goed.pdf"), upload(b"MZ", "spel.exe")],
    }
    assert sign_in_as(world.teacher).post(edit, fields).status_code == 200
    evidence = Evidence.objects.get()
    assert (evidence.title, [document.name for document in evidence.documents]) == (
        "Robotklas",
        ["eerst.pdf", "goed.pdf"],
    )


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
