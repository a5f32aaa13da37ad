"""The download: who gets the bytes, and with which headers."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.history import AppendOnlyError
from documents import services
from documents.models import Document, Download
from documents.selectors import downloads_of, storage_of
from schools import services as schools
from schools.models import School
from schools.selectors import current_criteria
from tests.documents import files
from tests.documents.conftest import bytes_of, check_known, upload
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
        uploads=[upload(CONTENT, "Réële foto's; 1.pdf")],
    )
    document = Document.objects.get()
    check_known(document)
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


def test_a_company_that_reads_the_scores_gets_no_evidence_and_no_proof_of_the_label(document, world, sign_in_as):
    school = School.objects.get(pk=world.school.pk)
    award = schools.record_label(
        school=school, level="competent", awarded_on=DAY, by=world.teacher, proof=pdf("label.pdf")
    )
    services.check(award.proof_id)
    schools.share_scores(school=school, companies=[world.company], by=world.teacher)
    client = sign_in_as(world.owner)
    assert client.get(document.get_absolute_url()).status_code == 404
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


def test_a_file_that_is_lost_says_so_and_is_not_counted_as_taken(document, world, sign_in_as):
    document.file.storage.delete(document.file.name)
    response = sign_in_as(world.teacher).get(document.get_absolute_url())
    assert response.status_code == 409
    assert "We zijn dit bestand kwijt" in response.content.decode()
    assert not Download.objects.exists()


def test_a_removed_file_says_so(document, world, sign_in_as):
    services.remove(document=document, by=world.teacher)
    response = sign_in_as(world.teacher).get(document.get_absolute_url())
    assert response.status_code == 409
    assert "Dit bestand is verwijderd." in response.content.decode()


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


# --- Who took it ---------------------------------------------------------------------------------------------------------


def test_the_school_reads_who_took_its_file_and_when(document, world, sign_in_as):
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        sign_in_as(world.administrator).get(document.get_absolute_url())
    page = sign_in_as(world.teacher).get(document.get_log_url())
    assert page.status_code == 200
    row = [str(world.administrator), str(world.chamber), f"{timezone.localtime(tomorrow):%d/%m/%Y om %H.%M uur}"]
    assert [text in page.content.decode() for text in row] == [True] * 3
    assert [download.by for download in downloads_of(document)] == [world.administrator]


def test_looking_without_taking_is_not_a_download(document, world, sign_in_as):
    sign_in_as(world.teacher).head(document.get_absolute_url())
    assert not Download.objects.exists()


def test_a_file_that_is_not_given_is_not_a_download(stored, world, sign_in_as):
    sign_in_as(world.administrator).get(stored(CONTENT).get_absolute_url())
    assert not Download.objects.exists()


@pytest.mark.parametrize("who", ["other_teacher", "owner", "neighbour", "stranger"])
def test_who_may_not_know_of_a_file_may_not_know_of_its_log(who, document, world, sign_in_as):
    assert sign_in_as(getattr(world, who)).get(document.get_log_url()).status_code == 404


def test_a_company_that_reads_the_scores_may_not_know_of_the_log_either(document, world, sign_in_as):
    schools.share_scores(school=School.objects.get(pk=world.school.pk), companies=[world.company], by=world.teacher)
    client = sign_in_as(world.owner)
    assert client.get(document.get_log_url()).status_code == 404


def test_the_log_costs_the_same_with_one_and_with_three_downloads(
    document, world, sign_in_as, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in_as(world.teacher)
    services.record_download(document=document, by=world.teacher)
    with django_assert_max_num_queries(15) as first:
        client.get(document.get_log_url())
    for person in (world.administrator, world.teacher):
        services.record_download(document=document, by=person)
    with django_assert_num_queries(len(first)):
        client.get(document.get_log_url())


def test_the_log_leads_back_to_the_evidence_also_when_the_file_was_taken_off(document, world, sign_in_as):
    evidence = document.evidence_file.evidence
    for _time in range(2):
        shown = sign_in_as(world.teacher).get(document.get_log_url()).content.decode()
        addresses = (evidence.get_absolute_url(), evidence.school.get_evidence_url())
        assert [f'<li><a href="{address}">' in shown for address in addresses] == [True, True]
        schools.take_off_file(evidence=evidence, document=document, by=world.teacher)


def test_the_log_of_a_proof_leads_back_to_the_label(world, sign_in_as):
    school = School.objects.get(pk=world.school.pk)
    award = schools.record_label(
        school=school, level="competent", awarded_on=DAY, proof=upload(CONTENT), by=world.administrator
    )
    shown = sign_in_as(world.teacher).get(award.proof.get_log_url()).content.decode()
    assert f'<li><a href="{school.get_label_url()}">Zelfevaluatie en label</a></li>' in shown


def test_the_log_of_a_file_that_belongs_to_nothing_still_opens_for_voka(stored, world, sign_in_as):
    assert sign_in_as(world.administrator).get(stored(CONTENT).get_log_url()).context["above"] == []


def test_the_log_comes_in_pages(document, world, sign_in_as):
    for _number in range(26):
        services.record_download(document=document, by=world.teacher)
    client = sign_in_as(world.teacher)
    assert client.get(document.get_log_url()).context["page_obj"].paginator.num_pages == 2
    assert len(client.get(document.get_log_url(), {"page": 2}).context["page_obj"]) == 1


def test_an_empty_log_says_so(document, world, sign_in_as):
    assert (
        "Nog niemand downloadde dit bestand" in sign_in_as(world.teacher).get(document.get_log_url()).content.decode()
    )


@pytest.mark.parametrize(
    "attempt",
    [
        lambda row: row.delete(),
        lambda row: row.save(),
        lambda row: Download.objects.update(organisations="niemand"),
        lambda row: Download.objects.all().delete(),
    ],
)
def test_the_log_of_downloads_only_grows(attempt, document, world):
    row = services.record_download(document=document, by=world.teacher)
    with pytest.raises(AppendOnlyError):
        attempt(row)


def test_voka_gives_a_school_more_room(world, sign_in_as):
    client = sign_in_as(world.administrator)
    client.post(
        reverse("admin:documents_storagelimit_add"), {"organisation": world.school.pk, "megabytes": 5000}, follow=True
    )
    assert storage_of(world.school).maximum_mb == 5000
