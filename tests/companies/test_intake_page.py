"""The public form: what a company types comes in, bad input gets a sentence beside its field, and nothing typed is lost."""

import html
import re
import socket
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies import services
from companies.enums import ConsentKind
from companies.models import Intake, IntakeDraft, Questionnaire
from jobs import broker
from jobs.models import Heartbeat
from notifications.models import OutboundMail
from tests.companies.conftest import STEPS, address, form_data, walk

pytestmark = pytest.mark.django_db

URL = "/inschrijven/"
MARKER = "\"><svg/onload=alert(1)>{{7*7}}{% debug %}${7*7}'"


def text_of(response) -> str:
    """The page without its escapes."""
    return html.unescape(response.content.decode())


def send(client, chosen=None, **changes):
    return walk(client, form_data(chosen, **changes))


def hidden(response, name) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode()).group(1)


# --- It comes in ------------------------------------------------------------------------------------------------------


def test_the_first_step_is_open_to_everyone_and_keeps_nothing(client, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        response = client.get(URL)
    assert response.status_code == 200
    page = text_of(response)
    assert "Stap 1 van 6" in page
    assert "Testtraject (Voka Testkamer)" in page
    assert "no-store" in response.headers["Cache-Control"] or "no-cache" in response.headers["Cache-Control"]
    assert not IntakeDraft.objects.exists()


def test_the_questions_come_five_at_a_time_with_the_words_of_every_step(client, world, django_assert_max_num_queries):
    walk(client, form_data(world.trajectory), "contact")
    numbers = []
    for step, first_last in (
        ("samenwerking-1", "1 tot 5"),
        ("samenwerking-2", "6 tot 10"),
        ("samenwerking-3", "11 tot 13"),
    ):
        with django_assert_max_num_queries(6):
            page = text_of(client.get(address(step)))
        assert f"vraag {first_last} van 13" in page
        assert "Een keer, op vraag" in page
        numbers.append((page.count('class="q-block"'), page.count('type="radio"')))
    assert numbers == [(5, 35), (5, 35), (3, 21)]


def test_nothing_is_chosen_or_ticked_beforehand(client, world):
    assert " checked" not in text_of(client.get(URL))
    walk(client, form_data(world.trajectory), "contact")
    assert " checked" not in text_of(client.get(address("samenwerking-1")))
    walk(client, form_data(world.trajectory), "wensen")
    assert " checked" not in text_of(client.get(address("toestemming")))


def test_what_a_company_fills_in_comes_in(client, world):
    response = send(client, world.trajectory, answer_2="unknown", answer_3="not_applicable", newsletter="on")
    assert response.status_code == 302
    assert response.url.startswith("/inschrijven/bedankt/?ref=")
    intake = Intake.objects.get()
    assert (intake.company_name, intake.enterprise_number, intake.trajectory) == (
        "Staalbouw Kempen nv",
        "0566988259",
        world.trajectory,
    )
    assert (intake.contact_email, intake.contact_phone) == ("greet.janssens@staalbouw.example", "+3214580102")
    assert (intake.state, intake.owner, intake.organisation) == ("submitted", None, None)
    first, second, third = intake.answers.all()[:3]
    assert (first.declared, first.volume, first.remark) == ("2", 6, "Vooral in de lente")
    assert (second.declared, second.volume, third.declared) == ("unknown", None, "not_applicable")
    assert set(intake.consents.values_list("kind", flat=True)) == {ConsentKind.PRIVACY, ConsentKind.NEWSLETTER}
    assert OutboundMail.objects.get().to == intake.contact_email


def test_wishes_and_a_second_contact_come_in_too(client, world):
    wishes = {
        "study_domains": ["stem", "sport"],
        "key_elements": ["2", "6"],
        "places_per_year": "12",
        "languages": "Nederlands, Frans",
        "workgroup_role": "chair",
        "barriers": "Weinig tijd",
        "colleague_name": "Jo Peeters",
        "colleague_email": "JO@staalbouw.example",
        "nace_code": "25110",
        "nace_version": "2025",
    }
    assert send(client, world.trajectory, **wishes).status_code == 302
    intake = Intake.objects.get()
    assert {name: getattr(intake, name) for name in wishes} == {
        **wishes,
        "places_per_year": 12,
        "colleague_email": "jo@staalbouw.example",
    }


def test_the_overview_shows_everything_in_words_with_a_way_back_to_each_step(client, world):
    walk(client, form_data(world.trajectory, volume_1="6", colleague_name="Jo Peeters"), "toestemming")
    page = text_of(client.get(address("nalezen")))
    for said in (
        "0566.988.259",
        "Metaal, machines en elektronica",
        "2 herhaald · bezoeken vorig schooljaar: 6",
        "Collega voor de werkgroepen: Naam",
        "Jo Peeters",
        "Ik heb de privacyverklaring gelezen.",
    ):
        assert said in page
    for step in STEPS[:-1]:
        assert f'name="go" value="{step}"' in page


def test_the_choice_of_a_trajectory_can_be_left_to_voka(client, world):
    assert send(client).status_code == 302
    assert Intake.objects.get().trajectory is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("BE0566.988.259", "0566988259"),
        ("566988259", "0566988259"),
        ("0566\u00a0988\u00a0259", "0566988259"),
        ("1000000516", "1000000516"),
    ],
)
def test_an_enterprise_number_may_be_typed_in_every_notation(client, world, typed, kept):
    assert send(client, enterprise_number=typed).status_code == 302
    assert Intake.objects.get().enterprise_number == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0470 12 34 56", "+32470123456"),
        ("0470/12.34.56", "+32470123456"),
        ("+31 20 123 4567", "+31201234567"),
        ("003214580102", "+3214580102"),
        ("02 123 45 67", "+3221234567"),
    ],
)
def test_a_telephone_number_becomes_international(client, world, typed, kept):
    assert send(client, contact_phone=typed).status_code == 302
    assert Intake.objects.get().contact_phone == kept


