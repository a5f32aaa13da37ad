"""Two that are one: the preview tells what will happen, the deed happens once, and undoing puts back exactly what was."""

import html
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers import serialize
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, Membership, Organisation
from accounts.policy import Conflict, Refused
from accounts.services import add_member, change_membership, invite
from companies import services
from companies.enums import ConsentKind, IntakeState, Maturity
from companies.models import Company, ContactConsent, Intake, Merge
from companies.services import merging
from phases.models import Participation
from phases.services import join
from schools.models import School
from schools.selectors import companies_near
from tests.cast import make_person
from tests.companies.conftest import submit
from tests.races import Meeting, at_the_same_time

NUMBER = "0566988259"


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def everything() -> dict:
    """Each row that a merge may touch, as it is."""
    tables = (Organisation, Company, Membership, Invitation, Participation, Intake, ContactConsent)
    return {model: serialize("json", model.objects.order_by("pk")) for model in tables}


def preview_of(gone, stays, keep=None) -> str:
    kind = type(gone)._meta.model_name
    return f"/beheer/companies/{kind}/{gone.pk}/merge/?with={stays.pk}" + (f"&stays={keep.pk}" if keep else "")


def confirm(office, url, **chosen):
    """Look at the preview and press the button below it."""
    return office.post(url, {"mark": office.get(url).context["mark"], **chosen})


@pytest.fixture
def office(world, sign_in_as):
    return sign_in_as(world.facilitator)


@pytest.fixture
def pair(world):
    """The same company twice: the first time with a typing error, the second time with a website less."""
    first = submit(world.trajectory, Maturity.INTEGRATED, enterprise_number=NUMBER, company_name="Stalbouw Kempen")
    return first, submit(world.trajectory, enterprise_number=NUMBER, website="", contact_phone="+3214999999")


@pytest.fixture
def twins(world):
    """`other_company` is `company` once more: its people, intake and trajectory belong with `company`."""
    Company.objects.filter(pk=world.other_company.pk).update(enterprise_number=NUMBER)
    intake = submit(world.other_trajectory, enterprise_number=NUMBER, contact_email="nieuw@test.example")
    services.accept(intake=intake, by=world.facilitator)
    return Company.objects.get(pk=world.other_company.pk), Company.objects.get(pk=world.company.pk)


# --- Who comes in -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_but_voka_sees_merges_or_does_one(world, client, pair, twins):
    first, second = pair
    merge = services.merge_intakes(intake=first, into=second, by=world.facilitator)
    urls = [
        preview_of(first, second),
        preview_of(*twins),
        "/beheer/companies/merge/",
        f"/beheer/companies/merge/{merge.pk}/change/",
        f"/beheer/companies/merge/{merge.pk}/undo/",
    ]
    before = everything()
    for person in (None, world.owner, world.colleague, world.neighbour, world.teacher, world.expert, world.stranger):
        if person:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        for url in urls:
            for response in (client.get(url), client.post(url, {"mark": "x"})):
                assert response.status_code in (302, 403, 405), (person, url)
                assert "Stalbouw" not in text_of(response)
    for person in (world.owner, world.neighbour, world.teacher, world.stranger):
        with pytest.raises(Refused):
            services.merge_intakes(intake=second, into=first, by=person)
        with pytest.raises(Refused):
            services.merge_companies(company=twins[0], into=twins[1], by=person)
        with pytest.raises(Refused):
            services.undo_merge(merge=merge, by=person)
    assert everything() == before


# --- Intakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_possible_duplicate_leads_to_a_preview_that_writes_nothing(office, pair):
    first, second = pair
    page = text_of(office.get(f"/beheer/companies/intake/{second.pk}/change/"))
    assert f'/beheer/companies/intake/{second.pk}/merge/?with={first.pk}"' in page
    assert "Samenvoegen met Stalbouw Kempen van" in page
    before = everything()
    response = office.get(preview_of(second, first))
    context, shown = response.context, {line.name: line for line in response.context["lines"]}
    assert (context["stays"], context["gone"], context["reasons"]) == (first, second, [])
    choices = {name for name, line in shown.items() if line.is_choice}
    assert choices == {"company_name", "contact"}
    assert (shown["company_name"].stays, shown["company_name"].gone) == ("Stalbouw Kempen", "Staalbouw Kempen nv")
    assert "Niemand krijgt een mail." in text_of(response)
    assert everything() == before


