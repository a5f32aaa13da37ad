"""The demo's set-up: SQLite and a folder as broker, no PostgreSQL and no Redis. A real worker does real jobs there."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.conf import settings

# Half a minute for one process; at kombu's own pace of one message a second, five.
BACKLOG = 300
# Committed, and then behind it a long row of messages: about jobs that are gone, as after the demo world was built.
QUEUE_A_MAIL_AND_A_BACKLOG = f"""
import django; django.setup()
from django.db import transaction
from jobs.broker import publish
from notifications.services import queue_rendered
with transaction.atomic():
    queue_rendered(event="tests/mail", to="iemand@test.example", subject="Mail", text="Dag.")
assert all(publish(0, queue="default") for _ in range({BACKLOG}))
"""
CLEAR = """
import django; django.setup()
from jobs import broker
broker.clear()
"""


@pytest.fixture
def portal(tmp_path):
    """The environment of a portal of its own in `tmp_path`."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "in2stem.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "BROKER_DIR": str(tmp_path / "broker"),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "EMAIL_URL": f"filemail://{tmp_path}/mail",
    }
    environment.pop("REDIS_URL", None)
    return environment


def run(portal, *arguments):
    subprocess.run([sys.executable, *arguments], env=portal, cwd=settings.BASE_DIR, check=True, capture_output=True)


def test_a_worker_on_sqlite_and_a_folder_does_what_was_asked_and_a_backlog_does_not_hide_that_it_lives(
    portal, tmp_path
):
    run(portal, "manage.py", "migrate", "--verbosity", "0")
    run(portal, "-c", QUEUE_A_MAIL_AND_A_BACKLOG)
    queue = tmp_path / "broker" / "queue"
    assert waiting(queue) == BACKLOG + 1
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "in2stem", "worker", "--concurrency=1", "--beat"]
    command += ["--schedule", str(tmp_path / "beat"), "--without-gossip", "--without-mingle", "--without-heartbeat"]
    with log.open("wb") as output:
        worker = subprocess.Popen(command, env=portal, cwd=settings.BASE_DIR, stdout=output, stderr=output)

    def wait_until(answer):
        deadline = time.monotonic() + 60
        while not answer():
            assert time.monotonic() < deadline, log.read_text()
            assert worker.poll() is None, log.read_text()
            time.sleep(0.05)

    try:
        # The portal is ready (/readyz): long before the backlog is done.
        wait_until(lambda: asked(tmp_path, "SELECT id FROM jobs_heartbeat"))
        assert waiting(queue) > BACKLOG / 2
        wait_until(lambda: asked(tmp_path, "SELECT state FROM jobs_job") == [("done",)])
        left, began = waiting(queue), time.monotonic()
        time.sleep(2)
        assert (left - waiting(queue)) / (time.monotonic() - began) > 2
    finally:
        worker.terminate()
        worker.wait(30)
    assert len(list((tmp_path / "mail").iterdir())) == 1
    run(portal, "-c", CLEAR)
    assert waiting(queue) == 0


def waiting(queue):
    return len(list(queue.iterdir()))


def asked(tmp_path, query):
    with closing(sqlite3.connect(tmp_path / "db.sqlite3", timeout=10)) as database:
        return database.execute(query).fetchall()