def test_a_website_needs_no_https_in_front(client, world):
    assert send(client, website="www.staalbouw.example").status_code == 302
    assert Intake.objects.get().website == "https://www.staalbouw.example"


def test_only_what_is_needed_is_asked(client, world):
    assert send(client, street="", website="", contact_function="", volume_1="", remark_1="").status_code == 302


# --- Bad input --------------------------------------------------------------------------------------------------------

CHOOSE = "Kies een antwoord. Weet je het niet? Kies dan ‘weet niet’."
WHOLE_NUMBER = "Vul een heel getal in, 0 of meer."
ONE_LINE = "Gebruik gewone letters, cijfers en leestekens, op één lijn."
PHONE = "Vul een volledig telefoonnummer in, bijvoorbeeld 014 00 00 00."
POSTAL_CODE = "Een Belgische postcode heeft vier cijfers, van 1000 tot 9992."

BAD = [
    ("company_name", "", "Vul de naam van je bedrijf in."),
    ("company_name", "   ", "Vul de naam van je bedrijf in."),
    ("company_name", "x" * 201, "Zorg dat deze waarde niet meer dan 200 tekens bevat (het zijn er nu 201)."),
    ("company_name", "Firma\r\nBcc: iemand@elders.example", ONE_LINE),
    ("company_name", "Firma\u202egnp.exe", ONE_LINE),
    ("company_name", "Koop op http://spam.example", "Laat webadressen weg uit dit veld."),
    ("company_name", "Koop op WWW.spam.example", "Laat webadressen weg uit dit veld."),
    ("company_name", "Win een iPhone op evil.com/x nv", "Laat webadressen weg uit dit veld."),
    ("company_name", "evil.example:8080/x", "Laat webadressen weg uit dit veld."),
    ("contact_first_name", "Kijk op EVIL.COM?x=1", "Laat webadressen weg uit dit veld."),
    ("company_name", "Firma\x00", ONE_LINE),
    ("enterprise_number", "", "Vul je ondernemingsnummer in."),
    (
        "enterprise_number",
        "0566.988.258",
        "Dit ondernemingsnummer bestaat niet: de laatste twee cijfers kloppen niet. Maakte je een tikfout?",
    ),
    (
        "enterprise_number",
        "0200004300",
        "Dit ondernemingsnummer bestaat niet: de laatste twee cijfers kloppen niet. Maakte je een tikfout?",
    ),
    (
        "enterprise_number",
        "2.147.812.701",
        "Dit is het nummer van een vestiging: dat begint met 2 tot 8. Vul het ondernemingsnummer van het bedrijf in, dat begint met 0 of 1.",
    ),
    ("enterprise_number", "9147812701", "Een ondernemingsnummer begint met 0 of 1."),
    ("enterprise_number", "nog niet", "Een ondernemingsnummer heeft 10 cijfers, bijvoorbeeld 0566.988.259."),
    ("enterprise_number", "٠٥٦٦٩٨٨٢٥٩", "Een ondernemingsnummer heeft 10 cijfers, bijvoorbeeld 0566.988.259."),
    ("postal_code", "999", POSTAL_CODE),
    ("postal_code", "0999", POSTAL_CODE),
    ("postal_code", "9993", POSTAL_CODE),
    ("postal_code", "٢٣٠٠", POSTAL_CODE),
    ("sector", "", "Kies je sector."),
    ("headcount_band", "", "Kies hoeveel mensen er bij je bedrijf werken."),
    ("sector", "magie", "Selecteer een geldige keuze. magie is geen beschikbare keuze."),
    ("headcount_band", "7", "Selecteer een geldige keuze. 7 is geen beschikbare keuze."),
    ("website", "javascript:alert(1)", "Vul een webadres in, bijvoorbeeld www.bedrijf.be."),
    ("website", "ftp://staalbouw.example", "Vul een webadres in, bijvoorbeeld www.bedrijf.be."),
    ("contact_first_name", "", "Vul de voornaam van de contactpersoon in."),
    ("contact_last_name", "", "Vul de achternaam van de contactpersoon in."),
    ("contact_phone", "", "Vul een telefoonnummer in, bijvoorbeeld 014 00 00 00."),
    ("contact_email", "", "Vul een e-mailadres in, bijvoorbeeld an@bedrijf.be."),
    ("contact_last_name", "y" * 81, "Zorg dat deze waarde niet meer dan 80 tekens bevat (het zijn er nu 81)."),
    ("contact_email", "greet", "Voer een geldig e-mailadres in."),
    ("contact_email", "a@b.example, c@d.example", "Voer een geldig e-mailadres in."),
    ("contact_email", "a@b.example\r\nBcc: c@d.example", "Voer een geldig e-mailadres in."),
    ("contact_phone", "bel mij", PHONE),
    ("contact_phone", "014 58", PHONE),
    ("contact_phone", "0470 12 34 56 78", PHONE),
    ("answer_1", None, CHOOSE),
    ("answer_1", "5", CHOOSE),
    ("answer_13", "", CHOOSE),
    ("volume_1", "een paar", WHOLE_NUMBER),
    ("volume_1", "-1", WHOLE_NUMBER),
    ("volume_1", "2,5", WHOLE_NUMBER),
    ("volume_1", "9" * 400, "Zorg ervoor dat deze waarde hoogstens 100000 is."),
    ("volume_1", "9" * 5000, WHOLE_NUMBER),
    ("remark_1", "z" * 501, "Zorg dat deze waarde niet meer dan 500 tekens bevat (het zijn er nu 501)."),
    ("remark", "z" * 2001, "Zorg dat deze waarde niet meer dan 2000 tekens bevat (het zijn er nu 2001)."),
    ("privacy", None, "Je kan je inschrijving pas versturen als je de privacyverklaring gelezen hebt."),
    (
        "trajectory",
        "999999",
        "Bedrijven kunnen zich niet meer inschrijven voor dit traject. Kies een ander of laat Voka mee kiezen.",
    ),
    (
        "trajectory",
        "1 OR 1=1",
        "Bedrijven kunnen zich niet meer inschrijven voor dit traject. Kies een ander of laat Voka mee kiezen.",
    ),
    (
        "trajectory",
        "9" * 400,
        "Bedrijven kunnen zich niet meer inschrijven voor dit traject. Kies een ander of laat Voka mee kiezen.",
    ),
]  # fmt: skip - a table


