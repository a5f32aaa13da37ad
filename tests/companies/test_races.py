"""Two at once, on PostgreSQL with real connections. Each guard is also switched off, to see that its bug is real."""

import threading
import time
import uuid
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test import Client

from accounts.models import Invitation, Organisation
from accounts.policy import Conflict
from companies import services
from companies.models import Company, Intake, IntakeDraft, Questionnaire
from notifications.models import OutboundMail
from tests.companies.conftest import address, form_data, in_use, submit, walk
from tests.companies.test_admin import filled_in

tell_apart = import_module("companies.migrations.0006_mark_merged_and_equal").tell_apart
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*verbs) -> list:
    """Run each verb in a thread and connection of its own, started at the same moment; their results or exceptions."""
    barrier = threading.Barrier(len(verbs))
    outcomes = [None] * len(verbs)

    def run(place, verb):
        try:
            barrier.wait(timeout=10)
            outcomes[place] = verb()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def hold_inside(monkeypatch, name, module=services.follow_up) -> None:
    """Let both threads pass the check in services before either writes: each waits for the other just before `name`."""
    barrier = threading.Barrier(2)
    original = getattr(module, name)

    def waiting(*args, **kwargs):
        try:
            barrier.wait(timeout=2)
        except threading.BrokenBarrierError:
            pass
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, waiting)


def events() -> list[str]:
    return sorted(OutboundMail.objects.values_list("event", flat=True))


