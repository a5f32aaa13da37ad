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

# A WebP of 50 million pixels needs more than 1 GB of addresses, and half of that in memory.
MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 20
LARGEST_FILE = 100 * 1024 * 1024


def main(source: str, extension: str, clean: str) -> dict[str, object]:
    try:
        structure.check(Path(source), extension, Path(clean))
    except Refusal as refusal:
        return {"reason": refusal.reason, "facts": refusal.facts}
    except (MemoryError, RecursionError):
        return {"reason": Reason.TOO_COMPLEX, "facts": {}}
    return {"reason": None, "facts": {}}


def limit() -> None:
    for what, amount in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS knows the limit on memory but does not let anyone set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (amount, amount))
    os.nice(10)


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