def step_of(field) -> str:
    number = field.rpartition("_")[2]
    if number.isdigit():
        return f"samenwerking-{(int(number) + 4) // 5}"
    if field.startswith("contact_"):
        return "contact"
    return "wensen" if field == "remark" else "bedrijf"


@pytest.mark.parametrize(("field", "value", "sentence"), BAD)
def test_bad_input_gets_a_sentence_beside_its_field_and_in_the_list_on_top(client, world, field, value, sentence):
    data = form_data(**{field: value})
    response = walk(client, data) if field == "privacy" else client.post(address(step_of(field)), data)
    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors[field][0] == sentence
    assert list(form.errors) == [field]
    page = text_of(response)
    assert f'id="id_{field}_error"' in page
    anchor = f"#div_id_{field}" if field.startswith("answer_") else f"#id_{field}"
    assert f'<a href="{anchor}">' in page
    assert page.count(sentence) >= 2
    assert not Intake.objects.exists()
    assert not OutboundMail.objects.exists()


def test_everything_that_was_typed_is_kept(client, world):
    data = form_data(
        world.trajectory,
        enterprise_number="BE 0566.988.258",
        answer_4="unknown",
        answer_5="4",
        volume_5="een paar",
        remark_5="Eerste lijn\ntweede lijn",
        website="www.staalbouw.example",
    )
    refused, later = client.post(address("bedrijf"), data), client.get(address("bedrijf"))
    for page in (text_of(refused), text_of(later)):
        for typed in ("BE 0566.988.258", "www.staalbouw.example", "Staalbouw Kempen nv"):
            assert f'value="{typed}"' in page
        assert '<option value="metal_machines" selected>' in page
        assert '<option value="50-249" selected>' in page
        assert f'<option value="{world.trajectory.pk}" selected>' in page
        assert data["submission_key"] in page
    refused, later = client.post(address("samenwerking-1"), data), client.get(address("samenwerking-1"))
    for page in (text_of(refused), text_of(later)):
        assert 'value="een paar"' in page
        assert ">\nEerste lijn\ntweede lijn</textarea>" in page
        for name, value in (("answer_4", "unknown"), ("answer_5", "4"), ("answer_1", "2")):
            assert f'name="{name}" value="{value}" checked' in page
        assert len(re.findall(r" checked", page)) == 5


