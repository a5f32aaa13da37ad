"""The job that looks inside an uploaded file."""

from documents import services
from jobs.registry import handles


@handles(services.CHECK, max_attempts=4, on_parked=services.give_up)
def check(document_id):
    services.check(document_id)
