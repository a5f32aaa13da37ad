"""Voka's pages for people and organisations: who sees them, what they change, and what they never give away."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from accounts.services import add_member
from tests.cast import make_person

pytestmark = pytest.mark.django_db

# Not ours: registered by Django and allauth with their own admin classes. Nobody has their permissions, so nobody sees them.
THEIRS = {"auth", "account", "mfa", "socialaccount"}


def page_of(model, name="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def act(client, model, action, *objects):
    return client.post(
        page_of(model), {"action": action, "_selected_action": [each.pk for each in objects]}, follow=True
    ).content.decode()


# --- every page of the back office ------------------------------------------------------------------------------------


def test_every_admin_page_of_ours_asks_the_policy():
    strays = [
        model.__name__
        for model, page in admin.site._registry.items()
        if not isinstance(page, PortalModelAdmin) and model._meta.app_label not in THEIRS | {"jobs"}
    ]
    inlines = [
        inline.__name__
        for page in admin.site._registry.values()
        for inline in page.inlines
        if not issubclass(inline, PortalInline)
    ]
    assert (strays, inlines) == ([], [])


def test_no_member_enters_the_back_office(sign_in_as, world):
    for name in ("teacher", "stranger", "chair", "expert", "owner"):
        client = sign_in_as(getattr(world, name))
        assert client.get("/beheer/", follow=True).status_code == 403
    for model in admin.site._registry:
        for page in ("changelist", "add"):
            response = client.get(page_of(model, page))
            assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/beheer/login/")
    assert client.get("/beheer/login/").status_code == 403
    assert client.get("/beheer/autocomplete/", follow=True).status_code == 403


def test_a_flag_on_the_account_does_not_open_it(sign_in_as, world):
    User.objects.filter(pk=world.owner.pk).update(is_staff=True)
    assert sign_in_as(world.owner).get("/beheer/", follow=True).status_code == 403


def test_staff_open_every_list_of_ours_and_see_none_of_the_others(sign_in_as, world):
    client = sign_in_as(world.facilitator)
    for model in admin.site._registry:
        expected = 403 if model._meta.app_label in THEIRS else 200
        assert client.get(page_of(model)).status_code == expected, model
    front = client.get("/beheer/").content.decode()
    assert "/beheer/auth/group/" not in front
    assert "/beheer/account/emailaddress/" not in front


def test_nothing_of_ours_can_be_deleted_not_even_by_an_administrator(sign_in_as, world):
    client = sign_in_as(world.administrator)
    for model, page in admin.site._registry.items():
        assert "delete_selected" not in page.get_actions(client.get("/beheer/").wsgi_request), model
    for target in (world.teacher, world.company, world.membership(world.teacher)):
        assert client.post(page_of(type(target), "delete", target.pk), {"post": "yes"}).status_code == 403


# --- people -----------------------------------------------------------------------------------------------------------


def test_a_person_page_shows_no_password_and_changes_no_address_or_flag(sign_in_as, world):
    client = sign_in_as(world.facilitator)
    path = page_of(User, "change", world.teacher.pk)
    page = client.get(path).content.decode()
    assert world.teacher.password not in page
    assert "Atheneum Zuid" in page
    data = {
        "first_name": "Laura",
        "last_name": "Leerkracht",
        "phone": "",
        "email": "x@test.example",
        "is_staff": "on",
        "is_active": "",
    }
    management = {f"memberships-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert client.post(path, data | management | {"password": "x"}).status_code == 302
    teacher = User.objects.get(pk=world.teacher.pk)
    assert (teacher.first_name, teacher.email, teacher.is_staff, teacher.is_active) == (
        "Laura",
        world.teacher.email,
        False,
        True,
    )
    assert teacher.password == world.teacher.password


def test_people_are_not_added_here(sign_in_as, world):
    assert sign_in_as(world.administrator).get(page_of(User, "add")).status_code == 403


def test_only_an_administrator_changes_voka_people(sign_in_as, world):
    data = {
        "first_name": "Anders",
        "last_name": "Heet",
        "phone": "",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    path = page_of(User, "change", world.facilitator.pk)
    client = sign_in_as(world.facilitator)
    assert client.get(page_of(User, "change", world.administrator.pk)).status_code == 200
    assert client.post(page_of(User, "change", world.administrator.pk), data).status_code == 403
    assert sign_in_as(world.administrator).post(path, data).status_code == 302


def test_deactivating_and_reactivating_go_through_the_service_and_into_the_history(sign_in_as, world):
    client = sign_in_as(world.facilitator)
    page = act(client, User, "deactivate", world.teacher, world.administrator)
    assert "Afgesloten accounts: 1." in page
    assert "Ada Beheer: Alleen een Voka-beheerder kan dit." in page
    assert not User.objects.get(pk=world.teacher.pk).is_active
    assert User.objects.get(pk=world.administrator.pk).is_active
    act(client, User, "reactivate", world.teacher)
    assert User.objects.get(pk=world.teacher.pk).is_active
    entries = LogEntry.objects.filter(object_id=str(world.teacher.pk), user=world.facilitator)
    assert entries.count() == 2
    assert "Afsluiten" in entries.last().change_message


@pytest.mark.parametrize(
    "lookup",
    ["password__startswith=a", "memberships__user__password__startswith=a", "authenticator__data__icontains=a"],
)
def test_filters_in_the_address_are_no_oracle(sign_in_as, world, lookup):
    response = sign_in_as(world.administrator).get(f"{page_of(User)}?{lookup}")
    assert response.status_code in {400, 302}
    for model in (Membership, Organisation):
        assert sign_in_as(world.administrator).get(f"{page_of(model)}?user__{lookup}").status_code in {400, 302}


@pytest.mark.parametrize("model", [User, Organisation, Membership])
def test_a_list_costs_the_same_number_of_queries_with_more_rows(sign_in_as, world, model):
    client = sign_in_as(world.administrator)
    client.get(page_of(model))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(model)).status_code == 200
        return len(queries)

    before = cost()
    for number in range(3):
        make_person(
            f"Extra{number}",
            "Persoon",
            Organisation.objects.create(kind=OrganisationKind.COMPANY, name=f"Extra {number}"),
        )
    assert cost() == before


# --- organisations and memberships ------------------------------------------------------------------------------------


def test_organisations_are_found_by_name_and_their_kind_is_settled(sign_in_as, world):
    client = sign_in_as(world.facilitator)
    assert "Boormachines nv" in client.get(page_of(Organisation) + "?q=boor").content.decode()
    found = client.get(
        "/beheer/autocomplete/?app_label=accounts&model_name=membership&field_name=organisation&term=boor"
    ).json()
    assert [each["text"] for each in found["results"]] == ["Boormachines nv"]
    people = client.get(
        "/beheer/autocomplete/?app_label=accounts&model_name=membership&field_name=user&term=lore"
    ).json()
    assert [each["text"] for each in people["results"]] == ["Lore Leerkracht"]
    data = {
        "name": "Boormachines nv",
        "kind": "voka",
        "chamber": world.chamber.pk,
        "street": "",
        "postal_code": "2300",
        "municipality": "Turnhout",
        "website": "",
    }
    management = {f"memberships-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert client.post(page_of(Organisation, "change", world.company.pk), data | management).status_code == 302
    company = Organisation.objects.get(pk=world.company.pk)
    assert (company.kind, company.municipality) == (OrganisationKind.COMPANY, "Turnhout")


def test_a_chamber_with_a_chamber_is_refused_with_a_sentence(sign_in_as, world):
    management = {f"memberships-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data = {"name": "Andere kamer", "kind": "voka", "chamber": world.chamber.pk} | management
    response = sign_in_as(world.administrator).post(page_of(Organisation, "add"), data)
    assert response.status_code == 200
    assert "Een Voka-kamer hoort niet bij een andere kamer." in response.content.decode()


def membership_form(user, organisation, role):
    return {
        "user": user.pk,
        "organisation": organisation.pk,
        "role": role,
        "job_function": "",
        "function_profile": "",
        "started_on": "23/11/2026",
    }


def test_a_membership_is_added_with_a_role_that_fits_and_only_once(sign_in_as, world):
    client = sign_in_as(world.facilitator)
    path = page_of(Membership, "add")
    wrong_role = client.post(path, membership_form(world.teacher, world.company, Role.STAFF))
    assert "Deze rol past niet bij" in wrong_role.content.decode()
    assert client.post(path, membership_form(world.teacher, world.company, Role.COLLEAGUE)).status_code == 302
    again = client.post(path, membership_form(world.teacher, world.company, Role.COLLEAGUE))
    assert again.status_code == 200
    assert "hoort al bij" in again.content.decode()
    assert Membership.objects.filter(user=world.teacher, organisation=world.company).count() == 1


def test_staff_do_not_make_voka_staff_and_administrators_do(sign_in_as, world):
    path, data = page_of(Membership, "add"), membership_form(world.teacher, world.chamber, Role.STAFF)
    refused = sign_in_as(world.facilitator).post(path, data)
    assert "Alleen een Voka-beheerder kan dit." in refused.content.decode()
    assert sign_in_as(world.administrator).post(path, data).status_code == 302
    assert User.objects.get(pk=world.teacher.pk).is_staff
    assert (
        sign_in_as(world.facilitator)
        .post(page_of(Membership, "change", world.membership(world.administrator).pk), data)
        .status_code
        == 403
    )


def test_memberships_end_through_the_service(sign_in_as, world):
    add_member(user=world.teacher, organisation=world.company, role=Role.REPRESENTATIVE)
    page = act(
        sign_in_as(world.facilitator),
        Membership,
        "end",
        world.membership(world.owner),
        world.membership(world.administrator),
    )
    assert "Beëindigde lidmaatschappen: 1." in page
    assert "Alleen een Voka-beheerder kan dit." in page
    assert not world.membership(world.owner).is_active


def test_saving_is_told_in_a_sentence_that_fits_every_word(world, sign_in_as):
    client = sign_in_as(world.administrator)
    page = f"/beheer/accounts/organisation/{world.company.pk}/change/"
    form = client.get(page).context["adminform"].form
    data = {field.html_name: field.value() or "" for field in form} | {
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    answer = client.post(page, data, follow=True)
    assert [str(each).startswith("Bewaard: organisatie ‘") for each in answer.context["messages"]] == [True]


def test_the_front_page_and_the_search_box_hide_no_english(world, sign_in_as):
    client = sign_in_as(world.administrator)
    front = client.get("/beheer/").content.decode()
    assert "Naam van de tabel" in front
    assert "Add link" not in front
    search = client.get("/beheer/accounts/organisation/").content.decode()
    assert 'alt="Zoeken"' in search
    assert 'alt="Search"' not in search


def test_a_list_is_called_what_it_holds(world, sign_in_as):
    response = sign_in_as(world.administrator).get(page_of(Organisation))
    assert (response.context["title"], "om te wijzigen" in response.content.decode()) == ("Organisaties", False)
