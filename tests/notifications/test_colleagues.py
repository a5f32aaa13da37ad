"""Colleagues: who sees whom, and inviting, mailing again, withdrawing and ending from the portal's own page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Invitation, Membership
from accounts.services import add_member, invitation_token, invite
from notifications.models import OutboundMail
from tests.cast import make_person

pytestmark = pytest.mark.django_db

PAGE = "/account/collega-s/"


@pytest.fixture
def form():
    return {
        "email": "Nina@test.example",
        "first_name": "Nina",
        "last_name": "",
        "role": "colleague",
        "job_function": "Lasser",
        "function_profile": "technical",
    }


def invite_page(organisation):
    return reverse("invite-colleague", args=[organisation.pk])


def text(response):
    return response.content.decode()


@pytest.fixture
def invitation(world):
    return invite(organisation=world.company, email="nina@test.example", role=Role.COLLEAGUE, by=world.owner)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_representative_sees_colleagues_open_invitations_and_buttons(sign_in_as, world, invitation):
    page = text(sign_in_as(world.owner).get(PAGE))
    for part in (
        "Collega's van Boormachines nv",
        "Cas Collega",
        "Victor Voorzitter",
        "nina@test.example",
        "Een collega uitnodigen",
    ):
        assert part in page.replace("&#x27;", "'")
    for name in ("Bea Buur", "Dirk Vertrokken", "Lore Leerkracht"):
        assert name not in page


def test_a_colleague_sees_the_people_and_no_invitations_or_buttons(sign_in_as, world, invitation):
    page = text(sign_in_as(world.colleague).get(PAGE))
    assert "Olga Eigenaar" in page
    for part in ("nina@test.example", "uitnodigen", "beeindigen", "intrekken"):
        assert part not in page


def test_who_works_for_two_organisations_chooses_and_never_sees_a_third(sign_in_as, world):
    add_member(user=world.owner, organisation=world.school, role=Role.COLLEAGUE)
    client = sign_in_as(world.owner)
    at_the_school, at_the_company = (
        text(client.get(f"{PAGE}?organisatie={organisation.pk}")) for organisation in (world.school, world.company)
    )
    assert ("Lore Leerkracht" in at_the_school, "Cas Collega" in at_the_school) == (True, False)
    assert ("Lore Leerkracht" in at_the_company, "Cas Collega" in at_the_company) == (False, True)
    for other in (world.other_company.pk, "x", "-1", "9" * 400):
        assert "Bea Buur" not in text(client.get(f"{PAGE}?organisatie={other}"))


def test_voka_staff_see_their_chamber_and_only_administrators_let_people_in(sign_in_as, world):
    assert invite_page(world.chamber) not in text(sign_in_as(world.facilitator).get(PAGE))
    assert sign_in_as(world.facilitator).get(invite_page(world.chamber)).status_code == 403
    page = text(sign_in_as(world.administrator).get(invite_page(world.chamber)))
    assert "Voka-beheerder" in page
    assert "Vertegenwoordiger" not in page


def test_the_page_costs_the_same_with_more_people_and_invitations(sign_in_as, world, invitation):
    client = sign_in_as(world.owner)
    client.get(PAGE)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    before = cost()
    for number in range(3):
        make_person(f"Extra{number}", "Collega", world.company)
        invite(organisation=world.company, email=f"x{number}@test.example", role=Role.COLLEAGUE, by=world.facilitator)
    assert cost() == before


def test_a_long_list_is_paged(sign_in_as, world):
    for number in range(30):
        make_person(f"Extra{number:02}", "Zeer", world.company)
    client = sign_in_as(world.owner)
    assert "Extra29 Zeer" not in text(client.get(PAGE))
    assert "Extra29 Zeer" in text(client.get(f"{PAGE}?page=2"))
    assert client.get(f"{PAGE}?page=99").status_code == 200


# --- inviting ---------------------------------------------------------------------------------------------------------


def test_inviting_mails_a_link_that_works(sign_in_as, world, form, client):
    response = sign_in_as(world.owner).post(invite_page(world.company), form)
    assert (response.status_code, response.headers["Location"]) == (302, f"{PAGE}?organisatie={world.company.pk}")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.job_function) == ("nina@test.example", "colleague", "Lasser")
    mail = OutboundMail.objects.get()
    assert (mail.to, mail.is_sensitive) == ("nina@test.example", True)
    [link] = set(re.findall(r"http://testserver(/account/uitnodiging/\S+/)", mail.text))
    client.logout()
    assert "Maak je account" in text(client.get(link))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": ""}, "Dit veld is verplicht"),
        ({"email": "geen adres"}, "e-mailadres"),
        ({"email": "nina@test.example\nbcc: x@evil.invalid"}, "e-mailadres"),
        ({"email": "a" * 250 + "@test.example"}, "254"),
        ({"role": "administrator"}, "Selecteer een geldige keuze"),
        ({"role": ""}, "Dit veld is verplicht"),
        ({"function_profile": "tovenaar"}, "Selecteer een geldige keuze"),
        ({"email": "cas.collega@test.example"}, "hoort al bij"),
    ],
)
def test_bad_input_is_answered_beside_the_field_and_stays_typed(sign_in_as, world, form, changes, sentence):
    response = sign_in_as(world.owner).post(invite_page(world.company), form | changes)
    assert response.status_code == 200
    assert sentence in text(response)
    assert 'value="Lasser"' in text(response)
    assert not Invitation.objects.exists()
    assert not OutboundMail.objects.exists()


def test_extra_fields_change_nothing(sign_in_as, world, form):
    extra = {
        "organisation": world.chamber.pk,
        "invited_by": world.administrator.pk,
        "accepted_at": "2026-01-01",
        "nonce": "x",
    }
    sign_in_as(world.owner).post(invite_page(world.company), form | extra)
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.invited_by, invitation.accepted_at) == (
        world.company,
        world.owner,
        None,
    )
    assert invitation.nonce != "x"


@pytest.mark.parametrize(
    ("name", "status"), [("colleague", 403), ("neighbour", 404), ("stranger", 404), ("teacher", 404)]
)
def test_who_may_not_invite_gets_403_and_a_stranger_404(sign_in_as, world, form, name, status):
    client = sign_in_as(getattr(world, name))
    assert client.get(invite_page(world.company)).status_code == status
    assert client.post(invite_page(world.company), form).status_code == status
    assert not Invitation.objects.exists()


def test_nobody_floods_mailboxes(sign_in_as, world, form, settings):
    settings.ACCOUNT_RATE_LIMITS = {"invite": "2/h/user"}
    client = sign_in_as(world.owner)
    statuses = [
        client.post(invite_page(world.company), form | {"email": f"x{n}@test.example"}).status_code for n in range(3)
    ]
    assert statuses == [302, 302, 429]
    assert OutboundMail.objects.count() == 2
    assert sign_in_as(world.neighbour).post(invite_page(world.other_company), form).status_code == 302


def test_only_what_was_sent_counts_and_at_the_limit_the_words_stay(sign_in_as, world, form, settings):
    settings.ACCOUNT_RATE_LIMITS = {"invite": "1/h/user"}
    client = sign_in_as(world.owner)
    wrong = [form | {"email": "geen adres"}, form | {"role": "x"}, form | {"email": world.colleague.email}]
    assert [client.post(invite_page(world.company), data).status_code for data in wrong] == [200] * 3
    assert client.post(invite_page(world.company), form).status_code == 302
    refused = client.post(invite_page(world.company), form | {"email": "zeven@test.example"})
    assert refused.status_code == 429
    assert "Je deed dit het voorbije uur heel vaak." in refused.content.decode()
    assert 'value="zeven@test.example"' in refused.content.decode()
    assert refused["Retry-After"] == "300"
    again = client.post(reverse("invite-again", args=[Invitation.objects.get().pk]))
    assert (again.status_code, "Je deed dit het voorbije uur heel vaak." in again.content.decode()) == (429, True)


# --- again, withdraw, end ---------------------------------------------------------------------------------------------


def test_mailing_again_sends_a_new_link_and_kills_the_old(sign_in_as, world, invitation):
    old = invitation_token(invitation)
    response = sign_in_as(world.owner).post(reverse("invite-again", args=[invitation.pk]))
    assert response.status_code == 302
    new = invitation_token(Invitation.objects.get())
    assert new != old
    assert new in OutboundMail.objects.get().text


def test_withdrawing_ends_the_invitation(sign_in_as, world, invitation):
    client = sign_in_as(world.owner)
    path = reverse("withdraw-invitation", args=[invitation.pk])
    assert [client.post(path).status_code, client.post(path).status_code] == [302, 302]
    assert not Invitation.objects.open().exists()
    assert "nina@test.example" not in text(client.get(PAGE)).split("<main")[1].split("toasts")[0]


def test_ending_a_membership_asks_first_and_then_does_it(sign_in_as, world):
    client = sign_in_as(world.owner)
    path = reverse("end-membership", args=[world.membership(world.colleague).pk])
    assert path in text(client.get(PAGE))
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert not world.membership(world.colleague).is_active


def test_the_last_representative_stays_and_reads_why(sign_in_as, world):
    response = sign_in_as(world.owner).post(reverse("end-membership", args=[world.membership(world.owner).pk]))
    assert response.status_code == 409
    assert "Dit is de laatste vertegenwoordiger" in text(response)
    assert world.membership(world.owner).is_active


@pytest.mark.parametrize(
    ("name", "status"), [("colleague", 403), ("neighbour", 404), ("stranger", 404), ("facilitator", 404)]
)
@pytest.mark.parametrize("deed", ["invite-again", "withdraw-invitation", "end-membership"])
def test_nobody_else_does_any_of_it(sign_in_as, world, invitation, deed, name, status):
    target = world.membership(world.chair) if deed == "end-membership" else invitation
    assert sign_in_as(getattr(world, name)).post(reverse(deed, args=[target.pk])).status_code == status
    assert Invitation.objects.open().count() == 1
    assert not OutboundMail.objects.exists()
    assert Membership.objects.get(pk=world.membership(world.chair).pk).is_active


def test_the_profiles_fit_the_kind_of_organisation(world):
    from accounts.enums import FunctionProfile

    school = [label for _value, label in FunctionProfile.fitting("school")]
    company = [label for _value, label in FunctionProfile.fitting("company")]
    assert [str(label) for label in school] == [
        "Kies…",
        "Communicatie",
        "Directeur of adjunct-directeur",
        "STEM-leerkracht",
        "STEM-coördinator",
        "Andere",
    ]
    assert [str(label) for label in company][1:] == [
        "Directie",
        "HR",
        "Stagebegeleider",
        "Technisch expert",
        "Communicatie",
        "Andere",
    ]
