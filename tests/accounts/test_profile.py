"""My account: own name and telephone, and the way to everything about signing in."""

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Membership, User

pytestmark = pytest.mark.django_db


def test_the_page_shows_where_i_work_and_leads_on(sign_in_as, world):
    page = sign_in_as(world.owner).get(reverse("profile")).content.decode()
    assert "Boormachines nv" in page
    for name in ("account_change_password", "account_email", "mfa_index", "colleagues"):
        assert reverse(name) in page


def test_i_change_my_name_and_telephone_and_nothing_else(sign_in_as, world):
    extra = {"email": "ander@test.example", "is_staff": "on", "is_active": "", "password": "x"}
    response = sign_in_as(world.owner).post(
        reverse("profile"), {"first_name": "Olga", "last_name": "Anders", "phone": "+32 14 12 34 56"} | extra
    )
    assert response.status_code == 302
    owner = User.objects.get(pk=world.owner.pk)
    assert (owner.get_full_name(), owner.phone) == ("Olga Anders", "+32 14 12 34 56")
    assert (owner.email, owner.is_staff, owner.is_active) == (world.owner.email, False, True)
    assert owner.password == world.owner.password


@pytest.mark.parametrize("phone", ["12", "geen nummer", "014 12 34 56 78 90 12", "<script>"])
def test_a_number_that_cannot_exist_is_refused_and_stays_typed(sign_in_as, world, phone):
    response = sign_in_as(world.owner).post(
        reverse("profile"), {"first_name": "", "last_name": "Anders", "phone": phone}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "Dit is geen telefoonnummer" in page
    assert 'value="Anders"' in page
    assert "<script>" not in page
    # The name at the top is still the saved one.
    assert "Olga Eigenaar" in page


@pytest.mark.parametrize(
    "phone", ["", "014 12 34 56", "014/12.34.56", "+32470123456", "0032 14 12 34 56", "+31 20 624 1111"]
)
def test_a_telephone_number_may_be_written_as_people_do(sign_in_as, world, phone):
    data = {"first_name": "Olga", "last_name": "Eigenaar", "phone": phone}
    assert sign_in_as(world.owner).post(reverse("profile"), data).status_code == 302


def test_who_works_nowhere_any_more_is_told_so_and_nothing_breaks(sign_in_as, world):
    services.end_membership(membership=Membership.objects.get(user=world.stranger), by=world.facilitator)
    client = sign_in_as(world.stranger)
    assert "Je hoort niet meer bij een organisatie" in client.get(reverse("profile")).content.decode()
    assert client.get(reverse("my-next-step")).status_code == 200
