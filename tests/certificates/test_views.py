"""Pages and files of certificates: who sees what, and what each state looks like."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from certificates import limits, services
from certificates.enums import State, Status
from certificates.models import Certificate, CertificateRefusal, CertificateRules
from phases.enums import Phase
from tests.certificates.scenery import NUMBER, another_company
from tests.workgroups.scenery import put_in_phase

pytestmark = pytest.mark.django_db

LIST = "/certificaten/"
PAGE = "/certificaten/traject/testtraject/"


def text(response) -> str:
    """What the page says, tags and extra spaces away."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# --- Who may do what --------------------------------------------------------------------------------------------------

STAFF = ("administrator", "facilitator")
RECIPIENTS = ("owner", "colleague", "chair")
OTHERS = ("neighbour", "teacher", "other_teacher", "expert", "stranger")


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


# --- Voka's page ------------------------------------------------------------------------------------------------------


def test_voka_sees_who_gets_one_who_not_and_why(stage, sign_in_as):
    seen = text(sign_in_as(stage.world.facilitator).get(PAGE))
    assert "Boormachines nv Voldoet aan alle 5 voorwaarden." in seen
    assert "Lasrobots bv" in seen
    assert "Niemand van het bedrijf zit al in een werkgroep." in seen
    assert "Onder het certificaat komt enkel Voka Testkamer." in seen


