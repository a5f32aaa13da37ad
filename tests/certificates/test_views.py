"""Who may open which page of certificates, the list, and the file behind a row."""

import pytest
from django.urls import reverse

from certificates import services
from certificates.enums import Status
from certificates.models import Certificate, CertificateRefusal, CertificateRules
from tests.certificates.scenery import OTHERS, RECIPIENTS, STAFF, another_company, text

pytestmark = pytest.mark.django_db

LIST = "/certificaten/"
PAGE = "/certificaten/traject/testtraject/"


# --- Who may do what --------------------------------------------------------------------------------------------------


def addresses(stage, certificate):
    """Each address with method, and the status for Voka, for the recipient and for any other member."""
    company = stage.world.company.pk
    number = certificate.number
    return [
        ("GET", LIST, 200, 200, 200),
        ("GET", f"/certificaten/{number}/download/", 200, 200, 404),
        ("GET", f"/certificaten/{number}/voortgang/", 302, 302, 404),
        ("GET", f"/certificaten/{number}/intrekken/", 200, 403, 403),
        ("GET", PAGE, 200, 403, 403),
        ("GET", f"{PAGE}alle/", 200, 403, 403),
        ("GET", f"{PAGE}{company}/weigeren/", 200, 403, 403),
        ("GET", f"{PAGE}{company}/uitreiken/", 405, 403, 403),
        ("GET", f"{PAGE}{company}/toch-wel/", 405, 403, 403),
        ("GET", f"/certificaten/{number}/opnieuw/", 405, 403, 403),
        ("POST", LIST, 405, 405, 405),
        ("POST", f"/certificaten/{number}/download/", 405, 405, 405),
        ("POST", f"{PAGE}{company}/uitreiken/", 302, 403, 403),
        ("POST", f"{PAGE}{company}/weigeren/", 200, 403, 403),
        ("POST", f"{PAGE}{company}/toch-wel/", 404, 403, 403),
        ("POST", f"/certificaten/{number}/opnieuw/", 409, 403, 403),
        ("POST", f"/certificaten/{number}/intrekken/", 200, 403, 403),
        ("GET", certificate.get_absolute_url(), 200, 200, 200),
        ("GET", "/c/", 200, 200, 200),
    ]


@pytest.mark.parametrize("who", [*STAFF, *RECIPIENTS, *OTHERS])
def test_each_address_answers_each_person_as_agreed(stage, ready, sign_in_as, who):
    client = sign_in_as(getattr(stage.world, who))
    column = 2 if who in STAFF else 3 if who in RECIPIENTS else 4
    rows = addresses(stage, ready)
    answers = [(method, url, client.generic(method, url).status_code) for method, url, *_statuses in rows]
    assert answers == [(row[0], row[1], row[column]) for row in rows]
    ready.refresh_from_db()
    assert (ready.status, Certificate.objects.count(), CertificateRefusal.objects.count()) == (Status.VALID, 1, 0)


def test_a_visitor_is_sent_to_sign_in_and_sees_only_the_public_pages(stage, ready, client):
    for method, url, *_statuses in addresses(stage, ready):
        status = client.generic(method, url).status_code
        assert status == (200 if url == "/c/" or url.startswith("/c/") else 302)


