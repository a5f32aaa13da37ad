"""The Celery app. Work is described by rows in `jobs`; Celery only carries "look at job 12" to a worker."""

import os

from celery import Celery
from celery.signals import beat_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "in2stem.settings")

app = Celery("in2stem")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_the_portals_logging(**kwargs):
    """Keep Celery from installing its own handlers: one format for web and worker."""
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


@beat_init.connect
def sweep_at_once(**kwargs):
    """A new beat would first wait a whole round, and the portal is not ready before the first sweep."""
    from django.conf import settings

    schedule = settings.CELERY_BEAT_SCHEDULE["sweep"]
    app.send_task(schedule["task"], retry=False, **schedule["options"])