def test_voka_issues_to_one_company_and_sees_the_number(stage, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    response = client.post(f"{PAGE}{stage.world.company.pk}/uitreiken/", follow=True)
    certificate = Certificate.objects.get()
    assert f"Certificaat {certificate.number} van Boormachines nv is uitgereikt." in text(response)
    client.post(f"{PAGE}{stage.world.company.pk}/uitreiken/")
    assert Certificate.objects.count() == 1


def test_an_impossible_issue_shows_every_reason_beside_the_list(stage, sign_in_as):
    response = sign_in_as(stage.world.facilitator).post(f"{PAGE}{stage.world.other_company.pk}/uitreiken/")
    assert response.status_code == 409
    assert "Er is niets uitgereikt." in text(response)
    assert "Nog 1 actiepunt uit te voeren." in text(response)


def test_before_phase_five_nothing_can_be_issued(stage, sign_in_as):
    put_in_phase(stage.world.trajectory, Phase.EVALUATION)
    client = sign_in_as(stage.world.facilitator)
    page = client.get(PAGE)
    assert "/uitreiken/" not in page.content.decode()
    assert "Je kan certificaten uitreiken vanaf fase 5." in text(page)
    assert client.post(f"{PAGE}alle/").status_code == 409
    assert not Certificate.objects.exists()


def test_issuing_to_all_first_shows_both_lists(stage, sign_in_as):
    another_company(stage, "Extra nv")
    client = sign_in_as(stage.world.facilitator)
    question = text(client.get(f"{PAGE}alle/"))
    assert "2 bedrijven krijgen een certificaat" in question
    assert "1 bedrijf krijgt er geen" in question
    assert not Certificate.objects.exists()
    assert "2 certificaten zijn uitgereikt." in text(client.post(f"{PAGE}alle/", follow=True))
    assert Certificate.objects.count() == 2


def test_refusing_asks_a_reason_and_keeps_what_was_typed(stage, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    url = f"{PAGE}{stage.world.company.pk}/weigeren/"
    assert client.post(url, {"reason": " "}).status_code == 200
    long = "y" * 600
    assert long in client.post(url, {"reason": long}).content.decode()
    assert not CertificateRefusal.objects.exists()
    assert client.post(url, {"reason": "Het bedrijf stopt."}).status_code == 302
    seen = text(client.get(PAGE))
    assert "Het bedrijf stopt. Fien Begeleider" in seen
    assert client.post(f"{PAGE}{stage.world.company.pk}/toch-wel/").status_code == 302
    assert not CertificateRefusal.objects.exists()


def test_refusing_a_company_that_has_one_says_why_not_beside_the_form(stage, certificate, sign_in_as):
    url = f"{PAGE}{stage.world.company.pk}/weigeren/"
    response = sign_in_as(stage.world.facilitator).post(url, {"reason": "Toch niet."})
    assert "Dit bedrijf heeft zijn certificaat al. Trek dat eerst in." in text(response)
    assert "Toch niet." in response.content.decode()


def test_revoking_asks_a_reason_and_happens_once(stage, ready, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    url = f"/certificaten/{ready.number}/intrekken/"
    assert client.post(url, {"reason": ""}).status_code == 200
    assert client.post(url, {"reason": "De naam was fout."}).status_code == 302
    again = client.post(url, {"reason": "Nog eens."})
    assert "Dit certificaat is al ingetrokken op" in text(again)
    ready.refresh_from_db()
    assert ready.revoked_reason == "De naam was fout."


def test_extra_fields_in_a_form_change_nothing(stage, certificate, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    client.post(
        f"/certificaten/{certificate.number}/intrekken/",
        {"reason": "Fout.", "state": "ready", "number": "X", "revoked_by": 1, "token": "A" * 26},
    )
    fresh = Certificate.objects.get()
    assert (fresh.state, fresh.number, fresh.revoked_by) == (State.QUEUED, certificate.number, stage.world.facilitator)


def test_voka_s_page_costs_the_same_with_one_and_with_three(stage, sign_in_as, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in_as(stage.world.facilitator)
    stage.issue(organisation=another_company(stage, "Met certificaat nv"))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for number in range(2):
        stage.issue(organisation=another_company(stage, f"Met {number} nv"))
        another_company(stage, f"Wacht {number} nv")
        another_company(stage, f"Mist {number} nv", eligible=False)
        refused = another_company(stage, f"Geweigerd {number} nv")
        services.refuse(organisation=refused, trajectory=stage.world.trajectory, reason="x", by=stage.world.facilitator)
    with django_assert_num_queries(len(one)):
        client.get(PAGE)


# --- The public page --------------------------------------------------------------------------------------------------


def secrets(stage):
    """What a stranger may never read."""
    people = [getattr(stage.world, who) for who in (*STAFF, *RECIPIENTS, *OTHERS)]
    return [
        *(person.email for person in people),
        *(person.get_full_name() for person in people),
        "Geheim",
        "greet.geheim",
        "+3214580102",
    ]


def test_a_valid_certificate_shows_what_was_certified_and_no_personal_data(stage, ready, client):
    response = client.get(ready.get_absolute_url())
    seen = text(response)
    for words in (
        "Nu geldig",
        "Dit certificaat is geldig",
        "Boormachines nv",
        "1000.000.516",
        "Testtraject",
        "Voka Testkamer",
        "2025-2026 en 2026-2027",
        ready.number,
        "Voorzitter in de werkgroep Stagetrajecten",
        "1 actiepunt uitgevoerd met de werkgroep",
        ready.sha256,
        "Dit is niet het Europese STEM School Label. Het is ook geen keurmerk voor producten of diensten.",
    ):
        assert words in seen
    body = response.content.decode()
    assert [secret for secret in secrets(stage) if secret in body] == []
    assert "/download/" not in body
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in body
    assert "no-store" in response["Cache-Control"]


def test_a_revoked_certificate_says_since_when_and_why_and_still_shows_its_content(stage, ready, client):
    services.revoke(certificate=ready, reason="De bedrijfsnaam was fout.", by=stage.world.facilitator)
    response = client.get(ready.get_absolute_url())
    assert response.status_code == 200
    seen = text(response)
    for words in (
        "Ingetrokken",
        "Dit certificaat geldt niet meer",
        "De bedrijfsnaam was fout.",
        "Boormachines nv",
        ready.number,
    ):
        assert words in seen
    assert "Nu geldig" not in seen
    assert [secret for secret in secrets(stage) if secret in response.content.decode()] == []


@pytest.mark.parametrize("failed", [False, True])
def test_a_certificate_without_its_file_is_being_made(certificate, client, failed):
    if failed:
        services.mark_failed(certificate.pk, "Een technische reden.")
    seen = text(client.get(certificate.get_absolute_url()))
    assert "Dit certificaat is nog in aanmaak" in seen
    assert "Nu geldig" not in seen
    assert "technische reden" not in seen


def test_the_page_shows_what_was_printed_after_the_company_changed_its_name(stage, ready, client):
    stage.world.company.name = "Nieuwe naam bv"
    stage.world.company.save()
    seen = text(client.get(ready.get_absolute_url()))
    assert "Boormachines nv" in seen
    assert "Nieuwe naam" not in seen


def test_the_same_as_json(stage, ready, client):
    response = client.get(ready.get_absolute_url(), headers={"Accept": "application/json"})
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "status": "valid",
        "number": ready.number,
        "company": "Boormachines nv",
        "enterprise_number": "1000.000.516",
        "trajectory": "Testtraject",
        "school_years": "2025-2026 en 2026-2027",
        "workgroups": [{"name": "Stagetrajecten", "role": "voorzitter"}],
        "contributions": [{"count": 1, "words": "actiepunt uitgevoerd met de werkgroep"}],
        "issuer": "Voka Testkamer",
        "signatory": {"name": "Voka Testkamer", "title": ""},
        "issued_on": ready.facts["issued_on"],
        "revoked_on": None,
        "revoked_reason": None,
        "sha256": ready.sha256,
        "is_stem_school_label": False,
        "url": f"http://testserver/c/{ready.token}/",
    }
    services.revoke(certificate=ready, reason="Fout.", by=stage.world.facilitator)
    answer = client.get(ready.get_absolute_url(), headers={"Accept": "application/json"}).json()
    assert (answer["status"], answer["revoked_reason"], len(answer["revoked_on"])) == ("revoked", "Fout.", 10)
    assert client.get("/c/onbekend/", headers={"Accept": "application/json"}).json() == {"status": "unknown"}


def test_the_address_in_the_square_works_in_capitals_and_without_a_slash(ready, client):
    for url in (f"/C/{ready.token}", f"/C/{ready.token}/", f"/c/{ready.token.lower()}/", f"/c/{ready.token}/"):
        assert client.get(url).status_code == 200


def test_unknown_and_malformed_codes_get_the_same_answer(ready, client, django_assert_num_queries):
    unknown = client.get(f"/c/{'A' * 26}/")
    assert unknown.status_code == 404
    assert "We kennen dit certificaat niet" in text(unknown)
    mutated = ready.token[:-1] + ("A" if ready.token[-1] != "A" else "B")
    for code in (
        mutated,
        "x",
        "1" * 26,
        "A" * 600,
        "..",
        "' OR 1=1--",
        ready.number,
        str(ready.pk),
        "%F0%9F%92%A5",
    ):
        with django_assert_num_queries(1):  # malformed ones ask the database too: the same time
            answer = client.get(f"/c/{code}/")
        assert answer.status_code == 404
        assert normalised(answer, code) == normalised(unknown, "A" * 26)


def normalised(response, code):
    """The page without its own address, which the language form repeats."""
    return re.sub(
        r'(name="next" value=")[^"]*|(name="csrfmiddlewaretoken" value=")[^"]*', "", response.content.decode()
    )


def test_too_many_guesses_are_refused_and_honest_checks_are_not(ready, client):
    for _visit in range(limits.MISSES + 5):
        assert client.get(ready.get_absolute_url()).status_code == 200
    statuses = [client.get(f"/c/{number:026}/").status_code for number in range(limits.MISSES + 5)]
    assert statuses == [404] * limits.MISSES + [429] * 5
    assert client.get(ready.get_absolute_url()).status_code == 429
    assert client.get("/c/x/", headers={"Accept": "application/json"}).status_code == 429
    assert client.get(ready.get_absolute_url(), REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_flood_of_checks_is_refused(ready, client, monkeypatch):
    monkeypatch.setattr(limits, "CHECKS", 10)
    statuses = [client.get(ready.get_absolute_url()).status_code for _visit in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_without_a_cache_the_page_still_answers(ready, client, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", broken)
    assert client.get(ready.get_absolute_url()).status_code == 200


def test_only_reading_is_possible(ready, client):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(ready.get_absolute_url()).status_code == 405
    assert client.head(ready.get_absolute_url()).status_code == 200


# --- Typing over what stands on it ------------------------------------------------------------------------------------


def check(client, code, enterprise_number=""):
    return client.get("/c/", {"code": code, "enterprise_number": enterprise_number})


def test_the_code_is_found_however_it_was_typed(ready, client):
    token = ready.token
    spaced = " ".join(token[start : start + 4] for start in range(0, 26, 4))
    misread = token.replace("O", "0").replace("I", "1").replace("B", "8")
    for typed in (
        token,
        token.lower(),
        spaced,
        f"-{spaced}-".replace(" ", "-"),
        misread,
        f"https://in2stem.example/c/{token}/",
        f" HTTP://X/C/{token} ",
    ):
        response = check(client, typed)
        assert (response.status_code, response.headers.get("Location")) == (302, f"/c/{token}/")


def test_a_number_needs_the_enterprise_number_that_stands_beside_it(ready, client):
    asked = check(client, ready.number)
    assert "Vul het ondernemingsnummer in dat op het certificaat staat." in text(asked)
    assert ready.number in asked.content.decode()
    for typed in (NUMBER, "1000.000.516", "BE 1000 000 516"):
        assert check(client, f" {ready.number.lower()} ", typed).headers["Location"] == f"/c/{ready.token}/"
    for wrong in ("0566.988.259", "1000.000.517", "abc"):
        response = check(client, ready.number, wrong)
        assert response.status_code == 200
        assert ready.token not in response.content.decode()


def test_guessing_numbers_in_order_finds_nothing_and_stops(ready, client):
    statuses = [check(client, f"IN2-2026-TE-{number:04}", "0566.988.259").status_code for number in range(1, 40)]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= limits.MISSES + 1


@pytest.mark.parametrize("code", ["", "abc", "x" * 300, "A" * 25, "IN2-2026", "%", "<script>alert(1)</script>"])
def test_nonsense_is_answered_beside_the_field(client, code):
    response = check(client, code)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert "id_code" in response.content.decode()


def test_a_stranger_cannot_list_or_search(ready, client):
    for query in ({"code": "IN2"}, {"code": "Boormachines"}, {"q": "Boormachines"}, {"code": "*"}):
        assert "Boormachines" not in text(client.get("/c/", query))
