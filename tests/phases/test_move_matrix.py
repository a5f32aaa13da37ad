"""Who may move a trajectory from where to where: one table, every member of the cast, posted to the portal."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from phases.enums import MoveKind, Phase
from phases.models import PhaseChange
from tests.phases.conftest import put_in_phase

# Each allowed move, by who sends it. "blocked" means that needs are not met; "+ reason" that a reason came along.
# Whatever is not in this table is refused as FORBIDDEN says, even when nothing is missing and a reason came along.
TABLE = """
from         to             circumstance      administrator  staff     steering_chair  member  stranger  visitor
baseline     priorities     clear             regular        regular   403             403     404       sign-in
baseline     priorities     clear + reason    regular        regular   403             403     404       sign-in
baseline     priorities     blocked           409            409       403             403     404       sign-in
baseline     priorities     blocked + reason  override       403       403             403     404       sign-in
priorities   action         clear             regular        regular   403             403     404       sign-in
priorities   action         clear + reason    regular        regular   403             403     404       sign-in
priorities   action         blocked           409            409       403             403     404       sign-in
priorities   action         blocked + reason  override       403       403             403     404       sign-in
action       evaluation     clear             regular        regular   403             403     404       sign-in
action       evaluation     clear + reason    regular        regular   403             403     404       sign-in
action       evaluation     blocked           409            409       403             403     404       sign-in
action       evaluation     blocked + reason  override       403       403             403     404       sign-in
evaluation   level_up       clear             regular        regular   403             403     404       sign-in
evaluation   level_up       clear + reason    regular        regular   403             403     404       sign-in
evaluation   level_up       blocked           409            409       403             403     404       sign-in
evaluation   level_up       blocked + reason  override       403       403             403     404       sign-in
evaluation   action         clear             400            400       400             403     404       sign-in
evaluation   action         clear + reason    adjustment     adjustment  adjustment    403     404       sign-in
evaluation   action         blocked           400            400       400             403     404       sign-in
evaluation   action         blocked + reason  adjustment     adjustment  adjustment    403     404       sign-in
level_up     keep_learning  clear             regular        regular   403             403     404       sign-in
level_up     keep_learning  clear + reason    regular        regular   403             403     404       sign-in
level_up     keep_learning  blocked           409            409       403             403     404       sign-in
level_up     keep_learning  blocked + reason  override       403       403             403     404       sign-in
"""
FORBIDDEN = {
    "administrator": "409",
    "staff": "409",
    "steering_chair": "409",
    "member": "403",
    "stranger": "404",
    "visitor": "sign-in",
}
CIRCUMSTANCES = ("clear", "clear + reason", "blocked", "blocked + reason")
MOST_PERMISSIVE = ("clear + reason",)
COLUMN_OF = {
    "administrator": "administrator",
    "facilitator": "staff",
    "expert": "steering_chair",
    "chair": "member",
    "owner": "member",
    "colleague": "member",
    "neighbour": "member",
    "teacher": "member",
    "other_teacher": "member",
    "stranger": "stranger",
    "deactivated": "visitor",
    "nobody": "visitor",
}


def read_table():
    header, *lines = [columns_of(line) for line in TABLE.strip().splitlines()]
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    return {(row.pop("from"), row.pop("to"), row.pop("circumstance")): row for row in rows}


def columns_of(line):
    """Columns are two or more spaces apart."""
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


EXPECTED = read_table()


@pytest.fixture
def bare_answers(monkeypatch):
    """650 moves: only the status of each answer counts here, so the page (test_views) is left undrawn."""
    monkeypatch.setattr(
        "phases.views._page", lambda request, trajectory, *, status=200, **context: HttpResponse(status=status)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("target", Phase)
@pytest.mark.parametrize("source", Phase)
def test_each_person_can_make_exactly_the_moves_of_the_table(source, target, steered_world, needs, bare_answers):
    clients = {person: sign_in(steered_world, person) for person in COLUMN_OF}
    expected, seen = {}, {}
    is_in_table = (source.value, target.value, CIRCUMSTANCES[0]) in EXPECTED
    for circumstance in CIRCUMSTANCES if is_in_table else MOST_PERMISSIVE:
        needs.clear()
        if circumstance.startswith("blocked"):
            needs.block_phase(source)
        for person, column in COLUMN_OF.items():
            outcomes = EXPECTED.get((source.value, target.value, circumstance), FORBIDDEN)
            expected[circumstance, person] = outcomes[column]
            reason = "We kunnen niet langer wachten." if circumstance.endswith("reason") else ""
            seen[circumstance, person] = attempt(steered_world, clients[person], person, source, target, reason)
    assert seen == expected


def test_the_table_names_every_row_of_the_machine_and_no_other():
    from phases.machine import TRANSITIONS

    assert {(row.source.value, row.target.value) for row in TRANSITIONS} == {key[:2] for key in EXPECTED}


def test_the_matrix_covers_the_whole_cast(world):
    from accounts.models import User

    cast = {name for name, value in vars(world).items() if isinstance(value, User)}
    assert cast | {"nobody"} == set(COLUMN_OF)


def sign_in(world, person):
    client = Client()
    if person != "nobody":
        client.force_login(getattr(world, person), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def attempt(world, client, person, source, target, reason):
    """Send the move; what came of it in the words of the table. A refusal must leave everything as it was."""
    trajectory = world.trajectory
    put_in_phase(trajectory, source)
    before = PhaseChange.objects.count()
    response = client.post(reverse("phases:move", args=[trajectory.slug]), {"to": target.value, "reason": reason})
    trajectory.refresh_from_db()
    if response.status_code == 302 and response.url == trajectory.get_absolute_url():
        change = trajectory.phase_changes.first()
        assert (trajectory.phase, change.source, change.target) == (target, source, target)
        assert (change.by, change.reason) == (getattr(world, person), reason)
        assert bool(change.open_points) == (change.kind == MoveKind.OVERRIDE)
        assert PhaseChange.objects.count() == before + 1
        return change.kind
    assert (trajectory.phase, PhaseChange.objects.count()) == (source, before)
    if response.status_code == 302:
        assert response.url.startswith(reverse("account_login"))
        return "sign-in"
    return str(response.status_code)