def test_a_refused_overview_keeps_the_ticks(client, world):
    page = text_of(walk(client, form_data(world.trajectory, newsletter="on", privacy=None)))
    assert re.search(r'name="newsletter"[^>]* checked', page)
    assert not re.search(r'name="publication"[^>]* checked', page)


def test_a_postal_code_of_one_municipality_fills_it_in(client, world):
    assert send(client, municipality=" ").status_code == 302
    assert Intake.objects.get().municipality == "Turnhout"


@pytest.mark.parametrize("code", ["3530", "4000", ""])
def test_any_other_postal_code_asks_for_the_municipality(client, world, code):
    response = client.post(address("bedrijf"), form_data(municipality="", postal_code=code))
    assert response.context["form"].errors["municipality"] == ["Vul je gemeente in."]
    assert client.get(address("bedrijf")).status_code == 200


DOUBT = "Bij 9000 hoort Gent. Klopt ‘%s’?"


def test_a_municipality_of_another_postal_code_is_asked_about_and_never_refused(client, world):
    response = client.post(address("bedrijf"), form_data(postal_code="9000", municipality="Kortrijk"), follow=True)
    assert response.redirect_chain == [(address("contact"), 302)]
    assert DOUBT % "Kortrijk" in text_of(response)
    assert "hoort Gent" not in text_of(client.get(address("contact")))
    assert walk(client, form_data(postal_code="9000", municipality="Kortrijk")).url.startswith("/inschrijven/bedankt/")
    assert Intake.objects.get().municipality == "Kortrijk"


@pytest.mark.parametrize(
    ("code", "name"),
    [("9000", "gent"), ("9100", "St. Niklaas"), ("9000", "Gent (centrum)"), ("2220", "heist op den berg")],
)
def test_a_municipality_may_be_written_in_its_own_way(client, world, code, name):
    response = client.post(address("bedrijf"), form_data(postal_code=code, municipality=name), follow=True)
    assert response.redirect_chain == [(address("contact"), 302)]
    assert "Klopt ‘" not in text_of(response)


@pytest.mark.parametrize(("answer", "words"), [("0", "0 niet"), ("not_applicable", "niet van toepassing")])
def test_who_does_not_do_it_did_not_do_it_three_times(client, world, answer, words):
    data = form_data(answer_1=answer, volume_1="3")
    walk(client, data, "contact")
    response = client.post(address("samenwerking-1"), data)
    assert response.context["form"].errors == {
        "volume_1": [
            f"Je koos ‘{words}’, maar vulde hier wel een aantal in. Kies een ander antwoord, of maak dit vak leeg."
        ]
    }
    for times in ("0", ""):
        assert client.post(address("samenwerking-1"), {**data, "volume_1": times}).status_code == 302


