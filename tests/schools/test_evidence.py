"""The evidence locker: several files, what each hand-in keeps, what changed since, and a list of five hundred pieces."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.history import AppendOnlyError
from accounts.policy import Conflict
from documents import services as documents
from documents.checks.refusal import Reason
from documents.enums import DocumentState
from documents.models import Document, StorageLimit
from documents.selectors import storage_of
from schools import selectors, services
from schools.enums import EvidenceState
from schools.models import Evidence, EvidenceRevision
from schools.revisions import differences
from tests.documents import files
from tests.schools.conftest import DAY, evidence, file_of, pdf, safe_evidence, settle

pytestmark = pytest.mark.django_db


def page(name, made):
    return reverse(f"schools:{name}", args=[made.school_id, made.pk])


def text_of(response) -> str:
    return response.content.decode()


def with_files(school, by, criteria, names, **how):
    return services.add_evidence(
        school=school,
        by=by,
        title="Robotklas",
        text="We bouwden een robot.",
        practice_date=DAY,
        criteria=criteria,
        pupils_confirmed=True,
        uploads=[pdf(name, files.pdf() + name.encode()) for name in names],
        **how,
    )


def found_safe(made):
    """The same evidence, once each of its files was checked."""
    for document in made.documents:
        settle(document, DocumentState.SAFE)
    return Evidence.objects.get(pk=made.pk)


def change(made, by, criteria, **how):
    made.refresh_from_db()
    return services.change_evidence(
        evidence=made,
        by=by,
        criteria=criteria,
        pupils_confirmed=True,
        seen_version=made.version,
        **{"title": made.title, "text": made.text, "practice_date": made.practice_date} | how,
    )


# --- Files -----------------------------------------------------------------------------------------------------------


def test_one_piece_holds_several_files_in_the_order_in_which_they_came(school, world, criteria):
    made = with_files(school, world.teacher, criteria[:2], ["a.pdf", "b.pdf"])
    change(made, world.teacher, criteria[:2], uploads=[pdf("c.pdf")])
    assert [document.name for document in Evidence.objects.get().documents] == ["a.pdf", "b.pdf", "c.pdf"]
    assert {document.organisation for document in Document.objects.all()} == {world.school}


def test_a_file_that_is_taken_off_makes_room_and_stays_on_record(school, world, criteria):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf"])
    first, second = made.documents
    stored, changed = first.file.path, change(made, world.teacher, criteria[:1], take_off=[first.pk])
    assert changed.documents == [second]
    first.refresh_from_db()
    assert (first.state, first.name, len(first.sha256)) == (DocumentState.REMOVED, "a.pdf", 64)
    assert stored.endswith(first.uuid.hex)
    assert set(selectors.evidence_documents_visible_to(world.teacher).values_list("document", flat=True)) == {
        first.pk,
        second.pk,
    }


def test_a_file_of_another_piece_is_not_taken_off(school, world, criteria):
    mine, other = (with_files(school, world.teacher, criteria[:1], [name]) for name in ("a.pdf", "b.pdf"))
    change(mine, world.teacher, criteria[:1], take_off=[file_of(other).pk])
    assert file_of(other).state == DocumentState.CHECKING


def test_beside_one_bad_file_the_good_ones_are_kept_as_a_draft(school, world, criteria, sign_in_as):
    data = {
        "title": "Robotklas",
        "practice_date": "2026-03-20",
        "criteria": [criteria[0].pk],
        "text": "We bouwden een robot.",
        "pupils_confirmed": "on",
        "version": "0",
        "file": [pdf("goed.pdf"), pdf("macro.docm")],
    }
    client = sign_in_as(world.teacher)
    response = client.post(reverse("schools:evidence-new", args=[school.pk]), data)
    assert "macro.docm: Dit bestandstype aanvaarden we niet." in text_of(response)
    made = Evidence.objects.get()
    assert (made.state, [document.name for document in made.documents]) == (EvidenceState.DRAFT, ["goed.pdf"])
    data |= {"file": [pdf("tweede.pdf")], "version": made.version}
    client.post(reverse("schools:evidence-edit", args=[school.pk, made.pk]), data)
    assert [document.name for document in Evidence.objects.get().documents] == ["goed.pdf", "tweede.pdf"]


def test_there_is_a_most_to_the_files_of_one_piece(school, world, criteria, monkeypatch):
    monkeypatch.setattr(services.evidence, "MAX_FILES", 2)
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf"])
    with pytest.raises(Conflict, match="hoogstens 2 bestanden"):
        change(made, world.teacher, criteria[:1], uploads=[pdf("c.pdf")])
    assert Document.objects.count() == 2
    change(made, world.teacher, criteria[:1], uploads=[pdf("c.pdf")], take_off=[made.documents[0].pk])


def test_the_form_takes_files_off_and_asks_about_pupils_again(school, world, criteria, sign_in_as):
    made = with_files(school, world.administrator, criteria[:1], ["a.pdf", "b.pdf"])
    client, first = sign_in_as(world.teacher), made.documents[0]
    data = {
        "title": "Robotklas",
        "practice_date": "2026-03-20",
        "criteria": [criteria[0].pk],
        "text": "Nieuw.",
        "version": "1",
        "take_off": [first.pk],
    }
    client.post(page("evidence-edit", made), data)
    made.refresh_from_db()
    assert [document.name for document in Evidence.objects.get().documents] == ["b.pdf"]
    assert made.pupils_confirmed_by == world.administrator  # nothing new to say anything about
    data = data | {"version": "2", "take_off": []}
    client.post(page("evidence-edit", made), data | {"file": pdf("c.pdf")})
    made.refresh_from_db()
    assert made.pupils_confirmed_by is None
    client.post(page("evidence-edit", made), data | {"version": "3", "pupils_confirmed": "on"})
    made.refresh_from_db()
    assert made.pupils_confirmed_by == world.teacher


def test_evidence_is_not_approved_while_one_file_is_checked_or_lost(school, world, criteria):
    made = found_safe(with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf"]))
    services.submit_evidence(evidence=made, by=world.teacher)
    settle(made.documents[1], DocumentState.MISSING)
    with pytest.raises(Conflict, match="Nog niet elk bestand is gecontroleerd"):
        services.approve_evidence(evidence=made, by=world.facilitator)
    made = Evidence.objects.get()
    settle(made.documents[1], DocumentState.SAFE)
    assert services.approve_evidence(evidence=made, by=world.facilitator).state == EvidenceState.APPROVED


def test_a_refused_file_that_was_taken_off_sends_nothing_back(school, world, criteria):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf"])
    document = made.documents[0]
    change(made, world.teacher, criteria[:1], take_off=[document.pk])
    services.submit_evidence(evidence=made, by=world.teacher)
    settle(document, DocumentState.CHECKING)
    documents.refuse(document.pk, Reason.ACTIVE_PDF)
    assert Evidence.objects.get().state == EvidenceState.SUBMITTED


# --- Room, and one file less -------------------------------------------------------------------------------------------


def remove_url(made, document):
    return reverse("schools:evidence-file-remove", args=[made.school_id, made.pk, document.uuid])


def test_the_school_takes_one_file_off_a_draft_with_a_button_and_only_that_file_goes(
    school, world, criteria, sign_in_as
):
    made = with_files(school, world.administrator, criteria[:1], ["a.pdf", "b.pdf"])
    first, client, used = made.documents[0], sign_in_as(world.teacher), storage_of(world.school).used
    assert remove_url(made, first) in text_of(client.get(made.get_absolute_url()))
    answer = client.post(remove_url(made, first), follow=True)
    assert answer.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "Het bestand “a.pdf” is weg." in text_of(answer)
    now = Evidence.objects.get()
    assert ([document.name for document in now.documents], now.version) == (["b.pdf"], made.version)
    assert storage_of(world.school).used == used - first.size
    step = now.log.first()
    assert (step.by, step.comment) == (world.teacher, "Haalde het bestand “a.pdf” weg.")


def test_a_second_click_takes_nothing_more_off(school, world, criteria, sign_in_as):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf"])
    first, client = made.documents[0], sign_in_as(world.teacher)
    for _click in range(2):
        assert client.post(remove_url(made, first)).status_code == 302
    assert [document.name for document in Evidence.objects.get().documents] == ["b.pdf"]
    assert made.log.count() == 2


@pytest.mark.parametrize("state", [EvidenceState.SUBMITTED, EvidenceState.APPROVED])
def test_what_was_handed_in_keeps_its_files_until_voka_sends_it_back(state, school, world, criteria, sign_in_as):
    made = safe_evidence(school, world.teacher, criteria[:1])
    document, client = file_of(made), sign_in_as(world.teacher)
    services.submit_evidence(evidence=made, by=world.teacher)
    if state == EvidenceState.APPROVED:
        services.approve_evidence(evidence=made, by=world.facilitator)
    assert remove_url(made, document) not in text_of(client.get(made.get_absolute_url()))
    refused = client.post(remove_url(made, document))
    assert refused.status_code == 409
    assert "Dit bewijs is ingediend" in text_of(refused)
    assert file_of(made).is_safe


def test_what_voka_sent_back_loses_its_file_and_the_handed_in_version_keeps_name_and_hash(school, world, criteria):
    made = safe_evidence(school, world.teacher, criteria[:1])
    document = file_of(made)
    services.submit_evidence(evidence=made, by=world.teacher)
    services.ask_more(evidence=made, by=world.facilitator, comment="Toon ook de planning.")
    services.take_off_file(evidence=made, document=document, by=world.teacher)
    document.refresh_from_db()
    assert (document.state, Evidence.objects.get().documents) == (DocumentState.REMOVED, [])
    assert [file["sha256"] for file in made.revisions.get().files] == [document.sha256]


def test_a_file_of_another_piece_has_no_button_here(school, world, criteria, sign_in_as):
    mine, other = (with_files(school, world.teacher, criteria[:1], [name]) for name in ("a.pdf", "b.pdf"))
    assert sign_in_as(world.teacher).post(remove_url(mine, file_of(other))).status_code == 404
    services.take_off_file(evidence=mine, document=file_of(other), by=world.teacher)
    assert file_of(other).state == DocumentState.CHECKING


@pytest.mark.parametrize(("who", "status"), [("other_teacher", 403), ("stranger", 404), ("owner", 403)])
def test_nobody_else_takes_a_file_off(who, status, school, world, criteria, sign_in_as):
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf"])
    client = sign_in_as(getattr(world, who))
    assert client.post(remove_url(made, file_of(made))).status_code == status
    assert file_of(made).state == DocumentState.CHECKING


def test_a_file_is_removed_with_a_post_only(school, world, criteria, sign_in_as):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf"])
    assert sign_in_as(world.teacher).get(remove_url(made, file_of(made))).status_code == 405


def test_a_removed_file_is_named_with_its_log_for_the_school_but_not_for_a_company(school, world, criteria, sign_in_as):
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf"])
    first, second = made.documents
    services.take_off_file(evidence=made, document=first, by=world.teacher)
    shown = text_of(sign_in_as(world.teacher).get(made.get_absolute_url()))
    assert [first.get_log_url() in shown, second.get_log_url() in shown] == [True, True]
    shown = text_of(sign_in_as(world.owner).get(made.get_absolute_url()))
    assert [first.get_log_url() in shown, second.get_log_url() in shown] == [False, False]
    assert "Weggehaalde bestanden" not in shown


@pytest.mark.parametrize("state", DocumentState)
def test_the_page_says_how_each_file_stands_and_links_only_to_a_safe_one(state, school, world, criteria, sign_in_as):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf"])
    document = file_of(made)
    settle(document, state, "Dit bestand is een film." if state == DocumentState.REFUSED else "")
    shown = text_of(sign_in_as(world.teacher).get(made.get_absolute_url()))
    words = {"checking": "Wordt gecontroleerd", "refused": "Geweigerd", "missing": "Ontbreekt"}
    assert [word in shown for word in words.values()] == [state == each for each in words]
    assert (f'href="{document.get_absolute_url()}"' in shown) == (state == DocumentState.SAFE)


def test_the_list_and_the_forms_tell_the_school_how_much_room_is_left(school, world, criteria, sign_in_as):
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    StorageLimit.objects.create(organisation=world.school, megabytes=40)
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf"])
    pages = [
        school.get_evidence_url(),
        reverse("schools:evidence-new", args=[school.pk]),
        page("evidence-edit", made),
    ]
    client = sign_in_as(world.teacher)
    assert ["Nog 39 MB vrij." in text_of(client.get(path)) for path in pages] == [True] * 3
    assert "MB vrij" not in text_of(sign_in_as(world.owner).get(pages[0]))


@pytest.mark.parametrize("path", ["evidence-new", "record-label"])
def test_a_form_with_files_shows_its_progress_and_works_without_script(path, school, world, sign_in_as):
    shown = text_of(sign_in_as(world.facilitator).get(reverse(f"schools:{path}", args=[school.pk])))
    assert shown.count("data-upload-progress") == 1
    assert shown.count("js/upload.js") == 1
    assert 'enctype="multipart/form-data"' in shown
    assert ("multiple" in shown.split('type="file"')[1].split(">")[0]) == (path == "evidence-new")


# --- What was handed in ----------------------------------------------------------------------------------------------


@pytest.fixture
def twice(school, world, criteria):
    """Handed in, sent back, changed and handed in again."""
    made = found_safe(with_files(school, world.teacher, criteria[:2], ["a.pdf", "b.pdf"]))
    services.submit_evidence(evidence=made, by=world.teacher)
    services.ask_more(evidence=made, by=world.facilitator, comment="Meer.")
    change(
        made,
        world.teacher,
        criteria[1:3],
        text="We bouwden samen een grote robot.",
        uploads=[pdf("c.pdf")],
        take_off=[made.documents[0].pk],
    )
    services.submit_evidence(evidence=found_safe(Evidence.objects.get()), by=world.teacher)
    return made


def test_handing_in_waits_until_every_file_is_checked_and_says_so_on_the_page(school, world, criteria, sign_in_as):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf", "c.pdf"])
    settle(made.documents[0], DocumentState.SAFE)
    client = sign_in_as(world.teacher)
    response = client.post(reverse("schools:evidence-submit", args=[school.pk, made.pk]))
    assert response.status_code == 409
    shown = text_of(response)
    assert "Nog niet ingediend" in shown
    assert (
        "De bestanden “b.pdf”, “c.pdf” worden nog gecontroleerd. Probeer het over enkele ogenblikken opnieuw. "
        "Je bewijs blijft bewaard zoals het is." in shown
    )
    assert "Pas dan kan je je bewijs indienen." in shown
    assert (Evidence.objects.get().state, made.revisions.count()) == (EvidenceState.DRAFT, 0)
    found_safe(made)
    assert client.post(reverse("schools:evidence-submit", args=[school.pk, made.pk])).status_code == 302
    assert Evidence.objects.get().state == EvidenceState.SUBMITTED


def test_a_refused_file_is_named_before_one_that_is_still_checked(school, world, criteria):
    made = with_files(school, world.teacher, criteria[:1], ["a.pdf", "b.pdf"])
    settle(made.documents[1], DocumentState.REFUSED, "Kapot.")
    with pytest.raises(Conflict, match="Het bestand “b.pdf” is geweigerd."):
        services.submit_evidence(evidence=made, by=world.teacher)


def test_handing_in_asks_as_much_with_one_file_as_with_three(school, world, criteria):
    def cost(names):
        made = found_safe(with_files(school, world.teacher, criteria[:1], names))
        with CaptureQueriesContext(connection) as captured:
            services.submit_evidence(evidence=made, by=world.teacher)
        return len(captured)

    assert cost(["a.pdf"]) == cost(["b.pdf", "c.pdf", "d.pdf"])


def test_each_hand_in_keeps_words_criteria_and_files_with_their_hash(twice):
    new, old = twice.revisions.all()
    assert (old.number, old.text, old.criteria) == (1, "We bouwden een robot.", ["1.1", "1.2"])
    assert (new.number, new.text, new.criteria) == (2, "We bouwden samen een grote robot.", ["1.2", "1.3"])
    assert [file["name"] for file in old.files] == ["a.pdf", "b.pdf"]
    assert [file["name"] for file in new.files] == ["b.pdf", "c.pdf"]
    hashes = dict(Document.objects.values_list("name", "sha256"))
    assert {file["name"]: file["sha256"] for file in [*old.files, *new.files]} == hashes
    assert {file["size"] for file in old.files} == {len(files.pdf()) + 5}


def test_handing_in_twice_keeps_one_version(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    for _click in range(2):
        services.submit_evidence(evidence=made, by=world.teacher)
    assert made.revisions.count() == 1


def test_what_was_handed_in_never_changes(twice):
    revision = twice.revisions.first()
    for attempt in (revision.save, revision.delete, EvidenceRevision.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            attempt()


@pytest.mark.postgres
def test_the_database_itself_keeps_what_was_handed_in(twice):
    for sql in ("UPDATE schools_evidencerevision SET id = id", "DELETE FROM schools_evidencerevision"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_differences_name_each_word_criterion_and_file(twice):
    new, old = twice.revisions.all()
    found = {
        change.label: [(piece.kind, piece.words.strip()) for piece in change.pieces if piece.words.strip()]
        for change in differences(old, new)
    }
    assert found["Tekst"] == [
        ("kept", "We bouwden"),
        ("added", "samen"),
        ("kept", "een"),
        ("added", "grote"),
        ("kept", "robot."),
    ]
    assert found["Criteria"] == [("removed", "1.1"), ("added", "1.3")]
    assert [(kind, words.split()[0]) for kind, words in found["Bestanden"]] == [
        ("removed", "a.pdf"),
        ("added", "c.pdf"),
    ]
    assert list(found) == ["Tekst", "Criteria", "Bestanden"]
    assert differences(new, new) == []


def test_the_history_page_shows_them_and_costs_the_same_after_2_and_after_4_versions(twice, world, sign_in_as):
    client = sign_in_as(world.teacher)
    text = text_of(client.get(page("evidence-history", twice)))
    assert "<ins>" in text
    assert "grote" in text
    assert twice.revisions.last().files[0]["sha256"] in text
    before = queries(client, page("evidence-history", twice))
    for _round in range(2):
        services.ask_more(evidence=twice, by=world.facilitator, comment="Meer.")
        services.submit_evidence(evidence=twice, by=world.teacher)
    text = text_of(client.get(page("evidence-history", twice)))
    assert "Er veranderde niets sinds de vorige versie." in text
    assert queries(client, page("evidence-history", twice)) == before


def test_before_the_first_hand_in_the_history_says_what_comes(school, world, criteria, sign_in_as):
    made = evidence(school, world.teacher, criteria[:1])
    assert "Er is nog niets ingediend" in text_of(sign_in_as(world.teacher).get(page("evidence-history", made)))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teacher", 200),
        ("facilitator", 200),
        ("other_teacher", 403),
        ("owner", 403),
        ("expert", 403),
        ("stranger", 404),
    ],
)
def test_only_the_school_and_voka_read_what_was_handed_in(who, status, twice, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).get(page("evidence-history", twice))
    assert response.status_code == status
    assert ("SHA-256" in text_of(response)) is (status == 200)


# --- The list --------------------------------------------------------------------------------------------------------


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_is_filtered_by_state_and_criterion(school, world, criteria, sign_in_as):
    draft = evidence(school, world.teacher, criteria[:2], title="Concept")
    sent = evidence(school, world.teacher, criteria[1:2], title="Ingediend")
    services.submit_evidence(evidence=sent, by=world.teacher)
    client, address = sign_in_as(world.teacher), school.get_evidence_url()

    def shown(query):
        return [item.title for item in client.get(address, query).context["page_obj"]]

    assert shown({}) == ["Ingediend", "Concept"]
    assert shown({"staat": "submitted"}) == [sent.title]
    assert shown({"criterium": "1.1"}) == [draft.title]
    assert shown({"criterium": "1.2", "staat": "draft"}) == [draft.title]
    assert shown({"criterium": "7.1"}) == []
    assert "Niets past bij deze keuze" in text_of(client.get(address, {"criterium": "7.1"}))
    assert client.get(address, {"staat": "onzin", "criterium": "9.9"}).status_code == 200


def test_five_hundred_pieces_come_in_pages_at_the_same_cost(school, world, criteria, sign_in_as):
    safe_evidence(school, world.teacher, criteria[:2])
    client = sign_in_as(world.teacher)
    before = queries(client, school.get_evidence_url())
    made = Evidence.objects.bulk_create(
        Evidence(
            school=school,
            title="W" * 150,
            text="x",
            practice_date=DAY,
            pupils_confirmed_by=world.teacher,
            pupils_confirmed_at="2026-03-20T10:00Z",
            created_by=world.teacher,
        )
        for _number in range(500)
    )
    through = Evidence.criteria.through
    through.objects.bulk_create(through(evidence=each, criterion=criteria[n % 21]) for n, each in enumerate(made))
    assert queries(client, school.get_evidence_url() + "?page=20") == before
    page_obj = client.get(school.get_evidence_url()).context["page_obj"]
    assert (len(page_obj), page_obj.paginator.num_pages) == (25, 21)


def test_the_page_of_a_piece_costs_the_same_with_1_and_with_3_files(school, world, criteria, sign_in_as):
    client = sign_in_as(world.teacher)
    one, three = (
        with_files(school, world.teacher, criteria[:1], names) for names in (["a.pdf"], ["a.pdf", "b.pdf", "c.pdf"])
    )
    assert queries(client, three.get_absolute_url()) == queries(client, one.get_absolute_url())
    assert "Wie downloadde dit?" in text_of(client.get(three.get_absolute_url()))
