"""Voka's back office: buttons and actions call the services, and nothing else moves an intake."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Invitation
from companies import services
from companies.enums import IntakeState, LogKind, Maturity
from companies.models import Company, Intake, Question, Questionnaire
from notifications.models import OutboundMail
from notifications.services import invite_again
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db

LIST = "/beheer/companies/intake/"


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def change_url(intake) -> str:
    return f"{LIST}{intake.pk}/change/"


@pytest.fixture
def office(world, sign_in_as):
    """The back office, signed in as Voka staff."""
    return sign_in_as(world.facilitator)


@pytest.fixture
def intake(world):
    return submit(world.trajectory, Maturity.INTEGRATED, enterprise_number="0566988259")


def filled_in(office, intake, **changes) -> dict:
    """What a browser posts from the change page, with changes: what each field showed travels along."""
    context = office.get(change_url(intake)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for field in (field for form in forms for field in form):
        value = "" if field.value() is None else field.value()
        data[field.html_name] = value
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = value
    return {name: getattr(value, "pk", value) for name, value in {**data, **changes}.items()}


def press(office, intake, **changes):
    data = filled_in(office, intake, **changes)
    return office.post(change_url(intake), {**data, "_continue": "1"}, follow=True)


def take(office, intake, step, **given):
    """A step apart from the form: the button, or the page that asks first and the button on it."""
    url = f"{LIST}{intake.pk}/{step}/"
    if step in ("accept", "decline"):
        given = {"mark": office.get(url).context["mark"], "_decline": "1", **given}
    return office.post(url, given, follow=True)


def refined_name(intake, number, field) -> str:
    ordered = list(intake.answers.order_by("question__number").values_list("question__number", flat=True))
    return f"answers-{ordered.index(number)}-{field}"


# --- Who comes in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "colleague", "teacher", "expert", "stranger", "chair"])
@pytest.mark.parametrize("page", ["intake", "company", "questionnaire"])
def test_only_voka_comes_in(world, sign_in_as, intake, person, page):
    client = sign_in_as(getattr(world, person))
    steps = [f"{LIST}{intake.pk}/{step}/" for step in ("accept", "decline")]
    for path in (f"/beheer/companies/{page}/", change_url(intake), *steps):
        response = client.get(path)
        assert response.status_code in (302, 403)
        assert "Staalbouw" not in text_of(response)
    for path in (*steps, f"{LIST}{intake.pk}/contact/", f"{LIST}{intake.pk}/refined/"):
        assert client.post(path, {"reason": "x", "_decline": "1"}).status_code in (302, 403)
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED


def test_nobody_adds_or_deletes_an_intake_here(office, intake):
    assert office.get(f"{LIST}add/").status_code == 403
    assert office.post(f"{LIST}{intake.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in text_of(office.get(LIST))


# --- Work lists -------------------------------------------------------------------------------------------------------


def test_the_work_lists_are_filters_on_the_state(world, office, intake):
    refined = services.refine(intake=submit(world.trajectory, company_name="Al verfijnd nv"), by=world.facilitator)
    to_contact = office.get(f"{LIST}?state__exact=submitted")
    assert list(to_contact.context["cl"].result_list) == [intake]
    to_decide = office.get(f"{LIST}?state__exact=refined")
    assert list(to_decide.context["cl"].result_list) == [refined]
    still_to_refine = office.get(f"{LIST}?state__exact=accepted&refined_at__isnull=True")
    assert still_to_refine.status_code == 200
    services.accept(intake=intake, by=world.facilitator)
    still_to_refine = office.get(f"{LIST}?state__exact=accepted&refined_at__isnull=True")
    assert list(still_to_refine.context["cl"].result_list) == [intake]


@pytest.mark.parametrize("search", ["staalbouw", "0566988259", "BE 0566.988.259", "Janssens", "greet.janssens@"])
def test_an_intake_is_found_by_name_number_or_contact(office, intake, world, search):
    submit(world.trajectory, company_name="Heel iets anders", contact_last_name="Peeters", contact_email="x@y.example")
    assert list(office.get(LIST, {"q": search}).context["cl"].result_list) == [intake]


def test_the_list_costs_the_same_with_1_and_with_3_rows(office, intake, world, django_assert_max_num_queries):
    def price():
        with django_assert_max_num_queries(30) as captured:
            assert office.get(LIST).status_code == 200
        return len(captured)

    services.start_contact(intake=intake, by=world.facilitator)
    one = price()
    for trajectory in (world.trajectory, world.other_trajectory):
        services.start_contact(intake=submit(trajectory), by=world.administrator)
    assert price() == one


@pytest.mark.parametrize("query", ["?owner__password__startswith=x", "?o=99", "?p=-1", "?q=%00"])
def test_the_list_is_no_oracle_and_does_not_crash(office, intake, query):
    assert office.get(LIST + query).status_code in (200, 302, 400)


# --- The change page --------------------------------------------------------------------------------------------------


def test_the_page_shows_what_was_declared_and_the_history(office, intake):
    page = text_of(office.get(change_url(intake)))
    for shown in (
        "0566988259",
        "4 geïntegreerd en verbeterd",
        "Bedrijfsbezoeken",
        "Ingediend",
        "Privacyverklaring gelezen",
    ):
        assert shown in page


def test_a_call_starts_the_contact_and_refining_is_a_step_of_its_own(world, office, intake):
    press(office, intake, note="Belt morgen terug", note_kind="call", next_on="03/12/2026")
    intake.refresh_from_db()
    assert (intake.state, intake.owner) == (IntakeState.IN_CONTACT, world.facilitator)
    note = intake.log.get(kind=LogKind.CALL)
    assert (note.text, note.by, note.next_on.isoformat()) == ("Belt morgen terug", world.facilitator, "2026-12-03")
    press(
        office,
        intake,
        **{refined_name(intake, 1, "refined"): "1", refined_name(intake, 1, "refined_why"): "Eén keer in 2024"},
    )
    take(office, intake, "refined")
    intake.refresh_from_db()
    assert (intake.state, intake.is_refined) == (IntakeState.REFINED, True)
    answer = intake.answers.get(question__number=1)
    assert (answer.declared, answer.refined, answer.refined_why, answer.refined_by) == (
        "4",
        "1",
        "Eén keer in 2024",
        world.facilitator,
    )
    assert "Bedrijfsbezoeken: 4 geïntegreerd en verbeterd → 1 ad hoc. Eén keer in 2024" in text_of(
        office.get(change_url(intake))
    )


def test_a_note_for_colleagues_starts_no_contact(office, intake):
    press(office, intake, note="Nog eens bekijken", note_kind="note")
    intake.refresh_from_db()
    assert (intake.state, intake.log.first().text) == (IntakeState.SUBMITTED, "Nog eens bekijken")


def test_contact_starts_with_a_button_too_and_only_once(world, office, intake):
    assert "Je volgt Staalbouw Kempen nv op." in text_of(take(office, intake, "contact"))
    assert "is al gestart" in text_of(take(office, intake, "contact"))
    assert list(intake.log.values_list("kind", flat=True)) == ["in_contact", "submitted"]
    assert office.get(f"{LIST}{intake.pk}/contact/").status_code == 405


@pytest.mark.parametrize("pk", [0, 999999, 10**30])
def test_a_step_of_an_unknown_intake_is_not_found(office, pk):
    for step in ("contact", "refined", "accept", "decline"):
        assert office.post(f"{LIST}{pk}/{step}/").status_code == 404


@pytest.mark.parametrize("kind", ["", "xyz", "accepted"])
def test_a_note_without_its_kind_is_refused_beside_the_field_and_kept(office, intake, kind):
    page = text_of(press(office, intake, note="Een lang gesprek", note_kind=kind))
    assert "Een lang gesprek" in page
    assert "errorlist" in page
    assert list(intake.log.values_list("kind", flat=True)) == ["submitted"]


def test_more_rows_than_there_are_answers_are_refused_at_once(office, intake, django_assert_max_num_queries):
    data = filled_in(office, intake) | {"answers-TOTAL_FORMS": "100000", "note": "Blijft staan", "_continue": "1"}
    with django_assert_max_num_queries(80):
        page = text_of(office.post(change_url(intake), data))
    assert "Blijft staan" in page
    assert page.count('class="answer"') == 13


def test_saving_without_a_button_keeps_corrections_and_leaves_the_state(office, intake):
    response = press(
        office,
        intake,
        **{refined_name(intake, 2, "refined"): "0", refined_name(intake, 2, "refined_why"): "Nooit gedaan"},
    )
    assert response.status_code == 200
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED
    assert intake.answers.get(question__number=2).refined == "0"


def test_a_refinement_without_a_reason_is_refused_beside_its_field(office, intake):
    response = press(office, intake, **{refined_name(intake, 1, "refined"): "1"})
    assert "Schrijf waarom je dit antwoord verfijnt." in text_of(response)
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED
    assert intake.answers.get(question__number=1).refined == ""


def test_accepting_shows_the_mails_and_invites_the_contact_once(world, office, intake):
    services.change_details(intake=intake, by=world.facilitator, changes={"colleague_email": "jo@staalbouw.example"})
    page = text_of(office.get(f"{LIST}{intake.pk}/accept/"))
    for said in ("greet.janssens@staalbouw.example", "jo@staalbouw.example", "Deze 2 mails vertrekken"):
        assert said in page
    assert "Goed nieuws: Staalbouw Kempen nv doet mee aan Testtraject." in page
    assert not OutboundMail.objects.filter(event="accounts/invitation").exists()
    page = text_of(take(office, intake, "accept"))
    assert "Staalbouw Kempen nv doet mee. De contactpersoon krijgt een mail." in page
    assert "heeft Staalbouw Kempen nv al aanvaard op" in text_of(take(office, intake, "accept"))
    intake.refresh_from_db()
    assert intake.state == IntakeState.ACCEPTED
    assert Invitation.objects.count() == 2
    mails = OutboundMail.objects.filter(event="accounts/invitation")
    assert [mail.subject for mail in mails] == ["Staalbouw Kempen nv doet mee aan Testtraject"] * 2
    assert ["Goed nieuws: Staalbouw Kempen nv doet mee aan Testtraject." in mail.text for mail in mails] == [True, True]


def test_an_invitation_later_on_does_not_bring_the_news_again(world, office, intake):
    take(office, intake, "accept")
    invite_again(invitation=Invitation.objects.get(), by=world.facilitator)
    assert [("Goed nieuws" in mail.text) for mail in OutboundMail.objects.filter(event="accounts/invitation")].count(
        True
    ) == 1


def test_accepting_without_a_trajectory_asks_to_choose_one_first(world, office):
    intake = submit(None)
    page = text_of(office.get(f"{LIST}{intake.pk}/accept/"))
    assert "laat de keuze van een traject aan Voka over" in page
    assert "Aanvaarden en mailen" not in page
    assert "Kies eerst een traject: Staalbouw Kempen nv laat dat aan Voka over." in text_of(
        take(office, intake, "accept")
    )
    press(office, intake, trajectory=world.trajectory.pk)
    take(office, intake, "accept")
    intake.refresh_from_db()
    assert (intake.state, intake.trajectory) == (IntakeState.ACCEPTED, world.trajectory)


def test_what_changed_after_the_mail_was_read_is_read_again(world, office, intake):
    mark = office.get(f"{LIST}{intake.pk}/accept/").context["mark"]
    services.change_details(intake=intake, by=world.administrator, changes={"contact_email": "ander@test.example"})
    page = text_of(office.post(f"{LIST}{intake.pk}/accept/", {"mark": mark}))
    assert "Deze inschrijving is intussen veranderd." in page
    assert "ander@test.example" in page
    assert not Invitation.objects.exists()
    take(office, intake, "accept")
    assert Invitation.objects.get().email == "ander@test.example"


def test_declining_needs_a_reason_and_shows_the_mail_with_it(office, intake):
    page = text_of(take(office, intake, "decline"))
    assert "Dit veld is verplicht." in page
    url = f"{LIST}{intake.pk}/decline/"
    page = text_of(office.post(url, {"reason": "Buiten de regio", "_show": "1"}))
    assert page.count("Buiten de regio") == 2
    assert "Buiten de regio" in text_of(office.post(url, {"reason": "Buiten de regio", "mark": "oud", "_decline": "1"}))
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED
    take(office, intake, "decline", reason="Buiten de regio")
    take(office, intake, "decline", reason="Nog een keer")
    intake.refresh_from_db()
    assert (intake.state, intake.declined_reason) == (IntakeState.DECLINED, "Buiten de regio")
    assert OutboundMail.objects.filter(event="companies/intake_declined").count() == 1


@pytest.mark.parametrize(
    ("prepare", "names"),
    [
        (lambda intake, by: intake, ["contact", "refined", "accept", "decline"]),
        (lambda intake, by: services.start_contact(intake=intake, by=by), ["refined", "accept", "decline"]),
        (lambda intake, by: services.refine(intake=intake, by=by), ["accept", "decline"]),
        (lambda intake, by: services.accept(intake=intake, by=by), ["refined"]),
        (lambda intake, by: services.decline(intake=intake, by=by, reason="x"), []),
    ],
)
def test_only_the_steps_that_make_sense_now_are_there(world, office, intake, prepare, names):
    prepare(intake, world.facilitator)
    steps = office.get(change_url(intake)).context["steps"]
    assert [step["url"] for step in steps] == [f"{LIST}{intake.pk}/{name}/" for name in names]


def test_no_step_saves_the_form(office, intake):
    """Two forms: what is typed in the one cannot travel with the other."""
    page = office.get(change_url(intake)).content.decode()
    form = page[page.index('id="intake_form"') :]
    form = form[: form.index("</form>")]
    assert f"{LIST}{intake.pk}/" not in form
    assert re.findall(r'type="submit"[^>]*name="(\w+)"', form) == ["_save", "_continue"]


def test_voka_puts_details_right_and_hands_over(world, office, intake):
    press(
        office, intake, contact_phone="0470 12 34 56", enterprise_number="BE 0440.966.354", owner=world.administrator.pk
    )
    intake.refresh_from_db()
    assert (intake.contact_phone, intake.enterprise_number, intake.owner) == (
        "+32470123456",
        "0440966354",
        world.administrator,
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("enterprise_number", "2147812701", "Dit is het nummer van een vestiging"),
        ("contact_phone", "12", "Vul een volledig telefoonnummer in"),
        ("postal_code", "0001", "Een Belgische postcode heeft vier cijfers"),
        ("owner", "999999", "Selecteer een geldige keuze"),
        ("trajectory", "999999", "Selecteer een geldige keuze"),
        ("next_on", "03/12/2026", "Schrijf wat er gezegd of afgesproken is."),
        ("next_on", "31/02/2026", "Voer een geldige datum in"),
    ],
)
def test_bad_details_are_refused_beside_their_field(office, intake, field, value, sentence):
    before = Intake.objects.values().get()
    assert sentence in text_of(press(office, intake, **{field: value}))
    assert Intake.objects.values().get() == before


def test_forged_fields_change_nothing(world, office, intake):
    forged = {
        "state": "accepted",
        "organisation": world.company.pk,
        "refined_at_0": "01/01/2026",
        "decided_by": world.facilitator.pk,
        "submission_key": "00000000-0000-0000-0000-000000000000",
        refined_name(intake, 1, "declared"): "0",
        refined_name(intake, 1, "refined_by"): world.administrator.pk,
    }
    before = Intake.objects.values().get()
    assert press(office, intake, **forged).status_code == 200
    assert Intake.objects.values().get() == before
    assert intake.answers.get(question__number=1).declared == "4"


def test_an_answer_of_another_intake_cannot_be_smuggled_in(world, office, intake):
    other = submit(world.trajectory)
    stolen = other.answers.first()
    data = filled_in(office, intake)
    data |= {"answers-0-id": stolen.pk, "answers-0-refined": "0", "answers-0-refined_why": "x"}
    office.post(change_url(intake), {**data, "_continue": "1"})
    stolen.refresh_from_db()
    assert stolen.refined == ""


def test_saving_an_old_page_does_not_undo_a_decision_and_says_what_was_not_saved(world, office, intake):
    data = filled_in(office, intake) | {"company_name": "Oude naam", "note": "Gebeld", "_continue": "1"}
    services.accept(intake=intake, by=world.administrator)
    page = text_of(office.post(change_url(intake), data))
    assert (
        "Over deze inschrijving is intussen beslist. Dit is daarom niet bewaard: naam van het bedrijf: Oude naam."
        in page
    )
    assert "Gebeld" in page
    intake.refresh_from_db()
    assert (intake.state, intake.company_name) == (IntakeState.ACCEPTED, "Staalbouw Kempen nv")


# --- Two colleagues on one page ---------------------------------------------------------------------------------------


def test_an_old_page_leaves_what_a_colleague_did_alone(world, office, intake):
    first = filled_in(office, intake)
    refined = {refined_name(intake, 1, "refined"): "1", refined_name(intake, 1, "refined_why"): "Nagekeken"}
    press(office, intake, street="Nieuwe straat 9", study_domains=["stem"], **refined)
    office.post(change_url(intake), {**first, "note": "Gebeld", "municipality": "Oud-Turnhout", "_continue": "1"})
    intake.refresh_from_db()
    assert (intake.street, intake.municipality, intake.study_domains) == ("Nieuwe straat 9", "Oud-Turnhout", ["stem"])
    answer = intake.answers.get(question__number=1)
    assert (answer.refined, answer.refined_why) == ("1", "Nagekeken")
    assert intake.log.get(kind=LogKind.CALL).text == "Gebeld"


def test_who_changes_the_same_reads_what_the_colleague_made_of_it_and_keeps_what_was_typed(world, office, intake):
    first = filled_in(office, intake)
    names = refined_name(intake, 1, "refined"), refined_name(intake, 1, "refined_why")
    theirs = dict(zip(names, ("1", "Een keer"), strict=True))
    press(office, intake, street="Nieuwe straat 9", website="https://nieuw.example", **theirs)
    mine = {**first, "street": "Mijn straat 1", "note": "Gebeld", names[0]: "3", names[1]: "Vaker", "_continue": "1"}
    response = office.post(change_url(intake), mine)
    page = text_of(response)
    for said in ("‘Nieuwe straat 9’", "‘1 ad hoc’", "‘Een keer’", "Mijn straat 1", "Gebeld", "Vaker", "nieuw.example"):
        assert said in page
    intake.refresh_from_db()
    assert (intake.street, intake.answers.get(question__number=1).refined) == ("Nieuwe straat 9", "1")
    assert not intake.log.filter(kind=LogKind.CALL).exists()
    forms = [response.context["adminform"].form, *response.context["inline_admin_formsets"][0].formset.forms]
    now_seen = {
        field.html_initial_name: re.search(r'value="([^"]*)"', field.as_hidden(only_initial=True)).group(1)
        for form in forms
        for field in form
        if field.html_name in ("street", *names)
    }
    office.post(change_url(intake), {**mine, **now_seen})
    intake.refresh_from_db()
    assert (intake.street, intake.answers.get(question__number=1).refined) == ("Mijn straat 1", "3")
    assert intake.website == "https://nieuw.example"


def test_a_reason_alone_does_not_bring_back_an_older_value(world, office, intake):
    """The value and its reason are one: who changes the reason vouches for the value beside it."""
    names = refined_name(intake, 1, "refined"), refined_name(intake, 1, "refined_why")
    press(office, intake, **dict(zip(names, ("1", "Eerst"), strict=True)))
    first = filled_in(office, intake)
    press(office, intake, **{names[0]: "2"})
    assert "‘2 herhaald’" in text_of(office.post(change_url(intake), {**first, names[1]: "Later", "_continue": "1"}))
    assert intake.answers.get(question__number=1).refined == "2"


# --- All that a company filled in -------------------------------------------------------------------------------------


WISHES = {
    "study_domains": ["stem", "sport"],
    "key_elements": ["2", "6"],
    "places_per_year": 12,
    "languages": "Nederlands, Frans",
    "safety": "VCA verplicht",
    "partner_schools": "Sint-Jozef Geel",
    "workgroup_role": "chair",
    "goals": "Meer techniekers",
    "barriers": "Weinig tijd",
    "colleague_name": "Jo Peeters",
    "colleague_email": "jo@staalbouw.example",
    "nace_code": "25110",
    "nace_version": "2025",
}


def test_voka_reads_and_corrects_wishes_and_the_second_contact_until_the_decision(world, office):
    intake = submit(world.trajectory, **WISHES)
    page = text_of(office.get(change_url(intake)))
    for said in ("VCA verplicht", "Sint-Jozef Geel", "Meer techniekers", "Weinig tijd", "Jo Peeters", "25110"):
        assert said in page
    press(office, intake, study_domains=["art"], goals="Meisjes in techniek", nace_version="2008")
    intake.refresh_from_db()
    assert (intake.study_domains, intake.goals, intake.nace_version) == (["art"], "Meisjes in techniek", "2008")
    assert "Vul de NACE-BEL-code en de versie samen in" in text_of(press(office, intake, nace_code=""))
    services.accept(intake=intake, by=world.facilitator)
    page = text_of(office.get(change_url(intake)))
    for said in ("Kunst en creatie", "Implementatie van het curriculum", "Meisjes in techniek", "VCA verplicht"):
        assert said in page


def test_the_wishes_stand_on_the_profile_for_the_company_and_voka_alone(world, sign_in_as):
    intake = submit(world.trajectory, enterprise_number="0566988259", **WISHES)
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    services.accept(intake=intake, by=world.facilitator)
    url = f"/bedrijven/{world.company.pk}/"
    for person, sees in ((world.owner, True), (world.facilitator, True), (world.teacher, False)):
        page = text_of(sign_in_as(person).get(url))
        assert [said in page for said in ("Weinig tijd", "Sport", "Sint-Jozef Geel")] == [sees] * 3, person


def test_the_telephone_can_be_called_and_reads_easily(office, intake):
    page = text_of(office.get(change_url(intake)))
    assert '<a href="tel:+3214580102">+32 14 58 01 02</a>' in page
    assert 'value="+32 14 58 01 02"' in page


def test_the_page_is_called_after_the_company(office, intake):
    page = text_of(office.get(change_url(intake)))
    assert re.search(r"<h1>\s*Staalbouw Kempen nv\s*</h1>", page)
    assert "<title>Fout: Staalbouw Kempen nv" in re.sub(r"\s+", " ", text_of(press(office, intake, postal_code="1")))


def test_the_work_list_comes_in_the_order_of_what_was_agreed(world, office, intake):
    today = timezone.localdate()
    late, soon = submit(world.trajectory, company_name="Te laat nv"), submit(world.trajectory, company_name="Straks nv")
    for one, day in ((soon, today), (late, today - timedelta(days=1)), (intake, None)):
        services.add_note(intake=one, by=world.facilitator, kind=LogKind.CALL, text="Gebeld", next_on=day)
    response = office.get(f"{LIST}?state__exact=in_contact")
    assert list(response.context["cl"].result_list) == [late, soon, intake]
    page = text_of(response)
    assert page.count("te laat</span>") == 1
    assert f"{today - timedelta(days=1):%d/%m/%Y} <span" in page


def test_a_company_that_exists_already_is_shown_before_accepting(world, office, intake):
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    submit(world.other_trajectory, enterprise_number="0566988259", company_name="Tweede inschrijving")
    page = text_of(office.get(change_url(intake)))
    assert "Boormachines nv heeft al een profiel" in page
    assert "Tweede inschrijving (Ingediend)" in page


# --- Actions ----------------------------------------------------------------------------------------------------------


def run(office, action, *intakes, **extra):
    data = {"action": action, "_selected_action": [intake.pk for intake in intakes], **extra}
    return office.post(LIST, data, follow=True)


def test_accepting_a_selection_tells_what_did_not_work(world, office, intake):
    open_choice = submit(None, company_name="Zonder traject nv")
    page = text_of(run(office, "accept", intake, open_choice))
    assert "greet.janssens@staalbouw.example" in page
    assert not Intake.objects.accepted().exists()
    page = text_of(run(office, "accept", intake, open_choice, confirmed="1"))
    assert "Aanvaard: 1. Elke contactpersoon krijgt een mail." in page
    assert "Kies eerst een traject: Zonder traject nv laat dat aan Voka over." in page
    assert set(Intake.objects.accepted()) == {intake}


def test_starting_contact_for_a_selection(world, office, intake):
    run(office, "start_contact", intake, submit(world.trajectory))
    assert set(Intake.objects.values_list("state", flat=True)) == {"in_contact"}


def test_declining_a_selection_asks_the_reason_first(world, office, intake):
    other = submit(world.trajectory, company_name="Ook niet nv")
    page = text_of(run(office, "decline", intake, other))
    assert "Ook niet nv" in page
    assert set(Intake.objects.values_list("state", flat=True)) == {"submitted"}
    page = text_of(run(office, "decline", intake, other, confirmed="1", reason="  "))
    assert "Dit veld is verplicht." in page
    assert set(Intake.objects.values_list("state", flat=True)) == {"submitted"}
    page = text_of(run(office, "decline", intake, other, confirmed="1", reason="Volzet"))
    assert "Afgewezen: 2. Elke contactpersoon krijgt een mail." in page
    assert set(Intake.objects.values_list("state", "declined_reason")) == {("declined", "Volzet")}


# --- Companies and questionnaires -------------------------------------------------------------------------------------


def test_voka_completes_the_profile_of_a_company(world, office):
    url = f"/beheer/companies/company/{world.company.pk}/change/"
    office.post(
        url,
        {
            "enterprise_number": "be 0566.988.259",
            "sector": "ict",
            "headcount_band": "250+",
            "nace_code": "62010",
            "nace_version": "2025",
        },
    )
    company = Company.objects.get(pk=world.company.pk)
    assert (company.enterprise_number, company.sector, company.nace_code) == ("0566988259", "ict", "62010")
    office.post(url, {"enterprise_number": "", "sector": "", "headcount_band": "", "nace_code": "", "nace_version": ""})
    company.refresh_from_db()
    assert company.enterprise_number is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"enterprise_number": "0566988258"}, "Dit ondernemingsnummer bestaat niet"),
        ({"enterprise_number": "0440966354"}, "Er is al een bedrijf met dit ondernemingsnummer."),
        ({"nace_code": "62"}, "Een NACE-BEL-code heeft vijf cijfers."),
        ({"nace_code": "62010", "nace_version": ""}, "Vul de NACE-BEL-code en de versie samen in."),
    ],
)
def test_a_wrong_profile_is_refused_with_a_sentence(world, office, changes, sentence):
    Company.objects.filter(pk=world.other_company.pk).update(enterprise_number="0440966354")
    data = {"enterprise_number": "", "sector": "", "headcount_band": "", "nace_code": "", "nace_version": "", **changes}
    response = office.post(f"/beheer/companies/company/{world.company.pk}/change/", data)
    assert sentence in text_of(response)


def test_a_questionnaire_in_use_cannot_be_changed_but_a_copy_can(office, questionnaire):
    url = "/beheer/companies/questionnaire/"
    assert office.post(f"{url}{questionnaire.pk}/change/", {"title": "Anders"}).status_code == 403
    office.post(url, {"action": "copy", "_selected_action": [questionnaire.pk]})
    draft = Questionnaire.objects.get(version=2)
    page = office.get(f"{url}{draft.pk}/change/")
    formset = page.context["inline_admin_formsets"][0].formset
    fields = [field for form in [formset.management_form, *formset.forms] for field in form]
    # As a browser does: a box that is not ticked is not sent.
    data = {field.html_name: field.value() for field in fields if field.value() not in (None, [])}
    office.post(f"{url}{draft.pk}/change/", {**data, "title": "Nieuw", "questions-0-text": "Bezoeken"})
    assert draft.questions.get(number=1).text == "Bezoeken"
    assert questionnaire.questions.get(number=1).text == "Bedrijfsbezoeken"
    office.post(url, {"action": "put_in_use", "_selected_action": [draft.pk]})
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("Nieuw", "current")
    assert Question.objects.count() == 26


def test_a_refused_action_names_the_company_once(world, office):
    without = submit(None, Maturity.INTEGRATED)
    services.decline(intake=without, by=world.facilitator, reason="Te ver")
    response = office.post(LIST, {"action": "accept", "_selected_action": [without.pk], "confirmed": "1"}, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert [sentence.count(str(without)) for sentence in said] == [1]


def test_the_page_costs_the_same_with_a_long_history(world, office, intake, django_assert_max_num_queries):
    def price():
        with django_assert_max_num_queries(30) as captured:
            assert office.get(change_url(intake)).status_code == 200
        return len(captured)

    services.add_note(intake=intake, by=world.facilitator, kind=LogKind.CALL, text="Gebeld")
    short = price()
    for by in (world.facilitator, world.administrator, world.facilitator):
        services.add_note(intake=intake, by=by, kind=LogKind.CALL, text="Nog eens gebeld")
        press(office, intake, **{refined_name(intake, 3, "refined"): "1", refined_name(intake, 3, "refined_why"): "Zo"})
    assert price() == short