@pytest.mark.django_db
def test_merging_takes_over_what_was_chosen_and_undoing_puts_back_exactly_what_was(world, office, pair):
    first, second = pair
    before = everything()
    response = confirm(office, preview_of(second, first), part_company_name="gone", part_contact="stays")
    merge = Merge.objects.get()
    assert response.url == f"/beheer/companies/merge/{merge.pk}/change/"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.company_name, first.contact_phone, first.state) == (
        "Staalbouw Kempen nv",
        "+3214580102",
        IntakeState.SUBMITTED,
    )
    assert (second.state, second.merged_into, second.decided_by) == (IntakeState.MERGED, first, world.facilitator)
    assert (merge.taken, merge.by) == (["company_name"], world.facilitator)
    assert "Maak ongedaan" in text_of(office.get(response.url))
    assert "De samenvoeging bekijken" in text_of(office.get(f"/beheer/companies/intake/{second.pk}/change/"))
    page = text_of(office.post(f"/beheer/companies/merge/{merge.pk}/undo/", follow=True))
    assert "Alles is weer zoals het was." in page
    assert "Maak ongedaan" not in page
    assert everything() == before
    assert [entry.kind for entry in second.log.order_by("pk")] == ["submitted", "merged", "unmerged"]


@pytest.mark.django_db
def test_a_gap_is_filled_by_the_one_that_goes_unless_someone_says_otherwise(office, pair):
    first, second = pair
    lines = {line.name: line for line in office.get(preview_of(first, second, keep=second)).context["lines"]}
    assert (lines["website"].wins, lines["company_name"].wins) == ("gone", "stays")
    confirm(office, preview_of(first, second, keep=second), part_website="stays")
    second.refresh_from_db()
    assert second.website == ""


@pytest.mark.django_db
def test_a_second_click_changes_nothing_and_shows_the_merge(office, pair):
    first, second = pair
    url = preview_of(second, first)
    data = {"mark": office.get(url).context["mark"]}
    once = office.post(url, data)
    after = everything()
    again = office.post(url, data)
    assert again.url == once.url == office.get(url).url
    assert Merge.objects.count() == 1
    undo = once.url.replace("change", "undo")
    office.post(undo)
    undone = everything()
    assert "Deze samenvoeging was al ongedaan gemaakt." in text_of(office.post(undo, follow=True))
    assert everything() == undone != after


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_shown_before_it_is_merged(world, office, pair):
    first, second = pair
    url = preview_of(second, first)
    data = {"mark": office.get(url).context["mark"], "part_company_name": "gone"}
    services.change_details(intake=second, by=world.administrator, changes={"company_name": "Heel iets anders"})
    response = office.post(url, data)
    assert "Een van de twee is intussen veranderd." in text_of(response)
    assert [line.gone for line in response.context["lines"] if line.name == "company_name"] == ["Heel iets anders"]
    assert not Merge.objects.exists()


@pytest.mark.django_db
def test_a_decided_intake_goes_nowhere_and_the_preview_says_why(world, office, pair):
    first, second = pair
    services.decline(intake=first, by=world.facilitator, reason="Volzet")
    page = text_of(office.get(preview_of(second, first)))
    assert "Fien Begeleider heeft Stalbouw Kempen al afgewezen" in page
    assert 'value="Samenvoegen"' not in page
    assert "Samenvoegen met" not in text_of(office.get(f"/beheer/companies/intake/{second.pk}/change/"))
    for gone, stays in ((first, second), (second, first)):
        with pytest.raises(Conflict):
            services.merge_intakes(intake=gone, into=stays, by=world.facilitator)
    with pytest.raises(Conflict, match="Kies twee verschillende inschrijvingen"):
        services.merge_intakes(intake=second, into=second, by=world.facilitator)


