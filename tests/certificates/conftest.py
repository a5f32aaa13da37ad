"""The stage of these tests: a trajectory in phase 5 with a company that has earned its certificate."""

import json
import secrets

import pytest

from certificates import rendering, services
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
def certificate(stage, monkeypatch):
    """Issued, its PDF still to be made. Its code is the same in each test; those issued after it have a chance one."""
    with monkeypatch.context() as patch:
        patch.setattr(secrets, "token_bytes", lambda size: bytes(range(size)))
        return stage.issue()


@pytest.fixture(scope="session")
def drawn_before():
    """Drawing takes long, and what is on it is the same in most tests."""
    return {}


@pytest.fixture
def ready(certificate, drawn_before, monkeypatch):
    """Issued, with its PDF."""
    draw = rendering.render

    def draw_once(**values):
        key = json.dumps(values, sort_keys=True)
        if key not in drawn_before:
            drawn_before[key] = draw(**values)
        return drawn_before[key]

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "render", draw_once)
        services.render(certificate.pk)
    certificate.refresh_from_db()
    return certificate


@pytest.fixture
def fresh_workshop():
    """Fonts and style sheet loaded anew, and left as they were."""
    rendering._workshop_of.cache_clear()
    yield
    rendering._workshop_of.cache_clear()
