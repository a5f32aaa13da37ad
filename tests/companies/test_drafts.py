"""A sign-up that is left and taken up again: nothing is lost, a link works once, and nobody learns of somebody else's."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies import consents, services
from companies.models import Intake, IntakeConsent, IntakeDraft
from companies.postal_codes import municipalities_of
from notifications import services as notifications
from notifications.models import OutboundMail
from tests.companies.conftest import address, form_data, in_use, new_enterprise_number, submit, walk

pytestmark = pytest.mark.django_db

LATER = "/inschrijven/later/"
SAME_ANSWER = "Is er een bewaard formulier voor"


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def typed(chosen=None, **changes) -> dict:
    """What is posted by a browser that only has its cookie."""
    return form_data(chosen, **{"submission_key": None, **changes})


def link_in(mail) -> str:
    return re.search(r"/inschrijven/hervat/[\w-]+/", mail.text).group(0)


def only_draft() -> IntakeDraft:
    return IntakeDraft.objects.get()


@pytest.fixture
def begun(client, world):
    """A form in this browser, filled in up to the questions."""
    walk(client, typed(world.trajectory, answer_2=None, volume_1="een paar"), "contact")
    client.post(address("samenwerking-1"), typed(answer_2=None, volume_1="een paar"))
    return only_draft()


# --- In the same browser ----------------------------------------------------------------------------------------------


def test_coming_back_leads_to_where_the_form_stands_with_all_that_was_typed(client, begun):
    response = client.get("/inschrijven/", follow=True)
    assert response.redirect_chain == [(address("samenwerking-1"), 302)]
    page = text_of(response)
    assert 'value="een paar"' in page
    assert 'name="answer_1" value="2" checked' in page
    assert "Inschrijving van Staalbouw Kempen nv" in page


def test_going_back_and_saving_a_step_loses_nothing_of_the_others(client, begun):
    client.post(address("bedrijf"), typed(company_name="Nieuwe naam nv"))
    draft = only_draft()
    assert draft.data["company"]["company_name"] == "Nieuwe naam nv"
    assert draft.data["contact"]["contact_last_name"] == "Janssens"
    assert draft.data["baseline"]["Bedrijfsbezoeken"] == {
        "answer": "2",
        "volume": "een paar",
        "remark": "Vooral in de lente",
    }


def test_after_a_change_from_the_overview_the_overview_comes_back(client, world):
    data = typed(world.trajectory)
    walk(client, data, "toestemming")
    assert client.post(address("contact"), data).url == address("nalezen")


def test_save_and_go_on_later_keeps_also_what_is_wrong(client, world):
    data = typed(enterprise_number="nog opzoeken", later="1")
    assert client.post(address("bedrijf"), data).url == LATER
    assert 'value="nog opzoeken"' in text_of(client.get("/inschrijven/", follow=True))


# --- The ticks --------------------------------------------------------------------------------------------------------

CONSENT = address("toestemming")


def ticked(page) -> list[str]:
    return sorted(re.findall(r'name="(newsletter|publication|privacy)"[^>]* checked', text_of(page)))


@pytest.mark.parametrize("way", [{"later": "1"}, {"go": "wensen"}, {"go": "contact"}])
def test_what_is_ticked_is_still_ticked_when_one_comes_back_and_no_consent_before_sending(client, world, way):
    walk(client, typed(world.trajectory), "wensen")
    answer = client.post(CONSENT, typed(newsletter="on", **way))
    assert answer.url == (LATER if "later" in way else address(way["go"]))
    assert (Intake.objects.count(), IntakeConsent.objects.count()) == (0, 0)
    assert ticked(client.get(CONSENT)) == ["newsletter", "privacy"]
    assert client.post(CONSENT, typed(newsletter=None, publication="on")).url == address("nalezen")
    assert ticked(client.get(CONSENT)) == ["privacy", "publication"]
    before = timezone.now()
    client.post(address("nalezen"), typed(newsletter="on", publication=None))
    given = IntakeConsent.objects.all()
    assert {consent.kind for consent in given} == {"publication", "privacy"}
    assert all(consent.given_at >= before and consent.text for consent in given)
    assert only_draft().data == {}


def test_a_refused_consent_keeps_the_ticks_too(client, world):
    walk(client, typed(world.trajectory), "wensen")
    response = client.post(CONSENT, typed(newsletter="on", privacy=None))
    assert (response.status_code, ticked(response)) == (200, ["newsletter"])
    assert ticked(client.get(CONSENT)) == ["newsletter"]
    assert client.get(address("nalezen")).url == CONSENT


def test_the_ticks_travel_with_the_mailed_link(client, world):
    walk(client, typed(world.trajectory), "wensen")
    client.post(CONSENT, typed(newsletter="on", privacy=None, later="1"))
    client.post(LATER, {"email": "greet@thuis.example"})
    phone = Client()
    phone.post(link_in(OutboundMail.objects.get()))
    assert ticked(phone.get("/inschrijven/", follow=True)) == ["newsletter"]


def test_a_tick_below_an_older_text_is_an_empty_box_again(client, world, monkeypatch):
    walk(client, typed(world.trajectory, newsletter="on"), "toestemming")
    monkeypatch.setattr(consents, "VERSION", "2031-01-01")
    assert client.post(address("nalezen"), typed()).url == CONSENT
    assert ticked(client.get(CONSENT)) == []
    assert not Intake.objects.exists()


@pytest.mark.parametrize(("here", "back"), [("contact", "bedrijf"), ("wensen", "samenwerking-3")])
def test_going_back_keeps_what_was_typed_right_or_wrong(client, world, here, back):
    walk(client, typed(world.trajectory), here)
    wrong = {"contact_phone": "later", "goals": "Nog na te kijken", "places_per_year": "veel"}
    assert client.post(address(here), typed(go=back, **wrong)).url == address(back)
    page = text_of(client.get(address(here)))
    assert ('value="later"' in page) if here == "contact" else ("Nog na te kijken" in page and 'value="veel"' in page)


def test_back_to_a_step_that_does_not_exist_is_simply_going_on(client, world):
    walk(client, typed(world.trajectory), "bedrijf")
    for go in ("samenwerking-99", "x" * 3000, "\x00"):
        assert client.post(address("contact"), typed(go=go)).url == address("samenwerking-1")


def test_another_browser_sees_nothing_of_it(client, begun):
    stranger = Client()
    assert "Staalbouw" not in text_of(stranger.get("/inschrijven/"))
    for step in ("contact", "nalezen"):
        assert "Staalbouw" not in text_of(stranger.get(address(step), follow=True))
    stranger.cookies["inschrijving"] = str(begun.key)
    assert "Staalbouw" not in text_of(stranger.get("/inschrijven/", follow=True))
    stranger.cookies["inschrijving"] = f"{begun.key}:1xVap4:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert "Staalbouw" not in text_of(stranger.get("/inschrijven/", follow=True))


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_pages(client, begun):
    cookie = client.cookies["inschrijving"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/inschrijven/")


def test_beginning_again_throws_everything_away(client, begun):
    response = client.post("/inschrijven/opnieuw/", follow=True)
    assert "Je formulier is weggegooid." in text_of(response)
    assert "Stap 1 van 6" in text_of(response)
    assert not IntakeDraft.objects.exists()
    assert client.get("/inschrijven/opnieuw/").status_code == 405


def test_a_form_thrown_away_in_another_tab_is_a_sentence(client, begun):
    draft = only_draft()
    draft.delete()
    with pytest.raises(services.drafts.Conflict, match="intussen weggegooid"):
        services.save_step(draft=draft, part="company", typed={})


def test_a_form_sent_from_elsewhere_says_so_where_it_is_still_open(client, world):
    walk(client, typed(world.trajectory), "contact")
    telephone = Client()
    telephone.cookies["inschrijving"] = client.cookies["inschrijving"].value
    walk(client, typed(world.trajectory))
    for page in ("/inschrijven/", address("contact"), address("nalezen")):
        shown = text_of(telephone.get(page, follow=True))
        assert "Je inschrijving is al verstuurd." in shown
        assert "Voka belt je om je antwoorden samen te overlopen." in shown
    assert "Staalbouw" not in shown
    assert "al verstuurd" not in text_of(Client().get("/inschrijven/"))


# --- While typing, without a button -----------------------------------------------------------------------------------


def save(client, step, count, *, page="a1", version=0, **changes):
    """What static/js/sign-up.js posts."""
    data = {**typed(**changes), "save_page": page, "save_count": count, "save_version": version}
    return client.post(f"{address(step)}bewaar/", data)


def test_a_page_saves_by_itself_and_says_when(client, begun):
    answer = save(client, "samenwerking-2", 1, answer_6="4", answer_7=None)
    at = timezone.localtime(only_draft().updated_at)
    assert (answer.status_code, answer.json()) == (
        200,
        {"state": "saved", "sentence": f"Bewaard om {at:%H.%M} uur.", "version": 1},
    )
    page = text_of(client.get(address("samenwerking-2")))
    assert 'name="answer_6" value="4" checked' in page
    assert 'data-version="1"' in page
    assert f"Bewaard op {at:%d/%m/%Y} om {at:%H.%M} uur." in page


def test_the_first_page_saves_by_itself_too_and_is_found_again(client, world):
    key = str(uuid.uuid4())
    answer = save(client, "bedrijf", 1, submission_key=key, postal_code="23", sector="")
    assert answer.json()["state"] == "saved"
    assert 'value="23"' in text_of(client.get("/inschrijven/", follow=True))
    assert str(only_draft().key) == key
    assert not OutboundMail.objects.exists()


def test_a_half_typed_address_gets_no_mail(client, begun):
    save(client, "contact", 1, contact_email="greet@staalbouw.exam", version=9)
    assert only_draft().email == "greet.janssens@staalbouw.example"


def test_a_save_that_comes_in_late_never_undoes_a_newer_one(client, begun):
    save(client, "wensen", 2, goals="nieuw")
    assert save(client, "wensen", 1, goals="oud").json()["state"] == "saved"
    assert only_draft().data["wishes"]["goals"] == "nieuw"
    data = typed(goals="met de knop") | {"save_page": "a1", "save_count": 4, "save_version": 1}
    client.post(address("wensen"), data)
    save(client, "wensen", 3, goals="onderweg")
    assert only_draft().data["wishes"]["goals"] == "met de knop"


def test_a_page_that_is_older_than_what_was_saved_elsewhere_is_told(client, begun):
    save(client, "wensen", 1, page="laptop", goals="op de laptop")
    answer = save(client, "wensen", 7, page="telefoon", version=0, goals="op de telefoon")
    assert (answer.status_code, answer.json()["state"]) == (409, "overtaken")
    assert "intussen ergens anders" in answer.json()["sentence"]
    assert only_draft().data["wishes"]["goals"] == "op de laptop"
    assert save(client, "contact", 1, page="telefoon", version=1).status_code == 200
    assert client.post(address("wensen"), typed(goals="met de knop")).status_code == 302
    assert only_draft().data["wishes"]["goals"] == "met de knop"
    assert save(client, "wensen", 2, page="laptop", version=1, goals="te laat").status_code == 409
    fresh = re.search(r'data-version="(\d+)"', text_of(client.get(address("wensen"))))[1]
    assert save(client, "wensen", 1, page="laptop2", version=fresh, goals="vers").status_code == 200


def test_a_save_after_sending_changes_nothing(client, world):
    data = typed(world.trajectory)
    walk(client, data)
    answer = save(client, "wensen", 99, version=9, goals="te laat")
    assert (answer.status_code, answer.json()["state"]) == (409, "sent")
    assert "Je inschrijving is al verstuurd." in answer.json()["sentence"]
    draft = only_draft()
    assert (draft.data, draft.saves, Intake.objects.get().goals) == ({}, {}, "Meer techniekers")


@pytest.mark.parametrize(("step", "version"), [("bedrijf", 1), ("wensen", 0), ("wensen", 1)])
def test_a_form_that_was_thrown_away_does_not_come_back_by_itself(client, begun, step, version):
    key = str(begun.key)
    client.post("/inschrijven/opnieuw/")
    answer = save(client, step, 3, version=version, submission_key=key)
    assert (answer.status_code, answer.json()["state"]) == (409, "gone")
    assert not IntakeDraft.objects.exists()


@pytest.mark.parametrize(
    "odd", [{"count": "\u0661"}, {"count": "9" * 400}, {"version": "-1"}, {"page": "\x00" * 90}, {"page": "x" * 9999}]
)
def test_odd_numbers_in_a_save_do_no_harm(client, begun, odd):
    sent = {"count": 1, "version": 1, **odd}
    assert save(client, "samenwerking-2", **sent).status_code == 200


@pytest.mark.parametrize("step", ["nalezen", "onbekend", "samenwerking-9"])
def test_only_a_step_with_fields_saves(client, begun, step):
    assert save(client, step, 1).status_code == 404
    assert client.get(f"{address('wensen')}bewaar/").status_code == 405


def test_saving_has_a_generous_limit_of_its_own(client, begun, settings):
    assert settings.INTAKE_LIMITS["save"] >= 20_000
    settings.INTAKE_LIMITS = settings.INTAKE_LIMITS | {"save": 2}
    answers = [save(client, "wensen", count, goals=str(count)) for count in (1, 2, 3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["state"] == "busy"
    assert client.post(address("wensen"), typed(goals="knop")).status_code == 302


# --- By mail ----------------------------------------------------------------------------------------------------------


def test_the_mailed_link_opens_the_form_on_another_device_once(client, begun):
    client.post(LATER, {"email": "Greet@Thuis.example"})
    mail = OutboundMail.objects.get()
    assert (mail.to, mail.is_sensitive) == ("greet@thuis.example", True)
    link = link_in(mail)
    assert link.split("/")[3] not in str(IntakeDraft.objects.values().get())
    phone = Client()
    for _ in range(3):  # scanners of mail look first
        assert "Ga verder met mijn inschrijving" in text_of(phone.get(link))
    assert phone.post(link).url == "/inschrijven/"
    assert 'value="een paar"' in text_of(phone.get("/inschrijven/", follow=True))
    for answer in (phone.get(link), phone.post(link), Client().post(link)):
        assert answer.status_code == 410
        assert "Deze link werkt niet meer" in text_of(answer)
        assert "Mail me een nieuwe link" in text_of(answer)
    assert 'value="een paar"' in text_of(client.get("/inschrijven/", follow=True))


def test_a_new_link_ends_the_one_before(client, begun):
    for _ in "ab":
        client.post(LATER, {"email": "greet@thuis.example"})
    newest, first = OutboundMail.objects.all()
    assert client.get(link_in(first)).status_code == 410
    assert client.get(link_in(newest)).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 3000, "..%2F", "%F0%9F%98%80", "null"])
def test_an_unknown_link_gets_the_same_sentence(client, world, token):
    for answer in (client.get(f"/inschrijven/hervat/{token}/"), client.post(f"/inschrijven/hervat/{token}/")):
        assert answer.status_code in (404, 410)


def test_an_expired_link_does_not_open(client, begun, settings):
    client.post(LATER, {"email": "greet@thuis.example"})
    IntakeDraft.objects.update(link_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link_in(OutboundMail.objects.get())).status_code == 410


def test_a_link_of_a_form_that_was_sent_does_not_open(client, world):
    data = typed(world.trajectory)
    walk(client, data, "toestemming")
    client.post(LATER, {"email": "greet@thuis.example"})
    client.post(address("nalezen"), data)
    assert client.get(link_in(OutboundMail.objects.get(event="companies/draft_link"))).status_code == 410


def test_asking_for_a_new_link_never_says_whether_there_is_a_form(client, begun):
    stranger = Client()
    known = stranger.post(LATER, {"email": "greet.janssens@staalbouw.example"}, follow=True)
    unknown = stranger.post(LATER, {"email": "iemand@elders.example"}, follow=True)
    assert SAME_ANSWER in text_of(known)

    def plain(response, email):
        return re.sub(r'value="[^"]{40,}"', "", text_of(response)).replace(email, "")

    assert plain(known, "greet.janssens@staalbouw.example") == plain(unknown, "iemand@elders.example")
    assert [mail.to for mail in OutboundMail.objects.all()] == ["greet.janssens@staalbouw.example"]


def test_asking_for_a_new_link_is_the_same_work_for_a_known_and_an_unknown_address(begun, monkeypatch, run_on_commit):
    """Else the time that the answer takes tells who has a form here."""
    written, woken = [], []
    monkeypatch.setattr("notifications.services.render_to_string", _noting(notifications.render_to_string, written))
    monkeypatch.setattr("jobs.broker.publish", lambda job, queue: woken.append(queue))
    counts = []
    for email in ("greet.janssens@staalbouw.example", "iemand@elders.example"):
        with CaptureQueriesContext(connection) as queries, run_on_commit():
            Client().post(LATER, {"email": email})
        counts.append(len(queries))
    assert written == ["emails/companies/draft_link.txt", "emails/companies/draft_link.html"] * 2
    assert woken == ["default", "default"]
    known, unknown = counts
    assert 0 <= unknown - known <= 10  # of a fraction of a millisecond each; what takes time is writing the mail
    assert OutboundMail.objects.get().to == "greet.janssens@staalbouw.example"


def _noting(function, names):
    def noted(name, *args, **kwargs):
        names.append(name)
        return function(name, *args, **kwargs)

    return noted


def test_nobody_fills_a_mailbox_with_links(client, begun):
    for _ in range(services.drafts.LINKS_PER_ADDRESS + 3):
        assert SAME_ANSWER in text_of(client.post(LATER, {"email": "greet@thuis.example"}, follow=True))
    assert OutboundMail.objects.count() == services.drafts.LINKS_PER_ADDRESS


@pytest.mark.parametrize(
    "email", ["", "geen adres", "a@b.example\r\nBcc: c@d.example", "x" * 300 + "@y.example", "\x00"]
)
def test_a_wrong_address_gets_a_sentence(client, begun, email):
    assert client.post(LATER, {"email": email}).context["form"].errors["email"]
    assert not OutboundMail.objects.exists()


# --- In time ----------------------------------------------------------------------------------------------------------


def test_a_draft_is_reminded_of_once_and_then_forgotten(client, begun, settings, time_machine):
    start = timezone.now()
    time_machine.move_to(start + timedelta(days=22))
    services.sweep_drafts()
    assert not OutboundMail.objects.exists()
    time_machine.move_to(start + timedelta(days=24))
    services.sweep_drafts()
    services.sweep_drafts()
    mail = OutboundMail.objects.get()
    assert (mail.event, mail.to) == ("companies/draft_reminder", "greet.janssens@staalbouw.example")
    assert "Je inschrijving voor IN2STEM is nog niet af" in mail.subject
    assert Client().get(link_in(mail)).status_code == 200
    time_machine.move_to(start + timedelta(days=31))
    services.sweep_drafts()
    assert not IntakeDraft.objects.exists()
    assert OutboundMail.objects.count() == 1


def test_saving_a_step_gives_the_draft_its_full_time_again(client, begun):
    IntakeDraft.objects.update(expires_at=timezone.now() + timedelta(days=1))
    client.post(address("bedrijf"), typed())
    assert only_draft().expires_at > timezone.now() + timedelta(days=29)


def test_how_long_a_draft_stays_is_a_setting(client, world, settings):
    settings.INTAKE_DRAFT_DAYS = 3
    client.post(address("bedrijf"), typed())
    assert timezone.now() + timedelta(days=2) < only_draft().expires_at < timezone.now() + timedelta(days=4)


def test_a_draft_without_address_is_forgotten_without_a_mail(client, world):
    client.post(address("bedrijf"), typed())
    IntakeDraft.objects.update(expires_at=timezone.now() + timedelta(days=1))
    services.sweep_drafts()
    assert not OutboundMail.objects.exists()
    IntakeDraft.objects.update(expires_at=timezone.now())
    services.sweep_drafts()
    assert not IntakeDraft.objects.exists()


def test_once_sent_a_draft_keeps_no_personal_data_and_goes_away_without_its_intake(client, world):
    walk(client, typed(world.trajectory))
    draft = only_draft()
    assert (draft.data, draft.email, draft.link_hash) == ({}, "", "")
    IntakeDraft.objects.update(expires_at=timezone.now())
    services.sweep_drafts()
    assert not IntakeDraft.objects.exists()
    assert Intake.objects.count() == 1


def test_the_sweep_is_a_job_that_beat_starts(settings):
    from jobs.registry import handler_of

    assert handler_of(services.SWEEP_DRAFTS).function(0) is None
    assert [services.SWEEP_DRAFTS] in [entry.get("args") for entry in settings.CELERY_BEAT_SCHEDULE.values()]


# --- Abuse ------------------------------------------------------------------------------------------------------------


def test_too_many_sign_ups_of_one_number_get_a_friendly_429_that_keeps_what_was_typed(client, world, settings):
    settings.INTAKES_PER_NUMBER_IN_ALL = 2
    for remark in ("Een", "Twee"):
        submit(world.trajectory, enterprise_number="0566988259", remark=remark)
    response = walk(client, typed(world.trajectory, newsletter="on"))
    assert response.status_code == 429
    assert "Wat je invulde, is bewaard: probeer het later opnieuw." in text_of(response)
    assert ticked(client.get(CONSENT)) == ["newsletter", "privacy"]
    assert Intake.objects.count() == 2
    Intake.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert client.post(address("nalezen"), typed()).status_code == 302
    assert Intake.objects.count() == 3


def test_one_address_that_signs_a_company_up_over_and_over_keeps_nobody_else_out(world, settings):
    settings.INTAKES_PER_NUMBER = 2

    def send(address_of, remark):
        return walk(Client(REMOTE_ADDR=address_of), typed(world.trajectory, remark=remark))

    assert [send("10.0.0.1", remark).status_code for remark in "abc"] == [302, 302, 429]
    refused = send("10.0.0.1", "d")
    assert "verschillende keren" in text_of(refused) or "bewaard" in text_of(refused)
    assert int(refused["Retry-After"]) == 3600
    assert send("10.0.0.1", "a").status_code == 302  # what was sent before is the same sign-up, not one more
    assert send("10.0.0.2", "e").status_code == 302
    assert Intake.objects.count() == 3


@pytest.mark.parametrize(("action", "step"), [("draft", "bedrijf"), ("submit", "nalezen")])
def test_too_many_from_one_address_get_a_friendly_429_that_keeps_what_was_typed(client, world, settings, action, step):
    settings.INTAKE_LIMITS = settings.INTAKE_LIMITS | {action: 1}
    walk(client, typed(world.trajectory))
    other = Client()
    response = walk(other, typed(world.trajectory, enterprise_number=new_enterprise_number(), company_name="Tweede nv"))
    assert response.status_code == 429
    page = text_of(response)
    assert f'action="{address(step)}"' in page
    assert "Tweede nv" in page
    assert "Er is niets verloren: wacht even en verstuur opnieuw." in page
    assert Intake.objects.count() == 1


def test_too_many_requests_for_links_get_a_friendly_429(client, world, settings):
    settings.INTAKE_LIMITS = settings.INTAKE_LIMITS | {"link": 1}
    client.post(LATER, {"email": "a@b.example"})
    response = client.post(LATER, {"email": "a@b.example"})
    assert response.status_code == 429
    assert 'value="a@b.example"' in text_of(response)


def test_a_mailbox_gets_no_flood_of_confirmations_and_no_intake_is_lost(world, settings):
    settings.CONFIRMATIONS_PER_ADDRESS = 2
    for _ in range(4):
        submit(world.trajectory)
    assert Intake.objects.count() == 4
    assert OutboundMail.objects.count() == 2


# --- While typing -----------------------------------------------------------------------------------------------------

NUMBER = "/inschrijven/nummer/"
KNOWN = "Mogelijk is je bedrijf al ingeschreven. Was het een collega? Ga gerust verder: Voka voegt dubbels samen."


def test_a_number_is_read_back_as_it_is_written(client, world):
    page = text_of(client.get(NUMBER, {"enterprise_number": "be 566988259"}))
    assert "We lezen dit als 0566.988.259." in page
    assert KNOWN not in page


@pytest.mark.parametrize(
    "number", ["0566988258", "2147812701", "x", "\u0660", "9" * 100_000, "\ud800".encode("utf-8", "replace")]
)
def test_a_wrong_number_is_a_sentence(client, world, number):
    response = client.get(NUMBER, {"enterprise_number": number})
    assert response.status_code == 200
    assert 'class="err"' in text_of(response)


def test_a_known_number_gets_one_sentence_and_nothing_of_the_other_company(client, world):
    submit(world.trajectory, enterprise_number="0566988259", company_name="Geheim bedrijf", municipality="Lier")
    page = text_of(client.get(NUMBER, {"enterprise_number": "0566988259"}))
    assert KNOWN in page
    for secret in ("Geheim", "Lier", "Greet", "Janssens", "staalbouw"):
        assert secret not in page


def test_looking_numbers_up_in_bulk_stops(client, world, settings):
    settings.INTAKE_LIMITS = settings.INTAKE_LIMITS | {"lookup": 3}
    codes = [client.get(NUMBER, {"enterprise_number": "0566988259"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_the_refusal_of_a_look_up_is_a_sentence_and_says_when_to_come_back(client, world, settings):
    settings.INTAKE_LIMITS = settings.INTAKE_LIMITS | {"lookup": 0}
    answer = client.get(NUMBER, {"enterprise_number": "0566988259"})
    assert "Er zijn dit uur heel veel nummers opgezocht" in text_of(answer)
    assert 0 < int(answer["Retry-After"]) <= 3600


def test_all_numbers_of_an_acceptance_run_can_be_tried_from_one_address(settings):
    assert min(settings.INTAKE_LIMITS[action] for action in ("lookup", "draft", "save")) >= 5000
    assert settings.INTAKE_LIMITS["submit"] >= 2000


@pytest.mark.parametrize(
    ("typed", "is_known"),
    [
        ({"enterprise_number": "0566988259"}, True),
        ({"enterprise_number": "0403019261"}, False),
        ({"company_name": "STAALBOUW KEMPEN N.V."}, True),
        ({"company_name": "Staal bouw Kempn"}, True),
        ({"company_name": "Staalhandel Gent"}, False),
        ({"company_name": "Sta"}, False),
        ({"company_name": ""}, False),
        ({"company_name": "nv"}, False),
        ({"contact_email": "iemand.anders@staalbouw.example"}, True),
        ({"contact_email": "IEMAND@STAALBOUW.EXAMPLE"}, True),
        ({"contact_email": "greet@andere.example"}, False),
        ({"contact_email": "x@bouw.example"}, False),
        ({"contact_email": "staalbouw.example"}, False),
        ({"contact_email": "@"}, False),
        ({"contact_email": "a@staalbouw.example", "company_name": "\ud83d"}, True),
        ({"company_name": "x" * 100_000, "contact_email": "x" * 100_000}, False),
    ],
)
def test_one_vague_sentence_for_a_number_a_name_or_a_domain_that_looks_known(client, world, typed, is_known):
    submit(world.trajectory, enterprise_number="0566988259")
    page = text_of(client.get(NUMBER, {key: value.encode("utf-8", "replace") for key, value in typed.items()}))
    assert (KNOWN in page) is is_known
    assert [word for word in ("Kempen nv", "Turnhout", "Greet", "Janssens", "greet.") if word in page] == []


def test_nobody_learns_whether_an_address_of_free_mail_is_known(client, world):
    submit(world.trajectory, contact_email="greet.janssens@gmail.com")
    assert KNOWN not in text_of(client.get(NUMBER, {"contact_email": "greet.janssens@gmail.com"}))


def test_an_address_that_is_known_gets_the_same_answer_as_its_neighbour(client, world):
    submit(world.trajectory)
    answers = [
        client.get(NUMBER, {"contact_email": f"{who}@staalbouw.example"}) for who in ("greet.janssens", "niemand")
    ]
    assert answers[0].content == answers[1].content


def test_a_company_that_was_declined_is_not_known(client, world):
    services.decline(intake=submit(world.trajectory), reason="Geen plaats", by=world.facilitator)
    assert KNOWN not in text_of(client.get(NUMBER, {"company_name": "Staalbouw Kempen"}))


def test_a_company_that_voka_added_is_known_by_its_name(client, world):
    assert KNOWN in text_of(client.get(NUMBER, {"company_name": world.company.name}))


def test_looking_up_asks_the_same_number_of_queries_however_many_there_are(
    client, world, django_assert_max_num_queries
):
    for _ in range(2):
        with django_assert_max_num_queries(4):
            client.get(NUMBER, {"company_name": "Staalwerk Gent", "contact_email": "a@gent.example"})
        for number in range(3):
            submit(world.trajectory, company_name=f"Staal {number} nv")


def test_without_a_script_the_last_step_says_it(client, world):
    submit(world.trajectory, enterprise_number="0566988259")
    walk(client, typed(world.trajectory), "toestemming")
    assert KNOWN in text_of(client.get(address("nalezen")))


def test_who_is_new_reads_nothing_of_it(client, world):
    walk(client, typed(world.trajectory, company_name="Bakkerij Noord"), "toestemming")
    assert KNOWN not in text_of(client.get(address("nalezen")))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("2300", ["Turnhout"]),
        ("9190", ["Stekene", "Kemzeke"]),
        ("1030", ["Schaarbeek"]),
        (" 3530 ", ["Houthalen-Helchteren", "Houthalen", "Helchteren"]),
        ("8587", ["Spiere-Helkijn", "Helkijn", "Spiere"]),
        ("9999", []),
        ("", []),
        ("x" * 5000, []),
        ("<script>", []),
    ],
)
def test_a_postal_code_offers_its_municipalities(client, db, code, names):
    page = client.get("/inschrijven/gemeenten/", {"postal_code": code}).content.decode()
    assert re.findall(r'<option value="([^"]+)">', page) == names


def test_the_list_of_postal_codes_is_one_of_codes_and_names():
    from companies.models import validate_postal_code
    from companies.postal_codes import MUNICIPALITIES

    assert len(MUNICIPALITIES) > 500
    for code, names in MUNICIPALITIES.items():
        validate_postal_code(code)
        assert all(name and name == name.strip() and not any(letter.isdigit() for letter in name) for name in names)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Antwerpen", {"2150": "Borsbeek"}),
        ("Beveren-Kruibeke-Zwijndrecht", {"9120": "Beveren", "9150": "Kruibeke", "2070": "Zwijndrecht"}),
        ("Bilzen-Hoeselt", {"3740": "Bilzen", "3730": "Hoeselt"}),
        ("Hasselt", {"3500": "Hasselt", "3720": "Kortessem"}),
        ("Lochristi", {"9080": "Lochristi", "9185": "Wachtebeke"}),
        ("Lokeren", {"9160": "Lokeren", "9180": "Moerbeke"}),
        ("Merelbeke-Melle", {"9820": "Merelbeke", "9090": "Melle"}),
        ("Nazareth-De Pinte", {"9810": "Nazareth", "9840": "De Pinte"}),
        ("Pajottegem", {"1570": "Galmaarden", "1755": "Gooik", "1540": "Herne"}),
        ("Tessenderlo-Ham", {"3980": "Tessenderlo", "3945": "Ham"}),
        ("Tielt", {"8700": "Tielt", "8760": "Meulebeke"}),
        ("Tongeren-Borgloon", {"3700": "Tongeren", "3840": "Borgloon"}),
        ("Wingene", {"8750": "Wingene", "8755": "Ruiselede"}),
        ("Aalter", {"9910": "Knesselare"}),
        ("Deinze", {"9850": "Nevele"}),
        ("Kruisem", {"9770": "Kruishoutem", "9750": "Zingem"}),
        ("Lievegem", {"9930": "Zomergem", "9950": "Waarschoot", "9920": "Lovendegem"}),
        ("Oudsbergen", {"3660": "Opglabbeek", "3670": "Meeuwen"}),
        ("Pelt", {"3900": "Overpelt", "3910": "Neerpelt"}),
        ("Puurs-Sint-Amands", {"2870": "Puurs", "2890": "Sint-Amands"}),
    ],
)
def test_where_municipalities_became_one_the_new_name_comes_first_and_the_old_one_stays(new, old):
    for code, name in old.items():
        offered = municipalities_of(code)
        assert offered[0] == new
        assert name in offered


def test_a_municipality_that_the_list_does_not_know_is_fine(client, world):
    assert client.post(address("bedrijf"), typed(postal_code="4000", municipality="Luik")).status_code == 302


# --- The verbs --------------------------------------------------------------------------------------------------------


def test_two_tabs_that_save_two_steps_keep_both(world):
    draft = services.start_draft(key=uuid.uuid4(), questionnaire=in_use())
    stale = IntakeDraft.objects.get()
    services.save_step(draft=draft, part="company", typed={"company_name": "A"})
    services.save_step(draft=stale, part="contact", typed={"contact_last_name": "B"})
    assert only_draft().data == {"company": {"company_name": "A"}, "contact": {"contact_last_name": "B"}}


def test_what_no_database_can_keep_is_made_harmless(world):
    draft = services.start_draft(key=uuid.uuid4(), questionnaire=in_use())
    services.save_step(draft=draft, part="wishes", typed={"goals": "a\x00b\ud800", "study_domains": ["x\x00"] * 90})
    kept = only_draft().data["wishes"]
    assert kept["goals"] == "a\ufffdb?"
    assert kept["study_domains"] == ["x\ufffd"] * 50