@pytest.mark.django_db
def test_an_accepted_intake_stays_as_it_is(world, office, pair):
    first, second = pair
    services.accept(intake=second, by=world.facilitator)
    response = office.get(preview_of(first, second))
    assert (response.context["stays"], [line for line in response.context["lines"] if line.is_choice]) == (second, [])
    with pytest.raises(Conflict, match="blijven de gegevens|blijven zoals ze zijn"):
        services.merge_intakes(intake=first, into=second, by=world.facilitator, taken=["company_name"])
    confirm(office, preview_of(first, second), part_company_name="gone")
    second.refresh_from_db()
    assert (second.state, second.company_name) == (IntakeState.ACCEPTED, "Staalbouw Kempen nv")


@pytest.mark.django_db
def test_undoing_refuses_when_something_changed_since(world, office, pair):
    first, second = pair
    merge = services.merge_intakes(intake=second, into=first, by=world.facilitator, taken=["company_name"])
    services.change_details(intake=first, by=world.facilitator, changes={"company_name": "Nog anders"})
    before = everything()
    page = text_of(office.get(f"/beheer/companies/merge/{merge.pk}/change/"))
    assert "Nog anders is sindsdien veranderd" in page
    assert "Maak ongedaan" not in page
    assert "is sindsdien veranderd" in text_of(office.post(f"/beheer/companies/merge/{merge.pk}/undo/", follow=True))
    assert everything() == before


@pytest.mark.django_db
def test_undoing_refuses_when_its_time_is_over(world, pair, settings):
    merge = services.merge_intakes(intake=pair[1], into=pair[0], by=world.facilitator)
    Merge.objects.update(at=timezone.now() - timedelta(days=settings.MERGE_UNDO_DAYS))
    with pytest.raises(Conflict, match="kan niet meer ongedaan gemaakt worden: dat kon tot"):
        services.undo_merge(merge=merge, by=world.facilitator)


@pytest.mark.django_db
@pytest.mark.parametrize(("taken", "carried"), [(["contact"], {"privacy", "newsletter"}), ([], {"privacy"})])
def test_a_consent_follows_the_contact_who_gave_it(world, pair, taken, carried):
    """`wilde` agreed to the newsletter, the contact of the intake that stays did not."""
    wilde = submit(world.trajectory, consents=[ConsentKind.NEWSLETTER], contact_email="wilde@test.example")
    services.merge_intakes(intake=wilde, into=pair[0], by=world.facilitator, taken=taken)
    services.accept(intake=pair[0], by=world.facilitator)
    assert set(ContactConsent.objects.values_list("kind", flat=True)) == carried


@pytest.mark.django_db
def test_the_preview_takes_wishes_along_shows_both_answers_and_warns_about_two_numbers(world, office, pair):
    wishes = {"goals": "Meer meisjes", "study_domains": ["stem", "art"], "places_per_year": 8}
    other = submit(world.trajectory, Maturity.UNKNOWN, company_name="Stalbouw", **wishes)
    url = preview_of(other, pair[0])
    page = text_of(office.get(url))
    for said in ("STEM, Kunst en creatie", "Meer meisjes", "4 geïntegreerd en verbeterd", "weet niet"):
        assert said in page
    assert "Deze twee hebben een verschillend ondernemingsnummer." in page
    assert "verschillend ondernemingsnummer" not in text_of(office.get(preview_of(*pair)))
    confirm(office, url)
    pair[0].refresh_from_db()
    # A gap is filled: nobody has to tick it.
    assert {name: getattr(pair[0], name) for name in wishes} == wishes
    services.undo_merge(merge=Merge.objects.get(), by=world.facilitator)
    pair[0].refresh_from_db()
    assert (pair[0].goals, pair[0].study_domains, pair[0].places_per_year) == ("", [], None)


@pytest.mark.django_db
def test_the_answers_of_a_merged_intake_are_closed(world, pair):
    first, second = pair
    services.merge_intakes(intake=second, into=first, by=world.facilitator)
    answer = second.answers.first()
    with pytest.raises(Conflict, match="al samengevoegd"):
        services.correct_answers(
            intake=second,
            by=world.facilitator,
            refinements=[services.Refinement(answer=answer, value=Maturity.AD_HOC, why="Gebeld")],
        )


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["", "?with=", "?with=abc", "?with=²", "?with=999999999", f"?with={10**30}", "self"])
def test_a_forged_address_is_not_found(office, pair, other):
    query = f"?with={pair[0].pk}" if other == "self" else other
    assert office.get(f"/beheer/companies/intake/{pair[0].pk}/merge/{query}").status_code == 404
    assert office.get(f"/beheer/companies/intake/{10**30}/merge/?with={pair[0].pk}").status_code == 404


