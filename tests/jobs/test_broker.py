"""Redis is away, or there and silent: no visitor waits for it, nothing is lost, and it heals by itself."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings as portal_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.utils import timezone

from in2stem.cache import ForgivingClient, ForgivingRedisCache
from jobs import broker, services, tasks
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from notifications.services import queue_rendered
from tests.cast import make_world
from tests.worker import _test_database_url

SILENCE = "accepts and never answers"
REFUSAL = "refuses"
QUEUES = [queue.name for queue in portal_settings.CELERY_TASK_QUEUES]


@pytest.fixture
def silent_port():
    """A server that takes every connection and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(params=[REFUSAL, SILENCE])
def broken_redis(request, silent_port, closed_port):
    port = silent_port if request.param == SILENCE else closed_port
    return f"redis://127.0.0.1:{port}/0"


@pytest.fixture(autouse=True)
def _a_rested_cache():
    ForgivingClient.rest_until = 0.0
    yield
    ForgivingClient.rest_until = 0.0


def lengths():
    client = redis.Redis.from_url(portal_settings.REDIS_URL)
    return {name: client.llen(name) for name in QUEUES}


def seconds(deed):
    began = time.monotonic()
    result = deed()
    return time.monotonic() - began, result


def test_publishing_gives_up_within_a_second_and_then_leaves_the_broker_alone(settings, broken_redis):
    settings.REDIS_URL = broken_redis
    first, answer = seconds(lambda: broker.publish(1, queue="default"))
    assert (first < 1.5, answer) == (True, False)
    again, answer = seconds(lambda: [broker.publish(number, queue="default") for number in range(100)])
    assert again < 0.1
    assert not any(answer)


@pytest.mark.redis
def test_after_its_rest_the_broker_is_asked_again(settings, silent_port, monkeypatch):
    real = settings.REDIS_URL
    monkeypatch.setattr(broker, "REST_SECONDS", 0.2)
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    assert broker.publish(1, queue="default") is False
    settings.REDIS_URL = real
    assert broker.publish(1, queue="default") is False
    time.sleep(0.3)
    assert broker.publish(1, queue="default") is True
    tasks.run.app.control.purge()


@pytest.mark.redis
@pytest.mark.parametrize("queue", QUEUES)
def test_a_message_lands_in_its_own_queue_and_nowhere_else_until_all_are_thrown_away(queue):
    broker.clear()
    assert broker.publish(1, queue=queue) is True
    assert lengths() == {name: name == queue for name in QUEUES}
    broker.clear()
    assert lengths() == dict.fromkeys(QUEUES, 0)


@pytest.mark.redis
def test_the_sweep_has_a_queue_of_its_own_so_that_it_never_waits_behind_mails():
    broker.clear()
    tasks.sweep.delay()
    assert lengths() == {"default": 0, "render": 0, "checks": 0, "pulse": 1}
    broker.clear()


def test_throwing_away_all_messages_gives_up_within_a_second(settings, broken_redis):
    settings.REDIS_URL = broken_redis
    assert seconds(broker.clear)[0] < 1.5


@pytest.mark.django_db(transaction=True)
def test_the_row_is_saved_and_a_later_sweep_publishes_it(settings, broken_redis, monkeypatch):
    settings.REDIS_URL = broken_redis
    with transaction.atomic():
        mail = queue_rendered(event="tests/mail", to="iemand@test.example", subject="Mail", text="Dag.")
    job = Job.objects.get(kind="notifications.send", object_id=mail.pk)
    assert job.state == JobState.WAITING
    published = []
    monkeypatch.setattr(broker, "publish", lambda job_id, *, queue: bool(published.append(job_id)) or True)
    Job.objects.update(wake_at=timezone.now())
    assert services.sweep() == 1
    assert published == [job.pk]


def test_the_cache_falls_back_on_memory_and_never_fails(broken_redis):
    cache = ForgivingRedisCache(broken_redis, portal_settings.CACHES["default"] | _quick())
    took, _result = seconds(lambda: cache.set("key", [1, 2], 60))
    assert took < 1.5
    took, answers = seconds(lambda: (cache.get("key"), cache.add("key", 3), cache.get("nothing", "default")))
    assert took < 0.1
    assert answers == ([1, 2], False, "default")
    cache.set("counter", 1)
    assert cache.incr("counter") == 2
    assert cache.get_many(["key", "counter"]) == {"key": [1, 2], "counter": 2}
    cache.delete_many(["key", "counter"])
    assert cache.get("key") is None


def _quick():
    return {"OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}}


# --- Whole requests, in a process whose Redis is broken from the start -------------------------------------------------

REQUESTS = """
import json, sys, time
import django; django.setup()
from django.conf import settings
settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
def ask(path, **data):
    began = time.monotonic()
    response = Client().post(path, data)
    return [response.status_code, response.headers.get("Location", ""), round(time.monotonic() - began, 2)]
# A server that runs has done this long ago.
Client().get("/healthz")
answers = {
    "reset": ask("/account/password/reset/", email=sys.argv[1]),
    "wrong": ask("/account/login/", login=sys.argv[1], password="verkeerd"),
    "login": ask("/account/login/", login=sys.argv[1], password=sys.argv[2]),
}
print(json.dumps(answers))
"""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_visitor_gets_an_answer_within_five_seconds_and_the_mail_is_saved(broken_redis):
    world = make_world()
    # As the portal itself would store it; the tests' own hasher is not known there.
    world.owner.password = Argon2PasswordHasher().encode("een-lang-wachtwoord", "zout-zout")
    world.owner.save()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "in2stem.settings",
        "DATABASE_URL": _test_database_url(),
        "REDIS_URL": broken_redis,
    }
    finished = subprocess.run(
        [sys.executable, "-c", REQUESTS, world.owner.email, "een-lang-wachtwoord"],
        env=environment,
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answers = json.loads(finished.stdout.splitlines()[-1])
    assert [status for status, _location, _took in answers.values()] == [302, 200, 302]
    assert answers["login"][1] == "/mijn/"
    assert max(took for _status, _location, took in answers.values()) < 5
    mail = OutboundMail.objects.get()
    assert (mail.to, mail.sent_at) == (world.owner.email, None)
    assert Job.objects.get(kind="notifications.send").state == JobState.WAITING


PUBLISH_WITHOUT_CARE = """
import time
import django; django.setup()
from jobs.tasks import run
began = time.monotonic()
try:
    run.apply_async(args=[1], retry=False)
except Exception:
    print(time.monotonic() - began)
"""


def test_negative_control_without_the_ping_a_silent_redis_holds_the_visitor_for_seconds(silent_port):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "in2stem.settings",
        "REDIS_URL": f"redis://127.0.0.1:{silent_port}/0",
    }
    finished = subprocess.run(
        [sys.executable, "-c", PUBLISH_WITHOUT_CARE],
        env=environment,
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert float(finished.stdout) > 4
