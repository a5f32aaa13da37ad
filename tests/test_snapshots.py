"""The ground under the tests: the same cast for each, and nothing left over from the one before."""

import pytest
from django.db import connection, models, transaction

from accounts.models import Organisation, User
from phases import services
from phases.enums import Phase
from phases.models import PhaseChange
from schools.models import Criterion
from tests.cast import make_world
from tests.snapshots import Snapshot, all_rows


def sorted_rows():
    return {table: sorted(values, key=repr) for table, values in all_rows().items()}


def test_every_member_of_the_cast_is_what_its_row_says(world):
    people_and_places = [value for value in vars(world).values() if isinstance(value, models.Model)]
    assert len(people_and_places) == 20
    for one in people_and_places:
        row = type(one).objects.get(pk=one.pk)
        assert {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields} == {
            field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields
        }


def test_what_a_test_changes_in_its_cast_does_not_reach_the_next(db):
    with transaction.atomic():
        first = make_world()
        first.owner.first_name = "Iemand anders"
        first.extra["mine"] = 1
        transaction.set_rollback(True)
    assert not User.objects.exists()
    second = make_world()
    assert (second.owner, second.owner.first_name, second.extra) == (first.owner, "Olga", {})


def test_what_a_test_adds_comes_after_the_cast(world):
    last = Organisation.objects.order_by("pk").last()
    assert Organisation.objects.create(kind="company", name="Later bv").pk > last.pk


def test_a_snapshot_may_only_add(world):
    with pytest.raises(AssertionError, match="only add rows"):
        Snapshot(lambda: User.objects.update(first_name="Iemand anders")).put_back()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_empty_database_is_what_the_migrations_left_even_past_the_history_that_only_grows(empty_database):
    before = sorted_rows()
    assert not User.objects.exists()
    world = make_world()
    services.move(
        trajectory=world.trajectory,
        to=Phase.PRIORITIES,
        by=world.administrator,
        reason="We kunnen niet langer wachten.",
    )
    assert PhaseChange.objects.exists()
    Criterion.objects.filter(pk=Criterion.objects.order_by("pk").last().pk).update(label_nl="Iemand was hier")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_permission")
    assert sorted_rows() != before
    empty_database.put_back()
    assert sorted_rows() == before
