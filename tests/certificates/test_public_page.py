"""What a stranger sees of a certificate: the page behind its code, the same as JSON, and typing over what stands on it."""

import re

import pytest
from django.core.cache import cache

from certificates import limits, services
from tests.certificates.scenery import NUMBER, OTHERS, RECIPIENTS, STAFF, text

pytestmark = pytest.mark.django_db


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
