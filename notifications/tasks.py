"""The job that sends a mail. Eight attempts cover a mail server that is away for hours."""

from jobs.registry import handles
from notifications import services


@handles(services.SEND, max_attempts=8, on_parked=services.note_failure)
def send(mail_id):
    services.deliver(mail_id)
