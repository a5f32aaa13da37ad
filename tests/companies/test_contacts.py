"""The people of a company: inviting a second contact, handing over, one's own consents; and what acceptance takes along."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Invitation, Membership
from accounts.policy import Conflict, Refused
from accounts.services import accept_invitation
from companies import services
from companies.enums import ConsentKind
from companies.models import Company, ContactConsent, HandOver
from notifications.models import OutboundMail
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db


def page_of(world) -> str:
    return f"/bedrijven/{world.company.pk}/contactpersonen/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def leave_url(world, user) -> str:
    return f"{page_of(world)}{world.membership(user).pk}/overdragen/"


def only_contact(world):
    """The representative alone remains."""
    others = Membership.objects.filter(organisation=world.company).exclude(user=world.owner)
    others.update(ended_on=timezone.localdate())
    return world.membership(world.owner)


def consents_of(world, user):
    """What `user` agreed to in an intake that was accepted, carried over to them."""
    intake = submit(
        world.trajectory,
        enterprise_number="0566988259",
        contact_email=user.email,
        consents=("newsletter",),
    )
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    services.accept(intake=intake, by=world.facilitator)
    return ContactConsent.objects.filter(membership__user=user)


# --- Who gets in ------------------------------------------------------------------------------------------------------


def test_each_sees_what_is_theirs_to_see(world, sign_in_as):
    status = {
        name: sign_in_as(getattr(world, name)).get(page_of(world)).status_code
        for name in ("owner", "colleague", "facilitator", "administrator", "neighbour", "teacher", "stranger")
    }
    assert status == {
        "owner": 200,
        "colleague": 200,
        "facilitator": 200,
        "administrator": 200,
        "neighbour": 403,
        "teacher": 403,
        "stranger": 404,
    }


def test_an_address_that_cannot_exist_is_not_found(world, sign_in_as):
    client = sign_in_as(world.facilitator)
    far = 10**30
    for url in (f"/bedrijven/{far}/contactpersonen/", f"/bedrijven/{far}/contactpersonen/{far}/overdragen/"):
        assert client.get(url).status_code == 404
    assert client.get(f"{page_of(world)}{far}/overdragen/").status_code == 404
    assert client.post(f"{page_of(world)}uitnodiging/{far}/opnieuw/").status_code == 404
    assert client.post(f"{page_of(world)}toestemming/{far}/intrekken/").status_code == 404


def test_who_does_not_speak_for_the_company_reads_and_changes_nothing(world, sign_in_as):
    invitation = services.invite_contact(
        company=world.company.company, by=world.owner, email="nieuw@test.example", role="colleague"
    )
    here, number = page_of(world), invitation.pk
    doors = [
        f"{here}uitnodigen/",
        f"{here}uitnodiging/{number}/opnieuw/",
        f"{here}uitnodiging/{number}/intrekken/",
        leave_url(world, world.owner),
    ]
    for person, status in ((world.colleague, 403), (world.neighbour, 403), (world.stranger, 404)):
        client = sign_in_as(person)
        assert [client.post(url, {"way": "nobody"}).status_code for url in doors] == [status] * 4
    page = text_of(sign_in_as(world.colleague).get(here))
    assert "nieuw@test.example" not in page
    assert "Overdragen" not in page
    invitation.refresh_from_db()
    assert invitation.is_open
    assert world.membership(world.owner).is_active


def test_an_invitation_or_contact_of_another_company_does_not_exist_here(world, sign_in_as):
    theirs = services.invite_contact(
        company=world.other_company.company, by=world.neighbour, email="nieuw@test.example", role="colleague"
    )
    client = sign_in_as(world.owner)
    assert client.post(f"{page_of(world)}uitnodiging/{theirs.pk}/intrekken/").status_code == 404
    assert client.post(leave_url(world, world.neighbour), {"way": "nobody"}).status_code == 404
    data = {"way": "colleague", "successor": world.membership(world.neighbour).pk}
    response = client.post(leave_url(world, world.colleague), data)
    assert response.status_code == 200
    assert world.membership(world.colleague).is_active


# --- A second contact -------------------------------------------------------------------------------------------------


def test_the_owner_invites_a_second_contact_sends_again_and_withdraws(world, sign_in_as):
    client = sign_in_as(world.owner)
    data = {"email": "Tweede@test.example", "first_name": "Tine", "last_name": "Tweede", "role": "colleague"}
    page = text_of(client.post(f"{page_of(world)}uitnodigen/", data, follow=True))
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.organisation) == ("tweede@test.example", world.company)
    assert "De uitnodiging aan tweede@test.example is onderweg." in page
    assert f"open tot {timezone.localtime(invitation.expires_at):%d/%m/%Y}" in page
    nonce = invitation.nonce
    client.post(f"{page_of(world)}uitnodiging/{invitation.pk}/opnieuw/")
    invitation.refresh_from_db()
    assert invitation.nonce != nonce
    assert OutboundMail.objects.filter(event="accounts/invitation").count() == 2
    for _click in range(2):
        page = text_of(client.post(f"{page_of(world)}uitnodiging/{invitation.pk}/intrekken/", follow=True))
        assert "De uitnodiging aan tweede@test.example is ingetrokken." in page
        assert "Er staat geen uitnodiging open." in page
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_an_expired_invitation_says_so(world, sign_in_as):
    services.invite_contact(company=world.company.company, by=world.owner, email="nieuw@test.example", role="colleague")
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(days=1))
    assert "verlopen op" in text_of(sign_in_as(world.facilitator).get(page_of(world)))


def test_somebody_who_belongs_here_is_not_invited_and_what_was_typed_stays(world, sign_in_as):
    data = {"email": world.colleague.email, "first_name": "Cas", "last_name": "Collega", "role": "colleague"}
    page = text_of(sign_in_as(world.owner).post(f"{page_of(world)}uitnodigen/", data))
    assert "hoort al bij Boormachines nv" in page
    assert f'value="{world.colleague.email}"' in page


def test_the_page_asks_as_many_queries_for_three_as_for_one(world, sign_in_as):
    client = sign_in_as(world.facilitator)
    counts = []
    for addresses in (["a@test.example"], ["b@test.example", "c@test.example"]):
        for email in addresses:
            services.hand_over(
                membership=world.membership([world.owner, world.chair, world.colleague][Invitation.objects.count()]),
                by=world.facilitator,
                email=email,
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(world)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Hand-over --------------------------------------------------------------------------------------------------------


def test_a_colleague_takes_over_at_once_with_the_role(world, sign_in_as):
    data = {"way": "colleague", "successor": world.membership(world.colleague).pk}
    response = sign_in_as(world.owner).post(leave_url(world, world.owner), data)
    assert response["Location"] == "/mijn/"
    assert not world.membership(world.owner).is_active
    assert world.membership(world.colleague).role == "representative"
    again = sign_in_as(world.owner).post(leave_url(world, world.owner), data)
    assert again["Location"] == "/mijn/"
    assert HandOver.objects.count() == 1


def test_somebody_new_takes_over_when_the_invitation_is_accepted(world, sign_in_as):
    leaving = only_contact(world)
    data = {"way": "new", "email": "Opvolger@test.example", "first_name": "Otto", "last_name": "Opvolger"}
    page = text_of(sign_in_as(world.owner).post(leave_url(world, world.owner), data, follow=True))
    assert "Olga Eigenaar blijft tot ze aanvaard is." in page
    assert "vertrekt" in page
    assert "neemt het over van Olga Eigenaar" in page
    leaving.refresh_from_db()
    assert leaving.is_active
    successor = accept_invitation(
        invitation=Invitation.objects.get(), first_name="Otto", last_name="Opvolger", password="een-lang-wachtwoord"
    )
    leaving.refresh_from_db()
    assert not leaving.is_active
    assert successor.memberships.get().role == "representative"


def test_the_last_contact_does_not_leave_without_a_successor(world, sign_in_as):
    leaving = only_contact(world)
    client = sign_in_as(world.owner)
    assert "is de laatste contactpersoon van Boormachines nv" in text_of(client.get(leave_url(world, world.owner)))
    assert client.post(leave_url(world, world.owner), {"way": "nobody"}).status_code == 200
    for by in (world.owner, world.facilitator):
        with pytest.raises(Conflict, match="Olga Eigenaar is de laatste contactpersoon van Boormachines nv"):
            services.leave_without_successor(membership=leaving, by=by)
    leaving.refresh_from_db()
    assert leaving.is_active


def test_one_of_several_leaves_without_a_successor(world, sign_in_as):
    response = sign_in_as(world.owner).post(leave_url(world, world.colleague), {"way": "nobody"}, follow=True)
    assert "Cas Collega hoort niet meer bij Boormachines nv." in text_of(response)
    assert not world.membership(world.colleague).is_active
    again = sign_in_as(world.owner).post(leave_url(world, world.colleague), {"way": "nobody"})
    assert again.status_code == 409
    assert "hoort niet meer bij deze organisatie" in text_of(again)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"way": ""}, "Dit veld is verplicht"),
        ({"way": "colleague"}, "Kies de collega die het overneemt."),
        ({"way": "new"}, "Vul het e-mailadres in van wie het overneemt."),
        ({"way": "new", "email": "olga.eigenaar@test.example"}, "Kies iemand anders dan Olga Eigenaar."),
        ({"way": "new", "email": "x" * 300 + "@test.example"}, "254"),
        ({"way": "new", "email": "a@test.example", "first_name": "\x00"}, "Null-tekens"),
    ],
)
def test_a_half_filled_hand_over_is_refused_beside_the_form(world, sign_in_as, data, sentence):
    response = sign_in_as(world.owner).post(leave_url(world, world.owner), data)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert world.membership(world.owner).is_active
    assert not HandOver.objects.exists()


# --- Consents ---------------------------------------------------------------------------------------------------------


def test_a_contact_reads_and_withdraws_their_own_consents_only(world, sign_in_as):
    newsletter = consents_of(world, world.owner).get(kind="newsletter")
    url = f"{page_of(world)}toestemming/{newsletter.pk}/intrekken/"
    assert newsletter.text not in text_of(sign_in_as(world.colleague).get(page_of(world)))
    assert sign_in_as(world.colleague).post(url).status_code == 403
    assert sign_in_as(world.neighbour).post(url).status_code == 403
    assert sign_in_as(world.stranger).post(url).status_code == 404
    newsletter.refresh_from_db()
    assert newsletter.withdrawn_at is None
    assert newsletter.text in text_of(sign_in_as(world.owner).get(page_of(world)))
    assert "ingetrokken op" in text_of(sign_in_as(world.owner).post(url, follow=True))
    newsletter.refresh_from_db()
    first = newsletter.withdrawn_at
    sign_in_as(world.owner).post(url)
    newsletter.refresh_from_db()
    assert newsletter.withdrawn_at == first


def test_voka_withdraws_on_request_but_nobody_withdraws_having_read_the_statement(world, sign_in_as):
    consents = consents_of(world, world.owner)
    client = sign_in_as(world.facilitator)
    client.post(f"{page_of(world)}toestemming/{consents.get(kind='newsletter').pk}/intrekken/")
    assert client.post(f"{page_of(world)}toestemming/{consents.get(kind='privacy').pk}/intrekken/").status_code == 409
    assert sorted(consents.filter(withdrawn_at=None).values_list("kind", flat=True)) == ["privacy"]


def test_a_stranger_cannot_hand_over_through_the_service_either(world):
    for person in (world.colleague, world.neighbour, world.stranger):
        with pytest.raises(Refused):
            services.hand_over(
                membership=world.membership(world.owner), by=person, successor=world.membership(world.colleague)
            )


# --- What acceptance takes along --------------------------------------------------------------------------------------


def second_contact(**changes):
    return {
        "colleague_name": "Wout Van den Werkgroep",
        "colleague_function": "Technisch expert",
        "colleague_email": "wout@staalbouw.example",
        **changes,
    }


def test_the_second_contact_of_the_form_is_invited_when_the_company_is_accepted(world):
    intake = submit(world.trajectory, **second_contact())
    assert not Invitation.objects.exists()
    services.accept(intake=intake, by=world.facilitator)
    found = Invitation.objects.order_by("pk").values_list("email", "role", "first_name", "last_name", "job_function")
    assert list(found) == [
        ("greet.janssens@staalbouw.example", "representative", "Greet", "Janssens", "HR-manager"),
        ("wout@staalbouw.example", "colleague", "Wout", "Van den Werkgroep", "Technisch expert"),
    ]


@pytest.mark.parametrize("email", ["", "Greet.Janssens@staalbouw.example"])
def test_without_another_address_nobody_else_is_invited(world, email):
    services.accept(intake=submit(world.trajectory, **second_contact(colleague_email=email)), by=world.facilitator)
    assert list(Invitation.objects.values_list("email", flat=True)) == ["greet.janssens@staalbouw.example"]


def test_a_second_contact_who_belongs_here_or_is_invited_keeps_what_they_have(world):
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    services.invite_contact(
        company=world.company.company, by=world.owner, email="wout@staalbouw.example", role="representative"
    )
    for email in ("wout@staalbouw.example", world.colleague.email):
        trajectory = world.trajectory if email.startswith("wout") else world.other_trajectory
        facts = second_contact(colleague_email=email) | {"contact_email": world.owner.email}
        intake = submit(trajectory, enterprise_number="0566988259", **facts)
        services.accept(intake=intake, by=world.facilitator)
    assert list(Invitation.objects.values_list("email", "role")) == [("wout@staalbouw.example", "representative")]


def test_a_very_long_name_of_the_second_contact_does_not_stop_the_acceptance(world):
    name = "W" * 100 + " " + "X" * 59
    services.accept(intake=submit(world.trajectory, **second_contact(colleague_name=name)), by=world.facilitator)
    assert Invitation.objects.get(role="colleague").first_name == "W" * 80


def test_the_nace_code_goes_into_the_profile_unless_it_has_one(world):
    first = submit(world.trajectory, nace_code="25110", nace_version="2025")
    services.accept(intake=first, by=world.facilitator)
    company = Company.objects.get(enterprise_number=first.enterprise_number)
    assert (company.nace_code, company.nace_version) == ("25110", "2025")
    other = submit(
        world.other_trajectory, enterprise_number=first.enterprise_number, nace_code="62010", nace_version="2008"
    )
    services.accept(intake=other, by=world.facilitator)
    company.refresh_from_db()
    assert (company.nace_code, company.nace_version) == ("25110", "2025")


# --- Voka's list ------------------------------------------------------------------------------------------------------


def test_the_list_counts_what_waits_and_each_link_opens_exactly_that(world, sign_in_as):
    contacted, refined = submit(), submit()
    submit(), submit()
    services.start_contact(intake=contacted, by=world.facilitator)
    services.refine(intake=refined, by=world.facilitator)
    client = sign_in_as(world.facilitator)
    piles = client.get("/beheer/companies/intake/").context["worklists"]
    assert [(str(pile["title"]), pile["count"]) for pile in piles] == [
        ("Nog te contacteren", 2),
        ("Gecontacteerd", 1),
        ("Te beslissen", 1),
    ]
    assert [client.get(pile["url"]).context["cl"].result_count for pile in piles] == [2, 1, 1]


def test_voka_gives_several_intakes_to_a_colleague_at_once(world, sign_in_as):
    intakes = [submit(), submit()]
    client = sign_in_as(world.facilitator)
    ticked = {"action": "assign_to", "_selected_action": [intake.pk for intake in intakes]}
    page = client.post("/beheer/companies/intake/", ticked)
    choices = set(page.context["form"].fields["owner"].queryset)
    assert choices == {world.administrator, world.facilitator}
    refused = client.post("/beheer/companies/intake/", {**ticked, "confirmed": "1", "owner": world.owner.pk})
    assert refused.status_code == 200
    assert refused.context["form"].errors
    page = client.post(
        "/beheer/companies/intake/", {**ticked, "confirmed": "1", "owner": world.administrator.pk}, follow=True
    )
    assert "Toegewezen: 2." in text_of(page)
    for intake in intakes:
        intake.refresh_from_db()
        assert intake.owner == world.administrator
        entry = intake.log.get(kind="owner")
        assert (entry.by, entry.text) == (world.facilitator, "Ada Beheer")


def test_beside_a_refined_answer_stands_who_when_and_why(world, sign_in_as):
    intake = submit()
    answer = intake.answers.first()
    refinement = services.Refinement(answer=answer, value="3", why="Elke maand een klas op bezoek")
    services.correct_answers(intake=intake, by=world.facilitator, refinements=[refinement])
    page = text_of(sign_in_as(world.administrator).get(f"/beheer/companies/intake/{intake.pk}/change/"))
    assert "Elke maand een klas op bezoek" in page
    assert page.count(f"Verfijnd door Fien Begeleider op {timezone.localdate():%d/%m/%Y}") == 1
    assert page.count('class="answer"') == 13


# --- Whose consent it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "carried"),
    [
        ("greet.janssens@staalbouw.example", 2),
        ("Greet.Janssens@Staalbouw.example", 2),
        ("iemand.anders@staalbouw.example", 0),
    ],
)
def test_a_consent_stays_with_the_person_who_gave_it(world, sign_in_as, email, carried):
    intake = submit(world.trajectory, consents=[ConsentKind.NEWSLETTER])
    given = list(intake.consents.order_by("kind").values_list("text", "given_at"))
    services.change_details(intake=intake, by=world.facilitator, changes={"contact_email": email})
    page = text_of(sign_in_as(world.facilitator).get(f"/beheer/companies/intake/{intake.pk}/change/"))
    assert ("Nog te vragen: Greet Janssens gaf er geen." in page) == (carried == 0)
    services.accept(intake=intake, by=world.facilitator)
    consents = ContactConsent.objects.order_by("kind")
    assert list(consents.values_list("text", "given_at")) == given[:carried]
    assert list(intake.consents.values_list("email", flat=True)) == ["greet.janssens@staalbouw.example"] * 2
