"""Handlers for a real worker, which loads this module with --include. The tests of this process never run them."""

import os
import signal
import time
from pathlib import Path

from jobs.registry import handles

POISON = "tests.poison"
NOTE = "tests.note"
FOLDER = "TESTS_HANDLERS_FOLDER"


def _note(text: str) -> None:
    with (Path(os.environ[FOLDER]) / "notes").open("a") as file:
        file.write(f"{text}\n")


@handles(POISON, max_attempts=3, on_parked=lambda object_id, reason: _note(f"parked {object_id}"))
def kill_the_process(object_id: int) -> None:
    """Like a certificate that makes the kernel end the process for using too much memory."""
    _note(f"tried {object_id}")
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


@handles(NOTE, queue="render")
def note(object_id: int) -> None:
    _note(f"did {object_id}")
