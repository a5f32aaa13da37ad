"""The jobs behind an upload: look inside it, ask the virus scanner, and keep disk and database in step.

What looks inside files has a queue, and a worker, of its own: a file made to keep it busy holds up no mail.
"""

from documents import services, sweep
from jobs.registry import handles


@handles(services.CHECK, queue="checks", max_attempts=4, on_parked=services.give_up)
def check(document_id):
    services.check(document_id)


# Nothing on parking: without the scanner's verdict a file stays closed, and the sweep asks again.
@handles(services.SCAN, queue="checks")
def scan(document_id):
    services.scan(document_id)


@handles(sweep.SWEEP)
def sweep_documents(_nothing):
    sweep.sweep()