def test_every_form_asks_for_its_token(stage, ready, sign_in_as):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(stage.world.facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    for method, url, *_statuses in addresses(stage, ready):
        if method == "POST" and url not in (LIST, f"/certificaten/{ready.number}/download/"):
            assert strict.post(url, {"reason": "x"}).status_code == 403
    ready.refresh_from_db()
    assert ready.is_valid


@pytest.mark.parametrize("number", ["IN2-2027-TE-9999", "bestaat-niet"])
def test_an_unknown_number_is_not_found(stage, sign_in_as, number):
    client = sign_in_as(stage.world.facilitator)
    for last in ("download", "voortgang", "intrekken"):
        assert client.get(f"/certificaten/{number}/{last}/").status_code == 404
    assert client.post(f"/certificaten/{number}/opnieuw/").status_code == 404
    assert client.get("/certificaten/%F0%9F%92%A5/download/").status_code == 404
    assert client.get(f"{PAGE}{10**30}/weigeren/").status_code == 404
    assert client.get(f"{PAGE}{stage.world.strange_company.pk}/weigeren/").status_code == 404
    assert client.get(f"{PAGE}{stage.world.school.pk}/weigeren/").status_code == 404
    assert client.get("/certificaten/traject/bestaat-niet/").status_code == 404


# --- The list ---------------------------------------------------------------------------------------------------------


def test_a_company_sees_its_own_certificates_and_nobody_else_s(stage, ready, sign_in_as):
    other = stage.issue(organisation=another_company(stage, "Geheime Concurrent nv"))
    seen = text(sign_in_as(stage.world.owner).get(LIST))
    assert ready.number in seen
    assert other.number not in seen
    assert "Geheime Concurrent" not in seen
    everything = text(sign_in_as(stage.world.facilitator).get(LIST))
    assert ready.number in everything
    assert other.number in everything


def test_each_state_is_told_in_words(stage, certificate, sign_in_as):
    client = sign_in_as(stage.world.owner)
    page = client.get(LIST)
    assert "In aanmaak" in text(page)
    assert f'hx-get="/certificaten/{certificate.number}/voortgang/"' in page.content.decode()
    assert "Laad de pagina opnieuw" in text(page)
    services.render(certificate.pk)
    page = client.get(LIST)
    assert "Klaar" in text(page)
    assert f"/certificaten/{certificate.number}/download/" in page.content.decode()
    assert "hx-get" not in page.content.decode()
    services.revoke(certificate=certificate, reason="Fout.", by=stage.world.facilitator)
    page = client.get(LIST)
    assert "Ingetrokken" in text(page)
    assert "/download/" not in page.content.decode()


def test_a_failed_certificate_says_so(stage, certificate, sign_in_as):
    services.mark_failed(certificate.pk, "Het lukte niet.")
    assert "Mislukt" in text(sign_in_as(stage.world.owner).get(LIST))
    page = sign_in_as(stage.world.facilitator).get(PAGE)
    assert "Het lukte niet." in text(page)
    assert f"/certificaten/{certificate.number}/opnieuw/" in page.content.decode()


def test_a_company_sees_beforehand_what_is_still_missing(stage, sign_in_as):
    CertificateRules.objects.create(trajectory=stage.world.trajectory, min_action_points_done=2)
    seen = text(sign_in_as(stage.world.owner).get(LIST))
    assert "Op weg naar je certificaat" in seen
    assert "Nog 1 actiepunt uit te voeren." in seen
    assert "Lasrobots" not in seen


def test_a_company_reads_why_it_gets_no_certificate(stage, sign_in_as):
    world = stage.world
    services.refuse(
        organisation=world.company, trajectory=world.trajectory, reason="Jullie stopten.", by=world.facilitator
    )
    seen = text(sign_in_as(world.owner).get(LIST))
    assert "Voka besliste om geen certificaat uit te reiken. Jullie stopten." in seen
    assert "Jullie stopten" not in text(sign_in_as(world.neighbour).get(LIST))


def test_a_school_and_a_company_with_a_certificate_are_shown_no_conditions(stage, certificate, sign_in_as):
    for who in (stage.world.teacher, stage.world.owner):
        assert "Op weg naar je certificaat" not in text(sign_in_as(who).get(LIST))


@pytest.mark.parametrize("words", ["boormach", "TE-0001", "testtraject boormachines"])
def test_searching_finds_number_company_and_trajectory(stage, certificate, sign_in_as, words):
    other = stage.issue(organisation=another_company(stage, "Concurrent nv"))
    seen = text(sign_in_as(stage.world.facilitator).get(LIST, {"q": words}))
    assert certificate.number in seen
    assert other.number not in seen
    assert "Geen certificaat gevonden" in text(sign_in_as(stage.world.facilitator).get(LIST, {"q": "bestaat niet"}))


@pytest.mark.parametrize(
    "query", [{"q": "%"}, {"q": "x" * 5000}, {"page": "9" * 400}, {"page": "-1"}, {"q": "' OR 1=1--"}]
)
def test_nonsense_in_the_address_never_breaks_the_list(stage, certificate, sign_in_as, query):
    assert sign_in_as(stage.world.facilitator).get(LIST, query).status_code == 200


def test_the_list_is_paged(stage, certificate, sign_in_as):
    for number in range(26):
        Certificate.objects.create(
            number=f"IN2-2020-TE-{number:04}",
            organisation=another_company(stage, f"Bedrijf {number:02}", eligible=False),
            trajectory=stage.world.trajectory,
            facts=certificate.facts,
            issued_by=stage.world.facilitator,
        )
    client = sign_in_as(stage.world.facilitator)
    assert client.get(LIST).content.decode().count("/intrekken/") == 25
    assert client.get(LIST, {"page": 2}).content.decode().count("/intrekken/") == 2


@pytest.mark.parametrize("who", ["facilitator", "owner"])
def test_the_list_costs_the_same_with_one_and_with_three(stage, ready, sign_in_as, who, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in_as(getattr(stage.world, who))
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(2):
        stage.issue(organisation=another_company(stage, f"Bedrijf {number}"))
        Certificate.objects.create(
            number=f"IN2-2020-TE-000{number}",
            organisation=stage.world.company,
            trajectory=stage.world.other_trajectory if number else stage.world.trajectory,
            facts=ready.facts,
            issued_by=stage.world.facilitator,
            **(
                {}
                if number
                else {
                    "status": Status.REVOKED,
                    "revoked_at": ready.issued_at,
                    "revoked_by": stage.world.facilitator,
                    "revoked_reason": "x",
                }
            ),
        )
    with django_assert_num_queries(len(one)):
        client.get(LIST)
    assert len(one) <= 14


# --- Progress and download --------------------------------------------------------------------------------------------


def test_the_row_refreshes_itself_until_the_file_is_ready(stage, certificate, sign_in_as):
    client = sign_in_as(stage.world.owner)
    url = reverse("certificates:progress", args=[certificate.number])
    part = client.get(url, headers={"HX-Request": "true"})
    assert "hx-trigger" in part.content.decode()
    assert "<html" not in part.content.decode()
    services.render(certificate.pk)
    part = client.get(url, headers={"HX-Request": "true"})
    assert "hx-trigger" not in part.content.decode()
    assert "/download/" in part.content.decode()
    assert "no-store" in part["Cache-Control"]
    assert client.get(url).status_code == 302


def test_the_recipient_downloads_the_file_as_a_closed_attachment(stage, ready, sign_in_as):
    response = sign_in_as(stage.world.owner).get(reverse("certificates:download", args=[ready.number]))
    assert response.content == services.read_pdf(ready)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="IN2STEM-certificaat-{ready.number}.pdf"'
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("queued", "Dit certificaat is nog in aanmaak. Probeer het over een minuut opnieuw."),
        ("failed", "Dit certificaat maken is mislukt. Voka weet het en kijkt het na."),
        ("revoked", "Dit certificaat is ingetrokken en geldt niet meer. Je kan het niet meer downloaden."),
        ("damaged", "Het bestand van dit certificaat is beschadigd. Vraag hulp aan Voka."),
    ],
)
def test_what_cannot_be_downloaded_says_why(stage, certificate, sign_in_as, state, sentence):
    if state == "failed":
        services.mark_failed(certificate.pk, "Het lukte niet.")
    elif state != "queued":
        services.render(certificate.pk)
    if state == "revoked":
        services.revoke(certificate=certificate, reason="Fout.", by=stage.world.facilitator)
    elif state == "damaged":
        from pathlib import Path

        certificate.refresh_from_db()
        Path(certificate.pdf.path).write_bytes(b"anders")
    response = sign_in_as(stage.world.owner).get(reverse("certificates:download", args=[certificate.number]))
    assert response.status_code == 409
    assert sentence in text(response)


def test_files_are_not_served_from_their_folder(stage, ready, client):
    for url in (f"/media/{ready.pdf.name}", f"/media-is-never-served/{ready.pdf.name}", f"/static/{ready.pdf.name}"):
        assert client.get(url).status_code in (302, 404)
