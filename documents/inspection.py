"""Runs documents.checks in a child process, so that a bomb costs that child its life and nobody else anything."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from documents.checks.refusal import Reason

# Shorter than a task's soft time limit (60 s), longer than the child's own processor time (20 s) on a busy machine.
WALL_SECONDS = 45


@dataclass(frozen=True)
class Verdict:
    """The outcome of a structure check. No reason means acceptable; `clean` is the copy that replaces the file."""

    reason: Reason | None = None
    facts: dict[str, str | int] = field(default_factory=dict)
    clean: Path | None = None


def inspect(path: Path, extension: str, clean: Path) -> Verdict:
    """Open the file as what it says it is. Raises RuntimeError when the check itself is out of order."""
    command = [sys.executable, "-m", "documents.checks", str(path), extension, str(clean)]
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        child = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(Reason.TOO_COMPLEX)
    if child.returncode < 0:
        return Verdict(Reason.TOO_COMPLEX)
    if child.returncode:
        raise RuntimeError(child.stderr.decode(errors="replace")[-1000:])
    answer = json.loads(child.stdout)
    reason = Reason(answer["reason"]) if answer["reason"] else None
    return Verdict(reason, answer["facts"], clean if reason is None and clean.exists() else None)
