"""A file is really checked by a worker in its own process, and a bomb costs that worker nothing."""

import pytest

from documents import services
from documents.enums import DocumentPurpose, DocumentState
from documents.models import Document
from jobs.tasks import sweep
from tests.documents import files
from tests.documents.conftest import upload

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_checks_what_was_uploaded_and_survives_a_bomb(committed_world, celery_worker_process):
    documents = [
        services.store(
            upload=upload(content, name),
            organisation=committed_world.school,
            purpose=DocumentPurpose.EVIDENCE,
            by=committed_world.teacher,
        )
        for name, content in (
            ("bom.docx", files.office_bomb()),
            ("foto.jpg", files.photo_with_gps()),
            ("verslag.pdf", files.pdf()),
        )
    ]

    def all_settled():
        sweep.delay()
        return not Document.objects.filter(state=DocumentState.CHECKING).exists()

    celery_worker_process.wait_for(all_settled, timeout=60)
    for document in documents:
        document.refresh_from_db()
    assert [document.state for document in documents] == [DocumentState.REFUSED, DocumentState.SAFE, DocumentState.SAFE]
    assert documents[0].refusal.startswith("Dit bestand zit ongewoon in elkaar")
    assert b"GEHEIMMERK" not in documents[1].file.read()
