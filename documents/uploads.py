"""How the bytes of an upload come in: straight to disk, bounded, and with an answer that upload.js can follow.

The web process never looks inside a file. A newcomer's mistake: FILE_UPLOAD_MAX_MEMORY_SIZE does nothing here, because no
upload stays in memory.

One thing of Django is put right here: its parser passes over a header line that is not UTF-8, and with it over the whole file
("café.pdf" as an old program writes it) while the form is accepted. Nothing a visitor sends may vanish like that.
"""

import errno
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpResponse, multipartparser

from accounts.access import UPLOAD_HEADER

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
REDIRECTS = (301, 302, 303)
# How many times what is allowed we still read to the end, for the sake of a readable answer.
PATIENCE = 5


# More than Django accepts for the headers of one part.
LONGEST_HEADERS = 2048


def _with_readable_headers(parse):
    """The parser of one part, with headers in bytes that are not UTF-8 read as Latin-1: every byte is a letter there."""

    def parse_readable(stream, max_header_size):
        start = stream.read(LONGEST_HEADERS)
        headers, blank, rest = start.partition(b"\r\n\r\n")
        try:
            headers.decode()
        except UnicodeDecodeError:
            if blank:
                start = headers.decode("latin-1").encode() + blank + rest
        stream.unget(start)
        return parse(stream, max_header_size)

    return parse_readable


# mypy's stubs do not know the name.
_readable = _with_readable_headers(multipartparser.parse_boundary_stream)  # type: ignore[attr-defined]
multipartparser.parse_boundary_stream = _readable  # type: ignore[attr-defined]


class DiskIsFull(SuspiciousOperation):
    """There is no room on our own disk (507). A SuspiciousOperation, so that it becomes a page wherever it is raised."""


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to settings.FILE_UPLOAD_TEMP_DIR; keeps none of a request that declares more than UPLOAD_MAX_BODY."""

    is_too_large = False

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        # A browser reads the answer only once it has sent everything, and the answer gives back what was typed: so it is read
        # to the end. Nobody waits for what is absurd.
        self.is_too_large = content_length > settings.UPLOAD_MAX_BODY
        if content_length > PATIENCE * settings.UPLOAD_MAX_BODY:
            raise RequestDataTooBig(f"a body of {content_length} bytes")

    def new_file(self, *args, **kwargs):
        if self.is_too_large:
            raise SkipFile
        with _telling_of_a_full_disk():
            super().new_file(*args, **kwargs)
        self.request.half_a_file = self.file

    def receive_data_chunk(self, raw_data, start):
        with _telling_of_a_full_disk():
            return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        self.request.half_a_file = None
        with _telling_of_a_full_disk():
            return super().file_complete(file_size)


@contextmanager
def _telling_of_a_full_disk():
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskIsFull("no room for an upload") from error
        raise


class UploadMiddleware:
    """Take half a file away when a connection broke, and tell upload.js where to go instead of sending it there.

    A script that follows a redirect would eat the messages that are meant for the page the visitor sees next.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def process_view(self, request, *_view):
        """Its files were passed over (DiskUploadHandler), so no view may take it for a form without files."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if request.method == "POST" and length.isdigit() and int(length) > settings.UPLOAD_MAX_BODY:
            _form = request.POST
            raise RequestDataTooBig(f"a body of {length} bytes")

    def __call__(self, request):
        response = self.get_response(request)
        if half := getattr(request, "half_a_file", None):
            half.close()  # which also deletes it
        if UPLOAD_HEADER not in request.headers or response.status_code not in REDIRECTS:
            return response
        answer = HttpResponse(status=204, headers={"X-Upload-Location": response["Location"]})
        answer.cookies = response.cookies
        return answer
