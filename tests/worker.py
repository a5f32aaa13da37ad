"""A real Celery worker for a test: its own process, on this test's database, Redis, files and address.

What the test process overrides in its own memory (settings fixtures, patches, time-machine) does not reach it.
"""

import email
import email.policy
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection

Answer = TypeVar("Answer")
START_SECONDS = 60
STOP_SECONDS = 30


def _test_database_url() -> str:
    """DATABASE_URL with the name of the test database, which exists only inside this test run."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(connection.settings_dict['NAME'])}").geturl()


class WorkerProcess:
    """`celery -A in2stem worker` with one process that does the work.

    `include` names a module with handlers of a test; further keywords are environment variables of the worker.
    """

    def __init__(self, folder: Path, *, include: str = "", **environment: str) -> None:
        self.mail_folder = folder / "mail"
        self._log = folder / "worker.log"
        self._environment = {
            **os.environ,
            "DATABASE_URL": _test_database_url(),
            "BASE_URL": settings.BASE_URL,
            "EMAIL_URL": f"filemail://{self.mail_folder}",
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._include = ["--include", include] if include else []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "the worker has not been started"
        return self._process

    @property
    def pid(self) -> int:
        """Of the main process; the one that does the work is its child."""
        return self.process.pid

    @property
    def log(self) -> str:
        """All that the worker has written so far, over restarts too."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that the worker has sent, oldest first."""
        files = sorted(self.mail_folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
        found = []
        for path in files:
            # Django's file backend closes each mail with a line of dashes.
            for text in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                if text.strip():
                    found.append(email.message_from_bytes(text, EmailMessage, policy=email.policy.default))
        return found

    @property
    def children(self) -> list[int]:
        """Process ids of the pool: the processes that run tasks."""
        table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [line.split() for line in table.splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self.pid]

    def start(self) -> None:
        already = self.log.count(" ready.")
        command = [sys.executable, "-m", "celery", "-A", "in2stem", "worker", "--concurrency=1", "--pool=prefork"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat", *self._include]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=self._environment,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_for(lambda: self.log.count(" ready.") > already, timeout=START_SECONDS)

    def wait_for(self, question: Callable[[], Answer], timeout: float = 30) -> Answer:
        """Ask again until the answer is true and give it; after `timeout` seconds fail with the worker's log."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if answer := question():
                return answer
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"The worker did not get there within {timeout} seconds. Its log:\n{self.log}")

    def kill9(self) -> None:
        """The machine dies: SIGKILL to the worker and its children at once, nothing can be tidied up."""
        if self.process.poll() is not None:
            return
        for pid in [self.pid, *self.children]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """An orderly stop; whatever then remains is killed."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill9()

    def restart(self) -> None:
        self.stop()
        self.start()
