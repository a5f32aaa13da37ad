"""History only grows: the model refuses, the queryset refuses, and PostgreSQL refuses too."""

import pytest
from django.db import InternalError, connection, transaction

from accounts.history import AppendOnlyError
from phases import services
from phases.enums import Phase
from phases.models import PhaseChange


@pytest.fixture
def change(world, needs):
    return services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attempt",
    [
        lambda change: change.save(),
        lambda change: change.delete(),
        lambda change: PhaseChange.objects.update(reason="Herschreven"),
        lambda change: PhaseChange.objects.filter(pk=change.pk).delete(),
        lambda change: PhaseChange.objects.bulk_update([change], ["reason"]),
        lambda change: PhaseChange.objects.update_or_create(pk=change.pk, defaults={"reason": "Herschreven"}),
        lambda change: change.trajectory.phase_changes.all().delete(),
        lambda change: change.trajectory.phase_changes.update(reason="Herschreven"),
    ],
)
def test_a_change_cannot_be_rewritten_or_removed(attempt, change):
    with pytest.raises(AppendOnlyError):
        attempt(change)
    assert list(PhaseChange.objects.values_list("pk", "reason")) == [(change.pk, "")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE phases_phasechange SET reason = 'Herschreven'",
        "DELETE FROM phases_phasechange",
    ],
)
def test_postgresql_refuses_what_goes_around_the_portal(statement, committed_world, needs):
    change = services.move(trajectory=committed_world.trajectory, to=Phase.PRIORITIES, by=committed_world.administrator)
    with pytest.raises(InternalError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(PhaseChange.objects.values_list("pk", "reason")) == [(change.pk, "")]


@pytest.mark.django_db
def test_a_trajectory_with_history_cannot_be_deleted(world, change):
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        world.trajectory.delete()
