"""A sign-up that is left and taken up again: nothing is lost, a link works once, and nobody learns of somebody else's."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies import services
from companies.models import Intake, IntakeDraft
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
    walk(client, data, "wensen")
    assert client.post(address("contact"), data).url == address("nalezen")


def test_save_and_go_on_later_keeps_also_what_is_wrong(client, world):
    data = typed(enterprise_number="nog opzoeken", later="1")
    assert client.post(address("bedrijf"), data).url == LATER
    assert 'value="nog opzoeken"' in text_of(client.get("/inschrijven/", follow=True))


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
    assert "Stap 1 van 5" in text_of(response)
    assert not IntakeDraft.objects.exists()
    assert client.get("/inschrijven/opnieuw/").status_code == 405


def test_a_form_thrown_away_in_another_tab_is_a_sentence(client, begun):
    draft = only_draft()
    draft.delete()
    with pytest.raises(services.drafts.Conflict, match="intussen weggegooid"):
        services.save_step(draft=draft, part="company", typed={})


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
    walk(client, data, "wensen")
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
    settings.INTAKES_PER_NUMBER = 2
    for _ in range(2):
        submit(world.trajectory, enterprise_number="0566988259")
    response = walk(client, typed(world.trajectory, newsletter="on"))
    assert response.status_code == 429
    assert "Wat je invulde, is bewaard: probeer het later opnieuw." in text_of(response)
    assert re.search(r'name="newsletter"[^>]* checked', text_of(response))
    assert Intake.objects.count() == 2
    Intake.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert client.post(address("nalezen"), typed()).status_code == 302
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
KNOWN = "Er is al een inschrijving met dit nummer."


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


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("2300", ["Turnhout"]),
        ("9190", ["Stekene", "Kemzeke"]),
        ("1030", ["Schaarbeek"]),
        (" 3530 ", ["Houthalen-Helchteren", "Houthalen", "Helchteren"]),
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
