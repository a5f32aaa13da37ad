"""The dossier: who asks, what is in the ZIP and the PDF, how it goes on after a break, and when it goes away."""

import datetime
import hashlib
import io
import tracemalloc
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from pypdf import PdfReader

from accounts.policy import Conflict, Refused
from documents.enums import DocumentState
from documents.models import Document, Download
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import run
from schools import dossier as contents
from schools import exports, services
from schools.enums import ExportState, LabelLevel, Moment
from schools.models import Dossier, Evidence
from schools.services import dossiers
from tests.documents import files
from tests.schools.conftest import DAY, evidence, file_of, give_label, pdf, score, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def draws():
    """The real drawing, which takes a second; every other test takes a stand-in."""
    return dossiers._draw


@pytest.fixture(autouse=True)
def _stand_in(draws, monkeypatch):
    def draw(template, context, name):
        exports.part_of(name).write_bytes(b"%PDF-stand-in")
        exports.settle(name)

    monkeypatch.setattr(dossiers, "_draw", draw)


def page(name, school, *more):
    return reverse(f"schools:{name}", args=[school.pk, *more])


def piece(school, by, criteria, *, title, names=(), day=DAY, state=DocumentState.SAFE):
    made = evidence(school, by, criteria, title=title)
    for name in names:
        services.change_evidence(
            evidence=made,
            by=by,
            title=title,
            text=f"Tekst van {title}.",
            text_en="We built a robot.",
            practice_date=day,
            criteria=criteria,
            pupils_confirmed=True,
            seen_version=made.version,
            uploads=[pdf(name, files.pdf() + f"%{title}{name}".encode())],
        )
        made.refresh_from_db()
    for document in Evidence.objects.get(pk=made.pk).documents:
        settle(document, state, "Kapot." if state == DocumentState.REFUSED else "")
    return made


@pytest.fixture
def filled(school, world, criteria):
    """Scores on one criterion, and evidence out of order, with a file that is refused and one without a file."""
    score(school, world, criteria[0], argument="Wij doen dit al.")
    piece(school, world.teacher, [criteria[5]], title="Latere", names=["later.pdf"])
    piece(school, world.teacher, [criteria[0], criteria[5]], title="Twee", names=["Élève ü.pdf", "Élève ü.pdf"])
    piece(school, world.teacher, [criteria[0]], title="Eerder", names=["vroeg.pdf"], day=DAY - datetime.timedelta(9))
    piece(school, world.teacher, [criteria[2]], title="Geweigerd", names=["fout.pdf"], state=DocumentState.REFUSED)
    evidence(school, world.teacher, [criteria[3]], title="Zonder bestand")
    return school


@pytest.fixture
def ready(filled, world):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    dossiers.build(made.pk)
    made.refresh_from_db()
    return made


def archive_of(made) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(default_storage.open(made.file).read()))


# --- What is in it ---------------------------------------------------------------------------------------------------


def test_the_zip_holds_each_safe_file_once_in_the_order_of_the_criteria(ready):
    archive = archive_of(ready)
    assert archive.testzip() is None
    assert archive.namelist() == [
        "dossier.pdf",
        "bewijsstukken.txt",
        "inhoud.txt",
        "1.1 Gepersonaliseerd leren/001 vroeg.pdf",
        "1.1 Gepersonaliseerd leren/002 Élève ü.pdf",
        "1.1 Gepersonaliseerd leren/003 Élève ü.pdf",
        "2.3 STEM in een reële context/004 later.pdf",
    ]
    packed = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()[3:]}
    assert packed == set(Document.objects.filter(state="safe").values_list("sha256", flat=True))
    assert (ready.state, ready.done, ready.total) == (ExportState.READY, 7, 7)
    assert ready.size == len(default_storage.open(ready.file).read())