@pytest.mark.django_db
def test_two_ticked_rows_can_be_merged_and_three_cannot(world, office, pair):
    first, second = pair
    third = submit(world.trajectory, company_name="Heel wat anders")

    def tick(*intakes):
        ticked = {"action": "merge_two", "_selected_action": [intake.pk for intake in intakes]}
        return office.post("/beheer/companies/intake/", ticked)

    assert tick(first, second).url == preview_of(first, second)
    tick(first, second, third)
    assert "Vink er precies twee aan" in text_of(office.get("/beheer/companies/intake/"))


@pytest.mark.django_db
def test_the_list_of_merges_costs_the_same_with_1_and_with_3_rows(world, office, pair, django_assert_max_num_queries):
    def price():
        with django_assert_max_num_queries(20) as captured:
            assert office.get("/beheer/companies/merge/").status_code == 200
        return len(captured)

    services.merge_intakes(intake=pair[1], into=pair[0], by=world.facilitator)
    one = price()
    for by in (world.facilitator, world.administrator):
        services.merge_intakes(intake=submit(world.trajectory), into=pair[0], by=by)
    assert price() == one
    assert office.get("/beheer/companies/merge/add/").status_code == 403
    assert office.post("/beheer/companies/merge/1/delete/", {"post": "yes"}).status_code == 403


# --- Companies --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_merging_companies_moves_what_hangs_on_the_one_that_goes_and_undoing_brings_it_back(world, office, twins):
    gone, stays = twins
    before = everything()
    response = confirm(office, preview_of(gone, stays, keep=stays), part_name="stays")
    merge = Merge.objects.get()
    assert response.url == f"/beheer/companies/merge/{merge.pk}/change/"
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.merged_into, gone.enterprise_number, stays.enterprise_number) == (stays, None, NUMBER)
    assert world.membership(world.neighbour).organisation == world.company
    assert not Membership.objects.filter(organisation=gone.pk).exists()
    assert Invitation.objects.get(email="nieuw@test.example").organisation == world.company
    assert Intake.objects.get().organisation == world.company
    trajectories = Participation.objects.filter(organisation=world.company).values_list("trajectory", flat=True)
    assert set(trajectories) == {world.trajectory.pk, world.other_trajectory.pk}
    services.undo_merge(merge=merge, by=world.administrator)
    assert everything() == before


@pytest.mark.django_db
def test_a_merged_company_is_in_no_list_and_its_page_leads_to_the_one_that_remains(world, client, twins):
    gone, stays = twins
    services.merge_companies(company=gone, into=stays, by=world.facilitator)
    for person in (world.facilitator, world.owner, world.neighbour, world.teacher):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        listed = client.get("/bedrijven/").context["page_obj"].object_list
        assert gone not in listed
        assert stays in listed
        response = client.get(gone.get_absolute_url(), follow=True)
        assert response.redirect_chain == [(stays.get_absolute_url(), 302)]
        assert "Dit bedrijf is samengevoegd met Boormachines nv." in text_of(response)


