"""The child process: `python -m documents.checks FILE EXTENSION CLEAN`. Answers one line of JSON on standard output.

Its limits are set before the file is touched. A signal or exit code other than 0 tells the parent that a limit was hit.
"""

import contextlib
import json
import os
import resource
import sys
from pathlib import Path

from documents.checks import structure
from documents.checks.refusal import Reason, Refusal
from documents.checks.types import MAX_SIZE

# A WebP of 50 million pixels needs more than 1 GB of addresses, and half of that in memory.
MEMORY = 1536 * 1024 * 1024
# The slowest sound file, a WebP of 40 million pixels, takes less than half of this.
CPU_SECONDS = 10
NICE = 5


def main(source: str, extension: str, clean: str) -> dict[str, object]:
    try:
        structure.check(Path(source), extension, Path(clean))
    except Refusal as refusal:
        return {"reason": refusal.reason, "facts": refusal.facts}
    except (MemoryError, RecursionError):
        return {"reason": Reason.TOO_COMPLEX, "facts": {}}
    return {"reason": None, "facts": {}}


def limit() -> None:
    for what, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        # Past the first one comes SIGXCPU, which nobody else sends: that the file took too long is then certain.
        (resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 2),
        # A clean copy is kept like an upload, and may be no larger than one.
        (resource.RLIMIT_FSIZE, MAX_SIZE, MAX_SIZE),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # macOS knows the limit on memory but does not let anyone set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (soft, hard))
    # Pages go first. Not on top of what the worker has given up already: a check that hardly gets a turn is never done.
    os.nice(max(0, NICE - os.nice(0)))


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