def test_the_index_says_which_file_proves_which_criterion_and_what_is_not_there(ready):
    index = archive_of(ready).read("inhoud.txt").decode("utf-8-sig")
    second = index.split("2.3 STEM in een reële context\r\n")[1].split("\r\n\r\n")[0]
    assert [line.strip().split("  ")[0] for line in second.splitlines()] == [
        "B005 Latere",
        "2.3 STEM in een reële context/004 later.pdf",
        "B002 Twee",
        "1.1 Gepersonaliseerd leren/002 Élève ü.pdf",
        "1.1 Gepersonaliseerd leren/003 Élève ü.pdf",
    ]
    assert "fout.pdf: zit er niet in, geweigerd" in index
    assert "7.2 Kwaliteitsvol lesmateriaal\r\n  geen bewijs" in index


def test_all_texts_travel_along_in_full(ready):
    texts = archive_of(ready).read("bewijsstukken.txt").decode("utf-8-sig")
    assert texts.count("Tekst van Twee.") == 1
    assert texts.count("We built a robot.") == 4
    assert texts.index("B001 Eerder") < texts.index("B002 Twee") < texts.index("B005 Latere")


def test_the_pdf_is_tagged_dutch_titled_and_has_a_bookmark_per_criterion(filled, world, draws, monkeypatch):
    monkeypatch.setattr(dossiers, "_draw", draws)
    ready = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    dossiers.build(ready.pk)
    ready.refresh_from_db()
    drawn = PdfReader(default_storage.path(ready.pdf))
    root = drawn.trailer["/Root"]
    assert root["/Lang"] == "nl-BE"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert drawn.metadata.title == "Dossier van Atheneum Zuid"
    names = [each.title for each in flat(drawn.outline)]
    numbers = [name.split()[0] for name in names if name[1:2] == "."]
    assert numbers == [criterion.number for criterion in contents.selectors.current_criteria()]
    text = "".join(page.extract_text() for page in drawn.pages)
    for words in ("Wij doen dit al.", "Tekst van Twee.", "Geweigerd", "B002 Twee"):
        assert words in text


@pytest.fixture
def labelled(school, world, criteria):
    """Two labels, the older one without a file; the proof of a third was refused, one was corrected; and an application."""
    give_label(school, world.facilitator, awarded_on=DAY.replace(year=2023))
    wrong = give_label(school, world.teacher, awarded_on=DAY.replace(month=1), proof=pdf("vergist.pdf"))
    right = give_label(
        school, world.teacher, LabelLevel.PROFICIENT, valid_until=DAY.replace(year=2028), replaces=wrong, proof=pdf("../EUN ü.pdf"),
    )  # fmt: skip
    settle(right.proof, DocumentState.SAFE)
    refused = give_label(school, world.teacher, awarded_on=DAY.replace(year=2025), proof=pdf("fout.pdf"))
    settle(refused.proof, DocumentState.REFUSED, "Kapot.")
    piece(school, world.teacher, criteria[:1], title="Eerste", names=["een.pdf"])
    application = services.start_application(school=school, level=LabelLevel.EXPERT, by=world.teacher)
    services.submit_application(application=application, submitted_on=DAY, by=world.teacher)
    return right


def test_the_proofs_of_the_labels_have_a_folder_of_their_own(labelled, school, world):
    made = services.request_dossier(school=school, trajectory=None, by=world.teacher)
    dossiers.build(made.pk)
    made.refresh_from_db()
    archive = archive_of(made)
    assert archive.namelist()[3:] == ["1.1 Gepersonaliseerd leren/001 een.pdf", "labels/002 EUN ü.pdf"]
    assert hashlib.sha256(archive.read("labels/002 EUN ü.pdf")).hexdigest() == labelled.proof.sha256
    assert archive.read("inhoud.txt").decode("utf-8-sig").rstrip().split("\r\n")[-5:] == [
        "Label Proficient van 20/03/2026",
        f"    labels/002 EUN ü.pdf  (SHA-256 {labelled.proof.sha256})",
        "Label Competent van 20/03/2025",
        "    fout.pdf: zit er niet in, geweigerd",
        "Label Competent van 20/03/2023",
    ]
    services.record_taking(dossier=made, by=world.teacher)
    assert Download.objects.filter(document=labelled.proof).count() == 1


def drawn_text(school, world):
    found = contents.contents_of(school, world.trajectory)
    dossier = services.request_dossier(school=school, trajectory=world.trajectory, by=world.teacher)
    with translation.override("nl"):
        html = render_to_string("schools/pdf/dossier.html", {"contents": found, "dossier": dossier})
    return " ".join(strip_tags(html).split())


