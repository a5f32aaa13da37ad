"""A request's body arrives whole and at a human pace, or the request fails.

Django's form parser takes a connection that broke halfway for the end of the form, and would keep half a file; gunicorn lets
one visitor who sends a byte per second hold a thread for hours. So the bytes are counted here, before Django.
"""

import socket
from threading import Timer

SLOW_SECONDS = 20
# Far below any telephone: 25 MB at this speed would take more than an hour and a half.
SLOWEST_BYTES_PER_SECOND = 4 * 1024


def whole_bodies(application):
    """Wrap a WSGI application so that a body which is cut off raises OSError when it is read."""

    def guarded(environ, start_response):
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit() and int(length):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length), environ.get("gunicorn.socket"))
        return application(environ, start_response)

    return guarded


class WholeBody:
    """`wsgi.input` that knows how much has to come."""

    def __init__(self, stream, length, connection):
        self.stream = stream
        self.left = length
        self.connection = connection

    def read(self, size=-1):
        return self._taken(self.stream.read, size)

    def readline(self, size=-1):
        return self._taken(self.stream.readline, size)

    def _taken(self, take, size):
        size = self.left if size is None or size < 0 else min(size, self.left)
        with _Patience(self.connection, size):
            data = take(size)
        self.left -= len(data)
        if not data and size:
            raise OSError("the connection broke before the whole body was here")
        return data


class _Patience:
    """Gives up on a connection over which `size` bytes do not come in time: reading then ends as if it broke."""

    def __init__(self, connection, size):
        seconds = max(SLOW_SECONDS, size / SLOWEST_BYTES_PER_SECOND)
        self.timer = Timer(seconds, self._give_up, args=[connection]) if connection and size else None

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
