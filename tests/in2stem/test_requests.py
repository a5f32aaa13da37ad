"""What cannot be read is a bad request with a page, whoever sends it and wherever."""

from io import BytesIO

import pytest
from django.test import Client

from companies.models import IntakeDraft

SENTENCE = "Deze vraag kwam niet goed aan"
FORM = "application/x-www-form-urlencoded"
ADDRESSES = (
    "/",
    "/inschrijven/",
    "/inschrijven/stap/bedrijf/",
    "/account/login/",
    "/taal/",
    "/bestaat-niet/",
    "/healthz",
)
CHARSETS = ("latin-1", "utf-7", "utf-16", "idna", "hex", "punycode", "ascii", "rot13", "unicode_escape")


@pytest.mark.parametrize("address", ["/%00", "/praktijken/?q=%00", "/praktijken/?q=a%00b"])
def test_a_visitor_gets_400(db, client, address):
    assert client.get(address).status_code == 400


def test_staff_gets_400_in_a_filter_of_the_back_office(world, sign_in_as):
    client = sign_in_as(world.facilitator)
    assert client.get("/beheer/companies/intake/?state__exact=%00").status_code == 400


# --- Another alphabet -------------------------------------------------------------------------------------------------


def is_refused(answer):
    return (answer.status_code, SENTENCE in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "application/json"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_form_in_another_charset_is_400_on_every_address(db, address, kind):
    client = Client(enforce_csrf_checks=True)
    types = [f"{kind}; charset={charset}" for charset in CHARSETS]
    assert [each for each in types if not is_refused(client.generic("POST", address, b"a=b", each))] == []


def test_so_is_a_page_that_is_asked_for_in_another_charset(db, client):
    types = [f"text/plain; charset={charset}" for charset in CHARSETS]
    assert [each for each in types if not is_refused(client.get("/praktijken/", CONTENT_TYPE=each))] == []


def test_nothing_is_kept_of_a_form_in_another_charset(db, client):
    client.generic("POST", "/inschrijven/stap/bedrijf/", b"company_name=a", f"{FORM}; charset=latin-1")
    assert not IntakeDraft.objects.exists()


@pytest.mark.parametrize("charset", ["UTF-8", "utf8", "UTF_8", "u8", "cp65001", "no-such-thing", ""])
def test_every_name_of_utf8_will_do_and_so_does_a_name_that_means_nothing(db, client, charset):
    answer = client.generic(
        "POST", "/inschrijven/stap/bedrijf/", b"company_name=Caf%C3%A9", f"{FORM}; charset={charset}"
    )
    assert answer.status_code == 200
    assert "Café" in answer.content.decode()


# --- Errors whose page would read the form again ----------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_form_that_is_too_big_is_413_and_never_500(db, settings, address):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = Client(enforce_csrf_checks=True).post(address, b"a=" + b"b" * 200, content_type=FORM)
    assert answer.status_code == (404 if address == "/bestaat-niet/" else 413)


@pytest.mark.parametrize("address", ADDRESSES)
def test_too_many_fields_is_400_and_never_500(db, address):
    answer = Client(enforce_csrf_checks=True).post(address, b"&".join([b"a=b"] * 1500), content_type=FORM)
    assert answer.status_code == (404 if address == "/bestaat-niet/" else 400)


@pytest.mark.parametrize("boundary", ["", "boundary=", "boundary=" + "x" * 500, "boundary=\u00e9"])
def test_a_form_in_parts_without_a_sane_boundary_is_400(db, client, boundary):
    answer = client.post("/inschrijven/stap/bedrijf/", b"a=b", content_type=f"multipart/form-data; {boundary}")
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (400, True)


def test_a_form_of_unknown_length_is_400_and_not_an_empty_form(db, client):
    answer = client.generic(
        "POST", "/inschrijven/stap/bedrijf/", b"", content_type=FORM, HTTP_TRANSFER_ENCODING="chunked"
    )
    assert answer.status_code == 400
    assert not IntakeDraft.objects.exists()


# --- A connection that breaks -----------------------------------------------------------------------------------------


class Broken(BytesIO):
    """What the guard around the application makes of a connection that breaks."""

    def read(self, *_size):
        raise OSError("broke")


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize(
    "address", ["/inschrijven/stap/bedrijf/", "/account/login/", "/inschrijven/stap/bedrijf/bewaar/"]
)
def test_a_form_that_breaks_off_is_400_and_keeps_nothing(db, kind, address):
    for client in (Client(), Client(enforce_csrf_checks=True)):
        answer = client.generic("POST", address, b"x" * 50, content_type=kind, **{"wsgi.input": Broken()})
        assert (answer.status_code, SENTENCE in answer.content.decode()) == (400, True)
    assert not IntakeDraft.objects.exists()