@pytest.mark.django_db
def test_nobody_can_choose_a_merged_company_until_merging_is_undone(world, office, twins):
    gone, stays = twins
    school = School.objects.get(pk=world.school.pk)
    picker = {"term": "", "app_label": "phases", "model_name": "participation", "field_name": "organisation"}

    def offered() -> set:
        names = {each["text"] for each in office.get("/beheer/autocomplete/", picker).json()["results"]}
        return names | {organisation.name for organisation in companies_near(school)}

    assert {gone.organisation.name, stays.organisation.name} <= offered()
    merge = services.merge_companies(company=gone, into=stays, by=world.facilitator)
    assert stays.organisation.name in offered()
    assert gone.organisation.name not in offered()
    # Voka still finds it in the list itself.
    assert gone.organisation.name in text_of(office.get("/beheer/accounts/organisation/"))
    organisation = Organisation.objects.get(pk=gone.pk)
    sentence = "Lasrobots bv is samengevoegd met een andere organisatie. Kies die."
    with pytest.raises(Conflict, match=sentence):
        add_member(user=world.expert, organisation=organisation, role=Role.COLLEAGUE, by=world.facilitator)
    with pytest.raises(Conflict, match=sentence):
        invite(organisation=organisation, email="x@test.example", role=Role.COLLEAGUE, by=world.facilitator)
    with pytest.raises(Conflict, match=sentence):
        join(trajectory=world.other_trajectory, organisation=organisation)
    with pytest.raises(ValidationError, match=sentence):
        Participation(trajectory=world.other_trajectory, organisation=organisation).full_clean()
    assert office.post(f"/certificaten/traject/{world.trajectory.slug}/{gone.pk}/uitreiken/").status_code == 404
    services.undo_merge(merge=merge, by=world.facilitator)
    assert gone.organisation.name in offered()


@pytest.mark.django_db
def test_the_back_office_saves_a_trajectory_that_a_merged_company_left(world, office):
    """Both took part in it: the row of the one that went stays, ended."""
    gone, stays = (Company.objects.get(pk=one.pk) for one in (world.other_company, world.company))
    services.merge_companies(company=gone, into=stays, by=world.facilitator)
    left = Participation.objects.get(organisation=gone.pk, trajectory=world.trajectory)
    assert left.left_on is not None
    left.full_clean()


@pytest.mark.django_db
def test_a_merge_from_before_the_mark_is_marked_and_can_be_undone(world, twins):
    gone, stays = twins
    before = everything()
    merge = services.merge_companies(company=gone, into=stays, by=world.facilitator)
    marked = [change for change in merge.touched if "is_merged" in change["after"]]
    merge.touched = [change for change in merge.touched if change not in marked]
    merge.save()
    Organisation.objects.update(is_merged=False)
    migration = import_module("companies.migrations.0006_mark_merged_and_equal")
    migration.mark_merged(apps, None)
    assert Organisation.objects.get(is_merged=True).pk == gone.pk
    services.undo_merge(merge=merge, by=world.facilitator)
    assert everything() == before


@pytest.mark.django_db
def test_the_preview_and_the_page_of_a_merge_cost_the_same_with_1_and_with_3_rows(world, office, pair, twins):
    def price(url) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url).status_code == 200
        return len(queries)

    def more(gone):
        """Two people and two sign-ups more on the company that goes."""
        for name in ("Een", "Twee"):
            make_person(name, "Erbij", gone.organisation, Role.COLLEAGUE)
            invite(organisation=gone.organisation, email=f"{name}@test.example", role=Role.COLLEAGUE, by=None)

    gone, stays = twins
    preview, intakes = price(preview_of(gone, stays, keep=stays)), price(preview_of(*pair))
    merge = services.merge_companies(company=gone, into=stays, by=world.facilitator)
    detail = price(f"/beheer/companies/merge/{merge.pk}/change/")
    services.undo_merge(merge=merge, by=world.facilitator)
    more(gone)
    for remark in ("Een", "Twee"):
        submit(world.trajectory, enterprise_number=NUMBER, remark=remark)
    assert price(preview_of(gone, stays, keep=stays)) == preview
    assert price(preview_of(*pair)) == intakes
    merge = services.merge_companies(company=gone, into=stays, by=world.facilitator)
    assert price(f"/beheer/companies/merge/{merge.pk}/change/") == detail


