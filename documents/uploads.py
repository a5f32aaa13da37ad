"""How the bytes of an upload come in: straight to disk, bounded, and with an answer that upload.js can follow.

The web process never looks inside a file. A newcomer's mistake: FILE_UPLOAD_MAX_MEMORY_SIZE does nothing here, because no
upload stays in memory.
"""

import errno
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
REDIRECTS = (301, 302, 303)
# How many times what is allowed we still read to the end, for the sake of a readable answer.
PATIENCE = 5


class DiskIsFull(SuspiciousOperation):
    """There is no room on our own disk (507). A SuspiciousOperation, so that it becomes a page wherever it is raised."""


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to settings.FILE_UPLOAD_TEMP_DIR; refuses a request that declares more than UPLOAD_MAX_BODY."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > settings.UPLOAD_MAX_BODY:
            # A browser reads the answer only once it has sent everything; nobody waits for what is absurd.
            if content_length <= PATIENCE * settings.UPLOAD_MAX_BODY:
                while input_data.read(self.chunk_size):
                    pass
            raise RequestDataTooBig(f"a body of {content_length} bytes")

    def new_file(self, *args, **kwargs):
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

    def __call__(self, request):
        response = self.get_response(request)
        if half := getattr(request, "half_a_file", None):
            half.close()  # which also deletes it
        if "X-Upload" not in request.headers or response.status_code not in REDIRECTS:
            return response
        answer = HttpResponse(status=204, headers={"X-Upload-Location": response["Location"]})
        answer.cookies = response.cookies
        return answer