def test_the_pdf_names_the_labels_their_proof_and_the_applications(labelled, school, world):
    part = drawn_text(school, world).split("Labels en aanvragen")[1]
    assert part.split("SHA-256")[0].strip() == (
        "Proficient, toegekend op 20/03/2026 Geldig tot 20/03/2028. labels/002 EUN ü.pdf"
    )
    assert "Competent, toegekend op 20/03/2025 fout.pdf (zit er niet in, geweigerd)" in part
    assert "Competent, toegekend op 20/03/2023 Vastgelegd door Voka, zonder bestand." in part
    assert part.strip().endswith("Aanvraag voor Expert Ingediend; bij EUN ingediend op 20/03/2026.")
    assert "vergist.pdf" not in part


def test_the_pdf_says_which_files_are_left_out_and_gives_no_hash_that_may_still_change(school, world, criteria):
    piece(school, world.teacher, criteria[:1], title="Goed", names=["goed.pdf"])
    assert "niet in dit dossier" not in drawn_text(school, world)
    unchecked = piece(
        school, world.teacher, criteria[:1], title="Bezig", names=["a.pdf", "b.pdf"], state=DocumentState.CHECKING
    )
    text = drawn_text(school, world)
    assert "2 bestanden zitten niet in dit dossier, want ze zijn niet of nog niet veilig bevonden." in text
    assert "a.pdf (zit er niet in, wordt gecontroleerd)" in text
    assert not [document.name for document in unchecked.documents if document.sha256 in text]


def flat(outline):
    for each in outline:
        if isinstance(each, list):
            yield from flat(each)
        else:
            yield each


def test_the_same_contents_give_the_same_order_and_names(filled, world):
    first, second = (
        [file.entry for file in contents.contents_of(filled, world.trajectory).files] for _time in range(2)
    )
    assert first == second


def test_the_contents_cost_the_same_with_3_and_with_6_pieces(filled, world, criteria):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            contents.contents_of(filled, world.trajectory)
        return len(captured)

    before = cost()
    for number in range(3):
        piece(filled, world.teacher, criteria[:4], title=f"Nog {number}", names=["n.pdf"])
        score(filled, world, criteria[number + 1])
    assert cost() == before


def test_a_label_with_a_slash_or_of_great_length_makes_a_plain_folder(criteria):
    criterion = criteria[0]
    criterion.label_nl = "../ouders\\en: " + "é" * 200
    folder = contents.folder_of(criterion)
    assert folder.startswith("1.1 ouders en é")
    assert not set('<>:"/\\|?*') & set(folder)
    assert len(folder.encode()) <= contents.FOLDER_BYTES
    assert contents.short("W" * 300 + ".pdf", 50) == "W" * 46 + ".pdf"


def test_very_long_texts_are_shortened_in_the_pdf_and_whole_in_the_zip(filled, world, monkeypatch):
    monkeypatch.setattr(contents, "TEXT_BUDGET", 10)
    monkeypatch.setattr(contents, "SHORTEST", 9)
    items = contents.contents_of(filled, world.trajectory).items
    assert items[1].text == "Tekst va…"
    assert items[1].is_shortened
    assert "Tekst van Twee." in contents.item_text(items[1])


def test_a_school_without_anything_gets_a_dossier_that_says_so(school, world):
    made = services.request_dossier(school=school, trajectory=None, by=world.facilitator)
    dossiers.build(made.pk)
    made.refresh_from_db()
    assert archive_of(made).namelist() == ["dossier.pdf", "bewijsstukken.txt", "inhoud.txt"]


def test_large_files_never_stand_in_memory(school, world, criteria):
    made = piece(school, world.teacher, criteria[:1], title="Film", names=["groot.pdf"])
    large = file_of(made)
    with open(large.file.path, "r+b") as file:
        file.truncate(40 * 1024 * 1024)
    with open(large.file.path, "rb") as file:
        large.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    large.save()
    asked = services.request_dossier(school=school, trajectory=None, by=world.teacher)
    dossiers._prepare(asked)
    asked.refresh_from_db()
    tracemalloc.start()
    try:
        assert dossiers._pack(asked, until=float("inf"))
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


