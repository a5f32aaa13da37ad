"""The only place that talks to the broker from a web process, and it never lets a visitor wait for it.

Measured: a Redis that accepts and never answers blocks a plain `.delay()` for more than 45 seconds. So a short ping comes
first, and after a failed one this process leaves the broker alone for a while; the sweep publishes what was missed.
"""

import logging
import time

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

PING_SECONDS = 0.5
REST_SECONDS = 15

_rest_until = 0.0


def publish(job_id, *, queue) -> bool:
    """Tell a worker about a job; False when the broker is out of reach. Never raises: the row in the database stays."""
    global _rest_until
    if time.monotonic() < _rest_until:
        return False
    from jobs.tasks import run

    try:
        if settings.REDIS_URL:
            _ping()
        run.apply_async(args=(job_id,), queue=queue, retry=False)
    except Exception as error:  # whatever the broker's fault is, the job is safe in the database
        _rest_until = time.monotonic() + REST_SECONDS
        logger.warning("broker out of reach: %s", type(error).__name__)
        return False
    return True


def clear() -> None:
    """Throw away all messages: they are about rows that are gone. What still has to happen, the sweep publishes again."""
    from jobs.tasks import run

    try:
        if settings.REDIS_URL:
            _ping()
        run.app.control.purge()
    except Exception as error:  # a message about nothing does no harm
        logger.warning("broker out of reach: %s", type(error).__name__)


def _ping():
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PING_SECONDS, socket_timeout=PING_SECONDS, retry=None
    )
    try:
        client.ping()
    finally:
        client.close()
