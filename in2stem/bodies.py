"""A request's body arrives whole and at a human pace, or the request fails.

Django's form parser takes a connection that broke halfway for the end of the form, and would keep half a file; gunicorn lets
one visitor who sends a byte per second hold a thread for hours. So the bytes are counted here, before Django.
"""

import codecs
import socket
import time
from threading import Timer

from django.utils.http import parse_header_parameters

# A type of body that in2stem.requests refuses with a page.
REFUSED_TYPE = "application/x-www-form-urlencoded; charset=ascii"
# A body starts with this much patience. Each byte that comes adds to it, waiting takes from it, and it never grows past
# LONGEST: a line that works may drop out in a tunnel, one that drips is cut off at once.
FIRST_SECONDS = 10
LONGEST_SECONDS = 30
# Far below any telephone that still shows a page.
SLOWEST_BYTES_PER_SECOND = 2 * 1024
# Small enough to come in FIRST_SECONDS at that speed.
PIECE = 16 * 1024


def whole_bodies(application):
    """Wrap a WSGI application so that a body which is cut off raises OSError when it is read."""

    def guarded(environ, start_response):
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit() and int(length):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length), environ.get("gunicorn.socket"))
        if not _is_readable(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = REFUSED_TYPE
        return application(environ, start_response)

    return guarded


def _is_readable(content_type):
    """Django reads the type, and the address in the charset of the body, before anything of ours could answer for it."""
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "")
        return not charset or codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return True  # a charset that means nothing: Django takes UTF-8
    except ValueError:
        return False


class WholeBody:
    """`wsgi.input` that knows how much has to come."""

    def __init__(self, stream, length, connection):
        self.stream = stream
        self.left = length
        self.connection = connection
        self.patience = FIRST_SECONDS

    def read(self, size=-1):
        return self._taken(self.stream.read, size)

    def readline(self, size=-1):
        return self._taken(self.stream.readline, size)

    def _taken(self, take, size):
        size = self.left if size is None or size < 0 else min(size, self.left)
        if take == self.stream.readline:
            return self._piece(take, size)
        return b"".join([self._piece(take, min(PIECE, size - at)) for at in range(0, size, PIECE)])

    def _piece(self, take, size):
        started = time.monotonic()
        with _Watch(self.connection if size else None, self.patience):
            data = take(size)
        gained = len(data) / SLOWEST_BYTES_PER_SECOND - (time.monotonic() - started)
        self.patience = min(LONGEST_SECONDS, self.patience + gained)
        self.left -= len(data)
        # Both wait until there is enough: less than was asked for, or a line without its end, is the end of the connection.
        if len(data) < size and not (take == self.stream.readline and data.endswith(b"\n")):
            raise OSError("the connection broke before the whole body was here")
        return data


class _Watch:
    """Gives up on a connection after so many seconds: reading then ends as if it broke."""

    def __init__(self, connection, seconds):
        self.timer = Timer(max(0, seconds), self._give_up, args=[connection]) if connection else None

    def __enter__(self):
        if self.timer:
            self.timer.daemon = True
            self.timer.start()

    def __exit__(self, *_error):
        if self.timer:
            self.timer.cancel()

    @staticmethod
    def _give_up(connection):
        try:
            connection.shutdown(socket.SHUT_RD)
        except OSError:  # gone already
            return