# --- Breaks, failures and second clicks ------------------------------------------------------------------------------


def test_a_second_click_joins_the_one_that_is_being_made(filled, world):
    first = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    assert services.request_dossier(school=filled, trajectory=world.trajectory, by=world.facilitator) == first
    assert Job.objects.filter(kind=services.BUILD).count() == 1


def test_when_the_time_is_up_the_next_job_goes_on_where_it_stopped(filled, world, monkeypatch):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    job = Job.objects.get(kind=services.BUILD)
    monkeypatch.setattr(dossiers, "BUDGET_SECONDS", -1)
    assert run(job.pk, worker="a") == JobState.WAITING
    made.refresh_from_db()
    assert (made.state, made.done) == (ExportState.MAKING, 3)
    monkeypatch.setattr(dossiers, "BUDGET_SECONDS", 30)
    assert run(job.pk, worker="b") == JobState.DONE
    made.refresh_from_db()
    assert made.is_ready
    assert len(archive_of(made).namelist()) == 7
    assert archive_of(made).testzip() is None


@pytest.mark.parametrize("damage", ["gone", "half"])
def test_what_a_killed_worker_left_behind_is_made_again(damage, filled, world, monkeypatch):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    monkeypatch.setattr(dossiers, "BUDGET_SECONDS", -1)
    dossiers.build(made.pk)
    made.refresh_from_db()
    part = exports.part_of(made.file)
    if damage == "gone":
        part.unlink()
    else:
        part.write_bytes(part.read_bytes()[:-40])
    monkeypatch.setattr(dossiers, "BUDGET_SECONDS", 30)
    dossiers.build(made.pk)
    dossiers.build(made.pk)
    made.refresh_from_db()
    assert made.is_ready
    assert len(archive_of(made).namelist()) == 7


