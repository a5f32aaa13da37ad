"""The demo's set-up: SQLite and a folder as broker, no PostgreSQL and no Redis. A real worker does a real job there."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.conf import settings

QUEUE_A_MAIL = """
import django; django.setup()
from django.db import transaction
from notifications.services import queue_rendered
with transaction.atomic():
    queue_rendered(event="tests/mail", to="iemand@test.example", subject="Mail", text="Dag.")
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
        "JOB_SWEEP_SECONDS": "2",
    }
    environment.pop("REDIS_URL", None)
    return environment


def run(portal, *arguments):
    subprocess.run([sys.executable, *arguments], env=portal, cwd=settings.BASE_DIR, check=True, capture_output=True)


def test_a_worker_on_sqlite_and_a_folder_does_what_the_portal_asked(portal, tmp_path):
    run(portal, "manage.py", "migrate", "--verbosity", "0")
    run(portal, "-c", QUEUE_A_MAIL)
    assert len(list((tmp_path / "broker" / "queue").iterdir())) == 1
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "in2stem", "worker", "--concurrency=1", "--beat"]
    command += ["--schedule", str(tmp_path / "beat"), "--without-gossip", "--without-mingle", "--without-heartbeat"]
    with log.open("wb") as output:
        worker = subprocess.Popen(command, env=portal, cwd=settings.BASE_DIR, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while not (
            asked(tmp_path, "SELECT state FROM jobs_job") == [("done",)]
            and asked(tmp_path, "SELECT id FROM jobs_heartbeat")
        ):
            assert time.monotonic() < deadline, log.read_text()
            assert worker.poll() is None, log.read_text()
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait(30)
    assert len(list((tmp_path / "mail").iterdir())) == 1


def asked(tmp_path, query):
    with closing(sqlite3.connect(tmp_path / "db.sqlite3", timeout=10)) as database:
        return database.execute(query).fetchall()