@pytest.mark.django_db
def test_a_stranger_does_not_hear_where_a_company_went(world, client):
    """In a trajectory of their own, with a merged company that shares none with the stranger."""
    gone, stays = Company.objects.get(pk=world.other_company.pk), Company.objects.get(pk=world.company.pk)
    services.merge_companies(company=gone, into=stays, by=world.facilitator)
    client.force_login(world.stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    for company in (gone, stays):
        assert client.get(company.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_who_follows_two_merges_in_a_row_ends_at_the_last_one(world, sign_in_as):
    first, second, last = (
        Company.objects.get(pk=one.pk) for one in (world.other_company, world.company, world.strange_company)
    )
    services.merge_companies(company=first, into=second, by=world.facilitator)
    services.merge_companies(company=second, into=last, by=world.facilitator)
    response = sign_in_as(world.facilitator).get(first.get_absolute_url())
    assert response.url == last.get_absolute_url()
    with pytest.raises(Conflict, match="sindsdien veranderd"):
        services.undo_merge(merge=Merge.objects.get(company=first), by=world.facilitator)


@pytest.mark.django_db
def test_companies_with_two_numbers_or_a_person_in_both_stay_apart(world, office, twins):
    gone, stays = twins
    Company.objects.filter(pk=stays.pk).update(enterprise_number="0440966354")
    add_member(user=world.neighbour, organisation=world.company, role=Role.COLLEAGUE, by=world.facilitator)
    response = office.get(preview_of(gone, stays))
    assert response.context["reasons"] == [
        "Ze hebben een ander ondernemingsnummer, dus het zijn twee bedrijven.",
        "Bea Buur hoort bij allebei. Beëindig eerst een van die lidmaatschappen.",
    ]
    assert 'value="Samenvoegen"' not in text_of(response)
    before = everything()
    with pytest.raises(Conflict):
        services.merge_companies(company=gone, into=stays, by=world.facilitator)
    assert everything() == before


@pytest.mark.django_db
def test_undoing_companies_refuses_when_somebody_got_another_place(world, twins):
    gone, stays = twins
    invite(organisation=world.other_company, email="los@test.example", role=Role.COLLEAGUE, by=world.facilitator)
    merge = services.merge_companies(company=gone, into=stays, by=world.facilitator)
    change_membership(
        membership=world.membership(world.neighbour),
        by=world.facilitator,
        role=Role.COLLEAGUE,
        job_function="",
        function_profile="",
    )
    services.undo_merge(merge=merge, by=world.facilitator)
    again = services.merge_companies(company=gone, into=stays, by=world.facilitator)
    add_member(user=world.neighbour, organisation=world.other_company, role=Role.COLLEAGUE, by=world.facilitator)
    before = everything()
    with pytest.raises(Conflict, match="sindsdien veranderd"):
        services.undo_merge(merge=again, by=world.facilitator)
    assert everything() == before


@pytest.mark.django_db
def test_a_merged_company_cannot_be_changed_in_the_back_office(world, office, twins):
    services.merge_companies(company=twins[0], into=twins[1], by=world.facilitator)
    url = f"/beheer/companies/company/{twins[0].pk}/change/"
    assert "De samenvoeging bekijken" in text_of(office.get(url))
    assert office.post(url, {"enterprise_number": NUMBER}).status_code == 403


# --- Races ------------------------------------------------------------------------------------------------------------


def both_ways(world, monkeypatch):
    """Two colleagues merge the same two intakes at once, each into the other; they meet between the check and the deed."""
    first, second = submit(world.trajectory), submit(world.trajectory)
    meeting = Meeting()
    check = merging.reasons_against_intakes

    def and_wait(*args):
        reasons = check(*args)
        meeting.wait()
        return reasons

    monkeypatch.setattr(merging, "reasons_against_intakes", and_wait)
    return at_the_same_time(
        lambda: services.merge_intakes(intake=first, into=second, by=world.facilitator),
        lambda: services.merge_intakes(intake=second, into=first, by=world.administrator),
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_merge_each_the_other_way_merge_once(committed_world, monkeypatch):
    outcomes = both_ways(committed_world, monkeypatch)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Merge"]
    assert Intake.objects.filter(state=IntakeState.MERGED).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_two_intakes_disappear_into_each_other(committed_world, monkeypatch):
    """Negative control of the test above."""
    monkeypatch.setattr(merging, "_locked_pair", lambda model, *pair: [model.objects.get(pk=one.pk) for one in pair])
    both_ways(committed_world, monkeypatch)
    assert Intake.objects.filter(state=IntakeState.MERGED).count() == 2
