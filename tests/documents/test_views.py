"""The download: who gets the bytes, and with which headers."""

import pytest
from django.urls import reverse

from documents import services
from documents.models import Document
from schools import services as schools
from schools.models import School
from schools.selectors import current_criteria
from tests.documents import files
from tests.documents.conftest import bytes_of, upload
from tests.schools.conftest import DAY, pdf

pytestmark = pytest.mark.django_db

MARKER = b"GEHEIM VAN DE SCHOOL"
CONTENT = files.pdf(lambda writer: writer.add_metadata({"/Title": MARKER.decode()}))


@pytest.fixture
def document(world) -> Document:
    """A safe file of the school of the cast, behind a piece of evidence."""
    schools.add_evidence(
        school=School.objects.get(pk=world.school.pk),
        by=world.teacher,
        title="Robotklas",
        text="We bouwden een robot.",
        practice_date=DAY,
        criteria=current_criteria()[:1],
        pupils_confirmed=True,
        upload=upload(CONTENT, "Réële foto's; 1.pdf"),
    )
    document = Document.objects.get()
    services.check(document.pk)
    document.refresh_from_db()
    return document


def test_the_owner_gets_the_bytes_as_an_attachment_that_nothing_can_run_in(document, world, sign_in_as):
    response = sign_in_as(world.teacher).get(document.get_absolute_url())
    assert response.status_code == 200
    assert bytes_of(response) == CONTENT
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''R%C3%A9%C3%ABle%20foto%27s%3B%201.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("who", ["administrator", "facilitator"])
def test_voka_gets_the_bytes(who, document, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).get(document.get_absolute_url())
    assert bytes_of(response) == CONTENT


@pytest.mark.parametrize("who", ["other_teacher", "owner", "colleague", "neighbour", "chair", "expert", "stranger"])
def test_everyone_else_is_told_there_is_nothing(who, document, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).get(document.get_absolute_url())
    assert response.status_code == 404
    assert MARKER not in response.content
    assert document.name not in response.content.decode()


def test_a_visitor_signs_in_first(document, client):
    response = client.get(document.get_absolute_url())
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_who_left_the_school_loses_sight_of_its_files(document, world, sign_in_as):
    world.teacher.memberships.update(started_on="2020-01-01", ended_on="2020-02-01")
    assert sign_in_as(world.teacher).get(document.get_absolute_url()).status_code == 404


def test_a_company_the_school_trusts_gets_the_evidence_but_not_the_proof_of_the_label(document, world, sign_in_as):
    school = School.objects.get(pk=world.school.pk)
    award = schools.record_label(
        school=school, level="competent", awarded_on=DAY, by=world.teacher, proof=pdf("label.pdf")
    )
    services.check(award.proof_id)
    schools.share_scores(school=school, companies=[world.company], by=world.teacher)
    client = sign_in_as(world.owner)
    assert client.get(document.get_absolute_url()).status_code == 200
    assert client.get(award.proof.get_absolute_url()).status_code == 404


def test_a_file_that_is_still_being_checked_is_not_given(stored, world, sign_in_as):
    document = stored(CONTENT)
    response = sign_in_as(world.administrator).get(document.get_absolute_url())
    assert response.status_code == 409
    assert "We kijken dit bestand nog na. Probeer het over een minuut opnieuw." in response.content.decode()
    assert MARKER not in response.content


def test_a_refused_file_is_not_given_and_says_why(stored, world, sign_in_as):
    document = stored(files.pdf_with_javascript())
    services.check(document.pk)
    response = sign_in_as(world.administrator).get(document.get_absolute_url())
    assert response.status_code == 409
    assert "Deze PDF bevat een script of bijlage." in response.content.decode()


def test_a_row_whose_file_is_lost_is_a_404(document, world, sign_in_as):
    document.file.storage.delete(document.file.name)
    assert sign_in_as(world.teacher).get(document.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", ["/media-is-never-served/", "/media/", "/documenten/", "/documenten/../media/"])
def test_no_other_address_serves_files(address, document, world, sign_in_as):
    assert sign_in_as(world.administrator).get(address + document.file.name).status_code == 404


def test_an_unknown_or_malformed_address_is_a_404(world, sign_in_as):
    client = sign_in_as(world.administrator)
    for part in ("00000000-0000-0000-0000-000000000000", "1", "abc"):
        assert client.get(f"/documenten/{part}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_file_can_only_be_read(method, document, world, sign_in_as):
    assert getattr(sign_in_as(world.teacher), method)(document.get_absolute_url()).status_code == 405


def test_the_back_office_shows_documents_and_lets_nobody_change_them(document, world, sign_in_as):
    client = sign_in_as(world.administrator)
    page = client.get(reverse("admin:documents_document_change", args=[document.pk]))
    assert page.status_code == 200
    assert document.sha256 in page.content.decode()
    assert client.post(reverse("admin:documents_document_change", args=[document.pk]), {"name": "x"}).status_code == 403
    assert client.get(reverse("admin:documents_document_delete", args=[document.pk])).status_code == 403
    assert client.get(reverse("admin:documents_document_changelist")).status_code == 200