def test_a_file_that_breaks_off_halfway_never_counts_as_packed(filled, world, monkeypatch):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    with monkeypatch.context() as broken:
        broken.setattr(dossiers.shutil, "copyfileobj", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            dossiers.build(made.pk)
    dossiers.build(made.pk)
    made.refresh_from_db()
    assert archive_of(made).testzip() is None
    assert len(archive_of(made).namelist()) == 7


def test_a_file_that_is_gone_meanwhile_leaves_a_note(filled, world):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    dossiers._prepare(made)
    gone = Document.objects.get(name="later.pdf")
    default_storage.delete(gone.file.name)
    dossiers.build(made.pk)
    made.refresh_from_db()
    assert archive_of(made).namelist()[-1] == "2.3 STEM in een reële context/004 later.pdf.txt"


def test_a_parked_job_is_told_in_a_sentence_with_a_way_to_try_again(filled, world, sign_in_as):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    dossiers.give_up_dossier(made.pk, "OSError: geen plaats")
    client = sign_in_as(world.teacher)
    text = client.get(page("dossier", filled)).content.decode()
    assert "Er ging iets mis aan onze kant." in text
    assert "OSError" not in text
    assert "Probeer opnieuw" in text
    assert client.get(page("dossier-zip", filled, made.pk)).status_code == 409
    client.post(page("dossier-make", filled))
    assert Dossier.objects.being_made().count() == 1


def test_a_new_dossier_takes_the_place_of_the_old_one(ready, filled, world):
    old = [default_storage.path(name) for name in (ready.file, ready.pdf)]
    again = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    dossiers.build(again.pk)
    assert list(Dossier.objects.all()) == [again]
    assert len(old) == 2


def test_the_sweep_lets_go_of_what_expired_with_its_files(ready, run_on_commit):
    assert dossiers.sweep() == 0
    paths = [exports.path_of(name) for name in (ready.file, ready.pdf)]
    assert all(path.exists() for path in paths)
    Dossier.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    with run_on_commit():
        assert dossiers.sweep() == 1
    assert not Dossier.objects.exists()
    assert not any(path.exists() for path in paths)


# --- Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other_teacher", "owner", "neighbour", "expert", "stranger"])
def test_nobody_else_asks_for_a_dossier(who, filled, world):
    with pytest.raises(Refused):
        services.request_dossier(school=filled, trajectory=None, by=getattr(world, who))


@pytest.mark.parametrize(
    ("who", "status"),
    [("other_teacher", 403), ("owner", 403), ("neighbour", 403), ("expert", 403), ("stranger", 404), (None, 302)],
)
def test_nobody_else_gets_anything_of_it_by_any_address(who, status, ready, filled, world, client, sign_in_as):
    services.share_scores(school=filled, companies=[world.company], by=world.teacher)
    visitor = sign_in_as(getattr(world, who)) if who else client
    for name in ("dossier-zip", "dossier-pdf", "dossier-progress"):
        response = visitor.get(page(name, filled, ready.pk), headers={"HX-Request": "true"})
        assert response.status_code == status
        assert not response.streaming
    assert visitor.get(page("dossier", filled)).status_code == status
    assert visitor.post(page("dossier-make", filled)).status_code == status
    assert Dossier.objects.count() == 1
    assert not Download.objects.exists()


def test_a_dossier_is_not_found_under_another_school(ready, other_school, world, sign_in_as):
    for who in ("other_teacher", "administrator"):
        client = sign_in_as(getattr(world, who))
        for name in ("dossier-zip", "dossier-pdf", "dossier-progress"):
            assert client.get(page(name, other_school, ready.pk)).status_code == 404


@pytest.mark.parametrize("who", ["teacher", "facilitator"])
def test_the_school_and_voka_take_it_along_and_every_file_knows(who, ready, filled, world, sign_in_as):
    client = sign_in_as(getattr(world, who))
    response = client.get(page("dossier-zip", filled, ready.pk))
    assert response.streaming
    assert b"".join(response.streaming_content)[:2] == b"PK"
    assert response["Content-Disposition"] == (
        f"attachment; filename*=UTF-8''dossier-atheneum-zuid-{timezone.localdate():%Y-%m-%d}.zip"
    )
    assert (response["X-Content-Type-Options"], response["Content-Security-Policy"]) == ("nosniff", "sandbox")
    taken = Download.objects.values_list("document__name", "by")
    assert sorted(name for name, _by in taken) == ["later.pdf", "vroeg.pdf", "Élève ü.pdf", "Élève ü.pdf"]
    assert client.get(page("dossier-pdf", filled, ready.pk))["Content-Type"] == "application/pdf"


def test_a_dossier_that_is_being_made_shows_how_far_it_is(filled, world, sign_in_as):
    made = services.request_dossier(school=filled, trajectory=world.trajectory, by=world.teacher)
    Dossier.objects.update(state=ExportState.MAKING, done=4, total=7)
    client = sign_in_as(world.teacher)
    text = client.get(page("dossier-progress", filled, made.pk), headers={"HX-Request": "true"}).content.decode()
    assert "<b>4 van 7</b> stappen klaar" in text
    assert f'hx-get="{page("dossier-progress", filled, made.pk)}"' in text
    assert client.get(page("dossier-progress", filled, made.pk)).url == page("dossier", filled)
    assert client.get(page("dossier-zip", filled, made.pk)).status_code == 409
    assert "Maak het dossier" not in client.get(page("dossier", filled)).content.decode()


def test_the_page_costs_the_same_with_2_and_with_5_pieces(filled, world, criteria, sign_in_as):
    client = sign_in_as(world.teacher)

    def cost():
        client.get(page("dossier", filled))
        with CaptureQueriesContext(connection) as captured:
            client.get(page("dossier", filled))
        return len(captured)

    before = cost()
    for number in range(3):
        piece(filled, world.teacher, criteria[:4], title=f"Nog {number}", names=["n.pdf"])
    assert cost() == before


def test_a_file_that_was_swept_from_under_the_row_is_told(ready, filled, world):
    exports.forget(ready.file)
    with pytest.raises(Conflict, match="opgeruimd"):
        services.open_file(ready, name=ready.file, by=world.teacher)


def test_scores_of_the_end_are_printed_beside_the_start(filled, world, criteria):
    found = contents.contents_of(filled, world.trajectory)
    assert (found.lines[0].row.start.score, found.lines[0].row.end) == (2, None)
    assert found.board.progress(Moment.START).answered == 1
