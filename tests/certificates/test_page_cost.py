"""The dearest pages of a trajectory stay at twelve queries, session and person included."""

import pytest
from django.urls import reverse

from phases.enums import Phase
from tests.certificates.scenery import another_company
from tests.workgroups.scenery import make_workgroup, put_in_phase

pytestmark = pytest.mark.django_db

MOST = 12


@pytest.mark.parametrize("phase", Phase)
def test_the_page_of_a_trajectory(phase, stage, sign_in_as, django_assert_max_num_queries):
    world = stage.world
    for number in range(3):
        another_company(stage, f"Bedrijf {number}")
        make_workgroup(world, f"Werkgroep {number}")
    put_in_phase(world.trajectory, phase)
    client = sign_in_as(world.administrator)
    for address in (world.trajectory.get_absolute_url(), reverse("my-next-step")):
        with django_assert_max_num_queries(MOST):
            assert client.get(address).status_code == 200