def test_two_staff_accepting_one_intake_accept_it_once(committed_world, monkeypatch):
    world = committed_world
    intake = submit(world.trajectory)
    hold_inside(monkeypatch, "_company_of")
    outcomes = together(
        lambda: services.accept(intake=intake, by=world.facilitator),
        lambda: services.accept(intake=intake, by=world.administrator),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Intake"]
    assert sorted(intake.log.values_list("kind", flat=True)) == ["accepted", "submitted"]
    assert events() == ["accounts/invitation", "companies/intake_received"]
    assert Invitation.objects.count() == 1
    assert Company.objects.filter(enterprise_number=intake.enterprise_number).count() == 1


def test_without_the_lock_the_double_acceptance_is_real(committed_world, monkeypatch):
    """Negative control of the test above."""
    world = committed_world
    intake = submit(world.trajectory)
    monkeypatch.setattr(services.journal, "locked", lambda intake: Intake.objects.get(pk=intake.pk))
    # A second guard: the database carries a consent over once, and so undoes the second acceptance.
    monkeypatch.setattr(services.follow_up, "carry_consents", lambda intake: [])
    hold_inside(monkeypatch, "_company_of")
    outcomes = together(
        lambda: services.accept(intake=intake, by=world.facilitator),
        lambda: services.accept(intake=intake, by=world.administrator),
    )
    assert all(isinstance(outcome, Intake) for outcome in outcomes), outcomes
    assert intake.log.filter(kind="accepted").count() == 2
    assert events().count("accounts/invitation") == 2


def test_accepting_and_declining_at_once_leaves_one_decision(committed_world):
    world = committed_world
    intake = submit(world.trajectory)
    outcomes = together(
        lambda: services.accept(intake=intake, by=world.facilitator),
        lambda: services.decline(intake=intake, by=world.administrator, reason="Te laat"),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Intake"]
    intake.refresh_from_db()
    assert list(intake.log.exclude(kind="submitted").values_list("kind", flat=True)) == [intake.state]


def test_two_intakes_of_a_new_company_accepted_at_once_make_one_company(committed_world, monkeypatch):
    world = committed_world
    first = submit(world.trajectory, enterprise_number="0566988259")
    second = submit(world.other_trajectory, enterprise_number="0566988259")
    before = Organisation.objects.count()
    hold_inside(monkeypatch, "_company_of")
    outcomes = together(
        lambda: services.accept(intake=first, by=world.facilitator),
        lambda: services.accept(intake=second, by=world.administrator),
    )
    assert all(isinstance(outcome, Intake) for outcome in outcomes), outcomes
    assert Company.objects.filter(enterprise_number="0566988259").count() == 1
    assert Organisation.objects.count() == before + 1
    assert Company.objects.get(enterprise_number="0566988259").organisation.participations.count() == 2


def test_two_intakes_of_one_company_for_one_trajectory_are_not_both_accepted(committed_world, monkeypatch):
    world = committed_world
    intakes = [submit(world.trajectory, enterprise_number="0566988259", remark=remark) for remark in ("Een", "Twee")]
    hold_inside(monkeypatch, "_company_of")
    outcomes = together(
        *(lambda intake=intake: services.accept(intake=intake, by=world.facilitator) for intake in intakes)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Intake"]
    assert Invitation.objects.count() == 1


def test_one_form_sent_twenty_times_at_once_is_one_intake_and_one_mail(committed_world):
    key = uuid.uuid4()
    outcomes = together(
        *[lambda: submit(committed_world.trajectory, key=key, enterprise_number="0566988259") for _ in range(20)]
    )
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {Intake.objects.get().pk}
    assert events() == ["companies/intake_received"]
    assert Intake.objects.get().answers.count() == 13


def test_equal_forms_from_twenty_drafts_at_once_are_one_intake_and_one_mail(committed_world):
    outcomes = together(
        *[lambda: submit(committed_world.trajectory, enterprise_number="0566988259") for _ in range(20)]
    )
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {Intake.objects.get().pk}
    assert events() == ["companies/intake_received"]


def test_without_the_key_and_the_words_twenty_forms_are_twenty_intakes(committed_world, monkeypatch):
    """Negative control of the two tests above: nothing else holds them together."""
    _with_words_for_each_attempt(monkeypatch)
    together(*[lambda: submit(committed_world.trajectory, enterprise_number="0566988259") for _ in range(20)])
    assert Intake.objects.count() == 20


def _with_words_for_each_attempt(monkeypatch):
    monkeypatch.setattr(services.submission, "fingerprint_of", lambda *parts: uuid.uuid4().hex)


def _two_equal_forms(world, monkeypatch):
    """Both were looked for, and neither found, before either is written."""
    hold_inside(monkeypatch, "_check_that_it_can_be_sent", services.submission)
    return together(*[lambda: submit(world.trajectory, enterprise_number="0566988259")] * 2)


def test_the_rule_in_the_database_keeps_equal_forms_to_one(committed_world, monkeypatch):
    outcomes = _two_equal_forms(committed_world, monkeypatch)
    assert [outcome.pk for outcome in outcomes] == [Intake.objects.get().pk] * 2
    assert events() == ["companies/intake_received"]


@contextmanager
def without_that_rule():
    rule = next(rule for rule in Intake._meta.constraints if rule.name == "one_untouched_intake_says_the_same")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Intake, rule)
    try:
        yield
    finally:
        tell_apart(apps, None)
        with connection.schema_editor() as editor:
            editor.add_constraint(Intake, rule)


def test_without_that_rule_equal_forms_are_two_intakes(committed_world, monkeypatch):
    """Negative control of the test above."""
    with without_that_rule():
        _two_equal_forms(committed_world, monkeypatch)
        assert Intake.objects.count() == 2


def test_the_migration_tells_equal_intakes_apart_and_leaves_the_oldest_and_the_others_alone(committed_world):
    kept = [submit(committed_world.trajectory, remark=remark) for remark in ("Een", "Twee", "Drie", "Vier")]
    with without_that_rule():
        Intake.objects.filter(pk__in=[intake.pk for intake in kept[:3]]).update(fingerprint="x" * 64)
    after = [Intake.objects.get(pk=intake.pk).fingerprint for intake in kept]
    assert (after[0], after[3], len(set(after))) == ("x" * 64, kept[3].fingerprint, 4)


def test_two_versions_of_one_form_at_once_are_told_apart(committed_world):
    key = uuid.uuid4()
    outcomes = together(
        lambda: submit(committed_world.trajectory, key=key, enterprise_number="0566988259"),
        lambda: submit(committed_world.trajectory, key=key, enterprise_number="0566988259", remark="Nog iets"),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadySent", "Intake"]
    assert Intake.objects.count() == 1


def _two_copies(world, monkeypatch, number):
    """Two copies at once; the first takes its time between its number and its row."""

    def slowly():
        version = number()
        time.sleep(0.3)
        return version

    monkeypatch.setattr(services.questionnaires, "_next_version", slowly)
    current = in_use()
    return together(*[lambda: services.copy_questionnaire(questionnaire=current, by=world.facilitator)] * 2)


def test_two_copies_of_a_questionnaire_at_once_get_two_numbers(committed_world, monkeypatch):
    copies = _two_copies(committed_world, monkeypatch, services.questionnaires._next_version)
    assert sorted(copy.version for copy in copies) == [2, 3]
    assert {copy.questions.count() for copy in copies} == {13}


def test_whoever_does_not_look_again_after_the_lock_takes_a_number_twice(committed_world, monkeypatch):
    """Negative control of the test above: what the locking query itself saw is from before the wait."""

    def seen_by_the_locking_query():
        return max(row.version for row in Questionnaire.objects.select_for_update().order_by("pk")) + 1

    outcomes = _two_copies(committed_world, monkeypatch, seen_by_the_locking_query)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "Questionnaire"]


def test_two_questionnaires_put_in_use_at_once_leave_one(committed_world):
    world = committed_world
    current = submit(world.trajectory).questionnaire
    drafts = [services.copy_questionnaire(questionnaire=current, by=world.facilitator) for _ in range(2)]
    outcomes = together(
        *(lambda draft=draft: services.put_in_use(questionnaire=draft, by=world.facilitator) for draft in drafts)
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Conflict | Exception)] == []
    assert type(current).objects.filter(state="current").count() == 1


def test_postgresql_itself_keeps_the_log(committed_world):
    entry = submit(committed_world.trajectory).log.get()
    for statement in (
        "UPDATE companies_intakelog SET text = 'x' WHERE id = %s",
        "DELETE FROM companies_intakelog WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])


# --- The same draft, twenty times at once -----------------------------------------------------------------------------


def _send_twenty_times(world):
    data = form_data(world.trajectory)
    first = Client()
    walk(first, data, "toestemming")
    cookie = first.cookies["inschrijving"].value

    def send():
        browser = Client()
        browser.cookies["inschrijving"] = cookie
        return browser.post(address("nalezen"), data)

    return together(*[send] * 20)


def _with_a_key_for_each_attempt(monkeypatch):
    """Take the unique key out of the game, so that only the lock on the draft is left."""
    submit_for_real = services.drafts.submit
    monkeypatch.setattr(
        services.drafts,
        "submit",
        lambda submission_key, **submission: submit_for_real(submission_key=uuid.uuid4(), **submission),
    )
    _with_words_for_each_attempt(monkeypatch)


def test_one_draft_sent_twenty_times_at_once_is_one_intake_and_one_mail(committed_world):
    answers = _send_twenty_times(committed_world)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url.partition("?")[0] for answer in answers}) == 1
    assert Intake.objects.count() == 1
    assert events() == ["companies/intake_received"]


