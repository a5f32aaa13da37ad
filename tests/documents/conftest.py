"""Documents of the named cast."""

import io
import tempfile
from functools import cache
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import inspection, services
from documents.enums import DocumentPurpose


def upload(content, name="verslag.pdf"):
    return SimpleUploadedFile(name, content, content_type="text/html")


@pytest.fixture
def stored(world):
    """`stored(content, name)`: a document of the school of the cast, still being checked."""

    def make(content, name="verslag.pdf", organisation=None, by=None, purpose=DocumentPurpose.EVIDENCE):
        return services.store(
            upload=upload(content, name),
            organisation=organisation or world.school,
            purpose=purpose,
            by=by or world.teacher,
        )

    return make


@pytest.fixture
def empty_disk(settings, tmp_path):
    """A folder of its own for uploads, so that a test can say exactly what is in it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return lambda: sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def bytes_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else io.BytesIO(response.content).read()


# The real one: check_known puts another in its place.
_inspect = inspection.inspect


@cache
def _verdict(content: bytes, extension: str) -> inspection.Verdict:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        verdict = _inspect(path, extension, path.with_name("clean"))
    assert verdict.clean is None, "what is replaced by a clean copy has to be checked each time"
    return verdict


def check_known(document) -> None:
    """Settle its state as the worker does. The child process, which takes long, looks at the same bytes only once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection, "inspect", lambda path, extension, _clean: _verdict(path.read_bytes(), extension))
        services.check(document.pk)
    document.refresh_from_db()
