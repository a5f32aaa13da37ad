"""The stage of these tests: a trajectory in phase 5 with a company that has earned its certificate."""

import pytest

from certificates import services
from tests.certificates.scenery import Stage, make_stage


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Numbers start anew in each test, so each test has its own folder of files."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def stage(world) -> Stage:
    return make_stage(world)


@pytest.fixture
def committed_stage(committed_world) -> Stage:
    """For threads and workers."""
    return make_stage(committed_world)


@pytest.fixture
def certificate(stage):
    """Issued, its PDF still to be made."""
    return stage.issue()


@pytest.fixture
def ready(certificate):
    """Issued, with its PDF."""
    services.render(certificate.pk)
    certificate.refresh_from_db()
    return certificate
