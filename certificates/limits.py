"""How often one address may check certificates. Finding one is cheap; guessing is not: misses count on their own.

Without a cache nobody is refused: a code of 128 random bits is not guessed in the meantime.
"""

import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
CHECKS = 300
MISSES = 30


def is_over_limit(request) -> bool:
    """Count this check; True when the address did too many, or found too little."""
    return _count(request, "checks") > CHECKS or _count(request, "misses", by=0) >= MISSES


def count_miss(request) -> None:
    _count(request, "misses")


def _count(request, what, by=1) -> int:
    key = f"certificates:{what}:{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        return cache.incr(key, by)
    except ValueError:
        return by  # it expired between the two lines
    except Exception as error:  # whatever the cache's fault is, the page still answers
        logger.warning("rate limit out of order: %s", type(error).__name__)
        return 0
