"""Moving from the page: it offers what the door lets through, and a refused move gives back what was typed."""

import html
import re

import pytest

from accounts.policy import Conflict, Refused
from phases import selectors, services
from phases.enums import MoveKind, Phase
from phases.models import PhaseChange
from tests.phases.conftest import main_part, needs_of, put_in_phase, words

DETAIL = "/trajecten/testtraject/"
MOVE = "/trajecten/testtraject/fase/"


# --- Page and POST agree ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("is_blocked", [False, True])
@pytest.mark.parametrize("phase", Phase)
def test_what_the_page_offers_is_what_the_door_lets_through(phase, is_blocked, steered_world, needs):
    """Button and refusal cannot disagree: for every phase, every move and everyone."""
    world = steered_world
    if is_blocked:
        needs.block_phase(phase)
    for person in (world.administrator, world.facilitator, world.expert, world.owner, world.teacher):
        put_in_phase(world.trajectory, phase)
        for step in selectors.next_steps(world.trajectory, person):
            put_in_phase(world.trajectory, phase)
            assert outcome(world.trajectory, step.target, person) == promise(step)


def promise(step):
    """What the page leads someone to expect of a move with a reason."""
    if not step.may_move:
        return "refused"
    if step.is_adjustment:
        return MoveKind.ADJUSTMENT
    if not step.blockers:
        return MoveKind.REGULAR
    return MoveKind.OVERRIDE if step.may_override else step.blockers


def outcome(trajectory, target, person):
    """What the door makes of it."""
    try:
        return services.move(trajectory=trajectory, to=target, by=person, reason="Waarom").kind
    except services.OverrideRefused as refusal:
        return refusal.reasons[1:]  # after the sentence that only an administrator may continue
    except Conflict as conflict:
        return conflict.reasons
    except Refused:
        return "refused"


@pytest.mark.django_db
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.KEEP_LEARNING])
def test_a_ready_phase_shows_a_button_that_works(phase, world, sign_in_as, needs):
    put_in_phase(world.trajectory, phase)
    client = sign_in_as(world.facilitator)
    page = main_part(client.get(DETAIL))
    form = re.search(r'<form class="btn-row".*?</form>', page, re.DOTALL).group()
    fields = dict(re.findall(r'name="(to|seen)" value="([^"]*)"', form))
    assert "aria-disabled" not in form
    response = client.post(MOVE, fields, follow=True)
    assert response.redirect_chain == [(DETAIL, 302)]
    assert f"Het traject staat nu in fase {phase.number + 1}" in words(response)


@pytest.mark.django_db
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.KEEP_LEARNING])
def test_a_blocked_phase_shows_a_closed_button_with_its_reasons(phase, world, sign_in_as, needs):
    sentences = needs.block_phase(phase)
    put_in_phase(world.trajectory, phase)
    client = sign_in_as(world.facilitator)
    page = main_part(client.get(DETAIL))
    button = re.search(r'<button class="btn btn-primary" type="submit"[^>]*>', page).group()
    assert 'aria-disabled="true" aria-describedby="why-not reasons"' in button
    assert {identifier: f'id="{identifier}"' in page for identifier in ("why-not", "reasons")} == {
        "why-not": True,
        "reasons": True,
    }
    refused = client.post(MOVE, {"to": list(Phase)[phase.number].value, "seen": phase.value})
    assert refused.status_code == 409
    for text in (page, main_part(refused)):
        assert [sentence for sentence in sentences if html.escape(sentence) not in text] == []
    assert len(needs_of(phase)) * 2 == len(sentences)


# --- What a refused move gives back -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_refused_move_lists_its_reasons_on_top_with_links(world, sign_in_as, needs):
    needs.block(
        "schools.readiness.every_school_has_assessed_itself", "Atheneum Zuid is niet klaar", "College Noord ook niet"
    )
    response = sign_in_as(world.facilitator).post(MOVE, {"to": "priorities"})
    assert response.status_code == 409
    summary = re.search(r'<div class="note note-bad[^>]*>.*?</div>', main_part(response), re.DOTALL).group()
    assert 'role="alert" tabindex="-1" autofocus' in summary
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', summary) == [
        ("/scholen/1/", "Atheneum Zuid is niet klaar"),
        ("/scholen/2/", "College Noord ook niet"),
    ]