def test_what_a_page_saves_by_itself_while_it_is_sent_leaves_nothing_behind(committed_world):
    data = form_data(committed_world.trajectory)
    first = Client()
    walk(first, data, "toestemming")
    cookie = first.cookies["inschrijving"].value

    def post(path, **more):
        browser = Client()
        browser.cookies["inschrijving"] = cookie
        return browser.post(path, data | more)

    saves = [
        lambda count=count: post(
            f"{address('wensen')}bewaar/", goals="Nog snel", save_page="a", save_count=count, save_version=1
        )
        for count in range(1, 11)
    ]
    answers = together(*saves[:5], lambda: post(address("nalezen")), *saves[5:])
    assert {answer.status_code for answer in answers} <= {200, 302, 409}
    assert Intake.objects.get().goals in ("Meer techniekers", "Nog snel")
    draft = IntakeDraft.objects.get()
    assert (draft.data, draft.saves, draft.email) == ({}, {}, "")


def test_the_lock_alone_keeps_it_to_one(committed_world, monkeypatch):
    _with_a_key_for_each_attempt(monkeypatch)
    _send_twenty_times(committed_world)
    assert Intake.objects.count() == 1


def test_without_the_lock_the_double_sign_up_is_real(committed_world, monkeypatch):
    """Negative control of the tests above."""
    _with_a_key_for_each_attempt(monkeypatch)
    monkeypatch.setattr(services.drafts, "_locked", lambda draft: IntakeDraft.objects.get(pk=draft.pk))
    _send_twenty_times(committed_world)
    assert Intake.objects.count() > 1


