"""The content checks: every accepted type passes, and each hostile file is refused for its own reason."""

import io
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from documents.checks import image, names, structure, types
from documents.checks.refusal import Reason, Refusal
from documents.services import validate_upload
from tests.documents import corpus, files


def verdict(content, extension, tmp_path) -> Reason | None:
    """What the first bytes and then the structure check say about this content."""
    path = tmp_path / "upload"
    path.write_bytes(content)
    try:
        types.file_type(extension, content[: types.HEAD_SIZE])
        structure.check(path, extension, tmp_path / "clean")
    except Refusal as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize("extension", sorted(types.ACCEPTED))
def test_a_sound_file_of_every_accepted_type_passes(extension, tmp_path):
    assert verdict(files.sound()[extension], extension, tmp_path) is None


@pytest.mark.parametrize("extension", sorted(types.ACCEPTED))
def test_half_a_file_is_not_complete(extension, tmp_path):
    content = files.sound()[extension]
    assert verdict(content[: len(content) // 2], extension, tmp_path) == Reason.INCOMPLETE


@pytest.mark.parametrize(
    ("actual", "claimed"),
    [(actual, claimed) for actual in types.ACCEPTED for claimed in types.ACCEPTED if actual != claimed],
)
def test_a_file_never_passes_under_another_type(actual, claimed, tmp_path):
    if {actual, claimed} == {"jpg", "jpeg"}:
        return
    assert verdict(files.sound()[actual], claimed, tmp_path) in (Reason.CONTENT, Reason.INCOMPLETE)


@pytest.mark.parametrize("case", corpus.CASES, ids=str)
def test_the_corpus(case, tmp_path):
    content = case.make()
    started = time.monotonic()
    reason, at_once = outcome(case, content, tmp_path)
    assert (reason, at_once) == (case.reason, case.at_once)
    assert time.monotonic() - started < 5


def outcome(case, content, tmp_path):
    """Why it is refused (None: it is not) and whether that is said before anything is opened."""
    try:
        validate_upload(SimpleUploadedFile(case.name, content))
    except ValidationError as refused:
        return refused.code, True
    extension = names.clean(case.name)[1]
    return verdict(content, extension, tmp_path), False


def test_the_corpus_is_large_and_every_case_has_its_own_name():
    assert len(corpus.CASES) > 150
    assert len({case.what for case in corpus.CASES}) == len(corpus.CASES)
    met = {case.reason for case in corpus.CASES}
    elsewhere = {Reason.UNCHECKED, Reason.VIRUS, Reason.FULL, Reason.MISSING}
    assert met == {None, *Reason} - elsewhere


def test_what_is_hidden_in_the_corpus_really_is_hidden():
    assert b"JavaScript" not in files.pdf_with_hidden_javascript()
    assert b"JavaScript" not in corpus.pdf_with_packed_script()
    assert b"/JavaScript" not in files.pdf_with_escaped_javascript()


def test_a_photo_loses_its_place_its_maker_and_whatever_hangs_behind_it(tmp_path):
    content = files.photo_with_gps() + b"<script>GEHEIMESTAART</script>"
    assert verdict(content, "jpg", tmp_path) is None
    clean = (tmp_path / "clean").read_bytes()
    assert b"GEHEIMMERK" in content
    assert b"GEHEIM" not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (30, 60)  # turned upright, as it was meant to be seen


@pytest.mark.parametrize(
    ("extension", "format_", "mode"),
    [("png", "PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("jpg", "JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("webp", "WEBP", mode) for mode in ("RGB", "RGBA")],
)
def test_a_picture_of_every_kind_survives(extension, format_, mode, tmp_path):
    assert verdict(files.picture(format_, mode), extension, tmp_path) is None
    with Image.open(tmp_path / "clean") as picture:
        picture.load()
        assert (picture.format, picture.mode, picture.size) == (format_, mode, (40, 20))


def test_see_through_colours_of_a_palette_survive(tmp_path):
    content = files.picture("PNG", "P", transparency=0)
    assert verdict(content, "png", tmp_path) is None
    with Image.open(tmp_path / "clean") as image:
        assert image.info["transparency"] == 0


def test_a_picture_of_too_many_pixels_is_refused_on_its_header(tmp_path):
    started = time.monotonic()
    assert verdict(files.png_header(60_000, 60_000), "png", tmp_path) == Reason.PIXELS
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(("extension", "format_"), [("jpg", "JPEG"), ("webp", "WEBP")])
def test_a_photo_that_was_squeezed_comes_back_no_larger(extension, format_, tmp_path):
    noise = Image.effect_noise((1200, 900), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, format_, quality=5)
    assert verdict(out.getvalue(), extension, tmp_path) is None
    assert (tmp_path / "clean").stat().st_size <= 1.3 * len(out.getvalue()) + image.SLACK


def test_a_film_loses_its_place_and_keeps_every_other_byte_where_it_was(tmp_path):
    content = corpus.film_with_place()
    assert verdict(content, "mp4", tmp_path) is None
    clean = (tmp_path / "clean").read_bytes()
    assert b"+51.0543" in content
    assert b"+51.0543" not in clean
    assert clean.endswith(content[content.index(b"mdat") :])
    assert len(clean) == len(content)


def test_a_film_without_notes_is_kept_as_it_is(tmp_path):
    assert verdict(files.mp4(), "mp4", tmp_path) is None
    assert not (tmp_path / "clean").exists()


def test_a_picture_tells_nothing_about_its_maker_afterwards(tmp_path):
    assert verdict(corpus.png_with_place(), "png", tmp_path) is None
    assert b"GEHEIMEPLEK" not in (tmp_path / "clean").read_bytes()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("verslag.PDF", "verslag.pdf"),
        ("C:\\Mijn documenten\\verslag.pdf", "verslag.pdf"),
        ("../../etc/verslag.pdf", "verslag.pdf"),
        ("  twee   woorden .pdf ", "twee woorden.pdf"),
        ("re\u0308eel.pdf", "r\u00ebeel.pdf"),
        ("foto\u202egpj.pdf", "fotogpj.pdf"),
        ("regel\r\neinde\x00.pdf", "regel einde.pdf"),
        ("a.tar.gz.pdf", "a.tar.gz.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tekening.pdf", "_lpt1.tekening.pdf"),
        ("console.pdf", "console.pdf"),
        ('wat: "dit"?.pdf', "wat_ _dit__.pdf"),
    ],
)
def test_a_file_name_is_kept_clean(typed, kept):
    assert names.clean(typed) == (kept, "pdf")


def test_a_long_file_name_keeps_its_ending_and_fits_in_bytes():
    name, extension = names.clean("\u00eb" * 300 + ".docx")
    assert extension == "docx"
    assert len(name.encode()) <= names.MAX_BYTES
    assert name.endswith("\u00eb.docx")


@pytest.mark.parametrize("name", ["", "verslag", ".pdf", "...pdf", "verslag.", " .pdf"])
def test_a_name_without_stem_or_ending_is_refused(name):
    with pytest.raises(Refusal) as refused:
        names.clean(name)
    assert refused.value.reason == Reason.NO_NAME
