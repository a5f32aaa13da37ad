"""The job that draws a certificate. Workers load fonts and style sheet once, when their process starts."""

import logging

from celery.signals import worker_process_init

from certificates import services
from jobs.registry import handles

logger = logging.getLogger(__name__)


@handles(services.RENDER, queue="render", on_parked=services.mark_failed)
def render(certificate_id):
    services.render(certificate_id)


@worker_process_init.connect
def warm_up(**kwargs):
    """Whatever is wrong here shows up on the certificate itself."""
    try:
        from certificates import rendering

        rendering.warm_up()
    except Exception as error:  # no fonts, no library, a damaged sheet: this worker still sends mail
        logger.warning("this worker cannot draw certificates: %s", error)