@pytest.mark.django_db
def test_an_override_without_a_reason_says_so_beside_the_field(world, sign_in_as, needs):
    needs.block_phase(Phase.BASELINE)
    response = sign_in_as(world.administrator).post(MOVE, {"to": "priorities", "seen": "baseline", "override": "1"})
    assert response.status_code == 400
    page = main_part(response)
    sentence = "Schrijf waarom je doorgaat terwijl er nog iets ontbreekt."
    assert page.count(sentence) == 2
    assert f'<a href="#override_reason">{sentence}</a>' in page
    assert re.search(r'<details class="reason" open>.*?<textarea[^>]*id="override_reason"', page, re.DOTALL)
    assert PhaseChange.objects.count() == 0


@pytest.mark.django_db
def test_who_may_not_override_reads_that_and_all_reasons_and_keeps_what_was_typed(world, sign_in_as, needs):
    sentences = needs.block_phase(Phase.BASELINE)
    data = {"to": "priorities", "seen": "baseline", "reason": "De school belooft het"}
    response = sign_in_as(world.facilitator).post(MOVE, data)
    assert response.status_code == 403
    page = main_part(response)
    told = ["Alleen een Voka-beheerder kan doorgaan zolang er nog iets ontbreekt.", *sentences, "De school belooft het"]
    assert [sentence for sentence in told if html.escape(sentence) not in page] == []
    assert PhaseChange.objects.count() == 0


@pytest.mark.django_db
def test_adjusting_without_a_reason_says_so_beside_the_field(steered_world, sign_in_as, needs):
    put_in_phase(steered_world.trajectory, Phase.EVALUATION)
    response = sign_in_as(steered_world.expert).post(MOVE, {"to": "action", "seen": "evaluation"})
    assert response.status_code == 400
    assert '<a href="#adjust_reason">Schrijf waarom je bijstuurt.' in main_part(response)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "reason", ["x" * (services.REASON_MAX_LENGTH + 1), "Met een \x00 erin"], ids=["too long", "a NUL byte"]
)
def test_a_reason_that_cannot_be_kept_stays_in_the_field(reason, world, sign_in_as, needs):
    needs.block_phase(Phase.BASELINE)
    response = sign_in_as(world.administrator).post(MOVE, {"to": "priorities", "override": "1", "reason": reason})
    assert response.status_code == 400
    typed = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", main_part(response), re.DOTALL).group(1)
    assert typed == html.escape(reason)
    assert PhaseChange.objects.count() == 0


@pytest.mark.django_db
def test_a_reason_typed_on_an_old_page_is_given_back(world, sign_in_as, needs):
    services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.facilitator)
    response = sign_in_as(world.administrator).post(
        MOVE, {"to": "priorities", "seen": "baseline", "override": "1", "reason": "Lang nagedacht & getypt"}
    )
    assert response.status_code == 409
    assert "Intussen gewijzigd door Fien Begeleider" in words(response)
    assert "Wat je had geschreven Lang nagedacht & getypt" in words(response)
    assert PhaseChange.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"to": ""},
        {"to": "vacation"},
        {"to": "2"},
        {"to": ["priorities", "vacation"]},
        {"to": "priorities", "seen": "vacation"},
        {"to": "priorities\x00"},
        {"to": "x" * 100_000},
        {"to": "' OR 1=1 --", "reason": "Toch"},
    ],
)
def test_nonsense_is_answered_with_400_and_changes_nothing(data, world, sign_in_as, needs):
    response = sign_in_as(world.administrator).post(MOVE, data)
    assert response.status_code == 400
    assert "Kies een bestaande fase." in words(response)
    world.trajectory.refresh_from_db()
    assert (world.trajectory.phase, PhaseChange.objects.count()) == (Phase.BASELINE, 0)


@pytest.mark.django_db
def test_fields_that_are_nobodys_business_are_ignored(world, sign_in_as, needs):
    data = {
        "to": "priorities",
        "kind": "override",
        "by": world.owner.pk,
        "sequence": 9,
        "phase": "level_up",
        "open_points": "x",
    }
    assert sign_in_as(world.facilitator).post(MOVE, data).status_code == 302
    change = PhaseChange.objects.get()
    assert (change.kind, change.by, change.sequence, change.open_points) == (MoveKind.REGULAR, world.facilitator, 1, [])


@pytest.mark.django_db
def test_a_double_click_moves_once_and_reads_kindly(world, sign_in_as, needs):
    client = sign_in_as(world.facilitator)
    first, second = (client.post(MOVE, {"to": "priorities", "seen": "baseline"}) for _click in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Dit heb je al gedaan" in words(second)
    assert PhaseChange.objects.count() == 1


@pytest.mark.django_db
def test_a_forged_move_without_token_is_refused(world, needs):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(MOVE, {"to": "priorities"}).status_code == 403
    assert PhaseChange.objects.count() == 0
