"""The Celery tasks of the portal: all three of them. Everything else is a job's handler, registered with `jobs.registry.handles`."""

from celery import shared_task

from jobs import services


@shared_task(bind=True)
def run(self, job_id):
    """Do one job. The message id tells a second delivery of the same message from a new one."""
    services.run(job_id, worker=self.request.id)


@shared_task
def sweep():
    """Publish overdue jobs again; beat calls this every few seconds."""
    services.sweep()


@shared_task
def start(kind):
    """Start a kind of work that has no object of its own; beat calls this for what must happen every so often."""
    services.enqueue(kind, 0)