def test_who_does_not_know_how_far_it_is_may_know_how_often(client, world):
    assert send(client, answer_1="unknown", volume_1="3").status_code == 302
    assert Intake.objects.get().answers.get(question__number=1).volume == 3


def test_the_list_of_errors_names_a_consent_in_short(client, world):
    page = text_of(walk(client, form_data(privacy=None)))
    assert ">Privacyverklaring gelezen: Je kan je inschrijving pas versturen" in page


def test_each_question_says_what_is_counted(client, world):
    walk(client, form_data(), "contact")
    page = text_of(client.get(address("samenwerking-1")))
    for label, unit in (
        ("Hoeveel bezoeken vorig schooljaar?", "bezoeken"),
        ("Hoeveel leerlingen liepen stage vorig schooljaar?", "leerlingen"),
    ):
        assert label in page
        assert f">{unit}</span>" in page
    assert ">keer</span>" in text_of(client.get(address("samenwerking-2")))
    assert "Stap 3 van 6: Waar sta je nu (deel 2 van 3)" in text_of(client.get(address("samenwerking-2")))


def test_a_telephone_gets_the_right_keyboard_for_each_field(client, world):
    walk(client, form_data(), "bedrijf")
    page = text_of(client.get(address("bedrijf"))) + text_of(client.get(address("contact")))
    fields = {re.search(r'name="([^"]*)"', tag)[1]: tag for tag in re.findall(r"<input[^>]*>", page) if 'name="' in tag}
    for name, says in {
        "company_name": 'autocomplete="organization"',
        "enterprise_number": 'inputmode="numeric"',
        "postal_code": 'inputmode="numeric"',
        "contact_email": 'type="email"',
        "contact_phone": 'type="tel"',
    }.items():
        assert says in fields[name]
    assert 'autocomplete="postal-code"' in fields["postal_code"]
    assert 'autocomplete="tel"' in fields["contact_phone"]


def test_an_empty_step_lists_all_that_is_missing_in_the_order_of_the_page(client, world):
    missing = {step: [*client.post(address(step), {}).context["form"].errors] for step in ("bedrijf", "contact")}
    assert missing == {
        "bedrijf": ["company_name", "enterprise_number", "postal_code", "municipality", "sector", "headcount_band"],
        "contact": ["contact_first_name", "contact_last_name", "contact_email", "contact_phone"],
    }
    questions = [f"answer_{number}" for number in range(6, 11)]
    assert [*client.post(address("samenwerking-2"), {}).context["form"].errors] == questions


def test_markup_is_shown_and_never_run(client, world):
    data = form_data(world.trajectory, company_name=MARKER, goals=MARKER, remark_1=MARKER, street=MARKER)
    walk(client, data, "toestemming")
    for step in ("bedrijf", "samenwerking-1", "wensen", "nalezen"):
        response = client.get(address(step))
        assert response.status_code == 200
        assert "<svg/onload" not in response.content.decode()
        assert MARKER in text_of(response)


def test_a_megabyte_of_text_is_a_sentence_and_not_a_crash(client, world):
    response = send(client, company_name="y" * 1_000_000)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"company_name"}
    assert len(IntakeDraft.objects.get().data["company"]["company_name"]) == services.drafts.TYPED_MAX_LENGTH
    response = send(client, remark="x" * 1_000_000)
    assert set(response.context["form"].errors) == {"remark"}


@pytest.mark.parametrize("step", STEPS)
def test_bytes_that_are_no_text_do_not_crash(client, world, step):
    body = b"company_name=%ED%A0%80%FF&enterprise_number=%00&submission_key=%C0&answer_1=%FF&remark_6=%00&goals=%00"
    response = client.post(address(step), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 302)
    assert client.get(address(step)).status_code in (200, 302)
    assert not Intake.objects.exists()


# --- Forged and stale -------------------------------------------------------------------------------------------------


