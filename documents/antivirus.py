"""The virus scanner: ClamAV's INSTREAM command, at settings.CLAMD_URL. Without that address nothing is scanned.

A newcomer's mistake: reading silence as "clean". Anything but a clear answer raises Unavailable, and the file stays closed.
"""

import socket
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5
# Shorter than a task's soft time limit (60 s).
TOTAL_SECONDS = 45
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class Unavailable(Exception):
    """The scanner gave no verdict: not there, too slow, or it said something else than OK or FOUND."""


def is_switched_on() -> bool:
    return bool(settings.CLAMD_URL)


def has_virus(path: Path) -> bool:
    """Whether the scanner found something in this file. Raises Unavailable without a verdict."""
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        with _connected() as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                _leave_time(connection, deadline)
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            answer = _answer(connection, deadline)
    except (OSError, TimeoutError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    if answer == "stream: OK":
        return False
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return True
    raise Unavailable(answer or "no answer")


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname, address.port or 3310), timeout=CONNECT_SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(CONNECT_SECONDS)
    try:
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection


def _leave_time(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner is too slow")
    connection.settimeout(left)


def _answer(connection: socket.socket, deadline: float) -> str:
    """Up to the closing NUL: an answer cut off halfway is not an answer."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        _leave_time(connection, deadline)
        piece = connection.recv(CHUNK)
        if not piece:
            raise Unavailable(f"cut off: {answer!r}")
        answer += piece
    return answer.rstrip(b"\0").decode(errors="replace").strip()
