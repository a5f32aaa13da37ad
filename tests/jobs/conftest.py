"""Handlers that a test makes up, and what they were asked to do."""

from dataclasses import dataclass, field

import pytest

from jobs import broker, registry
from jobs.registry import Handler


@dataclass
class Deeds:
    """What a made-up handler did. `behave` is called with the object id and may raise."""

    done: list[int] = field(default_factory=list)
    parked: list[tuple[int, str]] = field(default_factory=list)
    behave: object = staticmethod(lambda object_id: None)
    on_parked_behave: object = staticmethod(lambda object_id: None)


@pytest.fixture
def deeds(monkeypatch):
    """The kind "tests.deed": three attempts, on the default queue."""
    record = Deeds()

    def function(object_id):
        record.done.append(object_id)
        record.behave(object_id)

    def on_parked(object_id, reason):
        record.parked.append((object_id, reason))
        record.on_parked_behave(object_id)

    monkeypatch.setitem(registry._handlers, "tests.deed", Handler("tests.deed", function, "default", 3, on_parked))
    return record


@pytest.fixture
def published(monkeypatch):
    """Which jobs were published, in order; nothing reaches a broker."""
    messages = []

    def publish(job_id, *, queue):
        messages.append((job_id, queue))
        return True

    monkeypatch.setattr(broker, "publish", publish)
    return messages


@pytest.fixture(autouse=True)
def _a_rested_broker():
    """No test inherits the rest that a failing broker got in the one before."""
    broker._rest_until = 0.0
    yield
    broker._rest_until = 0.0
