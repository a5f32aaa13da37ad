"""Voka's pages for invitations and mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Invitation
from accounts.services import accept_invitation, invite
from notifications.events import EVENTS
from notifications.models import OutboundMail
from notifications.services import queue_rendered

pytestmark = pytest.mark.django_db

INVITATIONS = "/beheer/accounts/invitation/"
MAILS = "/beheer/notifications/outboundmail/"


@pytest.fixture
def form(world):
    return {
        "organisation": world.company.pk,
        "email": "Nina@test.example",
        "first_name": "Nina",
        "last_name": "",
        "role": "representative",
        "job_function": "",
        "function_profile": "",
    }


@pytest.fixture
def invitation(world):
    return invite(organisation=world.company, email="nina@test.example", role=Role.COLLEAGUE, by=world.owner)


def text(response):
    return response.content.decode()


def act(client, action, *objects):
    data = {"action": action, "_selected_action": [each.pk for each in objects]}
    return text(client.post(INVITATIONS, data, follow=True))


def test_adding_an_invitation_mails_it(sign_in_as, world, form):
    response = sign_in_as(world.facilitator).post(f"{INVITATIONS}add/", form)
    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        "nina@test.example",
        "representative",
        world.facilitator,
    )
    assert OutboundMail.objects.get().to == "nina@test.example"


def test_adding_it_again_renews_it_and_mails_a_new_link(sign_in_as, world, form, invitation):
    assert sign_in_as(world.facilitator).post(f"{INVITATIONS}add/", form).status_code == 302
    assert Invitation.objects.get().nonce != invitation.nonce


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role": "staff"}, "Deze rol past niet bij dit soort organisatie."),
        ({"email": "cas.collega@test.example"}, "hoort al bij"),
        ({"organisation": ""}, "Dit veld is verplicht"),
        ({"email": ""}, "Dit veld is verplicht"),
    ],
)
def test_what_the_service_refuses_stands_in_the_form(sign_in_as, world, form, changes, sentence):
    response = sign_in_as(world.facilitator).post(f"{INVITATIONS}add/", form | changes)
    assert response.status_code == 200
    assert sentence in text(response)
    assert not OutboundMail.objects.exists()


def test_only_an_administrator_invites_colleagues_of_voka(sign_in_as, world, form):
    data = form | {"organisation": world.chamber.pk, "role": "staff"}
    assert "Alleen een Voka-beheerder kan dit." in text(sign_in_as(world.facilitator).post(f"{INVITATIONS}add/", data))
    assert sign_in_as(world.administrator).post(f"{INVITATIONS}add/", data).status_code == 302


def test_an_invitation_is_read_and_not_edited(sign_in_as, world, form, invitation):
    client = sign_in_as(world.administrator)
    path = reverse("admin:accounts_invitation_change", args=[invitation.pk])
    page = text(client.get(path))
    assert "nina@test.example" in page
    assert invitation.nonce not in page
    assert client.post(path, form | {"email": "ander@test.example"}).status_code == 403
    assert Invitation.objects.get().email == "nina@test.example"


def test_sending_again_and_withdrawing_work_on_a_selection_and_say_what_could_not(sign_in_as, world, invitation):
    used = invite(organisation=world.company, email="oud@test.example", role=Role.COLLEAGUE, by=world.owner)
    accept_invitation(invitation=used, first_name="O", last_name="Ud", password="vier rustige groene paarden")
    client = sign_in_as(world.facilitator)
    page = act(client, "send_again", invitation, used)
    assert "Mails onderweg: 1." in page
    assert "hoort al bij" in page
    assert [mail.to for mail in OutboundMail.objects.all()] == ["nina@test.example"]
    page = act(client, "withdraw", invitation, used)
    assert "Ingetrokken uitnodigingen: 1." in page
    assert "heeft deze uitnodiging al aanvaard" in page
    assert not Invitation.objects.open().exists()


@pytest.mark.parametrize(("state", "count"), [("open", 1), ("expired", 1), ("accepted", 0), ("withdrawn", 0), ("x", 2)])
def test_the_list_filters_by_state(sign_in_as, world, invitation, state, count):
    expired = invite(organisation=world.company, email="laat@test.example", role=Role.COLLEAGUE, by=world.owner)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=expired.created_at)
    page = text(sign_in_as(world.facilitator).get(f"{INVITATIONS}?state={state}"))
    assert page.count('name="_selected_action"') == count


def test_a_mail_shows_what_happened_and_never_its_body(sign_in_as, world):
    mail = queue_rendered(event="tests/mail", to="x@test.example", subject="Dag", text="GEHEIM", html="<p>GEHEIM</p>")
    client = sign_in_as(world.administrator)
    for path in (MAILS, reverse("admin:notifications_outboundmail_change", args=[mail.pk])):
        page = text(client.get(path))
        assert "x@test.example" in page
        assert "GEHEIM" not in page
    assert client.get(f"{MAILS}add/").status_code == 403


@pytest.mark.parametrize(
    "path", [f"{MAILS}?text__contains=GE", f"{MAILS}?html__startswith=x", f"{INVITATIONS}?nonce__startswith=a"]
)
def test_filters_in_the_address_are_no_oracle(sign_in_as, world, path):
    assert sign_in_as(world.administrator).get(path).status_code == 400


@pytest.mark.parametrize("path", [INVITATIONS, MAILS])
def test_a_list_costs_the_same_with_more_rows(sign_in_as, world, path):
    client = sign_in_as(world.facilitator)

    def add(name):
        invite(organisation=world.company, email=f"{name}@test.example", role=Role.COLLEAGUE, by=world.facilitator)
        queue_rendered(event="tests/mail", to=f"{name}@test.example", subject="Dag", text="x", recipient=world.owner)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    add("een")
    client.get(path)
    before = cost()
    for name in ("twee", "drie"):
        add(name)
    assert cost() == before


def test_every_mail_has_words_for_staff(settings):
    folder = settings.BASE_DIR / "templates" / "emails"
    assert set(EVENTS) == {f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.txt")}


def test_the_list_of_mails_says_what_they_are_about_and_filters_on_it(world, sign_in_as):
    for event in ("schools/file_refused", "account/email/password_reset_key"):
        queue_rendered(event=event, to="x@test.example", subject=f"Over {event}", text="x")
    client = sign_in_as(world.administrator)
    page = client.get("/beheer/notifications/outboundmail/").content.decode()
    assert "Bestand geweigerd" in page
    assert "Wachtwoord en aanmelden" in page
    found = client.get("/beheer/notifications/outboundmail/?event=account/").context["cl"].queryset
    assert [mail.event for mail in found] == ["account/email/password_reset_key"]
