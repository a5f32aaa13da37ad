"""Runs documents.checks in a child process, so that a bomb costs that child its life and nobody else anything.

A newcomer's mistake: taking "not done in time" for a property of the file. On a busy machine a sound photo can wait longer than
this has patience; only processor time, memory and a crash say something about the file, the rest is asked again later.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings

from documents.checks.refusal import Reason

# Shorter than a task's soft time limit (60 s), longer than the child's own processor time on a busy machine.
WALL_SECONDS = 45
# What the child dies of when its file is too much for it. SIGKILL is not among them: that is someone else's doing.
ITS_OWN_DOING = {signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}
LAST_WORDS = 1000


@dataclass(frozen=True)
class Verdict:
    """The outcome of a structure check. No reason means acceptable; `clean` is the copy that replaces the file."""

    reason: Reason | None = None
    facts: dict[str, str | int] = field(default_factory=dict)
    clean: Path | None = None


def inspect(path: Path, extension: str, clean: Path) -> Verdict:
    """Open the file as what it says it is. Raises RuntimeError without a verdict: the check is out of order, or had no turn."""
    command = [sys.executable, "-m", "documents.checks", str(path), extension, str(clean)]
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        try:
            child = subprocess.run(
                command,
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complained,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"not done in {WALL_SECONDS} seconds: this machine is too busy") from None
        if -child.returncode in ITS_OWN_DOING:
            return Verdict(Reason.TOO_COMPLEX)
        if child.returncode:
            raise RuntimeError(f"ended with {child.returncode}: {_end_of(complained)}")
        said.seek(0)
        answer = json.load(said)
    reason = Reason(answer["reason"]) if answer["reason"] else None
    return Verdict(reason, answer["facts"], clean if reason is None and clean.exists() else None)


def _end_of(file: IO[bytes]) -> str:
    """The child can write as much as it may to any file; nobody needs more than its last words."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - LAST_WORDS))
    return file.read().decode(errors="replace")
