"""Voka's back office: buttons and actions call the services, and nothing else moves an intake."""

import html

import pytest

from accounts.models import Invitation
from companies import services
from companies.enums import IntakeState, LogKind, Maturity
from companies.models import Company, Intake, Question, Questionnaire
from notifications.models import OutboundMail
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
    """What a browser posts from the change page, with changes."""
    context = office.get(change_url(intake)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {field.html_name: "" if field.value() is None else field.value() for form in forms for field in form}
    return {name: getattr(value, "pk", value) for name, value in {**data, **changes}.items()}


def press(office, intake, button=None, **changes):
    data = filled_in(office, intake, **changes)
    return office.post(change_url(intake), {**data, button or "_continue": "1"}, follow=True)


def refined_name(intake, number, field) -> str:
    ordered = list(intake.answers.order_by("question__number").values_list("question__number", flat=True))
    return f"answers-{ordered.index(number)}-{field}"


# --- Who comes in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "colleague", "teacher", "expert", "stranger", "chair"])
@pytest.mark.parametrize("page", ["intake", "company", "questionnaire"])
def test_only_voka_comes_in(world, sign_in_as, intake, person, page):
    client = sign_in_as(getattr(world, person))
    for path in (f"/beheer/companies/{page}/", change_url(intake)):
        response = client.get(path)
        assert response.status_code in (302, 403)
        assert "Staalbouw" not in text_of(response)
    assert client.post(change_url(intake), {"_accept": "1"}).status_code in (302, 403)
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


def test_starting_contact_writing_a_note_and_refining(world, office, intake):
    press(office, intake, "_in_contact", note="Belt morgen terug", note_kind="call", next_on="03/12/2026")
    intake.refresh_from_db()
    assert (intake.state, intake.owner) == (IntakeState.IN_CONTACT, world.facilitator)
    note = intake.log.get(kind=LogKind.CALL)
    assert (note.text, note.by, note.next_on.isoformat()) == ("Belt morgen terug", world.facilitator, "2026-12-03")
    press(
        office,
        intake,
        "_refined",
        **{refined_name(intake, 1, "refined"): "1", refined_name(intake, 1, "refined_why"): "Eén keer in 2024"},
    )
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
    response = press(office, intake, "_refined", **{refined_name(intake, 1, "refined"): "1"})
    assert "Schrijf waarom je dit antwoord verfijnt." in text_of(response)
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED
    assert intake.answers.get(question__number=1).refined == ""


def test_accepting_with_the_button_invites_the_contact_once(world, office, intake):
    page = text_of(press(office, intake, "_accept"))
    assert "Staalbouw Kempen nv doet mee. De contactpersoon krijgt een mail." in page
    assert "heeft Staalbouw Kempen nv al aanvaard op" in text_of(
        office.post(change_url(intake), {**filled_in(office, intake), "_accept": "1"}, follow=True)
    )
    intake.refresh_from_db()
    assert intake.state == IntakeState.ACCEPTED
    assert Invitation.objects.count() == 1
    assert OutboundMail.objects.filter(event="accounts/invitation").count() == 1


def test_accepting_without_a_trajectory_asks_for_one_and_choosing_it_at_once_works(world, office):
    intake = submit(None)
    page = text_of(press(office, intake, "_accept"))
    assert "Kies eerst een traject: Staalbouw Kempen nv laat dat aan Voka over." in page
    press(office, intake, "_accept", trajectory=world.trajectory.pk)
    intake.refresh_from_db()
    assert (intake.state, intake.trajectory) == (IntakeState.ACCEPTED, world.trajectory)


def test_declining_with_the_button_needs_a_reason_beside_its_field(office, intake):
    page = text_of(press(office, intake, "_decline"))
    assert "Schrijf waarom je afwijst. Het bedrijf krijgt dit te lezen." in page
    intake.refresh_from_db()
    assert intake.state == IntakeState.SUBMITTED
    press(office, intake, "_decline", decline_reason="Buiten de regio")
    intake.refresh_from_db()
    assert (intake.state, intake.declined_reason) == (IntakeState.DECLINED, "Buiten de regio")


@pytest.mark.parametrize(
    ("prepare", "names"),
    [
        (lambda intake, by: intake, ["_in_contact", "_refined", "_accept", "_decline"]),
        (lambda intake, by: services.start_contact(intake=intake, by=by), ["_refined", "_accept", "_decline"]),
        (lambda intake, by: services.refine(intake=intake, by=by), ["_accept", "_decline"]),
        (lambda intake, by: services.accept(intake=intake, by=by), ["_refined"]),
        (lambda intake, by: services.decline(intake=intake, by=by, reason="x"), []),
    ],
)
def test_only_the_buttons_that_make_sense_now_are_there(world, office, intake, prepare, names):
    prepare(intake, world.facilitator)
    page = office.get(change_url(intake)).content.decode()
    assert [name for name in ("_in_contact", "_refined", "_accept", "_decline") if f'name="{name}"' in page] == names


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


def test_saving_an_old_page_does_not_undo_a_decision(world, office, intake):
    data = filled_in(office, intake)
    services.accept(intake=intake, by=world.administrator)
    response = office.post(change_url(intake), {**data, "company_name": "Oude naam", "_continue": "1"})
    intake.refresh_from_db()
    assert (intake.state, intake.company_name) == (IntakeState.ACCEPTED, "Staalbouw Kempen nv")
    assert response.status_code in (302, 409)


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


def test_the_buttons_stand_above_the_form_too_where_enter_only_saves(office, intake):
    page = text_of(office.get(change_url(intake)))
    form = page[page.index('id="intake_form"') :]
    first = form.index('type="submit"')
    assert 'name="_continue"' in form[first : first + 60]
    assert page.count('name="_accept"') == 2


def test_a_refused_action_names_the_company_once(world, office):
    without = submit(None, Maturity.INTEGRATED)
    services.decline(intake=without, by=world.facilitator, reason="Te ver")
    response = office.post(LIST, {"action": "accept", "_selected_action": [without.pk]}, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert [sentence.count(str(without)) for sentence in said] == [1]