def test_fields_that_the_form_does_not_have_change_nothing(client, world):
    forged = {
        "state": "accepted",
        "organisation": world.company.pk,
        "owner": world.facilitator.pk,
        "decided_by": world.facilitator.pk,
        "refined_at": "2026-01-01",
        "refined_1": "4",
        "questionnaire": "99",
        "id": "1",
        "is_staff": "1",
    }
    assert send(client, world.trajectory, **forged).status_code == 302
    intake = Intake.objects.get()
    assert (intake.state, intake.organisation, intake.owner, intake.decided_by, intake.refined_at) == (
        "submitted",
        None,
        None,
        None,
        None,
    )
    assert {answer.refined for answer in intake.answers.all()} == {""}


def test_a_closed_trajectory_cannot_be_chosen(client, world):
    type(world.trajectory).objects.filter(pk=world.trajectory.pk).update(is_open_for_intake=False)
    response = send(client, world.trajectory)
    assert "Bedrijven kunnen zich niet meer inschrijven voor dit traject." in text_of(response)
    assert "Testtraject" not in text_of(client.get(URL))


@pytest.mark.parametrize("key", [None, "", "geen sleutel", "\x00", "0" * 5000])
def test_a_damaged_key_is_no_obstacle(client, world, key):
    assert send(client, submission_key=key).status_code == 302
    assert Intake.objects.count() == IntakeDraft.objects.count() == 1


