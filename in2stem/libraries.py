"""Which shared libraries drawing a certificate needs, and whether this machine has them.

Runs under a bare Python too (`python3 in2stem/libraries.py` prints the missing ones): bin/system-packages asks it
before there is a virtual environment. So it imports nothing but the standard library, and never WeasyPrint itself.
"""

import ctypes
from contextlib import suppress

# The names under which WeasyPrint 70 looks for each library (weasyprint/text/ffi.py), Linux first, then macOS.
LIBRARIES = {
    "pango": ("libpango-1.0-0", "libpango-1.0.so.0", "libpango-1.0.dylib"),
    "pangoft2": ("libpangoft2-1.0-0", "libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz-subset": ("libharfbuzz-subset-0", "libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}


def is_present(library: str) -> bool:
    """Whether one of the names of `library` (a key of LIBRARIES) can be loaded."""
    for name in LIBRARIES[library]:
        with suppress(OSError):
            ctypes.CDLL(name)
            return True
    return False


if __name__ == "__main__":
    for each in LIBRARIES:
        if not is_present(each):
            print(each)
