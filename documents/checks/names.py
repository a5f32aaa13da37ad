"""A file name as we keep it: NFC, base name only, no invisible characters, fit for every file system."""

import unicodedata

from documents.checks.refusal import Reason, Refusal

MAX_BYTES = 200  # file systems stop at 255

# Windows keeps these for devices, whatever the ending, and these characters for itself.
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
_NOT_ON_WINDOWS = str.maketrans('<>:"|?*', "_______")

# Control, direction ("gpj.exe" can be made to read as "exe.jpg"), surrogate, private and unassigned characters.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(name: str) -> tuple[str, str]:
    """The shown name and its extension in lower case, without the dot.

    The last extension counts. Raises Refusal when nothing is left in front of it, or behind it.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    stem, dot, extension = " ".join(name.split()).rpartition(".")
    stem, extension = stem.strip(" ."), extension.strip().lower()
    if not (dot and stem and extension):
        raise Refusal(Reason.NO_NAME)
    if not extension.isascii() or not extension.isalnum() or len(extension) > 10:
        raise Refusal(Reason.TYPE)
    stem = _cut(stem.translate(_NOT_ON_WINDOWS), MAX_BYTES - len(extension) - 2)
    if stem.split(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem}.{extension}", extension


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of UTF-8, never half a character."""
    return text.encode()[:size].decode(errors="ignore").strip()
