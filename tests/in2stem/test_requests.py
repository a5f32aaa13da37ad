"""A NUL byte in an address is a bad request, whoever sends it and wherever."""

import pytest


@pytest.mark.parametrize("address", ["/%00", "/praktijken/?q=%00", "/praktijken/?q=a%00b"])
def test_a_visitor_gets_400(db, client, address):
    assert client.get(address).status_code == 400


def test_staff_gets_400_in_a_filter_of_the_back_office(world, sign_in_as):
    client = sign_in_as(world.facilitator)
    assert client.get("/beheer/companies/intake/?state__exact=%00").status_code == 400


def test_the_same_address_without_it_is_fine(db, client):
    assert client.get("/praktijken/?q=ab").status_code == 200