def test_a_link_used_twice_at_once_opens_once(committed_world):
    draft = services.start_draft(key=uuid.uuid4(), questionnaire=in_use())
    services.mail_link(draft=draft, email="greet@thuis.example")
    token = OutboundMail.objects.get().text.split("/hervat/")[1].split("/")[0]
    opened = together(*[lambda: services.open_link(token=token)] * 4)
    assert [type(outcome).__name__ for outcome in opened].count("IntakeDraft") == 1


def crossing(world) -> list:
    """Two contacts of one company who each make the other the successor, at the same moment."""
    owner, chair = world.membership(world.owner), world.membership(world.chair)
    return together(
        lambda: services.hand_over(membership=owner, successor=chair, by=world.facilitator),
        lambda: services.hand_over(membership=chair, successor=owner, by=world.administrator),
    )


def test_two_contacts_do_not_hand_over_to_each_other_at_once(committed_world, monkeypatch):
    world = committed_world
    hold_inside(monkeypatch, "_finish", services.contacts)
    outcomes = crossing(world)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "HandOver"]
    assert sorted(world.membership(user).is_active for user in (world.owner, world.chair)) == [False, True]


def test_without_the_lock_on_the_company_both_leave(committed_world, monkeypatch):
    """Negative control of the test above."""
    world = committed_world
    unlocked = SimpleNamespace(objects=SimpleNamespace(select_for_update=lambda: Organisation.objects))
    monkeypatch.setattr(services.contacts, "Organisation", unlocked)
    hold_inside(monkeypatch, "_finish", services.contacts)
    outcomes = crossing(world)
    assert [type(outcome).__name__ for outcome in outcomes] == ["HandOver", "HandOver"]
    assert not any(world.membership(user).is_active for user in (world.owner, world.chair))


def _two_old_pages(world, monkeypatch):
    """Two colleagues save another street at the same moment, each from a page that showed the first one."""
    intake = submit(world.trajectory)
    meeting = threading.Barrier(2)
    original = services.change_details

    def waiting(**facts):
        try:
            meeting.wait(timeout=2)
        except threading.BrokenBarrierError:
            pass
        return original(**facts)

    url = f"/beheer/companies/intake/{intake.pk}/change/"
    colleagues = [Client(), Client()]
    pages = []
    for client, user, street in zip(colleagues, (world.facilitator, world.administrator), ("A 1", "B 2"), strict=True):
        client.force_login(user)
        pages.append(filled_in(client, intake, street=street) | {"_continue": "1"})
    monkeypatch.setattr(services, "change_details", waiting)
    posts = [
        lambda client=client, page=page: client.post(url, page) for client, page in zip(colleagues, pages, strict=True)
    ]
    return intake, [response.status_code for response in together(*posts)]


def test_two_colleagues_who_change_the_same_at_once_do_not_overwrite_each_other(committed_world, monkeypatch):
    intake, statuses = _two_old_pages(committed_world, monkeypatch)
    assert sorted(statuses) == [200, 302]
    intake.refresh_from_db()
    assert intake.street in ("A 1", "B 2")


def test_without_holding_the_row_one_of_the_two_is_lost_in_silence(committed_world, monkeypatch):
    """Negative control of the test above."""
    monkeypatch.setattr("companies.admin.intakes.IntakeAdmin._hold", lambda self, pk: None)
    _intake, statuses = _two_old_pages(committed_world, monkeypatch)
    assert statuses == [302, 302]