def test_a_robot_that_fills_the_hidden_field_is_stopped_and_a_person_can_try_again(client, world):
    response = send(client, reply_subject="Buy now")
    assert "We dachten dat een robot dit formulier invulde." in text_of(response)
    assert "Buy now" not in text_of(response)
    assert not Intake.objects.exists()
    assert send(client).status_code == 302
    assert Intake.objects.count() == 1


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_that_is_posted_first_is_kept_and_leads_to_the_first_one(client, world, step):
    data = form_data(world.trajectory)
    response = client.post(address(step), data)
    assert response.status_code == 302
    assert not Intake.objects.exists()
    assert walk(client, data).url.startswith("/inschrijven/bedankt/")
    assert Intake.objects.count() == 1


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_without_a_form_leads_to_the_beginning(client, world, step):
    response = client.get(address(step), follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert "In deze browser staat geen formulier waar je aan begon." in text_of(response)


def test_the_overview_of_an_unfinished_form_leads_to_what_is_missing(client, world):
    walk(client, form_data(world.trajectory, answer_7=None), "samenwerking-1")
    response = client.get(address("nalezen"), follow=True)
    assert response.redirect_chain == [(address("samenwerking-2"), 302)]
    assert "Werk eerst deze stap af." in text_of(response)


@pytest.mark.parametrize("slug", ["onbekend", "admin", "0"])
def test_a_step_that_does_not_exist_is_not_found(client, world, slug):
    walk(client, form_data(world.trajectory), "bedrijf")
    assert client.get(address(slug)).status_code == client.post(address(slug), {}).status_code == 404
    assert client.get(address("samenwerking-99")).status_code == 302


def test_questions_that_were_renewed_meanwhile_keep_what_was_answered(client, world, questionnaire):
    data = form_data(world.trajectory, answer_7="3", remark_13="Elke lente", volume_7="9")
    walk(client, data, "toestemming")
    renewed = services.copy_questionnaire(questionnaire=questionnaire, by=world.facilitator)
    renewed.questions.filter(number=13).update(text="Helemaal nieuw")
    seven, eight = renewed.questions.get(number=7), renewed.questions.get(number=8)
    renewed.questions.filter(pk=seven.pk).update(number=99)
    renewed.questions.filter(pk=eight.pk).update(number=7)
    renewed.questions.filter(pk=seven.pk).update(number=8)
    services.put_in_use(questionnaire=renewed, by=world.facilitator)
    response = client.post(address("nalezen"), data, follow=True)
    assert response.redirect_chain == [(address("samenwerking-3"), 302)]
    page = text_of(response)
    assert "De vragen zijn intussen vernieuwd." in page
    assert "Helemaal nieuw" in page
    assert " checked" not in page.split("Helemaal nieuw")[1]
    assert not Intake.objects.exists()
    assert (
        IntakeDraft.objects.get().data["baseline"][questionnaire.questions.get(number=13).text]["remark"]
        == "Elke lente"
    )
    fresh = {"answer_11": "2", "answer_12": "2", "answer_13": "4", "questionnaire_version": 2}
    assert client.post(address("samenwerking-3"), fresh).url == address("nalezen")
    assert client.post(address("nalezen"), {}).url.startswith("/inschrijven/bedankt/")
    intake = Intake.objects.get()
    assert intake.questionnaire == renewed
    moved = intake.answers.get(question__text=seven.text)
    assert (moved.question.number, moved.declared, moved.volume) == (8, "3", 9)


def test_a_page_of_old_questions_that_is_posted_after_the_renewal_loses_nothing(client, world, questionnaire):
    data = form_data(world.trajectory, answer_1="4")
    walk(client, data, "contact")
    renewed = services.copy_questionnaire(questionnaire=questionnaire, by=world.facilitator)
    one, two = renewed.questions.get(number=1), renewed.questions.get(number=2)
    renewed.questions.filter(pk=one.pk).update(number=99)
    renewed.questions.filter(pk=two.pk).update(number=1)
    renewed.questions.filter(pk=one.pk).update(number=2)
    services.put_in_use(questionnaire=renewed, by=world.facilitator)
    response = client.post(address("samenwerking-1"), data, follow=True)
    assert "De vragen zijn intussen vernieuwd." in text_of(response)
    assert 'name="answer_2" value="4" checked' in text_of(client.get(address("samenwerking-1")))


@pytest.mark.parametrize("version", ["", "abc", "99", "9" * 400, "\x00", "²"])
def test_an_unknown_version_of_the_questions_is_no_crash(client, world, version):
    assert send(client, questionnaire_version=version).status_code in (200, 302)
    assert send(client).status_code == 302
    assert Intake.objects.count() == 1


def test_a_smaller_company_gets_no_questions_for_larger_ones(client, world, questionnaire):
    questionnaire.questions.filter(number__gte=11).update(asked_of=["250+"])
    data = form_data(world.trajectory)
    walk(client, data, "samenwerking-2")
    assert client.get(URL).url == address("wensen")
    assert client.get(address("samenwerking-3")).url == address("wensen")
    assert client.post(address("samenwerking-3"), data).status_code == 302
    walk(client, data)
    assert Intake.objects.get().answers.count() == 10


def test_without_questions_the_visitor_hears_that_it_is_not_possible_now(client, world):
    Questionnaire.objects.update(state="retired")
    response = client.get(URL)
    assert response.status_code == 409
    assert "Inschrijven kan nu even niet" in text_of(response)


def test_a_post_without_its_token_is_refused(world):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(URL, form_data()).status_code == 403
    assert not Intake.objects.exists()


# --- Twice ------------------------------------------------------------------------------------------------------------


def test_pressing_send_twice_is_one_intake_and_twice_the_same_answer(client, world):
    data = form_data(world.trajectory)
    first, second = walk(client, data), client.post(address("nalezen"), data)
    assert first.status_code == second.status_code == 302
    assert Intake.objects.count() == OutboundMail.objects.count() == 1
    assert "Bedankt voor je inschrijving" in text_of(client.get(second.url))


def test_a_first_step_whose_answer_got_lost_is_sent_again_without_a_second_draft(client, world):
    data = form_data(world.trajectory)
    client.post(address("bedrijf"), data)
    client.cookies.clear()
    assert walk(client, data).status_code == 302
    assert IntakeDraft.objects.count() == Intake.objects.count() == 1


def test_the_same_form_filled_in_again_after_the_answer_got_lost_is_one_intake(client, world):
    walk(client, form_data(world.trajectory))
    client.cookies.clear()
    again = walk(client, form_data(world.trajectory))
    assert "Bedankt voor je inschrijving" in text_of(client.get(again.url))
    assert Intake.objects.count() == OutboundMail.objects.count() == 1
    assert walk(client, form_data(world.trajectory, goals="Iets anders")).status_code == 302
    assert Intake.objects.count() == 2


def test_the_second_sender_gets_the_same_page_and_no_second_mail_also_days_later(client, world):
    first = client.get(walk(client, form_data(world.trajectory)).url)
    Intake.objects.update(created_at=timezone.now() - timedelta(days=3))
    other = Client()
    again = other.get(walk(other, form_data(world.trajectory)).url)

    def said(response):
        return re.sub(r'(ref=|value=")[^"]{30,}', "", text_of(response))

    assert said(again) == said(first)
    assert Intake.objects.count() == OutboundMail.objects.count() == 1


def test_whoever_says_something_else_under_the_same_number_gets_an_own_intake_and_learns_nothing(client, world):
    walk(client, form_data(world.trajectory, goals="Geheim plan"))
    stranger = Client()
    page = stranger.get(walk(stranger, form_data(world.trajectory, contact_email="iemand@elders.example")).url)
    assert Intake.objects.count() == 2
    assert "iemand@elders.example" in text_of(page)
    said = text_of(page) + text_of(stranger.get(page.context["results_url"]))
    assert "Geheim plan" not in said
    assert "greet.janssens" not in said


def test_once_voka_took_an_intake_up_the_same_form_is_a_new_one(client, world):
    walk(client, form_data(world.trajectory))
    services.start_contact(intake=Intake.objects.get(), by=world.facilitator)
    other = Client()
    walk(other, form_data(world.trajectory))
    assert sorted(Intake.objects.values_list("state", flat=True)) == ["in_contact", "submitted"]


def test_a_step_posted_after_sending_changes_nothing_and_says_so(client, world):
    data = form_data(world.trajectory)
    walk(client, data)
    response = client.post(address("wensen"), {**data, "goals": "Toch iets anders"}, follow=True)
    assert "Je inschrijving is al verstuurd. Er is niets veranderd." in text_of(response)
    assert "Bedankt voor je inschrijving" in text_of(response)
    assert Intake.objects.get().goals == "Meer techniekers"


def test_after_sending_the_next_company_begins_with_an_empty_form(client, world):
    walk(client, form_data(world.trajectory))
    page = text_of(client.get(URL))
    assert "Stap 1 van 6" in page
    assert "Je inschrijving is al verstuurd." in page
    assert "Staalbouw" not in page
    other = form_data(world.trajectory, enterprise_number="0353456320", company_name="Andere nv")
    assert walk(client, other).status_code == 302
    assert Intake.objects.count() == 2


# --- Thank you --------------------------------------------------------------------------------------------------------

LATER = "Alleen het versturen van mails gaat nu traag: de bevestigingsmail komt later."


def test_the_visitor_is_thanked_and_told_what_happens_next(client, world):
    Heartbeat.objects.create(seen_at=timezone.now())
    page = text_of(client.get(send(client).url))
    assert "Bedankt voor je inschrijving" in page
    assert "We hebben de inschrijving van Staalbouw Kempen nv bewaard." in page
    assert LATER not in page


def test_while_background_work_sleeps_the_visitor_hears_that_the_mail_comes_later(client, world):
    page = text_of(client.get(send(client).url))
    assert "Je inschrijving is bewaard." in page
    assert LATER in page


@pytest.mark.parametrize("reference", ["", "?ref=", "?ref=1", "?ref=1:abc:def", f"?ref={'x' * 5000}"])
def test_nobody_is_thanked_for_nothing(client, world, reference):
    send(client)
    response = client.get(f"/inschrijven/bedankt/{reference}")
    assert response.status_code == 200
    assert "Hier is niets verstuurd" in text_of(response)
    assert "Staalbouw" not in text_of(response)


# --- With the broker away ---------------------------------------------------------------------------------------------


@pytest.fixture
def restless_broker(monkeypatch):
    """Each attempt to reach the broker really tries."""
    monkeypatch.setattr(broker, "_rest_until", 0.0)


@pytest.mark.parametrize("fault", ["refuses", "hangs"])
def test_without_redis_the_intake_is_kept_and_the_visitor_is_told_so(
    client, world, settings, restless_broker, run_on_commit, fault
):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if fault == "hangs":
            silent.listen(1)
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        started = timezone.now()
        with run_on_commit():
            response = send(client, world.trajectory)
        assert (timezone.now() - started).total_seconds() < 5
    assert response.status_code == 302
    assert Intake.objects.count() == 1
    page = text_of(client.get(response.url))
    assert "Je inschrijving is bewaard." in page
    assert LATER in page


def test_every_form_gets_a_key_of_its_own(client, world):
    keys = {hidden(client.get(URL), "submission_key") for _ in "ab"}
    assert len(keys) == 2
    assert all(uuid.UUID(key) for key in keys)
